"""Anyone files a complaint and follows it by its code; another officer decides; it shows nobody's data."""

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.errors import ProofNeeded, RegionUnknown
from jamsos.access.rules import COMMAND_LINE, Actor
from jamsos.complaints import service
from jamsos.complaints.errors import ComplaintStepWrong, ComplaintWordsWrong, NumberMalformed
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, Decision, Remedy, is_remedy_due
from jamsos.decrees import letters
from jamsos.decrees import service as decree_service
from jamsos.decrees.rules import EndReason, Leaving
from jamsos.errors import NotFound
from jamsos.months import Month, today
from jamsos.offices.service import add_office
from jamsos.people import service as people
from jamsos.people.identity import Grounds, merge
from jamsos.people.rules import LifeEvent
from jamsos.policies import API
from tests.decrees import builders as decrees
from tests.officers import officer, personal_key
from tests.selection.builders import settle
from tests.selection.test_service import run

NIK = "5315990101840001"
PUBLIC = Actor(name="public")


async def file(connection, sealer, actor=PUBLIC, **changed):
    asked = {"kind": ComplaintKind.not_chosen, "office_code": "53.15", "words": "Ibu saya janda dan tidak terpilih."}
    return await service.file_complaint(connection, actor, sealer, **asked | changed)


async def number(connection):
    return (await connection.execute(text("select max(id) from programme.complaints"))).scalar_one()


async def answer(connection, sealer, name="Maria", **office):
    await service.answer(
        connection,
        await officer(connection, name, **office),
        sealer,
        complaint_id=await number(connection),
        words="Urutan 1.204.",
    )


async def decide(connection, sealer, name="Yosef", decision=Decision.rejected):
    await service.decide(
        connection,
        await officer(connection, name),
        sealer,
        complaint_id=await number(connection),
        decision=decision,
        words="Sesuai kriteria.",
    )


async def steps(connection, sealer, code):
    return [
        (step.step, step.decision, step.words)
        for step in (await service.follow(connection, PUBLIC, sealer, code)).steps
    ]


async def test_a_complaint_goes_its_whole_way(connection, sealer):
    code = await file(connection, sealer)
    assert await steps(connection, sealer, code.lower().replace("-", " ")) == []

    await answer(connection, sealer)
    await decide(connection, sealer)
    await service.appeal(connection, PUBLIC, sealer, code=code, words="Tidak menerima.")
    await decide(connection, sealer, name="Agnes", decision=Decision.upheld)

    assert await steps(connection, sealer, code) == [
        (ComplaintStep.answered, None, "Urutan 1.204."),
        (ComplaintStep.decided, Decision.rejected, "Sesuai kriteria."),
        (ComplaintStep.appealed, None, "Tidak menerima."),
        (ComplaintStep.appeal_decided, Decision.upheld, "Sesuai kriteria."),
    ]


async def test_who_answered_does_not_decide_and_who_decided_does_not_decide_again(connection, sealer):
    code = await file(connection, sealer)
    with pytest.raises(ComplaintStepWrong, match="cannot be decided: the previous step is missing"):
        await decide(connection, sealer)
    await answer(connection, sealer, name="Maria Jebarus")
    with pytest.raises(ComplaintStepWrong, match="another officer"):
        await decide(connection, sealer, name="maria jebarus")
    await decide(connection, sealer)
    await service.appeal(connection, PUBLIC, sealer, code=code, words="x")
    with pytest.raises(ComplaintStepWrong, match="decided on appeal: each step needs another officer"):
        await decide(connection, sealer, name="Yosef")
    with pytest.raises(ComplaintStepWrong, match="done already"):
        await service.appeal(connection, PUBLIC, sealer, code=code, words="x")


async def test_each_step_of_the_office_needs_the_key_of_another_officer(connection, sealer):
    await file(connection, sealer)
    await answer(connection, sealer)
    first = await officer(connection, "Maria")
    await personal_key(connection, "mabar", "Maria", label="laptop")
    with pytest.raises(ComplaintStepWrong, match="each step needs another officer"):
        await decide(connection, sealer, name="Maria")
    with pytest.raises(ProofNeeded):
        asked = {"complaint_id": await number(connection), "decision": Decision.upheld}
        await service.decide(connection, COMMAND_LINE, sealer, **asked, words="x")
    kept = (await connection.execute(text("select officer_id, proof from programme.complaint_steps"))).all()
    assert kept == [(first.officer_id, first.proof)]


