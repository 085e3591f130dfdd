"""Allocation: decide which fund pays which worker-months of a plan, within the rules of every fund.

Allocation posts nothing: the decree commits the money. An exact solver (HiGHS) applies these goals in order, so that no
tie is broken by chance:

- the most worker-months
- the lowest cost
- the highest minimum of workers per month, because unbroken cover is worth most
- earlier months
- funds in the order in which they were named
- groups in the order in which they were named
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple

import highspy
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.ledger import store
from jamsos.ledger.errors import AmountWrong
from jamsos.ledger.funds import groups_by_month
from jamsos.ledger.rates import monthly_rate
from jamsos.ledger.rules import Account, Fund
from jamsos.ledger.service import free_to_spend, fund_by_code
from jamsos.months import Month
from jamsos.worker_groups import Group


class Unusable(StrEnum):
    """Why the money of a fund pays nothing in a plan.

    share: tied to another field.
    year: the months lie outside the fund's year.
    groups: the workers without a payer belong to groups that the fund may not pay for.
    remainder: less than the cost of one more worker-month.
    not_needed: every worker-month has a payer.
    """

    share = "share"
    year = "year"
    groups = "groups"
    remainder = "remainder"
    not_needed = "not_needed"


Demand = Mapping[Group | None, int]  # workers of each month by group; None: the group is unknown


class Source(NamedTuple):
    """A fund as the solver sees it: the rupiah it may spend, the rupiah tied elsewhere, and its rate for each month."""

    code: str
    spendable: int
    tied: int
    rates: Mapping[Month, int]  # the months it may pay
    groups: Mapping[Month, frozenset[Group]] | None = None  # the groups it may pay for; None: every group

    def may_pay(self, month: Month, group: Group | None) -> bool:
        return month in self.rates and (self.groups is None or group in self.groups[month])


class Planned(NamedTuple):
    fund: str
    month: Month
    workers: int
    amount: int
    group: Group | None = None


class Unused(NamedTuple):
    fund: str
    rule: Unusable
    amount: int


@dataclass(frozen=True)
class Allocation:
    """The planned worker-months and the money that stays unused.

    `shortfall`: the cost of the worker-months without a payer at the public rate, less the unused remainders.
    """

    needed: int
    covered: int
    planned: Sequence[Planned]
    unused: Sequence[Unused]
    shortfall: int

    @property
    def amount(self) -> int:
        return sum(row.amount for row in self.planned)


async def allocate(
    connection: AsyncConnection, *, fund_codes: Sequence[str], demand: Demand, months: Sequence[Month]
) -> Allocation:
    """Return a plan for the workers in `demand` in each of `months`, paid from the free money of these funds.

    Raises FundUnknown, RateUnknown, AmountWrong.
    """
    if wrong := [count for count in demand.values() if count <= 0]:
        raise AmountWrong(amount=wrong[0])
    if not demand or not months:
        raise AmountWrong(amount=0)
    workers = sum(demand.values())
    sources = [await _source(connection, code, months) for code in dict.fromkeys(fund_codes)]
    public = {month: (await monthly_rate(connection, month=month, is_via_apbd=True)).total for month in months}
    plan = solve(sources, demand, months)
    paid = {month: sum(row.workers for row in plan if row.month == month) for month in months}
    unused = [each for source in sources for each in _unused(source, plan, demand)]
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
    return Source(code, spendable, free - spendable, rates, await groups_by_month(connection, fund.id, payable))


def _may_pay(fund: Fund, month: Month) -> bool:
    """Return whether the fund may pay the month. A public budget pays only months of its own fiscal year; other money also later ones."""
    return month.year == fund.fiscal_year if fund.is_via_apbd else month.year >= fund.fiscal_year


# the solver's variables: how many workers of a month and group a fund pays for
Cells = Mapping[tuple[Month, str, Group | None], Any]


def solve(sources: Sequence[Source], demand: Demand, months: Sequence[Month]) -> list[Planned]:
    """Return the plan by month, then in the order of the funds and of the groups."""
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.silent()
    cells = {
        (month, source.code, group): model.addIntegral(lb=0, ub=workers)
        for month in months
        for source in sources
        for group, workers in demand.items()
        if source.may_pay(month, group)
    }
    if not cells:
        return []
    _bound(model, cells, sources, demand)
    leanest = model.addIntegral(lb=0, ub=sum(demand.values()))
    for month in dict.fromkeys(month for month, _, _ in cells):
        model.addConstr(leanest - sum(cell for key, cell in cells.items() if key[0] == month) <= 0)
    _maximise(model, sum(cells.values()))
    _maximise(model, -sum(_costs(cells, sources).values()))
    _maximise(model, 1 * leanest)
    place = {key: number for number, key in enumerate(product(months, (source.code for source in sources), demand))}
    _maximise(model, -sum(place[key] * cell for key, cell in cells.items()))
    rates = {source.code: source.rates for source in sources}
    found = {key: round(model.val(cell)) for key, cell in cells.items()}
    return [
        Planned(code, month, count, count * rates[code][month], group)
        for (month, code, group), count in found.items()
        if count
    ]


def _bound(model: Any, cells: Cells, sources: Sequence[Source], demand: Demand) -> None:
    """Add the limits: each worker-month has at most one payer, and no fund exceeds its spendable money."""
    for month, group in dict.fromkeys((month, group) for month, _, group in cells):
        of_both = [cell for key, cell in cells.items() if (key[0], key[2]) == (month, group)]
        model.addConstr(sum(of_both) <= demand[group])
    costs = _costs(cells, sources)
    for source in sources:
        if source.code in costs:
            model.addConstr(costs[source.code] <= source.spendable)


def _costs(cells: Cells, sources: Sequence[Source]) -> dict[str, Any]:
    """Return the cost of the plan for each fund that may pay something."""
    rates = {source.code: source.rates for source in sources}
    costs: dict[str, Any] = {}
    for (month, code, _), cell in cells.items():
        costs[code] = costs.get(code, 0) + rates[code][month] * cell
    return costs


def _maximise(model: Any, goal: Any) -> None:
    """Maximise the goal within the earlier goals, then fix its best value as a constraint."""
    model.maximize(goal)
    best = round(model.getObjectiveValue())
    model.addConstr(goal >= best)


def _unused(source: Source, plan: Sequence[Planned], demand: Demand) -> list[Unused]:
    left = source.spendable - sum(row.amount for row in plan if row.fund == source.code)
    found = [
        Unused(source.code, Unusable.share, source.tied),
        Unused(source.code, _why_left(source, plan, demand), left),
    ]
    return [unused for unused in found if unused.amount]


def _why_left(source: Source, plan: Sequence[Planned], demand: Demand) -> Unusable:
    paid = Counter[tuple[Month, Group | None]]()
    for row in plan:
        paid[row.month, row.group] += row.workers
    unpaid = [(month, group) for month in source.rates for group in demand if paid[month, group] < demand[group]]
    if not source.rates:
        return Unusable.year
    if not unpaid:
        return Unusable.not_needed
    return Unusable.remainder if any(source.may_pay(*each) for each in unpaid) else Unusable.groups
