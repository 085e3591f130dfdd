"""Table reader: read a CSV file or workbook whole, or refuse it by file, line and field.

Headers match without regard to case, spaces, underscores and punctuation, and in any row (jamsos/grids.py). A refusal
names every wrong line.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, TypeVar

from jamsos.code_words import accepted, key_of, word_of
from jamsos.errors import (
    DateMalformed,
    DateOutOfRange,
    FileEmpty,
    FileMissing,
    HeaderMissing,
    JamsosError,
    LinesWrong,
    LineWrong,
    MonthMalformed,
)
from jamsos.grids import Row, places_of, table_of
from jamsos.months import Month, parse_day

T = TypeVar("T", bound=StrEnum)
S = TypeVar("S")
R = TypeVar("R")
_DIGITS_KEPT = 15


@dataclass(frozen=True)
class Line:
    """One row: its values by header, and its position for error messages."""

    file: str
    number: int
    values: Mapping[str, str]

    def text(self, header: str) -> str:
        """Return a value that must be present. Raises LineWrong."""
        return self.maybe(header) or self._refuse(header, "paper.missing")

    def maybe(self, header: str) -> str | None:
        return self.values.get(header, "").strip() or None

    def rupiah(self, header: str, at_least: int = 1) -> int:
        """Return whole rupiah without separators. Raises LineWrong."""
        text = self.text(header)
        if not re.fullmatch(r"\d{1,15}", text) or int(text) < at_least:
            self._refuse(header, "paper.rupiah")
        return int(text)

    def whole(self, header: str) -> int:
        """Return a whole number from 1, such as a line number. Raises LineWrong."""
        text = self.text(header)
        if not re.fullmatch(r"[1-9]\d{0,9}", text):
            self._refuse(header, "paper.whole")
        return int(text)

    def one_of(self, header: str, values: type[T]) -> T:
        """Return a value of a closed list, as its code or its word in either language (`Sudah peserta`). Raises LineWrong."""
        value = accepted(values).get(key_of(self.text(header)))
        return value or self._refuse(header, "paper.one_of", known=", ".join(word_of(code, "id") for code in values))

    def day(self, header: str) -> date:
        try:
            return parse_day(self.text(header))
        except DateOutOfRange:
            self._refuse(header, "paper.day_bounds")
        except DateMalformed:
            self._refuse(header, "paper.day")

    def month(self, header: str) -> Month:
        try:
            return Month.parse(self.text(header))
        except MonthMalformed:
            self._refuse(header, "paper.month")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Add this line to every refusal raised inside."""
        try:
            yield
        except JamsosError as refusal:
            raise refusal.at(self.file, self.number) from refusal.__cause__

    def _refuse(self, header: str, wish: str, known: str = "") -> NoReturn:
        raise LineWrong(file=self.file, line=self.number, field=header, wish=wish, known=known)


@dataclass(frozen=True)
class Paper:
    """A whole file: its name without the folder, its SHA-256, and its lines below the header."""

    name: str
    sha256: bytes
    lines: Sequence[Line]


def read_paper(
    path: Path, headers: Sequence[str], *, aliases: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Paper:
    """Return the lines below the header, in any row and any supported format.

    `aliases`: other names of a header. An empty text among them makes the column optional. Rows of totals and
    signatures are omitted.
    Raises FileMissing, FileNotCsv, FileEmpty, HeaderMissing, LineWrong, LinesWrong, ArchiveAmbiguous, FileTooLarge.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    names = {header: [key_of(name) for name in (header, *aliases.get(header, ()))] for header in headers}
    needed = [header for header in headers if "" not in aliases.get(header, ())]
    table = table_of(path.name, content, lambda found: len(places_of(found, names, key_of)), at_least=1)
    if table is None:
        raise HeaderMissing(file=path.name, missing=", ".join(needed))
    places = places_of(table.headers, names, key_of)
    if missing := [header for header in needed if header not in places]:
        raise HeaderMissing(file=path.name, missing=", ".join(missing))
    rows = [row for row in table.below if not _is_bare(row, [places[header] for header in needed])]
    if not rows:
        raise FileEmpty(file=path.name)
    lines = gathered(rows, lambda row: _line(path.name, table.headers, places, row))
    return Paper(path.name, hashlib.sha256(content).digest(), lines)


def gathered(items: Iterable[S], convert: Callable[[S], R]) -> list[R]:
    """Return each item converted. Raises LineWrong for one wrong line, and LinesWrong, which names all, for several."""
    found, wrong = [], []
    for item in items:
        try:
            found.append(convert(item))
        except LineWrong as refusal:
            wrong.append(refusal)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        raise LinesWrong(wrong)
    return found


def _line(name: str, headers: Sequence[str], places: Mapping[str, int], row: Row) -> Line:
    width = len(headers)
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        raise LineWrong(file=name, line=row.line, field=f"{len(row.cells)}", wish="paper.width")
    for place in row.numbers:
        # a spreadsheet stores fifteen digits of a number and replaces the rest by zeros
        written = row.cell(place)
        if len(written) > _DIGITS_KEPT and not (written[-1] in "123456789" and _is_exact(written)):
            raise LineWrong(file=name, line=row.line, field=headers[place], wish="paper.number")
    return Line(name, row.line, {header: row.cells[place] for header, place in places.items()})


def _is_exact(written: str) -> bool:
    return written.isdecimal() and int(written) < 2**53


_LABELS = re.compile(r"(sub|grand)?total|jumlah(total)?|mengetahui|keterangan|catatan|menyetujui|###", re.IGNORECASE)


def _is_bare(row: Row, needed: Sequence[int]) -> bool:
    """Return whether a row is a total, a note or a signature.

    Such a row lacks most columns, and starts with a word for it or is almost empty.
    """
    filled = [cell for cell in row.cells if cell.strip()]
    told = sum(bool(row.cell(place).strip()) for place in needed)
    if told == 0 or (len(needed) >= 4 and len(filled) <= 2 and told == 1):
        return True
    word = re.sub(r"[^a-z#]", "", filled[0].lower()) if filled else ""
    return told * 2 <= len(needed) and _LABELS.match(word) is not None