@pytest.mark.parametrize("proof", [None, "key 0", "of another"])
async def test_the_database_keeps_no_step_of_the_office_without_the_officers_own_proof(connection, sealer, proof):
    await file(connection, sealer)
    maria, yosef = [await officer(connection, name) for name in ("Maria", "Yosef")]
    step = f"""insert into programme.complaint_steps (complaint_id, step, officer, officer_id, proof, done_date, recorded_by)
               values ({await number(connection)}, 'answered', 'M', :officer, :proof, '2026-01-01', 'x')"""
    with pytest.raises(DBAPIError, match="is not of officer"):
        async with connection.begin_nested():
            await connection.execute(
                text(step), {"officer": maria.officer_id, "proof": yosef.proof if proof == "of another" else proof}
            )


async def test_a_wrong_code_shows_nothing_and_is_not_repeated(connection, sealer):
    await file(connection, sealer)
    with pytest.raises(NotFound) as refused:
        await service.follow(connection, PUBLIC, sealer, "K7QM-2XWP-9DRT")
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
    assert (await service.follow(connection, PUBLIC, sealer, code)).explanation is None
    acts = await connection.execute(text("select act from programme.audit_entries order by id"))
    assert acts.scalars().all()[-2:] == ["open_complaint", "explain"]


KK = "5315990101000001"


async def as_a_stranger(connection):
    """Continue as the API's role without a region."""
    await connection.execute(text(f"set local role {API}"))


async def own_and_first(connection, sealer, decree=True, **changed):
    """Create a decreed list that selects one of two people; return the number of the other, and the run."""
    await decrees.fund(connection)
    first = await settle(connection, 1, birth_date=date(1970, 1, 1))
    (person,) = await settle(
        connection, 1, nik_sealed=sealer.seal("nik", NIK), kk_sealed=sealer.seal("kk", KK), birth_date=date(1990, 1, 1)
    )
    kept = await decrees.run(connection, ceiling=201_600)
    if decree:
        await decrees.issue(connection, kept.id)
    assert first != [person]
    return person, kept


async def test_who_was_not_chosen_and_proves_who_she_is_is_told_why_by_her_code(connection, sealer):
    person, kept = await own_and_first(connection, sealer)
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=NIK, kk=KK)

    told = (await service.follow(connection, PUBLIC, sealer, code)).explanation

    assert (told.person_id, told.run.id) == (person, kept.id)
    assert (told.outcome, told.reason, told.rank, told.distance) == ("not_reached", "below_the_cut", 2, 1)
    await connection.execute(text("reset role"))
    trail = await connection.execute(
        text("select actor, act, subject_ids from programme.audit_entries order by id desc limit 1")
    )
    assert tuple(trail.one()) == ("public", "explain", [person])


async def test_who_was_found_since_to_be_the_same_is_told_her_place_too(connection, sealer):
    person, kept = await own_and_first(connection, sealer)
    [lives] = await settle(connection, 1, kk_sealed=sealer.seal("kk", KK))
    await merge(connection, await officer(connection), person_id=lives, other_id=person, grounds=Grounds("sama"))
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=NIK, kk=KK)

    told = (await service.follow(connection, PUBLIC, sealer, code)).explanation

    assert (told.person_id, told.run.id, told.outcome) == (person, kept.id, "not_reached")


@pytest.mark.parametrize(
    "changed",
    [
        {"kk": None},  # many people know a NIK
        {"kk": "5315990101000002"},
        {"nik": None},
        {"nik": "5315990101840999"},
        {"kind": ComplaintKind.should_not_receive},
        {"kind": ComplaintKind.wrong_facts},
    ],
)
async def test_nobody_is_told_anybodys_place_without_nik_and_family_card(connection, sealer, changed):
    await own_and_first(connection, sealer)
    await as_a_stranger(connection)
    code = await file(connection, sealer, **{"nik": NIK, "kk": KK} | changed)

    assert (await service.follow(connection, PUBLIC, sealer, code)).explanation is None


async def test_a_list_that_no_decree_has_fixed_is_told_to_nobody(connection, sealer):
    _, kept = await own_and_first(connection, sealer, decree=False)
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=NIK, kk=KK, run_id=kept.id)

    assert (await service.follow(connection, PUBLIC, sealer, code)).explanation is None


async def test_another_regencys_people_are_not_found_by_a_complaint_here(connection, sealer):
    await own_and_first(connection, sealer)
    await add_office(connection, COMMAND_LINE, "53.10")
    await as_a_stranger(connection)
    await file(connection, sealer, nik=NIK, kk=KK, office_code="53.10")
    await connection.execute(text("reset role"))

    kept = await connection.execute(text("select person_id, run_id, is_own from programme.complaints"))
    assert tuple(kept.one()) == (None, None, False)


