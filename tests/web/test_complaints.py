"""Complaining: anyone files, the code is told once and stands in no address, and whoever holds it follows and appeals."""

import re

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.access.service import register_agency
from jamsos.complaints import service
from jamsos.complaints.rules import Decision
from tests.complaints.test_service import NIK, desk, own_and_first
from tests.web.conftest import composed, visiting
from tests.web.giving import OURS, blank
from tests.web.test_home import words

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
    return await citizen.post(path, data=fields | typed, headers=headers)


async def filed(citizen, **typed):
    """The code that the page tells."""
    page = await send(citizen, formulir=await blank(citizen, "/pengaduan"), **typed)
    return re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text)[0]


async def look(citizen, code, path="/pengaduan/lihat"):
    return await citizen.post(path, data={"kode": code}, headers=OURS)


async def test_a_complaint_is_filed_sealed_and_its_code_is_told_once(citizen, kept, sealer):
    form = await blank(citizen, "/pengaduan")
    first, again = await send(citizen, formulir=form), await send(citizen, formulir=form)

    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert first.text == again.text and "Catat kode ini" in first.text
    ((kind, regency, sealed, filed_by),) = await kept(
        "select kind, regency_code, words_sealed, filed_by from programme.complaints"
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
        await service.answer(connection, desk("Ana"), sealer, **facts, officer="Ana", words="Desa belum mengusulkan.")
        await service.decide(
            connection,
            desk("Beni"),
            sealer,
            **facts,
            officer="Beni",
            decision=Decision.rejected,
            words="Tidak ada data.",
        )

    told = await look(citizen, code.lower().replace("-", " "), "/en/pengaduan/lihat")
    assert "Answered" in words(told) and "Desa belum mengusulkan." in words(told)
    assert "Decided: rejected" in words(told) and "Tidak ada data." in words(told)
    empty = await citizen.post("/pengaduan/banding", data={"kode": code, "banding": ""}, headers=OURS)
    assert (empty.status_code, "Tulis isi pengaduan Anda." in empty.text) == (422, True)
    for _ in range(2):
        page = await citizen.post("/pengaduan/banding", data={"kode": code, "banding": "Lihat lagi."}, headers=OURS)
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
