"""If the criteria require it, different people propose, review and approve a list before the decree."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access import service
from jamsos.access.errors import ProofNeeded
from jamsos.access.officers import link_subject
from jamsos.access.rules import COMMAND_LINE, Officer, Scope
from jamsos.decrees import store
from jamsos.decrees.amendments import draft_amendment
from jamsos.decrees.approvals import approvals_of, approve, verify
from jamsos.decrees.errors import AmendmentNotApproved, ApprovalWrong, NotApproved
from jamsos.decrees.rules import EndReason, Leaving, approval_mistake
from jamsos.decrees.service import decree_to_amend, digest
from jamsos.errors import NotFound, OutsideSight
from jamsos.months import Month
from jamsos.selection import service as selection
from jamsos.selection.errors import RunBroken
from jamsos.selection.manifest import sha256_of_document
from tests.decrees.builders import NUMBER, amend, fund, issue, line_of, run
from tests.officers import ADMINISTRATOR, STAFF, agency, officer, personal_key, program_key
from tests.selection.builders import criteria, settle

STEPS = ("propose", "review", "approve")
MARIA, YOSEF = Officer(1, "Maria"), Officer(2, "Yosef")
STRICT = criteria(code="strict", approval={"steps": list(STEPS)})


@pytest.fixture
async def kept(connection):
    await fund(connection)
    await settle(connection, 2)
    return await run(connection, criteria=STRICT, ceiling=201_600)


async def do(connection, kept, step, name, **changed):
    asked = {"run_id": kept.id, "sha256": kept.approved_sha256.hex()}
    return await approve(connection, await officer(connection, name), step=step, **asked | changed)


@pytest.mark.parametrize(
    ("done", "step", "by", "mistake"),
    [
        ({}, "propose", MARIA, None),
        ({}, "review", MARIA, "approval.early"),
        ({}, "sign", MARIA, "approval.unknown"),
        ({"propose": MARIA}, "propose", YOSEF, "approval.done"),
        ({"propose": MARIA}, "review", YOSEF, None),
        ({"propose": MARIA}, "review", MARIA, "officer.same"),
        ({"propose": MARIA}, "review", MARIA._replace(name="Mariah"), "officer.same"),
        ({"propose": MARIA}, "review", Officer(3, "Agnes", frozenset({1})), "officer.issuer"),
        ({"propose": Officer(3, "Agnes", frozenset({1}))}, "review", MARIA, "officer.issuer"),
        ({"propose": MARIA, "review": YOSEF}, "approve", YOSEF, "officer.same"),
    ],
)
def test_each_step_comes_in_its_turn_and_from_another_officer(done, step, by, mistake):
    assert approval_mistake(STEPS, done, step, by, is_the_list=True) == mistake


async def test_a_decree_waits_for_every_step(connection, kept):
    with pytest.raises(NotApproved, match="still needs: propose, review, approve"):
        await issue(connection, kept.id)
    assert await do(connection, kept, "propose", "Maria Jebarus") == ["review", "approve"]
    assert await do(connection, kept, "review", "Yosef Hambur") == ["approve"]
    with pytest.raises(NotApproved, match="still needs: approve"):
        await issue(connection, kept.id)
    assert await do(connection, kept, "approve", "Edistasius", note="tanpa catatan") == []

    assert (await issue(connection, kept.id)).worker_count == 1
    assert [each.officer for each in await approvals_of(connection, kept.id)] == [
        "Maria Jebarus",
        "Yosef Hambur",
        "Edistasius",
    ]


async def test_an_approval_names_the_hash_of_what_was_approved(connection, kept):
    for wrong in ("0" * 64, kept.approved_sha256.hex()[:11], ""):
        with pytest.raises(ApprovalWrong, match="not that of the run manifest"):
            await do(connection, kept, "propose", "Maria", sha256=wrong)
    assert await do(connection, kept, "propose", "Maria", sha256=kept.approved_sha256.hex()[:12].upper()) == [
        "review",
        "approve",
    ]


async def test_one_officer_does_not_do_two_steps_in_another_spelling(connection, kept):
    await do(connection, kept, "propose", "Maria Jebarus")
    with pytest.raises(ApprovalWrong, match="another officer"):
        await do(connection, kept, "review", "maria JEBARUS")


_ANOTHER = """insert into programme.run_approvals (run_id, step, officer, officer_id, list_sha256, office_code, recorded_by, proof)
    select run_id, 'review', 'Somebody Else', :officer, list_sha256, office_code, 'x', :proof from programme.run_approvals"""


async def test_two_keys_of_one_officer_do_not_do_two_steps(connection, kept):
    await do(connection, kept, "propose", "Maria")
    await personal_key(connection, "mabar", "Maria", label="laptop")
    second = await officer(connection, "Maria")

    with pytest.raises(ApprovalWrong, match="another officer"):
        await do(connection, kept, "review", "Maria")
    with pytest.raises(DBAPIError, match="run_approvals_run_id_list_sha256_officer_id_key"):
        await connection.execute(text(_ANOTHER), {"officer": second.officer_id, "proof": second.proof})


async def test_a_key_and_an_openid_subject_of_one_officer_do_not_do_two_steps(connection, kept):
    await do(connection, kept, "propose", "Maria")
    root = await service.recognise(connection, await personal_key(connection, "mabar", "Rikardus", (ADMINISTRATOR,)))
    await link_subject(connection, root, agency_code="mabar", name="Maria", issuer="https://sso.test", subject="7b1f")
    token = await service.recognise_subject(connection, "https://sso.test", "7b1f", "mabar", [*Scope])

    with pytest.raises(ApprovalWrong, match="another officer"):
        await approve(connection, token, step="review", run_id=kept.id, sha256=kept.approved_sha256.hex())
    with pytest.raises(DBAPIError, match="run_approvals_run_id_list_sha256_officer_id_key"):
        await connection.execute(text(_ANOTHER), {"officer": token.officer_id, "proof": token.proof})


async def test_a_proof_of_another_officer_or_of_a_program_is_refused_by_the_database(connection, kept):
    await do(connection, kept, "propose", "Maria")
    maria, yosef = [await officer(connection, name) for name in ("Maria", "Yosef")]
    program = await program_key(connection, "mabar")
    proofs = [maria.proof, (await service.recognise(connection, program)).proof, "key 0", "token 1", "x"]

    for proof in proofs:
        with pytest.raises(DBAPIError, match="is not of officer"):
            async with connection.begin_nested():
                await connection.execute(text(_ANOTHER), {"officer": yosef.officer_id, "proof": proof})


async def test_who_issued_an_officers_key_is_no_second_officer_beside_her(connection, kept):
    """The rule also applies if the key was issued over a third person whom the same administrator invited."""
    roles = (STAFF, ADMINISTRATOR)
    await agency(connection)
    root = await service.recognise(connection, await personal_key(connection, "mabar", "Rikardus", roles))
    helper = await service.recognise(connection, await personal_key(connection, "mabar", "Helena", roles, issuer=root))
    await personal_key(connection, "mabar", "Yosef", issuer=helper)
    await do(connection, kept, "propose", "Rikardus")

    with pytest.raises(ApprovalWrong, match="whoever issued the key"):
        await do(connection, kept, "review", "Yosef")
    yosef = await officer(connection, "Yosef")
    with pytest.raises(DBAPIError, match="by who issued the key of another"):
        await connection.execute(text(_ANOTHER), {"officer": yosef.officer_id, "proof": yosef.proof})


async def tamper(connection, change):
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.exec_driver_sql(f"update programme.selection_runs set {change}")
    await connection.execute(text("set local session_replication_role = origin"))


async def test_a_list_whose_terms_were_changed_is_neither_approved_nor_decreed(connection, kept):
    await do(connection, kept, "propose", "Maria")
    await do(connection, kept, "review", "Yosef")
    await tamper(connection, "ceiling = ceiling + 1")
    with pytest.raises(RunBroken):
        await do(connection, kept, "approve", "Agnes")
    await tamper(connection, "ceiling = ceiling - 1")
    await do(connection, kept, "approve", "Agnes")
    await tamper(connection, "run_by = 'somebody'")

    with pytest.raises(RunBroken):
        await issue(connection, kept.id)


async def test_a_manifest_written_anew_after_its_approval_is_noticed(connection, kept):
    assert "approved" not in (await verify(connection, COMMAND_LINE, kept.id)).parts
    await do(connection, kept, "propose", "Maria")
    assert (await verify(connection, COMMAND_LINE, kept.id)).is_equal
    forged = kept.manifest | {"ceiling": kept.ceiling + 1}
    sha256 = sha256_of_document(forged).hex()
    await tamper(
        connection,
        f"ceiling = ceiling + 1, manifest = jsonb_set(manifest, '{{ceiling}}', '{kept.ceiling + 1}'), manifest_sha256 = '\\x{sha256}'",
    )

    verdict = await verify(connection, COMMAND_LINE, kept.id)

    assert [part for part, holds in verdict.parts.items() if not holds] == ["approved"]
    with pytest.raises(NotApproved):
        await issue(connection, kept.id)


async def test_a_list_of_old_is_approved_by_its_own_hash(connection, kept):
    await tamper(connection, "manifest = null, manifest_sha256 = null")
    for step, name in NAMES.items():
        await do(connection, kept, step, name, sha256=kept.list_sha256.hex())

    assert (await issue(connection, kept.id)).worker_count == 1
    assert (await verify(connection, COMMAND_LINE, kept.id)).is_equal


async def test_an_unknown_run_is_named(connection):
    with pytest.raises(NotFound, match="selection run 5"):
        await approve(connection, await officer(connection), run_id=5, step="propose", sha256="0" * 64)


async def test_whoever_shows_no_key_approves_nothing(connection, kept):
    asked = {"run_id": kept.id, "step": "propose", "sha256": kept.approved_sha256.hex()}
    with pytest.raises(ProofNeeded, match="personal key of the officer"):
        await approve(connection, COMMAND_LINE, **asked)

    assert await approvals_of(connection, kept.id) == []


@pytest.mark.parametrize("region", ["53.10", "53.15.05", None])
async def test_an_officer_of_another_region_approves_nothing(connection, kept, region):
    asked = {"run_id": kept.id, "step": "propose", "sha256": kept.approved_sha256.hex()}
    actor = replace(await officer(connection), region_code=region)

    with pytest.raises(OutsideSight):
        await approve(connection, actor, **asked)


async def test_criteria_that_ask_for_no_approval_need_none(connection):
    await fund(connection)
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)

    assert (await issue(connection, kept.id)).worker_count == 1


@pytest.mark.parametrize(
    ("step", "sha256"),
    [
        ("review", "manifest_sha256"),  # before its turn in the order of steps
        ("sign", "manifest_sha256"),  # not required
        ("propose", "'\\x00'"),  # another list
        ("propose", "list_sha256"),  # the list without its terms
    ],
)
async def test_the_database_itself_refuses_a_wrong_approval(connection, kept, step, sha256):
    by = await officer(connection, "Yosef")
    with pytest.raises(DBAPIError, match="not due, or approves another list"):
        await connection.execute(
            text(
                f"""insert into programme.run_approvals (run_id, step, officer, officer_id, list_sha256, proof, office_code, recorded_by)
                select id, :step, 'Yosef', :officer, {sha256}, :proof, '53.15', 'x' from programme.selection_runs where id = :run"""
            ),
            {"run": kept.id, "step": step, "officer": by.officer_id, "proof": by.proof},
        )


async def test_the_database_itself_refuses_an_unapproved_decree(connection, kept):
    with pytest.raises(DBAPIError, match="is not approved"):
        await connection.execute(
            text(
                """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, run_id, fund_id,
                    rate, worker_count, amount, list_sha256, office_code, issued_by)
                select 'X', 'determination', '2024-01-04', 2024, '2024-01-01', '2024-12-01', 'x', id, fund_id, 16800, 1, 201600, '',
                    '53.15', 'x' from programme.selection_runs where id = :run"""
            ),
            {"run": kept.id},
        )


# --- amendments --------------------------------------------------------------------------------------------------

NAMES = dict(zip(STEPS, ("Maria", "Yosef", "Agnes"), strict=True))


@pytest.fixture
async def decree(connection, kept):
    """Create a decree of one worker with one waiting, with the required approvals."""
    for step, name in NAMES.items():
        await do(connection, kept, step, name)
    await issue(connection, kept.id)
    return kept


async def leaving(connection, kept):
    ranked = await selection.kept_list(connection, kept)
    line = await line_of(connection, ranked["person_id"][0])
    return Leaving(line.id, EndReason.died, Month(2024, 3))


async def draft(connection, kept, **changed):
    of = await decree_to_amend(connection, NUMBER)
    asked = {"of": of, "signed_date": date(2024, 4, 2), "billed": {}, "fill_from": Month(2024, 4)}
    return await draft_amendment(connection, leavings=[await leaving(connection, kept)], **asked | changed)


async def amended(connection, kept, **changed):
    asked = {"signed_date": date(2024, 4, 2), "fill_from": Month(2024, 4)}
    return await amend(connection, await leaving(connection, kept), **asked | changed)


async def test_an_amendment_waits_for_every_step_on_the_hash_of_its_lines(connection, decree):
    found = await draft(connection, decree)
    named = {"sha256": found.list_sha256.hex()}

    assert (found.ended, found.filled, found.open_places, found.missing) == (1, 1, 0, list(STEPS))
    with pytest.raises(AmendmentNotApproved, match=f"{named['sha256']}.* still needs: propose, review, approve"):
        await amended(connection, decree)
    assert await do(connection, decree, "propose", "Maria", **named) == ["review", "approve"]
    assert await do(connection, decree, "review", "Yosef", sha256=named["sha256"][:12]) == ["approve"]
    with pytest.raises(AmendmentNotApproved, match="still needs: approve"):
        await amended(connection, decree)
    assert await do(connection, decree, "approve", "Agnes", **named) == []

    done = await amended(connection, decree)
    assert (done.decree.list_sha256, done.ended, done.filled) == (found.list_sha256, 1, 1)
    await connection.execute(text("set constraints all immediate"))


async def test_what_was_approved_is_those_lines_and_no_others(connection, decree):
    found = await draft(connection, decree)
    for step, name in NAMES.items():
        await do(connection, decree, step, name, sha256=found.list_sha256.hex())

    with pytest.raises(AmendmentNotApproved, match="still needs: propose, review, approve"):
        await amended(connection, decree, fill_from=None)  # without replacement: other lines
    assert (await draft(connection, decree)).missing == []


@pytest.mark.parametrize(
    ("step", "name", "why"),
    [
        ("propose", "Yosef", "recorded already"),
        ("approve", "Agnes", "the previous step is missing"),
        ("review", "maria", "another officer"),
    ],
)
async def test_an_amendments_steps_come_in_their_turn_and_from_other_officers(connection, decree, step, name, why):
    named = {"sha256": (await draft(connection, decree)).list_sha256.hex()}
    await do(connection, decree, "propose", "Maria", **named)

    with pytest.raises(ApprovalWrong, match=why):
        await do(connection, decree, step, name, **named)


async def test_an_amendments_first_step_names_the_whole_hash_of_a_decreed_list(connection, decree):
    found = (await draft(connection, decree)).list_sha256.hex()

    with pytest.raises(ApprovalWrong, match="not that of the run manifest"):
        await do(connection, decree, "propose", "Maria", sha256=found[:12])
    assert await do(connection, decree, "propose", "Maria", sha256=found) == ["review", "approve"]


async def test_a_draft_writes_nothing(connection, decree):
    before = [await count(connection, table) for table in ("decrees", "decree_lines", "run_approvals", "audit_entries")]
    await draft(connection, decree)

    assert before == [
        await count(connection, table) for table in ("decrees", "decree_lines", "run_approvals", "audit_entries")
    ]


async def count(connection, table):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


_AMENDMENT = """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, amends_id, fund_id,
        rate, worker_count, amount, list_sha256, office_code, issued_by)
    select 'X', 'amendment', '2024-04-02', 2024, month_from, month_to, 'x', id, fund_id, 16800, 0, 0, :sha256, '53.15', 'x'
      from programme.decrees where run_id = :run returning id"""


async def test_the_database_itself_refuses_an_unapproved_amendment(connection, decree):
    with pytest.raises(DBAPIError, match="is not approved"):
        await connection.execute(text(_AMENDMENT), {"run": decree.id, "sha256": bytes(32)})


async def test_the_database_itself_refuses_other_lines_than_were_approved(connection, decree):
    found = await draft(connection, decree)
    for step, name in NAMES.items():
        await do(connection, decree, step, name, sha256=found.list_sha256.hex())
    issued = (await connection.execute(text(_AMENDMENT), {"run": decree.id, "sha256": found.list_sha256})).scalar_one()
    rows = [{**line, "decree_id": issued, "month_to": date(2024, 2, 1)} for line in found.lines[:1]]
    await store.add_lines(connection, rows)

    with pytest.raises(DBAPIError, match="holds other lines than were approved"):
        await connection.execute(text("set constraints all immediate"))


# --- what the database refuses, whoever writes -------------------------------------------------------------------

DOOR = """select set_config('role', 'jamsos_api', true), set_config('jamsos.sight_from', :first, true),
    set_config('jamsos.sight_to', :beyond, true)"""


async def through_the_door(connection, region="53.15"):
    await connection.execute(text(DOOR), {"first": region, "beyond": f"{region}~"})


@pytest.mark.parametrize(("region", "refusal"), [("53.15", "amends no determination"), ("53.10", "of another regency")])
async def test_an_amendment_of_an_amendment_or_of_a_decree_unseen_is_refused(connection, decree, region, refusal):
    found = await draft(connection, decree)
    for step, name in NAMES.items():
        await do(connection, decree, step, name, sha256=found.list_sha256.hex())
    amendment = (await amended(connection, decree)).decree
    of = amendment.id if region == "53.15" else amendment.root_id

    await through_the_door(connection, region)
    with pytest.raises(DBAPIError, match=refusal):
        await connection.execute(
            text(
                """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, amends_id, fund_id,
                    rate, worker_count, amount, list_sha256, office_code, issued_by)
                values ('X', 'amendment', '2024-04-02', 2024, '2024-01-01', '2024-12-01', 'x', :of, :fund, 16800, 0, 0, '', :regency,
                    'x')"""
            ),
            {"of": of, "fund": amendment.fund_id, "regency": region},
        )


_DETERMINATION = """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, run_id, fund_id,
        rate, worker_count, amount, list_sha256, office_code, issued_by)
    select 'X', 'determination', '2024-01-04', 2024, month_from, month_to, 'x', id, fund_id, 16800, 1, 201600, :sha256, '53.15', 'x'
      from programme.selection_runs where id = :run returning id"""


def chosen(run, person):
    return {
        "line": 1, "action": "inclusion", "person_id": person["person_id"], "month_from": run.month_from.first_day,
        "month_to": run.month_to.first_day, "group_code": person["group_code"], "village_code": person["village_code"],
    }  # fmt: skip


async def written(connection, run, rank, **changed):
    """Insert a determination of one line directly: the person of that rank."""
    ranked = (await selection.kept_list(connection, run)).to_dicts()
    line = chosen(run, ranked[rank]) | changed
    values = {"run": run.id, "sha256": digest([line])}
    issued = (await connection.execute(text(_DETERMINATION), values)).scalar_one()
    await store.add_lines(connection, [line | {"decree_id": issued}])
    await connection.execute(text("set constraints all immediate"))


@pytest.mark.parametrize(
    ("rank", "changed"), [(1, {}), (0, {"month_to": date(2025, 6, 1)}), (0, {"village_code": "53.15.05.2002"})]
)
async def test_an_approved_list_is_decreed_as_it_was_approved(connection, kept, rank, changed):
    for step, name in NAMES.items():
        await do(connection, kept, step, name)
    await through_the_door(connection)

    with pytest.raises(DBAPIError, match=r"holds other lines than were approved|fits no place of its decree"):
        async with connection.begin_nested():
            await written(connection, kept, rank, **changed)
    await written(connection, kept, 0)


async def test_who_is_called_chosen_after_the_list_was_kept_is_not_decreed(connection, kept):
    for step, name in NAMES.items():
        await do(connection, kept, step, name)
    ranked = (await selection.kept_list(connection, kept)).to_dicts()
    late = """insert into programme.selection_candidates
               (run_id, person_id, rank, score, score_parts, outcome, reason, group_code, village_code)
        select run_id, :late, rank, score, score_parts, outcome, reason, group_code, village_code
          from programme.selection_candidates where run_id = :run and outcome = 'chosen'"""
    stranger = (await settle(connection, 1))[0]
    await connection.execute(text(late), {"run": kept.id, "late": stranger})

    line = chosen(kept, ranked[0]) | {"person_id": stranger}
    issued = await connection.execute(text(_DETERMINATION), {"run": kept.id, "sha256": digest([line])})
    await store.add_lines(connection, [line | {"decree_id": issued.scalar_one()}])
    with pytest.raises(DBAPIError, match="holds other lines than were approved"):
        await connection.execute(text("set constraints all immediate"))
