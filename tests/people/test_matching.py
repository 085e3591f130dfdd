"""The person of each row."""

from datetime import date

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.people import service
from jamsos.people.rules import LifeEvent
from tests.people.builders import Office

MARIA, YOSEF = "5315994505850001", "5315990505850003"
YOSEF_ROW = {"nik_art": YOSEF, "nama_art": "YOSEF JELITA", "jenis_kelamin": "L"}


@pytest.fixture
def office(connection, sealer, tmp_path):
    return Office(connection, sealer, tmp_path)


async def test_rows_of_several_registers_with_one_nik_support_one_person(office):
    await office.load("p3ke")
    await office.load("dtks", {"nama_art": "MARIA  JELITA"})
    await office.load("dtsen", {"nama_lengkap": "Maria Jelita"})

    result = await office.match()

    assert (result.rows_by_nik, result.people_new, result.waiting) == (3, 1, 0)
    assert [source for _, source, _, _ in await office.supported()] == ["p3ke", "dtks", "dtsen"]


async def test_matching_again_changes_nothing(office):
    await office.load("dtks", {}, YOSEF_ROW)
    await office.match()
    before = await office.people("id", "version", "updated_at")

    result = await office.match()

    assert (result.rows_by_nik, result.rows_by_household, result.people_new, result.people_changed) == (0, 0, 0, 0)
    assert await office.people("id", "version", "updated_at") == before


async def test_a_later_register_finds_the_person_who_is_there(office):
    await office.load("dtks")
    await office.match()
    before = await office.people("id")

    await office.load("dtsen")
    result = await office.match()

    assert (result.people_new, result.people_changed) == (0, 1)
    assert await office.people("id") == before


async def test_a_row_without_a_nik_joins_by_card_name_and_birth_date(office):
    await office.load("dtsen")
    await office.load("dtks", {"nik_art": "", "nama_art": "MARIA. JELITA"})

    result = await office.match()

    assert (result.rows_by_nik, result.rows_by_household, result.people_new) == (1, 1, 1)
    assert [(source, method) for _, source, _, method in await office.supported()] == [
        ("dtsen", "nik"),
        ("dtks", "household"),
    ]


async def test_a_family_without_a_card_number_is_known_by_its_other_members(office):
    await office.load("dtsen", {}, {"nik": YOSEF, "nama_lengkap": "YOSEF JELITA", "jenis_kelamin": "L"})
    await office.load("p3ke", {"NIK": ""}, {"NIK": YOSEF, "Nama": "YOSEF JELITA", "Jenis Kelamin": "Laki-laki"})

    result = await office.match()

    assert (result.people_new, result.rows_by_household) == (2, 1)
    assert ("MARIA JELITA", "p3ke", 2, "household") in await office.supported()


async def test_a_person_known_only_by_family_is_found_by_a_row_that_has_only_a_card(office):
    await office.load("p3ke", {}, {"NIK": YOSEF, "Nama": "YOSEF JELITA", "Jenis Kelamin": "Laki-laki"})
    await office.load("dtks", {"nik_art": ""}, YOSEF_ROW)

    result = await office.match()

    assert (result.people_new, result.rows_by_household) == (2, 1)
    assert ("MARIA JELITA", "dtks", 2, "household") in await office.supported()


@pytest.mark.parametrize(
    "change",
    [{"tanggal_lahir": "01/08/1992"}, {"nama_art": "SABINA TUKAN", "no_kk": "", "tanggal_lahir": "06/05/1985"}],
)
async def test_a_row_without_a_nik_that_differs_is_a_person_without_a_nik(office, change):
    await office.load("dtsen")
    await office.load("dtks", {"nik_art": ""} | change)

    assert (await office.match()).people_new == 2
    assert [nik is None for (nik,) in await office.people("nik_sealed")] == [False, True]


async def test_rows_without_a_nik_of_one_card_name_and_birth_date_are_one_person(office):
    await office.load("dtks", {"nik_art": ""}, {"nik_art": "", "pekerjaan": "PETANI"})
    await office.load("disability", {"NIK": ""})

    result = await office.match()

    assert (result.people_new, result.rows_by_household) == (1, 3)


async def test_somebody_known_without_a_nik_keeps_their_number_when_the_nik_arrives(office):
    await office.load("dtks", {"nik_art": ""})
    await office.match()
    [(person_id,)] = await office.people("id")

    await office.load("dtsen")
    result = await office.match()

    assert (result.people_new, result.people_changed) == (0, 1)
    assert await office.people("id", "nik_sealed") == [(person_id, office.sealer.seal("nik", MARIA))]


