"""Complaining: anyone files, the code is told once and stands in no address, and whoever holds it follows and appeals."""

import re

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.access.service import register_agency
from jamsos.complaints import service
from jamsos.complaints.rules import Decision
from jamsos.settings import Settings
from tests.complaints.test_service import NIK, own_and_first
from tests.officers import officer
from tests.web.conftest import composed, visiting
from tests.web.giving import OURS, blank
from tests.web.test_home import words
from web import form_protection
from web.errors import LinkOld

WORDS = "Saya nelayan dan tidak pernah didata."


@pytest.fixture
async def citizen(database_url, engine, sealer):
    async with engine.begin() as connection:
        facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
        await register_agency(connection, COMMAND_LINE, **facts)
    async with visiting(composed(database_url, sealer)) as visitor:
        yield visitor


@pytest.fixture
def kept(engine):
    async def ask(query):
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    return ask


async def send(citizen, path="/pengaduan", headers=OURS, **typed):
    fields = {"formulir": "", "soal": "not_chosen", "isi": WORDS, "nik": "", "kk": "", "kontak": "", "situs": ""}
    return await citizen.post(path, data=fields | typed, headers=headers, follow_redirects=True)


async def filed(citizen, **typed):
    """The code that the page tells."""
    page = await send(citizen, formulir=await blank(citizen, "/pengaduan"), **typed)
    return re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text)[0]


async def look(citizen, code, path="/pengaduan/lihat"):
    return await citizen.post(path, data={"kode": code}, headers=OURS, follow_redirects=True)


async def appealed(citizen, code, said):
    data = {"kode": code, "banding": said}
    return await citizen.post("/pengaduan/banding", data=data, headers=OURS, follow_redirects=True)


async def test_a_complaint_is_filed_sealed_and_its_code_is_told_once(citizen, kept, sealer):
    form = await blank(citizen, "/pengaduan")
    first, again = await send(citizen, formulir=form), await send(citizen, formulir=form)

    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert first.text == again.text and "Catat kode ini" in first.text
    ((kind, regency, sealed, filed_by),) = await kept(
        "select kind, office_code, words_sealed, filed_by from programme.complaints"
    )
    assert (kind, regency, filed_by) == ("not_chosen", "53.15", "public page")
    assert sealer.unseal("complaint", sealed) == WORDS


async def test_a_nik_leads_to_the_person_and_is_written_as_people_write_it(citizen, kept, engine, sealer):
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "insert into programme.people (nik_sealed, full_name, village_code) values (:nik, 'M', '53.15.05.2001')"
            ),
            {"nik": sealer.seal("nik", "5315994505850001")},
        )
    await filed(citizen, nik="5315 9945 0585 0001", kontak="0812 0000 0001")

    assert await kept(
        "select c.person_id = p.id, c.contact_sealed is not null from programme.complaints c, programme.people p"
    ) == [(True, True)]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"soal": ""}, "soal", "Pilih tentang apa pengaduan ini."),
        ({"soal": "uang"}, "soal", "Pilih tentang apa pengaduan ini."),
        ({"isi": "  "}, "isi", "Tulis isi pengaduan Anda."),
        ({"nik": "12345"}, "nik", "NIK terdiri atas 16 digit; perbaiki, atau kosongkan."),
        (
            {"kk": "5315"},
            "kk",
            "Nomor KK terdiri atas 16 digit dan hanya berguna bersama NIK; perbaiki, atau kosongkan.",
        ),
        (
            {"kk": "5315990101000001"},
            "kk",
            "Nomor KK terdiri atas 16 digit dan hanya berguna bersama NIK; perbaiki, atau kosongkan.",
        ),
        ({"situs": "x"}, "situs", "Kolom yang harus kosong ternyata terisi; kosongkan lalu kirim lagi."),
    ],
)
async def test_a_mistake_is_said_at_its_field(citizen, kept, typed, field, sentence):
    page = await send(citizen, formulir=await blank(citizen, "/pengaduan"), **typed)

    assert page.status_code == 422
    assert f'<a href="#{field}">{sentence}</a>' in page.text
    assert typed.get("isi", WORDS).strip() in page.text
    assert await kept("select id from programme.complaints") == []


