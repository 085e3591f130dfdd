import asyncio
import hashlib
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.errors import RegionUnknown
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.errors import ArchiveAmbiguous, FileMissing
from jamsos.months import today
from jamsos.offices.errors import OfficeUnknown
from jamsos.people.service import match_people
from jamsos.registry import service
from jamsos.registry.errors import (
    ExtractAhead,
    ExtractAllRejected,
    ExtractEmpty,
    ExtractFormUnknown,
    ExtractKnown,
    ExtractLocked,
    ExtractNotText,
    ExtractTruncated,
    ExtractVillageNeeded,
    HeaderUnknown,
)
from jamsos.registry.rules import Source
from tests.extracts import DTKS, dtks, row, workbook


async def load(connection, sealer, path, source=Source.dtks, office_code="53.15", as_of=date(2024, 1, 1), **options):
    return await service.load_extract(
        connection,
        COMMAND_LINE,
        sealer,
        path,
        source=source,
        as_of=as_of,
        office_code=office_code,
        **options,
    )


async def counts(connection):
    tables = ("registry_loads", "registry_rows", "registry_rejects", "registry_parts", "audit_entries")
    return [(await connection.execute(text(f"select count(*) from programme.{name}"))).scalar_one() for name in tables]


async def test_good_rows_are_kept_and_bad_rows_put_aside_with_line_and_reason(connection, sealer, tmp_path):
    path = dtks(tmp_path / "dtks.csv", row(), row(nik_art="5,31E+15"), row(nik_art="5315994505850002"))

    result = await load(connection, sealer, path)

    assert (result.rows_received, result.rows_kept, result.rows_rejected) == (3, 2, 1)
    rejects = await connection.execute(text("select line, reason, field from programme.registry_rejects"))
    assert [tuple(found) for found in rejects] == [(3, "nik_scientific", "nik")]


async def test_a_register_of_a_day_to_come_is_refused(connection, sealer, tmp_path):
    path = dtks(tmp_path / "dtks.csv")

    with pytest.raises(ExtractAhead, match=r"dtks\.csv"):
        await load(connection, sealer, path, as_of=today() + timedelta(days=1))

    assert (await load(connection, sealer, path, as_of=today())).rows_kept == 1


async def test_the_file_comes_back_byte_for_byte(connection, sealer, tmp_path):
    path = dtks(tmp_path / "dtks.csv", row(nik_art="rusak"), row())

    result = await load(connection, sealer, path)

    assert await service.received_file(connection, COMMAND_LINE, sealer, result.load_id) == path.read_bytes()


async def test_nothing_that_identifies_stands_open(connection, sealer, tmp_path):
    await load(connection, sealer, dtks(tmp_path / "dtks.csv", row(), row(nik_art="531599450585OOO1")))

    for table in ("registry_loads", "registry_rows", "registry_rejects", "registry_parts", "audit_entries"):
        for (kept,) in await connection.execute(text(f"select t::text from programme.{table} t")):
            assert "5315994505" not in kept and "5315990101" not in kept and "081234567890" not in kept
            assert b"5315994505850001".hex() not in kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
async def test_any_usual_encoding_and_delimiter_is_read(connection, sealer, tmp_path, encoding, delimiter):
    path = dtks(tmp_path / "dtks.csv", row(nama_art="ANDRÉ JELITA"), encoding=encoding, delimiter=delimiter)

    assert (await load(connection, sealer, path)).rows_kept == 1
    assert (await connection.execute(text("select full_name from programme.registry_rows"))).scalars().all() == [
        "ANDRÉ JELITA"
    ]


async def test_a_workbook_is_read_from_the_sheet_and_row_where_its_header_stands(connection, sealer, tmp_path):
    header = ["No", "Nama", "NIK", "No KK", "Jenis Kelamin", "Tanggal Lahir", "Desa", "Kecamatan", "Jenis Disabilitas"]
    person = [
        1,
        "Yosef Jehamun",
        "5315990505850003",
        "5315990101100001",
        "L",
        "05/05/1985",
        "Komodo",
        "Komodo",
        "Tuna netra",
    ]
    path = workbook(
        tmp_path / "d.xlsx", [["DAFTAR PENYANDANG DISABILITAS"], ["Tahun 2024"], header, person], "Disabilitas"
    )

    result = await load(connection, sealer, path, source=Source.disability)

    assert (result.rows_kept, result.defects) == (1, {})
    kept = await connection.execute(text("select line, disability, village_code from programme.registry_rows"))
    assert [tuple(found) for found in kept] == [(4, "sensory", "53.15.05.2001")]


