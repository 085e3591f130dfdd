"""Explanations: one person's position in a list, with every row that excludes the person, including decrees and the insurer's answers."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.decrees.letters import Naming, letter_sentences, namings
from jamsos.enrolment import store
from jamsos.enrolment.rules import Answer
from jamsos.messages import Language
from jamsos.months import day_of, today
from jamsos.people import service as people
from jamsos.regions.service import need_region
from jamsos.sealing import Sealer
from jamsos.selection import verification
from jamsos.selection.evidence import Evidence
from jamsos.selection.letters import Letter, letter
from jamsos.selection.rules import Reason
from jamsos.selection.verification import Explanation

_AGAINST = {Answer.refused: Reason.refused_by_insurer, Answer.already_member: Reason.other_payer}


async def explain(connection: AsyncConnection, actor: Actor, run_id: int, person_id: int) -> Explanation:
    """Return the explanation with the evidence of decrees and of the insurer. Raises NotFound.

    The act is audited, because it shows one person's circumstances.
    """
    found = await verification.explain(connection, actor, run_id, person_id)
    objections = set(map(Reason, found.objections))
    said = [each for each in await _said(connection, found) if each.reason in objections]
    known = {each.reason for each in found.evidence}
    return replace(found, evidence=[*found.evidence, *(each for each in said if each.reason not in known)])


async def explain_today(
    connection: AsyncConnection, actor: Actor, run_id: int, person_id: int
) -> tuple[Explanation, Sequence[Naming]]:
    """Return the explanation, and what the decrees of the list's year decided about the person.

    A later decree may name a person whom the list did not reach, or end the line of one whom it chose. Audited. Raises
    NotFound.
    """
    found = await explain(connection, actor, run_id, person_id)
    return found, await namings(connection, found.person_id, found.run.year)


async def letter_today(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, run_id: int, person_id: int, language: Language
) -> Letter:
    """Return the explanation as a letter to the person, dated today, with a masked NIK. Audited. Raises NotFound."""
    found, of_decrees = await explain_today(connection, actor, run_id, person_id)
    who = await people.portrait(connection, sealer, person_id)
    place = await need_region(connection, who.person["village_code"])
    return letter(found, who, place, today(), language, letter_sentences(of_decrees, language))


async def _said(connection: AsyncConnection, found: Explanation) -> list[Evidence]:
    """Return the evidence from decrees and answers that existed at the run."""
    run = found.run
    months = run.month_from.first_day, run.month_to.first_day
    decree = await store.protecting(connection, found.person_id, *months, run.run_at)
    answer = await store.answer_before(connection, found.person_id, run.year, run.run_at)
    said = (
        [Evidence(Reason.already_protected, "decree", decree.signed_date, decree.number, decree.line)] if decree else []
    )
    if answer and answer.answer in _AGAINST:
        day = day_of(answer.answered_at)
        said.append(Evidence(_AGAINST[Answer(answer.answer)], "answer", day, answer.file_name or "-", answer.line))
    return said
