"""Unusual files: each is read, or refused in one sentence without any change."""

import errno
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import refusal_of
from jamsos.errors import DiskFull
from jamsos.registry import service
from jamsos.registry.errors import (
    ExtractChanged,
    ExtractEmpty,
    ExtractLocked,
    ExtractSheetsMany,
    ExtractTooLarge,
    ExtractUncomputed,
)
from jamsos.registry.files import workbooks
from jamsos.registry.files.extract import open_extract
from jamsos.registry.repairs.workbook import HIDDEN, marker_of
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from jamsos.table_writer import write
from tests.extracts import DTKS, dtks, ods, row, workbook

HEADER = DTKS.split(";")
NIK, NAME = HEADER.index("nik_art"), HEADER.index("nama_art")


def cells(**changed):
    return [row(**changed)[name] for name in HEADER]


def read(path):
    return [line for frame in open_extract(path, Source.dtks).slices() for line in frame["line"]]


def rewritten(path, change):
    """The workbook with its members changed: name → content, before → after."""
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in change(members).items():
            packed.writestr(name, content)
    return path


@pytest.mark.parametrize("made", [lambda path: path.write_bytes(b""), lambda path: path.write_text(DTKS + "\r\n")])
def test_a_file_without_a_row_is_empty(tmp_path, made):
    made(tmp_path / "x.csv")

    with pytest.raises(ExtractEmpty):
        read(tmp_path / "x.csv")


@pytest.mark.parametrize("lines", [[], [HEADER]])
def test_a_workbook_without_a_row_is_empty(tmp_path, lines):
    with pytest.raises(ExtractEmpty):
        read(workbook(tmp_path / "x.xlsx", lines))


def test_as_many_columns_as_a_spreadsheet_has_are_read_past(tmp_path):
    beyond = 16_384 - len(HEADER)
    lines = [[*HEADER, *(f"k{number}" for number in range(beyond))], [*cells(), *["x"] * beyond]]
    (tmp_path / "x.csv").write_text("".join(";".join(line) + "\n" for line in lines))

    assert read(workbook(tmp_path / "x.xlsx", lines)) == [2]
    assert read(tmp_path / "x.csv") == [2]


UNCOMPUTED = {
    "as openpyxl writes it": (rb"<f>\1</f><v></v>", 3),
    "without a value": (rb"<f>\1</f>", 3),
    "with an empty element": (rb"<f>\1</f><v/>", 3),
}


