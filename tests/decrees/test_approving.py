"""Where the criteria ask for it, a list is proposed, reviewed and approved by different people before it is decreed."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees.approving import approvals_of, approve
from jamsos.decrees.rules import approval_mistake
from jamsos.errors import ApprovalWrong, NotApproved, NotFound
from tests.decrees.builders import fund, issue, run
from tests.selection.builders import criteria, settle

STEPS = ("propose", "review", "approve")
STRICT = criteria(code="strict", approval={"steps": list(STEPS)})


@pytest.fixture
async def kept(connection):
    await fund(connection)
    await settle(connection, 2)
    return await run(connection, criteria=STRICT, ceiling=201_600)


async def do(connection, kept, step, officer, **changed):
    asked = {"run_id": kept.id, "list_sha256": kept.list_sha256.hex()}
    return await approve(connection, COMMAND_LINE, step=step, officer=officer, **asked | changed)


@pytest.mark.parametrize(
    ("done", "step", "officer", "mistake"),
    [
        ({}, "propose", "Maria", None),
        ({}, "review", "Maria", "approval.early"),
        ({}, "sign", "Maria", "approval.unknown"),
        ({"propose": "maria"}, "propose", "Yosef", "approval.done"),
        ({"propose": "maria"}, "review", "Yosef", None),
        ({"propose": "maria"}, "review", " MARIA ", "approval.same_officer"),
        ({"propose": "maria"}, "review", "  ", "approval.same_officer"),
        ({"propose": "maria", "review": "yosef"}, "approve", "Yosef", "approval.same_officer"),
    ],
)
def test_each_step_comes_in_its_turn_and_from_another_officer(done, step, officer, mistake):
    assert approval_mistake(STEPS, done, step, officer, is_the_list=True) == mistake


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
    for wrong in ("0" * 64, kept.list_sha256.hex()[:11], ""):
        with pytest.raises(ApprovalWrong, match="not that of the list"):
            await do(connection, kept, "propose", "Maria", list_sha256=wrong)
    assert await do(connection, kept, "propose", "Maria", list_sha256=kept.list_sha256.hex()[:12].upper()) == [
        "review",
        "approve",
    ]


async def test_one_officer_does_not_do_two_steps_in_another_spelling(connection, kept):
    await do(connection, kept, "propose", "Maria Jebarus")
    with pytest.raises(ApprovalWrong, match="another officer"):
        await do(connection, kept, "review", "maria  JEBARUS")


async def test_one_key_does_not_do_two_steps_under_two_names(connection, kept):
    one, other = (replace(COMMAND_LINE, name="mabar", proof=f"key {number}") for number in (1, 2))
    asked = {"run_id": kept.id, "list_sha256": kept.list_sha256.hex()}
    await approve(connection, one, step="propose", officer="Maria", **asked)

    with pytest.raises(ApprovalWrong, match="key of another officer"):
        await approve(connection, one, step="review", officer="Yosef", **asked)
    with pytest.raises(DBAPIError, match="run_approvals_run_id_proof_key"):
        async with connection.begin_nested():
            await connection.execute(
                text(
                    """insert into programme.run_approvals (run_id, step, officer, officer_key, list_sha256, regency_code,
                                                          recorded_by, proof)
                       select run_id, 'review', 'Y', 'y', list_sha256, regency_code, 'x', proof from programme.run_approvals"""
                )
            )

    assert await approve(connection, other, step="review", officer="Yosef", **asked) == ["approve"]


async def test_an_unknown_run_is_named(connection):
    with pytest.raises(NotFound, match="selection run 5"):
        await approve(connection, COMMAND_LINE, run_id=5, step="propose", officer="Maria", list_sha256="0" * 64)


async def test_criteria_that_ask_for_no_approval_need_none(connection):
    await fund(connection)
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)

    assert (await issue(connection, kept.id)).worker_count == 1


@pytest.mark.parametrize(
    "values",
    [
        "'review', 'Yosef', 'yosef', list_sha256",  # before its turn
        "'sign', 'Yosef', 'yosef', list_sha256",  # not asked for
        "'propose', 'Yosef', 'yosef', '\\x00'",  # another list
    ],
)
async def test_the_database_itself_refuses_a_wrong_approval(connection, kept, values):
    with pytest.raises(DBAPIError, match="not due, or approves another list"):
        await connection.execute(
            text(
                f"""insert into programme.run_approvals (run_id, step, officer, officer_key, list_sha256, regency_code, recorded_by)
                select id, {values}, '53.15', 'x' from programme.selection_runs where id = :run"""
            ),
            {"run": kept.id},
        )


async def test_the_database_itself_refuses_an_unapproved_decree(connection, kept):
    with pytest.raises(DBAPIError, match="is not approved"):
        await connection.execute(
            text(
                """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, run_id, fund_id,
                    rate, worker_count, amount, list_sha256, regency_code, issued_by)
                select 'X', 'determination', '2024-01-04', 2024, '2024-01-01', '2024-12-01', 'x', id, fund_id, 16800, 1, 201600, '',
                    '53.15', 'x' from programme.selection_runs where id = :run"""
            ),
            {"run": kept.id},
        )
