"""The home page: figures of the public marts in both languages, nothing small, nothing kept too long."""

import re

import pytest

from cli.site import site
from jamsos.errors import DatabaseUnreachable
from jamsos.settings import Settings
from tests.web.conftest import OFFICE, composed, visiting
from web.cache import CachedValue
from web.statistics import District, placed


def words(page):
    """What a reader sees of it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def test_the_page_tells_the_newest_month_in_both_languages(visitor):
    indonesian, english = await visitor.get("/"), await visitor.get("/en")

    assert (indonesian.status_code, indonesian.headers["content-language"]) == (200, "id")
    assert '<html lang="id">' in indonesian.text and '<html lang="en">' in english.text
    assert "12 pekerja terlindungi pada 31 Maret 2024" in words(indonesian)
    assert "12 workers protected on 31 March 2024" in words(english)
    assert "Data per 31 Maret 2024, rilis 1" in words(indonesian)
    for page in (indonesian, english):
        assert 'hreflang="en" href="http://office/en"' in page.text
        assert 'hreflang="id" href="http://office/"' in page.text


async def test_a_small_district_is_not_shown_and_cannot_be_computed(visitor):
    """Boleng has two workers, so it goes with the pair before it, Lembor and Komodo; nobody lives in Pacar."""
    tiles = dict(
        re.findall(
            r'class="place">([^<]+)</span>\s*<span class="count">(.+?)</li>', (await visitor.get("/")).text, re.S
        )
    )

    assert len(tiles) == 12
    for name in ("Boleng", "Komodo", "Lembor"):
        assert "tidak ditampilkan" in tiles[name] and not re.search(r"\d", tiles[name])
    assert re.match(r"0\b", tiles["Pacar"])


async def test_money_is_told_by_fund_and_adds_up(visitor):
    told = words(await visitor.get("/"))

    assert "APBD Kabupaten Manggarai Barat Masuk Rp1.000.000 Dibayarkan ke BPJS Ketenagakerjaan Rp436.800" in told
    assert "Sisa kas Rp563.200" in told
    assert "26 bulan perlindungan telah dibayar sejak awal program, senilai Rp436.800" in told


async def test_one_who_waits_alone_and_one_death_are_not_told(visitor):
    told = words(await visitor.get("/"))

    assert "dana habis sebelum giliran" not in told
    assert "santunan senilai" not in told and "10.000.000" not in told


async def test_a_reader_who_has_the_page_is_not_sent_it_again(visitor):
    first = await visitor.get("/")
    again = await visitor.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=60"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_the_browser_is_told_to_run_nothing_and_ask_nobody(visitor):
    page = await visitor.get("/")
    policy = page.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text and " style=" not in page.text
    sheet = await visitor.get(re.search(r'href="(/aset/[^"]+\.css)"', page.text)[1])
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert sheet.headers["cache-control"].endswith("immutable")
    assert "url(" not in sheet.text
    icon = await visitor.get(re.search(r'href="(/aset/icon[^"]+)"', page.text)[1])
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")


async def test_what_is_not_there_is_said_in_the_readers_language(visitor):
    indonesian, english = await visitor.get("/tidak-ada"), await visitor.get("/en/nothing")

    assert (indonesian.status_code, english.status_code) == (404, 404)
    assert "Halaman ini tidak ada" in indonesian.text and "This page does not exist" in english.text
    assert (await visitor.post("/")).status_code == 405
    assert (await visitor.get("/aset/..%2fsite.py")).status_code == 404


async def test_the_api_answers_beside_the_pages(visitor):
    assert (await visitor.get("/healthz")).text == "ok"
    answer = await visitor.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json()["data"] == {"__typename": "Query"}
    assert answer.headers["cache-control"] == "no-store"


async def test_without_a_warehouse_the_page_explains_itself(database_url, sealer):
    async with visiting(composed(database_url, sealer)) as visitor:
        page = await visitor.get("/")

    assert page.status_code == 200
    assert "Angka program belum tersedia" in page.text
    assert "Kecelakaan kerja" in page.text


async def test_an_unreachable_database_is_said_and_nothing_of_it(sealer):
    async with visiting(composed("postgresql://nobody:secret@127.0.0.1:1/none", sealer)) as visitor:
        page = await visitor.get("/en")

    assert page.status_code == 503
    assert "Our database does not respond" in page.text
    assert "secret" not in page.text and page.headers["cache-control"] == "no-store"


async def test_what_goes_wrong_unexpectedly_is_not_told_to_anyone(database_url, sealer, monkeypatch, caplog):
    async def fail(connection, office):
        raise ValueError("5315994505850001")

    monkeypatch.setattr("web.state.read_figures", fail)
    monkeypatch.setattr("web.site.log.disabled", False)  # another test's tool may have silenced every logger
    async with visiting(composed(database_url, sealer)) as visitor:
        page = await visitor.get("/")

    assert (page.status_code, "Terjadi gangguan pada sistem kami" in page.text) == (500, True)
    (record,) = [record for record in caplog.records if record.name == "jamsos.web"]
    assert record.error == "ValueError" and "5315994505850001" not in page.text + str(record.__dict__)


def test_an_office_may_do_without_pages(monkeypatch):
    monkeypatch.setattr("cli.site.settings", lambda: Settings(web=False))

    assert site() is None


def test_the_darker_the_more_and_a_district_without_a_place_stays():
    districts = [
        District("53.15.05", "Komodo", False, 60),
        District("53.15.03", "Lembor", False, 9),
        District("53.15.06", "Boleng", True, None),
    ]

    komodo, lembor, boleng = placed(districts, OFFICE)

    assert (komodo.shade, lembor.shade, boleng.shade) == (5, 0, 0)
    assert (komodo.column, komodo.row, lembor.column) == (0, 2, None)


class Source:
    """Finds 1, 2, 3… unless it is away."""

    def __init__(self):
        self.found, self.is_away = 0, False

    async def find(self):
        if self.is_away:
            raise DatabaseUnreachable(reason="test")
        self.found += 1
        return self.found


async def test_an_answer_is_kept_for_its_time_and_longer_while_the_database_is_away():
    source, now = Source(), 0.0
    kept = CachedValue(source.find, 60, lambda: now)

    assert [await kept.get(), await kept.get()] == [1, 1]
    now = 61.0
    source.is_away = True
    assert await kept.get() == 1
    source.is_away = False
    assert await kept.get() == 2

    away = Source()
    away.is_away = True
    with pytest.raises(DatabaseUnreachable):
        await CachedValue(away.find, 60).get()
