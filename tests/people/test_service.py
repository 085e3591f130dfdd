from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.errors import RegionUnknown
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import HeaderMissing, LineWrong, NotFound
from jamsos.people import identity, service
from jamsos.people.errors import DeathAhead, WhoNeeded
from jamsos.people.rules import LifeEvent
from jamsos.people.tables import people
from jamsos.sealing import Sealer
from jamsos.tables import metadata
from tests.officers import officer
from tests.people.builders import Office

MARIA, YOSEF = "5315994505850001", "5315990505850003"
KK, PHONE = "5315990101100001", "081234567890"


@pytest.fixture
async def office(connection, sealer, tmp_path):
    office = Office(connection, sealer, tmp_path)
    await office.load("dtks", {}, {"nik_art": YOSEF, "nama_art": "YOSEF JELITA", "jenis_kelamin": "L", "no_hp": ""})
    await office.load("p3ke")
    await office.match()
    return office


def events_file(office, *lines):
    path = office.folder / "peristiwa.csv"
    path.write_text("\n".join(["nik,peristiwa,tanggal,keterangan", *lines]) + "\n")
    return path


async def load_events(office, *lines):
    return await service.load_events(office.connection, COMMAND_LINE, office.sealer, events_file(office, *lines))


async def test_nothing_that_identifies_stands_open_in_any_table(office):
    await load_events(office, f"{MARIA},MENINGGAL,2025-02-01,Akta kematian")
    numbers = [MARIA, YOSEF, KK, PHONE]
    needles = numbers + [number.encode().hex() for number in numbers]

    for table in metadata.sorted_tables:
        for (row,) in await office.rows(f"select t::text from {table.fullname} t"):
            assert not [needle for needle in needles if needle in row], table.name


async def test_a_person_is_found_by_nik_and_nobody_by_anothers(office):
    [(maria, _), _] = await office.people("id", "full_name")

    assert await service.by_nik(office.connection, office.sealer, MARIA) == maria
    assert await service.by_nik(office.connection, office.sealer, "5315994505850009") is None
    assert await service.by_niks(office.connection, office.sealer, [MARIA, "x", MARIA]) == {MARIA: maria}


async def test_a_person_is_found_while_a_rotation_is_half_done(office):
    newer = Sealer({1: bytes(range(64)), 2: bytes(range(1, 65))})

    assert await service.by_nik(office.connection, newer, MARIA) is not None


OPENED = [people.c.nik_sealed, people.c.kk_sealed, people.c.sex]


async def test_numbers_are_opened_for_a_purpose_in_the_order_asked_with_one_line_in_the_trail(office):
    [(maria,), (yosef,)] = await office.people("id")

    found = await service.unsealed(
        office.connection, COMMAND_LINE, office.sealer, [yosef, maria], OPENED, purpose="enrolment 298/KEP/HK/2024"
    )

    assert [(each.person_id, each.nik, each.kk, each.sex, each.full_name, each.birth_date) for each in found] == [
        (yosef, YOSEF, KK, "male", "", None),
        (maria, MARIA, KK, "female", "", None),
    ]
    assert await office.rows(
        "select purpose, subject_ids, fields from programme.audit_entries where act = 'unseal'"
    ) == [("enrolment 298/KEP/HK/2024", [yosef, maria], ["kk", "nik"])]


async def test_opening_somebody_unknown_is_refused_and_leaves_no_line(office):
    with pytest.raises(NotFound, match="no person 999"):
        await service.unsealed(office.connection, COMMAND_LINE, office.sealer, [999], OPENED, purpose="x")

    assert await office.rows("select 1 from programme.audit_entries where act = 'unseal'") == []


async def test_events_are_recorded_by_nik_and_unknown_niks_named_by_line(office):
    result = await load_events(
        office,
        f"{MARIA},MENINGGAL,2025-02-01,Akta kematian",
        "5315994505850009,PINDAH,2025-02-01,",
        f"'{YOSEF},PENERIMA_UPAH,01/03/2025,",
    )

    assert (result.recorded, result.known, result.unknown_lines) == (2, 0, [3])
    assert await office.rows("""select p.full_name, kind, event_date::text, evidence, remark, e.village_code
        from programme.life_events e join programme.people p on p.id = e.person_id order by e.id""") == [
        ("MARIA JELITA", "died", "2025-02-01", "peristiwa.csv:2", "Akta kematian", "53.15.05.2001"),
        ("YOSEF JELITA", "became_wage_earner", "2025-03-01", "peristiwa.csv:4", None, "53.15.05.2001"),
    ]


async def test_events_read_twice_are_recorded_once(office):
    await load_events(office, f"{MARIA},ASN,2025-02-01,")

    result = await load_events(office, f"{MARIA},ASN,2025-02-01,")

    assert (result.recorded, result.known) == (0, 1)


