"""Marts: the only thing a report reads, and a record of what it asked.

Every figure is the answer to a query that is kept with its parameters and rows; they are put into the PDF, so that anybody with
the warehouse can ask the same again and compare.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import engine_for, transaction
from jamsos.errors import WarehouseMissing
from jamsos.guards import REPORTS

Row = dict[str, Any]


@dataclass
class Marts:
    """A connection as the role that may read marts and nothing else."""

    connection: AsyncConnection
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self, name: str, query: str, **parameters: Any) -> list[Row]:
        """The rows of a query. Raises WarehouseMissing where the marts are not built."""
        try:
            found = await self.connection.execute(text(query), parameters)
        except ProgrammingError as wrong:
            if "does not exist" in str(wrong.orig):
                raise WarehouseMissing() from None
            raise
        rows = [{key: plain(value) for key, value in row.items()} for row in found.mappings()]
        tidy = " ".join(query.split())
        self.asked.append(
            {"name": name, "query": tidy, "parameters": {k: plain(v) for k, v in parameters.items()}, "rows": rows}
        )
        return rows

    async def ask_one(self, name: str, query: str, **parameters: Any) -> Row | None:
        rows = await self.ask(name, query, **parameters)
        return rows[0] if rows else None


def plain(value: Any) -> Any:
    """A value as JSON keeps it: days as text, decimals as text, whole numbers as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # a sum of whole numbers may come as 3.3E+5; 100.00 stays a decimal
        return int(value) if int(value.as_tuple().exponent) >= 0 else format(value, "f")
    return value


def record(asked: list[dict[str, Any]]) -> bytes:
    """The record as it travels inside the PDF: figures with query, parameters, rows and their SHA-256."""
    figures = [{**each, "sha256": digest(each["rows"])} for each in asked]
    return json.dumps({"figures": figures}, ensure_ascii=False, indent=1, sort_keys=True).encode()


def digest(rows: list[Row]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@asynccontextmanager
async def open_marts(url: str) -> AsyncIterator[Marts]:
    engine = engine_for(url, role=REPORTS)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("set transaction isolation level repeatable read read only"))
            yield Marts(connection)
    finally:
        await engine.dispose()
