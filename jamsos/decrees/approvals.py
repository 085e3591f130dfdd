"""Approvals: the steps that the criteria require before a list is decreed, each by another officer with a personal key.

A list is that of a run, or the lines of an amendment to its decree. Both need the same steps.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, officer_of, officer_of_proof
from jamsos.decrees import rules, store
from jamsos.decrees.errors import ApprovalDone, ApprovalWrong
from jamsos.errors import OutsideSight
from jamsos.selection import service as selection
from jamsos.selection import verification
from jamsos.selection.service import Run
from jamsos.selection.verification import Verdict

SHORTEST = 12  # hex digits that suffice to name a hash


class Approval(NamedTuple):
    step: str
    officer: str
    officer_id: int
    list_sha256: bytes
    note: str | None
    proof: str | None


async def approvals_of(connection: AsyncConnection, run_id: int) -> list[Approval]:
    """Return the approvals of a run's list and of its amendments, oldest first."""
    return [
        Approval(**{name: row[name] for name in Approval._fields}) for row in await store.approvals(connection, run_id)
    ]


async def steps_of(connection: AsyncConnection, run: Run) -> tuple[str, ...]:
    """Return the steps that the run's criteria require, in order; empty where they require none."""
    approval = (await selection.criteria_of_run(connection, run)).approval
    return approval.steps if approval else ()


async def missing_steps(connection: AsyncConnection, run: Run, list_sha256: bytes | None = None) -> list[str]:
    """Return the steps not yet done on the list with this hash, by default the run's own list."""
    listed = list_sha256 or run.approved_sha256
    done = {each.step for each in await approvals_of(connection, run.id) if each.list_sha256 == listed}
    return [step for step in await steps_of(connection, run) if step not in done]


async def approve(
    connection: AsyncConnection,
    actor: Actor,
    *,
    run_id: int,
    step: str,
    sha256: str,
    note: str | None = None,
) -> list[str]:
    """Record that the acting officer has done a step on a list, and return the steps that are still missing.

    `sha256` is the hash of the run manifest, or of an amendment's lines. Its first twelve hex digits suffice where the
    hash is known already. Each step needs another officer. Raises ProofNeeded, NotFound, OutsideSight, ApprovalWrong,
    RunBroken.
    """
    officer = officer_of(actor)
    run = await selection.run_by_id(connection, run_id)
    if not actor.sight.first <= run.office_code < actor.sight.beyond:
        raise OutsideSight
    await verification.must_hold(connection, run)
    await store.hold(connection, run.office_code)
    before = await approvals_of(connection, run_id)
    listed = await _listed(connection, run, before, sha256.strip().lower())
    before = [each for each in before if each.list_sha256 == (listed or run.approved_sha256)]
    others = {each.id: each for each in await officer_of_proof(connection, [(e.proof, e.officer) for e in before])}
    done = {each.step: others[each.officer_id] for each in before}
    mistake = rules.approval_mistake(await steps_of(connection, run), done, step, officer, listed is not None)
    if mistake == "approval.done":
        raise ApprovalDone(run=run_id, step=step[:40])
    if mistake or listed is None:
        raise ApprovalWrong(run=run_id, step=step[:40], wish=mistake)
    await store.add_approval(
        connection, run_id=run_id, step=step, officer=officer.name, officer_id=officer.id,
        list_sha256=listed, note=note, office_code=run.office_code, recorded_by=actor.name, proof=actor.proof,
    )  # fmt: skip
    await audit(
        connection, actor, "approve_run", subject="selection_run", subject_ids=[run_id],
        details={"step": step, "list_sha256": listed.hex()},
    )  # fmt: skip
    return await missing_steps(connection, run, listed)


async def verify(connection: AsyncConnection, actor: Actor, run_id: int) -> Verdict:
    """Return the verdict of verification.verify. Where approvals exist, add whether any of them names the present manifest."""
    found = await verification.verify(connection, actor, run_id)
    done = await approvals_of(connection, run_id)
    is_approved = any(each.list_sha256 == found.sha256 for each in done)
    return replace(found, parts={**found.parts, "approved": is_approved}) if done else found


async def _listed(connection: AsyncConnection, run: Run, before: Sequence[Approval], named: str) -> bytes | None:
    """Return the named hash: the run's, that of an earlier step, or, in full, that of an amendment still to come."""
    known = {run.approved_sha256, *(each.list_sha256 for each in before)}
    found = [each for each in known if each.hex().startswith(named)]
    if len(named) >= SHORTEST and len(found) == 1:
        return found[0]
    is_whole = re.fullmatch("[0-9a-f]{64}", named) is not None
    return bytes.fromhex(named) if is_whole and await store.by(connection, run_id=run.id) else None
