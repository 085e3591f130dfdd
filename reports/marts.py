"""Marts: the only thing a report reads, and a record of what was asked and answered.

A question is asked of the warehouse, or of a report that was printed before: the same document then comes out again. Counts that
could point at somebody are suppressed before anything else sees the answer, so they stand neither on paper nor in the record.
"""

from collections.abc import AsyncIterator
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
from reports.suppression import Row, Rule

_NOT_THERE = {"42P01", "42703", "3F000"}  # table, column, schema


@dataclass(frozen=True)
class Question:
    """A figure's query. `name` names its file in the PDF; `suppress` takes out what would tell a small count."""

    name: str
    title: str
    query: str
    suppress: Rule = list


@dataclass(frozen=True)
class Answer:
    question: Question
    parameters: Row
    rows: list[Row]


class Marts(Protocol):
    """Whoever answers questions."""

    async def ask(self, question: Question, **parameters: Any) -> list[Row]: ...


@dataclass
class Warehouse:
    """The marts themselves, over a connection whose role may read them and nothing else."""

    connection: AsyncConnection
    answers: list[Answer] = field(default_factory=list)

    async def ask(self, question: Question, **parameters: Any) -> list[Row]:
        """Raises WarehouseMissing where the marts are not built, or are those of another version."""
        try:
            found = await self.connection.execute(text(question.query), parameters)
        except ProgrammingError as wrong:
            if getattr(wrong.orig, "sqlstate", None) in _NOT_THERE:
                raise WarehouseMissing from None
            raise
        rows = question.suppress([{key: plain(value) for key, value in row.items()} for row in found.mappings()])
        self.answers.append(Answer(question, {key: plain(value) for key, value in parameters.items()}, rows))
        return rows


@dataclass
class Recorded:
    """The answers that a printed report carries; everything else is the report's own road."""

    kept: dict[str, Answer]
    answers: list[Answer] = field(default_factory=list)

    async def ask(self, question: Question, **parameters: Any) -> list[Row]:
        answer = self.kept[question.name]
        self.answers.append(answer)
        return answer.rows


def plain(value: Any) -> Any:
    """A value as a file keeps it: days and decimals as text, whole numbers as numbers, empty text as nothing."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # a sum of whole numbers may come as 3.3E+5; 100.00 stays a decimal
        return int(value) if int(value.as_tuple().exponent) >= 0 else f"{value:f}"
    return None if value == "" else value


@asynccontextmanager
async def open_marts(url: str) -> AsyncIterator[Warehouse]:
    """Everything a report asks is answered as of one instant. Raises DatabaseUnreachable."""
    engine = engine_for(url, role=REPORTS)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("set transaction isolation level repeatable read read only"))
            yield Warehouse(connection)
    finally:
        await engine.dispose()
