"""Complaint acts: file, follow by code, answer, decide, appeal, and record the remedy of an upheld complaint."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor, Officer, sight_of
from jamsos.access.service import audit, audit_shown, officer_of, officer_of_proof, within
from jamsos.complaints import rules, store
from jamsos.complaints.errors import ComplaintStepWrong, ComplaintWordsWrong, NumberMalformed
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, Decision, Remedy
from jamsos.complaints.tables import complaints
from jamsos.decrees import letters
from jamsos.decrees import service as decrees
from jamsos.decrees.letters import Naming
from jamsos.enrolment.explanations import explain_today
from jamsos.errors import NotFound
from jamsos.messages import Language
from jamsos.months import today
from jamsos.offices.service import office_of
from jamsos.people import service as people
from jamsos.sealing import Sealer
from jamsos.selection.letters import explained
from jamsos.selection.verification import EXPLAINED, Explanation


class Step(NamedTuple):
    step: ComplaintStep
    day: date
    decision: Decision | None
    words: str | None


class Followed(NamedTuple):
    """What the holder of the code may see: the steps, and the person's position in the list for a complainant with proven identity."""

    kind: ComplaintKind
    filed_date: date
    due_date: date
    steps: Sequence[Step]
    explanation: Explanation | None
    namings: Sequence[Naming]  # what the decrees of the list's year, also later ones, decided about the person


async def file_complaint(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    kind: ComplaintKind,
    office_code: str | None = None,
    words: str,
    nik: str | None = None,
    kk: str | None = None,
    contact: str | None = None,
    run_id: int | None = None,
) -> str:
    """File a complaint and return its code, which is never shown again.

    An unknown NIK is accepted, because the person may be missing from the registers. `kk`, the number of the family
    card, is compared and not stored. A NIK alone is known to too many people to disclose the person's position in the
    list. Raises ComplaintWordsWrong, NumberMalformed, RegionUnknown, NotFound.
    """
    _check_words(words)
    nik, kk = _digits("nik", nik), _digits("kk", kk)
    office_code = await office_of(connection, actor, office_code)
    async with within(connection, sight_of(office_code)):
        person_id = await people.by_nik(connection, sealer, nik) if nik else None
        is_own = bool(person_id and kk) and await people.is_family_card(connection, sealer, person_id or 0, kk or "")
        if person_id and kind == ComplaintKind.not_chosen:
            ids = await people.ids_of(connection, person_id)
            run_id = run_id or await store.decreed_run(connection, ids, office_code)
    code = rules.new_code()
    await store.show(connection, _hash(code))
    complaint_id = await store.add(
        connection, code_sha256=_hash(code), kind=kind, office_code=office_code, run_id=run_id, person_id=person_id,
        words_sealed=sealer.seal("complaint", words), contact_sealed=sealer.seal("phone", contact) if contact else None,
        filed_date=today(), due_date=rules.due(today()), filed_by=actor.name, is_own=is_own,
    )  # fmt: skip
    if complaint_id is None:
        raise NotFound(what="run", which=run_id)
    await audit(connection, actor, "file_complaint", subject="complaint", subject_ids=[complaint_id])
    return code


def _digits(what: str, number: str | None) -> str | None:
    """Return the digits of a number. Raises NumberMalformed, because a mistyped number would silently hide the person's position."""
    if not number or not number.strip():
        return None
    digits = re.sub(r"[\s.'-]", "", number)
    if not re.fullmatch(r"[0-9]{16}", digits):
        raise NumberMalformed(what=what, count=len(digits))
    return digits


def _check_words(words: str, *, is_ours: bool = False) -> None:
    if wish := rules.words_mistake(words, is_ours=is_ours):
        raise ComplaintWordsWrong(wish=wish)


def _hash(code: str) -> bytes:
    return hashlib.sha256(rules.code_key(code).encode()).digest()


async def follow(connection: AsyncConnection, actor: Actor, sealer: Sealer, code: str) -> Followed:
    """Return the complaint with this code. Raises NotFound."""
    found = await _by_code(connection, code)
    steps = [_step(sealer, row) for row in await store.steps(connection, found["id"])]
    explanation, namings = await _own_place(connection, actor, found)
    due = await store.due_date(connection, found["id"])
    return Followed(ComplaintKind(found["kind"]), found["filed_date"], due, steps, explanation, namings)


