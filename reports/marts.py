"""Marts: the only source of a report, and a record of its questions and answers.

A question goes to the warehouse, or to a report that was printed before, so that the same document can be printed again. Small
counts are suppressed before any other code sees the answer, so they are neither on paper nor in the record.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import engine_for, transaction
from jamsos.errors import WarehouseMissing
from jamsos.policies import REPORTS
from reports.suppression import Answers, Figures, Relations, Row, released

_NOT_THERE = {"42P01", "42703", "3F000"}  # table, column, schema


@dataclass(frozen=True)
class Question:
    """The query of a figure. `name` is its file name in the PDF; `suppress` removes cells that would reveal a small count."""

    name: str
    title: str
    query: str
    figures: Figures = field(default_factory=Figures, compare=False)


@dataclass(frozen=True)
class Answer:
    question: Question
    parameters: Row
    rows: list[Row]


@dataclass(frozen=True)
class Questions:
    """What a document asks. `beside`: what is published beside it, asked to decide and not printed.

    `relations` says how the counts add up. A document without them is not published: whoever gets it may know every count.
    """

    printed: Sequence[Question]
    beside: Sequence[Question] = ()
    relations: Relations | None = None

    @property
    def all(self) -> list[Question]:
        return [*self.printed, *self.beside]

    def released(self, answers: Answers, earlier: Answers | None = None) -> dict[str, list[Row]]:
        """Return what may be printed of all answers. `earlier`: the answers of the paper that this one supersedes."""
        if self.relations is None:
            return {name: list(rows) for name, rows in answers.items()}
        figures = {question.name: question.figures for question in self.all}
        found = released(figures, self.relations, answers, earlier)
        return {question.name: found[question.name] for question in self.printed}


Step = Callable[[], None]


class Marts(Protocol):
    """A source of answers."""

    answers: list[Answer]

    async def ask(self, questions: Questions, parameters: Row, on_step: Step = ...) -> dict[str, list[Row]]: ...


@dataclass
class Warehouse:
    """The marts, over a connection whose role can read nothing else."""

    connection: AsyncConnection
    earlier: Answers | None = None
    answers: list[Answer] = field(default_factory=list)

    async def ask(self, questions: Questions, parameters: Row, on_step: Step = lambda: None) -> dict[str, list[Row]]:
        """Return the answer. Raises WarehouseMissing if the marts are missing or of another version."""
        found: dict[str, list[Row]] = {}
        for question in questions.all:
            rows = await self._rows(question, wanted(question, parameters))
            for row in rows if questions.relations else ():
                question.figures.check(question.name, row)  # before a decimal becomes text
            found[question.name] = [{key: plain(value) for key, value in row.items()} for row in rows]
            if not found[questions.printed[0].name]:
                return {each.name: [] for each in questions.printed}
            on_step()
        shown = questions.released(found, self.earlier)
        for question in questions.printed:
            asked = {key: plain(value) for key, value in wanted(question, parameters).items()}
            self.answers.append(Answer(question, asked, shown[question.name]))
        return shown

    async def _rows(self, question: Question, parameters: Row) -> list[Row]:
        try:
            found = await self.connection.execute(text(question.query), parameters)
        except ProgrammingError as wrong:
            if getattr(wrong.orig, "sqlstate", None) in _NOT_THERE:
                raise WarehouseMissing from None
            raise
        return [dict(row) for row in found.mappings()]


def wanted(question: Question, parameters: Row) -> Row:
    """Return the parameters that a question's query names."""
    return {name: value for name, value in parameters.items() if f":{name}" in question.query}


@dataclass
class Recorded:
    """The answers in a printed report; everything else is computed as for a new report."""

    kept: dict[str, Answer]
    answers: list[Answer] = field(default_factory=list)

    async def ask(self, questions: Questions, parameters: Row, on_step: Step = lambda: None) -> dict[str, list[Row]]:
        for question in questions.printed:
            self.answers.append(self.kept[question.name])
            on_step()
        return {question.name: self.kept[question.name].rows for question in questions.printed}


def plain(value: Any) -> Any:
    """Return the stored form of a value: days and decimals as text, whole numbers as numbers, empty text as None."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # a sum of whole numbers may come as 3.3E+5; 100.00 stays a decimal
        return int(value) if int(value.as_tuple().exponent) >= 0 else f"{value:f}"
    return None if value == "" else value


@asynccontextmanager
async def open_marts(url: str) -> AsyncIterator[Warehouse]:
    """Open the marts in one snapshot. Raises DatabaseUnreachable."""
    engine = engine_for(url, role=REPORTS)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("set transaction isolation level repeatable read read only"))
            yield Warehouse(connection)
    finally:
        await engine.dispose()
