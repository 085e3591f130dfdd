"""Approving: what the criteria want done with a list before it is decreed, each step by another officer, on the list's hash."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.decrees import rules, store
from jamsos.errors import ApprovalWrong
from jamsos.selection import service as selection
from jamsos.selection.service import Run

SHORTEST = 12  # hex digits of a hash that name it


class Approval(NamedTuple):
    step: str
    officer: str
    list_sha256: bytes
    note: str | None
    proof: str | None


async def approvals_of(connection: AsyncConnection, run_id: int) -> list[Approval]:
    """What was done with a run's list, oldest first."""
    return [
        Approval(**{name: row[name] for name in Approval._fields}) for row in await store.approvals(connection, run_id)
    ]


async def steps_of(connection: AsyncConnection, run: Run) -> tuple[str, ...]:
    """The steps that the run's criteria want, in order; none where they want none."""
    approval = (await selection.criteria_of_run(connection, run)).approval
    return approval.steps if approval else ()


async def missing_steps(connection: AsyncConnection, run: Run) -> list[str]:
    """Steps not done on the list as it is kept."""
    done = {each.step for each in await approvals_of(connection, run.id) if each.list_sha256 == run.list_sha256}
    return [step for step in await steps_of(connection, run) if step not in done]


async def approve(
    connection: AsyncConnection,
    actor: Actor,
    *,
    run_id: int,
    step: str,
    officer: str,
    list_sha256: str,
    note: str | None = None,
) -> list[str]:
    """Record that an officer has done a step with the list of that hash (at least its first twelve hex digits); which steps
    are still missing. Over the API each step also needs another key or token. Raises NotFound, ApprovalWrong.
    """
    run = await selection.run_by_id(connection, run_id)
    await store.hold(connection, run.regency_code)
    before = await approvals_of(connection, run_id)
    done = {each.step: rules.officer_key(each.officer) for each in before}
    is_other = actor.proof is None or actor.proof not in {each.proof for each in before}
    named = list_sha256.strip().lower()
    is_the_list = len(named) >= SHORTEST and run.list_sha256.hex().startswith(named)
    mistake = rules.approval_mistake(
        await steps_of(connection, run), done, step, officer, is_the_list, is_other_proof=is_other
    )
    if mistake:
        raise ApprovalWrong(run=run_id, step=step[:40], wish=mistake)
    await store.add_approval(
        connection, run_id=run_id, step=step, officer=officer.strip(), officer_key=rules.officer_key(officer),
        list_sha256=run.list_sha256, note=note, regency_code=run.regency_code, recorded_by=actor.name, proof=actor.proof,
    )  # fmt: skip
    await audit(
        connection, actor, "approve_run", subject="selection_run", subject_ids=[run_id],
        details={"step": step, "list_sha256": run.list_sha256.hex()},
    )  # fmt: skip
    return await missing_steps(connection, run)
