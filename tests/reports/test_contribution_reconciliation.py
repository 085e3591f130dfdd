"""The minutes compare the numbers of both sides, and mark differences."""

import pytest

from reports.documents import contribution_reconciliation as minutes_of
from reports.printing import printed
from tests.reports import example
from tests.reports.paper import text_of

pytestmark = pytest.mark.heavy


async def read(changed=None):
    return await minutes_of.read(example.marts(changed), example.heading("contribution_reconciliation"))


async def paper(changed=None):
    return text_of(await printed(example.marts(changed), example.heading("contribution_reconciliation")))


def test_the_minutes_begin_with_the_day_in_words_and_both_parties(minutes):
    text = text_of(minutes)

    assert "Pada hari ini Senin tanggal dua puluh bulan Januari tahun dua ribu dua puluh lima (20 Januari 2025)" in text
    assert "PIHAK KESATU" in text and "Kepala BPJS Ketenagakerjaan Kantor Cabang Labuan Bajo" in text


def test_a_year_in_order_says_that_the_four_numbers_are_one(minutes):
    text = text_of(minutes)

    assert (
        "Januari 2024 APBD-2024 1.000 1.000 1.000 1.000 10.000.000 6.800.000 16.800.000 16.800.000 16.800.000" in text
    )
    assert "Keempat angka sama pada setiap baris." in text
    assert "Uji ini terpenuhi pada semua tagihan." in text
    assert "dibawa ke tagihan berikutnya: Rp0,00" in text


async def test_a_month_in_which_the_numbers_differ_is_a_break():
    numbers = [dict(row) for row in example.ANSWERS[minutes_of.NUMBERS]]
    numbers[1] |= {"confirmed": 993, "confirmed_amount": 16_682_400}

    document = await read({minutes_of.NUMBERS: numbers})

    assert [(row["month"], row["confirmed"]) for row in document.breaks] == [("2024-02-01", 993)]
    assert document.total["confirmed"] == 11_993


async def test_differences_stand_with_their_cause_and_are_carried_on():
    receipts = [
        example.bill(1),
        example.bill(2) | {"received_amount": 16_682_400, "difference_count": 7},
        example.bill(3),
    ]
    receipts[2] |= {"received_amount": 0, "received_date": None}
    found = {"billing_code": "531524020001", "month": example.january(2), "kind": "not_confirmed", "cases": 7}
    found |= {"owner": "insurer", "settled": 2}
    found |= {"billed_amount": 117_600, "received_amount": 0, "difference_amount": -117_600}

    text = await paper({minutes_of.RECEIPTS: receipts, minutes_of.DIFFERENCES: [found]})

    assert "531524020001 Februari 2024 tidak dikonfirmasi BPJS 7 2 117.600 0 (117.600)" in text
    assert "kurang dari tagihan sebesar Rp117.600,00 (seratus tujuh belas ribu enam ratus rupiah)" in text
    assert "Belum dijawab dengan bukti terima BPJS: 531524030001 (Maret 2024)." in text


async def test_a_signed_month_stands_with_its_number_and_the_beginning_of_its_hash():
    signed = {"month": example.january(2), "minutes_number": "BA-02/2024", "signed_date": example.january(3)}
    numbers = {"fund_code": "APBD-2024", "named": 1000, "confirmed": 993, "billed": 1000, "paid": 1000}

    text = await paper({minutes_of.SIGNED: [signed | numbers | {"lines_sha256": "0123456789abcdef" * 4}]})

    assert "Februari 2024 BA-02/2024 01-03-2024 APBD-2024 1.000 993 1.000 1.000 0123456789ab" in text
    assert "Bulan yang sudah ditandatangani".upper() not in await paper()


async def test_more_than_was_billed_is_carried_on_as_well():
    document = await read({minutes_of.RECEIPTS: [example.bill(1) | {"received_amount": 16_816_800}]})

    assert document.carried == 16_800


async def test_a_bill_that_is_not_rate_times_months_is_named():
    rates = [dict(row) for row in example.ANSWERS[minutes_of.RATES]]
    rates[4] |= {"billed_amount": 16_783_200}

    text = await paper({minutes_of.RATES: rates})

    assert "Uji ini tidak terpenuhi pada tagihan 531524050001 dan harus dijelaskan" in text


async def test_a_bill_of_two_rates_is_the_sum_of_both():
    half = {
        "billing_code": "B-1",
        "month_from": example.january(),
        "month_to": example.january(),
        "billed_amount": 25_200,
    }
    rates = [
        half | {"jkk_rate": 5_000, "jkm_rate": 3_400, "worker_months": 1},
        half | {"jkk_rate": 10_000, "jkm_rate": 6_800, "worker_months": 1},
    ]

    assert (await read({minutes_of.RATES: rates})).identity_broken == []
