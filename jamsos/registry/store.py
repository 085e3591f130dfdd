"""Registry queries."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import RowMapping, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import SEAL_LOCK, copied, copy_rows, of_office
from jamsos.regions.tables import village_aliases
from jamsos.registry.rules import MENDABLE
from jamsos.registry.tables import (
    registry_alias_uses,
    registry_defects,
    registry_layouts,
    registry_loads,
    registry_parts,
    registry_rejects,
    registry_repairs,
    registry_rows,
)

FACTS = [
    "full_name", "name_key", "sex", "birth_place", "birth_date", "address", "village_code", "occupation_text", "occupation",
    "relation", "marital_status", "disability", "decile", "is_dukcapil_matched", "presence", "programme", "paid_from", "paid_to",
    "membership_number",
]  # fmt: skip
# Sealed columns: the kind of the seal, and the validated column that is sealed.
SEALED = {
    "nik_sealed": ("nik", "nik"),
    "kk_sealed": ("kk", "kk"),
    "phone_sealed": ("phone", "phone"),
    "household_sealed": ("kk", "household"),
}

_ROW = ["load_id", "line", *SEALED, *FACTS, "warnings"]
_REJECT = ["load_id", "line", "reason", "field", "village_code"]


async def sealed_with(connection: AsyncConnection) -> int | None:
    """Return the key version of the sealed values, None without any; it stays the same until the transaction ends."""
    await connection.execute(text(f"select pg_advisory_xact_lock_shared(hashtext('{SEAL_LOCK}'))"))
    first = select(func.get_byte(registry_rows.c.nik_sealed, 0)).where(registry_rows.c.nik_sealed.is_not(None)).limit(1)
    version: int | None = (await connection.execute(first)).scalar_one_or_none()
    return version


async def load_by_hash(connection: AsyncConnection, office_code: str, sha256: bytes) -> RowMapping | None:
    """Return the load of the same bytes, and lock these bytes until the transaction ends."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
    await connection.execute(lock, {"sha256": f"{office_code} {sha256.hex()}"})
    statement = select(registry_loads).where(
        registry_loads.c.office_code == office_code, registry_loads.c.file_sha256 == sha256
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def load_by_id(connection: AsyncConnection, load_id: int) -> RowMapping | None:
    statement = select(registry_loads).where(registry_loads.c.id == load_id)
    return (await connection.execute(statement)).mappings().one_or_none()


async def all_loads(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (
        (
            await connection.execute(
                select(registry_loads).where(of_office(registry_loads)).order_by(registry_loads.c.id)
            )
        )
        .mappings()
        .all()
    )


async def own_layouts(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Return the newest version of each layout that the office added: name, version, content."""
    c = registry_layouts.c
    newest = select(func.max(registry_layouts.c.id)).where(c.is_own).group_by(c.name)
    statement = select(c.name, c.version, c.content).where(c.id.in_(newest)).order_by(c.name)
    return (await connection.execute(statement)).mappings().all()


async def layout_by_id(connection: AsyncConnection, layout_id: int) -> RowMapping | None:
    statement = select(registry_layouts).where(registry_layouts.c.id == layout_id)
    return (await connection.execute(statement)).mappings().one_or_none()


async def kept_layout(connection: AsyncConnection, name: str, version: int) -> RowMapping | None:
    c = registry_layouts.c
    statement = select(registry_layouts).where(c.name == name, c.version == version)
    return (await connection.execute(statement)).mappings().one_or_none()


async def versions_of(connection: AsyncConnection, name: str) -> list[tuple[int, int, str]]:
    """Return (id, version, content) of each stored text of a layout."""
    c = registry_layouts.c
    found = await connection.execute(select(c.id, c.version, c.content).where(c.name == name))
    return [(row.id, row.version, row.content) for row in found]


async def add_layout(connection: AsyncConnection, **values: Any) -> int:
    """Insert a layout and return its id; return the existing id where another transaction stored the same one."""
    statement = upsert(registry_layouts).values(**values).on_conflict_do_nothing().returning(registry_layouts.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    if found is None:
        kept = await kept_layout(connection, values["name"], values["version"])
        return int(kept["id"]) if kept else 0
    return found


async def next_load(connection: AsyncConnection) -> int:
    """Return the number of a new load. Its rows are inserted before the load itself, because its counts are known last."""
    found = await connection.execute(text("select nextval(pg_get_serial_sequence('programme.registry_loads', 'id'))"))
    return int(found.scalar_one())


async def add_load(connection: AsyncConnection, **values: Any) -> None:
    """Insert a load with its reserved number."""
    listed, given = ", ".join(values), ", ".join(f":{name}" for name in values)
    statement = text(f"insert into {registry_loads.fullname} ({listed}) overriding system value values ({given})")
    types = [bindparam(name, type_=registry_loads.c[name].type) for name in values]
    await connection.execute(statement.bindparams(*types), values)


async def add_part(connection: AsyncConnection, load_id: int, part: int, content: bytes) -> None:
    await connection.execute(insert(registry_parts).values(load_id=load_id, part=part, content_sealed=content))


async def parts_of(connection: AsyncConnection, load_id: int) -> list[bytes]:
    statement = select(registry_parts.c.content_sealed).where(registry_parts.c.load_id == load_id)
    return list((await connection.execute(statement.order_by(registry_parts.c.part))).scalars())


def rows_copied(load_id: int, rows: pl.DataFrame) -> io.BytesIO:
    """Return rows in the form of COPY. `rows` has every column of FACTS, SEALED, `line` and `warnings`; sealed values are bytes."""
    return _copied(load_id, rows, _ROW)


def rejects_copied(load_id: int, rejects: pl.DataFrame) -> io.BytesIO:
    return _copied(load_id, rejects, _REJECT)


def _copied(load_id: int, frame: pl.DataFrame, columns: Sequence[str]) -> io.BytesIO:
    of_load = frame.with_columns(pl.lit(load_id, pl.Int64).alias("load_id"), pl.col("line").cast(pl.Int32))
    return copied(of_load.select(columns))


async def add_rows(connection: AsyncConnection, rows: io.BytesIO, rejects: io.BytesIO) -> None:
    """Insert rows in the form of `rows_copied` and `rejects_copied`."""
    for table, columns, file in ((registry_rows, _ROW, rows), (registry_rejects, _REJECT, rejects)):
        if file.getbuffer().nbytes:
            await copy_rows(connection, table.name, columns, file)


# --- repairs -----------------------------------------------------------------------------------------------------


async def lock_repairs(connection: AsyncConnection, load_id: int) -> None:
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtext('jamsos.repairs'), cast(:load as int))"), {"load": load_id}
    )


async def repaired_lines(connection: AsyncConnection, load_id: int) -> frozenset[int]:
    """Return the lines of a load that a repair has replaced."""
    statement = select(registry_repairs.c.repaired_line).where(registry_repairs.c.repaired_load_id == load_id)
    return frozenset((await connection.execute(statement)).scalars())


_MENDABLE = """
    select line, array[reason] as defects, village_code from programme.registry_rejects
     where load_id = :load and reason = any(:mendable)
       and not exists (select from programme.registry_loads l where l.id = :load and l.columns ? 'repairs')
    union all
    select line, array(select w from unnest(warnings) w where w = any(:mendable)), village_code from programme.registry_rows
     where load_id = :load and warnings && cast(:mendable as text[])
"""


async def to_mend(connection: AsyncConnection, load_id: int, region: str) -> dict[int, list[str]]:
    """Return the defects of the unrepaired lines that a region's office can repair, by line.

    A rejected repair is repaired at its origin, in the load that it was to repair.
    """
    statement = text(f"""
        select m.line, m.defects from ({_MENDABLE}) m
         where starts_with(m.village_code, :region)
           and not exists (select from programme.registry_repairs x where x.repaired_load_id = :load and x.repaired_line = m.line)
         order by m.line""")
    values = {"load": load_id, "region": region, "mendable": list(map(str, MENDABLE))}
    return {row[0]: row[1] for row in await connection.execute(statement, values)}


async def mendable(connection: AsyncConnection, load_id: int, lines: Sequence[int]) -> dict[int, str]:
    """Return the region of each of these lines that can be repaired at all."""
    statement = text(f"select m.line, m.village_code from ({_MENDABLE}) m where m.line = any(:lines)")
    values = {"load": load_id, "lines": list(lines), "mendable": list(map(str, MENDABLE))}
    return {row[0]: row[1] for row in await connection.execute(statement, values)}


async def add_repairs(
    connection: AsyncConnection, load_id: int, repaired_load_id: int, rows: Sequence[tuple[int, int, str]]
) -> None:
    """Insert repairs as (line, the line it replaces, village)."""
    values = [
        {"load_id": load_id, "line": line, "repaired_load_id": repaired_load_id, "repaired_line": repaired, "village_code": village}
        for line, repaired, village in rows
    ]  # fmt: skip
    if values:
        await connection.execute(insert(registry_repairs), values)


# --- the quality of a load ---------------------------------------------------------------------------------------


async def defects_of(connection: AsyncConnection, load_id: int) -> list[RowMapping]:
    """Return by village and defect: village_code, defect, treatment, row_count, sample_lines (the first five)."""
    statement = select(registry_defects).where(registry_defects.c.load_id == load_id)
    return list((await connection.execute(statement.order_by(*registry_defects.primary_key.columns))).mappings())


async def add_alias_uses(connection: AsyncConnection, load_id: int, uses: Mapping[int, int]) -> None:
    """Insert for each alias the number of rows whose village it located."""
    values = [{"load_id": load_id, "alias_id": alias, "row_count": rows} for alias, rows in sorted(uses.items())]
    if values:
        await connection.execute(insert(registry_alias_uses), values)


async def alias_uses_of(connection: AsyncConnection, load_id: int) -> Sequence[RowMapping]:
    """Return the aliases that a load used, those with most rows first.

    The columns are name, district_name, village_code, regulation, recorded_by, recorded_at, row_count.
    """
    uses, names = registry_alias_uses.c, village_aliases.c
    statement = (
        select(
            names.name,
            names.district_name,
            names.village_code,
            names.regulation,
            names.recorded_by,
            names.recorded_at,
            uses.row_count,
        )
        .join_from(registry_alias_uses, village_aliases)
        .where(uses.load_id == load_id)
        .order_by(uses.row_count.desc(), names.id)
    )
    return (await connection.execute(statement)).mappings().all()
