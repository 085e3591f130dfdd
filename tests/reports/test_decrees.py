"""The annex of a decree and the letter to one person, as they are printed."""

import shutil
import subprocess
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees.annex import _OPEN, _WHOLE, Annex, check, listed
from jamsos.decrees.annex import annex as written_annex
from jamsos.decrees.rules import DecreeKind
from jamsos.decrees.service import Decree
from jamsos.months import Month
from jamsos.selection.letters import Letter
from reports.decrees import annex_draft, check_annex, letter_draft
from reports.inspection import differing_lines
from reports.issuing import books
from reports.office import read_office
from reports.sandbox import Limits
from reports.verify import Answer
from tests.decrees.builders import NUMBER
from tests.reports.paper import pages_of, text_of
from tests.reports.test_conformance import judged, needs_java

pytestmark = pytest.mark.heavy

DECREE = Decree(
    1, "298/KEP/HK/2024", DecreeKind.determination, date(2024, 1, 4), 2024, Month(2024, 1), Month(2024, 12), "Perda 5/2023",
    1, 1, None, 16_800, 2, 403_200, bytes(range(32)), "53.15",
)  # fmt: skip
MASKED = Annex(
    DECREE, tuple(_OPEN),
    [(1, "MARIA JELITA", "5315************", "P", "Komodo", "Komodo", "Masuk"), (2, "YOSEF", None, "L", "Boleng", "Boleng", "Masuk")],
    is_whole=False,
)  # fmt: skip
LETTER = Letter(
    day=date(2024, 1, 8), year=2024, name="MARIA JELITA", nik="5315************", place="Komodo, Komodo", reference="S3-112",
    language="id", sentences=["Ibu/Bapak tidak terjangkau, karena daftar berakhir sebelum urutannya.", "Jarak ke batas daftar: 2 tempat."],
)  # fmt: skip


def annex(path, found=MASKED):
    path.write_bytes(annex_draft(found, office=read_office()).printed(None).content)
    return path.read_bytes()


ROWS = [
    (n, f"ORANG {n}", f"**************{n:02d}", "P", "Komodo", "Komodo", "petani, Januari 2024") for n in range(1, 31)
]
THIRTY = Annex(DECREE, tuple(_OPEN), ROWS, is_whole=False)


def changed(number, place, value):
    rows = [list(row) for row in ROWS]
    rows[number - 1][place] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "differences"),
    [
        (ROWS, []),
        (changed(7, 2, "**************99"), [(7, "NIK")]),
        (changed(7, 6, "petani, Maret 2024"), [(7, "Keterangan")]),
        ([*changed(7, 1, "LAIN")[:6], (7, "LAIN", "**************99", *ROWS[6][3:]), *ROWS[7:]], [(7, None)]),
        (ROWS[:11] + ROWS[12:], [(12, None)]),
        ([*ROWS, (31, "SISIPAN", None, "P", "Komodo", "Komodo", "petani")], []),
    ],
)
def test_an_annex_is_compared_line_by_line(tmp_path, rows, differences):
    content = annex(tmp_path / "a.pdf", Annex(DECREE, tuple(_OPEN), rows, is_whole=False))

    assert differing_lines(content, tuple(_OPEN), [list(map(str, row)) for row in ROWS]) == differences


async def test_an_annex_that_was_issued_is_proven_and_one_with_another_line_is_false_by_that_line(
    issued, tmp_path, sealer
):
    path = tmp_path / "lampiran.pdf"
    async with books(issued.url) as connection:
        desk = connection, COMMAND_LINE, sealer

        async def said(content):
            path.write_bytes(content)
            return await check_annex(desk, number=NUMBER, path=path, office=read_office(), limits=Limits(seconds=60))

        frozen = await listed(*desk, number=NUMBER)
        rows = [(1, "ORANG LAIN", *frozen.rows[0][2:]), *frozen.rows[1:]]
        forged = annex_draft(Annex(frozen.decree, frozen.headers, rows, is_whole=False), office=read_office())
        ours = annex_draft(frozen, office=read_office())
        more = Annex(frozen.decree, frozen.headers, [*frozen.rows, (4, "SISIPAN", *frozen.rows[0][2:])], is_whole=False)

        proven, false = await said(issued.papers["annex"]), await said(forged.printed(None).content)
        unknown = await said(ours.printed(None).content)
        under_our_serial = annex_draft(more, office=read_office()).printed(proven.verdict.paper.serial)
        added = await said(under_our_serial.content)
        other = await said(issued.papers["minutes"])

    assert (proven.verdict.answer, proven.differences) == (Answer.proven, [])
    assert (false.verdict.answer, false.differences) == (Answer.false, [(1, "Nama")])
    assert (unknown.verdict.answer, unknown.verdict.reason) == (Answer.not_proven, "other_bytes")
    assert (added.verdict.answer, added.verdict.reason) == (Answer.false, "differs.seen")
    assert (other.verdict.answer, other.verdict.reason) == (Answer.false, "other_paper")


async def test_a_long_annex_is_compared_by_its_lines_alone(issued, tmp_path, sealer, monkeypatch):
    monkeypatch.setattr("reports.decrees.MOST_LINES", 2)
    path = tmp_path / "lampiran.pdf"
    async with books(issued.url) as connection:
        desk = connection, COMMAND_LINE, sealer
        frozen = await listed(*desk, number=NUMBER)
        path.write_bytes(annex_draft(frozen, office=read_office()).printed(None).content)
        found = await check_annex(desk, number=NUMBER, path=path, office=read_office(), limits=Limits(seconds=60))

    assert (found.verdict.answer, found.verdict.reason) == (Answer.not_proven, "lines")


