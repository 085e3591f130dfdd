"""Rows without a NIK and without a matching household: joined by probability, or shown to an officer."""

import time
from datetime import date

import pytest

from jamsos.people.linkage import review as clerical_review
from jamsos.people.linkage import service as linkage
from jamsos.people.linkage.model import Pair, model
from jamsos.people.linkage.review import Compared
from jamsos.people.linkage.store import Known, Seeker
from jamsos.people.rules import Verdict
from tests.people.builders import Office
from tests.people.test_clerical_review import decide

YASINTA = {"nik_art": "", "nama_art": "YASINTA JELITA"}
LIKENESSES = "select name_likeness, birth_likeness, sex_likeness, home_likeness, probability > 0.99 from programme.match_likenesses"


@pytest.fixture
async def office(connection, sealer, tmp_path):
    """Maria, by her NIK."""
    office = Office(connection, sealer, tmp_path)
    await office.load("dtsen")
    return office


@pytest.mark.parametrize(
    ("change", "rests_on"),
    [
        ({"tanggal_lahir": "06/05/1985"}, ("same", "near", "same", "household", True)),
        ({"nama_art": "MARIA GORETI JELITA"}, ("alike", "same", "same", "household", True)),
        ({"no_kk": ""}, ("same", "same", "same", "village", True)),
    ],
)
async def test_a_row_that_is_surely_hers_finds_her_and_keeps_what_it_rests_on(office, change, rests_on):
    await office.load("dtks", {"nik_art": ""} | change)

    result = await office.match()

    assert (result.people_new, result.rows_by_likeness, result.waiting, result.reviews_new) == (1, 1, 0, 0)
    assert [method for *_, method in await office.supported()] == ["nik", "probabilistic"]
    assert await office.rows(LIKENESSES) == [rests_on]


async def test_matching_again_changes_nothing(office):
    await office.load("dtks", {"nik_art": "", "no_kk": ""}, YASINTA)
    before = await office.match()
    rows = [
        await office.rows(f"select * from programme.{each} order by id")
        for each in ("people", "match_reviews", "match_likenesses")
    ]

    again = await office.match()

    assert (before.waiting, again.waiting, again.has_found, again.reviews_new) == (1, 1, False, 0)
    assert rows == [
        await office.rows(f"select * from programme.{each} order by id")
        for each in ("people", "match_reviews", "match_likenesses")
    ]


async def test_a_row_unlike_anybody_is_a_person_of_its_own(office):
    await office.load("dtks", {"nik_art": "", "nama_art": "SABINA TUKAN", "tanggal_lahir": "01/08/1992", "no_kk": ""})

    result = await office.match()

    assert (result.people_new, result.rows_by_likeness, result.waiting) == (2, 0, 0)
    assert await office.rows(LIKENESSES) == []


async def test_a_twin_waits_for_an_officer_who_sees_what_speaks_for_it(office):
    await office.load("dtks", YASINTA)

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (1, 1, 1)
    [(review, kind)] = await office.rows("select id, kind from programme.match_reviews")
    opened = await clerical_review.open_review(office.connection, None, office.sealer, review)
    assert kind == "likely"
    assert [(each.comparison, each.level) for each in opened.weighed.comparisons] == [
        ("name", "word"), ("birth", "same"), ("sex", "same"), ("home", "household"),
    ]  # fmt: skip
    assert opened.weighed.comparisons[3] == Compared("home", "household", 0.5 / 0.00004)


async def test_the_officers_answer_holds_for_every_later_version_of_the_register(office):
    await office.load("dtks", YASINTA)
    await office.match()
    done = await decide(office, Verdict.different)

    assert len(await office.people("id")) == 2
    await office.load("dtks", YASINTA | {"pekerjaan": "PETANI"})
    result = await office.match()

    assert (result.rows_remembered, result.waiting, result.reviews_new, result.people_new) == (1, 0, 0, 0)
    assert [(person,) for *_, person in await links_of(office, done.person_id)] == [(done.person_id,)] * 2


async def test_an_officer_joins_what_is_likely(office):
    await office.load("dtks", YASINTA)
    await office.match()

    done = await decide(office, Verdict.same)

    assert [(done.person_id,)] == await office.people("id")
    assert await clerical_review.waiting(office.connection, 10) == ([], 0)


