"""Two lists side by side, and whom a list reaches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.selection.comparison import (
    By,
    Change,
    Comparison,
    Margin,
    Move,
    Share,
    changes,
    compare,
    fairness,
    margin,
    moves,
    reach,
)
from jamsos.selection.ranking import choose, rank
from jamsos.selection.service import listed as with_ranks
from tests.selection.builders import MABAR, candidate, inputs, terms


def listed(*candidates, places):
    return choose(inputs(*candidates), MABAR, terms(ceiling=places * 201_600))


PEOPLE = (
    candidate(1, decile=1, village_code="53.15.01.2001", groups="farmer single_mother"),
    candidate(2, decile=2, village_code="53.15.01.2002", sex="male"),
    candidate(3, decile=3, village_code="53.15.05.2001", groups="fisher"),
    candidate(4, decile=9, village_code="53.15.05.2001", sex=None),
)


@pytest.mark.parametrize(
    ("by", "shares"),
    [
        (By.group, [Share("farmer", 3, 2, 2), Share("fisher", 1, 1, 0), Share("single_mother", 1, 1, 1)]),
        (By.sex, [Share("female", 2, 2, 1), Share("male", 1, 1, 1), Share(None, 1, 0, 0)]),
        (By.district, [Share("53.15.01", 2, 2, 2), Share("53.15.05", 2, 1, 0)]),
        (
            By.village,
            [Share("53.15.01.2001", 1, 1, 1), Share("53.15.01.2002", 1, 1, 1), Share("53.15.05.2001", 2, 1, 0)],
        ),
        (By.decile, [Share("1", 1, 1, 1), Share("2", 1, 1, 1), Share("3", 1, 1, 0), Share("9", 1, 0, 0)]),
    ],
)
def test_a_list_shows_whom_it_reaches_among_whom(by, shares):
    assert fairness(listed(*PEOPLE, places=2), by) == shares


def test_every_breakdown_counts_every_candidate_and_a_group_each_who_belongs_to_it():
    list_ = listed(*PEOPLE, candidate(5, groups=None), places=2)

    told = reach(list_)

    assert list(told) == [By.group, By.sex, By.district, By.village, By.decile]
    for by, shares in told.items():
        twice = 1 if by is By.group else 0  # the first stands in two groups
        assert sum(share.candidates for share in shares) == 5 + twice
        assert sum(share.chosen for share in shares) == 2 + twice
        assert sum(share.eligible for share in shares) == 3 + twice
    assert reach(list_, [By.sex]) == {By.sex: told[By.sex]}


def test_the_share_is_of_those_who_meet_the_criteria():
    assert Share("farmer", 10, 8, 2).percent == 25.0
    assert Share("farmer", 10, 0, 0).percent == 0.0


def test_a_lower_ceiling_lets_the_last_one_leave():
    before, now = listed(*PEOPLE, places=3), listed(*PEOPLE, places=2)

    assert compare(before, now) == Comparison(2, [], [3])
    assert compare(now, before) == Comparison(2, [3], [])
    assert changes(before, now, By.group) == [
        Change("farmer", 1, 1, 0, 0),
        Change("fisher", 1, 0, 0, 1),
        Change("single_mother", 1, 1, 0, 0),
    ]
    assert changes(now, before, By.district) == [Change("53.15.01", 2, 2, 0, 0), Change("53.15.05", 0, 1, 1, 0)]


def test_who_stays_and_counts_in_another_group_or_village_now_is_counted_there():
    before = listed(candidate(1, groups="farmer"), candidate(2), places=2)
    now = listed(candidate(1, groups="fisher", village_code="53.15.06.2001"), candidate(2), places=2)

    assert changes(before, now, By.group) == [Change("farmer", 2, 1, 0, 0), Change("fisher", 0, 1, 0, 0)]
    assert [change.shift for change in changes(before, now, By.group)] == [-1, 1]
    assert changes(before, now, By.district) == [Change("53.15.05", 2, 1, 0, 0), Change("53.15.06", 0, 1, 0, 0)]


def ranked(*candidates, places, **changed):
    given = inputs(*candidates)
    return with_ranks(given, rank(given, MABAR, terms(ceiling=places * 201_600, **changed)))


def test_a_list_ends_with_the_last_chosen_and_who_would_be_next():
    assert margin(ranked(*PEOPLE, places=2)) == Margin(last=2, next=3)
    assert margin(ranked(*PEOPLE, places=3)) == Margin(last=3, next=None)
    assert margin(ranked(*PEOPLE, places=0)) == Margin(last=None, next=1)


def test_who_enters_and_who_leaves_is_told_with_both_ranks():
    before, now = ranked(*PEOPLE, places=2), ranked(PEOPLE[0], candidate(2, decile=9), PEOPLE[2], places=2)

    assert moves(before, now) == (
        [Move(3, "53.15.05.2001", "fisher", 3, 2)],
        [Move(2, "53.15.01.2002", "farmer", 2, None)],
    )


def test_deciles_stand_in_the_order_of_numbers():
    people = [candidate(n, decile=n) for n in range(1, 11)]

    assert [share.value for share in fairness(listed(*people, places=2), By.decile)] == [str(n) for n in range(1, 11)]


def test_an_empty_list_compares_with_a_full_one():
    assert compare(listed(*PEOPLE, places=0), listed(*PEOPLE, places=3)) == Comparison(0, [1, 2, 3], [])


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(0, 4))
def test_before_and_now_add_up(some, other):
    before, now = listed(*PEOPLE, places=some), listed(*PEOPLE, places=other)

    for by in (By.group, By.district, By.village):
        for change in changes(before, now, by):
            assert change.before - change.leave + change.enter == change.now
            assert change.shift == 0
    found = compare(before, now)
    assert found.stay + len(found.enter) == min(other, 3)
    assert found.stay + len(found.leave) == min(some, 3)
