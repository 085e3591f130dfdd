"""Approvals: the steps that the criteria require before a list is decreed, each by another officer.

A list is that of a run, or the lines of an amendment of its decree: the same steps for both.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.decrees import rules, store
from jamsos.decrees.errors import ApprovalDone, ApprovalWrong, ProofNeeded
from jamsos.errors import OutsideSight
from jamsos.selection import service as selection
from jamsos.selection import verification
from jamsos.selection.service import Run
from jamsos.selection.verification import Verdict

SHORTEST = 12  # hex digits of a hash that name it


class Approval(NamedTuple):
    step: str
    officer: str
    list_sha256: bytes
    note: str | None
    proof: str | None


async def approvals_of(connection: AsyncConnection, run_id: int) -> list[Approval]:
    """What was done with a run's list and with those of its amendments, oldest first."""
    return [
        Approval(**{name: row[name] for name in Approval._fields}) for row in await store.approvals(connection, run_id)
    ]


async def steps_of(connection: AsyncConnection, run: Run) -> tuple[str, ...]:
    """The steps that the run's criteria want, in order; none where they want none."""
    approval = (await selection.criteria_of_run(connection, run)).approval
    return approval.steps if approval else ()


async def missing_steps(connection: AsyncConnection, run: Run, list_sha256: bytes | None = None) -> list[str]:
    """Steps not done on the list of that hash; on the run's own, as it is kept, where none is given."""
    listed = list_sha256 or run.approved_sha256
    done = {each.step for each in await approvals_of(connection, run.id) if each.list_sha256 == listed}
    return [step for step in await steps_of(connection, run) if step not in done]


async def approve(
    connection: AsyncConnection,
    actor: Actor,
    *,
    run_id: int,
    step: str,
    officer: str,
    sha256: str,
    note: str | None = None,
) -> list[str]:
    """Record that an officer has done a step with the list whose manifest has that hash, or with the amendment whose lines have it
    (the first twelve hex digits are enough where the programme knows it); which steps are still missing. Each step by another key or
    token: whoever shows none approves nothing. Raises ProofNeeded, NotFound, OutsideSight, ApprovalWrong, RunBroken.
    """
    if actor.proof is None:
        raise ProofNeeded
    run = await selection.run_by_id(connection, run_id)
    if not actor.sight.first <= run.regency_code < actor.sight.beyond:
        raise OutsideSight
    await verification.must_hold(connection, run)
    await store.hold(connection, run.regency_code)
    before = await approvals_of(connection, run_id)
    listed = await _listed(connection, run, before, sha256.strip().lower())
    before = [each for each in before if each.list_sha256 == (listed or run.approved_sha256)]
    done = {each.step: rules.officer_key(each.officer) for each in before}
    is_other = actor.proof not in {each.proof for each in before}
    mistake = rules.approval_mistake(
        await steps_of(connection, run), done, step, officer, listed is not None, is_other_proof=is_other
    )
    if mistake == "approval.done":
        raise ApprovalDone(run=run_id, step=step[:40])
    if mistake or listed is None:
        raise ApprovalWrong(run=run_id, step=step[:40], wish=mistake)
    await store.add_approval(
        connection, run_id=run_id, step=step, officer=officer.strip(), officer_key=rules.officer_key(officer),
        list_sha256=listed, note=note, regency_code=run.regency_code, recorded_by=actor.name, proof=actor.proof,
    )  # fmt: skip
    await audit(
        connection, actor, "approve_run", subject="selection_run", subject_ids=[run_id],
        details={"step": step, "list_sha256": listed.hex()},
    )  # fmt: skip
    return await missing_steps(connection, run, listed)


async def verify(connection: AsyncConnection, actor: Actor, run_id: int) -> Verdict:
    """What review.verify tells; of a list on which officers have acted, also whether any of them acted on the manifest as it stands."""
    found = await verification.verify(connection, actor, run_id)
    done = await approvals_of(connection, run_id)
    is_approved = any(each.list_sha256 == found.sha256 for each in done)
    return replace(found, parts={**found.parts, "approved": is_approved}) if done else found


async def _listed(connection: AsyncConnection, run: Run, before: Sequence[Approval], named: str) -> bytes | None:
    """The hash that is named: the run's, one that an earlier step named, or, whole, that of an amendment to come."""
    known = {run.approved_sha256, *(each.list_sha256 for each in before)}
    found = [each for each in known if each.hex().startswith(named)]
    if len(named) >= SHORTEST and len(found) == 1:
        return found[0]
    is_whole = re.fullmatch("[0-9a-f]{64}", named) is not None
    return bytes.fromhex(named) if is_whole and await store.by(connection, run_id=run.id) else None
