"""Verification: a report's PDF opened again, its pages printed anew from the figures it carries, its figures asked again.

Three things are told apart: whether the record inside is whole, whether the pages say what the record says, and whether the warehouse
still answers the same. The first two need no database: whoever received a report can ask them. Questions are those of this
program by the figure's name; a question written in the file is shown, never run.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from jamsos.errors import FileMissing
from reports.errors import ReportWithoutFigures
from reports.marts import Question, Recorded, open_marts
from reports.printing import DOCUMENTS, printed
from reports.record import Kept, cell, read_record
from reports.render import printed_by
from reports.suppression import Row


class Pages(StrEnum):
    """same: byte for byte. text: every page reads the same. other_printer: printed by other versions, so nothing is proved."""

    same = "same"
    text = "text"
    differs = "differs"
    other_printer = "other_printer"


@dataclass(frozen=True)
class Difference:
    """One cell: `line` counts the rows of the figure's file below its header; 0 means that a row is missing or new."""

    line: int
    column: str
    printed: str
    now: str


@dataclass(frozen=True)
class Checked:
    """One figure. `asked`: by this very question (None: not asked); `differences` are those to the warehouse of today."""

    name: str
    title: str
    intact: bool
    asked: bool | None
    differences: list[Difference]

    @property
    def holds(self) -> bool:
        return self.intact and not self.differences


@dataclass(frozen=True)
class Verification:
    kept: Kept
    pages: Pages
    page: int | None  # the first that differs
    figures: list[Checked]

    @property
    def holds(self) -> bool:
        return self.pages is not Pages.differs and all(figure.holds for figure in self.figures)


async def verify(path: Path, url: str | None) -> Verification:
    """Without a database's `url` only the record and the pages are checked.

    Raises FileMissing, ReportWithoutFigures, LibraryMissing, WarehouseMissing.
    """
    content, kept = await asyncio.to_thread(_opened, path)
    pages, page = await _pages(content, kept, path)
    asked = await _asked(url, kept) if url else {}
    return Verification(kept, pages, page, [_checked(kept, name, asked) for name in kept.answers])


def _opened(path: Path) -> tuple[bytes, Kept]:
    if not path.is_file():
        raise FileMissing(file=path)
    content = path.read_bytes()
    try:
        files = {name: parts[0] for name, parts in PdfReader(BytesIO(content)).attachments.items()}
        kept = read_record(files)
        DOCUMENTS[kept.heading.report]
    except (PyPdfError, ValidationError, KeyError, ValueError, TypeError, IndexError, AttributeError):
        raise ReportWithoutFigures(file=path.name) from None
    return content, kept


async def _pages(content: bytes, kept: Kept, path: Path) -> tuple[Pages, int | None]:
    """The record printed again beside the file; a signature put behind it later leaves its beginning as it was."""
    try:
        again = await printed(Recorded(kept.answers), kept.heading)
    except (KeyError, TypeError, ValueError):  # a question or column that another version knew
        return Pages.other_printer, None
    if content.startswith(again):
        return Pages.same, None
    page = await asyncio.to_thread(_first_other_page, content, again)
    if page is None:
        return Pages.text, None
    return (Pages.differs if kept.printed_by == printed_by() else Pages.other_printer), page


def _first_other_page(content: bytes, again: bytes) -> int | None:
    ours, theirs = ([page.extract_text() for page in PdfReader(BytesIO(each)).pages] for each in (content, again))
    for number in range(max(len(ours), len(theirs))):
        if ours[number : number + 1] != theirs[number : number + 1]:
            return number + 1
    return None


async def _asked(url: str, kept: Kept) -> dict[str, tuple[Question, list[Row]]]:
    """What the warehouse answers today to the figures' questions."""
    questions = {question.name: question for question in DOCUMENTS[kept.heading.report].QUESTIONS}
    found = {}
    async with open_marts(url) as marts:
        for name, answer in kept.answers.items():
            if question := questions.get(name):
                found[name] = question, await marts.ask(question, **_parameters(answer.parameters))
    return found


def _parameters(parameters: Row) -> dict[str, Any]:
    return {name: _day(value) if name in ("first", "last") else value for name, value in parameters.items()}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _checked(kept: Kept, name: str, asked: dict[str, tuple[Question, list[Row]]]) -> Checked:
    answer = kept.answers[name]
    intact = name not in kept.broken
    if name not in asked:
        return Checked(name, answer.question.title, intact, None, [])
    question, rows = asked[name]
    is_same = " ".join(question.query.split()) == answer.question.query
    return Checked(name, answer.question.title, intact, is_same, list(_differences(answer.rows, rows)))


def _differences(printed_rows: Sequence[Row], rows: Sequence[Row]) -> Iterator[Difference]:
    """Rows are compared in their order, for every question says one."""
    for line, (before, now) in enumerate(zip(printed_rows, rows, strict=False), start=1):
        for column in before.keys() | now.keys():
            if cell(before.get(column)) != cell(now.get(column)):
                yield Difference(line, column, cell(before.get(column)), cell(now.get(column)))
    if len(printed_rows) != len(rows):
        yield Difference(0, "", str(len(printed_rows)), str(len(rows)))