async def test_whoever_holds_the_code_follows_and_appeals_once(citizen, engine, sealer):
    code = await filed(citizen)
    assert "Pengaduan ini belum dijawab." in words(await look(citizen, code))
    async with engine.begin() as connection:
        ((complaint_id,),) = await connection.execute(text("select id from programme.complaints"))
        facts = {"complaint_id": complaint_id}
        await service.answer(
            connection, await officer(connection, "Ana"), sealer, **facts, words="Desa belum mengusulkan."
        )
        await service.decide(
            connection,
            await officer(connection, "Beni"),
            sealer,
            **facts,
            decision=Decision.rejected,
            words="Tidak ada data.",
        )

    told = await look(citizen, code.lower().replace("-", " "), "/en/pengaduan/lihat")
    assert "Answered" in words(told) and "Desa belum mengusulkan." in words(told)
    assert "Decided: rejected" in words(told) and "Tidak ada data." in words(told)
    empty = await appealed(citizen, code, "")
    assert (empty.status_code, "Tulis isi pengaduan Anda." in empty.text) == (422, True)
    for _ in range(2):
        page = await appealed(citizen, code, "Lihat lagi.")
        assert "Anda mengajukan banding" in words(page) and "Tidak menerima putusan ini?" not in words(page)
    assert words(page).count("Anda mengajukan banding") == 1


@pytest.mark.parametrize("path", ["/pengaduan/lihat", "/pengaduan/banding"])
async def test_an_unknown_code_says_nothing_but_that(citizen, path):
    page = await citizen.post(path, data={"kode": "AAAA-BBBB-CCCC", "banding": "x"}, headers=OURS)

    assert (page.status_code, '<a href="#kode">Kode ini tidak dikenal' in page.text) == (422, True)


async def test_a_form_from_elsewhere_is_refused(citizen, kept):
    assert (await send(citizen, headers={"Origin": "http://elsewhere"})).status_code == 403
    assert (await citizen.post("/pengaduan/lihat", data={"kode": "A"})).status_code == 403
    assert await kept("select id from programme.complaints") == []


async def test_who_proves_who_she_is_reads_why_she_was_not_chosen(citizen, engine, sealer):
    async with engine.begin() as connection:
        await own_and_first(connection, sealer)
    unproven, code = await filed(citizen, nik=NIK), await filed(citizen, nik=NIK, kk="5315 9901 0100 0001")

    told = words(await look(citizen, code, "/en/pengaduan/lihat"))
    assert "not reached, because" in told and "Position on the list" in told
    assert "Position on the list" not in words(await look(citizen, unproven, "/en/pengaduan/lihat"))


async def test_the_page_of_a_code_has_an_address_that_tells_no_code_and_both_languages(citizen):
    page = await send(citizen, formulir=await blank(citizen, "/pengaduan"))
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text)[0]
    english = await citizen.get(re.search(r'class="language" href="([^"]+)"', page.text)[1])
    again = await citizen.get(page.url.path)
    file = await citizen.get(page.url.path + "/kode.txt")

    assert page.history[0].status_code == 303 and code not in str(page.url)
    assert (again.status_code, code in again.text) == (200, True)
    assert "Your complaint is filed" in english.text and code in english.text
    assert file.headers["content-disposition"] == f'attachment; filename="{code}.txt"'
    assert f"Kode pengaduan: {code}" in file.text


async def test_what_became_of_a_complaint_has_an_address_too(citizen):
    code = await filed(citizen)
    page = await look(citizen, code)
    english = await citizen.get(re.search(r'class="language" href="([^"]+)"', page.text)[1])

    assert page.url.path.startswith("/pengaduan/lihat/") and code not in str(page.url)
    assert "Pengaduan ini belum dijawab." in words(page)
    assert english.status_code == 200 and "Your complaint" in words(english)