async def test_of_two_people_that_are_both_likely_the_officer_names_one(office):
    await office.load("dtks", {"nik_art": "5315994505857001", "tanggal_lahir": "06/05/1985"})
    await office.load("disability", {"NIK": "", "No KK": ""})

    result = await office.match()

    assert (result.rows_by_likeness, result.waiting) == (0, 1)
    assert await office.rows("select kind from programme.match_reviews where kind = 'likely'") == [("likely",)] * 2


async def test_a_row_of_a_register_that_lists_her_already_waits(office):
    await office.load("dtks", {}, {"nik_art": "", "tanggal_lahir": "06/05/1985"})

    result = await office.match()

    assert (result.rows_by_likeness, result.waiting) == (0, 1)


async def test_rows_of_nobody_known_that_are_surely_alike_are_one_person(office):
    sabina = {"nik_art": "", "nama_art": "SABINA TUKAN", "tanggal_lahir": "01/08/1992", "no_kk": ""}
    await office.load("dtks", sabina)
    await office.load("disability", {"NIK": "", "Nama": "Sabina Tukan", "Tanggal Lahir": "01/08/1992", "No KK": ""})

    result = await office.match()

    assert (result.people_new, result.waiting) == (2, 0)


SABINA = {"nik_art": "", "nama_art": "SABINA TUKAN", "tanggal_lahir": "01/08/1992", "no_kk": ""}
SABINA_OF_P3KE = {"NIK": "", "Nama": "SABINA TUKAN", "Tanggal Lahir": "1992-08-02", "ID Keluarga": ""}
ALSO_SABINA = {"NIK": "", "Nama": "Sabina Tukan", "Tanggal Lahir": "02/08/1992", "No KK": ""}


async def test_of_two_rows_of_nobody_known_that_are_only_likely_one_the_officer_is_asked(office):
    await office.load("dtks", SABINA)
    await office.load("disability", ALSO_SABINA)

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (2, 1, 1)
    [(kind, name, row_name)] = await office.rows(
        "select v.kind, p.full_name, r.full_name from programme.match_reviews v"
        " join programme.people p on p.id = v.person_id join programme.registry_rows r on r.id = v.row_id"
    )
    assert (kind, name, row_name) == ("likely", "SABINA TUKAN", "Sabina Tukan")
    assert (await office.match()).has_found is False


@pytest.mark.parametrize(("verdict", "people"), [(Verdict.same, 2), (Verdict.different, 3)])
async def test_what_the_officer_says_of_two_rows_of_nobody_known_is_done(office, verdict, people):
    await office.load("dtks", SABINA)
    await office.load("disability", ALSO_SABINA)
    await office.match()

    await decide(office, verdict)

    assert len(await office.people("id")) == people
    assert (await office.match()).waiting == 0


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("nik", ["", "5315994108920001"])
async def test_of_two_rows_that_are_surely_one_person_the_officer_is_asked_about_the_first(office, nik, is_known):
    await office.load("dtks", SABINA | {"nik_art": nik})
    if is_known:
        await office.match()
    await office.load("disability", ALSO_SABINA)
    await office.load("p3ke", SABINA_OF_P3KE)

    result = await office.match()

    assert (result.waiting, result.reviews_new) == (2, 1)
    await decide(office, Verdict.different)
    assert (await office.match()).waiting == 1  # the other, beside both
    assert len(await office.rows("select id from programme.match_reviews")) == 3
    [(same,)] = await office.rows("select id from programme.match_reviews order by person_id desc limit 1")
    await decide(office, Verdict.same, same)
    assert await office.rows("select count(*), count(distinct person_id) from programme.person_rows") == [(4, 3)]
    assert (await office.match()).waiting == 0


async def test_whoever_waits_for_the_answer_about_another_row_follows_it(office):
    await office.load("dtks", SABINA)
    await office.match()
    await office.load("disability", ALSO_SABINA)
    await office.load("p3ke", SABINA_OF_P3KE)
    await office.match()

    done = await decide(office, Verdict.same)
    result = await office.match()

    assert (result.rows_by_likeness, result.waiting, result.reviews_new) == (1, 0, 0)
    assert len(await links_of(office, done.person_id)) == 3


