"""Papers as workbooks: the same lines as CSV; a number that a spreadsheet rounds is refused."""

import io

import pytest
import xlsxwriter

from jamsos import sheets
from jamsos.errors import FileNotCsv, HeaderMissing, LineWrong
from jamsos.papers import read_paper

HEADERS = ("NIK", "KPJ", "Status")
ROWS = [("5315990101840001", "24000000001", "DITERIMA"), ("5315990101840002", "", "DITOLAK")]


def written(tmp_path, content, name="jawaban.xlsx"):
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


def test_a_workbook_gives_the_same_lines_as_a_csv(tmp_path):
    read = [
        read_paper(written(tmp_path, sheets.sheet(form, "Jawaban", HEADERS, ROWS), f"jawaban{form}"), HEADERS)
        for form in sheets.FORMS
    ]

    assert [line.values for line in read[0].lines] == [line.values for line in read[1].lines]
    assert [line.number for line in read[1].lines] == [2, 3]
    assert read[1].lines[0].text("NIK") == "5315990101840001"


def test_a_nik_kept_as_a_number_is_refused_by_its_line(tmp_path):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, ["5315990101840001", 24_000_000_001, "DITERIMA"])
        page.write_row(2, 0, [5315990101840002, 24_000_000_002, "DITERIMA"])

    with pytest.raises(LineWrong, match=r"jawaban\.xlsx line 3, column NIK: .*write it as text") as refused:
        read_paper(written(tmp_path, file.getvalue()), HEADERS)
    assert "5315990101840002" not in str(refused.value)


def test_a_membership_number_kept_as_a_number_is_whole(tmp_path):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, ["5315990101840001", 24_000_000_001, "DITERIMA"])

    assert read_paper(written(tmp_path, file.getvalue()), HEADERS).lines[0].text("KPJ") == "24000000001"


def test_a_damaged_or_foreign_workbook_is_refused(tmp_path):
    content = sheets.sheet(".xlsx", "Jawaban", HEADERS, ROWS)
    with pytest.raises(FileNotCsv, match=r"jawaban\.xlsx"):
        read_paper(written(tmp_path, content[: len(content) // 2]), HEADERS)
    with pytest.raises(HeaderMissing, match="Bulan"):
        read_paper(written(tmp_path, content), (*HEADERS, "Bulan"))
