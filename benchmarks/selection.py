"""The selection: a million people of one regency judged, ranked, cut, stored and explained, beside what SQL alone needs to rank the same
people by one window function, and beside a bare COPY of the rows we store.

OpenSPP2 publishes a preview under 2 s and a batch under 10 min at a million. `PEOPLE=10000000 python -m benchmarks selection`
runs it at ten millions.
"""

import asyncio
import io
import os
import resource
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.ledger.service import load_rates
from jamsos.offices.service import add_office
from jamsos.regions.service import load_regions
from jamsos.selection import service, store, verification
from jamsos.selection.criteria import SHIPPED, read_criteria

T = TypeVar("T")
PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
BLOCK = 1_000_000
CEILING = PEOPLE // 5 * 201_600
ASKED: dict[str, Any] = {
    "year": 2024,
    "office_code": "53.15",
    "criteria": read_criteria(SHIPPED / "mabar.toml"),
    "as_of": date(2024, 1, 1),
}
# Deterministic people: hashes of their numbers determine age, village, work and decile.
_PEOPLE = """
    with villages as (select code, row_number() over (order by code) - 1 as n from programme.villages where code like '53.15.%')
    insert into programme.people (full_name, nik_sealed, sex, birth_date, village_code, occupation, decile, decile_source)
    select 'X', int8send(g), case when g % 2 = 0 then 'female' else 'male' end,
           date '1954-01-01' + (hashint8(g) & 1048575) % 20000, v.code,
           (array['farmer', 'fisher', 'trader', 'driver', 'farmer', 'day_labourer', 'none'])[1 + (hashint8(g + 7) & 1048575) % 7],
           1 + (hashint8(g + 9) & 1048575) % 6, 'dtsen'
    from generate_series(cast(:first as bigint), cast(:last as bigint)) g
    join villages v on v.n = (hashint8(g + 3) & 1048575) % 169
"""
_GROUPS = """
    insert into programme.person_groups (person_id, group_code, village_code)
    select id, occupation, village_code from programme.people where occupation <> 'none'
    union all select id, 'single_mother', village_code from programme.people where id % 11 = 0
"""
_EVENTS = """
    insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
    select id, 'died', date '2023-05-05', 'bench', village_code from programme.people where id % 200 = 0
"""
_WINDOW = """
    select count(*), max(rank) from (
        select p.id, row_number() over (order by g.points desc, p.decile, p.birth_date, sha256(int8send(p.id))) as rank
        from programme.people p
        join (select person_id, sum(case group_code when 'single_mother' then 60 when 'farmer' then 30 else 25 end) as points
              from programme.person_groups group by person_id) g on g.person_id = p.id
        where p.village_code >= '53.15' and p.village_code < '53.15~' and p.decile <= 4
          and p.birth_date between date '1959-01-02' and date '2006-01-01'
          and not exists (select from programme.life_events e where e.person_id = p.id)
    ) ranked
"""


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        asyncio.run(_run(server.get_uri("postgres")))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(url: str) -> None:
    engine = engine_for(url)
    await _settle(engine)
    async with _work(engine) as connection:
        await _timed("SQL alone: rank by one window function", connection.execute(text(_WINDOW)))
    async with _work(engine) as connection:
        for _ in range(2):
            await _timed("preview: read, judged and cut", _preview(connection))
        selection = await service.preview(connection, COMMAND_LINE, ceiling=CEILING, **ASKED)
        await _timed("  and another ceiling on what was read", _again(selection))
        await _timed("a bare COPY of what we store", _bare_copy(connection, selection))
    async with _work(engine) as connection:
        run = await _timed(
            "read, ranked, cut and stored",
            service.run_selection(connection, COMMAND_LINE, ceiling=CEILING, **ASKED),
        )
    async with _work(engine) as connection:
        await _timed("explained: one person", verification.explain(connection, COMMAND_LINE, run.id, 77))
        verdict = await _timed("verified from the manifest", verification.verify(connection, COMMAND_LINE, run.id))
    assert verdict.is_equal
    print(f"  {run.candidates:,} candidates, {run.eligible:,} eligible, {run.chosen:,} chosen; peak {_peak():,} MB")
    await engine.dispose()


async def _settle(engine: AsyncEngine) -> None:
    await migrations.upgrade(engine)
    async with _work(engine) as connection:
        await load_regions(connection)
        await add_office(connection, COMMAND_LINE, "53.15")
        await load_rates(connection)
        for first in range(1, PEOPLE, BLOCK):
            span = {"first": first, "last": min(first + BLOCK - 1, PEOPLE)}
            await connection.execute(text(_PEOPLE), span)
        await connection.execute(text(_GROUPS))
        await connection.execute(text(_EVENTS))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze"))


@asynccontextmanager
async def _work(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as connection:
        yield connection


async def _timed(label: str, work: Awaitable[T]) -> T:
    start = time.perf_counter()
    done = await work
    print(f"  {label:<42}{time.perf_counter() - start:8.2f} s", flush=True)
    return done


async def _preview(connection: AsyncConnection) -> int:
    return (await service.preview(connection, COMMAND_LINE, ceiling=CEILING, **ASKED)).cut.places


async def _again(selection: service.Selection) -> int:
    return replace(selection, terms=replace(selection.terms, ceiling=CEILING // 2)).cut.places


async def _bare_copy(connection: AsyncConnection, selection: service.Selection) -> None:
    """Copy the stored rows into a table without keys, checks or indexes."""
    columns = ", ".join(f"{name} text" for name in selection.ranked.columns)
    await connection.execute(text(f"create table bare ({columns})"))
    rows = io.BytesIO(selection.ranked.write_csv().encode())
    raw = await store._raw(connection)
    await raw.copy_to_table("bare", source=rows, format="csv", header=True)
    await connection.execute(text("drop table bare"))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
