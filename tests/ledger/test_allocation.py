from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.ledger import store
from jamsos.ledger.allocation import Planned, Source, Unusable, Unused, allocate, solve
from jamsos.ledger.errors import AmountWrong, FundUnknown
from jamsos.ledger.rules import FundKind
from jamsos.months import Month, span
from jamsos.worker_groups import Group
from tests.money import add_fund, add_tobacco_fund, receive

YEAR = span(Month(2026, 1), Month(2026, 12))


async def test_the_plan_of_2026_pays_2764_of_4649_workers_and_names_the_shortfall(connection):
    await add_tobacco_fund(connection)
    await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    plan = await allocate(connection, fund_codes=["DBHCHT-2026"], demand={None: 4_649}, months=YEAR)

    assert [(row.month, row.workers, row.amount) for row in plan.planned] == [
        (month, 2_764, 46_435_200) for month in YEAR
    ]
    assert (plan.needed, plan.covered, plan.amount) == (55_788, 33_168, 557_222_400)
    assert plan.unused == [
        Unused("DBHCHT-2026", Unusable.share, 557_224_000),
        Unused("DBHCHT-2026", Unusable.remainder, 1_600),
    ]
    assert plan.shortfall == 380_014_400


async def test_money_outside_the_public_budget_pays_the_months_in_which_it_pays_half(connection):
    await add_fund(connection, "DONASI-2026", kind=FundKind.donation, is_via_apbd=False, fiscal_year=2026)
    await receive(connection, 10 * 8_400, "DONASI-2026", day=date(2026, 1, 5))

    plan = await allocate(
        connection, fund_codes=["DONASI-2026"], demand={None: 5}, months=span(Month(2026, 2), Month(2026, 5))
    )

    assert [(str(row.month), row.workers, row.amount) for row in plan.planned] == [
        ("2026-04", 5, 42_000), ("2026-05", 5, 42_000),
    ]  # fmt: skip


async def test_a_public_budget_of_another_year_pays_nothing(connection):
    await add_fund(connection, "APBD-2025", fiscal_year=2025)
    await receive(connection, 1_000_000, "APBD-2025")

    plan = await allocate(connection, fund_codes=["APBD-2025"], demand={None: 1}, months=YEAR)

    assert (plan.planned, plan.covered) == ([], 0)
    assert plan.unused == [Unused("APBD-2025", Unusable.year, 1_000_000)]


async def test_what_is_not_needed_is_said_and_what_cannot_be_is_refused(connection):
    await add_fund(connection, "APBD-2026", fiscal_year=2026)
    await receive(connection, 1_000_000, "APBD-2026")

    plan = await allocate(connection, fund_codes=["APBD-2026"], demand={None: 1}, months=YEAR[:1])

    assert plan.unused == [Unused("APBD-2026", Unusable.not_needed, 983_200)]
    assert plan.shortfall == 0
    with pytest.raises(FundUnknown):
        await allocate(connection, fund_codes=["NOWHERE"], demand={None: 1}, months=YEAR)
    with pytest.raises(AmountWrong):
        await allocate(connection, fund_codes=["APBD-2026"], demand={None: 0}, months=YEAR)