async def test_one_nik_under_clearly_two_names_is_not_merged_but_reviewed(office):
    await office.load("dtks", {"nama_art": "PETRUS WARU", "tanggal_lahir": "07/07/1970", "jenis_kelamin": "L"})
    await office.load("dtsen")

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (1, 1, 1)
    assert await office.people("full_name") == [("MARIA JELITA",)]
    assert await office.rows("""select v.kind, r.full_name, p.full_name from programme.match_reviews v
        join programme.registry_rows r on r.id = v.row_id join programme.people p on p.id = v.person_id""") == [
        ("other_name", "PETRUS WARU", "MARIA JELITA")
    ]


async def test_who_bears_anothers_nik_is_found_by_household_and_still_reviewed(office):
    await office.load("dtsen", {}, {"nik": YOSEF, "nama_lengkap": "YOSEF JELITA", "jenis_kelamin": "L"})
    await office.load("dtks", YOSEF_ROW | {"nik_art": MARIA})

    result = await office.match()

    assert (result.people_new, result.rows_by_household, result.waiting, result.reviews_new) == (2, 1, 0, 1)
    assert ("YOSEF JELITA", "dtks", 2, "household") in await office.supported()
    assert [nik for (nik,) in await office.people("nik_sealed")] == [
        office.sealer.seal("nik", n) for n in (MARIA, YOSEF)
    ]


async def test_the_same_name_spelt_otherwise_is_no_reason_for_a_review(office):
    await office.load("dtks", YOSEF_ROW | {"nama_art": "YOSEPH JELITA"})
    await office.load("dtsen", {"nik": YOSEF, "nama_lengkap": "YOSEF PAULUS JELITA", "jenis_kelamin": "L"})

    result = await office.match()

    assert (result.people_new, result.reviews_new) == (1, 0)


async def test_a_nickname_beside_the_same_nik_and_birth_date_is_no_reason_for_a_review(office):
    await office.load("dtks", {"nama_art": "ELI JELITA"})
    await office.load("dtsen")

    result = await office.match()

    assert (result.people_new, result.reviews_new) == (1, 0)


async def test_one_household_name_and_birth_date_under_two_niks_are_two_persons_and_a_review(office):
    await office.load("dtks")
    await office.load("dtsen", {"nik": "5315994505857001"})

    result = await office.match()

    assert (result.people_new, result.waiting, result.reviews_new) == (2, 0, 1)
    assert await office.rows("select kind from programme.match_reviews") == [("second_nik",)]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"nama_lengkap": "MARIA YELITA"}, 1),
        ({"nama_lengkap": "MARIA J.", "no_kk": "5315990101100009"}, 1),
        ({"tanggal_lahir": ""}, 1),
        ({"tanggal_lahir": "", "no_kk": "5315990101100009"}, 0),
        ({"nama_lengkap": "MARIA YELITA", "tanggal_lahir": "1985-05-06"}, 0),
        ({"nama_lengkap": "MARIA YELITA", "jenis_kelamin": "L"}, 0),
        ({"nama_lengkap": "MARIA YELITA", "no_kk": "5315990101100009", "kode_wilayah": "53.15.05.2002"}, 0),
        ({"nama_lengkap": "ANASTASIA JELITA"}, 0),
    ],
)
async def test_a_newcomer_whose_nik_and_name_are_both_mistyped_is_asked_about(office, changes, asked):
    await office.load("dtks")
    await office.match()
    await office.load("dtsen", {"nik": "5315994505857001"} | changes)

    first, again = await office.match(), await office.match()

    assert (first.people_new, first.waiting, first.reviews_new, again.reviews_new) == (1, 0, asked, 0)
    assert await office.rows("select kind from programme.match_reviews") == [("second_nik",)] * asked


async def test_a_review_is_raised_once(office):
    await office.load("dtks")
    await office.load("dtsen", {"nik": "5315994505857001"}, {"nama_lengkap": "PETRUS WARU", "jenis_kelamin": "L"})
    await office.match()
    before = await office.rows("select id from programme.match_reviews")

    assert (await office.match()).reviews_new == 0
    assert await office.rows("select id from programme.match_reviews") == before


async def test_current_facts_are_the_newest_of_each_and_older_versions_stay(office):
    await office.load("p3ke")
    await office.match()
    await office.load("dtsen", {"desil": "4", "pekerjaan_utama": "", "kode_wilayah": "53.15.05.2002"})
    await office.match()

    facts = await office.people("decile", "decile_source", "decile_as_of", "occupation", "village_code", "version")

    assert facts == [(4, "dtsen", date(2024, 12, 31), "artisan", "53.15.05.2002", 2)]
    assert await office.rows("select version, decile, village_code from programme.person_versions order by 1") == [
        (1, 1, "53.15.05.2001"),
        (2, 4, "53.15.05.2002"),
    ]


async def test_an_older_register_that_arrives_late_overwrites_nothing(office):
    await office.load("dtsen")
    await office.match()
    await office.load("p3ke", {"Alamat": "DUSUN LAIN"})
    await office.match()

    assert await office.people("decile", "decile_source", "address", "is_dukcapil_matched") == [
        (2, "dtsen", "Dusun Gorontalo", True)
    ]


