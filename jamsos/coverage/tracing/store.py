"""Trace queries: what came into a fund and what left it, each laid on one line of rupiah, first in, first out.

Sources: money that came into the fields that may pay contributions, in the order it came, less what went back to its giver (the newest
of it first); what was reversed never was. Outflows: payments of bills and what was carried to another year, in the order they left.
Rupiah n of the outflows is rupiah n of the sources. A bill is a line of its own: its worker-months by month, decree line and person.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

_LINES = """
    tied as (
        select distinct on (field) field, pays_contributions from programme.fund_shares
         where fund_id = :fund order by field, valid_from desc
    ), cash as materialized (
        select t.id, t.number, t.act, t.reference, sum(p.amount)::bigint as amount
          from programme.journal_transactions t
          join programme.postings p on p.transaction_id = t.id and p.account = 'cash'
          left join tied s on s.field = p.field
         where t.fund_id = :fund and t.act <> 'reverse' and coalesce(s.pays_contributions, true)
           and not exists (select from programme.journal_transactions r where r.reverses_id = t.id)
         group by t.id
    ), returned as (
        select reference, -sum(amount) as amount from cash where act = 'refund' group by reference
    ), came as (
        select c.*, sum(c.amount) over (partition by c.reference order by c.number desc) - c.amount as newer,
               row_number() over (partition by c.reference, c.act order by c.number) as turn
          from cash c where c.act in ('receive', 'donate', 'carry') and c.amount > 0
    ), kept as (
        select c.id, c.number, c.act, c.reference, c.turn,
               (c.amount - least(c.amount, greatest(coalesce(r.amount, 0) - c.newer, 0)))::bigint as amount
          from came c left join returned r using (reference)
    ), sources as (
        select k.*, (sum(amount) over (order by number))::bigint - amount as starts,
               (sum(amount) over (order by number))::bigint as ends
          from kept k where amount > 0
    ), outflows as (
        select c.id, c.act, c.reference, row_number() over (partition by c.reference, c.act order by c.number) as turn,
               (sum(-c.amount) over (order by c.number))::bigint + c.amount as starts,
               (sum(-c.amount) over (order by c.number))::bigint as ends
          from cash c where c.act in ('pay', 'carry') and c.amount < 0
    )
"""


def _asked(statement: str) -> Any:
    arrays = [
        bindparam(name, type_=ARRAY(BigInteger)) for name in ("starts", "ends", "bills") if f":{name}" in statement
    ]
    return text(statement).bindparams(*arrays)


class Span(NamedTuple):
    """Rupiah `starts` to `ends` (the last not included) of a line."""

    starts: int
    ends: int


class Source(NamedTuple):
    """A part of a source. `turn`: its number among the sources of the same reference; `begun`: where the whole source starts."""

    act: str
    reference: str
    turn: int
    begun: int
    starts: int
    ends: int


class Outflow(NamedTuple):
    """A part of an outflow. `place`: where a payment's part starts on the line of its bill; of what was carried, on its own."""

    act: str
    reference: str
    turn: int
    bill_id: int | None
    place: int
    amount: int


_SOURCES_OF = _asked(f"with {_LINES} select starts, ends from sources where reference = :reference order by starts")
_CARRIED = "act = 'carry' and reference = :reference and turn = :turn"
_CARRIED_IN = _asked(f"with {_LINES} select starts, ends from sources where {_CARRIED}")
_CARRIED_OUT = _asked(f"with {_LINES} select starts, ends from outflows where {_CARRIED}")
_SOURCES_WITHIN = _asked(
    f"""
    with {_LINES}
    select act, reference, turn, starts, greatest(starts, :from), least(ends, :to)
      from sources where starts < :to and ends > :from order by starts
    """
)
_OUTFLOWS_WITHIN = _asked(
    f"""
    with {_LINES}, spans as (select * from unnest(:starts, :ends) as span (starts, ends))
    select o.act, o.reference, o.turn, y.bill_id,
           (greatest(o.starts, s.starts) - o.starts + coalesce(y.before, 0))::bigint,
           least(o.ends, s.ends) - greatest(o.starts, s.starts)
      from outflows o
      join spans s on o.starts < s.ends and o.ends > s.starts
      left join lateral (
          select y.bill_id, (select sum(b.amount) from programme.payments b where b.bill_id = y.bill_id and b.id < y.id) as before
            from programme.payments y where y.transaction_id = o.id
      ) y on true
     order by o.starts, s.starts
    """
)
# Whole months of a bill are known by their sums; only where a span ends within a month its workers are looked at.
_BOUGHT = _asked(
    """
    with spans as (select * from unnest(:bills, :starts, :ends) as span (bill_id, starts, ends)
    ), sums as (
        select bill_id, month, sum(amount) as amount from programme.worker_month_sums
         where bill_id = any (:bills) group by bill_id, month
    ), months as (
        select bill_id, month, amount, (sum(amount) over (partition by bill_id order by month))::bigint as ends from sums
    ), blocks as (
        select bill_id, month, m.ends - m.amount as begun, greatest(m.ends - m.amount, s.starts) as starts,
               least(m.ends, s.ends) as ends, s.starts <= m.ends - m.amount and m.ends <= s.ends as is_whole
          from months m join spans s using (bill_id) where m.ends - m.amount < s.ends and m.ends > s.starts
    ), lines as (
        select w.bill_id, w.month, w.person_id, w.village_code, w.amount,
               b.begun + sum(w.amount) over (partition by w.bill_id, w.month order by w.decree_line_id, w.person_id) as ends
          from programme.worker_months w
          join (select distinct bill_id, month, begun from blocks where not is_whole) b using (bill_id, month)
    ), parts as (
        select l.village_code, l.month, l.amount,
               sum(least(l.ends, b.ends) - greatest(l.ends - l.amount, b.starts)) as part
          from lines l join blocks b using (bill_id, month)
         where not b.is_whole and l.ends > b.starts and l.ends - l.amount < b.ends
         group by l.person_id, l.month, l.village_code, l.amount
    ), bought as (
        select s.village_code, s.month, s.worker_months, 0 as shared, s.amount
          from programme.worker_month_sums s join blocks using (bill_id, month) where is_whole
        union all
        select village_code, month, 1, (part < amount)::int, part from parts
    )
    select left(village_code, 8), month, sum(worker_months)::bigint, sum(shared)::bigint, sum(amount)::bigint
      from bought group by 1, 2 order by 1, 2
    """
)
_HIDDEN = text(
    """
    select exists (
        select from programme.bills b where b.id = any (:bills)
           and b.amount is distinct from (select sum(s.amount) from programme.worker_month_sums s where s.bill_id = b.id)
    )
    """
).bindparams(bindparam("bills", type_=ARRAY(BigInteger)))
_PAID = text(
    """
    select w.fund_id, f.code, c.number as decree_number, b.billing_code, b.amount as bill_amount, d.number as sp2d_number,
           y.paid_date, y.amount as paid_amount, w.amount, w.bill_id,
           coalesce((select sum(s.amount) from programme.worker_month_sums s where s.bill_id = w.bill_id and s.month < w.month), 0)
           + coalesce((select sum(o.amount) from programme.worker_months o
                        where o.bill_id = w.bill_id and o.month = w.month
                          and (o.decree_line_id, o.person_id) < (w.decree_line_id, w.person_id)), 0)
           - coalesce((select sum(e.amount) from programme.payments e where e.bill_id = w.bill_id and e.id < y.id), 0) as place,
           y.transaction_id
      from programme.worker_months w
      join programme.paid_months p using (person_id, month)
      join programme.payments y on y.id = p.payment_id
      join programme.documents d on d.id = y.sp2d_id
      join programme.bills b on b.id = w.bill_id
      join programme.decrees c on c.id = b.decree_id
      join programme.funds f on f.id = w.fund_id
     where w.person_id = :person and w.month = :month
    """
)
_OUTFLOW_OF = _asked(f"with {_LINES} select starts from outflows where id = :transaction")


