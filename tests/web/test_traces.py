"""A fund followed on the public page: its papers and sums, no code of a gift, nobody's name, nothing small."""

import re

import pytest
from sqlalchemy import text

from tests.coverage.test_billing import bill
from tests.coverage.test_own_months import KK, NIK, known
from tests.coverage.test_payments import pay
from tests.money import add_fund, commit, receive
from tests.protected import add_decree, add_people
from tests.web.conftest import composed, visiting
from tests.web.giving import OURS, open_office, receive_gifts, settings
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


async def test_a_fund_is_followed_and_every_step_adds_up(visitor):
    told = words(await visitor.get("/dana/DONASI-UJI"))

    assert "Donasi masyarakat, sejak 3 Januari 2024 Rp252.000" in told
    assert "0001/SP2D B-1, 371/KEP/HK/2024 Januari 2024 sampai Februari 2024 15 Januari 2024 Rp201.600" in told
    assert "12 bulan perlindungan , senilai Rp201.600: jumlah yang sama dengan yang dibayarkan." in told
    assert "Dibayarkan ke BPJS Ketenagakerjaan Rp201.600 Sisa kas Rp50.400 = Uang masuk Rp252.000" in told
    assert "Januari 2024 6 Rp100.800 Februari 2024 6 Rp100.800" in told


async def test_the_page_is_told_in_english_and_may_be_kept(visitor):
    page = await visitor.get("/en/dana/DONASI-UJI")

    assert "Remaining cash Rp50.400 = Money in Rp252.000" in words(page)
    assert page.headers["cache-control"] == "public, max-age=60"
    assert (
        await visitor.get("/en/dana/DONASI-UJI", headers={"if-none-match": page.headers["etag"]})
    ).status_code == 304


async def test_no_gift_is_told_by_its_code_and_nobody_by_a_name(visitor, codes):
    page = (await visitor.get("/dana/DONASI-UJI")).text

    assert "Maria" not in page and "Worker" not in page
    assert not any(code in page for code in codes)


async def test_of_few_workers_only_the_rupiah_are_told(visitor, engine):
    async with engine.begin() as connection:
        await paid_elsewhere(connection)

    told = words(await visitor.get("/dana/APBD-2024"))

    assert (
        "Bulan perlindungan dari kurang dari lima pekerja, senilai Rp67.200; jumlah yang sama dengan yang dibayarkan."
        in told
    )
    assert "Kecamatan" not in told and not re.search(r"\d bulan perlindungan", told)


async def paid_elsewhere(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 100_000)
    await commit(connection, fund_id, 67_200, memo="9/X")
    await add_decree(connection, fund_id, await add_people(connection, 2, first=900), "9/X")
    made = await bill(connection, "2024-01:2024-02", decree_number="9/X", billing_code="B-9")
    await pay(connection, made.amount, billing_code="B-9", sp2d="9/SP2D")


async def test_a_fund_without_payments_says_so_and_one_that_is_not_there_is_no_page(visitor):
    assert "Belum ada yang dibayarkan dari dana ini." in words(await visitor.get("/dana/DONASI"))
    for address in ("/dana/TIDAK-ADA", "/en/dana/TIDAK-ADA", "/dana/%00"):
        assert (await visitor.get(address)).status_code == 404


# --- a deposit -----------------------------------------------------------------------------------------------------


async def test_a_deposit_is_followed_to_its_months_and_adds_up(visitor, engine):
    async with engine.begin() as connection:
        await paid_by_two(connection)

    page = await visitor.get("/dana/APBD-2024")
    assert 'href="/dana/APBD-2024/penerimaan/STS-1/2024"' in page.text
    told = words(await visitor.get("/dana/APBD-2024/penerimaan/STS-1/2024"))

    assert "Penerimaan STS-1/2024, 2 Januari 2024: Rp100.000 yang boleh membayar iuran." in told
    assert "APBD Kabupaten Manggarai Barat Rp100.000 Rp100.000 Rp0 Rp0" in told
    assert "6 bulan perlindungan , senilai Rp100.000" in told and "1 di antaranya dibayar bersama uang lain." in told
    assert "Januari 2024 APBD Kabupaten Manggarai Barat 6 Rp100.000" in told
    assert "Remaining cash" in words(await visitor.get("/en/dana/APBD-2024/penerimaan/STS-2"))


