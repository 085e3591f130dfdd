"""A workbook that is read in parts has the same result as one that is read completely."""

import re
import zipfile
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from jamsos.registry.errors import ExtractTruncated
from jamsos.registry.files import workbooks
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import Source
from tests.extracts import DTKS, row, workbook

HEADER = DTKS.split(";")
NIK, KK = HEADER.index("nik_art"), HEADER.index("no_kk")
ROWS = 400


def cells(number):
    kk = f"5315990101{number:06}" if number % 5 else ""
    name = f"MARIA {number} <&> \u00e9" if number % 7 else ""
    return [row(nik_art=f"5315994505{number:06}", nama_art=name, no_kk=kk)[each] for each in HEADER]


@pytest.fixture
def parts(monkeypatch):
    """Small ones; what is asked of them is counted."""
    monkeypatch.setattr(workbooks, "PART", 1)
    monkeypatch.setattr(workbooks, "_PIECE", 5_000)
    monkeypatch.setattr(workbooks, "_START", 80_000)
    begun, loaded = [], workbooks._loaded
    monkeypatch.setattr(workbooks, "_loaded", lambda *a, **k: begun.append(a[3]) or loaded(*a, **k))
    return begun


def whole(path):
    """As calamine alone reads it."""
    book = workbooks._Whole(path)
    head = max(book.heads(), key=lambda each: len(each.rows))
    at = next(number for number, cells in enumerate(head.rows) if "nik_art" in cells)
    columns = {
        "nik": head.rows[at].index("nik_art"),
        "kk": head.rows[at].index("no_kk"),
        "name": head.rows[at].index("nama_art"),
        "birth_date": head.rows[at].index("tanggal_lahir"),
    }
    frame = pl.concat(book.cells(head, columns, at + 1)).drop("is_row_hidden", "is_row_struck")
    return frame.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))


def read(path):
    return pl.concat(open_extract(path, Source.dtks).slices()).select(
        "line", "is_nik_number", "is_kk_number", "nik", "kk", "name", "birth_date"
    )


def plain(path):
    return workbook(path, [["DAFTAR"], [], HEADER, *map(cells, range(ROWS))])


def with_gaps_and_an_empty_column_before(path):
    lines = [[], ["", *HEADER]]
    for number in range(ROWS):
        lines += [["", *cells(number)], *([[]] * (number % 5))]
    return workbook(path, lines)


def with_numbers_and_days(path):
    """As Excel has them, once cells are typed by hand."""
    with xlsxwriter.Workbook(path) as book:
        page, day = book.add_worksheet("Data"), book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(0, 0, HEADER)
        for number in range(ROWS):
            page.write_row(number + 1, 0, cells(number))
            if number % 3 == 0:
                page.write_number(number + 1, NIK, 5315994505000000 + number)
            if number % 4 == 0:
                page.write_number(number + 1, KK, 5315990101000000 + number)
            page.write_datetime(number + 1, HEADER.index("tanggal_lahir"), date(1985, 5, 1 + number % 28), day)
    return path


def with_texts_in_the_cells(path):
    """No list of shared texts, as programmes write that make large workbooks."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, HEADER)
        for number in range(ROWS):
            page.write_row(number + 1, 0, cells(number))
    return path


def with_nothing_below_for_long(path):
    return workbook(path, [HEADER, cells(1), *([[]] * 5_000), *map(cells, range(ROWS))])


@pytest.mark.parametrize(
    "written",
    [
        plain,
        with_gaps_and_an_empty_column_before,
        with_numbers_and_days,
        with_texts_in_the_cells,
        with_nothing_below_for_long,
    ],
)
def test_read_in_parts_a_workbook_says_what_it_says_read_whole(tmp_path, parts, written):
    path = written(tmp_path / "x.xlsx")

    found = read(path)

    assert len(parts) > 5
    assert set(parts) == {"string"}  # each cell was read once
    assert found.rows() == whole(path).rows()


def rewritten(path, change):
    """The same workbook with its sheet's XML changed."""
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["xl/worksheets/sheet1.xml"] = change(members["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_cells_whose_attributes_stand_in_another_order_are_asked_twice(tmp_path, parts):
    path = rewritten(
        with_numbers_and_days(tmp_path / "x.xlsx"),
        lambda xml: re.sub(rb'<c r="(\w+)" t="s">', rb'<c t="s" r="\1">', xml),
    )

    assert read(path).rows() == whole(path).rows()
    assert set(parts) == {"string", "boolean"}


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: re.sub(rb'<row r="\d+"', b"<row", xml),
        lambda xml: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x="),
    ],
    ids=["rows without numbers", "names with a prefix"],
)
def test_a_sheet_written_in_an_unusual_way_is_read_whole(tmp_path, parts, change):
    path = rewritten(plain(tmp_path / "x.xlsx"), change)

    found = read(path)

    assert found.select("line", "nik").rows() == [(number + 4, f"5315994505{number:06}") for number in range(ROWS)]
    assert parts == ["boolean", "string"]


def test_a_workbook_that_ends_in_the_middle_of_a_row_is_refused(tmp_path, parts):
    path = rewritten(plain(tmp_path / "x.xlsx"), lambda xml: xml[: len(xml) * 3 // 4] + b"<")

    with pytest.raises(ExtractTruncated, match=r"x\.xlsx"):
        read(path)


def test_a_row_without_a_number_far_below_is_not_left_out(tmp_path, parts):
    path = rewritten(
        plain(tmp_path / "x.xlsx"), lambda xml: xml[:120_000] + re.sub(rb'<row r="\d+"', b"<row", xml[120_000:])
    )

    with pytest.raises(ExtractTruncated, match=r"x\.xlsx"):
        read(path)
