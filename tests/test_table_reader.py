"""Papers as workbooks: the same lines as CSV; a number that a spreadsheet rounds is refused."""

import io
from enum import StrEnum

import pytest
import xlsxwriter

from jamsos import table_writer
from jamsos.errors import FileNotCsv, HeaderMissing, LineWrong
from jamsos.table_reader import read_paper

HEADERS = ("NIK", "KPJ", "Status")
ROWS = [("5315990101840001", "24000000001", "DITERIMA"), ("5315990101840002", "", "DITOLAK")]


def written(tmp_path, content, name="jawaban.xlsx"):
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


def test_a_workbook_gives_the_same_lines_as_a_csv(tmp_path):
    read = [
        read_paper(written(tmp_path, table_writer.sheet(form, "Jawaban", HEADERS, ROWS), f"jawaban{form}"), HEADERS)
        for form in table_writer.FORMS
    ]

    assert [line.values for line in read[0].lines] == [line.values for line in read[1].lines]
    assert [line.number for line in read[1].lines] == [2, 3]
    assert read[1].lines[0].text("NIK") == "5315990101840001"


class Status(StrEnum):
    DITERIMA = "DITERIMA"
    SUDAH_PESERTA = "SUDAH_PESERTA"


@pytest.mark.parametrize("said", ["SUDAH_PESERTA", "sudah_peserta", "Sudah Peserta", " Sudah peserta. "])
def test_a_word_of_a_list_is_known_in_whatever_case_and_however_it_is_parted(tmp_path, said):
    path = written(tmp_path, f"Status\n{said}\n".encode(), "jawaban.csv")

    assert read_paper(path, ["Status"]).lines[0].one_of("Status", Status) is Status.SUDAH_PESERTA


@pytest.mark.parametrize("said", ["PESERTA", "SUDAH PESERTA?1", "-"])
def test_another_word_is_refused_with_those_that_are_known(tmp_path, said):
    path = written(tmp_path, f"Status\n{said}\n".encode(), "jawaban.csv")

    with pytest.raises(LineWrong, match=r"line 2, column Status.*DITERIMA, SUDAH_PESERTA"):
        read_paper(path, ["Status"]).lines[0].one_of("Status", Status)


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
    content = table_writer.sheet(".xlsx", "Jawaban", HEADERS, ROWS)
    with pytest.raises(FileNotCsv, match=r"jawaban\.xlsx"):
        read_paper(written(tmp_path, content[: len(content) // 2]), HEADERS)
    with pytest.raises(HeaderMissing, match="Bulan"):
        read_paper(written(tmp_path, content), (*HEADERS, "Bulan"))
