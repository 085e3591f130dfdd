"""A file is read in any form, and every row has its line number of the file."""

import csv
from datetime import datetime

import polars as pl
import pytest
import xlsxwriter

from jamsos.registry.errors import (
    ExtractIsOfFamilies,
    ExtractQuoteOpen,
    ExtractSheetsMany,
    ExtractTruncated,
    ExtractVillageNeeded,
    HeaderUnknown,
)
from jamsos.registry.files import extract
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import Source
from tests.extracts import DTKS, GOOD, OTHERS, dtks, ods, row, workbook, xls

HEADER = DTKS.split(";")


def read(path, source=Source.dtks):
    return pl.concat(open_extract(path, source).slices())


def cells(**changed):
    return [row(**changed)[name] for name in HEADER]


def test_a_workbook_counts_empty_rows_above_and_empty_columns_before(tmp_path):
    lines = [[], [], ["", "DATA"], ["", *HEADER], [], ["", *cells()]]

    extract = open_extract(workbook(tmp_path / "x.xlsx", lines), Source.dtks)

    assert (extract.header_line, extract.columns["nik"]) == (4, "nik_art")
    [frame] = extract.slices()
    assert frame.select("line", "nik", "name").rows() == [(6, GOOD["nik_art"], GOOD["nama_art"])]


def test_a_nik_that_a_workbook_keeps_as_a_number_is_told_from_one_in_text(tmp_path):
    number = cells()
    number[HEADER.index("nik_art")] = 5315994505850010

    frame = read(workbook(tmp_path / "x.xlsx", [["", *HEADER], ["", *number], ["", *cells()]]))

    assert frame.select("nik", "is_nik_number").rows() == [("5315994505850010", True), (GOOD["nik_art"], False)]


def parquet(path, lines):
    header, *rows = lines
    pl.DataFrame(dict(zip(header, zip(*rows, strict=True), strict=True)), strict=False).write_parquet(path)
    return path


LONG = {"nik_art": 5315994505850010, "no_kk": 5315990101100010, "id_dtks": 5315000000000010}


@pytest.mark.parametrize("field", LONG)
@pytest.mark.parametrize(
    "made",
    [
        lambda folder, lines: workbook(folder / "x.xlsx", lines),
        lambda folder, lines: xls(folder / "x.xls", {"Data": lines}),
        lambda folder, lines: ods(folder / "x.ods", {"Data": lines}),
        lambda folder, lines: parquet(folder / "x.parquet", lines),
    ],
    ids=["xlsx", "xls", "ods", "parquet"],
)
def test_each_long_number_that_a_file_keeps_as_a_number_is_told(tmp_path, made, field):
    number = cells()
    number[HEADER.index(field)] = LONG[field]

    frame = read(made(tmp_path, [HEADER, number]))

    flags = {"nik_art": "is_nik_number", "no_kk": "is_kk_number", "id_dtks": "is_household_number"}
    assert frame.select(flags.values()).row(0) == tuple(each == field for each in flags)
    written = frame.select("nik", "kk", "household").row(0)
    assert written == tuple(str(LONG[field]) if each == field else GOOD[each] for each in flags)


def test_a_file_without_a_column_of_long_numbers_has_none_that_are_numbers(tmp_path):
    good = OTHERS["p3ke"]

    [frame] = open_extract(workbook(tmp_path / "x.xlsx", [list(good), list(good.values())]), Source.p3ke).slices()

    assert frame.select("is_nik_number", "is_kk_number", "is_household_number").rows() == [(False, False, False)]


def test_of_several_sheets_the_one_with_the_register_is_read(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet("Catatan").write_row(0, 0, ["NIK", "Nama", "Keterangan"])
        page = book.add_worksheet("Data")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, cells())

    assert open_extract(tmp_path / "x.xlsx", Source.dtks).sheet == "Data"


def test_a_quoted_cell_may_hold_delimiters_and_lines(tmp_path):
    path = tmp_path / "x.csv"
    other = [f'"{cell}"' for cell in cells(alamat='DUSUN A; RT 1\nRW "2"'.replace('"', '""'))]
    path.write_text("\n".join([DTKS, ";".join(other), "", ";".join(cells())]) + "\n")

    assert read(path).select("line", "address").rows() == [(2, 'DUSUN A; RT 1\nRW "2"'), (5, "DUSUN GORONTALO")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 7, 50, 300])
