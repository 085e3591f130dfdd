"""Receipts: a gift's code leads to what it paid, to the rupiah, and several codes to a year's sum; nobody is named."""

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing.donation_receipts import receipt_of
from jamsos.donations import matching, service
from tests.web.conftest import composed, visiting
from tests.web.giving import open_office, receive_gifts, settings
from tests.web.test_home import words


@pytest.fixture
async def codes(engine, sealer, tmp_path):
    async with engine.begin() as connection:
        await open_office(connection)
        return await receive_gifts(connection, sealer, tmp_path)


@pytest.fixture
async def visitor(database_url, sealer, codes):
    async with visiting(composed(database_url, sealer, settings())) as visitor:
        yield visitor


async def test_a_receipt_says_what_the_gift_paid_and_what_is_left(visitor, codes):
    first, second = [await visitor.get(f"/kuitansi/{code}") for code in codes[:2]]

    assert first.status_code == 200
    assert "Rp100.800 diterima 3 Januari 2024" in words(first)
    assert "6 bulan perlindungan" in words(first) and "Kecamatan Macang Pacar: 6 bulan perlindungan" in words(first)
    assert "belum terpakai" not in words(first)
    assert "6 bulan perlindungan" in words(second) and "Rp50.400 belum terpakai" in words(second)
    for page in (first, second):
        assert "Maria" not in page.text and "Worker" not in page.text


async def test_a_code_is_read_however_it_is_written_and_in_english(visitor, codes):
    page = await visitor.get(f"/en/kuitansi/{codes[0][:3]}-{codes[0][3:].lower()}")

    assert "helped to pay, 6 worker-months of protection" in words(page)


async def test_a_pledge_without_money_is_no_receipt(visitor, codes):
    page = await visitor.get(f"/kuitansi/{codes[2]}")

    assert f"Belum ada uang yang kami terima, atau semuanya sudah dikembalikan, untuk kode {codes[2]}" in words(page)
    assert "sah" not in words(page)


async def test_an_unknown_code_is_no_page_and_one_address_may_not_try_many(database_url, sealer, codes):
    async with visiting(composed(database_url, sealer, settings(pledges_per_hour=1))) as visitor:
        answers = [(await visitor.get(f"/kuitansi/DONAAAAAA{n}")).status_code for n in range(7)]

    assert answers == [404] * 5 + [429] * 2


async def test_a_code_that_could_be_guessed_is_shown_at_the_office_and_not_on_the_page(
    visitor, engine, sealer, tmp_path
):
    form, lines = tmp_path / "komitmen.csv", tmp_path / "mutasi-2.csv"
    form.write_text("kode,tanggal,nama,anonim,no_hp,jumlah\nDON20240001,2024-01-08,,YA,,16800\n")
    lines.write_text("Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi\n09/01/2024,DON20240001,,16800,268800,C\n")
    async with engine.begin() as connection:
        await service.load_pledges(connection, COMMAND_LINE, sealer, form, fund_code="DONASI-UJI")
        await matching.match_statement(connection, COMMAND_LINE, sealer, lines)
        assert (await receipt_of(connection, "DON20240001")).amount == 16_800

    assert (await visitor.get("/kuitansi/DON20240001")).status_code == 404
    assert "tidak dikenal" in words(await visitor.get("/kuitansi", params={"kode": "DON20240001 DON20240002"}))


async def test_several_codes_are_added_up_by_year(visitor, codes):
    one = await visitor.get("/kuitansi", params={"kode": f" {codes[0]} "})
    both = await visitor.get("/kuitansi", params={"kode": f"{codes[0]} {codes[1]},DONTIDAKAD"})

    assert (one.status_code, one.headers["location"]) == (303, f"/kuitansi/{codes[0]}")
    assert "Tahun 2024" in words(both) and "Jumlah Rp252.000 12" in words(both)
    assert "Kode ini tidak dikenal: DONTIDAKAD" in words(both)
