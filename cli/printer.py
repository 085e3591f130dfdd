"""The press: papers that name people, printed by the paper door under the office's own letterhead, at the desk and for the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jamsos.decrees.annex import Annex, AnnexDifference
from jamsos.selection.letters import Letter
from jamsos.settings import settings
from reports import decrees
from reports.office import SHIPPED, Office, read_office


def letterhead(given: Path | None = None) -> Office:
    """The office's file: the given one, else that of the settings, else the shipped one. Raises FileMissing, OfficeFileWrong."""
    return read_office(given or settings().office_file or SHIPPED)


@dataclass(frozen=True)
class DocumentPrinter:
    """`public_url`: where the letter's picture leads, if the programme has a page."""

    office: Office
    public_url: str | None

    def annex(self, found: Annex) -> bytes:
        return decrees.annex_pdf(found, office=self.office)

    def letter(self, found: Letter) -> bytes:
        return decrees.letter_pdf(found, office=self.office, public_url=self.public_url)

    def is_whole(self, path: Path) -> bool:
        return decrees.is_whole(decrees.words_of(path))

    def compare(self, found: Annex, path: Path) -> tuple[Sequence[AnnexDifference], bool]:
        compared = decrees.compare_annex(found, path, office=self.office)
        return compared.differences, compared.is_same


def document_printer(office: Path | None = None) -> DocumentPrinter:
    """Raises FileMissing, OfficeFileWrong, before anything is looked up."""
    return DocumentPrinter(letterhead(office), settings().public_url)
