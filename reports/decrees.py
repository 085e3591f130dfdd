"""Documents of a decree: its annex, which is the signed list, and the letter that explains one person's position.

They name people. They are printed on request from the programme's tables, for clients with the right; no figures are attached.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.decrees.annex import KIND, Annex, AnnexDifference, listed
from jamsos.decrees.service import decree_by_number
from jamsos.messages import day_text, say
from jamsos.sealing import Sealer
from jamsos.selection.letters import Letter
from reports.filters import months, short_day
from reports.office import Office
from reports.pictures import picture_of
from reports.printing import Dated, Draft, paper
from reports.sandbox import LIMITS, Limits, Sandbox, content_of
from reports.verify import Answer, Verdict, beside, judged, look_up

MOST_LINES = 300  # lines of an annex that is printed again for a comparison; a longer one takes too long


@dataclass(frozen=True)
class AnnexPaper:
    """`signatory` is the Regent, who signs by hand; `sha256` is that of the frozen list."""

    regency: str
    signatory: str
    annex: Annex

    @property
    def months(self) -> str:
        decree = self.annex.decree
        return months({"month_from": decree.month_from.first_day, "month_to": decree.month_to.first_day})

    @property
    def rows(self) -> list[list[str]]:
        return [[_cell(value) for value in row] for row in self.annex.rows]

    @property
    def sha256(self) -> str:
        return self.annex.decree.list_sha256.hex()


@dataclass(frozen=True)
class LetterPaper:
    """`address`: the page where a complaint is filed, if the programme has one; `picture` leads there."""

    regency: str
    letter: Letter
    address: str | None
    picture: str | None

    @property
    def day(self) -> str:
        return day_text(self.letter.day, self.letter.language)

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Return number, nature and annexes, the beginning of an official letter; the office's own system gives the number."""
        said = [say(f"letter.{name}", self.letter.language) for name in ("number", "nature", "annexes")]
        return list(zip(said, ("", say("letter.restricted", self.letter.language), "–"), strict=True))

    @property
    def regarding(self) -> str:
        return say("letter.regarding", self.letter.language)


def _cell(value: object) -> str:
    """Format a value for the narrow columns of a list; a missing one is empty."""
    return short_day(value.isoformat()) if isinstance(value, date) else "" if value is None else str(value)


@dataclass(frozen=True)
class AnnexVerdict:
    """The result for a signed annex, with the lines that differ from the frozen list."""

    verdict: Verdict
    differences: list[AnnexDifference]


Session = tuple[AsyncConnection, Actor, Sealer]


async def check_annex(
    session: Session,
    *,
    number: str,
    path: Path,
    office: Office,
    public_url: str | None = None,
    limits: Limits = LIMITS,
) -> AnnexVerdict:
    """Check whether a file is the issued annex of a decree; its lines are compared with the frozen list.

    Raises NotFound, ScopeMissing, FileMissing, LibraryMissing.
    """
    connection, actor, sealer = session
    decree = await decree_by_number(connection, number)
    file, sandbox = await asyncio.to_thread(content_of, path), Sandbox(limits)
    seen = await look_up(connection, path, file, sandbox)
    if seen.paper and (seen.paper.kind, seen.paper.number) != (KIND, decree.number):
        return AnnexVerdict(Verdict(Answer.false, "other_paper", paper=seen.paper), [])
    if seen.answer is not None:
        return AnnexVerdict(await seen.verdict(connection), [])
    is_whole = seen.claims.found.get("is_restricted", False)
    purpose = f"checking the annex of decree {number}" if is_whole else None
    annex = await listed(connection, actor, sealer, number=number, purpose=purpose)
    rows = _paper(annex, office).rows
    listed_as = await asyncio.to_thread(sandbox.ask, "lines", path, headers=list(annex.headers), rows=rows)
    if differences := [AnnexDifference(*each) for each in listed_as.found.get("lines", [])]:
        return AnnexVerdict(Verdict(Answer.false, "lines", paper=seen.paper), differences)
    if listed_as.failed or len(rows) > MOST_LINES:
        reason = "unreadable" if listed_as.failed else "lines"
        return AnnexVerdict(Verdict(Answer.not_proven, reason, paper=seen.paper), [])
    url = seen.paper.parameters.get("public_url") if seen.paper else public_url
    draft = annex_draft(annex, office=office, public_url=url)
    again = await asyncio.to_thread(draft.printed, seen.paper.serial if seen.paper else None)
    found = await beside(path, again.content, sandbox)
    is_original = seen.paper is not None and hashlib.sha256(again.content).digest() == seen.paper.sha256
    return AnnexVerdict(judged(found, seen.paper, is_original=is_original), [])


def annex_draft(annex: Annex, *, office: Office, public_url: str | None = None) -> Draft:
    """Return the annex, dated by its decree."""
    decree = annex.decree
    return paper(
        KIND, heading=Dated(decree.year, decree.signed_date, public_url=public_url), office=office, document=_paper(annex, office),
        subject=f"{decree.number} {'whole' if annex.is_whole else 'masked'}", number=decree.number,
    )  # fmt: skip


def _paper(annex: Annex, office: Office) -> AnnexPaper:
    place = office.government.removeprefix("Pemerintah ")
    signatory = f"Bupati {place.removeprefix('Kabupaten ')}" if place.startswith("Kabupaten ") else f"Wali {place}"
    return AnnexPaper(place, signatory, annex)


def letter_draft(letter: Letter, *, office: Office, public_url: str | None) -> Draft:
    """Return the letter, in its own language."""
    address = f"{public_url.rstrip('/')}/pengaduan" if public_url else None
    told = LetterPaper(office.government.removeprefix("Pemerintah "), letter, address, picture_of(address))
    return paper(
        "selection_letter", heading=Dated(letter.year, letter.day, public_url=public_url),
        office=office, document=told, language=letter.language,
        subject=letter.reference,
    )  # fmt: skip