def with_formula(path, column):
    """A formula in line 3, whose result is a text."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Data")
        for number, line in enumerate((HEADER, cells(), cells(nik_art="5315994505850002"))):
            page.write_row(number, 0, line)
        page.write_formula(2, column, "=B1&C1", None, "MARIA")
    return path


@pytest.mark.parametrize("case", UNCOMPUTED)
def test_a_formula_without_its_result_is_told_by_its_line_and_not_taken_for_an_empty_cell(tmp_path, case):
    written, line = UNCOMPUTED[case]
    sheet = "xl/worksheets/sheet1.xml"
    path = rewritten(
        with_formula(tmp_path / "x.xlsx", NAME),
        lambda members: (
            members | {sheet: re.sub(rb' t="str"><f>([^<]*)</f><v>MARIA</v>', rb">" + written, members[sheet])}
        ),
    )

    with pytest.raises(ExtractUncomputed, match=f"line {line}"):
        read(path)


def test_formulas_with_results_and_those_of_columns_that_nobody_reads_are_no_matter(tmp_path):
    path = with_formula(tmp_path / "x.xlsx", NAME)
    names = [name for frame in open_extract(path, Source.dtks).slices() for name in frame["name"]]
    unread = rewritten(
        with_formula(tmp_path / "y.xlsx", HEADER.index("rt")),
        lambda members: {
            name: re.sub(rb' t="str"><f>([^<]*)</f><v>MARIA</v>', rb"><f>\1</f>", content)
            for name, content in members.items()
        },
    )

    assert names == ["MARIA JELITA", "MARIA"]
    assert read(unread) == [2, 3]


def test_hidden_rows_are_read_and_a_register_on_a_hidden_sheet_is_told_as_such(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        for name in ("Data", "Lama"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, cells())
            page.set_row(1, None, None, {"hidden": True})
        page.hide()

    with pytest.raises(ExtractSheetsMany, match="hidden ones included: Data, Lama"):
        read(tmp_path / "x.xlsx")
    with xlsxwriter.Workbook(tmp_path / "y.xlsx") as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, cells())
        page.set_row(1, None, None, {"hidden": True})
    assert read(tmp_path / "y.xlsx") == [2]


MANIFEST = (
    b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
)


def encrypted_ods(path):
    """As LibreOffice saves it: the content is no XML, and the manifest says why."""
    locked = {"content.xml": bytes(range(256)), "META-INF/manifest.xml": MANIFEST}
    return rewritten(ods(path, {"Data": [HEADER, cells()]}), lambda members: members | locked)


def encrypted_package(path):
    """As LibreOffice saves it since 2024: one encrypted member, and what says so."""
    locked = {"encrypted-package": bytes(range(256)), "META-INF/manifest.xml": MANIFEST}
    return rewritten(ods(path, {"Data": [HEADER, cells()]}), lambda members: {"mimetype": members["mimetype"]} | locked)


def encrypted_zip(path):
    workbook(path, [HEADER, cells()])
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + at] |= 1
    path.write_bytes(content)
    return path


def encrypted_office(path):
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
    )
    return path


@pytest.mark.parametrize("made", [encrypted_ods, encrypted_package, encrypted_zip, encrypted_office])
def test_a_file_behind_a_password_is_told_as_such(tmp_path, made):
    with pytest.raises(ExtractLocked):
        read(made(tmp_path / "x"))


def test_a_workbook_that_grows_beyond_the_memory_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = workbook(tmp_path / "x.xlsx", [HEADER, cells()])
    monkeypatch.setattr(workbooks, "SHARED", 1_000)

    with pytest.raises(ExtractTooLarge, match=r"x\.xlsx is larger than"):
        read(path)


def test_so_is_one_that_is_read_whole_and_one_that_calls_itself_a_repair(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "UNPACKED", 1_000)
    with xlsxwriter.Workbook(tmp_path / "r.xlsx") as book:
        book.add_worksheet(HIDDEN).write_row(0, 0, cells())

    with pytest.raises(ExtractTooLarge):
        read(ods(tmp_path / "x.ods", {"Data": [HEADER, cells()]}))
    with pytest.raises(ExtractTooLarge):
        marker_of(tmp_path / "r.xlsx")


def test_a_sheet_may_be_larger_than_what_sheets_share(tmp_path, monkeypatch):
    path = workbook(tmp_path / "x.xlsx", [HEADER, *[cells()] * 400])
    with zipfile.ZipFile(path) as packed:
        monkeypatch.setattr(workbooks, "SHARED", packed.getinfo("xl/worksheets/sheet1.xml").file_size - 1)

    assert len(read(path)) == 400


async def test_a_file_that_changes_while_it_is_read_is_not_loaded_and_can_be_afterwards(
    connection, sealer, tmp_path, monkeypatch
):
    path = dtks(tmp_path / "dtks.csv", row())
    opened = service.open_extract

    def meanwhile(path, *asked):
        extract = opened(path, *asked)
        dtks(path, row(), row(nik_art="5315994505850002"))
        return extract

    async def load():
        return await load_extract(
            connection, COMMAND_LINE, sealer, path, source=Source.dtks, as_of=date(2024, 1, 1), office_code="53.15"
        )

    monkeypatch.setattr(service, "open_extract", meanwhile)
    with pytest.raises(ExtractChanged, match=r"dtks\.csv changed"):
        await load()
    monkeypatch.undo()

    assert (await connection.execute(text("select count(*) from programme.registry_rows"))).scalar_one() == 0
    assert (await load()).rows_kept == 2


async def test_a_full_disk_is_told_whoever_meets_it(connection):
    raising = "do $$ begin raise exception 'could not write' using errcode = 'disk_full'; end $$"
    with pytest.raises(DBAPIError) as refused:
        async with connection.begin_nested():
            await connection.execute(text(raising))
    assert isinstance(refusal_of(refused.value), DiskFull)

    driver = (await connection.get_raw_connection()).driver_connection
    with pytest.raises(Exception, match="could not write") as refused:  # as COPY meets it, past SQLAlchemy
        await driver.execute(raising)
    assert isinstance(refusal_of(refused.value), DiskFull)
    assert isinstance(refusal_of(OSError(errno.ENOSPC, "No space left on device")), DiskFull)
    assert refusal_of(OSError(errno.EIO, "Input/output error")) is None


def test_a_file_that_cannot_be_written_whole_leaves_no_part_behind(tmp_path, monkeypatch):
    target = tmp_path / "x.xlsx"
    (tmp_path / "x.xlsx").mkdir()
    monkeypatch.setattr("jamsos.table_writer.must_be_writable", lambda path: None)

    with pytest.raises(OSError, match="directory"):
        write(target, b"x")

    assert [each.name for each in tmp_path.iterdir()] == ["x.xlsx"]
