"""Charts, filters and the office's file, each by itself."""

import csv
import io
from datetime import date

import pytest

from jamsos.errors import FileMissing
from reports.charts import bars, contrast, readable, tiles
from reports.errors import OfficeFileWrong
from reports.filters import FILTERS
from reports.marts import Answer, Question
from reports.office import SHIPPED, read_office
from reports.record import figures_of, manifest_of, read_record
from tests.reports import example


def test_bars_are_as_high_as_their_share_of_the_greatest():
    drawn = bars([("Jan", 1000, 500), ("Feb", 250, 0)])

    assert [(bar.height, bar.part) for bar in drawn] == [(100.0, 50.0), (25.0, 0.0)]
    assert bars([]) == [] and bars([("Jan", 0, 0)])[0].height == 0
    assert [(bar.value, bar.height) for bar in bars([("Jan", "*", "*"), ("Feb", 9, 9)])] == [("*", 0), (9, 100)]


def test_a_tile_is_darker_the_more_and_always_readable():
    few, many, secret = tiles({"1": [0, 0], "2": [1, 0], "3": [2, 0]}, {"1": "Pacar"}, {"1": 1, "2": 1600, "3": "*"})

    assert (few.name, many.name, many.value, secret.value) == ("Pacar", "2", "1.600", "*")
    assert few.fill == secret.fill != many.fill
    for tile in (few, many, secret):
        assert contrast(tile.ink, tile.fill) > 7


def test_the_ink_is_the_one_that_stands_out():
    assert (readable("#ffffff"), readable("#174a33")) == ("#16201b", "#ffffff")
    assert round(contrast("#000000", "#ffffff"), 6) == 21


FIGURES = """
money         570326400      Rp570.326.400,00
number        1021           1.021
number        *              *
money         *              *
words         *              *
percent       98.50          98,50%
percent       100            100,00%
day           2025-11-18     18 November 2025
short_day     2024-01-12     12-01-2024
month         2024-08-01     Agustus 2024
words         16800          enam belas ribu delapan ratus rupiah
blank         Bupati         Bupati
"""


@pytest.mark.parametrize("line", FIGURES.strip().splitlines())
def test_figures_are_written_as_offices_write_them(line):
    name, value, written = line.split(maxsplit=2)
    assert FILTERS[name](int(value) if value.isdecimal() else value) == written


def test_what_is_not_known_is_a_dash():
    assert {FILTERS[name](None) for name in ("number", "percent", "day", "short_day", "month")} == {"–"}


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ("2024-01-01", "2024-01-01", "Januari 2024"),
        ("2024-01-01", "2024-03-01", "Januari – Maret 2024"),
        ("2024-11-01", "2025-01-01", "November 2024 – Januari 2025"),
    ],
)
def test_months_are_written_once_where_they_can_be(first, last, written):
    assert FILTERS["months"]({"month_from": first, "month_to": last}) == written


def test_minutes_spell_their_day():
    assert (
        FILTERS["day_in_words"](date(2024, 2, 29))
        == "Kamis tanggal dua puluh sembilan bulan Februari tahun dua ribu dua puluh empat"
    )


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('place = "Labuan Bajo"', "", "place"),
        ('place = "Labuan Bajo"', "place = 7", "place"),
        ('place = "Labuan Bajo"', 'place = "Labuan Bajo"\nplaec = ""', "plaec"),
        ('nip = ""', "nip = 19", "signatory.nip"),
        ("[signatory]", "[signatory", "TOML"),
    ],
)
def test_a_mistake_in_the_offices_file_is_named_by_its_key(tmp_path, before, after, named):
    path = tmp_path / "office.toml"
    path.write_text(SHIPPED.read_text().replace(before, after, 1))

    with pytest.raises(OfficeFileWrong) as refused:
        read_office(path)
    assert refused.value.fields["entry"] == named


def test_an_offices_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileMissing):
        read_office(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+62", "'+62"),
        ("@x", "'@x"),
        ("'a", "''a"),
        ("-12.50", "-12.50"),
        ("<5", "<5"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_neutral_in_a_file_and_comes_back_as_it_was(value, written):
    answer = Answer(Question("x", "X", "select"), {}, [{"part": value, "count": -3}])
    (figure,) = figures_of([answer])

    assert list(csv.reader(io.StringIO(figure.content.decode("utf-8-sig"))))[1] == [written, "-3"]
    manifest = manifest_of(example.heading("coverage_statement"), [figure], {})
    kept = read_record({"manifest.json": manifest, "x.csv": figure.content})
    assert kept.answers["x"].rows == [{"part": value, "count": -3}]


def test_what_is_missing_stands_in_brackets():
    assert (FILTERS["money"](-50_400), FILTERS["number"](-16_800)) == ("(Rp50.400,00)", "(16.800)")
