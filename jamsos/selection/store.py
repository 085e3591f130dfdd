"""Selection queries. COPY transfers whole columns, so that a million candidates take seconds."""

import asyncio
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import RowMapping, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import sight_of
from jamsos.db import of_office
from jamsos.ledger.tables import funds
from jamsos.selection.manifest import Block
from jamsos.selection.ranking import INPUTS, OUTCOME, RANKED, REASON
from jamsos.selection.rules import History, Outcome, Terms
from jamsos.selection.tables import criteria, selection_candidates, selection_inputs, selection_runs
from jamsos.sql_files import sql_file

_HAS_NIK, _MATCHED, _UNMATCHED, _OTHER_PAYER, _FEMALE, _MALE, _DECILE = 1, 2, 4, 8, 16, 32, 64
_UNKNOWN_DAY, _FIRST_DAY = np.iinfo(np.int32).max, 10_957  # PostgreSQL's infinity, and the day number of its epoch
_NOW = sql_file(
    __file__,
    "people_asked_about",
    people="programme.people",
    # the row's village is the person's village
    groups="programme.person_groups where village_code >= $1 and village_code < $2",
    events="""(
        select person_id, kind from programme.standing_life_events where village_code >= $1 and village_code < $2 and event_date <= $5
        union all
        select person_id, kind from programme.events_from_elsewhere($1, $2, $5)) happened""",
)
# As known at the instant $6: the latest version then recorded, of each person not yet merged into another by then.
_THEN = sql_file(
    __file__,
    "people_asked_about",
    people="(select v.person_id as id, v.*, null as merged_into_id from programme.residents_known($1, $2, $6) v)",
    groups="programme.groups_known($1, $2, $6) held",
    events="""(
        select e.person_id, e.kind from programme.life_events e
         where e.village_code >= $1 and e.village_code < $2 and e.event_date <= $5 and e.recorded_at <= $6 and not exists (
               select from programme.life_event_withdrawals w where w.event_id = e.id and w.recorded_at <= $6)
        union all
        select person_id, kind from programme.events_from_elsewhere($1, $2, $5, $6)) happened""",
)
_HISTORY = {"is_continuing": "continuing", "is_covered": "covered", "is_refused_by_insurer": "refused"}


async def inputs(
    connection: AsyncConnection, terms: Terms, history: History, known_at: datetime | None = None
) -> pl.DataFrame:
    """Return every person of the office's region with what the criteria need, by person; columns `INPUTS`.

    With an instant, the rows are as known at that instant.
    """
    months = terms.month_from.first_day, terms.month_to.first_day
    values = (*sight_of(terms.office_code), *months, terms.as_of, *([known_at] if known_at else []))
    raw = await _raw(connection)
    await raw.execute("set local work_mem = '64MB'")  # the default makes PostgreSQL aggregate a million persons on disk
    rows = await raw.fetch(_THEN if known_at else _NOW, *values)
    return await asyncio.to_thread(_put_together, rows, history)


