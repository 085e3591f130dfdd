"""Giving: a form becomes a pledge once, a mistake is said at its field, and the page tells what has arrived."""

import asyncio
import io
import re
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import matching
from jamsos.donations.errors import QrisMalformed
from jamsos.donations.qris import parse, with_amount
from jamsos.months import today
from jamsos.settings import Settings
from tests.web.conftest import OFFICE, composed, visiting
from tests.web.giving import ACCOUNT, OURS, STATIC, blank, open_office, send, settings
from tests.web.test_home import words
from web.forms import read_gift
from web.site import create_site


@pytest.fixture
async def donor(database_url, engine, sealer):
    async with engine.begin() as connection:
        await open_office(connection)
    async with visiting(composed(database_url, sealer, settings())) as visitor:
        yield visitor


@pytest.fixture
def kept(engine):
    async def ask(query="select amount, donor_name_sealed, is_named from programme.pledges order by id"):
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    return ask


async def test_a_form_becomes_a_pledge_and_leads_to_its_page(donor, kept):
    answer = await send(donor)

    assert answer.status_code == 303
    assert re.fullmatch(r"/donasi/komitmen/[A-Za-z0-9_-]{24}", answer.headers["location"])
    assert await kept() == [(50_400, None, False)]
    page = await donor.get(answer.headers["location"])
    assert "Terima kasih. Tinggal satu langkah: bayar Rp50.400." in words(page)
    assert (page.headers["cache-control"], "noindex" in page.text) == ("no-store", True)
    ((code,),) = await kept("select code from programme.pledges")
    assert code in words(page) and "Bank NTT" in words(page) and "0010203040" in words(page)
    ((actor, act),) = await kept("select actor, act from programme.audit_entries where act = 'donations.pledge'")
    assert (actor, act) == ("public page", "donations.pledge")


async def test_the_picture_is_the_offices_own_code_with_amount_and_reference(donor, kept):
    address = (await send(donor)).headers["location"]
    picture = await donor.get(f"{address}/qris.png")
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)))

    ((code,),) = await kept("select code from programme.pledges")
    assert picture.headers["content-type"] == "image/png"
    assert read.text == with_amount(STATIC, 50_400, code)
    tags = parse(read.text)
    assert (tags["01"], tags["54"], tags["62"]) == ("12", "50400", f"05{len(code):02}{code}")
    assert tags["59"] == "JAMSOS MABAR TEST"


async def test_the_same_form_sent_twice_is_one_pledge_and_a_changed_one_another(donor, kept):
    form = await blank(donor)
    first, second = await send(donor, form), await send(donor, form)
    changed = await send(donor, form, jumlah="75.000")

    assert first.headers["location"] == second.headers["location"] != changed.headers["location"]
    assert [amount for amount, *_ in await kept()] == [50_400, 75_000]


async def test_a_form_sent_five_times_at_once_is_one_pledge(donor, kept):
    form = await blank(donor)

    answers = await asyncio.gather(*(send(donor, form) for _ in range(5)))

    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, answers[0].headers["location"])
    }
    assert await kept() == [(50_400, None, False)]


async def test_a_donor_is_named_only_where_she_says_so_and_her_name_is_sealed(donor, kept, sealer):
    await send(donor, nama="Maria Jelita")
    named = await send(donor, nama="Maria Jelita", sebut="ya")

    assert await kept() == [(50_400, None, False), (50_400, sealer.seal("donor", "Maria Jelita"), True)]
    assert "Donatur Maria Jelita" in words(await donor.get(named.headers["location"]))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("100000", 100_000),
        ("Rp 100.000", 100_000),
        ("100,000", 100_000),
        ("Rp1.250.000,00", 1_250_000),
        ("16800,-", 16_800),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, amount):
    found = read_gift({"jumlah": typed, "pilihan": "50400"}, most=10_000_000)

    assert (found.amount, found.mistakes) == (amount, {})