async def test_a_stranger_sees_nothing_again_once_it_is_filed_and_followed(connection, sealer):
    await own_and_first(connection, sealer)
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=NIK, kk=KK)
    await service.follow(connection, PUBLIC, sealer, code)

    for table in ("people", "selection_candidates", "selection_runs", "decrees"):
        assert (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one() == 0


async def test_the_family_card_is_not_kept(connection, sealer):
    await own_and_first(connection, sealer)
    await file(connection, sealer, nik=NIK, kk=KK)
    row = (await connection.execute(text("select * from programme.complaints"))).mappings().one()

    assert row["is_own"] is True
    assert not any(secret in str(dict(row)) for secret in (KK, str(sealer.seal("kk", KK))))


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
        await answer(connection, sealer, code="manggarai", region="53.10")
    with pytest.raises(NotFound):
        await service.open_complaint(connection, east, sealer, await number(connection))


async def test_the_desk_lists_what_is_due_and_says_what_is_late(connection, sealer):
    await file(connection, sealer)
    await connection.execute(
        text(
            """insert into programme.complaints (code_sha256, kind, office_code, words_sealed, filed_date, due_date, filed_by)
            select '\\x01', kind, office_code, words_sealed, '2024-01-01', '2024-03-01', 'x' from programme.complaints"""
        )
    )

    first, second = await service.listed(connection, COMMAND_LINE)

    assert (first.is_late, second.is_late, second.is_open) == (True, False, True)


async def test_an_unknown_region_is_refused(connection, sealer):
    with pytest.raises(RegionUnknown):
        await file(connection, sealer, office_code="99.99")


@pytest.mark.parametrize(
    ("step", "decision", "name"),
    [
        ("decided", None, "agnes"),
        ("answered", "upheld", "agnes"),
        ("appealed", None, "agnes"),
    ],
)
async def test_the_database_keeps_no_step_that_nobody_took_or_that_decides_nothing(
    connection, sealer, step, decision, name
):
    await file(connection, sealer)
    by = await officer(connection, name) if name else None

    with pytest.raises(DBAPIError, match="complaint_steps_whose_check"):
        await connection.execute(
            text(
                """insert into programme.complaint_steps (complaint_id, step, decision, officer_id, proof, done_date, recorded_by)
                   select id, :step, :decision, :officer, :proof, filed_date, 'test' from programme.complaints"""
            ),
            {"step": step, "decision": decision, "officer": by and by.officer_id, "proof": by and by.proof},
        )


@pytest.mark.parametrize(
    "numbers", [{"nik": "12345"}, {"nik": f"{NIK}0"}, {"nik": NIK, "kk": "53159901O1840999"}, {"nik": "NIK saya"}]
)
async def test_a_number_without_sixteen_digits_is_refused_and_not_repeated(connection, sealer, numbers):
    with pytest.raises(NumberMalformed) as refused:
        await file(connection, sealer, **numbers)

    assert not any(
        number in sentence for number in numbers.values() for sentence in map(refused.value.sentence, ("id", "en"))
    )


async def test_blanks_in_a_number_do_no_harm(connection, sealer):
    person, _ = await own_and_first(connection, sealer)
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=f"{NIK[:4]} {NIK[4:8]}.{NIK[8:]} ", kk=f" {KK}")

    assert (await service.follow(connection, PUBLIC, sealer, code)).explanation.person_id == person


async def test_the_database_knows_an_officer_whatever_name_is_written(connection, sealer):
    await file(connection, sealer)
    await answer(connection, sealer)

    by = await officer(connection, "Maria")
    with pytest.raises(DBAPIError, match="complaint_steps_complaint_id_officer_id_key"):
        await connection.execute(
            text(
                """insert into programme.complaint_steps
                       (complaint_id, step, decision, officer, officer_id, done_date, recorded_by, proof)
                select max(id), 'decided', 'upheld', 'Mariah', :officer, current_date, 'x', :proof from programme.complaints"""
            ),
            {"officer": by.officer_id, "proof": by.proof},
        )