Place = tuple[Explanation | None, Sequence[Naming]]
NOWHERE: Place = (None, ())


async def _own_place(connection: AsyncConnection, actor: Actor, found: RowMapping) -> Place:
    """Return the person's position in a decreed list. A list without a decree is not public yet. Audited."""
    if not found["is_own"] or found["kind"] != ComplaintKind.not_chosen or found["run_id"] is None:
        return NOWHERE
    async with within(connection, sight_of(found["office_code"])):
        is_decreed = await decrees.of_run(connection, found["run_id"])
        return await _place(connection, actor, found) if is_decreed else NOWHERE


async def _by_code(connection: AsyncConnection, code: str) -> RowMapping:
    await store.show(connection, _hash(code))
    found = await store.by(connection, code_sha256=_hash(code))
    if found is None:
        raise NotFound(what="complaint", which="-")  # the error does not repeat the code, because it is a secret
    return found


def _step(sealer: Sealer, row: RowMapping) -> Step:
    words = sealer.unseal("complaint", row["words_sealed"]) if row["words_sealed"] else None
    return Step(ComplaintStep(row["step"]), row["done_date"], row["decision"] and Decision(row["decision"]), words)


# --- the office --------------------------------------------------------------------------------------------------


class Listed(NamedTuple):
    """A complaint in the office's list of work."""

    id: int
    kind: ComplaintKind
    run_id: int | None
    person_id: int | None
    filed_date: date
    due_date: date
    step: ComplaintStep | None
    decision: Decision | None
    upheld_date: date | None
    remedy: Remedy | None
    remedied_date: date | None

    @property
    def is_open(self) -> bool:
        return self.step in (None, ComplaintStep.answered, ComplaintStep.appealed)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_date < today()


async def listed(connection: AsyncConnection, actor: Actor, *, is_unremedied: bool = False) -> list[Listed]:
    """Return the complaints in the actor's sight, the earliest deadline first.

    `is_unremedied` selects upheld complaints without a remedy, the oldest decision first.
    """
    found = [_listed(row) for row in await store.all_within(connection, *actor.sight)]
    if not is_unremedied:
        return found
    return sorted(
        (each for each in found if each.remedy == Remedy.due), key=lambda each: (each.upheld_date or date.max, each.id)
    )


def _listed(row: RowMapping) -> Listed:
    words = {
        "kind": ComplaintKind(row["kind"]),
        "step": row["step"] and ComplaintStep(row["step"]),
        "decision": row["decision"] and Decision(row["decision"]),
        "remedy": row["remedy"] and Remedy(row["remedy"]),
    }
    return Listed(**{name: row[name] for name in Listed._fields} | words)


class Opened(NamedTuple):
    """A complaint in full, for the officer who works on it."""

    complaint: Listed
    words: str
    contact: str | None
    steps: Sequence[Step]
    explanation: Explanation | None
    namings: Sequence[Naming]  # what the decrees of the list's year, also later ones, decided about the person


async def open_complaint(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, complaint_id: int, *, with_contact: bool = True
) -> Opened:
    """Return a complaint in full, with the explanation of the person's position where person and run are known. Audited.

    Raises NotFound, ScopeMissing, PurposeMissing.
    """
    found = await _in_sight(connection, actor, complaint_id)
    steps = [_step(sealer, row) for row in await store.steps(connection, complaint_id)]
    opened = [complaints.c.words_sealed, *([complaints.c.contact_sealed] if with_contact else [])]
    if found["run_id"] is not None and found["person_id"] is not None:
        opened += EXPLAINED
    await audit_shown(
        connection,
        actor,
        "open_complaint",
        opened,
        purpose=f"complaint {complaint_id}",
        subject="complaint",
        subject_ids=[complaint_id],
    )
    [case] = await store.all_within(connection, *actor.sight, complaint_id)
    return Opened(
        _listed(case),
        sealer.unseal("complaint", found["words_sealed"]),
        sealer.unseal("phone", found["contact_sealed"]) if with_contact and found["contact_sealed"] else None,
        steps,
        *await _place(connection, actor, found),
    )  # fmt: skip