async def test_a_sheet_is_proven_by_its_bytes_and_agrees_by_its_lines(issued, tmp_path, sealer):
    path = tmp_path / "lampiran.csv"
    async with books(issued.url) as connection:
        desk = connection, COMMAND_LINE, sealer
        path.write_bytes(await written_annex(*desk, number=NUMBER, form=".csv"))
        ours = await check(*desk, number=NUMBER, path=path)
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        saved = await check(*desk, number=NUMBER, path=path)
        path.write_bytes(path.read_bytes().replace(b"ORANG 1", b"ORANG 9"))
        changed = await check(*desk, number=NUMBER, path=path)

    assert (ours, saved) == ((True, []), (False, []))
    assert changed == (False, [(1, "Nama")])


def letter(path, found=LETTER, public_url="https://jamsos.example/"):
    path.write_bytes(letter_draft(found, office=read_office(), public_url=public_url).printed(None).content)
    return path.read_bytes()


def test_an_annex_says_its_decree_its_lines_and_the_hash_of_the_frozen_list(tmp_path):
    said = text_of(annex(tmp_path / "a.pdf"))

    for words in (
        "LAMPIRAN KEPUTUSAN BUPATI MANGGARAI BARAT", "298/KEP/HK/2024", "4 Januari 2024", "Januari – Desember 2024",
        "1 MARIA JELITA 5315************ P Komodo Komodo Masuk", "2 YOSEF L Boleng Boleng Masuk",
        "nomor kependudukan disamarkan", "Bupati Manggarai Barat,",
    ):  # fmt: skip
        assert words in said
    assert bytes(range(32)).hex() in said.replace(" ", "")


@pytest.mark.parametrize("lines", [14, 18, 22])
def test_a_signature_never_stands_alone_on_a_page(tmp_path, lines):
    long = Letter(**vars(LETTER) | {"sentences": LETTER.sentences[:1] * lines})

    *_, last = pages_of(letter(tmp_path / "a.pdf", long))

    assert "Kepala Dinas" in last and "Bila ada keterangan yang keliru" in last


def test_a_whole_annex_says_that_it_is_restricted(tmp_path):
    row = (
        1, "MARIA JELITA", "5315994505850001", "5315990101100001", "P", "LABUAN BAJO", date(1985, 5, 5), "GORONTALO", "Komodo",
        "Komodo", "Masuk",
    )  # fmt: skip
    said = text_of(annex(tmp_path / "a.pdf", Annex(DECREE, tuple(_WHOLE), [row], is_whole=True)))

    assert "bersifat terbatas" in said and "5315994505850001" in said.replace(" ", "") and "05-05-1985" in said


def test_nobody_signs_a_page_without_a_name(tmp_path):
    """Of so many lines the table alone would end where a page ends."""
    for count in range(10, 40):
        rows = [(number, f"ORANG {number}", None, "P", "Komodo", "Komodo", "Masuk") for number in range(1, count + 1)]
        last = pages_of(annex(tmp_path / "a.pdf", Annex(DECREE, tuple(_OPEN), rows, is_whole=False)))[-1]

        assert "Bupati Manggarai Barat," in last and f"ORANG {count}" in last, count


def test_the_same_list_is_the_same_file(tmp_path):
    assert annex(tmp_path / "a.pdf") == annex(tmp_path / "b.pdf")


def test_a_letter_tells_her_place_and_until_when_an_objection_is_answered(tmp_path):
    said = text_of(letter(tmp_path / "a.pdf"))

    for words in (
        "Kepada Yth. MARIA JELITA", "8 Januari 2024", "Ibu/Bapak tidak terjangkau", "acuan S3-112", "paling lambat 60 hari",
        "https://jamsos.example/pengaduan",
    ):  # fmt: skip
        assert words in said
    assert "Orang nomor" not in said
    assert "Halaman 1 dari 1" in said and "Dengan hormat," in said


def test_a_letter_in_english_is_english(tmp_path):
    english = Letter(**vars(LETTER) | {"language": "en", "sentences": ["You are not reached."]})

    said = text_of(letter(tmp_path / "a.pdf", english, public_url=None))

    assert "To MARIA JELITA" in said and "8 January 2024" in said and "within 60 days" in said and "https:" not in said
    assert "Page 1 of 1" in said and "Halaman" not in said
    assert "Dear Madam or Sir," in said and "Thank you for your attention." in said


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm of poppler-utils turns the page into a picture")
def test_the_picture_of_the_letter_leads_to_the_complaints(tmp_path):
    letter(tmp_path / "a.pdf")

    subprocess.run(["pdftoppm", "-r", "120", "-png", tmp_path / "a.pdf", tmp_path / "a"], check=True)

    [page] = tmp_path.glob("*.png")
    assert zxingcpp.read_barcode(Image.open(page)).text == "https://jamsos.example/pengaduan"


@needs_java
def test_both_papers_keep_every_rule(tmp_path):
    annex(tmp_path / "a.pdf")
    letter(tmp_path / "b.pdf")

    found = judged(tmp_path / "a.pdf", tmp_path / "b.pdf")

    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.count(" holds") == 4
