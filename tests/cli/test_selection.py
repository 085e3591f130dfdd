"""Selection on the command line: printed figures add up."""

import pytest

from cli import runtime, selection
from jamsos.selection.rules import Cut
from tests.selection.builders import terms


@pytest.fixture
def told(monkeypatch, capsys):
    """What is said of a list, in English."""
    monkeypatch.setattr(runtime, "language", lambda: "en")

    def tell(found, candidates=50, eligible=40, **changed):
        selection._tell(terms(**changed), found, candidates, eligible)
        return capsys.readouterr().out.splitlines()

    return tell


def test_months_of_different_rates_are_not_told_as_one_rate_times_months(told):
    half, alike = (
        told(Cut(29, cost, 0, 0), ceiling=cost, worker_cost=cost // 29) for cost in (29 * 126_000, 29 * 201_600)
    )

    assert half[1] == "29 chosen × Rp126.000 for 12 months, whose rates differ = Rp3.654.000."
    assert alike[1] == "29 chosen × Rp16.800 × 12 months = Rp5.846.400."


@pytest.mark.parametrize(
    ("chosen", "eligible", "headcount", "said"),
    [
        (40, 40, None, "The money covers everybody who is eligible."),
        (30, 40, None, "Money is left, but the quotas of those not chosen are full."),
        (30, 40, 35, "Money is left, but the quotas of those not chosen are full."),
        (0, 0, None, "Nobody is eligible."),
    ],
)
def test_why_money_is_left_is_told(told, chosen, eligible, headcount, said):
    found = Cut(chosen, chosen * 201_600, 201_600, 0)

    assert said in told(found, eligible=eligible, headcount=headcount)


def test_where_the_headcount_ends_the_list_nothing_is_said_of_quotas(told):
    assert len(told(Cut(30, 30 * 201_600, 201_600, 0), headcount=30)) == 3