async def sources_of(connection: AsyncConnection, fund_id: int, reference: str) -> list[Span]:
    """Where the money of a reference lies on the fund's line."""
    rows = await connection.execute(_SOURCES_OF, {"fund": fund_id, "reference": reference})
    return [Span._make(row) for row in rows]


async def carried_in(connection: AsyncConnection, fund_id: int, reference: str, turn: int) -> Span | None:
    """What came by the `turn`-th carrying from the fund of code `reference`, on this fund's line."""
    return await _one(connection, _CARRIED_IN, fund=fund_id, reference=reference, turn=turn)


async def carried_out(connection: AsyncConnection, fund_id: int, reference: str, turn: int) -> Span | None:
    """What left by the `turn`-th carrying to the fund of code `reference`, on this fund's line."""
    return await _one(connection, _CARRIED_OUT, fund=fund_id, reference=reference, turn=turn)


async def _one(connection: AsyncConnection, statement: Any, **values: Any) -> Span | None:
    found = (await connection.execute(statement, values)).first()
    return Span._make(found) if found else None


async def sources_within(connection: AsyncConnection, fund_id: int, span: Span) -> list[Source]:
    """The sources below a span of the fund's line, cut to it."""
    rows = await connection.execute(_SOURCES_WITHIN, {"fund": fund_id, "from": span.starts, "to": span.ends})
    return [Source._make(row) for row in rows]


async def outflows_within(connection: AsyncConnection, fund_id: int, spans: Sequence[Span]) -> list[Outflow]:
    """What left of these spans of the fund's line."""
    starts, ends = [span.starts for span in spans], [span.ends for span in spans]
    rows = await connection.execute(_OUTFLOWS_WITHIN, {"fund": fund_id, "starts": starts, "ends": ends})
    return [Outflow._make(row) for row in rows]


async def bought(connection: AsyncConnection, parts: Sequence[tuple[int, Span]]) -> list[tuple[Any, ...]]:
    """Spans of the lines of bills as (district code, month, worker-months, how many of them only in part, rupiah)."""
    values = {
        "bills": [bill_id for bill_id, _ in parts],
        "starts": [span.starts for _, span in parts],
        "ends": [span.ends for _, span in parts],
    }
    return [tuple(row) for row in await connection.execute(_BOUGHT, values)]


async def is_hidden(connection: AsyncConnection, bill_ids: Sequence[int]) -> bool:
    """Whether some worker-months of these bills are out of sight: then nobody can say what a rupiah of them bought."""
    return bool((await connection.execute(_HIDDEN, {"bills": list(bill_ids)})).scalar_one())


async def paid(connection: AsyncConnection, person_id: int, month: Any) -> dict[str, Any] | None:
    """How a worker's month was paid, and its `place` on the line of that payment."""
    found = (await connection.execute(_PAID, {"person": person_id, "month": month})).mappings().one_or_none()
    return dict(found) if found else None


async def outflow_of(connection: AsyncConnection, fund_id: int, transaction_id: int) -> int:
    """Where a payment starts on the fund's line."""
    values = {"fund": fund_id, "transaction": transaction_id}
    return int((await connection.execute(_OUTFLOW_OF, values)).scalar_one())
