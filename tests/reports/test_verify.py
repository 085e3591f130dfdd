"""A PDF is believed only as far as its pages come out of its own figures again."""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from jamsos.errors import FileMissing
from reports.errors import ReportWithoutFigures
from reports.verify import Pages, verify
from tests.reports.paper import files_of


def rewritten(content, path, files):
    """The PDF with other files inside, as somebody who forges it would write it."""
    writer = PdfWriter()
    for page in PdfReader(BytesIO(content)).pages:
        writer.add_page(page)
    for name, each in files.items():
        writer.add_attachment(name, each)
    writer.write(path)
    return path


@pytest.fixture
def kept(statement, tmp_path):
    path = tmp_path / "statement.pdf"
    path.write_bytes(statement)
    return path


async def test_a_report_comes_out_of_its_own_figures_byte_for_byte(kept):
    found = await verify(kept, None)

    assert (found.pages, found.holds) == (Pages.same, True)
    assert {figure.asked for figure in found.figures} == {None}
    assert [figure.name for figure in found.figures if not figure.intact] == []


async def test_a_signature_put_behind_the_report_later_leaves_it_the_same(kept):
    kept.write_bytes(kept.read_bytes() + b"\n% an incremental update, as signing adds one\n")

    assert (await verify(kept, None)).pages is Pages.same


async def test_the_same_report_saved_by_another_program_still_reads_the_same(statement, tmp_path):
    found = await verify(rewritten(statement, tmp_path / "saved.pdf", files_of(statement)), None)

    assert (found.pages, found.holds) == (Pages.text, True)


async def test_a_changed_figure_is_named_and_no_longer_fits_the_pages(statement, tmp_path):
    files = files_of(statement)
    files["klaim.csv"] = files["klaim.csv"].replace(b"588000000", b"598000000")

    found = await verify(rewritten(statement, tmp_path / "forged.pdf", files), None)

    assert [figure.name for figure in found.figures if not figure.intact] == ["klaim"]
    assert (found.pages, found.holds) == (Pages.differs, False)


async def test_a_changed_figure_with_a_mended_manifest_still_does_not_fit_the_pages(statement, tmp_path):
    import hashlib

    files = files_of(statement)
    files["klaim.csv"] = files["klaim.csv"].replace(b"588000000", b"598000000")
    manifest = json.loads(files["manifest.json"])
    entry = next(each for each in manifest["figures"] if each["name"] == "klaim")
    entry["sha256"] = hashlib.sha256(files["klaim.csv"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()

    found = await verify(rewritten(statement, tmp_path / "forged.pdf", files), None)

    assert [figure.name for figure in found.figures if not figure.intact] == []
    assert (found.pages, found.page) == (Pages.differs, 2)


async def test_pages_of_another_printer_prove_nothing_either_way(statement, tmp_path):
    files = files_of(statement)
    manifest = json.loads(files["manifest.json"])
    manifest["printed_by"]["templates"] = "0" * 16
    manifest["dated"] = "2025-02-02"
    files["manifest.json"] = json.dumps(manifest).encode()

    assert (await verify(rewritten(statement, tmp_path / "older.pdf", files), None)).pages is Pages.other_printer


@pytest.mark.parametrize("files", [{}, {"manifest.json": b"{}"}, {"manifest.json": b"\xff"}, {"manifest.json": b"[]"}])
async def test_a_pdf_without_a_record_is_refused(statement, tmp_path, files):
    with pytest.raises(ReportWithoutFigures):
        await verify(rewritten(statement, tmp_path / "other.pdf", files), None)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"a letter"])
async def test_what_is_not_a_pdf_is_refused(tmp_path, content):
    path = tmp_path / "x.pdf"
    path.write_bytes(content)

    with pytest.raises(ReportWithoutFigures) as refused:
        await verify(path, None)
    assert "x.pdf" in refused.value.sentence()


async def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileMissing):
        await verify(tmp_path / "none.pdf", None)
