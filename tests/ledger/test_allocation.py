from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.errors import AmountWrong, FundUnknown
from jamsos.ledger.allocation import Source, Unusable, Unused, allocate, solve
from jamsos.ledger.rules import FundKind
from jamsos.months import Month, span
from tests.money import add_fund, add_tobacco_fund, receive

YEAR = span(Month(2026, 1), Month(2026, 12))


async def test_the_plan_of_2026_pays_2764_of_4649_workers_and_names_the_shortfall(connection):
    await add_tobacco_fund(connection)
    await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    plan = await allocate(connection, fund_codes=["DBHCHT-2026"], workers=4_649, months=YEAR)

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
        connection, fund_codes=["DONASI-2026"], workers=5, months=span(Month(2026, 2), Month(2026, 5))
    )

    assert [(str(row.month), row.workers, row.amount) for row in plan.planned] == [
        ("2026-04", 5, 42_000), ("2026-05", 5, 42_000),
    ]  # fmt: skip


async def test_a_public_budget_of_another_year_pays_nothing(connection):
    await add_fund(connection, "APBD-2025", fiscal_year=2025)
    await receive(connection, 1_000_000, "APBD-2025")

    plan = await allocate(connection, fund_codes=["APBD-2025"], workers=1, months=YEAR)

    assert (plan.planned, plan.covered) == ([], 0)
    assert plan.unused == [Unused("APBD-2025", Unusable.year, 1_000_000)]


async def test_what_is_not_needed_is_said_and_what_cannot_be_is_refused(connection):
    await add_fund(connection, "APBD-2026", fiscal_year=2026)
    await receive(connection, 1_000_000, "APBD-2026")

    plan = await allocate(connection, fund_codes=["APBD-2026"], workers=1, months=YEAR[:1])

    assert plan.unused == [Unused("APBD-2026", Unusable.not_needed, 983_200)]
    assert plan.shortfall == 0
    with pytest.raises(FundUnknown):
        await allocate(connection, fund_codes=["NOWHERE"], workers=1, months=YEAR)
    with pytest.raises(AmountWrong):
        await allocate(connection, fund_codes=["APBD-2026"], workers=0, months=YEAR)


MONTHS = span(Month(2026, 1), Month(2026, 2))
SOURCE = st.builds(
    lambda money, january, february: (money, {m: r for m, r in zip(MONTHS, (january, february), strict=True) if r}),
    st.integers(0, 12), st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(SOURCE, min_size=1, max_size=2), st.integers(1, 3))
def test_no_other_plan_pays_more_or_the_same_for_less(given_sources, workers):
    sources = [Source(f"F{n}", money, 0, rates) for n, (money, rates) in enumerate(given_sources)]

    plan = solve(sources, workers, MONTHS)

    found = (sum(row.workers for row in plan), -sum(row.amount for row in plan))
    assert found == max(_every(sources, workers))


def _every(sources, workers):
    """(worker-months, minus rupiah) of every plan that keeps the rules."""
    cells = [(month, source) for month in MONTHS for source in sources if month in source.rates]
    for counts in product(range(workers + 1), repeat=len(cells)):
        pairs = list(zip(cells, counts, strict=True))
        costs = {s.code: sum(n * s.rates[m] for (m, of), n in pairs if of.code == s.code) for s in sources}
        within = all(costs[s.code] <= s.spendable for s in sources)
        if within and all(sum(n for (m, _), n in pairs if m == month) <= workers for month in MONTHS):
            yield sum(counts), -sum(costs.values())
