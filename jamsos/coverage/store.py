"""Coverage queries: bills, payments, receipts, and one worker's calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, RowMapping, Text, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tables import bills, coverage_months, insurer_receipts, payments
from jamsos.enrolment.tables import enrolment_answers
from jamsos.ledger.tables import funds


async def bill(connection: AsyncConnection, billing_code: str) -> RowMapping | None:
    """A bill with the code of its fund, and what is `paid` of it."""
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
    return (await connection.execute(statement)).mappings().one_or_none()


async def billed_of(connection: AsyncConnection, decree_id: int) -> int:
    """Rupiah billed for a decree and its amendments."""
    statement = select(func.coalesce(func.sum(bills.c.amount), 0)).where(bills.c.decree_id == decree_id)
    return int((await connection.execute(statement)).scalar_one())


async def add_payment(connection: AsyncConnection, **values: Any) -> int:
    return int((await connection.execute(insert(payments).values(**values).returning(payments.c.id))).scalar_one())


async def reach(connection: AsyncConnection, bill_id: int, paid: int) -> int:
    """Rupiah of the bill's worker-months that `paid` rupiah cover whole, in order of month and line."""
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
    """The worker-months from rupiah `before` to rupiah `paid` of the bill, in order of month and line; how many.

    Payments pay whole months in this order, so that what earlier ones paid ends with `before`.
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


async def calendar(connection: AsyncConnection, person_id: int) -> list[RowMapping]:
    """Every month of a worker that was ever billed, with its state, fund and bill."""
    statement = (
        select(coverage_months, funds.c.code.label("fund_code"), bills.c.billing_code)
        .join(funds, funds.c.id == coverage_months.c.fund_id)
        .join(bills, bills.c.id == coverage_months.c.bill_id)
        .where(coverage_months.c.person_id == person_id)
        .order_by(coverage_months.c.month)
    )
    return list((await connection.execute(statement)).mappings())


async def person_of(connection: AsyncConnection, membership_number: str) -> int | None:
    """Who holds this membership number."""
    c = enrolment_answers.c
    statement = select(c.person_id).where(c.membership_number == membership_number).order_by(c.id.desc()).limit(1)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def add_receipt(connection: AsyncConnection, **values: Any) -> int:
    statement = insert(insurer_receipts).values(**values).returning(insurer_receipts.c.id)
    return int((await connection.execute(statement)).scalar_one())


# One row of the receipt says one thing, the first that holds; what agrees, or is more than billed, is confirmed.
_CONFIRM = text(
    """
    with received as (
        select * from unnest(:lines, :months, :numbers, :amounts) as r (line, month, membership_number, amount)
    ), members as (
        select distinct on (membership_number) membership_number, person_id
          from programme.enrolment_answers
         where membership_number in (select membership_number from received)
         order by membership_number, id desc
    ), judged as (
        select r.line, r.month, r.amount as received_amount, m.person_id, w.amount, w.village_code,
               case when m.person_id is null then 'unknown_member'
                    when w.person_id is null and exists (select from programme.worker_months o
                         where o.bill_id = :bill_id and o.person_id = m.person_id) then 'wrong_month'
                    when w.person_id is null then 'not_billed'
                    when c.person_id is not null
                      or row_number() over (partition by m.person_id, r.month order by r.line) > 1 then 'double'
                    when p.person_id is null then 'not_paid'
                    when r.amount < w.amount then 'short'
                    when r.amount > w.amount then 'over' end as kind
          from received r
          left join members m using (membership_number)
          left join programme.worker_months w on w.bill_id = :bill_id and w.person_id = m.person_id and w.month = r.month
          left join programme.paid_months p on p.person_id = w.person_id and p.month = w.month
          left join programme.confirmed_months c on c.person_id = w.person_id and c.month = w.month
    ), differences as (
        select kind, line, person_id, month, case when kind in ('short', 'over') then amount else 0 end as billed_amount,
               received_amount, coalesce(village_code, :regency_code) as village_code
          from judged where kind is not null
        union all
        select 'not_confirmed', null, w.person_id, w.month, w.amount, 0, w.village_code
          from programme.worker_months w
          join programme.paid_months p using (person_id, month)
         where w.bill_id = :bill_id and w.month in (select month from received)
           and not exists (select from judged j where j.person_id = w.person_id and j.month = w.month)
           and not exists (select from programme.confirmed_months c where c.person_id = w.person_id and c.month = w.month)
    ), confirmed as (
        insert into programme.confirmed_months (person_id, month, receipt_id, village_code)
        select person_id, month, :receipt_id, village_code from judged where kind is null or kind = 'over'
        returning 1
    ), kept as (
        insert into programme.receipt_differences
               (receipt_id, kind, line, person_id, month, billed_amount, received_amount, village_code)
        select :receipt_id, kind, line, person_id, month, billed_amount, received_amount, village_code from differences
        returning kind, billed_amount, received_amount
    )
    select 'confirmed' as kind, count(*) as count, 0 as billed, 0 as received from confirmed
    union all
    select kind, count(*), sum(billed_amount)::bigint, sum(received_amount)::bigint from kept group by kind
    """
).bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("months", type_=ARRAY(Date)),
    bindparam("numbers", type_=ARRAY(Text)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
)


async def confirm(
    connection: AsyncConnection,
    *,
    bill_id: int,
    receipt_id: int,
    regency_code: str,
    rows: Sequence[tuple[int, date, str, int]],
) -> dict[str, tuple[int, int, int]]:
    """Read a receipt's (line, month, KPJ, rupiah) against the bill; by kind of difference, and under `confirmed`: how many,
    rupiah expected, rupiah received."""
    lines, months, numbers, amounts = (list(column) for column in zip(*rows, strict=True))
    values = {"bill_id": bill_id, "receipt_id": receipt_id, "regency_code": regency_code}
    values |= {"lines": lines, "months": months, "numbers": numbers, "amounts": amounts}
    found = (await connection.execute(_CONFIRM, values)).mappings()
    return {row["kind"]: (row["count"], row["billed"], row["received"]) for row in found}