async def test_a_dry_run_keeps_nothing(connection, sealer, tmp_path):
    before = await counts(connection)
    wrong = [row(nik_art="1", id_art=str(number)) for number in range(7)]

    result = await load(
        connection, sealer, dtks(tmp_path / "dtks.csv", row(), *wrong, row(status_kawin="?")), is_dry_run=True
    )

    assert (result.load_id, result.rows_kept) == (None, 2)
    assert (result.sheet, result.header_line, result.columns["nik"]) == (None, 1, "nik_art")
    assert result.samples == {"nik_length": [3, 4, 5, 6, 7], "nik_repeated": [10], "marital_unknown": [10]}
    assert await counts(connection) == before


async def test_the_same_file_twice_is_refused_by_its_bytes_and_names_the_first_load(connection, sealer, tmp_path):
    first = await load(connection, sealer, dtks(tmp_path / "dtks.csv"))
    before = await counts(connection)

    with pytest.raises(ExtractKnown, match=f"load {first.load_id}"):
        await load(connection, sealer, dtks(tmp_path / "renamed.csv"))

    assert await counts(connection) == before


def locked(tmp_path):
    """As far as a reader gets: an OLE file whose directory names the encrypted package."""
    path = tmp_path / "locked.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)
    )
    return path


def truncated(tmp_path):
    path = workbook(tmp_path / "cut.xlsx", [["NIK", "Nama"], ["1", "x"]])
    path.write_bytes(path.read_bytes()[:400])
    return path


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("a.csv", DTKS)
        packed.writestr("b.csv", DTKS)
    return tmp_path / "x.zip"


