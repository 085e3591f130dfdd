"""Places, leavers and replacements."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.access.rules import Officer
from jamsos.decrees.rules import (
    AmendmentCaution,
    Cautioned,
    EndReason,
    Filling,
    Leaving,
    Line,
    Named,
    Place,
    amendment_cautions,
    approval_mistake,
    fill,
    held_by,
    last_month_of,
    leaving_mistake,
    left_open_by,
    naming_mistake,
    number_is_wellformed,
    open_places,
    signing_mistake,
)
from jamsos.months import Month, span

JAN, MAR, APR, DEC = (Month(2024, month) for month in (1, 3, 4, 12))
BEFORE = Month(2023, 12)

MARIA, YOSEF = Officer(1, "Maria Jebarus"), Officer(2, "Yosef")


def line(id=1, **changed):
    return Line(**{"id": id, "person_id": 100 + id, "month_from": JAN, "month_to": DEC} | changed)


def leaving(line_id=1, last_month=MAR, **changed):
    return Leaving(line_id, EndReason.died, last_month, **changed)


@pytest.mark.parametrize("number", ["298/KEP/HK/2024", "14/KEP/HK/2025", "188.45/12-A/2025", "SK 7"])
def test_what_an_office_writes_is_a_decree_number(number):
    assert number_is_wellformed(number)


@pytest.mark.parametrize("number", ["", " ", " 298", "298/KEP\n", "298/KEP ", "<b>", "x" * 65, "/298"])
def test_what_cannot_be_printed_on_one_line_is_none(number):
    assert not number_is_wellformed(number)


@pytest.mark.parametrize(
    ("signed", "after", "mistake"),
    [
        (date(2024, 1, 4), None, None),
        (date(2023, 12, 28), None, None),
        (date(2024, 12, 31), None, None),
        (date(2022, 12, 31), None, "decree.date.long_before"),
        (date(2025, 1, 1), None, "decree.date.after_its_months"),
        (date(2026, 1, 2), None, "decree.date.future"),
        (date(2024, 1, 3), date(2024, 1, 4), "decree.date.before_the_first"),
        (date(2024, 1, 4), date(2024, 1, 4), None),
    ],
)
def test_a_signing_day_makes_sense_or_says_why_not(signed, after, mistake):
    assert signing_mistake(signed, 2024, DEC, today=date(2026, 1, 1), after=after) == mistake


@pytest.mark.parametrize(
    ("ends", "billed", "mistake"),
    [
        (MAR, None, None),
        (MAR, MAR, None),
        (MAR, APR, "decree.leaving.billed"),
        (BEFORE, None, None),  # never protected
        (BEFORE, JAN, "decree.leaving.billed"),
        (Month(2023, 11), None, "decree.leaving.outside"),
        (DEC, None, "decree.leaving.outside"),  # nothing would end
    ],
)
def test_a_line_ends_inside_its_months_and_never_before_what_is_billed(ends, billed, mistake):
    assert leaving_mistake(line(), ends, billed) == mistake


def test_an_ended_line_does_not_end_again():
    assert leaving_mistake(line(ended=MAR), APR, None) == "decree.leaving.ended"


@pytest.mark.parametrize(
    ("happened", "billed", "last"),
    [(MAR, None, MAR), (MAR, JAN, MAR), (JAN, MAR, MAR), (Month(2023, 5), None, BEFORE), (Month(2023, 5), JAN, JAN)],
)
def test_somebody_stays_in_the_month_of_the_event_and_in_every_month_billed(happened, billed, last):
    assert last_month_of(line(), happened, billed) == last


def test_a_place_is_open_from_the_month_after_its_holder_left():
    lines = [line(1), line(2), line(3, ended=JAN), line(4, ended=JAN, has_successor=True)]

    assert open_places(lines, [leaving(2)]) == [Place(2, APR, DEC), Place(3, Month(2024, 2), DEC)]


def test_who_never_started_leaves_the_whole_place():
    assert open_places([line()], [leaving(last_month=BEFORE)]) == [Place(1, JAN, DEC)]


def test_the_next_in_line_fill_the_places_in_order_and_not_before_the_month_asked_for():
    places = [Place(1, JAN, DEC), Place(2, APR, DEC), Place(3, JAN, MAR)]

    assert fill(places, {}, iter([7, 8, 9]), MAR) == [
        Filling(1, 7, MAR, DEC),
        Filling(2, 8, APR, DEC),
        Filling(3, 9, MAR, MAR),
    ]


def test_a_named_successor_takes_the_place_of_her_line_and_others_stay_open():
    assert fill([Place(1, JAN, DEC), Place(2, APR, DEC)], {2: Named(2, 55)}, iter([7]), None) == [
        Filling(2, 55, APR, DEC)
    ]


def test_places_stay_open_when_nobody_waits_or_their_months_are_over():
    assert fill([Place(1, JAN, DEC), Place(2, JAN, DEC)], {}, iter([7]), JAN) == [Filling(1, 7, JAN, DEC)]
    assert fill([Place(1, JAN, MAR)], {}, iter([7]), APR) == []


def test_a_named_successor_is_not_lost_when_nobody_waits_for_a_place_before_hers():
    assert fill([Place(1, JAN, DEC), Place(2, JAN, DEC)], {2: Named(2, 55)}, iter([]), JAN) == [
        Filling(2, 55, JAN, DEC)
    ]


month = st.integers(-1, 11).map(lambda steps: JAN + steps)


@given(st.dictionaries(st.integers(1, 6), month), month, st.integers(0, 8))
def test_whoever_leaves_no_place_is_ever_held_twice_in_a_month(ends, fill_from, waiting):
    lines = [line(id) for id in range(1, 7)]
    leavings = [leaving(id, last) for id, last in ends.items() if leaving_mistake(line(id), last, None) is None]

    filled = fill(open_places(lines, leavings), {}, iter(range(200, 200 + waiting)), max(fill_from, JAN))

    ended = {one.line_id: one.last_month for one in leavings}
    for each in span(JAN, DEC):
        staying = sum(ended.get(one.id, DEC) >= each for one in lines)
        following = sum(one.month_from <= each <= one.month_to for one in filled)
        assert staying + following <= len(lines)
    assert len({one.person_id for one in filled}) == len(filled)


@pytest.mark.parametrize(
    ("signed", "latest", "mistake"),
    [
        (date(2024, 5, 1), date(2024, 5, 1), None),
        (date(2024, 4, 30), date(2024, 5, 1), "decree.date.before_an_amendment"),
        (date(2024, 1, 1), date(2024, 5, 1), "decree.date.before_the_first"),
    ],
)
def test_amendments_are_signed_one_after_the_other(signed, latest, mistake):
    asked = {"today": date(2026, 1, 1), "after": date(2024, 1, 2), "latest": latest}

    assert signing_mistake(signed, 2024, DEC, **asked) == mistake


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({}, None),
        ({"step": "sekda_paraf"}, "approval.unknown"),
        ({"is_the_list": False}, "approval.other_list"),
        ({"step": "propose"}, "approval.done"),
        ({"step": "approve"}, "approval.early"),
        ({"officer": MARIA}, "officer.same"),
        ({"officer": Officer(1, "Mariah")}, "officer.same"),
        ({"officer": Officer(2, "Yosef", frozenset({1}))}, "officer.issuer"),
        ({"done": {}, "step": "propose"}, None),
        ({"done": {"propose": MARIA, "review": YOSEF}, "step": "approve", "officer": Officer(3, "Agnes")}, None),
    ],
)
def test_each_approval_comes_in_its_turn_of_this_list_and_from_another_officer(changed, mistake):
    asked = {
        "steps": ("propose", "review", "approve"),
        "done": {"propose": MARIA},
        "step": "review",
        "officer": YOSEF,
        "is_the_list": True,
    }

    assert approval_mistake(**asked | changed) == mistake


def test_who_stands_on_a_line_and_who_left_one_open():
    lines = [line(1), line(2, ended=MAR), line(3, ended=MAR, has_successor=True), line(4, ended=DEC)]

    assert held_by(lines) == {101: lines[0]}
    assert left_open_by(lines) == {102: lines[1]}


@pytest.mark.parametrize(
    ("line_id", "month", "mistake"),
    [
        (1, None, None),
        (1, APR, None),
        (1, DEC, None),
        (1, MAR, "decree.successor.outside"),
        (1, Month(2025, 1), "decree.successor.outside"),
        (2, None, "decree.successor.held"),
    ],
)
def test_somebody_is_named_for_a_place_that_is_open_within_its_months(line_id, month, mistake):
    assert naming_mistake(Named(line_id, 55, month), {1: Place(1, APR, DEC)}) == mistake


def test_a_named_successor_may_begin_later_than_the_place():
    assert fill([Place(1, JAN, DEC)], {1: Named(1, 55, APR)}, iter([7]), None) == [Filling(1, 55, APR, DEC)]


def test_an_amendment_is_cautioned_of_past_months_billed_months_and_refusals():
    lines = [
        {"line": 1, "action": "termination", "month_to": date(2024, 2, 1), "month_from": None, "person_id": 1},
        {"line": 2, "action": "replacement", "month_from": date(2024, 3, 1), "month_to": None, "person_id": 2},
        {"line": 3, "action": "replacement", "month_from": date(2024, 4, 1), "month_to": None, "person_id": 3},
        {"line": 4, "action": "inclusion", "month_from": date(2024, 5, 1), "month_to": None, "person_id": 4},
        {"line": 5, "action": "termination", "month_to": date(2024, 3, 1), "month_from": None, "person_id": 4},
        {"line": 6, "action": "replacement", "month_from": date(2024, 2, 1), "month_to": None, "person_id": 6},
    ]

    assert amendment_cautions(lines, date(2024, 4, 20), APR, {4}) == [
        Cautioned(AmendmentCaution.ends_in_past, [1], MAR),
        Cautioned(AmendmentCaution.starts_in_past, [2, 6], Month(2024, 2)),
        Cautioned(AmendmentCaution.months_billed, [2, 3, 6], Month(2024, 2)),
        Cautioned(AmendmentCaution.refused_before, [4], Month(2024, 5)),
    ]
    assert amendment_cautions(lines[3:4], date(2024, 4, 20), None, set()) == []
