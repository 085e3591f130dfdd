"""Papers: a CSV file or workbook of money or answers as it crosses the desk, read whole or refused by file, line and field.

Headers are matched without regard to case, spaces, underscores and punctuation; the delimiter is the header line's own.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

import fastexcel

from jamsos.errors import (
    DateMalformed,
    FileEmpty,
    FileMissing,
    FileNotCsv,
    HeaderMissing,
    JamsosError,
    LineWrong,
    MonthMalformed,
)
from jamsos.months import Month, parse_day

T = TypeVar("T", bound=StrEnum)
_DELIMITERS = ";\t,"
_WORKBOOK = b"PK\x03\x04"
_DIGITS_KEPT = 15


@dataclass(frozen=True)
class Line:
    """One row: what it says under each header, and how to name it when something is wrong."""

    file: str
    number: int
    values: Mapping[str, str]

    def text(self, header: str) -> str:
        """A value that must be there. Raises LineWrong."""
        return self.maybe(header) or self._refuse(header, "paper.missing")

    def maybe(self, header: str) -> str | None:
        return self.values.get(header, "").strip() or None

    def rupiah(self, header: str, at_least: int = 1) -> int:
        """Whole rupiah without separators. Raises LineWrong."""
        text = self.text(header)
        if not re.fullmatch(r"\d{1,15}", text) or int(text) < at_least:
            self._refuse(header, "paper.rupiah")
        return int(text)

    def whole(self, header: str) -> int:
        """A whole number from 1, such as the number of a line. Raises LineWrong."""
        text = self.text(header)
        if not re.fullmatch(r"[1-9]\d{0,9}", text):
            self._refuse(header, "paper.whole")
        return int(text)

    def one_of(self, header: str, values: type[T]) -> T:
        """A value of a closed list, in whatever case and however parted (`Sudah peserta`). Raises LineWrong."""
        said = {_key(value): value for value in values}.get(_key(self.text(header)))
        return said or self._refuse(header, "paper.one_of", known=", ".join(values))

    def day(self, header: str) -> date:
        try:
            return parse_day(self.text(header))
        except DateMalformed:
            self._refuse(header, "paper.day")

    def month(self, header: str) -> Month:
        try:
            return Month.parse(self.text(header))
        except MonthMalformed:
            self._refuse(header, "paper.month")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """What is refused inside names this line."""
        try:
            yield
        except JamsosError as refusal:
            raise refusal.at(self.file, self.number) from refusal.__cause__

    def _refuse(self, header: str, wish: str, known: str = "") -> NoReturn:
        raise LineWrong(file=self.file, line=self.number, field=header, wish=wish, known=known)


@dataclass(frozen=True)
class Paper:
    """A whole file: its name without the folder, its SHA-256, its lines (the first is the one below the header)."""

    name: str
    sha256: bytes
    lines: Sequence[Line]


def read_paper(
    path: Path, headers: Sequence[str], *, aliases: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Paper:
    """`aliases`: what else a header may be called; one of them that is the empty text says that the column may be missing.

    Raises FileMissing, FileNotCsv, FileEmpty, HeaderMissing, LineWrong.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    rows = _Sheet(path.name, content) if content.startswith(_WORKBOOK) else _text_rows(path.name, content)
    try:
        lines = list(_lines(path.name, rows, headers, aliases))
    except csv.Error:
        raise FileNotCsv(file=path.name) from None
    if not lines:
        raise FileEmpty(file=path.name)
    return Paper(path.name, hashlib.sha256(content).digest(), lines)


class _Sheet:
    """The rows of a workbook's first sheet as text, like csv.reader gives them. Raises FileNotCsv, LineWrong."""

    def __init__(self, name: str, content: bytes) -> None:
        self.line_num = 0
        self._name = name
        try:
            page = fastexcel.read_excel(content)
            self._texts = page.load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
            self._numbers = page.load_sheet(0, header_row=None, skip_rows=0, dtypes="boolean").to_polars()
        except fastexcel.FastExcelError:
            raise FileNotCsv(file=name) from None

    def __iter__(self) -> Iterator[list[str]]:
        headers = [value or "" for value in next(self._texts.iter_rows(), ())]
        for row, numbers in zip(self._texts.iter_rows(), self._numbers.iter_rows(), strict=True):
            self.line_num += 1
            for header, value, number in zip(headers, row, numbers, strict=True):
                # read as a truth value a number gives one, a text none; a spreadsheet keeps fifteen digits of a number
                if number is not None and len(value or "") > _DIGITS_KEPT:
                    raise LineWrong(file=self._name, line=self.line_num, field=header, wish="paper.number")
            yield [value or "" for value in row]


def _text_rows(name: str, content: bytes) -> Any:
    text = _decoded(name, content)
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)


def _decoded(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileNotCsv(file=name) from None
    if "\0" in text:
        raise FileNotCsv(file=name)
    return text


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _lines(name: str, reader: Any, headers: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    rows = iter(reader)
    found = [_key(header) for header in next(rows, [])]
    places = {header: _place(found, [header, *aliases.get(header, ())]) for header in headers}
    if missing := [header for header, place in places.items() if place is None and "" not in aliases.get(header, ())]:
        raise HeaderMissing(file=name, missing=", ".join(missing))
    for row in rows:
        number = reader.line_num  # a quoted value may hold several lines
        if not any(value.strip() for value in row):
            continue
        if len(row) != len(found):
            raise LineWrong(file=name, line=number, field=f"{len(row)}", wish="paper.width")
        values = {header: row[place] for header, place in places.items() if place is not None}
        yield Line(name, number, values)


def _place(found: Sequence[str], names: Sequence[str]) -> int | None:
    return next((found.index(key) for name in names if (key := _key(name)) and key in found), None)


def _key(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())