async def test_twins_without_a_nik_in_one_register_are_two_people_unasked(office):
    home = {"no_kk": "5315990101990077", "tanggal_lahir": "01/08/1992", "nik_art": ""}
    await office.load("dtks", SABINA | home, SABINA | home | {"nama_art": "YOSEFINA TUKAN"})

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (3, 0, 0)


async def test_a_line_that_one_register_has_twice_is_asked_about(office):
    await office.load("dtks", SABINA | {"id_dtks": "D2"}, SABINA | {"id_dtks": "D3"})

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (2, 1, 1)


async def test_of_three_rows_of_nobody_known_the_first_is_a_person_and_two_are_asked_about(office):
    await office.load("dtks", SABINA)
    await office.load("disability", ALSO_SABINA)
    await office.load("p3ke", SABINA_OF_P3KE | {"Tanggal Lahir": "1992-08-03"})

    result = await office.match()

    assert (result.people_new, result.waiting, result.rows_by_likeness) == (2, 2, 0)
    assert (await office.match()).has_found is False


def _pair(left, right, probability, **levels):
    return Pair(
        left, right, probability, **{"name": "same", "birth": "near", "sex": "same", "home": "village"} | levels
    )


def _seekers(**loads):
    return {int(row[1:]): Seeker(None, load) for row, load in loads.items()}


@pytest.mark.parametrize("pairs", [[(2, 3, 0.9), (1, 2, 0.8)], [(1, 2, 0.9), (2, 3, 0.8)]])
def test_in_a_chain_of_likely_rows_no_two_become_persons_unasked_about_each_other(pairs):
    found = linkage.sort([_pair(*each) for each in pairs], _seekers(r1=1, r2=2, r3=3), {}, frozenset(), model())

    assert found.held == {2}  # asked about 1 and 3, when they are persons


def test_rows_that_are_surely_one_in_a_chain_are_one_whichever_two_are_surest():
    pairs = [_pair(2, 3, 0.9999, birth="same"), _pair(1, 2, 0.997), _pair(1, 3, 0.997)]

    found = linkage.sort(pairs, _seekers(r1=1, r2=2, r3=3), {}, frozenset(), model())

    assert (found.alike, found.held) == ({2: 1, 3: 1}, set())


async def test_two_lines_of_one_register_are_not_one_person_by_way_of_a_third(office):
    await office.load("disability", ALSO_SABINA | {"Tanggal Lahir": "01/08/1992"})
    await office.load("dtks", SABINA | {"id_dtks": "D2"}, SABINA | {"id_dtks": "D3"})

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (2, 1, 1)


async def test_of_two_rows_that_are_only_likely_both_unlike_the_first_the_officer_is_asked_about_each_other(office):
    await office.load("dtks", SABINA)
    await office.load("disability", ALSO_SABINA)
    await office.load("p3ke", SABINA_OF_P3KE | {"Tanggal Lahir": "1992-08-03"})
    await office.match()
    [(one,), (other,)] = await office.rows("select id from programme.match_reviews order by id")
    made = await decide(office, Verdict.different, one)

    waits = await decide(office, Verdict.different, other)
    result = await office.match()

    assert (waits.person_id, result.waiting, result.reviews_new) == (None, 1, 1)
    [(review, person)] = await office.rows("select id, person_id from programme.match_reviews order by id desc limit 1")
    assert person == made.person_id
    await decide(office, Verdict.same, review)
    assert len(await links_of(office, made.person_id)) == 2


LISTED = {"NIK": "", "No KK": "", "Nama": "Yasinta Jelita"}


@pytest.mark.parametrize("verdict", Verdict)
async def test_the_answer_holds_for_later_versions_of_a_list_without_numbers(office, verdict):
    await office.load("disability", LISTED)
    await office.match()
    done = await decide(office, verdict)
    people = await office.people("id")

    await office.load("disability", LISTED | {"Pekerjaan": "petani"}, as_of=date(2025, 6, 1))
    result = await office.match()

    assert (result.rows_remembered, result.waiting, result.reviews_new) == (1, 0, 0)
    assert await office.people("id") == people
    assert done.person_id in {person for _, person in await links_of(office, done.person_id)}


