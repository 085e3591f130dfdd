"""The report for the province has the figures of the marts, and suppresses small counts."""

import re
from datetime import date

import pytest

from reports.documents import coverage_statement
from reports.documents import questions as q
from reports.errors import YearUnknown
from reports.printing import printed
from tests.reports import example
from tests.reports.paper import files_of, pages_of, text_of

pytestmark = pytest.mark.heavy


async def read(changed=None, **heading):
    return await coverage_statement.read(example.marts(changed), example.heading("coverage_statement", **heading))


async def paper(changed=None, **heading):
    return await printed(example.marts(changed), example.heading("coverage_statement", **heading))


def test_the_cover_says_who_reports_what_and_how_much(statement):
    cover = pages_of(statement)[0]

    assert "PEMERINTAH KABUPATEN MANGGARAI BARAT DINAS TENAGA KERJA, TRANSMIGRASI, KOPERASI DAN UKM" in cover
    assert "Nomor: 560/117/NAKERTRANSKOPUKM/I/2025" in cover
    assert "Rp201.600.000,00" in cover and "(dua ratus satu juta enam ratus ribu rupiah)" in cover
    assert "Gubernur Nusa Tenggara Timur" in cover


def test_every_chapter_of_the_contents_stands_on_the_page_it_names(statement):
    pages = pages_of(statement)
    before = pages[1].partition("DAFTAR ISI")[0]  # floats are drawn first; the tags hold the order of reading
    places = [int(place) for place in re.findall(r"(?<!\S)\d{1,2}(?!\S)", before)]

    names = [
        "I. PENDAHULUAN",
        "II. PENETAPAN",
        "III. TARGET",
        "IV. SIAPA",
        "V. PEMBAYARAN",
        "VI. PERUBAHAN",
        "VII. MANFAAT",
    ]
    names += ["VIII. DONASI", "IX. MASALAH", "X. PENUTUP", "XI. LAMPIRAN", "XII. BERKAS"]
    assert len(places) == 12
    for name, place in zip(names, places, strict=True):
        assert name in pages[place - 1], (name, place)


def test_every_page_carries_the_number_and_its_place(statement):
    pages = pages_of(statement)

    for number, page in enumerate(pages[1:], start=2):
        assert "Nomor: 560/117/NAKERTRANSKOPUKM/I/2025" in page
        assert f"Halaman {number} dari {len(pages)}" in page


def test_every_payment_stands_with_its_month_code_and_sp2d(statement):
    text = text_of(statement)

    assert (
        "Maret 2024 531524030001 APBD-2024 1.000 10.000.000 6.800.000 16.800.000 16.800.000 0003/SP2D-LS/2024 12-03-2024 1.000"
        in text
    )


def test_a_blank_is_printed_as_a_line_to_write_on(statement):
    assert "NIP ........................................" in text_of(statement)


async def test_a_number_that_is_not_given_is_a_line_too():
    assert "Nomor: ......" in pages_of(await paper(number=None))[0]


async def test_small_counts_are_suppressed_on_paper_and_in_the_files():
    """Three in one group: their months and rupiah go with them, and the next group, or they could be subtracted."""
    small = example.parts(
        ("disability", 3, 31), ("farmer", 620, 7300), ("fisher", 211, 2500), ("single_mother", 398, 4664)
    )

    content = await paper(example.released({q.BY_BASIS: small}))

    assert "penyandang disabilitas * * *" in text_of(content) and "petani * * *" in text_of(content)
    assert "520.800" not in text_of(content) and "Tanda * menggantikan jumlah di bawah lima orang" in text_of(content)
    assert files_of(content)["dasar-penetapan.csv"].decode("utf-8-sig").splitlines() == [
        "part,workers,months,amount", "disability,*,*,*", "farmer,*,*,*", "fisher,211,2500,42000000", "single_mother,398,4664,78355200",
    ]  # fmt: skip


async def test_a_suppressed_district_shows_its_mark_on_the_map():
    districts = list(example.districts())
    districts[10] |= example.counted(3)

    document = await read(example.released({q.DISTRICTS: districts}))

    marks = {tile.name: tile.value for tile in document.district_tiles if not tile.value.isdecimal()}
    assert marks == {"Pacar": "*", "Kuwus Barat": "*"}


async def test_few_benefits_are_told_by_no_sum():
    claims = example.with_total("kind", [{"kind": "death", "claims": 2, "amount": 84_000_000}])

    said = text_of(await paper(example.released({q.CLAIMS: claims})))

    assert "Manfaat yang diterima pekerja dan ahli waris: * klaim senilai *." in said and "84.000.000" not in said


async def test_problems_are_found_in_the_figures():
    april = example.paid_bill(4) | {
        "paid_amount": 0,
        "paid_date": None,
        "sp2d_numbers": None,
        "confirmed_months": 0,
        "is_settled": False,
    }
    target = example.ANSWERS[q.TARGET][0] | {
        "paid_months": 11_000,
        "paid_amount": 184_800_000,
        "confirmed_months": 10_993,
    }
    few = [{"kind": "died", "cases": "*", "amount": "*"}]

    document = await read({
        q.TARGET: [target],
        q.PAYMENTS: example.with_total("billing_code", [example.paid_bill(3), april], workers=None),
        q.DIFFERENCES: [{"kind": "not_confirmed", "cases": 7, "amount": -117_600}, *few],
    })  # fmt: skip

    assert document.findings == [
        "1 tagihan belum lunas, kurang Rp16.800.000; segera diajukan SPP.",
        "7 bulan perlindungan dibayar tetapi belum dikonfirmasi BPJS Ketenagakerjaan; mintakan bukti terima BPJS.",
        "Selisih karena tidak dikonfirmasi: 7 kasus, kurang Rp117.600; diselesaikan dalam rekonsiliasi berikutnya.",
        "Selisih karena dibayar setelah meninggal: jumlahnya tidak ditampilkan; diselesaikan dalam rekonsiliasi berikutnya.",
        "1.000 bulan perlindungan dari target, bernilai Rp16.800.000, belum dibayar.",
    ]


async def test_a_year_in_order_says_so():
    assert (await read()).findings == ["Tidak ada masalah terbuka: seluruh tagihan lunas dan dikonfirmasi."]


async def test_an_empty_year_is_a_whole_report_without_tables_it_cannot_fill():
    nothing = {
        question: []
        for question in coverage_statement.QUESTIONS.printed
        if question not in (q.TARGET, q.REGION, q.DISTRICTS)
    }

    text = text_of(await paper(nothing))

    for sentence in (
        "Belum ada tagihan untuk bulan perlindungan tahun 2024.", "Tidak ada perubahan peserta sepanjang tahun 2024.",
        "Belum ada manfaat yang dibayarkan atas kejadian tahun 2024.", "Tidak ada donasi pada tahun 2024.",
    ):  # fmt: skip
        assert sentence in text


async def test_a_year_that_the_warehouse_does_not_know_is_refused_by_its_number():
    with pytest.raises(YearUnknown) as refused:
        await read({q.TARGET: []}, year=1999, dated=date(2000, 1, 1))
    assert "1999" in refused.value.sentence("id")
