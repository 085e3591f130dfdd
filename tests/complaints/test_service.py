"""A complaint is filed by anyone, followed by its code, and decided by another officer; it shows nobody's data."""

import dataclasses

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE, Actor
from jamsos.complaints import service
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, Decision
from jamsos.errors import ComplaintStepWrong, NotFound, RegionUnknown
from tests.selection.builders import settle
from tests.selection.test_service import run

NIK = "5315990101840001"
PUBLIC = Actor(name="public")


async def file(connection, sealer, actor=PUBLIC, **changed):
    asked = {"kind": ComplaintKind.not_chosen, "regency_code": "53.15", "words": "Ibu saya janda dan tidak terpilih."}
    return await service.file_complaint(connection, actor, sealer, **asked | changed)


async def number(connection):
    return (await connection.execute(text("select max(id) from programme.complaints"))).scalar_one()


async def answer(connection, sealer, officer="Maria", actor=COMMAND_LINE):
    await service.answer(
        connection, actor, sealer, complaint_id=await number(connection), officer=officer, words="Urutan 1.204."
    )


async def decide(connection, sealer, officer="Yosef", decision=Decision.rejected):
    await service.decide(
        connection,
        COMMAND_LINE,
        sealer,
        complaint_id=await number(connection),
        officer=officer,
        decision=decision,
        words="Sesuai kriteria.",
    )


async def steps(connection, sealer, code):
    return [(step.step, step.decision, step.words) for step in (await service.follow(connection, sealer, code)).steps]


async def test_a_complaint_goes_its_whole_way(connection, sealer):
    code = await file(connection, sealer)
    assert await steps(connection, sealer, code.lower().replace("-", " ")) == []

    await answer(connection, sealer)
    await decide(connection, sealer)
    await service.appeal(connection, PUBLIC, sealer, code=code, words="Tidak menerima.")
    await decide(connection, sealer, officer="Agnes", decision=Decision.upheld)

    assert await steps(connection, sealer, code) == [
        (ComplaintStep.answered, None, "Urutan 1.204."),
        (ComplaintStep.decided, Decision.rejected, "Sesuai kriteria."),
        (ComplaintStep.appealed, None, "Tidak menerima."),
        (ComplaintStep.appeal_decided, Decision.upheld, "Sesuai kriteria."),
    ]


async def test_who_answered_does_not_decide_and_who_decided_does_not_decide_again(connection, sealer):
    code = await file(connection, sealer)
    with pytest.raises(ComplaintStepWrong, match="cannot be decided: the step before is still missing"):
        await decide(connection, sealer)
    await answer(connection, sealer, officer="Maria Jebarus")
    with pytest.raises(ComplaintStepWrong, match="another officer"):
        await decide(connection, sealer, officer="maria  jebarus")
    await decide(connection, sealer)
    await service.appeal(connection, PUBLIC, sealer, code=code, words="x")
    with pytest.raises(ComplaintStepWrong, match="decided on appeal: it needs another officer"):
        await decide(connection, sealer, officer="Yosef")
    with pytest.raises(ComplaintStepWrong, match="done already"):
        await service.appeal(connection, PUBLIC, sealer, code=code, words="x")


async def test_a_wrong_code_shows_nothing_and_is_not_repeated(connection, sealer):
    await file(connection, sealer)
    with pytest.raises(NotFound) as refused:
        await service.follow(connection, sealer, "K7QM-2XWP-9DRT")
    assert "K7QM" not in str(refused.value)


async def test_words_contact_and_code_stand_sealed_or_hashed(connection, sealer):
    code = await file(connection, sealer, contact="081012345678", nik=NIK)
    row = (await connection.execute(text("select * from programme.complaints"))).mappings().one()

    assert not any(secret in str(dict(row)) for secret in ("janda", "0810123", NIK, code, code.replace("-", "")))


async def test_the_officer_sees_the_words_and_why_the_person_stands_where_she_stands(connection, sealer):
    (person, _) = await settle(connection, 1, nik_sealed=sealer.seal("nik", NIK)) + await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)
    code = await file(connection, sealer, nik=NIK, run_id=kept.id, contact="081012345678", actor=COMMAND_LINE)

    opened = await service.open_complaint(connection, COMMAND_LINE, sealer, await number(connection))

    assert (opened.words, opened.contact) == ("Ibu saya janda dan tidak terpilih.", "081012345678")
    assert opened.explanation.person_id == person
    assert not hasattr(await service.follow(connection, sealer, code), "person_id")
    acts = await connection.execute(text("select act from programme.audit_entries order by id"))
    assert acts.scalars().all()[-2:] == ["open_complaint", "explain"]


async def test_somebody_no_register_knows_may_complain_too(connection, sealer):
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)
    await file(connection, sealer, nik="5315990101840999", run_id=kept.id)

    opened = await service.open_complaint(connection, COMMAND_LINE, sealer, await number(connection))

    assert opened.explanation is None


async def test_another_regencys_office_neither_sees_nor_answers(connection, sealer):
    await file(connection, sealer)
    east = dataclasses.replace(COMMAND_LINE, name="manggarai", region_code="53.10")

    assert await service.listed(connection, east) == []
    with pytest.raises(NotFound):
        await answer(connection, sealer, actor=east)
    with pytest.raises(NotFound):
        await service.open_complaint(connection, east, sealer, await number(connection))


async def test_the_desk_lists_what_is_due_and_says_what_is_late(connection, sealer):
    await file(connection, sealer)
    await connection.execute(
        text(
            """insert into programme.complaints (code_sha256, kind, regency_code, words_sealed, filed_date, due_date, filed_by)
            select '\\x01', kind, regency_code, words_sealed, '2024-01-01', '2024-03-01', 'x' from programme.complaints"""
        )
    )

    first, second = await service.listed(connection, COMMAND_LINE)

    assert (first.is_late, second.is_late, second.is_open) == (True, False, True)


async def test_an_unknown_region_is_refused(connection, sealer):
    with pytest.raises(RegionUnknown):
        await file(connection, sealer, regency_code="99.99")


@pytest.mark.parametrize(
    ("step", "decision", "officer"),
    [
        ("decided", None, "agnes"),
        ("decided", "upheld", None),
        ("answered", "upheld", "agnes"),
        ("appealed", None, "agnes"),
    ],
)
async def test_the_database_keeps_no_step_that_nobody_took_or_that_decides_nothing(
    connection, sealer, step, decision, officer
):
    await file(connection, sealer)

    with pytest.raises(DBAPIError, match="complaint_steps_whose_check"):
        await connection.execute(
            text(
                """insert into programme.complaint_steps (complaint_id, step, decision, officer, officer_key, done_date, recorded_by)
                   select id, :step, :decision, :officer, :officer, filed_date, 'test' from programme.complaints"""
            ),
            {"step": step, "decision": decision, "officer": officer},
        )