def test_rows_are_the_same_wherever_a_file_is_parted_to_be_read(tmp_path, monkeypatch, size, end):
    path = tmp_path / "x.csv"
    plain, quoted = ";".join(cells()), ";".join(f'"{cell}"' for cell in cells(alamat="DUSUN A\nRW 2"))
    broken = [plain + ";x", plain + ";;;", plain.rsplit(";", 1)[0]]
    lines = [DTKS, plain, "", quoted, *broken, " ;\u00a0;", plain, quoted, plain]
    path.write_bytes(end.join(lines).encode())
    whole = read(path)

    monkeypatch.setattr(extract, "TEXT", size)

    assert read(path).equals(whole)
    assert whole.select("line", "is_row_broken", "is_row_short").rows() == [
        (2, False, False), (4, False, False), (6, True, False), (7, False, False), (8, False, True), (10, False, False),
        (11, False, False), (13, False, False),
    ]  # fmt: skip


FULL = ";".join(cells())
LINES = {
    "empty cells at the end left out": ([FULL, FULL.rsplit(";", 1)[0], FULL], [None, "short", None]),
    "the last row of the file, ended": ([FULL, FULL.rsplit(";", 1)[0]], [None, "short"]),
    "a cell is missing that the register needs": ([FULL.rsplit(";", 2)[0], FULL], ["broken", None]),
    "cells in quotation marks": ([";".join(f'"{cell}"' for cell in cells()[:-1]), FULL], ["short", None]),
    "a cell with a delimiter": ([";".join(cells(alamat='"A; B"')[:-1]), FULL], ["short", None]),
    "parted in the middle of a cell": ([";".join(cells(pekerjaan="PE")[:-1]), "NENUN;0812", FULL], ["broken", "broken", None]),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
@pytest.mark.parametrize("size", [1, extract.TEXT])
def test_a_row_is_taken_that_lacks_only_what_it_may_lack_and_a_row_that_was_cut_is_not(
    tmp_path, monkeypatch, case, size
):
    monkeypatch.setattr(extract, "TEXT", size)
    lines, expected = LINES[case]
    path = tmp_path / "x.csv"
    path.write_text("\n".join([DTKS, *lines]) + "\n")

    frame = read(path)

    kinds = [
        "broken" if broken else "short" if short else None
        for broken, short in frame.select("is_row_broken", "is_row_short").rows()
    ]
    assert kinds == expected
    assert frame.filter(~pl.col("is_row_broken"))["occupation"].unique().to_list() == ["PENENUN"]


@pytest.mark.parametrize("size", [1, extract.TEXT])
def test_where_a_file_ends_within_a_row_the_row_was_cut(tmp_path, monkeypatch, size):
    monkeypatch.setattr(extract, "TEXT", size)
    path = tmp_path / "x.csv"
    path.write_text("\n".join([DTKS, FULL, ";".join(cells(pekerjaan="PENEN")[:-1])]))

    assert read(path).select("is_row_broken", "is_row_short").rows() == [(False, False), (True, False)]


def test_titles_above_the_header_and_a_comma_in_them_do_not_mislead(tmp_path):
    path = dtks(tmp_path / "x.csv")
    path.write_text("Dinas Sosial, Manggarai Barat, NTT, 2024, final, a, b, c\n\n" + path.read_text())

    extract = open_extract(path, Source.dtks)

    assert extract.header_line == 3
    assert read(path)["line"].to_list() == [4]


def in_two_rows(above, below):
    """A list as offices lay it out: cells of the upper row stand over several of the lower, the others over none."""
    data = ["1", "MARIA JELITA", GOOD["nik_art"], "P", "Dusun", "Komodo", "Komodo", "Netra"]
    return [["DAFTAR", *[""] * 7], above, below, data]


TWO_ROWS = {
    "names of single columns above": (
        ["NO", "NAMA", "NIK", "L/P", "ALAMAT", "", "", "JENIS DISABILITAS"],
        ["", "", "", "", "DUSUN", "DESA", "KECAMATAN", ""],
    ),
    "names of single columns below": (
        ["", "IDENTITAS", "", "", "TEMPAT TINGGAL", "", "KECAMATAN", ""],
        ["NO", "NAMA", "NIK", "JENIS KELAMIN (L/P)", "ALAMAT", "DESA/KEL", "", "RAGAM DISABILITAS"],
    ),
}


@pytest.mark.parametrize("case", TWO_ROWS)
@pytest.mark.parametrize("form", ["x.xlsx", "x.csv"])
def test_a_header_of_two_rows_is_read_as_one(tmp_path, case, form):
    lines = in_two_rows(*TWO_ROWS[case])
    path = tmp_path / form
    if form == "x.csv":
        path.write_text("".join(";".join(line) + "\n" for line in lines))
    else:
        workbook(path, lines)

    extract = open_extract(path, Source.disability)

    assert extract.header_line == 3
    assert read(path, Source.disability).select(
        "line", "name", "sex", "village_name", "district_name", "disability"
    ).rows() == [(4, "MARIA JELITA", "P", "Komodo", "Komodo", "Netra")]


def test_a_row_of_data_with_few_cells_is_no_second_row_of_the_header(tmp_path):
    header = ["NAMA", "NIK", "HUBUNGAN", "DESA", "JENIS DISABILITAS"]
    lines = [header, ["", "", "KK", "", ""], ["MARIA", GOOD["nik_art"], "KK", "Komodo", "Netra"]]

    assert open_extract(workbook(tmp_path / "x.xlsx", lines), Source.disability).header_line == 1


@pytest.mark.parametrize("source", ["disability", "province", "p3ke"])
def test_a_register_without_a_village_is_told_so_and_not_put_aside_row_by_row(tmp_path, source):
    good = {
        name: value for name, value in OTHERS[source].items() if name not in ("Desa", "Kode Kemendagri", "kode_desa")
    }
    path = tmp_path / "x.csv"
    path.write_text(";".join(good) + "\n" + ";".join(good.values()) + "\n")

    with pytest.raises(ExtractVillageNeeded, match="no column and no title names the village"):
        read(path, Source(source))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_without_its_mark_too(tmp_path, encoding):
    assert read(dtks(tmp_path / "x.csv", encoding=encoding)).height == 1


def test_headers_are_known_in_any_spelling(tmp_path):
    path = tmp_path / "x.csv"
    names = {
        "Kode Kemendagri": "KODE_KEMDAGRI",
        "Nama": " nama ",
        "Hubungan Dengan Kpl. Keluarga": "hubungan dengan kpl keluarga",
    }
    good = OTHERS["p3ke"]
    path.write_text(",".join(names.get(name, name.upper()) for name in good) + "\n" + ",".join(good.values()) + "\n")

    assert read(path, Source.p3ke).select("village_code", "name", "relation").rows() == [
        ("53.15.05.2001", "MARIA JELITA", "Kepala Keluarga")
    ]


def test_parquet_is_read(tmp_path):
    pl.DataFrame([GOOD]).write_parquet(tmp_path / "x.parquet")

    assert read(tmp_path / "x.parquet").select("line", "nik").rows() == [(1, GOOD["nik_art"])]


def test_an_opendocument_sheet_is_read_like_a_workbook(tmp_path):
    path = ods(tmp_path / "x.ods", {"Data": [["DAFTAR"], HEADER, cells()]})

    extract = open_extract(path, Source.dtks)

    assert (extract.sheet, extract.header_line) == ("Data", 2)
    assert read(path).select("line", "nik", "name").rows() == [(3, GOOD["nik_art"], GOOD["nama_art"])]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path):
    number = cells()
    number[HEADER.index("nik_art")] = 5315994505850010
    path = xls(tmp_path / "x.xls", {"Judul": [["x"]], "Data": [["DAFTAR"], [], HEADER, cells(), number]})

    extract = open_extract(path, Source.dtks)

    assert (extract.sheet, extract.header_line) == ("Data", 3)
    assert read(path).select("line", "nik", "is_nik_number").rows() == [
        (4, GOOD["nik_art"], False),
        (5, "5315994505850010", True),
    ]


