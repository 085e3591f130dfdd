"""Faulty rows go to the village office in a workbook, and its corrections replace them."""

import asyncio
import zipfile
from datetime import date
from itertools import zip_longest

import fastexcel
import pytest
import xlsxwriter
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.errors import NotFound
from jamsos.people.service import match_people
from jamsos.registry import service
from jamsos.registry.errors import (
    ExtractAllRejected,
    ExtractKnown,
    ExtractTruncated,
    RepairColumnsLost,
    RepairMarkerLost,
    RepairNothing,
    RepairUnchanged,
    SourceNeeded,
)
from jamsos.registry.repairs.service import repair_workbook
from jamsos.registry.rules import Source, suggested_nik
from tests import extracts
from tests.extracts import dtks, ods, row

STAND = """insert into programme.registry_repairs (load_id, line, repaired_load_id, repaired_line, village_code)
    values (:load, 2, :repaired, 2, '53.15.05.2001')"""


async def load(connection, sealer, path, **options):
    return await service.load_extract(
        connection, COMMAND_LINE, sealer, path,
        **{"source": Source.dtks, "as_of": date(2024, 1, 1), "office_code": "53.15"} | options,
    )  # fmt: skip


async def people(connection):
    rows = await connection.execute(text("select full_name, occupation from programme.people order by full_name"))
    return [tuple(row) for row in rows]


async def test_a_row_that_another_stands_for_is_used_no_more(connection, sealer, tmp_path):
    first = await load(connection, sealer, dtks(tmp_path / "1.csv", row(status_kawin="KAWIN", no_hp="")))
    later = await load(connection, sealer, dtks(tmp_path / "2.csv", row(status_kawin="", nama_art="MARIA YELITA")))
    await connection.execute(text(STAND), {"load": later.load_id, "repaired": first.load_id})

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert await people(connection) == [("MARIA YELITA", "artisan")]
    assert (await connection.execute(text("select marital_status from programme.people"))).scalars().all() == [None]


async def test_a_row_matched_before_it_was_repaired_says_nothing_any_more(connection, sealer, tmp_path):
    first = await load(connection, sealer, dtks(tmp_path / "1.csv", row(status_kawin="KAWIN")))
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    later = await load(connection, sealer, dtks(tmp_path / "2.csv", row(status_kawin="")))
    await connection.execute(text(STAND), {"load": later.load_id, "repaired": first.load_id})

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert (await connection.execute(text("select marital_status from programme.people"))).scalars().all() == [None]


# --- the workbook ------------------------------------------------------------------------------------------------

WRONG = row(nik_art="531599450585OOO2", nama_art="ANA BUNGA", tanggal_lahir="06/05/1985")
ELSEWHERE = row(nik_art="5,31E+15", kode_desa="53.15.05.2002", nama_desa="Golo Mori")


async def first_load(connection, sealer, tmp_path, *rows):
    path = dtks(
        tmp_path / "dtks.csv", *(rows or (row(), WRONG, row(nik_art="5315994505850003", status_kawin="?"), ELSEWHERE))
    )
    return await load(connection, sealer, path)


async def workbook(connection, sealer, tmp_path, load_id, region="53.15.05.2001", name="repair.xlsx"):
    made = await repair_workbook(connection, COMMAND_LINE, sealer, load_id=load_id, region_code=region)
    (tmp_path / name).write_bytes(made.content)
    return tmp_path / name


def lines(path):
    """The workbook's rows as an office sees them: header → cell."""
    book = fastexcel.read_excel(path)
    return book.load_sheet("Perbaikan", header_row=4, dtypes="string").to_polars().rows(named=True)


def answered(path, *changes, added=(), name="answered.xlsx"):
    """The workbook as it comes back: the first rows with these changes, then rows nobody asked for."""
    rows = [each | dict(change) for each, change in zip_longest(lines(path), changes, fillvalue={})]
    hidden = fastexcel.read_excel(path).load_sheet("_jamsos", header_row=None, dtypes="string").to_polars().rows()
    with xlsxwriter.Workbook(path.with_name(name)) as book:
        page = book.add_worksheet("Perbaikan")
        page.write_row(4, 0, list(rows[0]))
        for number, each in enumerate([*rows, *added], start=5):
            page.write_row(number, 0, [each.get(header) or "" for header in rows[0]])
        marks = book.add_worksheet("_jamsos")
        for number, each in enumerate(hidden):
            marks.write_row(number, 0, [cell or "" for cell in each])
    return path.with_name(name)


