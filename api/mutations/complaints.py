"""Complaints by mutation: anyone files, follows and appeals; the office answers and decides."""

from collections.abc import Iterator, Sequence
from datetime import date

import strawberry

from api.context import Context
from api.mutations.base import Payload, mutation
from api.mutations.selection import run_number
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import NIK
from jamsos.access import quotas
from jamsos.access.quotas import Quota
from jamsos.access.rules import Scope
from jamsos.complaints import service
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, Decision
from jamsos.decrees.letters import Naming, decree_sentences
from jamsos.messages import Language
from jamsos.selection.letters import explained
from jamsos.selection.rules import Outcome, Reason
from jamsos.selection.verification import Explanation

for choices in (ComplaintKind, ComplaintStep, Decision):
    described(choices)


@strawberry.type(description="Something that was done with a complaint.")
class StepOfComplaint:
    step: ComplaintStep = strawberry.field(description="The step.")
    day: date = strawberry.field(description="When.")
    decision: Decision | None = strawberry.field(description="Where something was decided.")
    words: str | None = strawberry.field(description="The answer, the grounds, or the appeal.")


@strawberry.input(description="An objection.")
class FileComplaintInput:
    kind: ComplaintKind = strawberry.field(description="The subject.")
    region_code: str = strawberry.field(description="The regency it goes to.")
    words: str = strawberry.field(description="The text; stored sealed.")
    nik: NIK | None = strawberry.field(default=None, description="The NIK of the person concerned; stored sealed.")
    kk: str | None = strawberry.field(
        default=None,
        description="The family card number; if it matches the NIK, the code also shows the person's ranking. Not stored.",
    )
    contact: str | None = strawberry.field(default=None, description="Contact of the complainant; stored sealed.")
    run_id: strawberry.ID | None = strawberry.field(default=None, description="The id of the SelectionRun objected to.")


@strawberry.type(description="The objection is filed.")
class FileComplaintPayload(Payload):
    code: str | None = strawberry.field(default=None, description="The code for following it, shown only once.")


@strawberry.input(description="A complaint to follow.")
class FollowComplaintInput:
    code: str = strawberry.field(description="The code from the filing.")


@strawberry.type(description="A person's own ranking in a list, with the reason.")
class OwnRanking:
    outcome: Outcome = strawberry.field(description="Chosen, not reached or excluded.")
    reason: Reason = strawberry.field(description="The reason.")
    rank: int | None = strawberry.field(description="Her rank; null where the list excludes her.")
    distance: int | None = strawberry.field(
        description="How many ranks she is behind the last chosen; negative before it."
    )
    sentences: list[str] = strawberry.field(
        description="The explanation, and the effect of the year's decrees on the person since, in the language of Accept-Language."
    )


@strawberry.type(description="The steps of the complaint.")
class FollowComplaintPayload(Payload):
    kind: ComplaintKind | None = strawberry.field(default=None, description="The subject.")
    filed_date: date | None = strawberry.field(default=None, description="When it was filed.")
    due_date: date | None = strawberry.field(default=None, description="Until when it must be decided.")
    steps: list[StepOfComplaint] | None = strawberry.field(default=None, description="Oldest first.")
    ranking: OwnRanking | None = strawberry.field(
        default=None,
        description="For a person who was not selected and gave NIK and family card number, after a decree has fixed the list.",
    )


@strawberry.input(description="An appeal against a decision.")
class AppealComplaintInput:
    code: str = strawberry.field(description="The code of the complaint.")
    words: str = strawberry.field(description="The reason.")


@strawberry.type(description="The appeal is filed.")
class AppealComplaintPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


@strawberry.input(description="A complaint to work on.")
class OpenComplaintInput:
    number: int = strawberry.field(description="The office's number of the complaint.")


@strawberry.type(description="The complaint in full, for the officer who answers or decides it.")
class OpenComplaintPayload(Payload):
    words: str | None = strawberry.field(default=None, description="The objection.")
    contact: str | None = strawberry.field(
        default=None, description="Contact of the complainant; null without unmask:contact."
    )
    steps: list[StepOfComplaint] | None = strawberry.field(default=None, description="The steps, oldest first.")
    ranking: OwnRanking | None = strawberry.field(
        default=None, description="The person's ranking in the list of the complaint, if both are known."
    )


@strawberry.input(description="The office's answer.")
class AnswerComplaintInput:
    number: int = strawberry.field(description="The office's number of the complaint.")
    words: str = strawberry.field(description="The answer for the complainant; without data of others.")


@strawberry.type(description="The answer is recorded.")
class AnswerComplaintPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


@strawberry.input(description="The office's decision.")
class DecideComplaintInput:
    number: int = strawberry.field(description="The office's number of the complaint.")
    decision: Decision = strawberry.field(description="Upheld or rejected.")
    words: str = strawberry.field(description="The grounds; the complainant reads them.")


@strawberry.type(description="The decision is recorded.")
class DecideComplaintPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