REFUSALS = {
    "a form we do not read": (lambda p: written(p, "x.pdf", b"%PDF-1.7"), ExtractFormUnknown, r"x\.pdf"),
    "a web page called a workbook": (
        lambda p: written(
            p, "x.xls", b"\xef\xbb\xbf\r\n<html><table><tr><td>NIK</td><td>Nama</td></tr></table></html>"
        ),
        ExtractVillageNeeded,
        r"x\.xls line 1: no column and no title names the village",
    ),
    "other XML": (
        lambda p: written(p, "x.xls", b"<a><b/></a>"),
        ExtractFormUnknown,
        r"x\.xls cannot be read",
    ),
    "an archive of two files": (archive, ArchiveAmbiguous, r"x\.zip contains 2 files \(a\.csv, b\.csv\)"),
    "an empty file": (lambda p: written(p, "x.csv", b""), ExtractEmpty, r"x\.csv"),
    "a header and no row": (lambda p: written(p, "x.csv", DTKS.encode()), ExtractEmpty, r"x\.csv"),
    "a cut workbook": (truncated, ExtractTruncated, r"cut\.xlsx"),
    "a workbook with a password": (locked, ExtractLocked, r"locked\.xlsx is locked"),
    "bytes that are no text": (lambda p: written(p, "x.csv", b"\x00\x01\x81"), ExtractNotText, r"x\.csv"),
    "no header": (lambda p: written(p, "x.csv", b"1;2;3\n4;5;6\n"), HeaderUnknown, r"x\.csv"),
    "columns of another register": (
        lambda p: written(p, "x.csv", b"NIK;Nama\n1;x\n"),
        ExtractVillageNeeded,
        r"x\.csv line 1: no column and no title names the village",
    ),
    "no usable row": (
        lambda p: dtks(p / "x.csv", row(nik_art="1"), row(nik_art="2")),
        ExtractAllRejected,
        r"not one of 2 rows.*NIK does not have 16 digits \(nik_length\)",
    ),
    "no file": (lambda p: p / "missing.csv", FileMissing, r"missing\.csv"),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_bad_file_is_refused_by_name_and_nothing_is_kept(connection, sealer, tmp_path, case):
    make, refusal, said = REFUSALS[case]
    before = await counts(connection)

    with pytest.raises(refusal, match=said):
        await load(connection, sealer, make(tmp_path))

    assert await counts(connection) == before


@pytest.mark.parametrize(
    ("code", "refusal"), [("99.99", RegionUnknown), ("53", OfficeUnknown), ("53.15.05", OfficeUnknown)]
)
@pytest.mark.parametrize("is_dry_run", [False, True])
async def test_a_region_that_is_unknown_or_has_no_office_is_refused(
    connection, sealer, tmp_path, code, refusal, is_dry_run
):
    with pytest.raises(refusal, match=code):
        await load(connection, sealer, dtks(tmp_path / "dtks.csv"), office_code=code, is_dry_run=is_dry_run)


async def test_a_load_says_what_it_was(connection, sealer, tmp_path):
    path = dtks(tmp_path / "dtks.csv")
    result = await load(connection, sealer, path)

    kept = (await connection.execute(text("select * from programme.registry_loads"))).mappings().one()

    assert kept["file_sha256"] == hashlib.sha256(path.read_bytes()).digest()
    assert (kept["id"], kept["file_name"], kept["header_line"], kept["columns"]["nik"]) == (
        result.load_id,
        "dtks.csv",
        1,
        "nik_art",
    )


async def test_rows_without_their_load_or_of_another_number_do_not_stand(database_url, sealer, tmp_path):
    engine = engine_for(database_url)
    add = "insert into programme.registry_rows (load_id, line, full_name, name_key, village_code) values (:load, 9, 'x', 'x', :village)"
    async with engine.begin() as connection:
        result = await load(connection, sealer, dtks(tmp_path / "dtks.csv"))

    for wrong, said in (
        ({"load": 99}, "registry_arrivals_load_id_fkey"),
        ({"load": result.load_id}, "not as many rows"),
    ):
        with pytest.raises(DBAPIError, match=said):
            async with engine.begin() as connection:
                await connection.execute(text(add), wrong | {"village": "53.15.05.2001"})
    with pytest.raises(DBAPIError, match=r"village 53\.15\.99\.2001 is not known"):
        async with engine.begin() as connection:
            await connection.execute(text(add), {"load": result.load_id, "village": "53.15.99.2001"})
    async with engine.connect() as connection:
        assert (await counts(connection))[1] == 1
    await engine.dispose()


async def test_within_a_regencys_sight_a_file_is_loaded_and_matched_as_from_the_command_line(
    connection, sealer, tmp_path
):
    await connection.execute(text("set local role jamsos_api"))
    see = "select set_config('jamsos.sight_from', '53.15', true), set_config('jamsos.sight_to', '53.15~', true)"
    await connection.execute(text(see))

    result = await load(connection, sealer, dtks(tmp_path / "dtks.csv", row(), row(nik_art="1")))
    matched = await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert (result.rows_kept, result.rows_rejected, matched.people_new) == (1, 1, 1)


async def test_of_two_who_bring_the_same_file_at_once_one_is_refused(database_url, sealer, tmp_path):
    engine = engine_for(database_url)
    path = dtks(tmp_path / "dtks.csv")

    async def bring():
        async with engine.begin() as connection:
            return await load(connection, sealer, path)

    found = await asyncio.gather(bring(), bring(), return_exceptions=True)

    assert sorted(type(each).__name__ for each in found) == ["ExtractKnown", "LoadResult"]
    await engine.dispose()


async def test_different_files_at_once_do_not_disturb_each_other(database_url, sealer, tmp_path):
    engine = engine_for(database_url)

    async def bring(number):
        async with engine.begin() as connection:
            return await load(connection, sealer, dtks(tmp_path / f"{number}.csv", row(id_art=str(number))))

    found = await asyncio.gather(*map(bring, range(4)))

    assert len({result.load_id for result in found}) == 4
    await engine.dispose()