@pytest.mark.parametrize(
    ("line", "refusal", "said"),
    [
        (f"{MARIA},CUTI,2025-02-01,", LineWrong, "line 2, column peristiwa"),
        (f"{MARIA},PINDAH,kemarin,", LineWrong, "line 2, column tanggal"),
        (",PINDAH,2025-02-01,", LineWrong, "line 2, column nik"),
        (f"{MARIA},MENINGGAL,2062-02-01,", DeathAhead, "peristiwa.csv line 2: The date of death, 1 February 2062"),
    ],
)
async def test_an_events_file_with_a_wrong_line_is_refused_whole(office, line, refusal, said):
    with pytest.raises(refusal, match=said):
        await load_events(office, line, f"{MARIA},PINDAH,2025-02-01,")

    assert await office.rows("select 1 from programme.life_events") == []


async def test_a_move_or_a_new_job_may_be_announced(office):
    result = await load_events(office, f"{MARIA},PINDAH,2062-02-01,", f"{YOSEF},ASN,2062-02-01,")

    assert result.recorded == 2


async def test_who_has_no_nik_is_named_by_number_and_an_ended_number_leads_on(office):
    [(maria,), (yosef,)] = await office.people("id")
    grounds = identity.Grounds("KK dilihat", despite_sex=True)
    await identity.merge(
        office.connection, await officer(office.connection), person_id=yosef, other_id=maria, grounds=grounds
    )
    path = office.folder / "peristiwa.csv"
    path.write_text(
        f"nik,orang,peristiwa,tanggal,keterangan\n,{maria},PINDAH,2025-02-01,\n,999999,PINDAH,2025-02-01,\n"
    )

    result = await service.load_events(office.connection, COMMAND_LINE, office.sealer, path)

    assert (result.recorded, result.unknown_lines) == (1, [3])
    assert await office.rows("select person_id, kind from programme.life_events") == [(yosef, "moved")]


async def test_a_line_that_names_a_nik_and_a_number_is_refused(office):
    path = office.folder / "peristiwa.csv"
    path.write_text(f"nik,orang,peristiwa,tanggal,keterangan\n{MARIA},1,PINDAH,2025-02-01,\n")

    with pytest.raises(WhoNeeded, match="line 2: Give either a NIK or a person number"):
        await service.load_events(office.connection, COMMAND_LINE, office.sealer, path)


async def test_an_event_of_an_ended_number_is_of_the_one_who_lives(office):
    [(maria,), (yosef,)] = await office.people("id")
    grounds = identity.Grounds("KK dilihat", despite_sex=True)
    await identity.merge(
        office.connection, await officer(office.connection), person_id=yosef, other_id=maria, grounds=grounds
    )
    event = {"kind": LifeEvent.refused, "day": date(2025, 2, 1), "evidence": "Surat 1"}

    assert await service.record_event(office.connection, COMMAND_LINE, person_id=maria, **event)
    with pytest.raises(DeathAhead):
        await service.record_event(
            office.connection,
            COMMAND_LINE,
            person_id=yosef,
            **event | {"kind": LifeEvent.died, "day": date(2062, 1, 1)},
        )

    assert await office.rows("select person_id, kind from programme.life_events") == [(yosef, "refused")]


async def test_an_events_file_of_another_shape_is_refused(office):
    path = office.folder / "lain.csv"
    path.write_text("nik;tanggal\n1;2\n")

    with pytest.raises(HeaderMissing, match="peristiwa"):
        await service.load_events(office.connection, COMMAND_LINE, office.sealer, path)


async def test_a_portrait_masks_all_but_the_last_two_digits_and_names_the_rows_behind(office):
    [(maria,), _] = await office.people("id")

    portrait = await service.portrait(office.connection, office.sealer, maria)

    assert (portrait.nik, portrait.kk) == ("**************01", "**************01")
    assert [(each["source"], each["line"]) for each in portrait.sources] == [("p3ke", 2), ("dtks", 2)]
    assert [str(group) for group in portrait.groups] == ["artisan", "single_mother"]


async def test_somebody_unknown_has_no_portrait(office):
    with pytest.raises(NotFound, match="no person 999"):
        await service.portrait(office.connection, office.sealer, 999)


async def test_an_unknown_regency_cannot_be_matched(office):
    with pytest.raises(RegionUnknown, match=r"99\.99"):
        await service.match_people(office.connection, COMMAND_LINE, office.sealer, office_code="99.99")


async def test_a_person_changed_by_hand_has_a_new_version_written_by_the_database(office):
    [(maria,), _] = await office.people("id")

    await office.connection.execute(text("update programme.people set address = 'x' where id = :id"), {"id": maria})

    assert await office.rows(
        "select version, address from programme.person_versions where person_id = :id order by 1", id=maria
    ) == [
        (1, "DUSUN GORONTALO"),
        (2, "x"),
    ]
