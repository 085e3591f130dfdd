"""Trace: which worker-months a receipt or gift bought, and whose money paid a worker's month. First in, first out, within one fund.

Sources are what came into the fields that may pay contributions, net of what was given back or reversed, in the order it
came; worker-months are taken in the order they were paid. Both are laid on one line of rupiah, so every rupiah of a month
has a source and the sums close.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import NotFound
from jamsos.ledger.service import fund_by_code
from jamsos.months import Month

_SOURCES = """
    tied as (
        select distinct on (field) field, pays_contributions from programme.fund_shares
         where fund_id = :fund order by field, valid_from desc
    ), moved as (
        select t.reference, min(t.number) as number, sum(p.amount)::bigint as amount
          from programme.journal_transactions t
          join programme.postings p on p.transaction_id = t.id and p.account = 'cash'
          left join tied s on s.field = p.field
         where t.fund_id = :fund and t.act in ('receive', 'donate', 'refund', 'carry', 'reverse')
           and coalesce(s.pays_contributions, true)
         group by t.reference
    ), sources as (
        select reference, amount, (sum(amount) over (order by number))::bigint - amount as starts,
               (sum(amount) over (order by number))::bigint as ends
          from moved where amount > 0
    )
"""
_MONTHS = """
    months as (
        select w.person_id, w.month, w.village_code, w.amount, reach - w.amount as starts, reach as ends
          from (select w.*, (sum(w.amount) over (order by p.payment_id, w.month, w.decree_line_id, w.person_id))::bigint as reach
                  from programme.paid_months p join programme.worker_months w using (person_id, month)
                 where w.fund_id = :fund) w
    )
"""
_FORWARD = text(
    f"""
    with {_SOURCES}, {_MONTHS}
    select left(m.village_code, 8), m.month, count(*), sum(least(m.ends, s.ends) - greatest(m.starts, s.starts))::bigint
      from sources s join months m on m.starts < s.ends and m.ends > s.starts
     where s.reference = :reference
     group by 1, 2 order by 1, 2
    """
)
_BACKWARD = text(
    f"""
    with {_SOURCES}, {_MONTHS}
    select s.reference, (least(m.ends, s.ends) - greatest(m.starts, s.starts))::bigint
      from months m join sources s on m.starts < s.ends and m.ends > s.starts
     where m.person_id = :person and m.month = :month
     order by s.starts
    """
)
_AMOUNT = text(f"with {_SOURCES} select amount from sources where reference = :reference")
_PAYER = text(
    """
    select w.fund_id, f.code, b.billing_code, d.number, w.amount
      from programme.worker_months w
      join programme.paid_months p using (person_id, month)
      join programme.payments y on y.id = p.payment_id
      join programme.documents d on d.id = y.sp2d_id
      join programme.bills b on b.id = w.bill_id
      join programme.funds f on f.id = w.fund_id
     where w.person_id = :person and w.month = :month
    """
)


class Bought(NamedTuple):
    """Worker-months of one district and month that a source paid, the first and last perhaps in part."""

    district_code: str
    month: Month
    worker_months: int
    amount: int


@dataclass(frozen=True)
class Spent:
    """`amount` = what the months in `bought` took + `left`."""

    amount: int
    bought: Sequence[Bought]
    left: int


class Slice(NamedTuple):
    """Rupiah of a worker's month that came from a source: a receipt's number, a pledge's code, or the fund it was carried from."""

    reference: str
    amount: int


@dataclass(frozen=True)
class Origin:
    """How a worker's month was paid; the slices add up to `amount`."""

    fund_code: str
    billing_code: str
    sp2d_number: str
    amount: int
    slices: Sequence[Slice]


async def trace_money(connection: AsyncConnection, *, fund_code: str, reference: str) -> Spent:
    """Forward: what a receipt (by number) or a gift (by its pledge's code) bought. Nobody is named. Raises FundUnknown, NotFound."""
    fund = await fund_by_code(connection, fund_code)
    values = {"fund": fund.id, "reference": reference}
    amount = (await connection.execute(_AMOUNT, values)).scalar_one_or_none()
    if amount is None:
        raise NotFound(what="source", which=reference)
    rows = (await connection.execute(_FORWARD, values)).all()
    bought = [Bought(row[0], Month.of(row[1]), row[2], row[3]) for row in rows]
    return Spent(amount, bought, amount - sum(each.amount for each in bought))


async def trace_month(connection: AsyncConnection, *, person_id: int, month: Month) -> Origin:
    """Backward: bill, payment paper, fund and sources of a worker's paid month. Raises NotFound."""
    values = {"person": person_id, "month": month.first_day}
    payer = (await connection.execute(_PAYER, values)).first()
    if payer is None:
        raise NotFound(what="worker_months", which=f"{person_id} {month}")
    slices = (await connection.execute(_BACKWARD, values | {"fund": payer[0]})).all()
    return Origin(payer[1], payer[2], payer[3], payer[4], [Slice._make(each) for each in slices])
