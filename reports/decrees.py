"""Papers of a decree: its annex, the list as it is signed, and the letter that tells one person where she stands.

They name people. Printed from the programme itself for whoever has the right, at the moment they ask; nothing travels inside.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from jamsos.decrees.annex import Annex, AnnexDifference
from jamsos.decrees.errors import PdfUnreadable
from jamsos.errors import FileMissing
from jamsos.messages import day_text
from jamsos.selection.letters import Letter
from reports.filters import months, short_day
from reports.office import Office
from reports.printing import Dated, paper, picture_of

# what it says of a damaged file on its way is not what an officer wants to read
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


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


@dataclass(frozen=True)
class Compared:
    """`is_same`: the pages hold the same words too, so that nothing stands there besides the lines."""

    differences: list[AnnexDifference]
    is_same: bool


def words_of(path: Path) -> str:
    """The words of a PDF without blanks, as they follow each other. Raises FileMissing, PdfUnreadable."""
    if not path.is_file():
        raise FileMissing(file=path)
    try:
        words = _words(path.read_bytes())
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        words = ""
    if not words:
        raise PdfUnreadable(file=path.name)
    return words


def is_whole(words: str) -> bool:
    """Whether the words of an annex are those of the whole list, with every number open."""
    return "bersifatterbatas" in words


def compare_annex(annex: Annex, path: Path, *, office: Office) -> Compared:
    """A signed annex beside the frozen list. A signature is put behind the pages, whose bytes stay as they were; else every line is
    looked for in their words. Raises FileMissing, PdfUnreadable, LibraryMissing."""
    words, again = words_of(path), annex_pdf(annex, office=office)
    if path.read_bytes().startswith(again):
        return Compared([], is_same=True)
    found = [difference for row in _paper(annex, office).rows for difference in _differences(annex.headers, row, words)]
    return Compared(found, is_same=words == _words(again))


def _words(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def _differences(headers: Sequence[str], row: Sequence[str], words: str) -> list[AnnexDifference]:
    """The one column without which the line stands there; the whole line where it is more than one."""
    cells = [re.escape("".join(cell.split())) for cell in row]
    if re.search("".join(cells), words):
        return []
    # what stands in a column's place is the shorter the truer: a longer one reaches into the next line
    others = [
        (len(other[1]), headers[place])
        for place in range(1, len(cells))
        for other in re.finditer("".join([*cells[:place], "(.{0,200}?)", *cells[place + 1 :]]), words)
    ]
    if others:
        return [AnnexDifference(int(row[0]), min(others)[1])]
    return [AnnexDifference(int(row[0]), None)]


def annex_pdf(annex: Annex, *, office: Office) -> bytes:
    """The annex as PDF, dated by its decree: the same list gives the same bytes. Raises LibraryMissing."""
    decree = annex.decree
    return paper(
        "decree_annex", heading=Dated(decree.year, decree.signed_date), office=office, document=_paper(annex, office)
    )  # fmt: skip


def _paper(annex: Annex, office: Office) -> AnnexPaper:
    place = office.government.removeprefix("Pemerintah ")
    signatory = f"Bupati {place.removeprefix('Kabupaten ')}" if place.startswith("Kabupaten ") else f"Wali {place}"
    return AnnexPaper(place, signatory, annex)


def letter_pdf(letter: Letter, *, office: Office, public_url: str | None) -> bytes:
    """The letter as PDF in its own language. Raises LibraryMissing."""
    address = f"{public_url.rstrip('/')}/pengaduan" if public_url else None
    told = LetterPaper(office.government.removeprefix("Pemerintah "), letter, address, picture_of(address))
    return paper(
        "selection_letter", heading=Dated(letter.year, letter.day), office=office, document=told, language=letter.language
    )  # fmt: skip
