"""Office queries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, Table, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import AT_WORK, of_office
from jamsos.offices.errors import OfficeNeeded
from jamsos.offices.tables import offices


async def add(connection: AsyncConnection, **values: Any) -> bool:
    """Insert an office, and return whether it is new."""
    statement = upsert(offices).values(**values).on_conflict_do_nothing().returning(offices.c.code)
    return (await connection.execute(statement)).first() is not None


async def listed(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (await connection.execute(select(offices).order_by(offices.c.code))).mappings().all()


async def codes(connection: AsyncConnection) -> list[str]:
    return list((await connection.execute(select(offices.c.code).order_by(offices.c.code))).scalars())


async def at_work(connection: AsyncConnection) -> str | None:
    """Return the office for which the transaction works, or None."""
    found: str | None = (await connection.execute(select(func.current_setting(AT_WORK, True)))).scalar_one()
    return found or None


async def work_for(connection: AsyncConnection, code: str | None) -> None:
    """Let the transaction work for an office, or for none."""
    await connection.execute(select(func.set_config(AT_WORK, code or "", True)))


async def one_of_office(connection: AsyncConnection, found: "Select[Any]", table: Table) -> RowMapping | None:
    """Return the row of the office at work. Raise OfficeNeeded where several offices have one and none is at work."""
    rows = (await connection.execute(found.where(of_office(table)).limit(2))).mappings().all()
    if len(rows) > 1:
        raise OfficeNeeded(offices=", ".join(await codes(connection)))
    return rows[0] if rows else None
