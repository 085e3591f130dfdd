"""An officer's decision about a row and a person is stored, and determines later matching."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.errors import NotFound
from jamsos.people import service
from jamsos.people.errors import ReasonNeeded, ReviewDecided, ReviewOutdated
from jamsos.people.identity import Grounds, merge
from jamsos.people.linkage import review as clerical_review
from jamsos.people.rules import Verdict
from jamsos.registry.rules import Source
from tests.officers import officer
from tests.people.builders import Office

MARIA, SECOND, YOSEF = "5315994505850001", "5315994505857001", "5315990505850003"
PETRUS_ROW = {"nama_art": "PETRUS WARU", "tanggal_lahir": "07/07/1970", "jenis_kelamin": "L"}
BOTH = "select verdict, officer, remark, recorded_by from programme.match_decisions order by id"


@pytest.fixture
def office(connection, sealer, tmp_path):
    return Office(connection, sealer, tmp_path)


async def decide(office, verdict, review=None, remark="KTP dilihat"):
    number = review or (await office.rows("select max(id) from programme.match_reviews"))[0][0]
    return await clerical_review.decide(
        office.connection, await officer(office.connection), review_id=number, verdict=verdict, remark=remark
    )


async def links(office):
    return await office.rows("""select p.id, r.full_name, s.method from programme.person_rows s
        join programme.people p on p.id = s.person_id join programme.registry_rows r on r.id = s.row_id order by r.id""")


@pytest.fixture
async def doubted(office):
    """Create Maria with her NIK, and a row of Petrus with the same NIK."""
    await office.load("dtsen")
    await office.load("dtks", PETRUS_ROW)
    await office.match()
    return office


async def test_one_person_the_row_joins_and_the_decision_is_kept_with_officer_and_reason(doubted):
    [(maria,)] = await doubted.people("id")

    done = await decide(doubted, Verdict.same)

    assert done == (maria, 0)
    assert await links(doubted) == [(maria, "MARIA JELITA", "nik"), (maria, "PETRUS WARU", "human")]
    assert await doubted.rows(BOTH) == [("same", "Maria Jebarus", "KTP dilihat", "Maria Jebarus")]
    assert await doubted.rows("select act from programme.audit_entries order by id desc limit 1") == [
        ("decide_match_review",)
    ]


async def test_two_persons_the_row_becomes_somebody_without_a_nik(doubted):
    [(maria,)] = await doubted.people("id")

    done = await decide(doubted, Verdict.different)

    assert done.person_id > maria
    assert await doubted.people("full_name", "nik_sealed is null") == [("MARIA JELITA", False), ("PETRUS WARU", True)]
    assert (await doubted.match()).waiting == 0


@pytest.mark.parametrize("verdict", Verdict)
async def test_a_new_version_of_the_register_asks_the_same_question_never_again(doubted, verdict):
    done = await decide(doubted, verdict)
    before = await doubted.people("id")

    await doubted.load("dtks", PETRUS_ROW | {"pekerjaan": "PETANI"}, as_of=date(2025, 6, 30))
    result = await doubted.match()

    assert (result.rows_remembered, result.waiting, result.reviews_new, result.people_new) == (1, 0, 0, 0)
    assert await doubted.people("id") == before
    assert (await links(doubted))[-1] == (done.person_id, "PETRUS WARU", "human")


async def test_an_undecided_question_is_not_asked_twice_and_one_answer_holds_for_both_rows(doubted):
    await doubted.load("dtks", PETRUS_ROW | {"pekerjaan": "PETANI"}, as_of=date(2025, 6, 30))
    assert ((again := await doubted.match()).reviews_new, again.waiting) == (0, 2)

    done = await decide(doubted, Verdict.different)
    result = await doubted.match()

    assert (result.rows_remembered, result.waiting) == (1, 0)
    assert [person for person, name, _ in await links(doubted) if name == "PETRUS WARU"] == [done.person_id] * 2


async def test_the_owner_of_a_nik_stays_when_a_row_of_another_name_was_found_to_be_hers(doubted):
    [(maria,)] = await doubted.people("id")
    await decide(doubted, Verdict.same)

    await doubted.load("dtsen", {"periode": "2025-Q1"}, as_of=date(2025, 3, 31))
    result = await doubted.match()

    assert (result.rows_by_nik, result.reviews_new, result.waiting) == (1, 0, 0)
    assert {person for person, _, _ in await links(doubted)} == {maria}


@pytest.fixture
async def doubled(office):
    """Create Maria twice, under two NIKs."""
    await office.load("dtks")
    await office.load("dtsen", {"nik": SECOND})
    await office.match()
    return office


async def test_two_niks_of_one_person_are_merged_and_both_lead_to_the_older_id(doubled):
    [(first,), (second,)] = await doubled.people("id")

    done = await decide(doubled, Verdict.same)

    assert done == (first, 1)
    assert await doubled.people("id", "merged_into_id") == [(first, None), (second, first)]
    assert await service.by_niks(doubled.connection, doubled.sealer, [MARIA, SECOND]) == {MARIA: first, SECOND: first}
    assert await doubled.rows(
        "select kind, from_person_id, to_person_id, rows_moved, decision_id is not null from programme.identity_events"
    ) == [("merged", second, first, 1, True)]


async def test_a_register_that_comes_again_with_the_second_nik_finds_the_one_person(doubled):
    await decide(doubled, Verdict.same)
    before = await doubled.people("id", "merged_into_id")

    await doubled.load("dtsen", {"nik": SECOND, "periode": "2025-Q1"}, as_of=date(2025, 3, 31))
    await doubled.load("p3ke", {"NIK": SECOND, "Nama": "MARIA. JELITA"})
    result = await doubled.match()

    assert (result.people_new, result.reviews_new, result.waiting) == (0, 0, 0)
    assert await doubled.people("id", "merged_into_id") == before
    assert {person for person, _, _ in await links(doubled)} == {before[0][0]}


async def test_two_niks_of_two_persons_stay_two_and_are_not_asked_about_again(doubled):
    before = await doubled.people("id", "merged_into_id")
    await decide(doubled, Verdict.different)

    await doubled.load("dtsen", {"nik": SECOND, "periode": "2025-Q1"}, as_of=date(2025, 3, 31))
    result = await doubled.match()

    assert (result.people_new, result.reviews_new) == (0, 0)
    assert await doubled.people("id", "merged_into_id") == before
    assert await clerical_review.waiting(doubled.connection, 10) == ([], 0)


async def test_a_row_that_fits_two_persons_goes_to_the_one_the_officer_names(office):
    await office.load("dtks")
    await office.load("dtsen", {"nik": SECOND})
    await office.load("disability", {"NIK": ""})
    await office.match()
    asked = await office.rows("select id, person_id from programme.match_reviews where kind = 'several' order by 2")
    assert len(asked) == 2

    done = await decide(office, Verdict.same, review=asked[1][0])

    assert done.person_id == asked[1][1]
    assert [each["kind"] for each in (await clerical_review.waiting(office.connection, 10))[0]] == ["second_nik"]
    assert (await office.match()).waiting == 0


async def test_a_row_that_is_neither_of_two_becomes_a_person_after_the_second_answer(office):
    await office.load("dtks")
    await office.load("dtsen", {"nik": SECOND})
    await office.load("disability", {"NIK": ""})
    await office.match()
    [(one, _), (other, _)] = await office.rows(
        "select id, person_id from programme.match_reviews where kind = 'several' order by 2"
    )

    assert (await decide(office, Verdict.different, review=one)).person_id is None
    done = await decide(office, Verdict.different, review=other)

    assert done.person_id is not None
    assert len(await office.people("id")) == 3


async def test_a_row_found_by_household_moves_when_it_is_the_niks_owners(office):
    yosef = {"nik_art": YOSEF, "nama_art": "YOSEF JELITA", "jenis_kelamin": "L"}
    await office.load("dtsen", {}, {"nik": YOSEF, "nama_lengkap": "YOSEF JELITA", "jenis_kelamin": "L"})
    await office.load("dtks", yosef | {"nik_art": MARIA})
    await office.match()
    [(maria,), (owner,)] = await office.people("id")
    assert (await links(office))[-1][0] == owner

    await decide(office, Verdict.same)

    assert [person for person, _, _ in await links(office)] == [maria, owner, maria]
    assert await office.rows("select kind, from_person_id, to_person_id from programme.identity_events") == [
        ("moved", owner, maria)
    ]
    assert await office.people("full_name", "merged_into_id is null") == [
        ("MARIA JELITA", True),
        ("YOSEF JELITA", True),
    ]


async def test_what_is_decided_stays_decided(doubted):
    await decide(doubted, Verdict.same)

    with pytest.raises(ReviewDecided, match="is decided already"):
        await decide(doubted, Verdict.different)

    assert len(await doubted.rows(BOTH)) == 1


async def test_a_review_whose_sides_were_merged_meanwhile_is_open_no_more_and_cannot_be_two(doubled):
    [(first,), (second,)] = await doubled.people("id")
    await merge(
        doubled.connection, await officer(doubled.connection), person_id=first, other_id=second, grounds=Grounds("KK")
    )

    assert await clerical_review.waiting(doubled.connection, 10) == ([], 0)
    assert (await service.portrait(doubled.connection, doubled.sealer, first)).reviews_open == 0
    with pytest.raises(ReviewOutdated, match=f"split person {first}"):
        await decide(doubled, Verdict.different)


async def test_nobody_decides_without_a_reason_nor_what_is_not_asked(doubted):
    with pytest.raises(ReasonNeeded):
        await decide(doubted, Verdict.same, remark=" ")
    with pytest.raises(NotFound, match="no review 999"):
        await decide(doubted, Verdict.same, review=999)

    assert await doubted.rows(BOTH) == []


async def test_both_records_stand_side_by_side_masked_and_whole_only_for_a_purpose(doubted):
    [review] = (await clerical_review.waiting(doubted.connection, 10))[0]
    assert (review["kind"], review["row_name"], review["person_name"]) == ("other_name", "PETRUS WARU", "MARIA JELITA")

    masked = await clerical_review.open_review(doubted.connection, COMMAND_LINE, doubted.sealer, review["id"])
    whole = await clerical_review.open_review(
        doubted.connection, COMMAND_LINE, doubted.sealer, review["id"], purpose="pemeriksaan ganda"
    )

    def side(opened, fact):
        [found] = [each for each in opened.facts if each.fact == fact]
        return found.row, found.person, found.differs

    assert side(masked, "nik") == ("**************01", "**************01", False)
    assert side(masked, "birth_date") == (1970, 1985, True)
    assert side(masked, "full_name") == ("PETRUS WARU", "MARIA JELITA", True)
    assert side(whole, "nik") == (MARIA, MARIA, False)
    assert side(whole, "birth_date") == (date(1970, 7, 7), date(1985, 5, 5), True)
    assert await doubted.rows("select purpose, fields from programme.audit_entries where act = 'unseal'") == [
        ("pemeriksaan ganda", ["birth_date", "kk", "nik"])
    ]


async def test_the_queue_is_read_in_pages_by_region_and_by_register(office):
    await office.load("dtsen", {}, {"nik": YOSEF, "nama_lengkap": "YOSEF GANGGUR", "kode_wilayah": "53.15.06.2001"})
    await office.load("dtks", PETRUS_ROW, PETRUS_ROW | {"nik_art": YOSEF, "kode_desa": "53.15.06.2001"})
    await office.load("p3ke", {"Nama": "PETRUS WARU", "Tanggal Lahir": "09/09/1970", "Jenis Kelamin": "Laki-laki"})
    await office.match()
    numbers = [number for (number,) in await office.rows("select id from programme.match_reviews order by id")]

    async def found(limit=9, **chosen):
        rows, left = await clerical_review.waiting(office.connection, limit, **chosen)
        return [each["id"] for each in rows], left

    assert len(numbers) == 3
    assert await found() == (numbers, 3)
    assert await found(2) == (numbers[:2], 3)
    assert await found(2, after=numbers[1]) == (numbers[2:], 1)
    assert await found(source=Source.p3ke) == (
        [number for number in numbers if number not in (await found(source=Source.dtks))[0]],
        1,
    )
    assert (await found(region="53.15.06"))[1] == 1
    assert await found(region="53.16") == ([], 0)


async def test_what_differs_only_in_capitals_and_gaps_is_not_marked(doubted):
    await doubted.load(
        "dtks", PETRUS_ROW | {"alamat": " dusun  gorontalo", "tempat_lahir": "Labuan bajo"}, as_of=date(2025, 6, 30)
    )
    await doubted.match()
    [(number,)] = await doubted.rows("select max(id) from programme.match_reviews")

    opened = await clerical_review.open_review(doubted.connection, COMMAND_LINE, doubted.sealer, number)

    assert {fact.fact for fact in opened.facts if fact.differs} >= {"full_name", "birth_date"}
    assert {"address", "birth_place"}.isdisjoint(fact.fact for fact in opened.facts if fact.differs)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("mended", [{"nama_art": "PETRUS WARUK"}, {"tanggal_lahir": "07/08/1970"}])
async def test_the_decision_about_a_row_holds_for_the_row_that_is_mended_in_its_place(doubted, verdict, mended):
    done = await decide(doubted, verdict)
    [(decided,)] = await doubted.rows("select max(id) from programme.registry_loads")
    load = await doubted.load("dtks", PETRUS_ROW | mended)
    await stands_for(doubted, load.load_id, decided)

    result = await doubted.match()

    assert (result.rows_remembered, result.people_new, result.waiting, result.reviews_new) == (1, 0, 0, 0)
    assert [person for person, *_ in await links(doubted)][-1] == done.person_id


async def test_who_is_written_anew_into_a_mended_row_is_asked_about(doubted):
    await decide(doubted, Verdict.same)
    [(decided,)] = await doubted.rows("select max(id) from programme.registry_loads")
    load = await doubted.load("dtks", PETRUS_ROW | {"nama_art": "ANTON SALE", "tanggal_lahir": "01/02/1990"})
    await stands_for(doubted, load.load_id, decided)

    result = await doubted.match()

    assert (result.rows_remembered, result.waiting, result.reviews_new) == (0, 1, 1)


async def stands_for(office, load, repaired):
    await office.connection.execute(
        text("""insert into programme.registry_repairs (load_id, line, repaired_load_id, repaired_line, village_code)
            values (:load, 2, :repaired, 2, '53.15.05.2001')"""),
        {"load": load, "repaired": repaired},
    )


async def test_of_two_officers_who_decide_at_once_one_is_told_that_it_is_decided(database_url, sealer, tmp_path):
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        office = Office(connection, sealer, tmp_path)
        await office.load("dtsen", {"nik": "5315994404840001"})
        await office.load("dtks", PETRUS_ROW | {"nik_art": "5315994404840001"})
        await office.match()
        [(number,)] = await office.rows("select max(id) from programme.match_reviews")
        maria = await officer(connection)

    async def decides(verdict):
        async with engine.begin() as connection:
            return await clerical_review.decide(
                connection, maria, review_id=number, verdict=verdict, remark="KTP dilihat"
            )

    told = await asyncio.gather(*map(decides, [Verdict.same, Verdict.different]), return_exceptions=True)

    assert [type(each) for each in told].count(ReviewDecided) == 1
    async with engine.connect() as connection:
        kept = await connection.execute(
            text("select count(*) from programme.match_decisions where review_id = :number"), {"number": number}
        )
        assert kept.scalar_one() == 1
    await engine.dispose()
