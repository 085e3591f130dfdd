"""Fund flow: the money that a fund received, the payments with their documents, the worker-months paid, and the rest.

Every step balances: in = paid + carried to other funds + refunded + held. The paid sum equals that of the orders and of
the months.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tracing import fund_flow_store as store
from jamsos.coverage.tracing import store as tracing_store
from jamsos.coverage.tracing.service import Spent
from jamsos.coverage.tracing.store import Span
from jamsos.disclosure import Suppression, is_small, suppress_counts
from jamsos.errors import NotFound, OutsideSight
from jamsos.ledger.rules import Fund, MovementKind
from jamsos.ledger.service import fund_by_code
from jamsos.months import Month
from jamsos.regions.service import need_region

Cells = dict[tuple[Month, str], tuple[int, int]]  # worker-months and rupiah by month and district
MONTH, DISTRICT = 0, 1


class Movement(NamedTuple):
    """Money in (+) or out (−): a deposit by its number, carried money by the other fund's code, donations and refunds as one sum each."""

    kind: MovementKind
    reference: str | None
    day: date
    amount: int


class DisbursementOrder(NamedTuple):
    """A disbursement order and the bill that it pays, whole or in part.

    `amount` is None where it would reveal a suppressed month.
    """

    sp2d_number: str
    paid_date: date
    billing_code: str
    decree_number: str
    month_from: Month
    month_to: Month
    amount: int | None


class Bought(NamedTuple):
    """Worker-months and rupiah, both None where they are suppressed."""

    worker_months: int | None
    amount: int | None


@dataclass(frozen=True)
class FundFlow:
    """The flow of a fund's money. Where workers are few, only the fund's sums are disclosed.

    `districts` is empty where a fund of the same years pays few workers in some district. All funds' payments in a
    district are public, so the other funds' counts would reveal the small one.
    """

    fund: Fund
    movements: Sequence[Movement]
    orders: Sequence[DisbursementOrder]
    months: Mapping[Month, Bought]
    districts: Mapping[str, Bought]
    worker_months: int | None  # None where they are of few workers
    bought: int
    paid: int
    held: int

    @property
    def sources(self) -> list[Movement]:
        return [each for each in self.movements if each.amount > 0]

    @property
    def money_in(self) -> int:
        return sum(each.amount for each in self.sources)

    @property
    def away(self) -> list[Movement]:
        """Outflows that paid no worker-months of this fund."""
        return [each for each in self.movements if each.amount < 0 and each.kind != MovementKind.pay]

    @property
    def hides(self) -> bool:
        return any(each.amount is None for each in self.months.values())

    def tells(self, spent: Spent) -> bool:
        """Return whether these figures and a deposit's months can both be disclosed.

        Neither the deposit's part of a month nor the rest of the month may be small.
        """
        if self.worker_months is None or self.hides:
            return False
        for (fund_code, month), (count, _, _) in spent.months.items():
            all_of_month = self.months[month].worker_months if fund_code == self.fund.code else None
            if all_of_month is not None and (is_small(count) or is_small(all_of_month - count)):
                return False
        return True

    def deposit(self, number: str) -> Movement:
        """Return a deposit by its number. A donor's code is no deposit number. Raises NotFound."""
        found = [each for each in self.sources if each.kind == MovementKind.receive and each.reference == number]
        if not found:
            raise NotFound(what="source", which="-")
        return found[0]

    @property
    def closes(self) -> bool:
        out = self.paid - sum(each.amount for each in self.away)
        return self.money_in == out + self.held and self.paid == self.bought


async def fund_flow_of(connection: AsyncConnection, fund_code: str) -> FundFlow:
    """Return the flow of a fund's money. Raises FundUnknown, OutsideSight."""
    fund = await fund_by_code(connection, fund_code)
    movements = [Movement(MovementKind(kind), *rest) for kind, *rest in await store.movements(connection, fund.id)]
    rows = await store.orders(connection, fund.id)
    cells = await _bought(connection, rows)
    months = _sums(cells, MONTH)
    total = sum(count for count, _ in cells.values())
    few = suppress_counts({month: count for month, (count, _) in months.items()})
    if is_small(total, len(months)):
        few = Suppression((), frozenset({0}), few.columns)
    orders = [
        DisbursementOrder(
            sp2d,
            day,
            bill,
            decree,
            Month.of(a),
            Month.of(b),
            None if _covers(few, Month.of(a), Month.of(b)) else amount,
        )
        for sp2d, day, bill, decree, a, b, amount, _ in rows
    ]
    told = {month: Bought(None, None) if few.hides(month) else Bought(*sums) for month, sums in months.items()}
    tells_districts = not few and not await _any_fund_has_few(connection, fund, cells)
    return FundFlow(
        fund, movements, orders,
        {} if few.whole else told,
        {name: Bought(*sums) for name, sums in _sums(cells, DISTRICT).items()} if tells_districts else {},
        None if few.whole else total,
        sum(amount for _, amount in cells.values()), sum(row[-2] for row in rows), await store.held(connection, fund.id),
    )  # fmt: skip


async def _bought(connection: AsyncConnection, orders: Sequence[tuple[Any, ...]]) -> Cells:
    """Return the worker-months paid of each bill, by month and by district name."""
    paid: Counter[int] = Counter()
    for *_, amount, bill_id in orders:
        paid[bill_id] += amount
    if await tracing_store.is_hidden(connection, list(paid)):
        raise OutsideSight()
    cells: Cells = {}
    rows = await tracing_store.bought(connection, [(bill, Span(0, amount)) for bill, amount in paid.items()])
    names = {code: await need_region(connection, code) for code in sorted({row[0] for row in rows})}
    for code, day, count, _, amount in rows:
        before = cells.get((Month.of(day), names[code]), (0, 0))
        cells[Month.of(day), names[code]] = (before[0] + count, before[1] + amount)
    return cells


def _sums(cells: Cells, side: int) -> dict[Any, tuple[int, int]]:
    """Return the cells added up by month or by district, in order."""
    sums: dict[Any, tuple[int, int]] = {}
    for key, (count, amount) in sorted(cells.items()):
        before = sums.get(key[side], (0, 0))
        sums[key[side]] = (before[0] + count, before[1] + amount)
    return dict(sorted(sums.items()))


def _covers(few: Suppression[Month], first: Month, last: Month) -> bool:
    """Return whether a bill of these months would reveal a suppressed one: its amount is the rate times its worker-months."""
    return any(few.hides(month) for month in few.columns[0].counts if first <= month <= last)


async def _any_fund_has_few(connection: AsyncConnection, fund: Fund, cells: Cells) -> bool:
    """Return whether this fund, or another of the regency in the same years, pays few workers in some district and month."""
    years = {month.year for month, _ in cells}
    if any(is_small(count) for count, _ in cells.values()):
        return True
    for other in await store.other_funds(connection, fund.id):
        for (month, _), (count, _) in (await _bought(connection, await store.orders(connection, other))).items():
            if month.year in years and is_small(count):
                return True
    return False
