"""The pages in a real Chromium: on a phone, without scripts, by keyboard alone, read by axe's rules; nobody else is asked for anything."""

import io
import os
import re
import shutil
from contextlib import asynccontextmanager

import pytest
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import async_playwright
from sqlalchemy import text

from jamsos.donations.qris import with_amount
from tests.api.conftest import served
from tests.coverage.test_own_months import KK, NIK, known
from tests.warehouse.conftest import rows, write
from tests.web.conftest import composed
from tests.web.giving import STATIC, open_office, receive_gifts, settings

CHROMIUM = os.environ.get("JAMSOS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
NEWEST = "select code, amount, donor_name_sealed from programme.pledges where pledged_date > '2025-01-01'"
DESCRIPTION = (
    "node => node.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText)"
)
PHONE = {"width": 360, "height": 740}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine; JAMSOS_CHROMIUM may name one"),
]


@pytest.fixture
async def place(built_again, sealer):
    """The small programme, whose office takes gifts; its address."""
    await write(built_again, open_office)
    async with served(composed(built_again, sealer, settings())) as address:
        yield address


@asynccontextmanager
async def browsing(place, *, scripts=False, **options):
    """A page of a phone; fails where another host was asked, or the page complained."""
    asked, wrong = set(), []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(viewport=PHONE, java_script_enabled=scripts, base_url=place, **options)
        page = await context.new_page()
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        yield page
        assert await context.cookies() == []
        await browser.close()
    assert asked == {place.split("/")[2]}
    assert [complaint for complaint in wrong if "422" not in complaint and "404" not in complaint] == []


async def give(page, amount="100.000", path="/donasi"):
    """A pledge made as a donor makes it; the page is then the pledge's."""
    await page.goto(path)
    await page.get_by_label(re.compile("jumlah lain|another amount")).fill(amount)
    await page.get_by_role("button").click()
    await page.wait_for_url("**/komitmen/*")


async def test_a_gift_is_made_without_scripts_and_its_code_reads_back(place, built_again, sealer):
    async with browsing(place) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Ikut melindungi").first.click()
        await page.get_by_text("Rp50.400").click()
        await page.get_by_text("Sebut nama saya sebagai donatur").click()
        await page.get_by_label("Nama yang ditampilkan").fill("Maria Jelita")
        await page.get_by_role("button", name="Lanjut ke pembayaran").click()
        await page.wait_for_url("**/donasi/komitmen/*")
        drawn = await page.locator(".qris img").screenshot()
        shown = await page.locator("main").inner_text()

    ((code, amount, name),) = await rows(built_again, NEWEST)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    assert read.text == with_amount(STATIC, 50_400, code)
    assert (amount, name) == (50_400, sealer.seal("donor", "Maria Jelita"))
    assert code in shown and "Rp50.400" in shown and "Maria Jelita" in shown


async def test_a_mistake_is_put_right_with_what_was_typed_still_there(place):
    async with browsing(place) as page:
        await page.goto("/en/donasi")
        await page.get_by_label("Or another amount (rupiah)").fill("plenty")
        await page.get_by_role("button", name="Continue to payment").click()

        field = page.get_by_label("Or another amount (rupiah)")
        assert await field.input_value() == "plenty"
        assert await field.get_attribute("aria-invalid") == "true"
        told = await field.evaluate(DESCRIPTION)
        assert "Write the amount in digits only, such as 100,000." in told
        await field.fill("75,000")
        await page.get_by_role("button", name="Continue to payment").click()
        await page.wait_for_url("**/en/donasi/komitmen/*")
        assert "Rp75.000" in await page.locator("main").inner_text()


