"""Document printer: documents that name persons, printed under the office's letterhead, for commands and the API."""

from dataclasses import dataclass
from pathlib import Path

from jamsos.access.rules import Actor
from jamsos.db import Acting
from jamsos.decrees.annex import Annex
from jamsos.selection.letters import Letter
from jamsos.settings import settings
from reports import decrees
from reports.decrees import AnnexVerdict, Session
from reports.issuing import issue
from reports.office import SHIPPED, Office, read_office


def letterhead(given: Path | None = None) -> Office:
    """Return the office file: the given one, or that of the settings, or the included one. Raises FileMissing, OfficeFileWrong."""
    return read_office(given or settings().office_file or SHIPPED)


@dataclass(frozen=True)
class DocumentPrinter:
    """Prints documents. `public_url`: the target of the codes on each page, if the programme has public pages."""

    office: Office
    public_url: str | None

    async def annex(self, acting: Acting, actor: Actor, found: Annex, purpose: str | None) -> bytes:
        return await issue(
            acting,
            actor,
            decrees.annex_draft(found, office=self.office, public_url=self.public_url),
            printed_for=purpose,
        )

    async def letter(self, acting: Acting, actor: Actor, found: Letter) -> bytes:
        draft = decrees.letter_draft(found, office=self.office, public_url=self.public_url)
        return await issue(acting, actor, draft)

    async def check(self, session: Session, number: str, path: Path) -> AnnexVerdict:
        return await decrees.check_annex(
            session, number=number, path=path, office=self.office, public_url=self.public_url
        )


def document_printer(office: Path | None = None) -> DocumentPrinter:
    """Return the printer. Raises FileMissing, OfficeFileWrong before any query."""
    return DocumentPrinter(letterhead(office), settings().public_url)
