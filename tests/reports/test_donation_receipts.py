"""A donor's papers: what the gift paid, its code to check, and a name only where the donor wants it."""

import shutil
import subprocess
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from jamsos.coverage.tracing.donation_receipts import District, DonationReceipt, DonationYear
from jamsos.donations.errors import GiftNotArrived
from reports import donation_receipts as printed_receipts
from reports.errors import FolderUnwritable
from reports.office import read_office
from reports.printing import check_writable, write_whole
from tests.reports.paper import text_of
from tests.reports.test_conformance import judged, needs_java

pytestmark = pytest.mark.heavy

GIFT = DonationReceipt(
    "DON7K2QXMP", "DONASI-2024", 2024, 201_600, date(2024, 2, 1), 11, 1, [District("Komodo", 11)], 16_799
)
SMALL = DonationReceipt(
    "DON20240002", "DONASI-2024", 2024, 33_600, date(2024, 3, 1), 2, 0, [District("Boleng", None)], 0
)


def printed(way, what, path, **changed):
    facts = {"office": read_office(), "dated": date(2024, 7, 1), "donor": None, "public_url": "https://jamsos.example"}
    check_writable(path.parent)
    write_whole(path, getattr(printed_receipts, way)(what, **facts | changed).printed(None).content)
    return path.read_bytes()


def test_a_receipt_says_what_came_what_it_paid_and_where_to_check_it(tmp_path):
    said = text_of(printed("receipt_draft", GIFT, tmp_path / "a.pdf", donor="Koperasi Contoh"))

    for words in (
        "Kode: DON7K2QXMP", "Koperasi Contoh", "1 Februari 2024", "Rp201.600,00", "dua ratus satu ribu enam ratus rupiah",
        "Komodo 11", "Rp184.801,00", "Rp16.799,00", "1 di antaranya dibayar bersama donasi lain",
        "https://jamsos.example/kuitansi/DON7K2QXMP",
    ):  # fmt: skip
        assert words in said


def test_nobody_is_named_and_no_small_count_is_told(tmp_path):
    said = text_of(printed("receipt_draft", SMALL, tmp_path / "a.pdf", public_url=None))

    assert "Hamba Allah" in said and "Boleng *" in said and "kurang dari lima" in said and "https:" not in said


def test_a_year_adds_its_gifts_up(tmp_path):
    said = text_of(printed("year_draft", DonationYear(2024, [GIFT, SMALL]), tmp_path / "a.pdf"))

    assert "Rp235.200,00" in said and "Jumlah 235.200 218.401 16.799 13" in said


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm of poppler-utils turns the page into a picture")
def test_the_picture_on_the_one_page_leads_to_the_receipt(tmp_path):
    printed("receipt_draft", GIFT, tmp_path / "a.pdf")

    subprocess.run(["pdftoppm", "-r", "120", "-png", tmp_path / "a.pdf", tmp_path / "a"], check=True)

    [page] = tmp_path.glob("*.png")
    assert zxingcpp.read_barcode(Image.open(page)).text == "https://jamsos.example/kuitansi/DON7K2QXMP"


def test_a_year_of_more_gifts_than_the_page_adds_up_leads_to_the_page_alone(tmp_path):
    said = text_of(printed("year_draft", DonationYear(2024, [GIFT] * 60), tmp_path / "a.pdf"))

    assert "jamsos.example/kuitansi." in said.replace(" ", "")


def test_the_same_receipt_of_the_same_day_is_the_same_file(tmp_path):
    assert printed("receipt_draft", GIFT, tmp_path / "a.pdf") == printed("receipt_draft", GIFT, tmp_path / "b.pdf")


@needs_java
def test_both_papers_keep_every_rule(tmp_path):
    printed("receipt_draft", GIFT, tmp_path / "a.pdf")
    printed("year_draft", DonationYear(2024, [GIFT, SMALL]), tmp_path / "b.pdf")

    found = judged(tmp_path / "a.pdf", tmp_path / "b.pdf")

    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.count(" holds") == 4


@pytest.mark.parametrize(
    ("way", "what"),
    [
        ("receipt_draft", DonationReceipt("DONX", "D", 2024, 0, None, 0, 0, (), 0)),
        ("year_draft", DonationYear(2024, [])),
    ],
)
def test_without_money_there_is_no_receipt(way, what, tmp_path):
    with pytest.raises(GiftNotArrived):
        printed(way, what, tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(FolderUnwritable):
        printed("receipt_draft", GIFT, tmp_path / "a" / "b.pdf")
