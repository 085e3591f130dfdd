"""Explaining: one person's place in a kept list, with every row that stands against her, also decrees and the insurer's answers."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.enrolment import store
from jamsos.selection import review
from jamsos.selection.evidence import Evidence
from jamsos.selection.review import Explanation
from jamsos.selection.rules import Reason


async def explain(connection: AsyncConnection, actor: Actor, run_id: int, person_id: int) -> Explanation:
    """Audited, because it tells one person's circumstances. Raises NotFound."""
    found = await review.explain(connection, actor, run_id, person_id)
    objections = set(map(Reason, found.objections))
    said = [each for each in await _said(connection, found) if each.reason in objections]
    known = {each.reason for each in found.evidence}
    return replace(found, evidence=[*found.evidence, *(each for each in said if each.reason not in known)])


async def _said(connection: AsyncConnection, found: Explanation) -> list[Evidence]:
    """What decrees and answers that were there when the list was drawn up say of her."""
    run = found.run
    months = run.month_from.first_day, run.month_to.first_day
    decree = await store.protecting(connection, found.person_id, *months, run.run_at)
    answers = await store.answers_before(connection, found.person_id, run.year, run.run_at)
    said = (
        [Evidence(Reason.already_protected, "decree", decree.signed_date, decree.number, decree.line)] if decree else []
    )
    reasons = {"refused": Reason.refused_by_insurer, "already_member": Reason.other_payer}
    return said + [
        Evidence(reasons[row.answer], "answer", row.day, row.file_name or "-", row.line)
        for row in answers
        if row.answer in reasons
    ]
