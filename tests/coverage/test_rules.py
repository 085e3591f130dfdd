from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.coverage.rules import (
    BenefitState,
    Cover,
    EndOfCover,
    Run,
    Spell,
    WaitingPeriod,
    benefit_state,
    consecutive,
    gaps,
    reopening_mistake,
    runs,
)
from jamsos.months import Month

WAITING = {WaitingPeriod.lapse: 3, WaitingPeriod.full_death_benefit: 3, WaitingPeriod.scholarship: 36}
MONTHS = st.sets(st.integers(0, 60).map(lambda n: Month(2023, 1) + n))


def m(text):
    return Month.parse(text)


def paid(*spans):
    return [Run(m(first), m(last)) for first, last in spans]


def spells(*spans, grace=3):
    """Spells of these paid months of nobody who died or left: protected until the next payment, or until the grace is over."""
    found = paid(*spans)
    nexts = [each.first for each in found[1:]] + [found[-1].last + 99]
    return [
        Spell(
            run.first,
            run.first,
            run.last,
            run.first.first_day,
            before(min(run.last + 1 + grace, after)),
            EndOfCover.lapsed,
        )
        for run, after in zip(found, nexts, strict=True)
    ]


def before(month):
    """The day before a month."""
    return month.first_day - timedelta(days=1)


def on(spans, month, waiting=WAITING):
    return benefit_state(spells(*spans), m(month).first_day, waiting)


def test_runs_and_gaps_of_a_calendar():
    months = [m("2024-03"), m("2023-12"), m("2024-01"), m("2024-06"), m("2024-01")]

    assert runs(months) == paid(("2023-12", "2024-01"), ("2024-03", "2024-03"), ("2024-06", "2024-06"))
    assert gaps(runs(months)) == paid(("2024-02", "2024-02"), ("2024-04", "2024-05"))
    assert runs([]) == gaps([]) == []


@given(MONTHS)
def test_runs_and_gaps_together_are_the_whole_span(months):
    found = runs(months)

    assert sum(run.length for run in found) == len(months)
    if months:
        assert sum(run.length for run in [*found, *gaps(found)]) == max(months) - min(months) + 1


@given(MONTHS, st.integers(0, 60))
def test_consecutive_counts_back_to_the_first_unpaid_month(months, n):
    month, count = Month(2023, 1) + n, 0
    while month + -count in months:
        count += 1

    assert consecutive(runs(months), month) == count


@pytest.mark.parametrize(
    ("spans", "month", "full"),
    [
        ([("2024-01", "2024-12")], "2024-03", False),
        ([("2024-01", "2024-12")], "2024-04", True),
        ([("2024-01", "2024-03")], "2024-04", False),
        ([("2024-01", "2024-02"), ("2024-04", "2024-12")], "2024-06", False),
        ([("2024-01", "2024-02"), ("2024-04", "2024-12")], "2024-07", True),
        ([("2024-10", "2025-12")], "2025-01", True),
    ],
)
def test_the_full_death_benefit_needs_three_months_paid_before(spans, month, full):
    assert on(spans, month).has_full_death_benefit is full


@pytest.mark.parametrize(("month", "due"), [("2026-12", False), ("2027-01", True)])
def test_a_scholarship_needs_thirty_six_months_paid_before(month, due):
    assert on([("2024-01", "2027-06")], month).has_scholarship is due


@pytest.mark.parametrize(
    ("month", "lapsed"),
    [
        ("2024-06", False),
        ("2024-07", False),
        ("2024-09", False),
        ("2024-10", True),
        ("2025-06", False),
        ("2023-12", False),
    ],
)
def test_cover_lapses_after_three_unpaid_months_and_comes_back_with_the_next_payment(month, lapsed):
    assert on([("2024-01", "2024-06"), ("2025-06", "2025-06")], month).is_lapsed is lapsed


SIGNED, OPENED, TODAY = date(2024, 3, 1), date(2024, 3, 5), date(2024, 3, 9)


@pytest.mark.parametrize(
    ("is_signer", "reason", "days", "mistake"),
    [
        (False, "a late answer", (SIGNED, OPENED, TODAY), None),
        (False, "a late answer", (SIGNED, SIGNED, SIGNED), None),
        (True, "a late answer", (SIGNED, OPENED, TODAY), "reopening.officer"),
        (False, " ", (SIGNED, OPENED, TODAY), "reopening.reason"),
        (False, "a late answer", (OPENED, SIGNED, TODAY), "reopening.day"),
        (False, "a late answer", (SIGNED, TODAY, OPENED), "reopening.day"),
    ],
)
def test_minutes_are_opened_again_by_another_officer_for_a_reason_on_a_day_that_makes_sense(
    is_signer, reason, days, mistake
):
    assert reopening_mistake(is_signer, reason, days) == mistake


def test_without_waiting_periods_one_paid_month_is_worth_everything():
    state = on([("2024-01", "2024-01")], "2024-01", {})

    assert (state.cover, state.consecutive, state.has_full_death_benefit, state.has_scholarship) == (
        Cover.paid,
        1,
        True,
        True,
    )


def test_who_never_paid_is_neither_protected_nor_lapsed():
    assert benefit_state([], date(2024, 1, 1), WAITING) == BenefitState(Cover.none, 0, False, False)


@pytest.mark.parametrize(
    ("month", "cover", "consecutive"),
    [
        ("2023-12", Cover.none, 0),
        ("2024-06", Cover.paid, 6),
        ("2024-07", Cover.grace, 6),
        ("2024-09", Cover.grace, 6),
        ("2024-10", Cover.lapsed, 0),
    ],
)
def test_an_unpaid_month_is_in_grace_and_its_run_still_counts_until_cover_lapses(month, cover, consecutive):
    state = on([("2024-01", "2024-06")], month)

    assert (state.cover, state.consecutive, state.is_protected) == (
        cover,
        consecutive,
        cover in (Cover.paid, Cover.grace),
    )
    assert not state.has_scholarship


def test_cover_that_ended_with_a_death_has_ended_and_did_not_lapse():
    (spell,) = spells(("2024-01", "2024-12"))
    dead = spell._replace(protected_to=date(2024, 2, 20), end_reason=EndOfCover.died)

    assert benefit_state([dead], date(2024, 2, 20), WAITING).cover is Cover.paid
    state = benefit_state([dead], date(2024, 2, 21), WAITING)
    assert (state.cover, state.end_reason, state.is_protected, state.is_lapsed) == (
        Cover.ended,
        EndOfCover.died,
        False,
        False,
    )
