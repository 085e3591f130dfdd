"""People by mutation: matching, identity and life events."""

from datetime import date

import strawberry

from api.context import Context
from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.selection import person_number
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import NIK
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of, key_of
from jamsos.access.rules import Scope
from jamsos.people import identity, service
from jamsos.people.errors import NikUnknown, WhoNeeded
from jamsos.people.identity import Grounds
from jamsos.people.linkage import review as clerical_review
from jamsos.people.rules import LifeEvent, Verdict

for choices in (LifeEvent, Verdict):
    described(choices)


@strawberry.input(description="The regency whose registers are matched.")
class MatchPeopleInput:
    office_code: str = strawberry.field(description="The regency, by Kemendagri code: `53.15`.")


@strawberry.type(description="The result of the matching.")
class MatchPeoplePayload(Payload):
    rows_by_nik: int | None = strawberry.field(default=None, description="Rows that found their person by NIK.")
    rows_by_household: int | None = strawberry.field(
        default=None, description="Rows that found theirs by household, name and birth date, or are a person alone."
    )
    rows_by_likeness: int | None = strawberry.field(
        default=None, description="Rows without a NIK that are surely somebody's by name, birth date, sex and place."
    )
    rows_remembered: int | None = strawberry.field(
        default=None, description="Rows like one that an officer has decided of before."
    )
    people_new: int | None = strawberry.field(default=None, description="Persons not known before.")
    people_changed: int | None = strawberry.field(default=None, description="Persons with new facts.")
    waiting: int | None = strawberry.field(default=None, description="Rows that wait for an officer's decision.")
    reviews_new: int | None = strawberry.field(default=None, description="Pairs that an officer should look at.")
    events_new: int | None = strawberry.field(default=None, description="Deaths and moves from registers.")


@strawberry.input(description="A file of life events.")
class LoadLifeEventsInput:
    file: Upload = strawberry.field(
        description="CSV: nik,peristiwa,tanggal,keterangan; the column orang may replace an empty nik."
    )


@strawberry.type(description="The contents of the file.")
class LoadLifeEventsPayload(Payload):
    recorded: int | None = strawberry.field(default=None, description="Events that were new.")
    known: int | None = strawberry.field(default=None, description="Events that were recorded before.")
    unknown_lines: list[int] | None = strawberry.field(default=None, description="Lines whose NIK nobody here has.")
    withdrawn_lines: list[int] | None = strawberry.field(
        default=None,
        description="Lines of events that a file of that name recorded before and that were withdrawn; they are not recorded again.",
    )


@strawberry.input(description="Something that happened to a person.")
class RecordLifeEventInput:
    nik: NIK | None = strawberry.field(default=None, description="The person of the event.")
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="… or the Person, who may have no NIK."
    )
    kind: LifeEvent = strawberry.field(description="The event.")
    day: date = strawberry.field(description="When.")
    evidence: str = strawberry.field(description="Where it is written: the number of a letter or certificate.")
    remark: str | None = strawberry.field(default=None, description="Anything else; no numbers of persons.")


@strawberry.type(description="Whether the event was new.")
class RecordLifeEventPayload(Payload):
    is_new: bool | None = strawberry.field(default=None, description="False when it was recorded before.")


@strawberry.input(description="An event that was wrong.")
class WithdrawLifeEventInput:
    event_id: strawberry.ID = strawberry.field(description="The id of the LifeEvent.")
    reason: str = strawberry.field(description="Why; no numbers of persons.")


@strawberry.type(description="The event counts no longer.")
class WithdrawLifeEventPayload(Payload):
    person_id: strawberry.ID | None = strawberry.field(default=None, description="The person of the event.")


@strawberry.input(description="A decision on a review.")
class DecideMatchReviewInput:
    review_id: strawberry.ID = strawberry.field(description="The id of the MatchReview.")
    verdict: Verdict = strawberry.field(description="One person or two.")
    remark: str = strawberry.field(description="Why; no numbers of persons.")
    is_despite_sex: bool = strawberry.field(
        default=False, description="They are one person although the registers differ in sex."
    )


@strawberry.type(description="The decision is recorded.")
class DecideMatchReviewPayload(Payload):
    person_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whom the row speaks of now; null while it waits for another review or the next matching.",
    )


@strawberry.input(description="Two ids of one person.")
class MergePeopleInput:
    person_id: strawberry.ID = strawberry.field(description="The Person whose id lives on.")
    other_id: strawberry.ID = strawberry.field(description="The Person whose id ends and leads to the first.")
    remark: str = strawberry.field(description="Why; no numbers of persons.")
    is_despite_sex: bool = strawberry.field(
        default=False, description="They are one person although the registers differ in sex."
    )


@strawberry.type(description="The ids are one person.")
class MergePeoplePayload(Payload):
    rows_moved: int | None = strawberry.field(
        default=None, description="Number of register rows that moved to the person."
    )