async def paid_by_two(connection, workers=6):
    fund_id = await add_fund(connection)
    await receive(connection, 100_000, number="STS-1/2024")
    await receive(connection, 150_000, number="STS-2")
    await commit(connection, fund_id, workers * 33_600, memo="9/X")
    await add_decree(connection, fund_id, await add_people(connection, workers, first=900), "9/X")
    made = await bill(connection, "2024-01:2024-02", decree_number="9/X", billing_code="B-9")
    await pay(connection, made.amount, billing_code="B-9", sp2d="9/SP2D")


async def test_where_the_fund_hides_a_count_its_deposits_tell_rupiah_only(visitor, engine):
    async with engine.begin() as connection:
        await paid_by_two(connection, workers=4)

    told = words(await visitor.get("/dana/APBD-2024/penerimaan/STS-1/2024"))
    assert "Rp100.000 Rp100.000 Rp0 Rp0" in told and "Bulannya tidak ditampilkan" in told
    assert not re.search(r"\d bulan perlindungan", told) and "Januari 2024 APBD" not in told


async def test_a_gift_is_not_followed_by_its_code_here(visitor, codes):
    for number in (codes[0], "TIDAK-ADA", "%00"):
        assert (await visitor.get(f"/dana/DONASI-UJI/penerimaan/{number}")).status_code == 404


# --- a worker's own months -----------------------------------------------------------------------------------------


@pytest.fixture
async def worker(engine, sealer, codes):
    """One of the six, who knows her numbers."""
    async with engine.begin() as connection:
        person = (await connection.execute(text("select min(person_id) from programme.worker_months"))).scalar_one()
        await known(connection, sealer, person)


async def look(visitor, nik=NIK, second=KK, address="/iuran", headers=OURS):
    return await visitor.post(address, data={"nik": nik, "kedua": second}, headers=headers, follow_redirects=True)


async def test_a_worker_sees_whose_money_paid_her_months(visitor, worker, codes):
    page = await look(visitor, "5315 9945 0585 0001", "5315.9901.0100.0001")

    told = words(page)
    assert "Februari 2024: Rp16.800, dibayar" in told and "Januari 2024: Rp16.800, dibayar" in told
    assert "B-1: Rp16.800 untuk Anda, dari Rp201.600 seluruhnya" in told
    assert "0001/SP2D, 15 Januari 2024: Rp201.600 dibayarkan untuk tagihan itu" in told
    assert "Donasi masyarakat Rp16.800 = Iuran bulan ini Rp16.800" in told
    assert 'href="/dana/DONASI-UJI"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert not any(secret in page.text for secret in [NIK, KK, "Worker", *codes])


async def test_her_months_are_told_in_english_too(visitor, worker):
    told = words(await look(visitor, address="/en/iuran"))

    assert "2 months, newest first. The amounts agree at every step." in told
    assert "Public donations Rp16.800 = This month's contribution Rp16.800" in told


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"nik": "12"}, '<a href="#nik">NIK terdiri atas 16 digit; perbaiki.</a>'),
        ({"second": ""}, '<a href="#kedua">Nomor KK terdiri atas 16 digit, KPJ 11 digit; perbaiki.</a>'),
        ({"second": "5315990101000002"}, "Kedua nomor ini tidak kami temukan bersama."),
        ({"nik": "5315994505850002"}, "Kedua nomor ini tidak kami temukan bersama."),
    ],
)
async def test_numbers_that_open_nothing_say_so_and_stay_typed(visitor, worker, typed, sentence):
    page = await look(visitor, **typed)

    assert (page.status_code, sentence in page.text) == (422, True)
    assert "Rp16.800" not in page.text


async def test_ones_second_number_cannot_be_guessed_for_long(visitor, worker):
    guesses = [await look(visitor, second=f"53159901010{number:05}") for number in range(10, 60)]

    assert guesses[0].status_code == 422
    assert (guesses[-1].status_code, "Terlalu banyak kiriman" in guesses[-1].text) == (429, True)


async def test_a_look_from_another_site_is_refused(visitor, worker):
    assert (await look(visitor, headers={"Origin": "http://elsewhere"})).status_code == 403