async def test_a_birth_date_that_nothing_contradicts_goes_before_a_newer_placeholder(office):
    await office.load("dtks")
    await office.load("dtsen", {"tanggal_lahir": "1985-01-01"})
    await office.match()

    assert await office.people("birth_date") == [(date(1985, 5, 5),)]


async def test_a_version_carries_every_fact_of_the_person(office):
    for source in ("p3ke", "dtks", "disability", "province"):
        await office.load(source)
    await office.match()

    # the event shows that an id is retired
    facts = "to_jsonb(t) - array['id', 'person_id', 'updated_at', 'recorded_at', 'merged_into_id']"
    [(person,)] = await office.rows(f"select {facts} from programme.people t")
    assert await office.rows(f"select {facts} from programme.person_versions t") == [(person,)]
    assert {name for name, value in person.items() if value is None} == {"bank_account_sealed"}


async def test_groups_come_from_sex_household_work_and_disability(office):
    await office.load(
        "dtks", {}, YOSEF_ROW | {"status_kawin": "KAWIN", "hubungan_keluarga": "ANAK", "pekerjaan": "NELAYAN"}
    )
    await office.load("disability", {"NIK": YOSEF, "Nama": "Yosef Jelita", "Jenis Kelamin": "L", "Pekerjaan": ""})
    await office.match()

    assert await office.rows("""select p.full_name, array_agg(group_code order by group_code) from programme.person_groups g
        join programme.people p on p.id = g.person_id group by 1 order by 1""") == [
        ("MARIA JELITA", ["artisan", "single_mother"]),
        ("Yosef Jelita", ["disability", "fisher"]),
    ]


async def test_a_group_ends_when_its_reason_does(office):
    await office.load("dtks")
    await office.match()
    await office.load("dtsen", {"status_perkawinan": "Kawin", "pekerjaan_utama": "PETANI/PEKEBUN"})
    await office.match()

    assert await office.rows("select group_code from programme.person_groups") == [("farmer",)]


async def test_a_woman_never_married_becomes_a_single_mother_when_her_child_is_listed(office):
    await office.load("dtks", {"status_kawin": "BELUM KAWIN"})
    await office.match()
    assert await office.rows("select group_code from programme.person_groups") == [("artisan",)]

    child = {
        "nik": "5315990101150001",
        "nama_lengkap": "ARDI JELITA",
        "jenis_kelamin": "L",
        "tanggal_lahir": "2015-01-01",
    }
    await office.load("dtsen", child | {"hubungan_kepala_keluarga": "Anak", "pekerjaan_utama": "PELAJAR"})
    await office.match()

    assert await office.rows("select group_code from programme.person_groups order by 1") == [
        ("artisan",),
        ("single_mother",),
    ]


async def test_the_provinces_list_says_from_when_to_when_another_pays(office):
    await office.load("dtks")
    await office.load("province")
    await office.match()

    assert await office.people("other_payer_from", "other_payer_to") == [(date(2025, 1, 1), date(2025, 12, 1))]


@pytest.mark.parametrize(("presence", "kind"), [("MENINGGAL", "died"), ("PINDAH", "moved")])
async def test_what_a_register_says_of_presence_is_a_life_event_once(office, presence, kind):
    load = await office.load("dtsen", {"keberadaan": presence})
    await office.match()
    await office.load("dtsen", {"keberadaan": presence, "periode": "2025-Q1"}, as_of=date(2025, 3, 31))

    assert (await office.match()).events_new == 0
    assert await office.rows("select kind, event_date, evidence from programme.life_events") == [
        (kind, date(2024, 12, 31), f"registry_loads/{load.load_id}:2")
    ]


@pytest.mark.parametrize("days", [(31, 28), (28, 31)])
async def test_in_whatever_order_registers_come_the_first_that_tells_of_a_death_dates_it(office, days):
    for day in days:
        await office.load("dtsen", {"keberadaan": "MENINGGAL", "desil": str(day % 9)}, as_of=date(2025, 1, day))
        await office.match()

    assert await office.rows("select min(event_date) from programme.life_events") == [(date(2025, 1, 28),)]
    assert (await office.match()).events_new == 0


async def test_a_move_that_is_announced_hides_none_that_a_register_tells(office):
    await office.load("dtks")
    await office.match()
    [(maria,)] = await office.people("id")
    await service.record_event(
        office.connection, COMMAND_LINE, person_id=maria, kind=LifeEvent.moved, day=date(2062, 1, 1), evidence="Surat 1"
    )
    await office.load("dtsen", {"keberadaan": "PINDAH"})

    assert (await office.match()).events_new == 1
    assert await office.rows("select min(event_date) from programme.life_events") == [(date(2024, 12, 31),)]
