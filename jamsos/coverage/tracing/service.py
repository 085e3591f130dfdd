"""Tracing: which worker-months a deposit or donation paid, and which sources paid a worker-month. First in, first out.

Every rupiah of a month has a source and every source its months, so the sums balance at each step. Carried money is
traced into the fund of the other year. Two sources may pay one worker-month together; the month then counts for both,
and both mark it as shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tracing import store
from jamsos.coverage.tracing.store import Outflow, Source, Span
from jamsos.disclosure import is_small
from jamsos.errors import NotFound, OutsideSight
from jamsos.ledger.rules import Fund, MovementKind
from jamsos.ledger.service import fund_by_code, fund_by_id
from jamsos.months import Month


class Bought(NamedTuple):
    """Worker-months of one district and month that a source paid; `shared` of them only in part."""

    fund_code: str
    district_code: str
    month: Month
    worker_months: int
    shared: int
    amount: int


class Step(NamedTuple):
    """The use of the money in one fund: `amount` = `bought` + `carried` to another year + `left`."""

    fund_code: str
    amount: int
    bought: int
    carried: int
    left: int


@dataclass(frozen=True)
class Spent:
    """The use of a source: `amount` = the rupiah of the months in `bought` + what is `left` in the last steps."""

    amount: int
    steps: Sequence[Step]
    bought: Sequence[Bought]

    @property
    def left(self) -> int:
        return self.amount - sum(each.amount for each in self.bought)

    @property
    def worker_months(self) -> int:
        return sum(each.worker_months for each in self.bought)

    @property
    def months(self) -> dict[tuple[str, Month], tuple[int, int, int]]:
        """Worker-months, how many of them only in part, and rupiah, by fund and month, for all districts."""
        sums: dict[tuple[str, Month], tuple[int, int, int]] = {}
        for each in sorted(self.bought, key=lambda each: each.month):
            count, shared, amount = sums.get((each.fund_code, each.month), (0, 0, 0))
            sums[each.fund_code, each.month] = count + each.worker_months, shared + each.shared, amount + each.amount
        return sums

    @property
    def shared(self) -> int:
        return sum(each.shared for each in self.bought)

    @property
    def is_of_few(self) -> bool:
        """Return whether the worker-months of any fund are of few workers: then their rupiah would reveal how many."""
        return any(is_small(count, months) for count, months in self._by_fund.values())

    @property
    def is_shared_of_few(self) -> bool:
        """Return whether few worker-months were paid together with other money, or few were not."""
        months = len({each.month for each in self.bought})
        return is_small(self.shared, months) or is_small(self.worker_months - self.shared, months)

    @property
    def _by_fund(self) -> dict[str, tuple[int, int]]:
        """Return how many worker-months each fund paid, and of how many months."""
        found: dict[str, tuple[int, int]] = {}
        for fund_code in {each.fund_code for each in self.bought}:
            bought = [each for each in self.bought if each.fund_code == fund_code]
            found[fund_code] = sum(each.worker_months for each in bought), len({each.month for each in bought})
        return found


class Slice(NamedTuple):
    """Rupiah of a worker-month from one source: a deposit's number, or a pledge's code, in the fund that received it."""

    fund_code: str
    reference: str
    amount: int
    kind: MovementKind


@dataclass(frozen=True)
class Origin:
    """How a worker-month was paid: a part of a bill, paid by a disbursement order. The slices add up to `amount`."""

    fund_code: str
    decree_number: str
    billing_code: str
    bill_amount: int
    sp2d_number: str
    paid_date: date
    paid_amount: int
    amount: int
    slices: Sequence[Slice]


async def trace_money(connection: AsyncConnection, *, fund_code: str, reference: str) -> Spent:
    """Trace forward: return what a deposit (by number) or a donation (by its pledge's code) paid. Nobody is named.

    Raises FundUnknown, NotFound, OutsideSight.
    """
    fund = await fund_by_code(connection, fund_code)
    spans = await store.sources_of(connection, fund.id, reference)
    if not spans:
        raise NotFound(what="source", which=reference)
    steps, bought = await _follow(connection, fund, spans)
    return Spent(steps[0].amount, steps, bought)


async def _follow(connection: AsyncConnection, fund: Fund, spans: Sequence[Span]) -> tuple[list[Step], list[Bought]]:
    """Trace the money of these spans in this fund, then in the funds to which it was carried."""
    outflows = await store.outflows_within(connection, fund.id, spans)
    paid = [(each.bill_id, Span(each.place, each.place + each.amount)) for each in outflows if each.bill_id is not None]
    bought = await _bought(connection, fund, paid)
    carried = [each for each in outflows if each.kind == MovementKind.carry]
    amount, spent = sum(span.ends - span.starts for span in spans), sum(each.amount for each in bought)
    away = sum(each.amount for each in carried)
    steps = [Step(fund.code, amount, spent, away, amount - spent - away)]
    for each in carried:
        further = await _follow_carried(connection, fund, each)
        steps += further[0]
        bought += further[1]
    return steps, bought


async def _bought(connection: AsyncConnection, fund: Fund, paid: Sequence[tuple[int, Span]]) -> list[Bought]:
    if await store.is_hidden(connection, [bill_id for bill_id, _ in paid]):
        raise OutsideSight()
    rows = await store.bought(connection, paid)
    return [
        Bought(fund.code, district, Month.of(month), months, shared, amount)
        for district, month, months, shared, amount in rows
    ]


async def _follow_carried(connection: AsyncConnection, fund: Fund, carried: Outflow) -> tuple[list[Step], list[Bought]]:
    target = await fund_by_code(connection, carried.reference, fund.office_code)
    arrived = await store.carried_in(connection, target.id, fund.code, carried.turn)
    if arrived is None:
        return [], []  # the carry was reversed there, or its field may not pay contributions there
    starts = min(arrived.starts + carried.place, arrived.ends)
    span = Span(starts, min(starts + carried.amount, arrived.ends))
    return await _follow(connection, target, [span]) if span.ends > span.starts else ([], [])


async def trace_month(connection: AsyncConnection, *, person_id: int, month: Month) -> Origin:
    """Trace backward: return decree, bill, payment document, fund and sources of a paid worker-month.

    Raises NotFound, OutsideSight.
    """
    paid = await store.paid(connection, person_id, month.first_day)
    if paid is None:
        raise NotFound(what="worker_months", which=f"{person_id} {month}")
    if await store.is_hidden(connection, [paid["bill_id"]]):
        raise OutsideSight()
    fund = await fund_by_id(connection, paid["fund_id"])
    starts = await store.outflow_of(connection, fund.id, paid["transaction_id"]) + int(paid["place"])
    slices = await _sources(connection, fund, Span(starts, starts + paid["amount"]))
    facts = {name: paid[name] for name in _PAPERS}
    return Origin(fund_code=fund.code, slices=slices, **facts)


_PAPERS = ("decree_number", "billing_code", "bill_amount", "sp2d_number", "paid_date", "paid_amount", "amount")


async def _sources(connection: AsyncConnection, fund: Fund, span: Span) -> list[Slice]:
    """Return the sources of a span of the fund's line. For carried money, return its sources in the earlier fund."""
    slices = []
    for source in await store.sources_within(connection, fund.id, span):
        earlier = await _earlier(connection, fund, source) if source.kind == MovementKind.carry else []
        rest = source.ends - source.starts - sum(each.amount for each in earlier)
        slices += earlier + ([Slice(fund.code, source.reference, rest, MovementKind(source.kind))] if rest else [])
    return slices


async def _earlier(connection: AsyncConnection, fund: Fund, source: Source) -> list[Slice]:
    """Return the sources of carried money in its earlier fund; none for a field that may not pay there."""
    origin = await fund_by_code(connection, source.reference, fund.office_code)
    left = await store.carried_out(connection, origin.id, fund.code, source.turn)
    if left is None:
        return []
    starts = min(left.starts + source.starts - source.begun, left.ends)
    span = Span(starts, min(starts + source.ends - source.starts, left.ends))
    return await _sources(connection, origin, span) if span.ends > span.starts else []
