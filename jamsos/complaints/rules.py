"""Complaint rules: what a complaint may concern, which step comes next, by whom, and until when."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from jamsos import legal_terms
from jamsos.access.rules import Officer, second_person_mistake
from jamsos.legal_terms import Term
from jamsos.months import Month
from jamsos.people.rules import holds_number

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without characters that look alike
_CODE_LENGTH = 12  # 60 bits
WORDS_LENGTH = 4_000  # characters of an objection, an answer or an appeal


class ComplaintKind(StrEnum):
    not_chosen = "not_chosen"
    wrong_facts = "wrong_facts"
    should_not_receive = "should_not_receive"
    other = "other"


class ComplaintStep(StrEnum):
    answered = "answered"
    decided = "decided"
    appealed = "appealed"
    appeal_decided = "appeal_decided"
    # an officer recorded the remedy of an upheld complaint; changes no state and may come from any officer
    remedied = "remedied"


class ComplaintState(StrEnum):
    """The last step that changes the state, or `filed`."""

    filed = "filed"
    answered = "answered"
    decided = "decided"
    appealed = "appealed"
    appeal_decided = "appeal_decided"


class Deadline(StrEnum):
    """The state of the deadline for the decision."""

    running = "running"
    overdue = "overdue"
    kept = "kept"
    missed = "missed"


class Decision(StrEnum):
    upheld = "upheld"
    rejected = "rejected"


class Remedy(StrEnum):
    """The outcome of an upheld complaint."""

    due = "due"
    decreed = "decreed"  # a later decree names the person, or ends the line of a person who should not receive
    corrected = "corrected"  # for wrong facts: a life event of the person was withdrawn since
    recorded = "recorded"  # an officer recorded the remedy


_BEFORE = {
    ComplaintStep.answered: None,
    ComplaintStep.decided: ComplaintStep.answered,
    ComplaintStep.appealed: ComplaintStep.decided,
    ComplaintStep.appeal_decided: ComplaintStep.appealed,
}


def new_code() -> str:
    """Return a new code such as `K7QM-2XWP-9DRT`, which only the complainant has."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def code_key(code: str) -> str:
    """Return the canonical form of a code, without case, dashes and spaces."""
    return "".join(character for character in code.upper() if character.isalnum())


def due(filed: date) -> date:
    return filed + timedelta(days=legal_terms.needed(Term.complaint_days, Month.of(filed)))


def words_mistake(words: str, *, is_ours: bool) -> str | None:
    """Return why the words cannot be accepted, as a catalogue key; None when they can.

    `is_ours`: words of the office, which the complainant reads, so they must contain no number of a person.
    """
    if not words.strip():
        return "complaint.words.missing"
    if len(words.replace("\r\n", "\n")) > WORDS_LENGTH:
        return "complaint.words.long"
    return "complaint.words.number" if is_ours and holds_number(words) else None


def is_remedy_due(steps: Iterable[tuple[ComplaintStep, Decision | None]]) -> bool:
    """Return whether the last decision upheld the complaint and no officer has recorded a remedy since."""
    is_due = False
    for step, decision in steps:
        is_due = decision == Decision.upheld if decision else is_due and step != ComplaintStep.remedied
    return is_due


def step_mistake(done: Mapping[str, Officer | None], step: ComplaintStep, officer: Officer | None) -> str | None:
    """Return why a step cannot be done now, as a catalogue key, or None. `done`: the officer of each step."""
    before = _BEFORE[step]
    if step in done:
        return "complaint.step.done"
    if before and before not in done:
        return "complaint.step.early"
    return second_person_mistake(officer, filter(None, done.values())) if officer else None
