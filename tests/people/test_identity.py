"""Two ids become one person, and one becomes two; nothing is lost, and a person on a list keeps id and NIK."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import NotFound
from jamsos.people import identity, service
from jamsos.people.errors import (
    PersonEnded,
    PersonOnList,
    PersonsSame,
    ReasonNeeded,
    SexesDiffer,
    SplitNeedsRows,
    SplitTakesAll,
)
from jamsos.people.identity import Grounds
from jamsos.people.linkage import review as clerical_review
from jamsos.people.rules import LifeEvent, Verdict
from tests.money import add_fund
from tests.officers import officer
from tests.people.builders import Office
from tests.protected import add_decree

MARIA, SECOND, YOSEF = "5315994505850001", "5315994505857001", "5315990505850003"
NAMELESS = {"NIK": "", "No KK": "", "Nama": "SABINA TUKAN", "Tanggal Lahir": "01/08/1992"}
GROUNDS = Grounds("KK dan KTP dilihat")


@pytest.fixture
async def office(connection, sealer, tmp_path):
    """Maria by two NIKs and names, in two registers."""
    office = Office(connection, sealer, tmp_path)
    await office.load("dtks", {"pekerjaan": "NELAYAN"})
    await office.load("dtsen", {"nik": SECOND, "nama_lengkap": "MERI JELITA", "tanggal_lahir": "1985-06-05"})
    await office.match()
    return office


async def ids(office):
    return [person for (person,) in await office.people("id")]


async def merge(office, person, other, grounds=GROUNDS):
    return await identity.merge(
        office.connection, await officer(office.connection), person_id=person, other_id=other, grounds=grounds
    )


async def split(office, person, **what):
    return await identity.split(
        office.connection, await officer(office.connection), person_id=person, grounds=GROUNDS, **what
    )


async def rows_of(office, person):
    return [r for (r,) in await office.rows("select row_id from programme.person_rows where person_id = :p", p=person)]


async def test_a_merge_gathers_rows_facts_and_groups_under_the_id_that_stays(office):
    stays, ends = await ids(office)

    assert await merge(office, stays, ends) == 1

    assert len(await rows_of(office, stays)) == 2 and await rows_of(office, ends) == []
    assert await office.people("full_name", "decile", "occupation", "merged_into_id") == [
        ("MERI JELITA", 2, "artisan", None),
        ("MERI JELITA", 2, "artisan", stays),
    ]
    assert {person for (person,) in await office.rows("select person_id from programme.person_groups")} == {stays}
    assert await office.rows("select count(*) from programme.person_sources") == [(3,)]


async def test_the_ended_id_still_answers_and_leads_to_the_one_that_lives(office):
    stays, ends = await ids(office)
    await merge(office, stays, ends)

    portrait = await service.portrait(office.connection, office.sealer, ends)

    assert portrait.person["merged_into_id"] == stays
    assert [(each["kind"], each["officer"], each["remark"]) for each in portrait.identity] == [
        ("merged", "Maria Jebarus", "KK dan KTP dilihat")
    ]
    assert await service.by_nik(office.connection, office.sealer, SECOND) == stays


async def test_an_id_that_ended_in_one_that_ended_leads_to_the_last(office):
    first, second = await ids(office)
    await office.load("dtks", {"nik_art": YOSEF, "nama_art": "YOSEF WARU"})
    await office.match()
    third = (await ids(office))[-1]

    await merge(office, second, third)
    await merge(office, first, second)

    assert await office.people("merged_into_id") == [(None,), (first,), (first,)]
    assert len(await rows_of(office, first)) == 3


async def test_a_nik_goes_along_where_the_one_who_stays_has_none(office):
    await office.load("disability", NAMELESS)
    await office.match()
    _, known, nameless = await ids(office)

    await merge(office, nameless, known)

    assert await service.by_nik(office.connection, office.sealer, SECOND) == nameless
    assert [nik for (nik,) in await office.people("nik_sealed")][1] is None


async def test_what_happened_to_an_ended_id_happened_to_the_person(office):
    stays, ends = await ids(office)
    await service.record_event(
        office.connection, COMMAND_LINE, person_id=ends, kind=LifeEvent.died, day=date(2025, 1, 2), evidence="Akta 7"
    )

    await merge(office, stays, ends)

    assert await office.rows("select person_id, kind, evidence from programme.life_events order by 1") == [
        (stays, "died", "Akta 7"),
        (ends, "died", "Akta 7"),
    ]


async def test_matching_after_a_merge_changes_nothing(office):
    stays, ends = await ids(office)
    await merge(office, stays, ends)
    before = await office.people("id", "version", "merged_into_id")

    result = await office.match()

    assert (result.people_new, result.people_changed, result.rows_by_nik, result.reviews_new) == (0, 0, 0, 0)
    assert await office.people("id", "version", "merged_into_id") == before


async def test_a_merge_taken_back_gives_the_old_id_its_rows_facts_and_nik(office):
    stays, ends = await ids(office)
    facts = await office.people("id", "full_name", "birth_date", "occupation", "nik_sealed")
    rows = [await rows_of(office, person) for person in (stays, ends)]
    await merge(office, stays, ends)

    assert await split(office, stays, back_id=ends) == (ends, 1)

    assert await office.people("id", "full_name", "birth_date", "occupation", "nik_sealed") == facts
    assert [await rows_of(office, person) for person in (stays, ends)] == rows
    assert await office.people("merged_into_id") == [(None,), (None,)]
    assert await office.rows("select kind from programme.identity_events order by id") == [("merged",), ("parted",)]


async def test_an_id_that_had_ended_in_one_that_is_taken_back_leads_to_it_again(office):
    await office.load("disability", NAMELESS)
    await office.match()
    first, middle, last = await ids(office)
    await merge(office, middle, last)
    await merge(office, first, middle)

    assert await split(office, first, back_id=middle) == (middle, 2)

    assert await office.people("id", "merged_into_id") == [(first, None), (middle, None), (last, middle)]
    assert await split(office, middle, back_id=last) == (last, 1)


async def test_whom_an_officer_parted_matching_asks_about_no_more(office):
    maria, _ = await ids(office)
    await office.load("p3ke", {"NIK": "", "ID Keluarga": "5315000001"}, as_of=date(2024, 5, 5))
    await office.load("dtks", {"nik_art": ""}, as_of=date(2024, 6, 6))
    await office.match()
    row = (await rows_of(office, maria))[-1]
    await split(office, maria, row_ids=[row])

    result = await office.match()

    assert (result.reviews_new, result.has_found) == (0, False)


async def test_rows_that_bear_the_nik_of_an_ended_id_bring_it_back_to_life(office):
    stays, ends = await ids(office)
    [row] = await rows_of(office, ends)
    await merge(office, stays, ends)

    assert await split(office, stays, row_ids=[row]) == (ends, 1)


async def test_a_row_parted_from_a_person_is_a_new_one_and_its_next_version_too(office):
    stays, _ = await ids(office)
    await office.load("p3ke", {"Nama": "MARI JELITA", "Pekerjaan": "PETANI"})
    await office.match()
    row = (await rows_of(office, stays))[-1]

    done = await split(office, stays, row_ids=[row])
    await office.load("p3ke", {"Nama": "MARI JELITA", "Pekerjaan": "BURUH"}, as_of=date(2025, 5, 5))
    result = await office.match()

    assert (result.rows_remembered, result.people_new) == (1, 0)
    assert len(await rows_of(office, done.person_id)) == 2
    assert await service.by_nik(office.connection, office.sealer, MARIA) == stays


async def test_a_nik_goes_with_the_rows_when_none_that_stays_bears_it(office):
    _, ends = await ids(office)
    await office.load("disability", NAMELESS)
    await office.match()
    nameless = (await ids(office))[-1]
    await merge(office, nameless, ends)

    done = await split(office, nameless, back_id=ends)

    assert done == (ends, 1)
    assert await service.by_nik(office.connection, office.sealer, SECOND) == ends


async def on_a_list(office, *people, months=(date(2024, 1, 1), date(2099, 12, 1))):
    fund = await add_fund(office.connection, "APBD-2024")
    await add_decree(office.connection, fund, list(people), months=months)


async def test_an_id_on_a_list_in_force_does_not_end_and_nothing_has_moved(office):
    stays, ends = await ids(office)
    await on_a_list(office, ends)

    with pytest.raises(PersonOnList, match=f"Person {ends} is on a list"):
        async with office.connection.begin_nested():
            await merge(office, stays, ends)

    assert await office.people("merged_into_id") == [(None,), (None,)]
    assert await office.rows("select 1 from programme.identity_events") == []


async def test_an_id_whose_list_is_over_may_end(office):
    stays, ends = await ids(office)
    await on_a_list(office, ends, months=(date(2024, 1, 1), date(2024, 12, 1)))

    assert await merge(office, stays, ends) == 1


async def test_who_is_on_a_list_keeps_the_nik_in_a_split(office):
    _, ends = await ids(office)
    await office.load("disability", NAMELESS)
    await office.match()
    nameless = (await ids(office))[-1]
    await merge(office, nameless, ends)
    await on_a_list(office, nameless)

    with pytest.raises(PersonOnList, match=f"Person {nameless} is on a list"):
        await split(office, nameless, back_id=ends)


async def test_a_review_that_joins_two_lets_the_one_on_a_list_live(connection, sealer, tmp_path):
    office = Office(connection, sealer, tmp_path)
    await office.load("dtks")
    await office.load("dtsen", {"nik": SECOND})
    await office.match()
    older, younger = await ids(office)
    await on_a_list(office, younger)
    [(review,)] = await office.rows("select id from programme.match_reviews")

    done = await clerical_review.decide(
        connection, await officer(connection), review_id=review, verdict=Verdict.same, remark="KTP"
    )

    assert done == (younger, 1)
    assert await office.people("id", "merged_into_id") == [(older, younger), (younger, None)]


async def test_what_cannot_be_merged_or_split_is_refused(office):
    stays, ends = await ids(office)
    row = (await rows_of(office, stays))[0]
    for refusal, act in (
        (PersonsSame, lambda: merge(office, stays, stays)),
        (NotFound, lambda: merge(office, stays, 999)),
        (NotFound, lambda: split(office, stays, row_ids=[10_000])),
        (SplitTakesAll, lambda: split(office, stays, row_ids=[row])),
        (SplitNeedsRows, lambda: split(office, stays)),
        (SplitNeedsRows, lambda: split(office, stays, back_id=ends)),
    ):
        with pytest.raises(refusal):
            await act()
    with pytest.raises(ReasonNeeded):
        await identity.merge(
            office.connection, await officer(office.connection), person_id=stays, other_id=ends, grounds=Grounds("")
        )
    assert await office.rows("select 1 from programme.identity_events") == []

    await merge(office, stays, ends)
    with pytest.raises(PersonEnded, match=f"use {stays}"):
        await merge(office, ends, stays)


async def test_a_man_and_a_woman_become_one_person_only_where_that_is_meant(office, connection):
    stays, ends = await ids(office)
    await connection.execute(text("update programme.people set sex = 'male' where id = :id"), {"id": ends})
    await connection.execute(text("update programme.people set sex = 'female' where id = :id"), {"id": stays})

    with pytest.raises(SexesDiffer):
        await merge(office, stays, ends)
    assert await office.rows("select 1 from programme.identity_events") == []
    assert await merge(office, stays, ends, GROUNDS._replace(despite_sex=True)) == 1


async def test_where_the_sex_of_one_is_unknown_nothing_is_asked(office, connection):
    stays, ends = await ids(office)
    await connection.execute(text("update programme.people set sex = null where id = :id"), {"id": ends})

    assert await merge(office, stays, ends) == 1