async def test_who_was_named_or_ended_since_is_told_so(connection, sealer):
    await own_and_first(connection, sealer)
    [line] = (await decree_service.amended_decree(connection, decrees.NUMBER)).lines.values()
    leaving = Leaving(line.id, EndReason.moved, Month(2024, 3))
    await decrees.amend(connection, leaving, signed_date=date(2024, 4, 2), fill_from=Month(2024, 4))
    await as_a_stranger(connection)
    code = await file(connection, sealer, nik=NIK, kk=KK)

    found = await service.follow(connection, PUBLIC, sealer, code)

    assert found.explanation.outcome == "not_reached"
    assert service.told(found, "en")[-1] == (
        "Decree 317/KEP/HK/2024 of 2 April 2024: replaces another recipient, protected from April 2024 to December 2024."
    )
    assert "menggantikan penerima lain" in service.told(found, "id")[-1]
    await connection.execute(text("reset role"))
    namings = await letters.namings(connection, line.person_id, 2024)
    assert letters.decree_sentences(namings, "en") == [
        "Decree 298/KEP/HK/2024 of 4 January 2024: protected from January 2024 to December 2024.",
        "Decree 317/KEP/HK/2024 of 2 April 2024: protection ends after March 2024, because: moved away.",
    ]


async def test_an_appeal_is_due_as_long_after_it_as_the_complaint_was(connection, sealer):
    code = await file(connection, sealer)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text("update programme.complaints set filed_date = '2024-01-01', due_date = '2024-03-01'"))
    await connection.execute(text("set local session_replication_role = origin"))
    await answer(connection, sealer)
    await decide(connection, sealer)
    await service.appeal(connection, PUBLIC, sealer, code=code, words="Saya tidak terima.")

    days = today() + timedelta(days=60)
    [listed] = await service.listed(connection, COMMAND_LINE)
    case = (await connection.execute(text("select due_date, deadline from programme.complaint_cases"))).one()
    assert (await service.follow(connection, PUBLIC, sealer, code)).due_date == listed.due_date == days
    assert (listed.is_late, tuple(case)) == (False, (days, "running"))

    await decide(connection, sealer, name="Agnes", decision=Decision.upheld)
    [listed] = await service.listed(connection, COMMAND_LINE)
    assert listed.decision == Decision.upheld
    missed = (await connection.execute(text("select deadline from programme.complaint_cases"))).scalar_one()
    assert missed == "missed"  # the first decision was late, whatever followed


async def test_an_answer_with_somebodys_nik_is_refused_and_nothing_is_kept(connection, sealer):
    await file(connection, sealer)
    for words, wish in ((f"Di atas Ibu: {NIK}", "sixteen digits"), ("  ", "it is empty")):
        with pytest.raises(ComplaintWordsWrong, match=wish) as refusal:
            await service.answer(
                connection, await officer(connection), sealer, complaint_id=await number(connection), words=words
            )
        assert NIK not in str(refusal.value)
    with pytest.raises(ComplaintWordsWrong):
        await file(connection, sealer, words=" ")

    assert (await connection.execute(text("select count(*) from programme.complaint_steps"))).scalar_one() == 0


# --- what was upheld is acted on ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "is_due"),
    [
        ("", False),
        ("answered", False),
        ("answered decided:rejected", False),
        ("answered decided:upheld", True),
        ("answered decided:upheld remedied", False),
        ("answered decided:upheld remedied appealed", False),
        ("answered decided:upheld remedied appealed appeal_decided:upheld", True),
        ("answered decided:upheld appealed appeal_decided:rejected", False),
        ("answered decided:rejected appealed appeal_decided:upheld remedied", False),
    ],
)
def test_what_the_last_decision_upheld_is_due_until_somebody_acts(steps, is_due):
    taken = [each.partition(":")[::2] for each in steps.split()]
    assert is_remedy_due([(ComplaintStep(step), decision or None) for step, decision in taken]) == is_due


async def remedied(connection, sealer, name="Maria", words="Ditetapkan mulai Juli."):
    asked = {"complaint_id": await number(connection), "words": words}
    await service.remedy(connection, await officer(connection, name), sealer, **asked)


async def unremedied(connection):
    return [
        (each.id, each.remedy, each.upheld_date)
        for each in await service.listed(connection, COMMAND_LINE, is_unremedied=True)
    ]


async def case(connection):
    row = await connection.execute(text("select state, decision, remedy, remedied_date from programme.complaint_cases"))
    return tuple(row.one())


async def test_an_upheld_complaint_waits_until_an_officer_writes_what_was_done(connection, sealer):
    code = await file(connection, sealer)
    await answer(connection, sealer)
    with pytest.raises(ComplaintStepWrong, match="no decision that upholds it"):
        await remedied(connection, sealer)
    await decide(connection, sealer, decision=Decision.upheld)
    waiting = await unremedied(connection)

    await remedied(connection, sealer)  # the answering officer may do it, too: a small office has no fourth officer

    assert waiting == [(await number(connection), Remedy.due, today())]
    assert await unremedied(connection) == []
    assert await case(connection) == ("decided", "upheld", "recorded", today())
    assert (await steps(connection, sealer, code))[-1] == (ComplaintStep.remedied, None, "Ditetapkan mulai Juli.")
    with pytest.raises(ComplaintStepWrong, match="no decision that upholds it"):
        await remedied(connection, sealer)


