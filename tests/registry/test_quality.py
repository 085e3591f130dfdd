"""The quality of a load: by defect and village, with the lines, and without personal data."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from cli.html import quality_page
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import NotFound
from jamsos.regions.aliases import load_aliases
from jamsos.registry.quality import quality
from jamsos.registry.rules import Source, Treatment
from jamsos.registry.service import load_extract
from tests.extracts import dtks, row

ROWS = (
    row(),
    row(nik_art="'5315994505850002"),
    row(nik_art="5,31E+15", kode_desa="53.15.05.2002", nama_desa="Pasir Putih"),
    row(nik_art="5315994505850003", status_kawin="?"),
    row(nik_art="5315994505850004", status_kawin="?", kode_desa="53.15.05.2002", nama_desa="Pasir Putih"),
    row(kode_desa="53.15.99.2001", nama_desa="Antah", nama_kecamatan="Berantah", nik_art="5315994505850005"),
)


async def with_another_name(connection, sealer, tmp_path):
    (tmp_path / "nama.csv").write_text(
        "nama,kecamatan,kode_desa,sumber\nPulau <Komodo>,Komodo,53.15.05.2001,Perda 5/2011\n"
    )
    await load_aliases(connection, COMMAND_LINE, tmp_path / "nama.csv", regency_code="53.15")
    named = row(kode_desa="", nama_desa="PULAU KOMODO", nama_kecamatan="KOMODO")
    return await loaded(connection, sealer, tmp_path, named)


async def loaded(connection, sealer, tmp_path, *rows):
    result = await load_extract(
        connection, COMMAND_LINE, sealer, dtks(tmp_path / "dtks <1>.csv", *(rows or ROWS)),
        source=Source.dtks, as_of=date(2024, 1, 1), office_code="53.15",
    )  # fmt: skip
    return await quality(connection, result.load_id)


async def test_defects_are_counted_with_what_was_done_about_them_and_where_to_look(connection, sealer, tmp_path):
    found = await loaded(connection, sealer, tmp_path)

    assert [(each.defect, each.treatment, each.rows, each.lines) for each in found.defects] == [
        ("marital_unknown", "warned", 2, [5, 6]),
        ("nik_cleaned", "cleaned", 1, [3]),
        ("nik_scientific", "quarantined", 1, [4]),
        ("village_unknown", "quarantined", 1, [7]),
    ]
    assert (found.rows_received, found.rows_kept, found.rows_rejected, found.repaired) == (6, 4, 2, 0)


async def test_villages_are_counted_and_rows_of_no_known_village_stand_under_the_regency(connection, sealer, tmp_path):
    found = await loaded(connection, sealer, tmp_path)

    assert [
        (each.code, each.name, each.district, [each.by[kind] for kind in Treatment]) for each in found.villages
    ] == [
        ("53.15.05.2001", "Komodo", "Komodo", [0, 1, 1]),
        ("53.15.05.2002", "Pasir Putih", "Komodo", [1, 0, 1]),
        ("53.15", "53.15", None, [1, 0, 0]),
    ]


async def test_of_many_lines_the_first_five_are_samples(connection, sealer, tmp_path):
    rows = [row(nik_art=f"531599450585{number:04}", status_kawin="?") for number in range(1, 9)]

    [found] = (await loaded(connection, sealer, tmp_path, *rows)).defects

    assert (found.rows, found.lines) == (8, [2, 3, 4, 5, 6])


async def test_a_load_that_is_not_there_is_named(connection):
    with pytest.raises(NotFound, match="no load 4711"):
        await quality(connection, 4711)


class Page(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def of(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]


async def test_the_page_is_one_file_in_two_languages_that_asks_for_nothing_else(connection, sealer, tmp_path):
    written = quality_page(await loaded(connection, sealer, tmp_path))

    page = Page(written)

    assert [each["lang"] for each in page.of("section")] == ["id", "en"]
    assert page.of("script", "link", "img", "iframe") == [] and "url(" not in written and "http" not in written
    assert all(each["href"].startswith("#") for each in page.of("a"))
    assert "status kawin tidak dikenal" in written and "marital status unknown" in written
    assert "33,3 %" in written and "33.3 %" in written and "baris 5, 6" in written


async def test_the_page_can_be_read_aloud(connection, sealer, tmp_path):
    page = Page(quality_page(await loaded(connection, sealer, tmp_path)))

    ids = [each["id"] for _, each in page.tags if "id" in each]
    assert len(ids) == len(set(ids))
    assert {each["aria-labelledby"] for _, each in page.tags if "aria-labelledby" in each} <= set(ids)
    assert len(page.of("caption")) == len(page.of("table")) == 4
    assert all(each["scope"] in ("col", "row") for each in page.of("th"))
    assert page.of("html")[0]["lang"] == "id" and len(page.of("main")) == 1


async def test_nobody_is_named_in_it_and_a_files_name_is_no_markup(connection, sealer, tmp_path):
    written = quality_page(await loaded(connection, sealer, tmp_path))

    assert "dtks &lt;1&gt;.csv" in written
    assert not re.search(r"JELITA|GORONTALO|0812|05/05/1985|1985-05-05", written)
    assert not re.search(r"(?<![0-9a-f])\d{10,}(?![0-9a-f])", written)


async def test_a_load_without_a_defect_says_so(connection, sealer, tmp_path):
    written = quality_page(await loaded(connection, sealer, tmp_path, row()))

    assert "Tidak ada kesalahan data yang ditemukan." in written and "No defect was found." in written


async def test_the_page_tells_by_which_of_the_offices_names_villages_were_found_and_who_said_so(
    connection, sealer, tmp_path
):
    written = quality_page(await with_another_name(connection, sealer, tmp_path))

    assert written.count("Pulau &lt;Komodo&gt; (Komodo)") == 2  # in Indonesian and in English
    assert "Nama lain desa yang dipakai" in written
    assert "Perda 5/2011" in written
    assert "command line, " in written
    assert "<Komodo>" not in written