async def test_a_sealed_address_is_good_for_an_hour_and_for_one_page(sealer):
    word = form_protection.word_of(sealer, "complaint", "AAAA", now=1000)

    assert form_protection.facts_of(sealer, "complaint", word, now=4000) == ["AAAA"]
    for kind, asked, now in (
        ("complaint", word, 4700),
        ("own months", word, 1001),
        ("complaint", "x" + word[1:], 1001),
    ):
        with pytest.raises(LinkOld):
            form_protection.facts_of(sealer, kind, asked, now=now)


async def test_an_old_address_says_so_and_a_sent_to_one_leads_to_the_form(citizen):
    old = await citizen.get("/en/pengaduan/lihat/AAAA")
    bare = await citizen.get("/en/pengaduan/lihat")

    assert (old.status_code, "valid for one hour" in old.text) == (410, True)
    assert (bare.status_code, bare.headers["location"]) == (303, "/en/pengaduan")


async def test_the_other_language_keeps_what_was_typed_and_files_nothing(citizen, kept):
    wrong = await send(citizen, formulir=await blank(citizen, "/pengaduan"), soal="")
    english = await send(citizen, path=re.search(r'formaction="([^"]+)"', wrong.text)[1], soal="other")

    assert "/en/pengaduan/bahasa" in wrong.text
    assert WORDS in english.text and '<html lang="en">' in english.text
    assert await kept("select id from programme.complaints") == []


async def test_four_thousand_characters_are_taken_whatever_letters_they_are(citizen, kept, sealer):
    long = "é\n" * 1_999 + "\U0001f30a" * 2
    taken = await send(citizen, formulir=await blank(citizen, "/pengaduan"), isi=long.replace("\n", "\r\n"))
    refused = await send(citizen, formulir=await blank(citizen, "/pengaduan"), isi="é" * 4_001)

    assert taken.status_code == 200
    ((sealed,),) = await kept("select words_sealed from programme.complaints")
    assert sealer.unseal("complaint", sealed) == long
    assert (refused.status_code, "4.001 karakter" in refused.text) == (422, True)


async def test_a_full_day_of_forms_takes_no_reading_away(database_url, engine, sealer):
    async with visiting(composed(database_url, sealer, Settings(pledges_per_hour=1))) as visitor:
        async with engine.begin() as connection:
            facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
            await register_agency(connection, COMMAND_LINE, **facts)
        code = await filed(visitor)
        second = await send(visitor, formulir=await blank(visitor, "/pengaduan"), isi="Lagi.")
        read = await look(visitor, code)

    assert (second.status_code, read.status_code) == (429, 200)


async def test_a_family_cards_number_is_guessed_ten_times_a_day_everywhere_together(citizen, kept, engine, sealer):
    async with engine.begin() as connection:
        await own_and_first(connection, sealer)
    asked = {"nik": NIK, "isi": WORDS}
    file = """mutation($kk: String!, $nik: NIK!) {
        fileComplaint(input: {kind: not_chosen, regionCode: "53.15", words: "x", nik: $nik, kk: $kk}) { code refusal { code } }
    }"""
    for number in range(5):
        await send(citizen, formulir=await blank(citizen, "/pengaduan"), kk=f"53159901010{number:05}", **asked)
    codes = []
    for number in range(6):
        variables = {"nik": NIK, "kk": f"53159901020{number:05}"}
        answer = (await citizen.post("/graphql", json={"query": file, "variables": variables})).json()
        codes.append(answer["data"]["fileComplaint"]["refusal"])
    page = await send(citizen, formulir=await blank(citizen, "/pengaduan"), kk="5315990101000001", **asked)

    assert codes == [None] * 5 + [{"code": "TOO_MANY_REQUESTS"}]
    assert page.status_code == 429
    assert len(await kept("select id from programme.complaints")) == 10


async def test_one_request_without_a_key_holds_five_acts(citizen, kept):
    file = 'fileComplaint(input: {kind: other, regionCode: "53.15", words: "x"}) { refusal { code } }'
    many = await citizen.post(
        "/graphql", json={"query": "mutation {" + " ".join(f"a{n}: {file}" for n in range(6)) + "}"}
    )

    assert many.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_ACTS"
    assert await kept("select id from programme.complaints") == []