async def test_a_list_without_numbers_of_whose_like_rows_the_officer_made_two_persons_is_asked_again(office):
    await office.load("disability", LISTED | {"No": "1"}, LISTED | {"No": "2"})
    await office.match()
    for (review,) in await office.rows("select id from programme.match_reviews order by id"):
        await decide(office, Verdict.different, review)
    while (await office.match()).reviews_new:
        await decide(office, Verdict.different)

    await office.load("disability", LISTED, as_of=date(2025, 6, 1))
    result = await office.match()

    assert (len(await office.people("id")), result.rows_remembered, result.waiting, result.reviews_new) == (3, 0, 1, 2)


# --- the numbers come after the person ---------------------------------------------------------------------------


@pytest.fixture
async def listed_first(connection, sealer, tmp_path):
    """Maria, by a list without numbers."""
    office = Office(connection, sealer, tmp_path)
    await office.load("disability", {"NIK": "", "No KK": ""})
    await office.match()
    return office


async def test_who_came_without_a_nik_keeps_the_id_when_a_register_brings_it(listed_first):
    [(maria,)] = await listed_first.people("id")
    await listed_first.load("dtsen")

    result = await listed_first.match()

    assert (result.people_new, result.people_changed, result.reviews_new) == (0, 1, 0)
    assert await listed_first.people("id", "nik_sealed is null") == [(maria, False)]
    assert await listed_first.rows(LIKENESSES) == [("same", "same", "same", "village", True)]
    assert (await listed_first.match()).has_found is False


@pytest.mark.parametrize(("verdict", "people"), [(Verdict.same, 1), (Verdict.different, 2)])
async def test_whether_a_newcomer_is_likely_somebody_without_a_nik_the_officer_is_asked_once(
    listed_first, verdict, people
):
    [(maria,)] = await listed_first.people("id")
    await listed_first.load("dtsen", {"tanggal_lahir": "1985-05-06"})

    result = await listed_first.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (1, 0, 1)
    [(review, kind)] = await listed_first.rows("select id, kind from programme.match_reviews")
    opened = await clerical_review.open_review(listed_first.connection, None, listed_first.sealer, review)
    assert (kind, opened.weighed.comparisons[1].level) == ("second_nik", "near")
    done = await decide(listed_first, verdict)
    living = await listed_first.rows("select id from programme.people where merged_into_id is null order by id")
    assert (len(living), living[0]) == (people, (maria,))
    assert done.person_id == living[-1][0]
    await listed_first.load("dtsen", {"tanggal_lahir": "1985-05-06", "periode": "2025-Q1"}, as_of=date(2025, 3, 31))
    assert (await listed_first.match()).reviews_new == 0


async def test_two_newcomers_that_are_both_likely_somebody_without_a_nik_wait_for_the_officer(listed_first):
    other = {"nik": "5315994505857001", "no_kk": "5315990101100077", "tanggal_lahir": "1985-05-06"}
    await listed_first.load("dtsen", {}, other)

    result = await listed_first.match()

    assert (result.people_new, result.reviews_new) == (2, 2)


@pytest.mark.parametrize(("loads", "is_same"), [((1, 2), True), ((1, 1), False)])
def test_whom_one_register_lists_beside_the_newcomer_is_not_joined_unasked(loads, is_same):
    one, other = (Known(None, person, frozenset((load,))) for person, load in enumerate(loads, start=7))

    found = linkage.mutual_best_matches([_pair(1, 2, 0.9999, birth="same")], {1: one}, {2: other}, model())

    assert [(person, newcomer, same) for _, person, newcomer, same in found] == [(7, 8, is_same)]


async def test_a_matching_that_fails_while_it_weighs_keeps_nothing(office, monkeypatch):
    await office.load("dtks", YASINTA)

    def broken(seekers, known):
        raise MemoryError

    monkeypatch.setattr(linkage, "weigh", broken)
    with pytest.raises(MemoryError):
        async with office.connection.begin_nested():
            await office.match()

    assert await office.people("id") == []


async def test_weighing_may_take_longer_than_a_transaction_may_stand_idle(office, monkeypatch):
    await office.load("dtks", YASINTA)
    await office.rows("select set_config('idle_in_transaction_session_timeout', '100ms', true)")

    def slow(seekers, known):
        time.sleep(0.5)
        return []

    monkeypatch.setattr(linkage, "weigh", slow)

    assert (await office.match()).people_new == 2


async def links_of(office, person):
    return await office.rows("select row_id, person_id from programme.person_rows where person_id = :p", p=person)
