"""Papers: a CSV file of money or answers as it crosses the desk, read whole or refused by file, line and field.

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
from typing import Any, NoReturn, TypeVar

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
        return self.values[header].strip() or None

    def rupiah(self, header: str, at_least: int = 1) -> int:
        """Whole rupiah without separators. Raises LineWrong."""
        text = self.text(header)
        if not re.fullmatch(r"\d{1,15}", text) or int(text) < at_least:
            self._refuse(header, "paper.rupiah")
        return int(text)

    def one_of(self, header: str, values: type[T]) -> T:
        """A value of a closed list. Raises LineWrong."""
        try:
            return values(self.text(header))
        except ValueError:
            self._refuse(header, "paper.choice")

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

    def _refuse(self, header: str, wish: str) -> NoReturn:
        raise LineWrong(file=self.file, line=self.number, field=header, wish=wish)


@dataclass(frozen=True)
class Paper:
    """A whole file: its name without the folder, its SHA-256, its lines (the first is the one below the header)."""

    name: str
    sha256: bytes
    lines: Sequence[Line]


def read_paper(path: Path, headers: Sequence[str]) -> Paper:
    """Raises FileMissing, FileNotCsv, FileEmpty, HeaderMissing."""
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    text = _decoded(path.name, content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        lines = list(_lines(path.name, rows, headers))
    except csv.Error:
        raise FileNotCsv(file=path.name) from None
    if not lines:
        raise FileEmpty(file=path.name)
    return Paper(path.name, hashlib.sha256(content).digest(), lines)


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


def _lines(name: str, reader: Any, headers: Sequence[str]) -> Iterator[Line]:
    found = [_key(header) for header in next(reader, [])]
    if missing := [header for header in headers if _key(header) not in found]:
        raise HeaderMissing(file=name, missing=", ".join(missing))
    places = {header: found.index(_key(header)) for header in headers}
    for row in reader:
        number = reader.line_num  # a quoted value may hold several lines
        if not any(value.strip() for value in row):
            continue
        if len(row) != len(found):
            raise LineWrong(file=name, line=number, field=f"{len(row)}", wish="paper.width")
        yield Line(name, number, {header: row[place] for header, place in places.items()})


def _key(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())