async def kept(connection, load_id):
    rows = await connection.execute(
        text("""select r.full_name, x.repaired_load_id, x.repaired_line from programme.registry_rows r
                left join programme.registry_repairs x on x.load_id = r.load_id and x.line = r.line
                where r.load_id = :load order by r.line"""),
        {"load": load_id},
    )
    return [tuple(row) for row in rows]


async def put_aside(connection, load_id):
    rows = await connection.execute(
        text("select reason from programme.registry_rejects where load_id = :load order by line"), {"load": load_id}
    )
    return rows.scalars().all()


async def test_the_workbook_of_a_village_lists_its_rows_and_says_in_plain_words_what_is_wrong(
    connection, sealer, tmp_path
):
    loaded = await first_load(connection, sealer, tmp_path)

    found = lines(await workbook(connection, sealer, tmp_path, loaded.load_id))

    assert [(each["Nama"], each["NIK"], each["Yang salah"]) for each in found] == [
        ("ANA BUNGA", "531599450585OOO2", "NIK memuat huruf (O atau I?)"),
        ("MARIA JELITA", "5315994505850003", "status kawin tidak dikenal"),
    ]
    assert [(each["What is wrong"], each["Usulan / Suggestion"]) for each in found] == [
        ("NIK has letters (O or I?)", "5315994505850002"),
        ("marital status unknown", None),
    ]


async def test_of_a_row_put_aside_everything_that_is_wrong_is_said_at_once(connection, sealer, tmp_path):
    wrong = row(nik_art="53159945058500", status_kawin="?", kode_desa="", nama_desa="ANTAH", nama_art="Hj. ANA BUNGA")
    loaded = await first_load(connection, sealer, tmp_path, row(), wrong)

    [found] = lines(await workbook(connection, sealer, tmp_path, loaded.load_id, region=None))

    assert found["Yang salah"] == "NIK bukan 16 digit; desa tidak dikenal; status kawin tidak dikenal"
    assert await put_aside(connection, loaded.load_id) == ["nik_length"]


async def test_the_workbook_of_the_load_lists_the_rows_of_every_village(connection, sealer, tmp_path):
    loaded = await first_load(connection, sealer, tmp_path)

    assert len(lines(await workbook(connection, sealer, tmp_path, loaded.load_id, region=None))) == 3


async def test_writing_it_is_an_act_with_a_purpose_in_the_trail(connection, sealer, tmp_path):
    loaded = await first_load(connection, sealer, tmp_path)
    await workbook(connection, sealer, tmp_path, loaded.load_id)

    trail = await connection.execute(
        text(
            "select act, purpose, subject_ids, details from programme.audit_entries where act <> 'load_extract' order by id"
        )
    )

    purpose = f"repair of load {loaded.load_id}, region 53.15.05.2001"
    assert [tuple(entry) for entry in trail] == [
        ("received_file", purpose, [loaded.load_id], {}),
        ("write_repair_workbook", purpose, [loaded.load_id], {"region": "53.15.05.2001", "rows": 2}),
    ]


async def test_its_cells_are_open_text_with_answers_to_choose_and_the_rest_is_locked(connection, sealer, tmp_path):
    loaded = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, loaded.load_id)

    with zipfile.ZipFile(path) as packed:
        page, styles, book = (
            packed.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles", "workbook")
        )

    assert "<sheetProtection" in page
    assert 'formatCode="@"' in styles
    assert 'protection locked="0"' in styles
    assert '"L,P"' in page.replace("&quot;", '"') and "_jamsos!$B$2:$B$170" in page
    assert 'name="_jamsos"' in book and 'state="veryHidden"' in book


async def test_a_mended_row_stands_for_the_one_it_repairs_and_the_rest_is_left_alone(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)

    result = await load(connection, sealer, answered(path, {"NIK": "5315994505850002"}), source=None)

    assert (result.repaired_load_id, result.rows_kept, result.rows_rejected, result.rows_unchanged) == (
        first.load_id,
        1,
        0,
        1,
    )
    assert await kept(connection, result.load_id) == [("ANA BUNGA", first.load_id, 3)]
    assert await put_aside(connection, first.load_id) == ["nik_letters", "nik_scientific"]


