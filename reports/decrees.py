"""Papers of a decree: its annex, the list as it is signed, and the letter that tells one person where she stands.

They name people. Printed from the programme itself for whoever has the right, at the moment they ask; nothing travels inside.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jamsos.decrees.annex import Annex
from jamsos.messages import day_text
from jamsos.selection.telling import Letter
from reports.filters import months, short_day
from reports.office import Office
from reports.printing import Dated, picture_of, print_paper


@dataclass(frozen=True)
class AnnexPaper:
    """`signatory` is the Regent, whose name is written by hand; `sha256` is that of the frozen list."""

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


def _cell(value: object) -> str:
    """Days as the narrow columns of a list write them; what is not known is empty."""
    return short_day(value.isoformat()) if isinstance(value, date) else "" if value is None else str(value)


def print_annex(annex: Annex, path: Path, *, office: Office) -> None:
    """The annex as PDF, dated by its decree: the same list gives the same bytes. Raises LibraryMissing, FolderUnwritable."""
    decree = annex.decree
    place = office.government.removeprefix("Pemerintah ")
    signatory = f"Bupati {place.removeprefix('Kabupaten ')}" if place.startswith("Kabupaten ") else f"Wali {place}"
    paper = AnnexPaper(place, signatory, annex)
    print_paper("decree_annex", path, heading=Dated(decree.year, decree.signed_date), office=office, document=paper)


def print_letter(letter: Letter, path: Path, *, office: Office, public_url: str | None) -> None:
    """The letter as PDF in its own language. Raises LibraryMissing, FolderUnwritable."""
    address = f"{public_url.rstrip('/')}/pengaduan" if public_url else None
    paper = LetterPaper(office.government.removeprefix("Pemerintah "), letter, address, picture_of(address))
    print_paper(
        "selection_letter", path, heading=Dated(letter.year, letter.day), office=office, document=paper, language=letter.language
    )  # fmt: skip