async def test_a_gift_is_made_by_keyboard_alone(place):
    async with browsing(place) as page:
        await page.goto("/donasi")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")  # the first amount
        await page.keyboard.press("ArrowDown")  # the second
        await page.keyboard.press("Tab")  # another amount
        await page.keyboard.press("Tab")  # without a name
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.type") == "submit"
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/donasi/komitmen/*")
        assert "Rp50.400" in await page.locator("main").inner_text()


async def test_the_pages_fit_a_narrow_phone(place):
    async with browsing(place) as page:
        for path in (
            "/",
            "/en",
            "/donasi",
            "/en/donasi",
            "/pengaduan",
            "/en/pengaduan",
            "/iuran",
            "/kuitansi",
            "/dana/APBD-2024",
            "/dana/APBD-2024/penerimaan/STS-1",
            "/tidak-ada",
        ):
            await page.goto(path)
            assert await is_narrow(page), path
        await give(page)
        assert await is_narrow(page)


@pytest.mark.parametrize("language", ["", "/en"])
async def test_axe_finds_nothing_serious(place, language):
    async with browsing(place, scripts=True) as page:
        for path in (
            f"{language}/",
            f"{language}/donasi",
            f"{language}/pengaduan",
            f"{language}/iuran",
            f"{language}/kuitansi",
            f"{language}/dana/APBD-2024",
            f"{language}/tidak-ada",
        ):
            await page.goto(path)
            assert await serious(page) == [], path
        await page.goto(f"{language}/donasi")
        await page.get_by_role("button").click()
        assert await serious(page) == [], "mistakes"
        await give(page, path=f"{language}/donasi")
        assert await serious(page) == [], "pledge"


async def test_a_complaint_is_filed_and_followed_without_scripts(place):
    async with browsing(place) as page:
        await page.goto("/pengaduan")
        await page.get_by_label("Ada penerima yang tidak layak").check()
        await page.get_by_label("Apa isi pengaduan Anda?").fill("Tetangga saya pegawai negeri.")
        await page.get_by_role("button", name="Kirim pengaduan").click()
        code = await page.locator(".told").inner_text()
        await page.get_by_role("link", name="Pengaduan").click()
        await page.get_by_label("Kode pengaduan").fill(code)
        await page.get_by_role("button", name="Lihat status pengaduan").click()
        assert "Pengaduan ini belum dijawab." in await page.locator("main").inner_text()
        assert code not in page.url


async def test_a_receipt_is_checked_by_its_code_on_a_phone(place, built_again, sealer, tmp_path):
    gifts = []

    async def give_two(connection):
        gifts.extend(await receive_gifts(connection, sealer, tmp_path))

    await write(built_again, give_two)
    async with browsing(place, scripts=True) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Cek kuitansi").click()
        await page.get_by_label("Kode donasi").fill(" ".join(gifts[:2]))
        await page.get_by_role("button", name="Periksa").click()
        assert "Rp252.000" in await page.locator("tfoot").inner_text()
        assert (await serious(page), await is_narrow(page)) == ([], True)
        await page.get_by_role("link", name=gifts[0]).click()
        shown = await page.locator("main").inner_text()
        assert "Kuitansi ini sah" in shown and "6 bulan perlindungan" in shown and "Maria" not in shown
        assert (await serious(page), await is_narrow(page)) == ([], True)


async def test_a_worker_finds_on_a_phone_who_paid_her_months(place, built_again, sealer, tmp_path):
    async def settle(connection):
        await receive_gifts(connection, sealer, tmp_path)
        paid = text(
            """select min(person_id) from programme.worker_months w join programme.funds f on f.id = w.fund_id
                where f.code = 'DONASI-UJI'"""
        )
        await known(connection, sealer, (await connection.execute(paid)).scalar_one())

    await write(built_again, settle)
    async with browsing(place, scripts=True) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Iuran saya").click()
        await page.get_by_label("NIK Anda").fill(NIK)
        await page.get_by_label(re.compile("Nomor Kartu Keluarga")).fill("1")
        await page.get_by_role("button", name="Lihat").click()
        assert (await serious(page), await is_narrow(page)) == ([], True)
        await page.get_by_label(re.compile("Nomor Kartu Keluarga")).fill(KK)
        await page.get_by_role("button", name="Lihat").click()
        assert "Donasi masyarakat" in await page.locator("details[open]").inner_text()
        await page.get_by_text("Januari 2024: Rp16.800").click()
        assert await page.locator("details[open]").count() == 2
        assert (await serious(page), await is_narrow(page), NIK in page.url) == ([], True, False)
        await page.locator("details[open] a[href='/dana/DONASI-UJI']").first.click()
        assert "Sisa kas" in await page.locator("main").inner_text()


async def is_narrow(page):
    return await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def serious(page):
    """What axe finds, and ids that stand twice, which it no longer looks for."""
    ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    found = await Axe().run(page)
    assert len(found.response["passes"]) > 15
    return [
        (each["id"], each["nodes"][0]["html"])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
