"""Tracing queries: the sources and the outflows of a fund, each laid on one line of rupiah, first in, first out.

Sources are the money in fields that may pay contributions, in order of arrival, less refunds (the newest money first).
Outflows are payments of bills and carries to another year, in order of time. Reversed transactions do not count. Rupiah
n of the outflows is rupiah n of the sources. A bill is a line of its own: its worker-months by month, decree line and
person.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.sql_files import sql_file

_LINES = sql_file(__file__, "first_in_first_out")


def _asked(statement: str) -> Any:
    arrays = [
        bindparam(name, type_=ARRAY(BigInteger)) for name in ("starts", "ends", "bills") if f":{name}" in statement
    ]
    return text(statement).bindparams(*arrays)


class Span(NamedTuple):
    """Rupiah `starts` to `ends` of a line; `ends` is excluded."""

    starts: int
    ends: int


class Source(NamedTuple):
    """A part of a source. `turn`: its number among the sources with the same reference; `begun`: the start of the whole source."""

    kind: str
    reference: str
    turn: int
    begun: int
    starts: int
    ends: int


class Outflow(NamedTuple):
    """A part of an outflow. `place`: its start on the line of the payment's bill, or, for a carry, within the carry."""

    kind: str
    reference: str
    turn: int
    bill_id: int | None
    place: int
    amount: int


_SOURCES_OF = _asked(f"with {_LINES} select starts, ends from sources where reference = :reference order by starts")
_CARRIED = "kind = 'carry' and reference = :reference and turn = :turn"
_CARRIED_IN = _asked(f"with {_LINES} select starts, ends from sources where {_CARRIED}")
_CARRIED_OUT = _asked(f"with {_LINES} select starts, ends from outflows where {_CARRIED}")
_SOURCES_WITHIN = _asked(
    f"""
    with {_LINES}
    select kind, reference, turn, starts, greatest(starts, :from), least(ends, :to)
      from sources where starts < :to and ends > :from order by starts
    """
)
_OUTFLOWS_WITHIN = _asked(sql_file(__file__, "outflows_within", lines=_LINES))
# Stored sums give the whole months of a bill. Only where a span ends within a month are single worker-months read.
_BOUGHT = _asked(sql_file(__file__, "months_bought"))
_HIDDEN = text(
    """
    select exists (
        select from programme.bills b where b.id = any (:bills)
           and b.amount is distinct from (select sum(s.amount) from programme.worker_month_sums s where s.bill_id = b.id)
    )
    """
).bindparams(bindparam("bills", type_=ARRAY(BigInteger)))
_PAID = text(sql_file(__file__, "payment_of_a_month"))
_OUTFLOW_OF = _asked(f"with {_LINES} select starts from outflows where id = :transaction")


async def sources_of(connection: AsyncConnection, fund_id: int, reference: str) -> list[Span]:
    """Return the spans of a reference's money on the fund's line."""
    rows = await connection.execute(_SOURCES_OF, {"fund": fund_id, "reference": reference})
    return [Span._make(row) for row in rows]


async def carried_in(connection: AsyncConnection, fund_id: int, reference: str, turn: int) -> Span | None:
    """Return the span that the `turn`-th carry from the fund with code `reference` covers, on this fund's line."""
    return await _one(connection, _CARRIED_IN, fund=fund_id, reference=reference, turn=turn)


async def carried_out(connection: AsyncConnection, fund_id: int, reference: str, turn: int) -> Span | None:
    """Return the span that the `turn`-th carry to the fund with code `reference` covers, on this fund's line."""
    return await _one(connection, _CARRIED_OUT, fund=fund_id, reference=reference, turn=turn)


async def _one(connection: AsyncConnection, statement: Any, **values: Any) -> Span | None:
    found = (await connection.execute(statement, values)).first()
    return Span._make(found) if found else None


async def sources_within(connection: AsyncConnection, fund_id: int, span: Span) -> list[Source]:
    """Return the sources of a span of the fund's line, cut to that span."""
    rows = await connection.execute(_SOURCES_WITHIN, {"fund": fund_id, "from": span.starts, "to": span.ends})
    return [Source._make(row) for row in rows]


async def outflows_within(connection: AsyncConnection, fund_id: int, spans: Sequence[Span]) -> list[Outflow]:
    """Return the outflows in these spans of the fund's line."""
    starts, ends = [span.starts for span in spans], [span.ends for span in spans]
    rows = await connection.execute(_OUTFLOWS_WITHIN, {"fund": fund_id, "starts": starts, "ends": ends})
    return [Outflow._make(row) for row in rows]


async def bought(connection: AsyncConnection, parts: Sequence[tuple[int, Span]]) -> list[tuple[Any, ...]]:
    """Return what spans of bills paid: (district code, month, worker-months, how many of them only in part, rupiah)."""
    values = {
        "bills": [bill_id for bill_id, _ in parts],
        "starts": [span.starts for _, span in parts],
        "ends": [span.ends for _, span in parts],
    }
    return [tuple(row) for row in await connection.execute(_BOUGHT, values)]


async def is_hidden(connection: AsyncConnection, bill_ids: Sequence[int]) -> bool:
    """Return whether some worker-months of these bills are invisible to the actor, so that their use cannot be computed."""
    return bool((await connection.execute(_HIDDEN, {"bills": list(bill_ids)})).scalar_one())


async def paid(connection: AsyncConnection, person_id: int, month: Any) -> dict[str, Any] | None:
    """Return how a worker-month was paid, and its `place` on the line of that payment."""
    found = (await connection.execute(_PAID, {"person": person_id, "month": month})).mappings().one_or_none()
    return dict(found) if found else None


async def outflow_of(connection: AsyncConnection, fund_id: int, transaction_id: int) -> int:
    """Return the start of a payment on the fund's line."""
    values = {"fund": fund_id, "transaction": transaction_id}
    return int((await connection.execute(_OUTFLOW_OF, values)).scalar_one())
