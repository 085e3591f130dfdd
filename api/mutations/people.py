"""People by mutation: matching, and what happens to people."""

from datetime import date

import strawberry

from api.mutations.acts import Info, Payload, act
from api.scalars import NIK
from api.uploads import Upload
from api.words import described
from jamsos.access.rules import Scope
from jamsos.errors import NikUnknown
from jamsos.people import service
from jamsos.people.rules import LifeEvent

described(LifeEvent)


@strawberry.input(description="Whose registers to match.")
class MatchPeopleInput:
    regency_code: str = strawberry.field(description="The regency, by Kemendagri code: `53.15`.")


@strawberry.type(description="What the matching did.")
class MatchPeoplePayload(Payload):
    rows_by_nik: int | None = strawberry.field(default=None, description="Rows that found their person by NIK.")
    rows_by_household: int | None = strawberry.field(
        default=None, description="Rows that found theirs by household, name and birth date, or are a person alone."
    )
    people_new: int | None = strawberry.field(default=None, description="Persons not known before.")
    people_changed: int | None = strawberry.field(default=None, description="Persons of whom more is known now.")
    waiting: int | None = strawberry.field(
        default=None, description="Rows that support nobody until an officer has looked at them."
    )
    reviews_new: int | None = strawberry.field(default=None, description="Pairs that an officer should look at.")
    events_new: int | None = strawberry.field(default=None, description="Deaths and moves that registers told.")


@strawberry.input(description="A file of life events.")
class LoadLifeEventsInput:
    file: Upload = strawberry.field(description="CSV: nik,peristiwa,tanggal,keterangan.")


@strawberry.type(description="What the file told.")
class LoadLifeEventsPayload(Payload):
    recorded: int | None = strawberry.field(default=None, description="Events that were new.")
    known: int | None = strawberry.field(default=None, description="Events that were recorded before.")
    unknown_lines: list[int] | None = strawberry.field(default=None, description="Lines whose NIK nobody here has.")


@strawberry.input(description="Something that happened to a person.")
class RecordLifeEventInput:
    nik: NIK = strawberry.field(description="Whose event it is.")
    kind: LifeEvent = strawberry.field(description="What happened.")
    day: date = strawberry.field(description="When.")
    source: str = strawberry.field(description="Where it is written: the number of a letter or certificate.")
    remark: str | None = strawberry.field(default=None, description="Anything else; no numbers of persons.")


@strawberry.type(description="Whether the event was new.")
class RecordLifeEventPayload(Payload):
    is_new: bool | None = strawberry.field(default=None, description="False when it was recorded before.")


@strawberry.type
class PeopleMutations:
    @act(Scope.act_people)
    async def match_people(self, info: Info, input: MatchPeopleInput) -> MatchPeoplePayload:
        """Let every new row of the regency's registers find or make its person; run again, it changes nothing."""
        context = info.context
        result = await service.match_people(
            context.connection, context.actor, context.sealer, regency_code=input.regency_code
        )
        return MatchPeoplePayload(**vars(result))

    @act(Scope.act_people)
    async def load_life_events(self, info: Info, input: LoadLifeEventsInput) -> LoadLifeEventsPayload:
        """Record deaths, moves, new jobs and refusals from a file, all or none."""
        context = info.context
        result = await service.load_events(context.connection, context.actor, context.sealer, input.file.path)
        return LoadLifeEventsPayload(**vars(result))

    @act(Scope.act_people)
    async def record_life_event(self, info: Info, input: RecordLifeEventInput) -> RecordLifeEventPayload:
        """Record one event of a person."""
        context = info.context
        person_id = await service.by_nik(context.connection, context.sealer, input.nik)
        if person_id is None:
            raise NikUnknown()
        is_new = await service.record_event(
            context.connection,
            context.actor,
            person_id=person_id,
            kind=input.kind,
            day=input.day,
            source=input.source,
            remark=input.remark,
        )
        return RecordLifeEventPayload(is_new=is_new)
