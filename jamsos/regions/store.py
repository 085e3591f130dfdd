"""Region queries."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, select, text, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.regions.tables import districts, provinces, regencies, village_aliases, villages

LEVELS = (provinces, regencies, districts, villages)


async def keep(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert new codes, and give known codes their new names: the state decides names, so history is not kept here."""
    for start in range(0, len(rows), 5_000):
        statement = insert(table).values(rows[start : start + 5_000])
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["code"], set_={"name": statement.excluded.name})
        )


async def name_of(connection: AsyncConnection, code: str) -> str | None:
    """Return the name of a region of any level; None for an unknown code."""
    table = LEVELS[min(code.count("."), 3)]
    return (await connection.execute(select(table.c.name).where(table.c.code == code))).scalar_one_or_none()


async def names_of(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of regions of any level by code; unknown codes are absent."""
    asked = list(codes)
    every = union_all(*(select(level.c.code, level.c.name).where(level.c.code.in_(asked)) for level in LEVELS))
    return {row[0]: row[1] for row in await connection.execute(every)}


async def villages_within(connection: AsyncConnection, region: str) -> list[tuple[str, str, str]]:
    """Return (village code, village name, district name) of every village in a region, by code."""
    rows = await connection.execute(
        select(villages.c.code, villages.c.name, districts.c.name)
        .join(districts)
        .where(villages.c.code >= region, villages.c.code < f"{region}~")
        .order_by(villages.c.code)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def lock_aliases(connection: AsyncConnection, regency_code: str) -> None:
    """Lock the aliases of a regency until the transaction ends."""
    lock = text("select pg_advisory_xact_lock(hashtext('jamsos.aliases'), hashtext(:regency))")
    await connection.execute(lock, {"regency": regency_code})


async def add_alias(connection: AsyncConnection, **values: Any) -> int:
    statement = insert(village_aliases).values(**values).returning(village_aliases.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def aliases_of(connection: AsyncConnection, regency_code: str) -> Sequence[RowMapping]:
    """Return every alias row of a regency, also replaced ones, the oldest first."""
    statement = select(village_aliases).where(village_aliases.c.regency_code == regency_code)
    return (await connection.execute(statement.order_by(village_aliases.c.id))).mappings().all()
