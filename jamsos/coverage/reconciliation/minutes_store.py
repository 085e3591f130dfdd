"""Minutes queries: the numbers of a month as of now, and as signed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, exists, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.reconciliation.minutes_tables import (
    FREEZE_LOCK,
    minute_differences,
    minute_lines,
    minutes,
    minutes_reopenings,
)
from jamsos.decrees.store import HOLDING
from jamsos.ledger.tables import funds
from jamsos.sql_files import sql_file

_NOW = text(sql_file(__file__, "minutes_of_a_month", holding=HOLDING))
_DIFFERENCES_NOW = text(
    """
    select d.id, d.kind, d.owner, d.billed_amount, d.received_amount, d.village_code, s.resolution as agreed
      from programme.coverage_differences d
      join programme.insurer_receipts r on r.id = d.insurer_receipt_id
      left join programme.difference_resolutions s on s.difference_id = d.id
     where d.month = :month and r.office_code = :office_code
     order by d.id
    """
)
_DIFFERENCES_SIGNED = text(
    """
    select d.id, d.kind, d.owner, d.billed_amount, d.received_amount, d.village_code, n.agreed
      from programme.minute_differences n join programme.coverage_differences d on d.id = n.difference_id
     where n.minutes_id = :id order by d.id
    """
)
# Bills of the month with unpaid worker-months, or not yet confirmed by the insurer.
_WAITING = text(
    """
    select b.billing_code, bool_or(c.state = 'billed') as is_unpaid
      from programme.coverage_months c join programme.bills b on b.id = c.bill_id
     where c.month = :month and b.office_code = :office_code
     group by b.id
    having bool_or(c.state = 'billed')
        or bool_or(c.state = 'paid' and not exists (
               select from programme.coverage_differences d where d.person_id = c.person_id and d.month = c.month))
     order by b.billing_code limit 1
    """
)


async def lock(connection: AsyncConnection) -> None:
    """Lock all months, so that no other transaction adds to them."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext(:lock))"), {"lock": FREEZE_LOCK})


async def numbers(connection: AsyncConnection, office_code: str, month: date) -> Sequence[RowMapping]:
    """Return by fund the workers named, confirmed, billed and paid, and the rupiah."""
    return (await connection.execute(_NOW, {"office_code": office_code, "month": month})).mappings().all()


async def differences(connection: AsyncConnection, office_code: str, month: date) -> Sequence[RowMapping]:
    found = await connection.execute(_DIFFERENCES_NOW, {"office_code": office_code, "month": month})
    return found.mappings().all()


async def waiting(connection: AsyncConnection, office_code: str, month: date) -> RowMapping | None:
    """Return the first bill that is not paid, or not confirmed, for this month."""
    found = await connection.execute(_WAITING, {"office_code": office_code, "month": month})
    return found.mappings().first()


async def signed(connection: AsyncConnection, office_code: str, months: Iterable[date]) -> RowMapping | None:
    """Return the first signed minutes of these months that were not reopened."""
    c = minutes.c
    opened = exists().where(minutes_reopenings.c.minutes_id == c.id)
    statement = select(minutes).where(c.office_code == office_code, c.month.in_(list(months)), ~opened)
    statement = statement.order_by(c.month)
    return (await connection.execute(statement)).mappings().first()


async def signed_as(connection: AsyncConnection, office_code: str, number: str) -> RowMapping | None:
    """Return the minutes of a regency with this number."""
    c = minutes.c
    found = select(minutes).where(c.office_code == office_code, c.number == number)
    return (await connection.execute(found)).mappings().one_or_none()


async def reopened(connection: AsyncConnection, office_code: str, month: date) -> Sequence[RowMapping]:
    """Return the reopened minutes of a month, oldest first: id, number, officer, reason, opened_date."""
    c, o = minutes.c, minutes_reopenings.c
    statement = (
        select(c.id, c.number, o.officer, o.reason, o.opened_date)
        .join(minutes_reopenings)
        .where(c.office_code == office_code, c.month == month)
        .order_by(c.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def add_reopening(connection: AsyncConnection, **facts: Any) -> None:
    await connection.execute(insert(minutes_reopenings).values(**facts))


async def signed_numbers(connection: AsyncConnection, minutes_id: int) -> Sequence[RowMapping]:
    statement = (
        select(minute_lines, funds.c.code.label("fund_code"))
        .join(funds, funds.c.id == minute_lines.c.fund_id)
        .where(minute_lines.c.minutes_id == minutes_id)
        .order_by(funds.c.code)
    )
    return (await connection.execute(statement)).mappings().all()


async def signed_differences(connection: AsyncConnection, minutes_id: int) -> Sequence[RowMapping]:
    return (await connection.execute(_DIFFERENCES_SIGNED, {"id": minutes_id})).mappings().all()


async def add(
    connection: AsyncConnection,
    facts: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    agreed: Sequence[Mapping[str, Any]],
) -> int:
    """Insert the minutes with their lines and differences, and return their id."""
    id_ = int((await connection.execute(insert(minutes).values(**facts).returning(minutes.c.id))).scalar_one())
    await connection.execute(insert(minute_lines), [dict(line) | {"minutes_id": id_} for line in lines])
    if agreed:
        await connection.execute(insert(minute_differences), [dict(each) | {"minutes_id": id_} for each in agreed])
    return id_
