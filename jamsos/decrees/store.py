"""Decree queries. A query derives a line's end and its successor, because no line is ever changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import of_office
from jamsos.decrees.tables import decree_lines, decrees, run_approvals
from jamsos.months import ALWAYS
from jamsos.offices.store import one_of_office
from jamsos.sql_files import sql_file

# Decree lines with their effective last month after amendments. Billing uses this query.
HOLDING = sql_file(__file__, "places_held")


async def hold(connection: AsyncConnection, office_code: str) -> None:
    """Lock the decrees of a regency, so that two concurrent ones cannot name the same person for the same month."""
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtext('jamsos.decrees'), hashtext(:regency))"), {"regency": office_code}
    )


async def approvals(connection: AsyncConnection, run_id: int) -> Sequence[RowMapping]:
    """Return the approvals of a run's lists, oldest first."""
    found = select(run_approvals).where(run_approvals.c.run_id == run_id).order_by(run_approvals.c.id)
    return (await connection.execute(found)).mappings().all()


async def add_approval(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(run_approvals).values(**values))


async def add_decree(connection: AsyncConnection, **values: Any) -> RowMapping | None:
    """Insert a decree and return it; None when its number or its run is already in a decree."""
    added = upsert(decrees).values(**values).on_conflict_do_nothing().returning(*decrees.c)
    return (await connection.execute(added)).mappings().one_or_none()


async def add_lines(connection: AsyncConnection, lines: Sequence[Mapping[str, Any]]) -> None:
    if lines:
        await connection.execute(insert(decree_lines), lines)


async def by(connection: AsyncConnection, **key: object) -> RowMapping | None:
    """Return the decree with this `id`, `run_id`, or `number` in the office given or at work. Raises OfficeNeeded."""
    found = select(decrees).filter_by(**key)
    if "number" in key and "office_code" not in key:
        return await one_of_office(connection, found, decrees)
    return (await connection.execute(found)).mappings().one_or_none()


async def is_number_taken(connection: AsyncConnection, office_code: str, key: str) -> bool:
    """Return whether a decree of the office has this number, however it is written (`rules.number_key`)."""
    found = select(decrees.c.id).where(
        decrees.c.office_code == office_code, func.upper(func.replace(decrees.c.number, " ", "")) == key
    )
    return (await connection.execute(found)).first() is not None


async def all_of(connection: AsyncConnection, root_id: int | None = None) -> Sequence[RowMapping]:
    """Return every decree, or a determination and its amendments; oldest first."""
    found = select(decrees).where(of_office(decrees)).order_by(decrees.c.id)
    if root_id is not None:
        found = found.where((decrees.c.id == root_id) | (decrees.c.amends_id == root_id))
    return (await connection.execute(found)).mappings().all()


async def holding(connection: AsyncConnection, root_id: int) -> Sequence[RowMapping]:
    """Return the lines that hold or held a place of this decree, by id."""
    rows = await connection.execute(
        text(f"select * from ({HOLDING}) h where root_id = :root order by id"), {"root": root_id}
    )
    return rows.mappings().all()


_IN_FORCE = f"""
    select h.id as decree_line_id, h.person_id, m.month::date as month, h.village_code, h.group_code
    from ({HOLDING}) h
    cross join lateral generate_series(greatest(h.month_from, :first), least(h.last_month, :last), interval '1 month') as m(month)
    where h.root_id = :root
    order by m.month, h.id
"""


async def in_force(connection: AsyncConnection, root_id: int, first: date, last: date) -> Sequence[RowMapping]:
    """Return one row per line and month: decree_line_id, person_id, month (its first day), village_code, group_code."""
    rows = await connection.execute(text(_IN_FORCE), {"root": root_id, "first": first, "last": last})
    return rows.mappings().all()


_OVERLAPPING = text(
    f"""
    select distinct self.id as person_id, r.number from ({HOLDING}) h join programme.decrees r on r.id = h.root_id
    join programme.people p on p.id = h.person_id
    cross join lateral (values (p.id), (p.merged_into_id)) as self (id)
    where self.id is not null and r.office_code = :regency and h.month_from <= :last and h.issued_at <= :known_at
      and case when h.ended_at <= :known_at then h.last_month else h.month_to end >= greatest(:first, h.month_from)
    """
)


async def overlapping(
    connection: AsyncConnection, *, first: date, last: date, office_code: str, known_at: datetime = ALWAYS
) -> Sequence[tuple[int, str]]:
    """Return (person, decree number) of everyone of the regency whom a decree issued by then protects in one of these months.

    A person who was merged into another appears under both ids.
    """
    values = {"first": first, "last": last, "regency": office_code, "known_at": known_at}
    return [(row.person_id, row.number) for row in await connection.execute(_OVERLAPPING, values)]


_LEFT = f"""
    select distinct on (h.id) h.id as line_id, v.kind, v.event_date
    from ({HOLDING}) h
    join programme.standing_life_events v on v.person_id = h.person_id and v.event_date <= :as_of
    where h.root_id = :root and h.ended is null and v.event_date <= (h.month_to + interval '1 month - 1 day')
    order by h.id, v.event_date, v.kind
"""


async def left_by_event(connection: AsyncConnection, root_id: int, as_of: date) -> Sequence[RowMapping]:
    """Return the first life event of everyone who still holds a place: line_id, kind, event_date."""
    return (await connection.execute(text(_LEFT), {"root": root_id, "as_of": as_of})).mappings().all()


_ANNEX = sql_file(__file__, "annex_lines")


async def annex(connection: AsyncConnection, decree_id: int) -> Sequence[RowMapping]:
    """Return the lines of one decree as its annex prints them.

    `person_version`: the person as signed; `current_id` and `current_version`: as known now. `before_line` of
    `before_number` is the line that this one ends or follows. `is_return`: the person returns to their own earlier
    place.
    """
    return (await connection.execute(text(_ANNEX), {"decree": decree_id})).mappings().all()


_ABOUT = """
    select d.number, d.signed_date, l.action, l.reason, l.month_from, l.month_to,
           l.action = 'replacement' and exists (
               select from programme.decree_lines b join programme.decrees bd on bd.id = b.decree_id
               where b.person_id = any(:persons) and b.id < l.id and b.action <> 'termination'
                 and coalesce(bd.amends_id, bd.id) = coalesce(d.amends_id, d.id)) as is_return
    from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
    where l.person_id = any(:persons) and l.month_from <= :last and greatest(l.month_from, l.month_to) >= :first
    order by d.signed_date, d.id, l.line
"""


async def about(connection: AsyncConnection, persons: Sequence[int], first: date, last: date) -> Sequence[RowMapping]:
    """Return every line that names one of these ids for these months, with its decree.

    The columns are number, signed_date, action, reason, month_from, month_to, is_return. `is_return`: an earlier line
    of the decree or its amendments already named the person.
    """
    values = {"persons": list(persons), "first": first, "last": last}
    return (await connection.execute(text(_ABOUT), values)).mappings().all()


_BY_MONTH = f"""
    select m.month::date as month, count(*) as workers from ({HOLDING}) h
    cross join lateral generate_series(h.month_from, h.last_month, interval '1 month') as m(month)
    where h.root_id = :root group by 1 order by 1
"""


async def workers_by_month(connection: AsyncConnection, root_id: int) -> Sequence[tuple[date, int]]:
    rows = await connection.execute(text(_BY_MONTH), {"root": root_id})
    return [(row.month, row.workers) for row in rows]
