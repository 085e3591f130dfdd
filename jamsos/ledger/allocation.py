"""Allocation: which fund pays which worker-months of a plan, within every fund's rules, as many as can be paid and no dearer.

Nothing is posted: money is promised when the decree is issued. An exact solver (HiGHS) decides in this order, so that a tie is never broken
by chance: most worker-months; then cheapest; then the leanest month as full as can be, because cover is worth most unbroken; then earlier
months; then funds in the order they were named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import highspy
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import AmountWrong
from jamsos.ledger import store
from jamsos.ledger.rates import monthly_rate
from jamsos.ledger.rules import Account, Fund
from jamsos.ledger.service import free_to_spend, fund_by_code
from jamsos.months import Month


class Unusable(StrEnum):
    """Why a fund's money pays nothing in a plan. share: tied to another field. year: the months lie outside the fund's year.
    remainder: less than one more worker-month costs. not_needed: everybody is paid for."""

    share = "share"
    year = "year"
    remainder = "remainder"
    not_needed = "not_needed"


class Source(NamedTuple):
    """A fund as the solver sees it: rupiah it may spend, rupiah tied elsewhere, and what a month costs from it."""

    code: str
    spendable: int
    tied: int
    rates: Mapping[Month, int]  # the months it may pay


class Planned(NamedTuple):
    fund: str
    month: Month
    workers: int
    amount: int


class Unused(NamedTuple):
    fund: str
    rule: Unusable
    amount: int


@dataclass(frozen=True)
class Allocation:
    """`shortfall`: what the worker-months without a payer cost at the public rate, less the remainders that lie ready for them."""

    needed: int
    covered: int
    planned: Sequence[Planned]
    unused: Sequence[Unused]
    shortfall: int

    @property
    def amount(self) -> int:
        return sum(row.amount for row in self.planned)


async def allocate(
    connection: AsyncConnection, *, fund_codes: Sequence[str], workers: int, months: Sequence[Month]
) -> Allocation:
    """A plan for `workers` in each of `months` from these funds' free money. Raises FundUnknown, RateUnknown, AmountWrong."""
    if workers <= 0 or not months:
        raise AmountWrong(amount=workers)
    sources = [await _source(connection, code, months) for code in dict.fromkeys(fund_codes)]
    public = {month: (await monthly_rate(connection, month=month, is_via_apbd=True)).total for month in months}
    plan = solve(sources, workers, months)
    paid = {month: sum(row.workers for row in plan if row.month == month) for month in months}
    unused = [each for source in sources for each in _unused(source, plan, paid, workers)]
    ready = sum(each.amount for each in unused if each.rule is Unusable.remainder)
    return Allocation(
        needed=workers * len(months),
        covered=sum(paid.values()),
        planned=plan,
        unused=unused,
        shortfall=max(sum((workers - paid[month]) * public[month] for month in months) - ready, 0),
    )


async def _source(connection: AsyncConnection, code: str, months: Sequence[Month]) -> Source:
    fund = await fund_by_code(connection, code)
    free = -sum((await store.balances(connection, fund.id))[Account.free].values())
    spendable = await free_to_spend(connection, code)
    payable = [month for month in months if _may_pay(fund, month)]
    rates = {
        month: (await monthly_rate(connection, month=month, is_via_apbd=fund.is_via_apbd)).total for month in payable
    }
    return Source(code, spendable, free - spendable, rates)


def _may_pay(fund: Fund, month: Month) -> bool:
    """A public budget pays months of its own fiscal year; other money also later ones."""
    return month.year == fund.fiscal_year if fund.is_via_apbd else month.year >= fund.fiscal_year


def solve(sources: Sequence[Source], workers: int, months: Sequence[Month]) -> list[Planned]:
    """The plan, by month and then in the order of the funds."""
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.silent()
    cells = {
        (month, source.code): model.addIntegral(lb=0, ub=workers)
        for month in months
        for source in sources
        if month in source.rates
    }
    if not cells:
        return []
    by_month = {month: [cell for (m, _), cell in cells.items() if m == month] for month in months}
    for of_month in by_month.values():
        if of_month:
            model.addConstr(sum(of_month) <= workers)
    for source in sources:
        if source.rates:
            model.addConstr(_cost(cells, source) <= source.spendable)
    leanest = model.addIntegral(lb=0, ub=workers)
    for of_month in by_month.values():
        if of_month:
            model.addConstr(leanest - sum(of_month) <= 0)
    codes = [source.code for source in sources]
    place = {key: months.index(key[0]) * len(sources) + codes.index(key[1]) for key in cells}
    _maximise(model, sum(cells.values()))
    _maximise(model, -sum(_cost(cells, source) for source in sources if source.rates))
    _maximise(model, 1 * leanest)
    _maximise(model, -sum(place[key] * cell for key, cell in cells.items()))
    rates = {source.code: source.rates for source in sources}
    found = {key: round(model.val(cell)) for key, cell in cells.items()}
    return [Planned(code, month, count, count * rates[code][month]) for (month, code), count in found.items() if count]


def _cost(cells: Mapping[tuple[Month, str], Any], source: Source) -> Any:
    return sum(source.rates[month] * cell for (month, code), cell in cells.items() if code == source.code)


def _maximise(model: Any, goal: Any) -> None:
    """Reach the goal as far as the goals before allow, and hold it there."""
    model.maximize(goal)
    best = round(model.getObjectiveValue())
    model.addConstr(goal >= best)


def _unused(source: Source, plan: Sequence[Planned], paid: Mapping[Month, int], workers: int) -> list[Unused]:
    left = source.spendable - sum(row.amount for row in plan if row.fund == source.code)
    if not source.rates:
        rule = Unusable.year
    elif any(paid[month] < workers for month in source.rates):
        rule = Unusable.remainder
    else:
        rule = Unusable.not_needed
    found = [Unused(source.code, Unusable.share, source.tied), Unused(source.code, rule, left)]
    return [unused for unused in found if unused.amount]
