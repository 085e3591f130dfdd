"""Explanation mutations: why a person is or is not on a list, and her letter; each is audited."""

from collections.abc import Sequence
from datetime import date
from typing import get_args

import strawberry

from api.mutations.base import Payload, mutation
from api.mutations.selection import person_number, run_number
from api.resolvers import Info
from jamsos.access.rules import Scope
from jamsos.access.service import must_show
from jamsos.decrees import letters
from jamsos.decrees.letters import Naming
from jamsos.enrolment.explanations import explain_today
from jamsos.messages import Language
from jamsos.selection.letters import explained, foot_of, letter_sentences, reference_of, subject_of
from jamsos.selection.rules import Outcome, Reason
from jamsos.selection.verification import EXPLAINED, Explanation


@strawberry.input(description="A person's place in a run.")
class ExplainCandidateInput:
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")
    person_id: strawberry.ID = strawberry.field(description="The id of the Person.")


@strawberry.input(description="The person and the run of the letter.")
class SelectionLetterInput(ExplainCandidateInput):
    pass


@strawberry.type(description="The record that excludes a person.")
class ObjectionEvidence:
    reason: Reason = strawberry.field(description="The reasons for her exclusion.")
    kind: str = strawberry.field(
        description="A register (p3ke), `event`, `decree`, `answer` or, a rule of the fund, `fund`."
    )
    day: date = strawberry.field(
        description="The day it speaks of; of an answer, the day it was read; of a rule, its first."
    )
    name: str = strawberry.field(
        description="The name of the file, the number of the decree, or the regulation of the rule."
    )
    line: int | None = strawberry.field(description="The line in it, where there is one.")


@strawberry.type(description="The explanation of a person's ranking.")
class ExplainCandidatePayload(Payload):
    outcome: Outcome | None = strawberry.field(default=None, description="Chosen, not reached or excluded.")
    reason: Reason | None = strawberry.field(default=None, description="The first reason.")
    objections: list[Reason] | None = strawberry.field(default=None, description="All reasons for her exclusion.")
    evidence: list[ObjectionEvidence] | None = strawberry.field(default=None, description="The rows that say so.")
    sentences: list[str] | None = strawberry.field(
        default=None,
        description="The explanation, then what decrees of the year did with her, in the language of Accept-Language; it names nobody.",
    )


@strawberry.type(description="A letter to one person, in one language, without her name: the office writes it above.")
class LetterWords:
    language: str = strawberry.field(description="`id` or `en`.")
    subject: str = strawberry.field(description="The subject.")
    sentences: list[str] = strawberry.field(
        description="The effect of decrees on the person, and the reason why she is on the list or not, addressed to her."
    )
    foot: str = strawberry.field(description="How she may object, and within how many days it is answered.")


@strawberry.type(description="The letter that can be handed to her.")
class SelectionLetterPayload(Payload):
    reference: str | None = strawberry.field(
        default=None, description="By which the office finds her place again: `S12-345`."
    )
    letters: list[LetterWords] | None = strawberry.field(default=None, description="In Indonesian, then in English.")


def _words_of(found: Explanation, namings: Sequence[Naming], language: Language) -> LetterWords:
    decreed = letters.letter_sentences(namings, language)
    return LetterWords(
        language=language, subject=subject_of(found.run.year, language), sentences=letter_sentences(found, language, decreed),
        foot=foot_of(reference_of(found), language),
    )  # fmt: skip


@strawberry.type
class ExplainingMutations:
    @mutation(Scope.act_selection)
    async def selection_letter(self, info: Info, input: SelectionLetterInput) -> SelectionLetterPayload:
        """The text of the letter to a person, in both languages; the audit trail records this."""
        must_show(info.context.actor, EXPLAINED)
        found, namings = await explain_today(
            info.context.connection,
            info.context.actor,
            run_number(input.run_id),
            person_number(input.person_id),
        )
        return SelectionLetterPayload(
            reference=reference_of(found),
            letters=[_words_of(found, namings, language) for language in get_args(Language)],
        )

    @mutation(Scope.act_selection)
    async def explain_candidate(self, info: Info, input: ExplainCandidateInput) -> ExplainCandidatePayload:
        """Explain a person's position in a run; the audit trail records this."""
        must_show(info.context.actor, EXPLAINED)
        found, namings = await explain_today(
            info.context.connection,
            info.context.actor,
            run_number(input.run_id),
            person_number(input.person_id),
        )
        return ExplainCandidatePayload(
            outcome=Outcome(found.outcome),
            reason=Reason(found.reason),
            objections=[Reason(reason) for reason in found.objections],
            evidence=[ObjectionEvidence(**each._asdict()) for each in found.evidence],
            sentences=[
                *explained(found, info.context.language),
                *letters.decree_sentences(namings, info.context.language),
            ],
        )