@strawberry.input(description="Rows of a person that are somebody else's: some, or all that an ended id brought.")
class SplitPersonInput:
    person_id: strawberry.ID = strawberry.field(description="The Person; this id stays.")
    row_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="The RegistryRows that leave.")
    back_id: strawberry.ID | None = strawberry.field(
        default=None, description="The ended Person whose rows leave; that id lives again."
    )
    remark: str = strawberry.field(description="Why; no numbers of persons.")


@strawberry.type(description="The rows are somebody else's.")
class SplitPersonPayload(Payload):
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whom they speak of now: a new id, or one that lives again."
    )
    rows_moved: int | None = strawberry.field(default=None, description="Number of register rows that left the person.")


def _person_id(number: int | None) -> strawberry.ID | None:
    return strawberry.ID(id_of(ENTITIES["Person"], number)) if number is not None else None


def _number(thing: str, given: str) -> int:
    """Return the person's number of an id. Raises IdMalformed."""
    return int(key_of(ENTITIES[thing], given)[0])


async def _told_of(context: Context, input: RecordLifeEventInput) -> int:
    """Return the person whom the input names. Raises WhoNeeded, NikUnknown, IdMalformed."""
    if (input.nik is None) == (input.person_id is None):
        raise WhoNeeded()
    if input.person_id is not None:
        return person_number(input.person_id)
    person_id = await service.by_nik(context.connection, context.sealer, str(input.nik))
    if person_id is None:
        raise NikUnknown()
    return person_id


@strawberry.type
class PeopleMutations:
    @mutation(Scope.act_people)
    async def match_people(self, info: Info, input: MatchPeopleInput) -> MatchPeoplePayload:
        """Match every new row of the regency's registers with a person, or create one; running it again changes nothing."""
        context = info.context
        result = await service.match_people(
            context.connection, context.actor, context.sealer, office_code=input.office_code
        )
        return MatchPeoplePayload(**vars(result))

    @mutation(Scope.act_people)
    async def load_life_events(self, info: Info, input: LoadLifeEventsInput) -> LoadLifeEventsPayload:
        """Record deaths, moves, new jobs and refusals from a file, all or none."""
        context = info.context
        result = await service.load_events(context.connection, context.actor, context.sealer, input.file.path)
        return LoadLifeEventsPayload(**vars(result))

    @mutation(Scope.act_people)
    async def record_life_event(self, info: Info, input: RecordLifeEventInput) -> RecordLifeEventPayload:
        """Record one life event of a person."""
        context = info.context
        person_id = await _told_of(context, input)
        is_new = await service.record_event(
            context.connection,
            context.actor,
            person_id=person_id,
            kind=input.kind,
            day=input.day,
            evidence=input.evidence,
            remark=input.remark,
        )
        return RecordLifeEventPayload(is_new=is_new)

    @mutation(Scope.act_people, binds=True)
    async def withdraw_life_event(self, info: Info, input: WithdrawLifeEventInput) -> WithdrawLifeEventPayload:
        """Withdraw a wrong event. It remains on record without effect, and can be recorded again."""
        context = info.context
        person_id = await service.withdraw_event(
            context.connection,
            context.actor,
            event_id=_number("LifeEvent", input.event_id),
            reason=input.reason,
        )
        return WithdrawLifeEventPayload(person_id=_person_id(person_id))

    @mutation(Scope.act_people, binds=True)
    async def decide_match_review(self, info: Info, input: DecideMatchReviewInput) -> DecideMatchReviewPayload:
        """Decide whether the row and the person of a review are the same. The decision is stored, and the question is never asked
        again."""
        context = info.context
        done = await clerical_review.decide(
            context.connection,
            context.actor,
            review_id=_number("MatchReview", input.review_id),
            verdict=input.verdict,
            remark=input.remark,
            despite_sex=input.is_despite_sex,
        )
        return DecideMatchReviewPayload(person_id=_person_id(done.person_id))

    @mutation(Scope.act_people, binds=True)
    async def merge_people(self, info: Info, input: MergePeopleInput) -> MergePeoplePayload:
        """Merge two persons into one; the retired id leads to the other. Refused for an id that is on a list in force."""
        context = info.context
        rows = await identity.merge(
            context.connection,
            context.actor,
            person_id=person_number(input.person_id),
            other_id=person_number(input.other_id),
            grounds=Grounds(input.remark, despite_sex=input.is_despite_sex),
        )
        return MergePeoplePayload(rows_moved=rows)

    @mutation(Scope.act_people, binds=True)
    async def split_person(self, info: Info, input: SplitPersonInput) -> SplitPersonPayload:
        """Move rows of a person to somebody else; the id remains with the person."""
        context = info.context
        done = await identity.split(
            context.connection,
            context.actor,
            person_id=person_number(input.person_id),
            row_ids=[_number("RegistryRow", row) for row in input.row_ids or ()],
            back_id=person_number(input.back_id) if input.back_id else None,
            grounds=Grounds(input.remark),
        )
        return SplitPersonPayload(person_id=_person_id(done.person_id), rows_moved=done.rows)