async def test_who_is_not_content_with_what_was_done_appeals_and_it_is_due_again(connection, sealer):
    code = await file(connection, sealer)
    await answer(connection, sealer)
    await decide(connection, sealer, decision=Decision.upheld)
    await remedied(connection, sealer, name="Agnes")
    await service.appeal(connection, PUBLIC, sealer, code=code, words="Belum ada kartu.")
    await decide(connection, sealer, name="Agnes", decision=Decision.upheld)
    due = await unremedied(connection)

    await remedied(connection, sealer, name="Agnes", words="Kartu diserahkan.")

    assert len(due) == 1
    assert await case(connection) == ("appeal_decided", "upheld", "recorded", today())


@pytest.mark.parametrize("decision", [None, Decision.rejected])
async def test_the_database_itself_records_no_remedy_of_what_was_not_upheld(connection, sealer, decision):
    await file(connection, sealer)
    await answer(connection, sealer)
    if decision:
        await decide(connection, sealer, decision=decision)
    by = await officer(connection, "Agnes")
    with pytest.raises(DBAPIError, match="is not upheld"):
        await connection.execute(
            text(
                """insert into programme.complaint_steps (complaint_id, step, officer_id, done_date, recorded_by, proof)
                   select max(id), 'remedied', :officer, current_date, 'x', :proof from programme.complaints"""
            ),
            {"officer": by.officer_id, "proof": by.proof},
        )


async def upheld(engine, sealer, kind=ComplaintKind.not_chosen):
    """Create a decreed list and the upheld complaint of a person after the cut; return her number and the line of the selected one."""
    async with engine.begin() as connection:
        person, _ = await own_and_first(connection, sealer)
        await file(connection, sealer, nik=NIK, kk=KK, kind=kind)
        [line] = (await decree_service.amended_decree(connection, decrees.NUMBER)).lines.values()
        await answer(connection, sealer)
        await decide(connection, sealer, decision=Decision.upheld)
    return person, line


async def test_a_later_decree_that_names_her_does_it_justice(engine, sealer):
    person, line = await upheld(engine, sealer)
    async with engine.begin() as connection:
        before = await case(connection)
        leaving = Leaving(line.id, EndReason.moved, Month(2024, 3), person)
        await decrees.amend(connection, leaving, signed_date=date(2024, 4, 2))
        after = await case(connection)

    assert before == (
        "decided",
        "upheld",
        "due",
        None,
    )  # that the first decree ended nobody and named others does not count
    assert after == ("decided", "upheld", "decreed", date(2024, 4, 2))


async def test_who_should_not_receive_is_ended_by_a_later_decree_not_named_by_one(engine, sealer):
    person, line = await upheld(engine, sealer, kind=ComplaintKind.should_not_receive)
    async with engine.begin() as connection:
        leaving = Leaving(line.id, EndReason.moved, Month(2024, 3), person)
        await decrees.amend(connection, leaving, signed_date=date(2024, 4, 2))
        named = await case(connection)
        mine = await decrees.line_of(connection, person)
        ending = Leaving(mine.id, EndReason.found_ineligible, Month(2024, 6))
        await decrees.amend(connection, ending, signed_date=date(2024, 7, 1), number="318/KEP/HK/2024")
        ended = await case(connection)

    assert (named[2:], ended[2:]) == (("due", None), ("decreed", date(2024, 7, 1)))


async def test_wrong_facts_are_mended_by_the_withdrawal_of_her_event(engine, sealer):
    person, _ = await upheld(engine, sealer, kind=ComplaintKind.wrong_facts)
    async with engine.begin() as connection:
        moved = {"person_id": person, "kind": LifeEvent.moved, "day": date(2024, 2, 10), "evidence": "peristiwa.csv:2"}
        await people.record_event(connection, COMMAND_LINE, **moved)
        before = await case(connection)
        [event] = (await connection.execute(text("select id from programme.life_events"))).scalars()
        await people.withdraw_event(connection, await officer(connection), event_id=event, reason="keliru")
        after = await case(connection)

    assert (before[2:], after[2:]) == (("due", None), ("corrected", today()))
