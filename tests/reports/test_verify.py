"""A paper is proven by its bytes alone: whatever is done to it, and however it looks, the answer is another."""

import asyncio
import json

import pytest

from jamsos.db import in_transaction
from jamsos.errors import FileMissing
from jamsos.issuance import service as issuance
from reports import inspector, sandbox
from reports.issuing import books
from reports.printing import Draft, printed
from reports.sandbox import Inspection, Limits, inspect
from reports.verify import Answer, verify
from tests.reports import example
from tests.reports.alterations import ALTERATIONS, BOMBS, saved, signed
from tests.reports.paper import files_of, text_of

AMPLE = Limits(seconds=60)  # the machine of a test may be slow
KINDS = ("minutes", "annex")


@pytest.fixture
def in_process(monkeypatch):
    """Files that break no reader are read here, not in a process for each."""

    def looked(ask, path, *, limits=None, **facts):
        answer = inspector.answer({"ask": ask, "file": str(path), **facts})
        return Inspection(answer, answer.pop("refused", None), answer.pop("page", None), answer.pop("failed", None))

    monkeypatch.setattr(sandbox, "inspect", looked)
    monkeypatch.setattr(Draft, "printed", _printed_once)


def _printed_once(draft, serial, known={}, printed=Draft.printed):  # noqa: B006 - meant to be kept
    """The same record prints the same bytes, so hundreds of files with one record need one print."""
    if (draft.sha256, serial) not in known:
        known[draft.sha256, serial] = printed(draft, serial)
    return known[draft.sha256, serial]


async def said(issued, path, content, url=True):
    path = path / "x.pdf"
    path.write_bytes(content)
    return await verify(path, issued.url if url else None, limits=AMPLE)


# --- proven ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_the_bytes_that_were_issued_are_proven_and_the_register_tells_the_rest(issued, tmp_path, kind):
    found = await said(issued, tmp_path, issued.papers[kind])

    assert (found.answer, found.reason) == (Answer.proven, "issued")
    assert found.paper.serial in text_of(issued.papers[kind])
    assert (found.paper.printed_by, found.paper.printed_for) == ("command line", "provinsi")
    assert (found.superseded_by, found.is_older_print) == (None, False)
    assert {"weasyprint", "pango", "harfbuzz", "zlib", "templates"} <= found.paper.versions.keys()


async def test_signatures_behind_it_leave_it_proven_and_are_named(issued, tmp_path, in_process):
    content = await asyncio.to_thread(lambda: signed(signed(issued.papers["minutes"]), "Tanda2"))

    found = await said(issued, tmp_path, content)

    assert (found.answer, found.reason) == (Answer.proven, "signed")
    assert [each["signer"] for each in found.signatures] == ["Common Name: Agnes Nurti"] * 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_signature_is_seen_only_where_the_paper_leaves_space(issued, tmp_path, in_process, kind):
    async with books(issued.url) as connection:
        paper = await issuance.found_in(connection, issued.papers[kind])
    page, left, bottom, right, top = paper.spaces[-1]

    def boxed(above):
        box = tuple(map(int, (left + 2, bottom + 2, right - 2, top + above)))
        return signed(issued.papers[kind], box=box, page=int(page))

    inside, outside = await asyncio.to_thread(boxed, -2), await asyncio.to_thread(boxed, 9)

    assert (await said(issued, tmp_path, inside)).answer is Answer.proven
    assert (await said(issued, tmp_path, outside)).reason == "appended.place"


# --- false or not proven --------------------------------------------------------------------------------------------


def test_a_hundred_alterations_are_tried():
    assert len(ALTERATIONS) >= 70


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ALTERATIONS)
async def test_an_altered_paper_is_never_proven(issued, tmp_path, in_process, kind, name):
    content = await asyncio.to_thread(ALTERATIONS[name], issued.papers[kind])
    assert content != issued.papers[kind]

    online = await said(issued, tmp_path, content)
    offline = await said(issued, tmp_path, content, url=False)

    assert Answer.proven not in (online.answer, offline.answer), (online.reason, offline.reason)


SEEN = (
    "page_removed", "page_doubled", "blank_page", "page_turned", "page_mirrored", "a_larger_page", "a_page_cut_to_a_part",
    "a_note_over_it", "a_link", "a_field_to_fill_in", "a_script", "a_white_box", "text_added", "text_that_is_not_seen",
    "a_picture_over_it", "a_layer_over_it", "another_font", "letters_renamed", "a_page_of_another_paper", "painted_over",
    "painted_over_and_signed", "signed_and_painted_over", "a_signature_over_the_page", "fonts_swapped_and_a_signature",
    "an_object_nobody_names_and_a_signature", "another_title_and_a_signature", "page_boxes_and_a_signature",
)  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
async def test_what_shows_something_else_under_our_serial_is_false(issued, tmp_path, in_process, name):
    content = await asyncio.to_thread(ALTERATIONS[name], issued.papers["minutes"])

    found = await said(issued, tmp_path, content)

    assert found.answer is Answer.false, found.reason


