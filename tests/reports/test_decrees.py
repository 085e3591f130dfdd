"""The annex of a decree and the letter to one person, as they are printed."""

import shutil
import subprocess
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfWriter

from jamsos.decrees.annex import _OPEN, _WHOLE, Annex
from jamsos.decrees.errors import PdfUnreadable
from jamsos.decrees.rules import DecreeKind
from jamsos.decrees.service import Decree
from jamsos.months import Month
from jamsos.selection.letters import Letter
from reports.decrees import Compared, annex_pdf, compare_annex, letter_pdf, words_of
from reports.office import read_office
from tests.reports.paper import pages_of, text_of
from tests.reports.test_conformance import judged, needs_java

DECREE = Decree(
    1, "298/KEP/HK/2024", DecreeKind.determination, date(2024, 1, 4), 2024, Month(2024, 1), Month(2024, 12), "Perda 5/2023",
    1, 1, None, 16_800, 2, 403_200, bytes(range(32)), "53.15",
)  # fmt: skip
MASKED = Annex(
    DECREE, _OPEN,
    [(1, "MARIA JELITA", "5315************", "P", "Komodo", "Komodo", "Masuk"), (2, "YOSEF", None, "L", "Boleng", "Boleng", "Masuk")],
    is_whole=False,
)  # fmt: skip
LETTER = Letter(
    day=date(2024, 1, 8), year=2024, name="MARIA JELITA", nik="5315************", place="Komodo, Komodo", reference="S3-112",
    language="id", sentences=["Ibu/Bapak tidak terjangkau, karena daftar berakhir sebelum urutannya.", "Jarak ke batas daftar: 2 tempat."],
)  # fmt: skip


def annex(path, found=MASKED):
    path.write_bytes(annex_pdf(found, office=read_office()))
    return path.read_bytes()


ROWS = [
    (n, f"ORANG {n}", f"**************{n:02d}", "P", "Komodo", "Komodo", "petani, Januari 2024") for n in range(1, 31)
]
THIRTY = Annex(DECREE, _OPEN, ROWS, is_whole=False)


def changed(number, place, value):
    rows = [list(row) for row in ROWS]
    rows[number - 1][place] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "differences", "is_same"),
    [
        (ROWS, [], True),
        (changed(7, 2, "**************99"), [(7, "NIK")], False),
        (changed(7, 6, "petani, Maret 2024"), [(7, "Keterangan")], False),
        ([*changed(7, 1, "LAIN")[:6], (7, "LAIN", "**************99", *ROWS[6][3:]), *ROWS[7:]], [(7, None)], False),
        (ROWS[:11] + ROWS[12:], [(12, None)], False),
        ([*ROWS, (31, "SISIPAN", None, "P", "Komodo", "Komodo", "petani")], [], False),
    ],
)
def test_a_signed_annex_is_compared_line_by_line(tmp_path, rows, differences, is_same):
    annex(tmp_path / "a.pdf", Annex(DECREE, _OPEN, rows, is_whole=False))

    found = compare_annex(THIRTY, tmp_path / "a.pdf", office=read_office())

    assert (found.differences, found.is_same) == (differences, is_same)


def test_a_signature_behind_the_pages_or_another_program_changes_nothing(tmp_path):
    signed, saved = tmp_path / "signed.pdf", tmp_path / "saved.pdf"
    signed.write_bytes(annex(tmp_path / "a.pdf", THIRTY) + b"\n% a signature\n")
    PdfWriter(clone_from=tmp_path / "a.pdf").write(saved)

    for path in (signed, saved):
        assert compare_annex(THIRTY, path, office=read_office()) == Compared([], is_same=True)
    assert saved.read_bytes() != (tmp_path / "a.pdf").read_bytes()


def test_pages_without_words_are_refused(tmp_path):
    scanned, text = tmp_path / "pindai.pdf", tmp_path / "teks.pdf"
    pages = PdfWriter()
    pages.add_blank_page(200, 200)
    pages.write(scanned)
    text.write_text("LAMPIRAN")

    for path in (scanned, text):
        with pytest.raises(PdfUnreadable, match=path.name):
            words_of(path)


def letter(path, found=LETTER, public_url="https://jamsos.example/"):
    path.write_bytes(letter_pdf(found, office=read_office(), public_url=public_url))
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
    said = text_of(annex(tmp_path / "a.pdf", Annex(DECREE, _WHOLE, [row], is_whole=True)))

    assert "bersifat terbatas" in said and "5315994505850001" in said.replace(" ", "") and "05-05-1985" in said


def test_nobody_signs_a_page_without_a_name(tmp_path):
    """Of so many lines the table alone would end where a page ends."""
    for count in range(10, 40):
        rows = [(number, f"ORANG {number}", None, "P", "Komodo", "Komodo", "Masuk") for number in range(1, count + 1)]
        last = pages_of(annex(tmp_path / "a.pdf", Annex(DECREE, _OPEN, rows, is_whole=False)))[-1]

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