async def test_money_tied_to_groups_pays_for_them_only_and_what_it_cannot_pay_is_told(connection):
    await add_fund(connection, "DBHCHT-2026", fiscal_year=2026, groups=[Group.farmer, Group.day_labourer])
    await add_fund(connection, "APBD-2026", fiscal_year=2026)
    await receive(connection, 20 * 16_800, "DBHCHT-2026", "KM-1", day=date(2026, 1, 5))
    await receive(connection, 3 * 16_800 + 100, "APBD-2026", "KM-2", day=date(2026, 1, 5))

    plan = await allocate(
        connection,
        fund_codes=["APBD-2026", "DBHCHT-2026"],
        demand={Group.fisher: 4, Group.farmer: 5, None: 1},
        months=YEAR[:2],
    )

    assert [(row.fund, str(row.month), row.group, row.workers) for row in plan.planned] == [
        ("APBD-2026", "2026-01", "fisher", 2),
        ("DBHCHT-2026", "2026-01", "farmer", 5),
        ("APBD-2026", "2026-02", "fisher", 1),
        ("DBHCHT-2026", "2026-02", "farmer", 5),
    ]
    assert (plan.needed, plan.covered, plan.amount) == (20, 13, 13 * 16_800)
    assert plan.unused == [
        Unused("APBD-2026", Unusable.remainder, 100),
        Unused("DBHCHT-2026", Unusable.groups, 10 * 16_800),
    ]
    assert plan.shortfall == 7 * 16_800 - 100


async def test_a_group_is_paid_from_the_month_its_rule_begins(connection):
    fund_id = await add_fund(connection, "DBHCHT-2026", fiscal_year=2026, groups=[Group.farmer])
    await receive(connection, 1_000_000, "DBHCHT-2026", day=date(2026, 1, 5))
    rule = {"fund_id": fund_id, "group_code": Group.fisher, "is_allowed": True, "regulation": "Perbup 11/2026"}
    await store.add_group_rules(connection, [rule | {"valid_from": date(2026, 2, 1)}])

    plan = await allocate(connection, fund_codes=["DBHCHT-2026"], demand={Group.fisher: 2}, months=YEAR[:2])

    assert plan.planned == [Planned("DBHCHT-2026", Month(2026, 2), 2, 33_600, Group.fisher)]
    assert plan.unused == [Unused("DBHCHT-2026", Unusable.groups, 966_400)]


MONTHS = span(Month(2026, 1), Month(2026, 2))
GROUPS = st.sampled_from([None, {Group.farmer}, {Group.fisher}, set()])
SOURCE = st.builds(
    lambda money, january, february, groups: (
        money,
        {m: r for m, r in zip(MONTHS, (january, february), strict=True) if r},
        None if groups is None else dict.fromkeys(MONTHS, frozenset(groups)),
    ),
    st.integers(0, 12), st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]), GROUPS,
)  # fmt: skip
DEMAND = st.sampled_from([{None: 3}, {Group.farmer: 2}, {Group.farmer: 2, Group.fisher: 1}, {None: 1, Group.fisher: 2}])


@settings(max_examples=60, deadline=None)
@given(st.lists(SOURCE, min_size=1, max_size=2), DEMAND)
def test_no_other_plan_pays_more_or_the_same_for_less(given_sources, demand):
    sources = [Source(f"F{n}", money, 0, rates, groups) for n, (money, rates, groups) in enumerate(given_sources)]

    plan = solve(sources, demand, MONTHS)

    found = (sum(row.workers for row in plan), -sum(row.amount for row in plan))
    assert found == max(_every(sources, demand))
    assert all(source.may_pay(row.month, row.group) for row in plan for source in sources if source.code == row.fund)


def _every(sources, demand):
    """(worker-months, minus rupiah) of every plan that keeps the rules."""
    cells = [(m, s, g) for m in MONTHS for s in sources for g in demand if m in s.rates and _is_for(s, m, g)]
    for counts in product(*(range(demand[group] + 1) for _, _, group in cells)):
        rows = list(zip(cells, counts, strict=True))
        costs = {s.code: sum(n * s.rates[m] for (m, of, _), n in rows if of.code == s.code) for s in sources}
        within = all(costs[s.code] <= s.spendable for s in sources)
        paid = {(m, g): sum(n for (month, _, of), n in rows if (month, of) == (m, g)) for m in MONTHS for g in demand}
        if within and all(count <= demand[group] for (_, group), count in paid.items()):
            yield sum(counts), -sum(costs.values())


def _is_for(source, month, group):
    return source.groups is None or group in source.groups[month]
