"""Where the money ends."""

from datetime import date

import pytest

from jamsos.months import Month
from jamsos.selection.rules import Cut, Terms, cut, lacking

YEAR = {"year": 2024, "office_code": "53.15", "month_from": Month(2024, 1), "month_to": Month(2024, 12)}


def terms(ceiling=1_000, headcount=None):
    return Terms(**YEAR, as_of=date(2024, 1, 1), ceiling=ceiling, headcount=headcount, rate=25, worker_cost=300)


@pytest.mark.parametrize(
    ("available", "ceiling", "headcount", "expected"),
    [
        (10, 1_000, None, Cut(3, 900, 100, 0)),
        (2, 1_000, None, Cut(2, 600, 400, 0)),
        (10, 1_000, 2, Cut(2, 600, 400, 0)),
        (10, 1_000, 5, Cut(3, 900, 100, 500)),
        (4, 1_500, 5, Cut(4, 1_200, 300, 0)),
        (10, 900, 3, Cut(3, 900, 0, 0)),
        (10, 299, 1, Cut(0, 0, 299, 1)),
        (0, 1_000, None, Cut(0, 0, 1_000, 0)),
    ],
)
def test_as_many_whole_workers_as_there_are_are_wanted_and_are_paid_for(available, ceiling, headcount, expected):
    assert cut(available, terms(ceiling, headcount)) == expected


@pytest.mark.parametrize(
    ("headcount", "distance", "rupiah"), [(None, 1, 200), (None, 2, 500), (4, 1, 200), (4, 2, None), (3, 1, None)]
)
def test_what_the_ceiling_lacks_for_more_places_unless_the_headcount_ends_the_list(headcount, distance, rupiah):
    assert lacking(cut(10, terms(headcount=headcount)), terms(headcount=headcount), distance) == rupiah


def test_the_draw_begins_with_place_and_year():
    assert terms().seed == "53.15:2024"
