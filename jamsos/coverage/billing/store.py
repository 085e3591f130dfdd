"""Billing queries: compute all worker-months that a decree owes in one set-based statement."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CursorResult, Date, Text, TextClause, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tables import bills, worker_months
from jamsos.decrees.store import HOLDING
from jamsos.ledger.rules import Rate
from jamsos.months import Month
from jamsos.sql_files import sql_file
from jamsos.worker_groups import Group

Rates = Mapping[tuple[Month, str | None], Rate]  # by month and sector; None: every other sector

# For each accepted worker of a decree and its amendments: the membership number and the first month of cover. A person
# who was ended and named again has an answer for each line, and the earlier months are still owed.
_ACCEPTED = sql_file(__file__, "accepted_members")
_ROWS = sql_file(__file__, "months_owed", accepted=_ACCEPTED, holding=HOLDING)
_ARRAYS = (
    bindparam("months", type_=ARRAY(Date)),
    bindparam("sectors", type_=ARRAY(Text)),
    bindparam("jkk", type_=ARRAY(BigInteger)),
    bindparam("jkm", type_=ARRAY(BigInteger)),
)
_TOTALS = text(
    f"""{_ROWS}
    select count(*) filter (where is_owed), count(distinct person_id) filter (where is_owed),
           coalesce(sum(jkk + jkm) filter (where is_owed), 0)::bigint,
           sha256(convert_to(coalesce(string_agg(concat_ws(';', membership_number, to_char(month, 'YYYY-MM'), jkk, jkm), E'\\n'
                  order by month, membership_number) filter (where is_owed), ''), 'UTF8')),
           count(*) filter (where is_billed), min(month) filter (where is_billed),
           count(*) filter (where not is_billed and not is_owed)
      from split"""
).bindparams(*_ARRAYS)
_INSERT = text(
    f"""{_ROWS}
    insert into programme.worker_months
           (person_id, month, bill_id, decree_line_id, fund_id, group_code, village_code, jkk_amount, jkm_amount, amount)
    select person_id, month, :bill_id, decree_line_id, :fund_id, group_code, village_code, jkk, jkm, jkk + jkm
      from split where is_owed order by person_id, month"""
).bindparams(*_ARRAYS)
_STRANGE = text(
    f"""{_ROWS}, allowed as (
        select * from unnest(:allowed_months, :allowed_groups) as a (month, group_code)
    )
    select d.number as decree, l.line, s.group_code, s.month
      from split s join programme.decree_lines l on l.id = s.decree_line_id join programme.decrees d on d.id = l.decree_id
     where s.is_owed and (s.month, s.group_code) in (select month, group_code from allowed) is not true
     order by s.month, d.id, l.line limit 1"""
).bindparams(
    *_ARRAYS,
    bindparam("allowed_months", type_=ARRAY(Date)),
    bindparam("allowed_groups", type_=ARRAY(Text(collation="C"))),
)
_LIST = text(
    f"""with {_ACCEPTED}
    select w.month, a.membership_number, w.person_id, w.jkk_amount, w.jkm_amount, w.amount
      from programme.worker_months w
      join accepted a using (person_id)
     where w.bill_id = :bill_id
     order by w.month, a.membership_number"""
)


class Owed(NamedTuple):
    """The total that a decree owes for some months. `after_death` counts the omitted worker-months.

    `sha256` covers lines `KPJ;YYYY-MM;JKK;JKM` in order of month and KPJ.
    """

    worker_months: int
    workers: int
    amount: int
    sha256: bytes
    billed_before: int
    first_billed: date | None
    after_death: int


async def wait_turn(connection: AsyncConnection) -> None:
    """Lock billing, so that two concurrent bills never count the same month."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('jamsos.coverage'))"))


async def promise_needed(connection: AsyncConnection, root_id: int) -> int:
    """Return the rupiah that a determination and its amendments may still cost (reconciliation/promises.sql)."""
    return int(
        (await connection.execute(text("select programme.promise_needed(:root)"), {"root": root_id})).scalar_one()
    )


async def owed(connection: AsyncConnection, root_id: int, rates: Rates) -> Owed:
    return Owed._make((await _in_sets(connection, _TOTALS, {"root": root_id} | _arrays(rates))).one())


class Strange(NamedTuple):
    """A line of a decree whose fund may not pay for its group in a month."""

    decree: str
    line: int
    group_code: str | None
    month: date


async def strange_group(
    connection: AsyncConnection, root_id: int, rates: Rates, allowed: Mapping[Month, frozenset[Group]]
) -> Strange | None:
    """Return the first owed worker-month, by month and line, whose group is not allowed in that month."""
    pairs = [(month.first_day, str(group)) for month, groups in allowed.items() for group in groups]
    told = {"allowed_months": [month for month, _ in pairs], "allowed_groups": [group for _, group in pairs]}
    found = (await _in_sets(connection, _STRANGE, {"root": root_id} | _arrays(rates) | told)).first()
    return Strange._make(found) if found else None


async def _in_sets(connection: AsyncConnection, statement: TextClause, values: dict[str, Any]) -> CursorResult[Any]:
    """Execute a statement without nested-loop joins.

    With outdated statistics the planner takes the tables for empty and joins them by nested loops: a thousand workers
    took 90 seconds.
    """
    await connection.execute(text("set local enable_nestloop = off"))
    found = await connection.execute(statement, values)
    await connection.execute(text("set local enable_nestloop = on"))
    return found


def _arrays(rates: Rates) -> dict[str, list[Any]]:
    return {
        "months": [month.first_day for month, _ in rates],
        "sectors": [sector for _, sector in rates],
        "jkk": [rate.jkk for rate in rates.values()],
        "jkm": [rate.jkm for rate in rates.values()],
    }


async def add_bill(connection: AsyncConnection, **values: Any) -> int:
    return int((await connection.execute(insert(bills).values(**values).returning(bills.c.id))).scalar_one())


async def add_worker_months(
    connection: AsyncConnection, root_id: int, rates: Rates, *, bill_id: int, fund_id: int
) -> int:
    """Insert every worker-month that is owed and not yet billed, in one statement, and return how many."""
    values = {"root": root_id, "bill_id": bill_id, "fund_id": fund_id} | _arrays(rates)
    return (await _in_sets(connection, _INSERT, values)).rowcount


async def last_billed(connection: AsyncConnection, root_id: int) -> dict[int, date]:
    """Return the last billed month of each line of a decree and its amendments."""
    c = worker_months.c
    statement = (
        select(c.decree_line_id, func.max(c.month))
        .join(bills)
        .where(bills.c.decree_id == root_id)
        .group_by(c.decree_line_id)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def people_of(connection: AsyncConnection, bill_id: int) -> list[int]:
    statement = select(worker_months.c.person_id).where(worker_months.c.bill_id == bill_id).distinct()
    return list((await connection.execute(statement)).scalars())


async def lines_of(connection: AsyncConnection, root_id: int, bill_id: int) -> AsyncIterator[Any]:
    """Yield the rows of the bill's list: month, KPJ, person, JKK, JKM, sum."""
    async with connection.stream(_LIST, {"root": root_id, "bill_id": bill_id}) as rows:
        async for row in rows:
            yield row