def test_an_old_workbook_cut_in_the_middle_is_refused(tmp_path):
    path = xls(tmp_path / "x.xls", {"Data": [HEADER, *[cells()] * 200]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(ExtractTruncated, match=r"x\.xls"):
        read(path)


def test_the_name_of_a_file_does_not_decide_its_form(tmp_path):
    assert read(dtks(tmp_path / "upload")).height == 1


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([DTKS, ";".join(cells()), '"' + ";".join(cells()) + "\n"] + [";".join(cells())] * 2_000))

    with pytest.raises(ExtractQuoteOpen, match="line 3"):
        read(path)


@pytest.mark.parametrize("rows_after", [0, 3])
def test_a_quotation_mark_left_open_near_the_end_is_named_too(tmp_path, rows_after):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([DTKS, ";".join(cells(alamat='"DUSUN'))] + [";".join(cells())] * rows_after))

    with pytest.raises(ExtractQuoteOpen, match="line 2"):
        read(path)


def test_a_quotation_mark_that_closes_in_a_later_row_swallows_nobody(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([DTKS, ";".join(cells(alamat='"DUSUN A')), ";".join(cells(alamat='DUSUN B"'))]))

    with pytest.raises(ExtractQuoteOpen, match="line 2"):
        read(path)


def test_a_cell_may_be_very_long(tmp_path):
    long = "X" * (csv.field_size_limit() + 1)
    path = dtks(tmp_path / "x.csv", row(alamat=long), row())

    assert read(path)["address"].to_list() == [long, GOOD["alamat"]]


