import pytest

from jamsos.people.errors import ReasonNamesSomebody, ReasonNeeded
from jamsos.people.rules import (
    Bearer,
    Circumstances,
    Likely,
    check_reason,
    groups_of,
    same_name,
    strangers,
    surely,
    without_numbers,
)
from jamsos.registry.rules import name_key
from jamsos.worker_groups import Group

ALIKE = """
FRANSISKUS JEHAMUN | Frans Jehamun
Yohanes Jebarut    | YOH. JEBARUT
Maria Jelita       | M. Jelita
Maria Yasinta Jelu | Maria Jelu
Theresia Jenadut   | Teresia Jenadut
Petrus             | PETRUS PASUT
Yosef Wangkut      | Yosef Wangkutt
Drs. Paulus Waru   | PAULUS WARU
"""
DIFFERENT = """
Maria Jelita    | Petrus Jelita
Yohanes Jebarut | Yohana Jebarut
Maria Jelita    | M. J.
Maria           | Yosef
"""


def pairs(text):
    return [[name_key(name) for name in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(("one", "other"), pairs(ALIKE))
def test_names_that_may_be_one_persons(one, other):
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), pairs(DIFFERENT))
def test_names_that_are_clearly_two_persons(one, other):
    assert not same_name(one, other)
    assert not same_name(other, one)


def bearer(name, **changed):
    return Bearer(**{"name_key": name, "rows": 1, "trusted": 1, "is_known": False, "first_row": 1} | changed)


def test_nobody_is_a_stranger_when_all_names_are_alike():
    assert strangers([bearer("JELITA MARIA"), bearer("JELITA MARIA YASINTA"), bearer("JELITA M")]) == set()


def test_a_shared_word_is_enough_where_the_niks_own_birth_date_speaks_for_both():
    assert strangers([bearer("GREGORIUS JEHADU"), bearer("GORIS JEHADU")]) == set()
    assert strangers([bearer("GREGORIUS JEHADU"), bearer("GORIS JEHADU", trusted=0)]) == {"GORIS JEHADU"}


def test_the_owner_is_whom_the_nik_speaks_for():
    assert strangers([bearer("JELITA PETRUS", trusted=0, rows=2), bearer("JELITA MARIA", first_row=9)]) == {
        "JELITA PETRUS"
    }


def test_who_is_known_already_stays_the_owner():
    assert strangers([bearer("JELITA PETRUS", is_known=True, trusted=0), bearer("JELITA MARIA", rows=5)]) == {
        "JELITA MARIA"
    }


def test_where_nothing_decides_the_first_row_does():
    assert strangers([bearer("WARU YOSEF", first_row=2), bearer("JELITA MARIA")]) == {"WARU YOSEF"}


def life(**changed):
    ordinary = {
        "sex": "female", "marital_status": "widowed", "relation": "head", "has_children": False, "occupation": "artisan",
        "is_disabled": False,
    }  # fmt: skip
    return Circumstances(**ordinary | changed)


@pytest.mark.parametrize(
    ("changed", "groups"),
    [
        ({}, {Group.single_mother, Group.artisan}),
        ({"marital_status": "divorced", "occupation": "none"}, {Group.single_mother}),
        ({"marital_status": "single"}, {Group.artisan}),
        ({"marital_status": "single", "has_children": True}, {Group.single_mother, Group.artisan}),
        ({"marital_status": "married", "has_children": True}, {Group.artisan}),
        ({"relation": "parent"}, {Group.artisan}),
        ({"sex": "male"}, {Group.artisan}),
        ({"sex": None, "occupation": "farm_labourer", "is_disabled": True}, {Group.farmer, Group.disability}),
        ({"relation": None, "occupation": "employed"}, set()),
        ({"relation": "child", "occupation": None}, set()),
        ({"relation": "child", "occupation": "other"}, {Group.other_worker}),
    ],
)
def test_groups_follow_from_circumstances(changed, groups):
    assert groups_of(life(**changed)) == groups


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("", ReasonNeeded),
        (" ", ReasonNeeded),
        ("NIK 5315991503800001 is another", ReasonNamesSomebody),
        ("531599 150380 0001", ReasonNamesSomebody),
        ("5315-9915-0380-0001", ReasonNamesSomebody),
    ],
)
def test_a_reason_is_given_and_names_nobodys_number(reason, refusal):
    with pytest.raises(refusal):
        check_reason(reason)


def test_an_ordinary_reason_is_taken_and_a_longer_number_is_nobodys():
    check_reason("letter 470/12/2024 of the village")
    check_reason("53159915038000012")


def test_a_number_in_the_words_of_others_is_made_unreadable():
    assert without_numbers("saya 5315991503800001, KK 5315.9915.0380.0002") == "saya …, KK …"


def likely(row_id, person_id, probability=0.99, load_id=1, **changed):
    facts = {"is_doubtful": False, "is_listed": False} | changed
    return Likely(row_id, person_id, load_id, probability, **facts)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([likely(1, 7)], {1: 7}),
        ([likely(1, 7, 0.95)], {1: 7}),
        ([likely(1, 7, 0.94)], {}),
        ([likely(1, 7, is_doubtful=True)], {}),
        ([likely(1, 7, is_listed=True)], {}),
        ([likely(1, 7), likely(1, 8, 0.5)], {}),
        ([likely(1, 7), likely(1, 7)], {1: 7}),
        ([likely(1, 7, 0.96), likely(2, 7, 0.97)], {2: 7}),
        ([likely(2, 7), likely(1, 7)], {1: 7}),
        ([likely(1, 7), likely(2, 7, load_id=2)], {1: 7, 2: 7}),
        ([likely(1, 7, 0.99), likely(2, 7, 0.98), likely(3, 7, 0.97)], {1: 7}),
        ([], {}),
    ],
)
def test_a_row_is_surely_a_persons_when_it_is_nobody_elses_and_the_surest_of_its_register(pairs, found):
    assert surely(pairs, 0.95) == found


def test_the_owner_is_whom_most_rows_name_where_nothing_else_decides():
    few = Bearer("MARIA", rows=1, trusted=0, is_known=False, first_row=1)
    many = Bearer("YOSEF", rows=2, trusted=0, is_known=False, first_row=2)

    assert strangers([few, many]) == {"MARIA"}


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        ("YOHANES", "YOHANIS", True),  # one slip of seven letters
        ("YOHANES", "YAHANIS", False),  # two
        ("FRANSISKA", "FRENSISKO", True),  # two of nine
        ("FRANSISKA", "FRENSOSKO", False),
        ("ANA", "ANI", False),  # none of three
        ("MARI", "MARA", True),
        ("M JEHADU", "MARIA JEHADU", True),
        ("JEHADU M", "MARIA JEHADU", True),
        ("M JELITA MARIA", "MARIA MARIANA JELITA", True),
    ],
)
def test_longer_words_may_hold_more_slips_and_whole_words_are_paired_first(one, other, is_like):
    assert same_name(one, other) is is_like
    assert same_name(other, one) is is_like