async def test_a_number_that_a_spreadsheet_cut_stays_wrong_until_somebody_writes_it_whole(connection, sealer, tmp_path):
    cut = [row(nik_art=5315994505850010), row(nik_art="5315994505850002", no_kk=5315990101100010)]
    book = extracts.workbook(tmp_path / "dtks.xlsx", [list(row()), *(list(each.values()) for each in [row(), *cut])])
    first = await load(connection, sealer, book)
    path = await workbook(connection, sealer, tmp_path, first.load_id)
    named, whole = (
        answered(path, *changes, name=name)
        for name, changes in {
            "named.xlsx": [{"Nama": "ANA BUNGA"}, {"Nama": "ANA RATU"}],
            "whole.xlsx": [{"NIK": "5315994505850012"}, {"No KK": "5315990101100012"}],
        }.items()
    )

    left = await load(connection, sealer, named, source=None, is_dry_run=True)
    mended = await load(connection, sealer, whole, source=None)

    assert [(each["NIK"], each["No KK"]) for each in lines(path)] == [
        ("531599450585001?", "5315990101100001"),
        ("5315994505850002", "531599010110001?"),
    ]
    assert left.defects == {"nik_letters": 1, "kk_malformed": 1}
    assert (mended.rows_kept, mended.rows_rejected, mended.defects) == (2, 0, {})


async def test_a_repair_is_of_the_register_the_day_and_the_regency_of_what_it_repairs(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = answered(await workbook(connection, sealer, tmp_path, first.load_id), {"NIK": "5315994505850002"})

    result = await load(connection, sealer, path, source=None, as_of=date(2030, 1, 1))

    found = await connection.execute(
        text("select source, as_of, office_code from programme.registry_loads where id = :load"),
        {"load": result.load_id},
    )
    assert tuple(found.one()) == ("dtks", date(2024, 1, 1), "53.15")


async def test_matching_reads_the_mended_row_instead_of_the_first(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path, row(status_kawin="?", pekerjaan="NELAYAN"))
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    path = answered(
        await workbook(connection, sealer, tmp_path, first.load_id), {"Pekerjaan": "TANI", "Status Kawin": "Kawin"}
    )
    await load(connection, sealer, path, source=None)

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert await people(connection) == [("MARIA JELITA", "farmer")]


async def known(connection, sealer):
    rows = await connection.execute(text("select id, nik_sealed, full_name from programme.people order by id"))
    return {row[0]: (sealer.unseal("nik", row[1]), row[2]) for row in rows}


async def test_whose_nik_is_mended_stays_the_same_person(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path, row(nik_art="5315999905850001"))
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    [(person, before)] = (await known(connection, sealer)).items()
    mended = {"NIK": "5315994505850001", "Nama": "ANA BUNGA"}
    path = answered(await workbook(connection, sealer, tmp_path, first.load_id), mended)
    await load(connection, sealer, path, source=None)

    matched = await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert before == ("5315999905850001", "MARIA JELITA")
    assert await known(connection, sealer) == {person: ("5315994505850001", "ANA BUNGA")}
    assert (matched.people_new, matched.people_changed) == (0, 1)


async def test_whose_old_nik_another_register_still_says_is_not_renamed_by_one_mended_row(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path, row(nik_art="5315999905850001"))
    await load(connection, sealer, dtks(tmp_path / "other.csv", row(nik_art="5315999905850001", id_art="A9")))
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    path = answered(await workbook(connection, sealer, tmp_path, first.load_id), {"NIK": "5315994505850001"})
    await load(connection, sealer, path, source=None)

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    niks = [nik for nik, _ in (await known(connection, sealer)).values()]
    assert niks == ["5315999905850001", "5315994505850001"]


async def test_a_row_that_is_still_wrong_is_put_aside_again_and_can_be_mended_again(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)

    wrong = await load(connection, sealer, answered(path, {"NIK": "53159945058500"}), source=None)
    right = await load(connection, sealer, answered(path, {"NIK": "5315994505850002"}, name="2.xlsx"), source=None)

    assert (await put_aside(connection, wrong.load_id), wrong.rows_kept) == (["nik_length"], 0)
    assert await kept(connection, right.load_id) == [("ANA BUNGA", first.load_id, 3)]


async def test_what_was_mended_is_not_asked_for_again(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)
    await load(connection, sealer, answered(path, {"NIK": "5315994505850002"}, {"Status Kawin": "Kawin"}), source=None)

    with pytest.raises(RepairNothing, match=f"Load {first.load_id} has no row to correct in Komodo"):
        await workbook(connection, sealer, tmp_path, first.load_id)


async def test_a_mended_row_that_still_has_a_doubt_can_be_mended_in_its_turn(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)
    second = await load(connection, sealer, answered(path, {"NIK": "5315994505850002"}), source=None)
    assert second.defects == {"nik_contradicts_birth": 1}

    path = await workbook(connection, sealer, tmp_path, second.load_id, name="again.xlsx")
    third = await load(connection, sealer, answered(path, {"Tanggal Lahir": "05/05/1985"}, name="3.xlsx"), source=None)

    assert (third.repaired_load_id, third.defects) == (second.load_id, {})


ASIDE = {
    "a row that somebody else mended meanwhile": "repair_late",
    "a row of another village": "repair_elsewhere",
    "a row moved to another village": "repair_elsewhere",
    "a row added": "repair_added",
    "a row copied": "repair_added",
}


@pytest.mark.parametrize("case", ASIDE)
async def test_a_row_that_may_not_repair_is_put_aside_and_the_others_are_kept(connection, sealer, tmp_path, case):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)
    ana, maria = lines(path)
    mended = {"Status Kawin": "Kawin"}
    if case == "a row that somebody else mended meanwhile":
        await load(connection, sealer, answered(path, {"NIK": "5315994505850002"}, name="other.xlsx"), source=None)
        path = answered(path, {"NIK": "5315994505850009"}, mended)
    elif case == "a row of another village":
        path = answered(path, {}, mended, added=[ana | {"Kunci Jamsos": "5:0", "NIK": "5315994505850004"}])
    elif case == "a row moved to another village":
        path = answered(path, {"NIK": "5315994505850002", "Kode Desa": "53.15.05.2002", "Desa": ""}, mended)
    elif case == "a row added":
        path = answered(path, {}, mended, added=[ana | {"Kunci Jamsos": "", "NIK": "5315994505850004"}])
    else:
        path = answered(path, {}, mended, added=[maria | {"Nama": "KEMBARAN"}])

    result = await load(connection, sealer, path, source=None)

    assert await put_aside(connection, result.load_id) == [ASIDE[case]]
    assert await kept(connection, result.load_id) == [("MARIA JELITA", first.load_id, 4)]