def test_a_register_on_two_sheets_is_refused_because_half_of_it_would_be_lost(tmp_path):
    lines = [DTKS.split(";"), cells()]
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        for sheet in ("Komodo", "Boleng", "Rekap"):
            page = book.add_worksheet(sheet)
            for number, line in enumerate(lines if sheet != "Rekap" else [["Kecamatan", "Jumlah"], ["Komodo", "1"]]):
                page.write_row(number, 0, line)

    with pytest.raises(ExtractSheetsMany, match="Komodo, Boleng"):
        open_extract(tmp_path / "x.xlsx", Source.dtks)


def test_parquet_keeps_days_and_whole_numbers_as_such(tmp_path):
    typed = pl.DataFrame([GOOD | {"alamat": "DUSUN\0A"}]).with_columns(
        tanggal_lahir=pl.lit(datetime(1985, 5, 5)),  # noqa: DTZ001
        kode_desa=pl.lit(5315052001.0),
        no_kk=pl.col("no_kk").cast(pl.Decimal(20, 2)),
    )
    typed.write_parquet(tmp_path / "x.parquet")

    found = read(tmp_path / "x.parquet").select("birth_date", "village_code", "kk", "address").row(0)
    assert found == ("1985-05-05 00:00:00.000000", "5315052001", GOOD["no_kk"], "DUSUN\u2400A")


def test_parquet_with_hours_of_a_zone_and_with_lists_is_read(tmp_path):
    born = pl.lit(datetime(1985, 5, 5)).dt.replace_time_zone("Asia/Makassar")  # noqa: DTZ001
    typed = pl.DataFrame([GOOD]).with_columns(tanggal_lahir=born, alamat=pl.lit(["DUSUN A", "RT 1"]))
    typed.write_parquet(tmp_path / "x.parquet")

    found = read(tmp_path / "x.parquet").select("birth_date", "address").row(0)
    assert found == ("1985-05-05 00:00:00.000000", "DUSUN A, RT 1")


@pytest.mark.parametrize("head", ["Kepala Keluarga", "NAMA KEPALA KELUARGA", "nama_krt"])
def test_a_file_of_families_is_refused_because_the_head_is_not_the_worker(tmp_path, head):
    families = {name if name != "Nama" else head: value for name, value in OTHERS["p3ke"].items()}
    path = tmp_path / "x.csv"
    path.write_text(";".join(families) + "\n" + ";".join(families.values()) + "\n")

    with pytest.raises(ExtractIsOfFamilies, match="file of individuals"):
        read(path, Source.p3ke)


def test_without_a_header_the_needed_columns_are_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1;2;3\n4;5;6\n")

    with pytest.raises(HeaderUnknown, match="NIK, Nama, Jenis Disabilitas"):
        read(path, Source.disability)


def test_marks_around_whole_cells_and_within_them_are_told_apart(tmp_path):
    path = tmp_path / "x.csv"
    around = [f'"{cell}"' if cell else cell for cell in cells()]
    lines = [
        ";".join(around),
        ";".join(cells(alamat='"RT 1; RW 2"')),
        ";".join(cells(alamat='"RT ""1"""')),
        ";".join(cells(alamat='RT "1" RW 2')),
        ";".join(around[:-1]),
        ";".join([*around, '""']),
        ";".join([*around, '"x"']),
    ]
    path.write_text("\n".join([DTKS, *lines]) + "\n")

    frame = read(path)

    assert frame["address"].to_list()[:4] == [GOOD["alamat"], "RT 1; RW 2", 'RT "1"', 'RT "1" RW 2']
    assert frame["is_row_broken"].to_list() == [False, False, False, False, False, False, True]
    assert frame["is_row_short"].to_list() == [False, False, False, False, True, False, False]
    assert frame["nik"].unique().to_list() == [GOOD["nik_art"]]