def _put_together(rows: Sequence[Mapping[str, Any]], history: History) -> pl.DataFrame:
    people = _people([row for row in rows if row["what"] == "person"]).sort("person_id")
    ids, person, facts = people["person_id"].to_numpy(), pl.col("person_id"), pl.col("facts")
    held = {
        what: {row["code"]: _numbers([row["persons"]], ">i8") for row in rows if row["what"] == what}
        for what in ("group", "event")
    }

    def says(bit: int) -> pl.Expr:
        return (facts & bit) != 0

    return people.with_columns(
        sex=pl.when(says(_FEMALE)).then(pl.lit("female")).when(says(_MALE)).then(pl.lit("male")),
        has_nik=says(_HAS_NIK),
        is_dukcapil_matched=pl.when(says(_MATCHED | _UNMATCHED)).then(says(_MATCHED)),
        decile=pl.when(facts >= _DECILE).then(facts // _DECILE - 1),
        groups=_codes(ids, held["group"]),
        events=_codes(ids, held["event"]),
        has_other_payer=says(_OTHER_PAYER) | person.is_in(list(history.insured_elsewhere)),
        **{column: person.is_in(list(getattr(history, of))) for column, of in _HISTORY.items()},
    ).select(pl.col(name).cast(kind) for name, kind in INPUTS.items())


def _people(villages: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return a table of person_id, village_code, birth_date, facts, occupation, decile_source."""
    every = {name: [village[name] for village in villages] for name in ("persons", "births", "facts")}
    births = pl.Series(_numbers(every["births"], ">i4"))
    words = {
        name: pl.Series([village[f"{name}s"] for village in villages], dtype=pl.String).str.split(" ").explode()
        for name in ("occupation", "decile_source")
    }
    counts = [len(persons) // 8 for persons in every["persons"]]
    return pl.DataFrame(
        {
            "person_id": _numbers(every["persons"], ">i8"),
            "village_code": pl.Series([village["code"] for village in villages], dtype=pl.String).gather(
                np.repeat(np.arange(len(villages)), counts)
            ),
            "birth_date": births.set(births == _UNKNOWN_DAY, None) + _FIRST_DAY,
            "facts": _numbers(every["facts"], ">i4"),
        }
        | {name: column.set(column == "", None) for name, column in words.items()}
    )


def _numbers(parts: Iterable[bytes], kind: str) -> Any:
    """Convert numbers from PostgreSQL's byte order to the native one."""
    return np.frombuffer(b"".join(parts), kind).astype(kind.replace(">", "<"))


def _codes(people: Any, held: Mapping[str, Any]) -> pl.Series:
    """Return for each of `people` (sorted) the codes that `held` (code → persons) gives, in alphabetical order, separated by spaces.

    Each code is a bit of a sum. There are few different sums, so few texts are made.
    """
    sums = np.zeros(len(people) + 1, np.int64)  # the last slot collects persons who are not in `people`
    known = np.append(people, -1)
    codes = sorted(held)
    for bit, code in enumerate(codes):
        at = np.searchsorted(people, held[code])
        sums[np.where(known[at] == held[code], at, -1)] |= 1 << bit
    given = pl.Series(sums[:-1])
    texts = {
        each: " ".join(code for bit, code in enumerate(codes) if each >> bit & 1) or None for each in given.unique()
    }
    return given.replace_strict(texts, return_dtype=pl.String)


async def _copied_out(
    connection: AsyncConnection, query: str, values: Sequence[Any], kinds: Mapping[str, Any]
) -> pl.DataFrame:
    """Return the rows of a query over codes and numbers as columns of the given kinds. Parsing overlaps with the transfer."""
    raw = await _raw(connection)
    held: list[bytes] = []
    reading: list[asyncio.Task[pl.DataFrame]] = []

    async def keep(block: bytes) -> None:  # whole rows
        held.append(bytes(block))
        if len(held) == _BLOCKS:
            read()

    def read() -> None:
        reading.append(asyncio.create_task(asyncio.to_thread(_columns, b"".join(held), kinds)))
        held.clear()

    await raw.copy_from_query(query, *values, output=keep, format="text", null="")
    read()
    return pl.concat(await asyncio.gather(*reading))


_BLOCKS = 2_000  # about 16 MB


def _columns(rows: bytes, kinds: Mapping[str, Any]) -> pl.DataFrame:
    if not rows:
        return pl.DataFrame(schema=kinds)
    return pl.read_csv(rows, has_header=False, separator="\t", quote_char=None, schema=kinds)


async def _raw(connection: AsyncConnection) -> Any:
    """Return the driver's own connection, inside the transaction (the first statement begins the transaction)."""
    await connection.execute(text("select"))
    return (await connection.get_raw_connection()).driver_connection


async def criteria_by(connection: AsyncConnection, *, office_code: str, code: str, version: int) -> RowMapping | None:
    found = select(criteria).where(
        criteria.c.office_code == office_code, criteria.c.code == code, criteria.c.version == version
    )
    return (await connection.execute(found)).mappings().one_or_none()


async def criteria_by_id(connection: AsyncConnection, criteria_id: int) -> RowMapping:
    return (await connection.execute(select(criteria).where(criteria.c.id == criteria_id))).mappings().one()


async def add_criteria(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(upsert(criteria).values(**values).on_conflict_do_nothing())


async def now(connection: AsyncConnection) -> datetime:
    """Return the moment that the database records for this transaction."""
    return (await connection.execute(select(func.now()))).scalar_one()


async def add_run(connection: AsyncConnection, **values: Any) -> int:
    added = insert(selection_runs).values(**values).returning(selection_runs.c.id)
    return int((await connection.execute(added)).scalar_one())


_RUNS = select(selection_runs, funds.c.code.label("fund_code")).outerjoin(funds)


async def run_by_id(connection: AsyncConnection, run_id: int) -> RowMapping | None:
    return (await connection.execute(_RUNS.where(selection_runs.c.id == run_id))).mappings().one_or_none()


async def runs(connection: AsyncConnection) -> Sequence[RowMapping]:
    return (
        (await connection.execute(_RUNS.where(of_office(selection_runs)).order_by(selection_runs.c.id)))
        .mappings()
        .all()
    )


async def keep_inputs(connection: AsyncConnection, run_id: int, office_code: str, blocks: Sequence[Block]) -> None:
    for block in blocks:
        values = block._asdict() | {"run_id": run_id, "office_code": office_code}
        await connection.execute(insert(selection_inputs).values(**values))


async def kept_inputs(connection: AsyncConnection, run_id: int, person_id: int | None = None) -> list[bytes]:
    """Return the blocks of a run's inputs in order; for one person only the block with that person."""
    c = selection_inputs.c
    found = select(c.content).where(c.run_id == run_id).order_by(c.first_person_id)
    if person_id is not None:
        found = found.where(c.first_person_id <= person_id, c.last_person_id >= person_id)
    return list((await connection.execute(found)).scalars())


async def kept_bounds(connection: AsyncConnection, run_id: int) -> list[tuple[int, int]]:
    """Return the first and the last person of each block, by which a query finds one person's block."""
    c = selection_inputs.c
    found = select(c.first_person_id, c.last_person_id).where(c.run_id == run_id).order_by(c.first_person_id)
    return [(row[0], row[1]) for row in await connection.execute(found)]


_ARRIVING = """
    create temporary table arriving_candidates (person_id bigint, rank int, score int, continuity_points int, group_points int,
        decile_points int, outcome text, reason text, distance int, group_code text, decile smallint, village_code text)
    on commit drop
"""
# Many candidates have the same parts of a score, so each combination becomes JSON only once.
_KEEP = """
    insert into programme.selection_candidates (run_id, person_id, rank, score, score_parts, outcome, reason, distance,
        group_code, decile, village_code)
    select :run_id, person_id, rank, score, score_parts, outcome, reason, distance, group_code, decile, village_code
    from pg_temp.arriving_candidates
    join (select continuity_points, group_points, decile_points,
                 jsonb_build_object('continuity', continuity_points, 'groups', group_points, 'decile', decile_points) as score_parts
          from pg_temp.arriving_candidates group by continuity_points, group_points, decile_points) parts
      using (continuity_points, group_points, decile_points)
"""


async def bring_candidates(connection: AsyncConnection, ranked: pl.DataFrame) -> None:
    """Copy the candidates into a temporary table, because COPY cannot write to a table with row-level security.

    The run need not exist yet.
    """
    await connection.execute(text(_ARRIVING))
    rows = await asyncio.to_thread(
        lambda: ranked.sort("person_id").write_csv(null_value="", include_header=False).encode()
    )
    raw = await _raw(connection)
    await raw.copy_to_table("arriving_candidates", source=io.BytesIO(rows), columns=ranked.columns, format="csv")


async def keep_candidates(connection: AsyncConnection, run_id: int) -> None:
    """Insert the candidates from the temporary table."""
    await connection.execute(text(_KEEP), {"run_id": run_id})
    await connection.execute(text("drop table pg_temp.arriving_candidates"))


_RANKED = """
    select person_id, rank, score, (score_parts->>'continuity')::int as continuity_points,
           (score_parts->>'groups')::int as group_points, (score_parts->>'decile')::int as decile_points, outcome, reason,
           distance, group_code, decile, village_code
    from programme.selection_candidates where run_id = $1 order by rank, person_id
"""


async def ranked(connection: AsyncConnection, run_id: int) -> pl.DataFrame:
    """Return the stored list of a run in its order, with the columns `RANKED`."""
    enums = {"outcome": OUTCOME, "reason": REASON}
    read = await _copied_out(connection, _RANKED, (run_id,), dict(RANKED) | dict.fromkeys(enums, pl.String))
    return read.with_columns(pl.col(name).cast(kind) for name, kind in enums.items())


async def candidate(connection: AsyncConnection, run_id: int, person_ids: Sequence[int]) -> RowMapping | None:
    """Return the row of the first of these persons who is in the run."""
    c = selection_candidates.c
    found = select(selection_candidates).where(c.run_id == run_id, c.person_id.in_(person_ids))
    rows = {row["person_id"]: row for row in (await connection.execute(found)).mappings()}
    return next((rows[person_id] for person_id in person_ids if person_id in rows), None)


async def last_score(connection: AsyncConnection, run_id: int) -> int | None:
    """Return the points of the last chosen candidate; None where nobody was chosen."""
    of = selection_candidates.c
    found = select(of.score).where(of.run_id == run_id, of.distance == 0, of.outcome == Outcome.chosen)
    return (await connection.execute(found)).scalar_one_or_none()
