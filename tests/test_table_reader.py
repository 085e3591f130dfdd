"""Papers as workbooks: the same lines as CSV; a number that a spreadsheet rounds is refused."""

import io
import zipfile
from enum import StrEnum

import pytest
import xlsxwriter

from jamsos import table_writer
from jamsos.errors import FileNotCsv, HeaderMissing, LinesWrong, LineWrong
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


def with_numbers(*niks):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADERS)
        for row, nik in enumerate(niks, start=1):
            page.write_row(row, 0, [nik, 24_000_000_001, "DITERIMA"])
    return file.getvalue()


def test_a_nik_kept_as_a_number_that_may_be_cut_is_refused_by_its_line(tmp_path):
    with pytest.raises(LineWrong, match=r"jawaban\.xlsx line 3, column NIK: .*write it as text") as refused:
        read_paper(written(tmp_path, with_numbers("5315990101840001", 5315990101840010)), HEADERS)
    assert "5315990101840010" not in str(refused.value)


def test_a_number_of_sixteen_digits_that_ends_in_no_zero_is_whole(tmp_path):
    [line] = read_paper(written(tmp_path, with_numbers(5315990101840002)), HEADERS).lines

    assert line.text("NIK") == "5315990101840002"


def test_every_wrong_line_is_told_at_once(tmp_path):
    with pytest.raises(LinesWrong, match=r"2 lines cannot be used.*\n.*line 2.*\n.*line 4"):
        read_paper(written(tmp_path, with_numbers(5315990101840010, "5315990101840001", 5315990101840020)), HEADERS)


def test_titles_above_a_header_of_two_rows_and_totals_below_do_not_mislead(tmp_path):
    content = (
        "DAFTAR JAWABAN;;;\n;;;\nNO;NIK;KEPESERTAAN;\n;;KPJ;STATUS\n(1);(2);(3);(4)\n"
        "1;5315990101840001;24000000001;DITERIMA\nJUMLAH;;;1\nLabuan Bajo, 1 Maret 2024;;;\n"
    )
    [line] = read_paper(written(tmp_path, content.encode(), "jawaban.csv"), HEADERS).lines

    assert (line.number, line.values) == (6, dict(zip(HEADERS, ROWS[0], strict=True)))


@pytest.mark.parametrize("name", ["jawaban.xls", "jawaban.zip"])
def test_a_table_of_a_web_page_and_a_packed_file_are_read(tmp_path, name):
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEADERS, *ROWS))
    content = f"<html><table>{rows}</table></html>".encode()
    if name.endswith("zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("jawaban.xls", content)
        content = packed.getvalue()

    assert [line.maybe("KPJ") for line in read_paper(written(tmp_path, content, name), HEADERS).lines] == [
        "24000000001",
        None,
    ]


XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table>
<Row ss:Index="2"><Cell><Data ss:Type="String">NIK</Data></Cell><Cell><Data ss:Type="String">KPJ</Data></Cell>
<Cell><Data ss:Type="String">Status</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">5315990101840001</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">DITOLAK</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_the_xml_of_an_old_spreadsheet_is_read(tmp_path):
    [line] = read_paper(written(tmp_path, XML.encode(), "jawaban.xls"), HEADERS).lines

    assert (line.number, line.text("NIK"), line.maybe("KPJ"), line.text("Status")) == (
        3,
        "5315990101840001",
        None,
        "DITOLAK",
    )


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
