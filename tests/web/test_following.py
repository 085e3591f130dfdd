"""A fund followed on the public page: its papers and sums, no code of a gift, nobody's name, nothing small."""

import pytest

from tests.coverage.test_billing import bill
from tests.coverage.test_paying import pay
from tests.money import add_fund, commit, receive
from tests.protected import add_decree, add_people
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


async def test_a_fund_is_followed_and_every_step_adds_up(visitor):
    told = words(await visitor.get("/dana/DONASI-UJI"))

    assert "Donasi masyarakat, sejak 3 Januari 2024 Rp252.000" in told
    assert "0001/SP2D B-1, 371/KEP/HK/2024 Januari 2024 sampai Februari 2024 15 Januari 2024 Rp201.600" in told
    assert "12 orang-bulan , senilai Rp201.600: jumlah yang sama dengan yang dibayarkan." in told
    assert "Dibayarkan ke BPJS Ketenagakerjaan Rp201.600 Sisa kas Rp50.400 = Uang masuk Rp252.000" in told
    assert "Januari 2024 6 Rp100.800 Februari 2024 6 Rp100.800" in told


async def test_the_page_is_told_in_english_and_may_be_kept(visitor):
    page = await visitor.get("/en/dana/DONASI-UJI")

    assert "Still held Rp50.400 = Money in Rp252.000" in words(page)
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
    assert "Kecamatan" not in told and "orang-bulan" not in told


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
