"""The renderer's output: PDF/A-3a and PDF/UA-1 in one file, the same bytes for the same figures, without other hosts."""

import hashlib
import os
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import jinja2
import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from jamsos.errors import LibraryMissing
from reports.errors import GlyphMissing
from reports.printing import printed
from reports.render import TEMPLATES, html, pdf
from tests.reports import example
from tests.reports.paper import objects_of, text_of

pytestmark = pytest.mark.heavy

DAY = date(2025, 1, 20)
PRINT = """
import asyncio, hashlib
from reports.printing import printed
from tests.reports import example
print(hashlib.sha256(asyncio.run(printed(example.marts(), example.heading("coverage_statement")))).hexdigest())
"""


def page(body):
    return f'<!doctype html><html lang="id"><head><title>x</title></head><body>{body}</body></html>'


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Makassar"), ("2", "America/New_York")])
def test_another_process_prints_the_same_bytes(statement, tmp_path, seed, zone):
    root = Path(__file__).parents[2]
    settings = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(root)}
    there = subprocess.run([sys.executable, "-c", PRINT], env=settings, cwd=tmp_path, capture_output=True, text=True)

    assert there.stdout.strip() == hashlib.sha256(statement).hexdigest(), there.stderr


def test_the_file_says_that_it_is_pdf_a_3a_and_pdf_ua_1(statement):
    reader = PdfReader(BytesIO(statement))
    metadata = reader.root_object["/Metadata"].get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part>" in metadata.replace('"', "") or 'pdfaid:part="3"' in metadata
    assert metadata.index("<pdfuaid:part>1</pdfuaid:part>") < metadata.index("</rdf:RDF>")
    assert reader.root_object["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean
    assert reader.root_object["/Lang"] == "id"
    assert reader.metadata.title == "Laporan Realisasi Perlindungan Pekerja Rentan Kabupaten Manggarai Barat Tahun 2024"


def test_every_header_of_a_table_says_what_it_heads(statement):
    headers = [each for each in objects_of(statement) if isinstance(each, dict) and each.get("/S") == "/TH"]

    assert len(headers) > 100
    assert {header["/A"]["/Scope"] for header in headers} == {"/Column", "/Row"}


def test_each_file_is_listed_once_as_data(statement):
    listed = PdfReader(BytesIO(statement)).root_object["/AF"]

    assert len(listed) == len({each.idnum for each in listed}) == 20
    assert {each.get_object()["/AFRelationship"] for each in listed} == {"/Data"}


def test_every_font_is_the_bundled_one(statement, minutes):
    for content in (statement, minutes):
        fonts = {each["/BaseFont"] for each in objects_of(content) if isinstance(each, dict) and "/BaseFont" in each}
        assert {name.partition("+")[2].partition("-")[0] for name in fonts} == {"Bonum"}


def test_every_drawing_says_in_words_what_it_shows(statement):
    spoken = [each["/Alt"] for each in objects_of(statement) if isinstance(each, dict) and "/Alt" in each]

    assert any(words.startswith("Diagram batang pekerja per bulan: Jan 1.000") for words in spoken)
    assert any(words.startswith("Peta kotak:") and "Komodo 160" in words for words in spoken)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x.png", "file:///etc/passwd", "file://example.org/x.png", "../../office.toml", "missing.png"],
)
def test_a_page_gets_nothing_but_what_lies_in_templates(address):
    with pytest.raises(FatalURLFetchingError):
        pdf(page(f'<img src="{address}" alt="x">'), TEMPLATES / "base", DAY, [])


def test_a_missing_font_stops_the_run():
    style = "<style>@font-face { font-family: Lost; src: url(fonts/lost.otf) } p { font-family: Lost }</style>"

    with pytest.raises(FatalURLFetchingError):
        pdf(page(f"{style}<p>x</p>"), TEMPLATES / "base", DAY, [])


def test_a_missing_figure_stops_the_run():
    with pytest.raises(jinja2.UndefinedError):
        html("coverage_statement", heading=example.heading("coverage_statement"), office=None, figures=[])


async def test_what_the_office_types_is_text_and_never_markup():
    heading = example.heading("coverage_statement", number="<b>1</b> & 2")

    assert "Nomor: <b>1</b> & 2" in text_of(await printed(example.marts(), heading))


def test_missing_libraries_are_named_as_debian_packages(monkeypatch):
    monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)

    with pytest.raises(LibraryMissing) as refused:
        pdf(page("x"), TEMPLATES / "base", DAY, [])
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in refused.value.sentence()


async def test_a_letter_that_none_of_our_fonts_has_is_refused_by_its_name():
    with pytest.raises(GlyphMissing) as refused:
        await printed(example.marts(), example.heading("contribution_reconciliation", number="560/\u4e2d"))

    assert "U+4E2D (CJK UNIFIED IDEOGRAPH-4E2D)" in refused.value.sentence()