@strawberry.input(description="The remedy for an upheld complaint.")
class RemedyComplaintInput:
    number: int = strawberry.field(description="The office's number of the complaint.")
    words: str = strawberry.field(description="The remedy; the complainant reads it.")


@strawberry.type(description="The recorded remedy.")
class RemedyComplaintPayload(Payload):
    is_recorded: bool = strawberry.field(default=False, description="True when it was.")


def _ranking(found: Explanation, language: Language, namings: Sequence[Naming]) -> OwnRanking:
    return OwnRanking(
        outcome=Outcome(found.outcome),
        reason=Reason(found.reason),
        rank=found.rank,
        distance=found.distance,
        sentences=[*explained(found, language), *decree_sentences(namings, language)],
    )


def _of_filing(context: Context, input: FileComplaintInput) -> Iterator[Quota]:
    """Limit attempts to guess a family card number by filing in another person's name, with a key or without."""
    yield from _of_address("file complaint", context)
    if input.nik and input.kk:
        yield quotas.of_second_number(input.nik)


def _of_appeal(context: Context, input: AppealComplaintInput) -> Iterator[Quota]:
    yield from _of_address("appeal", context)


def _of_address(act: str, context: Context) -> Iterator[Quota]:
    if context.actor.agency_id is None:
        yield quotas.of_address(act, context.network, context.settings.pledges_per_hour)


@strawberry.type
class ComplaintMutations:
    @mutation(Scope.act_complaints, quotas=_of_filing)
    async def file_complaint(self, info: Info, input: FileComplaintInput) -> FileComplaintPayload:
        """File a complaint about a list or about a person's data. No key is needed."""
        context = info.context
        code = await service.file_complaint(
            context.connection,
            context.actor,
            context.sealer,
            kind=input.kind,
            office_code=input.region_code,
            words=input.words,
            nik=input.nik,
            kk=input.kk,
            contact=input.contact,
            run_id=run_number(input.run_id) if input.run_id else None,
        )
        return FileComplaintPayload(code=code)

    @mutation(Scope.act_complaints)
    async def follow_complaint(self, info: Info, input: FollowComplaintInput) -> FollowComplaintPayload:
        """Follow a complaint by its code: the steps so far, the answer and the decision."""
        context = info.context
        found = await service.follow(context.connection, context.actor, context.sealer, input.code)
        return FollowComplaintPayload(
            kind=found.kind,
            filed_date=found.filed_date,
            due_date=found.due_date,
            steps=[StepOfComplaint(**step._asdict()) for step in found.steps],
            ranking=_ranking(found.explanation, context.language, found.namings) if found.explanation else None,
        )

    @mutation(Scope.act_complaints, quotas=_of_appeal)
    async def appeal_complaint(self, info: Info, input: AppealComplaintInput) -> AppealComplaintPayload:
        """Appeal against a decision; a third officer decides again."""
        context = info.context
        await service.appeal(context.connection, context.actor, context.sealer, code=input.code, words=input.words)
        return AppealComplaintPayload(is_recorded=True)

    @mutation(Scope.act_selection)
    async def open_complaint(self, info: Info, input: OpenComplaintInput) -> OpenComplaintPayload:
        """Read a complaint of your region, to answer or decide it; the audit trail records this."""
        context = info.context
        with_contact = context.actor.may(Scope.unmask_contact)
        found = await service.open_complaint(
            context.connection, context.actor, context.sealer, input.number, with_contact=with_contact
        )
        return OpenComplaintPayload(
            words=found.words,
            contact=found.contact,
            steps=[StepOfComplaint(**step._asdict()) for step in found.steps],
            ranking=_ranking(found.explanation, context.language, found.namings) if found.explanation else None,
        )

    @mutation(Scope.act_selection, binds=True)
    async def answer_complaint(self, info: Info, input: AnswerComplaintInput) -> AnswerComplaintPayload:
        """Answer a complaint of your region."""
        context = info.context
        await service.answer(
            context.connection,
            context.actor,
            context.sealer,
            complaint_id=input.number,
            words=input.words,
        )
        return AnswerComplaintPayload(is_recorded=True)

    @mutation(Scope.act_selection, binds=True)
    async def decide_complaint(self, info: Info, input: DecideComplaintInput) -> DecideComplaintPayload:
        """Decide a complaint of your region, or its appeal, as a different officer than before."""
        context = info.context
        await service.decide(
            context.connection,
            context.actor,
            context.sealer,
            complaint_id=input.number,
            decision=input.decision,
            words=input.words,
        )
        return DecideComplaintPayload(is_recorded=True)

    @mutation(Scope.act_selection, binds=True)
    async def remedy_complaint(self, info: Info, input: RemedyComplaintInput) -> RemedyComplaintPayload:
        """Record the remedy for an upheld complaint of your region, if no decree and no correction is the remedy."""
        context = info.context
        await service.remedy(
            context.connection,
            context.actor,
            context.sealer,
            complaint_id=input.number,
            words=input.words,
        )
        return RemedyComplaintPayload(is_recorded=True)