MISTAKES = [
    ({"pilihan": "", "jumlah": ""}, "jumlah", "Pilih atau isi jumlah donasi."),
    ({"jumlah": "banyak"}, "jumlah", "Tulis jumlahnya dengan angka saja, misalnya 100.000."),
    ({"jumlah": "10.00.0"}, "jumlah", "Tulis jumlahnya dengan angka saja, misalnya 100.000."),
    ({"jumlah": "-50000"}, "jumlah", "Tulis jumlahnya dengan angka saja, misalnya 100.000."),
    ({"jumlah": "999"}, "jumlah", "Jumlah paling sedikit Rp1.000."),
    ({"jumlah": "1.000.000.001"}, "jumlah", "Jumlah paling banyak Rp1.000.000.000 untuk sekali donasi."),
    ({"sebut": "ya", "nama": " "}, "nama", "Isi nama yang ditampilkan, atau pilih Tanpa nama."),
    ({"sebut": "ya", "nama": "x" * 101}, "nama", "Nama paling panjang 100 huruf."),
    ({"sebut": "ya", "nama": "a\u0007b"}, "nama", "Nama memuat karakter yang tidak dapat dipakai; ketik ulang."),
    ({"situs": "http://spam"}, "situs", "Kolom yang harus kosong ternyata terisi; kosongkan lalu kirim lagi."),
]


@pytest.mark.parametrize(("typed", "field", "sentence"), MISTAKES)
async def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(donor, kept, typed, field, sentence):
    form = await blank(donor)
    page = await send(donor, form, **typed)

    assert (page.status_code, page.headers["cache-control"]) == (422, "no-store")
    assert f'<a href="#{field}">{sentence}</a>' in page.text
    assert f'id="{field}"' in page.text and f'value="{form}"' in page.text
    assert f'value="{typed.get("jumlah", "")}"' in page.text
    assert await kept() == []


async def test_what_is_typed_is_never_read_as_markup(donor):
    page = await send(donor, jumlah='"><script>alert(1)</script>')

    assert "<script" not in page.text and "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://elsewhere"},
        {"Origin": "null"},
        {"Origin": "http://office", "Sec-Fetch-Site": "cross-site"},
        {"Referer": "http://elsewhere/donasi"},
    ],
)
async def test_a_form_from_elsewhere_is_refused(donor, kept, headers):
    page = await send(donor, headers=headers)

    assert (page.status_code, await kept()) == (403, [])
    assert "Formulir ini tidak dikirim dari halaman kami" in page.text


async def test_an_old_browser_says_where_the_form_stood_by_its_referer(donor, kept):
    assert (await send(donor, headers={"Referer": "http://office/donasi"})).status_code == 303


async def test_a_form_that_we_did_not_give_out_is_given_anew_with_what_was_typed(donor, kept):
    page = await send(donor, "bm90IG91cnM", jumlah="75.000")

    assert (page.status_code, await kept()) == (422, [])
    assert "Formulir ini sudah terlalu lama terbuka" in page.text and 'value="75.000"' in page.text
    again = re.search(r'name="formulir" value="([^"]+)"', page.text)[1]
    assert (await send(donor, again, jumlah="75.000")).status_code == 303


async def test_a_form_too_large_is_not_read(donor, kept):
    page = await send(donor, nama="x" * 70_000)

    assert (page.status_code, await kept()) == (413, [])


