"""The flow of a fund: all that came in, what was paid with which papers, which worker-months it bought, what is left. Nobody is named.

Every step closes: in = paid + carried away + given back + held, and what was paid is the sum of the orders and of the months.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.hiding import SMALLEST, hidden
from jamsos.coverage.tracing import fund_flow_store as store
from jamsos.coverage.tracing import store as tracing_store
from jamsos.coverage.tracing.store import Span
from jamsos.errors import NotFound, OutsideSight
from jamsos.ledger.rules import Act, Fund
from jamsos.ledger.service import fund_by_code
from jamsos.months import Month
from jamsos.regions.service import need_region

Cells = dict[tuple[Month, str], tuple[int, int]]  # worker-months and rupiah by month and district
MONTH, DISTRICT = 0, 1


class Movement(NamedTuple):
    """Money in (+) or out (−): a receipt by its number, what was carried by the other fund's code; gifts and refunds in one sum each."""

    act: Act
    reference: str | None
    day: date
    amount: int


class DisbursementOrder(NamedTuple):
    """A disbursement order and the bill that it pays, whole or in part."""

    sp2d_number: str
    paid_date: date
    billing_code: str
    decree_number: str
    month_from: Month
    month_to: Month
    amount: int


class Bought(NamedTuple):
    """Worker-months and rupiah, both None where they may not be told."""

    worker_months: int | None
    amount: int | None


@dataclass(frozen=True)
class FundFlow:
    """Of fewer than five workers only the rupiah are told: where they live would tell who they are."""

    fund: Fund
    movements: Sequence[Movement]
    orders: Sequence[DisbursementOrder]
    months: Mapping[Month, Bought]
    districts: Mapping[str, Bought]
    worker_months: int | None  # None where they are of few workers
    bought: int
    held: int

    @property
    def sources(self) -> list[Movement]:
        return [each for each in self.movements if each.amount > 0]

    @property
    def money_in(self) -> int:
        return sum(each.amount for each in self.sources)

    @property
    def paid(self) -> int:
        return sum(each.amount for each in self.orders)

    @property
    def away(self) -> list[Movement]:
        """What left without buying months here."""
        return [each for each in self.movements if each.amount < 0 and each.act != Act.pay]

    @property
    def hides(self) -> bool:
        return any(each.amount is None for each in [*self.months.values(), *self.districts.values()])

    @property
    def tells_every_month(self) -> bool:
        """Whether a receipt's months may be told beside these: its part of a month hidden here could tell it."""
        return self.worker_months is not None and not self.hides

    def receipt(self, number: str) -> Movement:
        """A receipt by its number. A gift's code is its donor's own and no number of ours. Raises NotFound."""
        found = [each for each in self.sources if each.act == Act.receive and each.reference == number]
        if not found:
            raise NotFound(what="source", which="-")
        return found[0]

    @property
    def closes(self) -> bool:
        out = self.paid - sum(each.amount for each in self.away)
        return self.money_in == out + self.held and self.paid == self.bought


async def fund_flow_of(connection: AsyncConnection, fund_code: str) -> FundFlow:
    """Raises FundUnknown, OutsideSight."""
    fund = await fund_by_code(connection, fund_code)
    movements = [Movement(Act(act), *rest) for act, *rest in await store.movements(connection, fund.id)]
    rows = await store.orders(connection, fund.id)
    orders = [
        DisbursementOrder(sp2d, day, bill, decree, Month.of(a), Month.of(b), amount)
        for sp2d, day, bill, decree, a, b, amount, _ in rows
    ]
    paid: Counter[int] = Counter()
    for *_, amount, bill_id in rows:
        paid[bill_id] += amount
    cells = await _bought(connection, paid)
    is_few = max(_workers(cells, MONTH).values(), default=SMALLEST) < SMALLEST
    return FundFlow(
        fund, movements, orders, {} if is_few else _told(cells, MONTH), {} if is_few else _told(cells, DISTRICT),
        None if is_few else sum(count for count, _ in cells.values()), sum(amount for _, amount in cells.values()),
        await store.held(connection, fund.id),
    )  # fmt: skip


async def _bought(connection: AsyncConnection, paid: Mapping[int, int]) -> Cells:
    """What was paid of each bill, by month and by district's name."""
    if await tracing_store.is_hidden(connection, list(paid)):
        raise OutsideSight()
    cells: Cells = {}
    rows = await tracing_store.bought(connection, [(bill, Span(0, amount)) for bill, amount in paid.items()])
    names = {code: await need_region(connection, code) for code in sorted({row[0] for row in rows})}
    for code, day, count, _, amount in rows:
        before = cells.get((Month.of(day), names[code]), (0, 0))
        cells[Month.of(day), names[code]] = (before[0] + count, before[1] + amount)
    return cells


def _told(cells: Cells, side: int) -> dict[Any, Bought]:
    """The cells added up by month or by district. A hidden count's rupiah would tell it."""
    sums: dict[Any, tuple[int, int]] = {}
    for key, (count, amount) in sorted(cells.items()):
        before = sums.get(key[side], (0, 0))
        sums[key[side]] = (before[0] + count, before[1] + amount)
    away = hidden(_workers(cells, side))
    return {key: Bought(None, None) if key in away else Bought(*sums[key]) for key in sorted(sums)}


def _workers(cells: Cells, side: int) -> dict[Any, int]:
    """At least so many workers: those of a month, and of a district those of its fullest month."""
    found: Counter[Any] = Counter()
    for key, (count, _) in cells.items():
        found[key[side]] = max(found[key[side]], count) if side == DISTRICT else found[key[side]] + count
    return dict(found)
