"""Coverage queries: bills, payments, insurer receipts, and one worker's calendar."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.rules import EndOfCover, Spell
from jamsos.coverage.tables import bills, coverage_months, payments, worker_spells_of
from jamsos.enrolment.tables import enrolment_answers
from jamsos.ledger.tables import funds
from jamsos.months import Month
from jamsos.offices.store import one_of_office

_SPELLS = text(f"{worker_spells_of('m.person_id = any(:person_ids)')} order by month_from")


async def bill(connection: AsyncConnection, billing_code: str) -> RowMapping | None:
    """Return a bill with the code of its fund, and the rupiah `paid` of it."""
    paid = select(func.coalesce(func.sum(payments.c.amount), 0)).where(payments.c.bill_id == bills.c.id)
    statement = (
        select(
            bills,
            funds.c.code.label("fund_code"),
            paid.scalar_subquery().cast(bills.c.amount.type).label("paid"),
        )
        .join(funds, funds.c.id == bills.c.fund_id)
        .where(bills.c.billing_code == billing_code)
    )
    return await one_of_office(connection, statement, bills)


async def billed_of(connection: AsyncConnection, decree_id: int) -> int:
    """Return the rupiah billed for a decree and its amendments."""
    statement = select(func.coalesce(func.sum(bills.c.amount), 0)).where(bills.c.decree_id == decree_id)
    return int((await connection.execute(statement)).scalar_one())


async def add_payment(connection: AsyncConnection, **values: Any) -> int:
    return int((await connection.execute(insert(payments).values(**values).returning(payments.c.id))).scalar_one())


async def reach(connection: AsyncConnection, bill_id: int, paid: int) -> int:
    """Return the rupiah of those worker-months of the bill that `paid` rupiah pay in full, in order of month and line."""
    statement = text(
        """
        select coalesce(max(reach), 0)::bigint
          from (select sum(w.amount) over (order by w.month, w.decree_line_id, w.person_id) as reach
                  from programme.worker_months w where w.bill_id = :bill_id) w
         where reach <= :paid
        """
    )
    return int((await connection.execute(statement, {"bill_id": bill_id, "paid": paid})).scalar_one())


async def add_paid_months(connection: AsyncConnection, *, bill_id: int, payment_id: int, before: int, paid: int) -> int:
    """Insert the worker-months between rupiah `before` and rupiah `paid` of the bill, by month and line; return how many.

    Payments pay whole months in this order, so that the months of earlier payments end at `before`.
    """
    statement = text(
        """
        insert into programme.paid_months (person_id, month, payment_id, village_code)
        select person_id, month, :payment_id, village_code
          from (select w.*, sum(w.amount) over (order by w.month, w.decree_line_id, w.person_id) as reach
                  from programme.worker_months w where w.bill_id = :bill_id) w
         where reach > :before and reach <= :paid
        """
    )
    values = {"bill_id": bill_id, "payment_id": payment_id, "before": before, "paid": paid}
    return (await connection.execute(statement, values)).rowcount


async def calendar(connection: AsyncConnection, person_ids: Sequence[int]) -> list[RowMapping]:
    """Return every billed month of a worker, under any of these ids, with its state, fund and bill."""
    statement = (
        select(coverage_months, funds.c.code.label("fund_code"), bills.c.billing_code)
        .join(funds, funds.c.id == coverage_months.c.fund_id)
        .join(bills, bills.c.id == coverage_months.c.bill_id)
        .where(coverage_months.c.person_id.in_(person_ids))
        .order_by(coverage_months.c.month)
    )
    return list((await connection.execute(statement)).mappings())


async def spells(connection: AsyncConnection, person_ids: Sequence[int]) -> list[Spell]:
    """Return every spell of cover of a worker, under any of these ids, in order."""
    found = (await connection.execute(_SPELLS, {"person_ids": list(person_ids)})).mappings()
    return [
        Spell(
            run_from=Month.of(row["run_from"]),
            month_from=Month.of(row["month_from"]),
            month_to=Month.of(row["month_to"]),
            protected_from=row["protected_from"],
            protected_to=row["protected_to"],
            end_reason=EndOfCover(row["end_reason"]),
        )
        for row in found
    ]


async def person_of(connection: AsyncConnection, membership_number: str) -> int | None:
    """Return the person with this membership number."""
    c = enrolment_answers.c
    statement = select(c.person_id).where(c.membership_number == membership_number).order_by(c.id.desc()).limit(1)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found