@pytest.mark.parametrize(
    ("changed", "heading"),
    [
        ({}, {"number": "560/999/NAKERTRANSKOPUKM/I/2025"}),
        ({}, {"dated": example.date(2025, 1, 21)}),
        ({}, {"year": 2025}),
        ({}, {"serial": None}),
        ({}, {"office": example.read_office().__class__(**{**vars(example.read_office()), "agency": "Dinas Sosial"})}),
        ({example.minutes.RECEIPTS: [example.bill(1) | {"amount": 50_400_000}]}, {}),
    ],
)
async def test_what_our_own_program_printed_for_somebody_else_is_never_proven(
    issued, tmp_path, in_process, changed, heading
):
    """Whoever has the program prints any figures under any serial; the register knows what we issued."""
    async with books(issued.url) as connection:
        paper = await issuance.found_in(connection, issued.papers["minutes"])
    facts = {"serial": paper.serial} | heading
    content = await printed(example.marts(changed), example.heading("contribution_reconciliation", **facts))

    found = await said(issued, tmp_path, content)

    assert found.answer is (Answer.not_proven if facts["serial"] is None else Answer.false)


async def test_the_figures_of_one_year_under_the_title_of_another_are_false_without_any_register(
    issued, tmp_path, in_process
):
    content = await printed(example.marts(), example.heading("contribution_reconciliation", year=2025))

    found = await said(issued, tmp_path, content, url=False)

    assert (found.answer, found.reason) == (Answer.false, "disagrees")


async def test_without_the_register_even_our_own_paper_is_not_proven(issued, tmp_path):
    found = await said(issued, tmp_path, issued.papers["minutes"], url=False)

    assert (found.answer, found.reason) == (Answer.not_proven, "unregistered")


async def test_a_file_inside_that_is_not_the_one_its_record_names_is_false(issued, tmp_path, in_process):
    names = list(files_of(issued.papers["minutes"]))
    name = next(each for each in names if each != "manifest.json")
    content = saved(issued.papers["minutes"], lambda writer: writer.add_attachment(name, b"a\r\n9\r\n"))

    assert (await said(issued, tmp_path, content)).answer is Answer.false


async def test_a_question_written_in_a_pdf_is_never_run(issued, tmp_path, in_process):
    files = files_of(issued.papers["minutes"])
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["figures"]:
        entry["query"] = "drop table marts.claims"

    def change(writer):
        writer._root_object.pop("/Names")
        for name, content in (files | {"manifest.json": json.dumps(manifest).encode()}).items():
            writer.add_attachment(name, content)

    found = await said(issued, tmp_path, saved(issued.papers["minutes"], change), url=False)

    assert (found.answer, found.reason) == (Answer.false, "disagrees")


# --- what breaks readers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
async def test_a_file_made_to_break_readers_ends_in_an_answer(issued, tmp_path, name):
    path = tmp_path / "x.pdf"
    path.write_bytes(BOMBS[name](issued.papers["annex"]))

    for url in (issued.url, None):
        found = await verify(path, url)
        assert found.answer is not Answer.proven


def test_a_reading_that_takes_too_long_or_too_much_is_ended(issued, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(issued.papers["annex"])

    assert inspect("read", path, limits=Limits(seconds=0.01)).failed == "time"
    assert inspect("compared", path, limits=Limits(memory=1 << 20), original=str(path)).failed


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "x.pdf"
    path.write_bytes(bytes(11))
    monkeypatch.setattr(sandbox, "MOST_BYTES", 10)

    assert sandbox.content_of(path) == b""


async def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileMissing):
        await verify(tmp_path / "none.pdf", None)


# --- the register ---------------------------------------------------------------------------------------------------


async def test_the_same_paper_printed_again_is_the_same_file_and_another_supersedes_it(issued, tmp_path):
    from jamsos.access.rules import COMMAND_LINE
    from reports.issuing import issue
    from reports.printing import drafted

    heading = example.heading("contribution_reconciliation", year=2023)
    async with books(issued.url) as connection:
        first = await issue(in_transaction(connection), COMMAND_LINE, await drafted(example.marts(year=2023), heading))
        again = await issue(in_transaction(connection), COMMAND_LINE, await drafted(example.marts(year=2023), heading))
        fewer = {example.minutes.RECEIPTS: [example.bill(1)]}
        later = await issue(
            in_transaction(connection), COMMAND_LINE, await drafted(example.marts(fewer, 2023), heading)
        )

    old, new = await said(issued, tmp_path, first), await said(issued, tmp_path, later)

    assert again == first
    assert (old.answer, new.answer) == (Answer.proven, Answer.proven)
    assert old.superseded_by.serial == new.paper.serial != old.paper.serial
    assert new.superseded_by is None


async def test_a_paper_of_other_versions_stays_proven_and_says_so(issued, tmp_path, monkeypatch):
    from reports import render

    versions = dict(render.printed_by()) | {"weasyprint": "99.0"}
    monkeypatch.setattr(render, "printed_by", lambda: versions)

    found = await said(issued, tmp_path, issued.papers["minutes"])

    assert (found.answer, found.is_older_print) == (Answer.proven, True)


def test_nothing_of_a_person_stands_in_the_paper_beyond_its_pages(issued):
    """The annex travels without files, and the register keeps no page of it."""
    assert files_of(issued.papers["annex"]) == {}
