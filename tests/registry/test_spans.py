"""The value of a merged cell applies to each of its rows, and this is recorded."""

import zipfile
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from jamsos.registry.files import extract as extract_files
from jamsos.registry.files import workbooks
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import Defect, Source, Treatment, treatment
from jamsos.registry.validation import Checker

HEADER = ["No", "Nama", "NIK", "No KK", "Desa", "Kecamatan", "Jenis Disabilitas"]
ROWS = 300
KK, VILLAGE, DISTRICT = 3, 4, 5
VILLAGES = [("53.15.05.2001", "Komodo", "Komodo"), ("53.15.04.2003", "Golo Ndaring", "Sano Nggoang")]


def cells(number):
    return [number, f"MARIA {number}", f"5315994505{number:06}", f"5315990101{number:06}", "Komodo", "Komodo", "Netra"]


def merged(path, *ranges, kk=False):
    """Rows from line 3 on; `ranges`: (first line, last line, column, what it says)."""
    with xlsxwriter.Workbook(path) as book:
        page, form = book.add_worksheet("Data"), book.add_format()
        page.merge_range(0, 0, 0, 6, "DAFTAR", form)
        page.write_row(1, 0, HEADER)
        for line in range(3, 3 + ROWS):
            covered = {column for first, last, column, _ in ranges if first <= line <= last}
            for column, cell in enumerate(cells(line)):
                if column not in covered:
                    page.write(line - 1, column, cell)
        for first, last, column, said in ranges:
            page.merge_range(first - 1, column, last - 1, column, said, form)
    return path


@pytest.fixture(params=["whole", "in parts"])
def parts(request, monkeypatch):
    if request.param == "in parts":
        monkeypatch.setattr(workbooks, "PART", 1)
        monkeypatch.setattr(workbooks, "_PIECE", 3_000)
        monkeypatch.setattr(workbooks, "_START", 40_000)
    monkeypatch.setattr(extract_files, "SLICE", 7)


def read(path):
    return pl.concat(open_extract(path, Source.disability).slices())


def checked(path):
    extract = open_extract(path, Source.disability)
    return Checker(Source.disability, frozenset(extract.columns), VILLAGES, date(2024, 1, 1)).check(
        pl.concat(extract.slices())
    )


def test_a_village_in_a_merged_cell_is_the_village_of_all_its_rows(tmp_path, parts):
    path = merged(
        tmp_path / "x.xlsx",
        (3, 200, VILLAGE, "Golo Ndaring"),
        (3, 200, DISTRICT, "Sano Nggoang"),
        (201, 202, VILLAGE, "Komodo"),
    )

    found = checked(path)

    assert found.rejects.is_empty()
    assert found.rows["village_code"].to_list() == ["53.15.04.2003"] * 198 + ["53.15.05.2001"] * (ROWS - 198)
    noted = found.rows.filter(pl.col("warnings").list.contains("cell_spanned"))["line"].to_list()
    assert noted == [*range(4, 201), 202]
    assert treatment(Defect.cell_spanned) is Treatment.cleaned


def test_the_first_of_its_rows_may_be_the_last_of_a_part(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "PART", 1)
    monkeypatch.setattr(workbooks, "_PIECE", 3_000)
    monkeypatch.setattr(workbooks, "_START", 40_000)

    # where a part ends depends a little on what stands in it
    whole = open_extract(merged(tmp_path / "x.xlsx", (3, 4, VILLAGE, "Golo Ndaring")), Source.disability)
    end = next(iter(whole.slices()))["line"][-1]

    ends = []
    for first in range(end - 3, end + 3):
        path = merged(tmp_path / "x.xlsx", (first, first + 1, VILLAGE, "Golo Ndaring"))
        ends.append(next(iter(open_extract(path, Source.disability).slices()))["line"][-1] == first)
        frame = read(path)

        named = frame.filter(pl.col("village_name") == "Golo Ndaring")["line"].to_list()
        assert named == [first, first + 1]
        assert frame.filter(pl.col("village_name").is_null()).is_empty()
    assert any(ends)


def test_a_cell_that_is_empty_and_not_merged_stays_empty(tmp_path, parts):
    path = merged(tmp_path / "x.xlsx", (3, 5, VILLAGE, "Komodo"), (7, 9, VILLAGE, ""))

    frame = read(path)

    villages = dict(frame.select("line", "village_name").iter_rows())
    assert [villages[line] for line in range(3, 11)] == ["Komodo"] * 4 + [None] * 3 + ["Komodo"]


def test_a_family_card_kept_as_a_number_is_one_in_every_row_of_its_family(tmp_path, parts):
    path = merged(tmp_path / "x.xlsx", (3, 5, KK, 5315990101100010), (6, 7, KK, "5315990101100001"))

    frame = read(path).head(6)

    assert frame.select("kk", "is_kk_number").rows() == [
        *[("5315990101100010", True)] * 3, *[("5315990101100001", False)] * 2, ("5315990101000008", False),
    ]  # fmt: skip


def test_names_and_numbers_of_persons_are_never_taken_for_another_row(tmp_path, parts):
    path = merged(tmp_path / "x.xlsx", (3, 4, 1, "MARIA"), (3, 4, 2, "5315994505850001"))

    assert read(path).select("name", "nik", "is_cell_spanned").row(1) == (None, None, False)


def test_merged_cells_of_an_opendocument_sheet_are_filled_too(tmp_path):
    def cell(written, rows=1):
        span = f' table:number-columns-spanned="1" table:number-rows-spanned="{rows}"' if rows > 1 else ""
        return f'<table:table-cell office:value-type="string"{span}><text:p>{written}</text:p></table:table-cell>'

    covered = "<table:covered-table-cell/>"
    rows = [
        "".join(map(cell, HEADER)),
        "".join([*map(cell, cells(1)[:4]), cell("Golo Ndaring", 3), cell("Sano Nggoang", 2), cell("Netra")]),
        "".join([*map(cell, cells(2)[:4]), covered * 2, cell("Netra")]),
        "".join([*map(cell, cells(3)[:4]), covered, "<table:table-cell/>", cell("Netra")]),
        "".join([*map(cell, cells(4)[:4]), '<table:table-cell table:number-columns-repeated="2"/>', cell("Netra")]),
    ]
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    empty = '<table:table table:name="Lain"><table:table-row><table:table-cell/></table:table-row></table:table>'
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
            f'{empty}<table:table table:name="Data">{body}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
        packed.writestr("META-INF/manifest.xml", "<manifest/>")

    frame = read(tmp_path / "x.ods")

    assert frame.select("village_name", "district_name", "is_cell_spanned").rows() == [
        ("Golo Ndaring", "Sano Nggoang", False),
        ("Golo Ndaring", "Sano Nggoang", True),
        ("Golo Ndaring", None, True),
        (None, None, False),
    ]
