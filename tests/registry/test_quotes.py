"""CSV with quotation marks has the same result as with Python's csv module, for both ways of reading."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.registry.files import extract
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import Source

pytestmark = pytest.mark.heavy

HEADER = ["NIK", "Nama", "Desa", "Jenis Disabilitas", "Alamat", "Pekerjaan"]
FIELDS = ("nik", "name", "village_name", "disability", "address", "occupation")
# Cells as they are written, with or without marks; none of them leaves a mark open.
CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "a", "Jl. X", "\u00e9\u00a0", "#a", "null", "NA", "0012", "'a'", 'RT "1" RW 2', 'a"', "\x1f", "a\x1f", '""', '" "',
         '"Jl. X, RT 3"', '"a;b"', '""""', '"RT ""1"", RW 2"', '"a""b"', '"\u00e9,"', '"a\nb"', '"a, b\nc"', ' "a"', '"\x1f"']
    ),
    st.text(alphabet="ab ,;", max_size=4).map(lambda text: f'"{text}"'),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=8), min_size=1, max_size=12)


def is_blank(cells):
    return not any(cell.strip(" \u00a0\t\r\n") for cell in cells[:6])


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(",;"), st.sampled_from(["\n", "\r\n"]), st.sampled_from([1, 20, 100, 1 << 20]))
def test_cells_are_those_that_pythons_reader_finds(tmp_path_factory, rows, delimiter, end, size):
    lines = [delimiter.join(row) for row in rows]
    path = tmp_path_factory.getbasetemp() / "quotes.csv"
    path.write_bytes(end.join([delimiter.join(HEADER), "1" + delimiter * 5, *lines, ""]).encode())
    expected = [
        (*(cell.replace("\r\n", "\n") for cell in (cells + [""] * 6)[:6]), any(cells[6:]) or len(cells) < 4)
        for cells in csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=delimiter)
        if not is_blank(cells)
    ][1:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "TEXT", size)
        frame = pl.concat(open_extract(path, Source.disability).slices())

    found = frame.select(*(pl.col(field).fill_null("") for field in FIELDS), "is_row_broken").rows()
    found = [row for row in found if not is_blank(row)]
    assert [row[:6] for row in found] == [row[:6] for row in expected]
    # a short row may be broken because the next line looks like its other part
    assert [row for row, want in zip(found, expected, strict=True) if want[6] and not row[6]] == []


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_rows_with_a_comma_in_a_cell_are_not_read_one_by_one(tmp_path, monkeypatch, size):
    monkeypatch.setattr(extract, "TEXT", size)
    one_by_one = []
    monkeypatch.setattr(
        extract,
        "_frame",
        lambda records, form, frame=extract._frame: one_by_one.extend(records) or frame(records, form),
    )
    path = tmp_path / "x.csv"
    row = '5315994505850001,"JELITA, MARIA",Komodo,Netra,"Jl. ""X"", RT 3",PENENUN'
    path.write_text(",".join(HEADER) + "\n" + f"{row}\n" * 20)

    frame = pl.concat(open_extract(path, Source.disability).slices())

    assert frame.select("name", "address").unique().rows() == [("JELITA, MARIA", 'Jl. "X", RT 3')]
    assert (frame.height, one_by_one) == (20, [])