async def _place(connection: AsyncConnection, actor: Actor, found: RowMapping) -> Place:
    if found["run_id"] is None or found["person_id"] is None:
        return NOWHERE
    try:
        return await explain_today(connection, actor, found["run_id"], found["person_id"])
    except NotFound:  # the run does not contain the person
        return NOWHERE


def told(found: Followed | Opened, language: Language) -> list[str]:
    """Return the person's position in the list, and later decrees, in plain words that name nobody."""
    place = explained(found.explanation, language) if found.explanation else []
    return [*place, *letters.decree_sentences(found.namings, language)]


async def _in_sight(connection: AsyncConnection, actor: Actor, complaint_id: int) -> RowMapping:
    found = await store.by(connection, id=complaint_id)
    if found is None or not actor.sight.first <= found["office_code"] < actor.sight.beyond:
        raise NotFound(what="complaint", which=complaint_id)
    return found


async def answer(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, complaint_id: int, words: str) -> None:
    """Record the office's answer. The complainant reads the words, so they must contain no other person's data.

    Raises ProofNeeded, NotFound, ComplaintWordsWrong, ComplaintStepWrong.
    """
    found = await _in_sight(connection, actor, complaint_id)
    await _keep(connection, actor, sealer, found, ComplaintStep.answered, is_ours=True, words=words)


async def decide(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    complaint_id: int,
    decision: Decision,
    words: str,
) -> None:
    """Uphold or reject a complaint. The decision needs another officer than the answer; an appeal needs a third officer.

    Raises ProofNeeded, NotFound, ComplaintWordsWrong, ComplaintStepWrong.
    """
    found = await _in_sight(connection, actor, complaint_id)
    done = {row["step"] for row in await store.steps(connection, complaint_id)}
    step = ComplaintStep.appeal_decided if ComplaintStep.appealed in done else ComplaintStep.decided
    await _keep(connection, actor, sealer, found, step, is_ours=True, words=words, decision=decision)


async def remedy(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, complaint_id: int, words: str) -> None:
    """Record the remedy of an upheld complaint, where no decree or correction shows it. The complainant reads the words.

    Raises ProofNeeded, NotFound, ComplaintWordsWrong, ComplaintStepWrong.
    """
    found = await _in_sight(connection, actor, complaint_id)
    await _keep(connection, actor, sealer, found, ComplaintStep.remedied, is_ours=True, words=words)


async def appeal(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, code: str, words: str) -> None:
    """Record the complainant's appeal against the decision. Raises NotFound, ComplaintWordsWrong, ComplaintStepWrong."""
    await _keep(connection, actor, sealer, await _by_code(connection, code), ComplaintStep.appealed, words=words)


async def _mistake(
    connection: AsyncConnection, before: Sequence[RowMapping], step: ComplaintStep, officer: Officer | None
) -> str | None:
    if step == ComplaintStep.remedied:
        is_due = rules.is_remedy_due([(row["step"], row["decision"]) for row in before])
        return None if is_due else "complaint.step.not_upheld"
    bound = [row for row in before if row["step"] != ComplaintStep.remedied]
    found = await officer_of_proof(connection, [(row["proof"], row["officer"] or "") for row in bound])
    by_id = {each.id: each for each in found}
    return rules.step_mistake({row["step"]: by_id.get(row["officer_id"]) for row in bound}, step, officer)


async def _keep(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    found: RowMapping,
    step: ComplaintStep,
    *,
    words: str,
    is_ours: bool = False,
    decision: Decision | None = None,
) -> None:
    officer = officer_of(actor) if is_ours else None
    _check_words(words, is_ours=is_ours)
    before = await store.steps(connection, found["id"])
    if mistake := await _mistake(connection, before, step, officer):
        raise ComplaintStepWrong(step=f"complaint.{step}", wish=mistake)
    values: dict[str, Any] = {"step": step, "decision": decision}
    if officer:
        values |= {"officer": officer.name, "officer_id": officer.id}
    await store.add_step(
        connection, complaint_id=found["id"], words_sealed=sealer.seal("complaint", words), done_date=today(),
        recorded_by=actor.name, proof=actor.proof if is_ours else None, **values,
    )  # fmt: skip
    await audit(connection, actor, f"complaint_{step}", subject="complaint", subject_ids=[found["id"]])
