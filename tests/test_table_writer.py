"""Sheets: the same bytes for the same table, numbers that identify as text."""

from datetime import date
from pathlib import Path

import pytest

from jamsos import table_writer
from jamsos.errors import FolderMissing, SheetFormUnknown

TABLE = ("Daftar", ["No", "NIK", "Lahir"], [(1, "5315990101840017", date(1984, 1, 1)), (2, None, None)])


def test_a_csv_is_plain_text():
    assert table_writer.sheet(".csv", *TABLE) == b"No,NIK,Lahir\n1,5315990101840017,1984-01-01\n2,,\n"


def test_a_workbook_has_the_same_bytes_every_time():
    assert table_writer.sheet(".xlsx", *TABLE) == table_writer.sheet(".xlsx", *TABLE)


@pytest.mark.parametrize("evil", ["=1+1", "+62", "-1", "@x", "\tx"])
def test_a_text_never_becomes_a_formula(evil):
    assert f"'{evil}" in table_writer.sheet(".csv", "x", ["a"], [(evil,)]).decode()


def test_only_known_forms_are_written():
    assert table_writer.form_of(Path("a.XLSX")) == ".xlsx"
    with pytest.raises(SheetFormUnknown, match=r"a\.pdf .* \.csv, \.xlsx"):
        table_writer.form_of(Path("a.pdf"))


def test_a_missing_folder_is_named_and_nothing_half_written_stays(tmp_path):
    with pytest.raises(FolderMissing, match="folder does not exist"):
        table_writer.write(tmp_path / "none" / "a.csv", b"x")
    table_writer.write(tmp_path / "a.csv", b"x")

    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
