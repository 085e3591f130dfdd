"""Difference queries: record differences after a receipt, resolve them by later facts, carry them to the next bill, list them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, TextClause, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.rules import Resolution
from jamsos.coverage.tables import difference_resolutions, find_in_vain, groundless
from jamsos.db import OF_OFFICE
from jamsos.decrees.store import HOLDING
from jamsos.sql_files import sql_file

_OPEN = "not exists (select from programme.difference_resolutions s where s.difference_id = d.id)"

_OURS = "c.insurer_receipt_id in (select id from programme.insurer_receipts where office_code = :office_code)"
_OURS = "c.insurer_receipt_id in (select id from programme.insurer_receipts where office_code = :office_code)"
_IN_VAIN = text(f"{find_in_vain(_OURS)} returning insurer_receipt_id, kind")
_GROUNDLESS = text(
    f"""
    insert into programme.difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, village_code)
    select d.id, '{Resolution.withdrawn}', :remark, :day, :officer, d.village_code
      from programme.coverage_differences d
      join programme.insurer_receipts r on r.id = d.insurer_receipt_id
     where r.office_code = :office_code and {groundless()}
    on conflict (difference_id) do nothing
    """
)

# Persons whom the bill's decree names for a month of the receipt, and who were never billed for that month.
_NOT_REGISTERED = text(sql_file(__file__, "not_registered", holding=HOLDING))


def _settle(resolution: Resolution, kinds: str, by: str) -> TextClause:
    """Return the statement that resolves differences of these kinds once their month exists in `by`."""
    return text(
        f"""
        insert into programme.difference_resolutions
               (difference_id, resolution, remark, resolved_date, resolved_by, village_code)
        select d.id, '{resolution}', :remark, :day, :officer, d.village_code
          from programme.coverage_differences d
          join {by} n on n.person_id = d.person_id and n.month = d.month
         where d.kind in ({kinds}) and {_OPEN}
        on conflict (difference_id) do nothing
        """
    )


_SETTLED = {
    Resolution.confirmed_later: _settle(
        Resolution.confirmed_later,
        "'not_confirmed', 'not_paid'",
        "(select person_id, month from programme.confirmed_months where insurer_receipt_id = :id)",
    ),
    Resolution.billed_later: _settle(
        Resolution.billed_later,
        "'not_registered'",
        "(select person_id, month from programme.worker_months where bill_id = :id)",
    ),
}
_CARRY = text(sql_file(__file__, "carried_to_next_bill", open=_OPEN))
_LIST = """
    select d.id, b.billing_code, d.kind, d.owner, d.person_id, d.month, d.billed_amount, d.received_amount, r.received_date,
           s.resolution, s.resolved_date, s.remark, d.village_code,
           (select count(*) from programme.carried_differences c where c.difference_id = d.id) as carried
      from programme.coverage_differences d
      join programme.insurer_receipts r on r.id = d.insurer_receipt_id
      join programme.bills b on b.id = r.bill_id
      left join programme.difference_resolutions s on s.difference_id = d.id
"""


async def renew_in_vain(
    connection: AsyncConnection, office_code: str, *, remark: str, day: date, officer: str
) -> Sequence[RowMapping]:
    """Close differences without a reason, and record new months paid in vain. Return the receipt and kind of each."""
    await connection.execute(
        _GROUNDLESS, {"office_code": office_code, "remark": remark, "day": day, "officer": officer}
    )
    return (await connection.execute(_IN_VAIN, {"office_code": office_code})).mappings().all()


async def find_not_registered(connection: AsyncConnection, bill_id: int, insurer_receipt_id: int) -> int:
    """Record the persons named by the decree and never billed for the receipt's months, and return how many."""
    found = await connection.execute(_NOT_REGISTERED, {"bill_id": bill_id, "insurer_receipt_id": insurer_receipt_id})
    return len(found.all())


async def settle(
    connection: AsyncConnection, resolution: Resolution, *, id_: int, remark: str, day: date, officer: str
) -> int:
    """Resolve what the receipt (confirmed_later) or bill (billed_later) with this id corrects, and return how many."""
    values = {"id": id_, "remark": remark, "day": day, "officer": officer}
    return (await connection.execute(_SETTLED[resolution], values)).rowcount


async def carry(connection: AsyncConnection, bill_id: int, fund_id: int) -> tuple[int, int]:
    """Carry the fund's unresolved differences to this bill. Return how many, and rupiah received less billed."""
    row = (await connection.execute(_CARRY, {"bill_id": bill_id, "fund_id": fund_id})).one()
    return row[0], row[1]


async def listed(
    connection: AsyncConnection, *, billing_code: str | None, month: date | None, is_open: bool
) -> Sequence[RowMapping]:
    """Return the differences in order of discovery."""
    asked = {"b.billing_code = :billing_code": billing_code, "d.month = :month": month}
    where = [condition for condition, value in asked.items() if value is not None]
    where += ["s.difference_id is null"] if is_open else []
    where.append(f"b.{OF_OFFICE.format(table='b')}")
    statement = text(f"{_LIST} where {' and '.join(where)} order by d.id")
    values = {"billing_code": billing_code, "month": month}
    return (
        (await connection.execute(statement, {name: values[name] for name in values if values[name] is not None}))
        .mappings()
        .all()
    )


async def one(connection: AsyncConnection, difference_id: int) -> RowMapping | None:
    found = await connection.execute(text(f"{_LIST} where d.id = :id"), {"id": difference_id})
    return found.mappings().one_or_none()


async def add_resolution(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(difference_resolutions).values(**values))


async def lock(connection: AsyncConnection, difference_id: int) -> None:
    """Lock a difference, so that only one transaction resolves it."""
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtext('jamsos.differences'), :id)"), {"id": difference_id % 2**31}
    )