async def test_a_new_person_written_into_a_copy_of_a_row_does_not_take_the_place_of_its_person(
    connection, sealer, tmp_path
):
    first = await first_load(connection, sealer, tmp_path)
    path = await workbook(connection, sealer, tmp_path, first.load_id)
    maria = lines(path)[1]
    path = answered(
        path, {"NIK": "5315994505850002"}, added=[maria | {"Nama": "ROSALIA NARUT", "NIK": "5315994505850009"}]
    )

    result = await load(connection, sealer, path, source=None)

    assert await put_aside(connection, result.load_id) == ["repair_added"]
    assert await kept(connection, result.load_id) == [("ANA BUNGA", first.load_id, 3)]
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    assert [name for name, _ in await people(connection)] == ["ANA BUNGA", "MARIA JELITA", "MARIA JELITA"]


async def test_a_workbook_that_an_office_saved_as_opendocument_is_still_one(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = answered(await workbook(connection, sealer, tmp_path, first.load_id), {"NIK": "5315994505850002"})
    saved = ods(path.with_suffix(".ods"), {name: cells_of(path, name) for name in ("Perbaikan", "_jamsos")})

    result = await load(connection, sealer, saved, source=None)

    assert (result.repaired_load_id, result.rows_unchanged) == (first.load_id, 1)
    assert await kept(connection, result.load_id) == [("ANA BUNGA", first.load_id, 3)]


def cells_of(path, sheet):
    page = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    return [[cell or "" for cell in line] for line in page.to_polars().rows()]


def without_key(path):
    with xlsxwriter.Workbook(path.with_name("nokey.xlsx")) as book:
        page = book.add_worksheet("Perbaikan")
        rows = lines(path)
        headers = [header for header in rows[0] if header != "Kunci Jamsos"]
        page.write_row(4, 0, headers)
        page.write_row(5, 0, [rows[0][header] or "" for header in headers])
        load_id = (
            fastexcel.read_excel(path).load_sheet("_jamsos", header_row=None, dtypes="string").to_polars().row(1)[0]
        )
        book.add_worksheet("_jamsos").write_column(0, 0, ["jamsos-repair-1", load_id, "53.15"])
    return path.with_name("nokey.xlsx")


def without_marker(path):
    frame = fastexcel.read_excel(path).load_sheet("Perbaikan", header_row=4, dtypes="string").to_polars()
    frame.write_csv(path.with_name("lost.csv"))
    return path.with_name("lost.csv")


def of_nowhere(path):
    with xlsxwriter.Workbook(path.with_name("nowhere.xlsx")) as book:
        book.add_worksheet("Perbaikan").write_row(4, 0, ["NIK", "Nama", "Kunci Jamsos"])
        book.add_worksheet("_jamsos").write_column(0, 0, ["jamsos-repair-1", "987654", "53.15"])
    return path.with_name("nowhere.xlsx")


def with_a_spoilt_marker(path):
    with xlsxwriter.Workbook(path.with_name("spoilt.xlsx")) as book:
        book.add_worksheet("Perbaikan").write_row(4, 0, ["NIK", "Nama", "Kunci Jamsos"])
        book.add_worksheet("_jamsos").write_column(0, 0, ["jamsos-repair-1", "x", "53.15"])
    return path.with_name("spoilt.xlsx")


REFUSED = {
    "nothing changed": (lambda path: path, None, RepairUnchanged, r"repair\.xlsx: not one row was changed"),
    "the column of keys is gone": (without_key, None, RepairColumnsLost, "Kunci Jamsos"),
    "the hidden sheet is gone": (without_marker, Source.dtks, RepairMarkerLost, r"lost\.csv"),
    "of a load that is not here": (of_nowhere, None, NotFound, "load 987654"),
    "a spoilt hidden sheet": (with_a_spoilt_marker, None, ExtractTruncated, r"spoilt\.xlsx"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_workbook_that_cannot_repair_is_refused_in_one_sentence_and_nothing_is_kept(
    connection, sealer, tmp_path, case
):
    make, source, refusal, said = REFUSED[case]
    first = await first_load(connection, sealer, tmp_path)
    path = make(await workbook(connection, sealer, tmp_path, first.load_id))

    with pytest.raises(refusal, match=said):
        await load(connection, sealer, path, source=source)

    counted = text("select count(*) from programme.registry_loads")
    assert (await connection.execute(counted)).scalar_one() == 1


async def test_the_same_workbook_twice_is_refused_also_when_it_was_only_saved_anew(connection, sealer, tmp_path):
    first = await first_load(connection, sealer, tmp_path)
    path = answered(await workbook(connection, sealer, tmp_path, first.load_id), {"NIK": "5315994505850002"})
    await load(connection, sealer, path, source=None)

    with pytest.raises(ExtractKnown):
        await load(connection, sealer, path, source=None)
    with pytest.raises(ExtractAllRejected, match="repair_late"):
        await load(connection, sealer, answered(path, name="saved-anew.xlsx", added=[{"No": "9"}]), source=None)


async def test_a_register_without_its_name_is_refused(connection, sealer, tmp_path):
    path = tmp_path / "daftar.csv"
    path.write_text("NIK;Nama;Desa;Ket Lain\n5315994505850001;MARIA JELITA;Komodo;x\n")

    with pytest.raises(SourceNeeded, match=r"daftar\.csv: name its register"):
        await load(connection, sealer, path, source=None)


async def test_of_two_who_repair_the_same_row_at_once_one_is_late(database_url, sealer, tmp_path):
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        first = await first_load(connection, sealer, tmp_path)
        path = await workbook(connection, sealer, tmp_path, first.load_id)
    answers = [
        answered(path, {"NIK": f"531599450585000{number}"}, {"Status Kawin": "Kawin"}, name=f"{number}.xlsx")
        for number in (2, 4)
    ]

    async def bring(answer):
        async with engine.begin() as connection:
            return await load(connection, sealer, answer, source=None)

    found = await asyncio.gather(*map(bring, answers), return_exceptions=True)

    assert sorted(type(each).__name__ for each in found) == ["ExtractAllRejected", "LoadResult"]
    await engine.dispose()


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("531599450585OOO1", "5315994505850001"),
        ("53l5994505B5000I", "5315994505850001"),
        ("5315994505850001", None),
        ("TIDAK ADA", None),
    ],
)
def test_a_nik_with_letters_is_read_as_what_it_may_have_been(written, suggested):
    assert suggested_nik(written) == suggested