async def test_one_address_makes_no_more_pledges_than_it_may_and_is_not_kept(
    database_url, engine, sealer, kept, caplog
):
    async with engine.begin() as connection:
        await open_office(connection)
    async with visiting(composed(database_url, sealer, settings(pledges_per_hour=2))) as donor:
        answers = [await send(donor, jumlah=f"{amount}.000") for amount in (10, 20, 30)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Terlalu banyak kiriman dari alamat internet Anda. Coba lagi dalam 60 menit" in answers[2].text
    assert 'value="30.000"' in answers[2].text
    assert len(await kept()) == 2
    assert "127.0.0.1" not in caplog.text and "/komitmen/" not in str([record.__dict__ for record in caplog.records])


async def test_a_pledge_is_seen_at_its_address_only(donor):
    await send(donor)

    page = await donor.get("/en/donasi/komitmen/AAAAAAAAAAAAAAAAAAAAAAAA")
    assert (page.status_code, "This page does not exist" in page.text) == (404, True)


def statement(tmp_path, *rows):
    lines = ["Tanggal,Keterangan,Debet,Kredit,Saldo,No Referensi"]
    balance = 1_000_000
    for number, (said, signed) in enumerate(rows, start=1):
        out, into = (-signed, "") if signed < 0 else ("", signed)
        balance += signed
        lines.append(f"{today():%d/%m/%Y},{said},{out},{into},{balance},FT{number}")
    path = tmp_path / "mutasi.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


STANDINGS = [
    ([50_400], "Diterima", "Rp50.400 sudah kami terima dan hanya dipakai", False),
    ([16_800], "Diterima sebagian", "Rp16.800 sudah kami terima; Rp33.600 belum", True),
    ([60_000], "Diterima, lebih dari komitmen", "Rp60.000 sudah kami terima dan seluruhnya", False),
    ([50_400, -50_400], "Dikembalikan", "Donasi ini sudah kami kembalikan kepada Anda.", False),
    ([50_400, 50_400], "Diterima", "Diterima dua kali; kelebihannya akan dikembalikan Rp50.400", False),
]


@pytest.mark.parametrize(("rows", "heading", "sentence", "is_payable"), STANDINGS)
async def test_the_page_tells_what_the_bank_said(
    donor, kept, engine, sealer, tmp_path, rows, heading, sentence, is_payable
):
    address = (await send(donor)).headers["location"]
    ((code,),) = await kept("select code from programme.pledges")
    path = statement(tmp_path, *((code, signed) for signed in rows))
    async with engine.begin() as connection:
        await matching.match_statement(connection, COMMAND_LINE, sealer, path)

    page = await donor.get(address)

    assert f"<h2>{heading}</h2>" in page.text and sentence in words(page)
    assert ("qris.png" in page.text, "0010203040" in page.text) == (is_payable, is_payable)
    assert (await donor.get(f"{address}/qris.png")).status_code == (200 if is_payable else 404)


async def test_an_unpaid_pledge_expires_and_can_still_be_paid(donor, kept, engine, monkeypatch):
    address = (await send(donor)).headers["location"]
    monkeypatch.setattr("web.donations.today", lambda: today() + timedelta(days=31))

    page = await donor.get(address)

    assert "<h2>Kedaluwarsa</h2>" in page.text and "qris.png" in page.text


async def test_presets_say_what_they_pay_at_the_rate_of_the_fund(database_url, engine, sealer):
    async with engine.begin() as connection:
        await open_office(connection)
    async with visiting(composed(database_url, sealer, settings())) as donor:
        indonesian, english = words(await donor.get("/donasi")), words(await donor.get("/en/donasi"))

    assert "Rp16.800 1 bulan perlindungan" in indonesian and "Rp201.600 12 bulan perlindungan" in indonesian
    assert "Rp50.400 3 months of protection" in english


async def test_without_a_qris_the_donor_transfers_and_without_an_account_she_scans(database_url, engine, sealer):
    async with engine.begin() as connection:
        await open_office(connection)
    async with visiting(composed(database_url, sealer, Settings(**ACCOUNT))) as donor:
        by_bank = await donor.get((await send(donor)).headers["location"])
    async with visiting(composed(database_url, sealer, Settings(qris_static=STATIC))) as donor:
        by_qris = await donor.get((await send(donor)).headers["location"])
        too_much = await send(donor, jumlah="10.000.001")

    assert ("qris.png" in by_bank.text, "Bank NTT" in by_bank.text) == (False, True)
    assert ("qris.png" in by_qris.text, "Bank NTT" in by_qris.text) == (True, False)
    assert "Jumlah paling banyak Rp10.000.000" in too_much.text


async def test_gifts_are_not_taken_without_a_fund_or_a_way_to_pay(database_url, engine, sealer, kept):
    async with visiting(composed(database_url, sealer, settings())) as visitor:
        without_fund = await visitor.get("/donasi")
        posted = await visitor.post("/donasi", data={"pilihan": "50400"}, headers=OURS)
    async with engine.begin() as connection:
        await open_office(connection)
    async with visiting(composed(database_url, sealer, Settings())) as visitor:
        without_way, home = await visitor.get("/donasi"), await visitor.get("/")

    assert "Donasi belum dibuka" in without_fund.text and "Donasi belum dibuka" in without_way.text
    assert (posted.status_code, await kept()) == (409, [])
    assert 'href="/donasi"' not in home.text


def test_a_cut_qris_stops_the_start(sealer):
    with pytest.raises(QrisMalformed):
        create_site(Settings(qris_static=STATIC[:-9]), "postgresql://nowhere/none", sealer, OFFICE)
