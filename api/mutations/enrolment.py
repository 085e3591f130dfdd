"""Enrolment by mutation: the registration file for the insurer, and its answers."""

from base64 import b64encode
from collections.abc import Mapping

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info, need
from api.schema.descriptions import described
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of, key_of
from jamsos.access.rules import Scope
from jamsos.enrolment import service
from jamsos.enrolment.rules import Answer, Caution

for choices in (Answer, Caution):
    described(choices)


@strawberry.type(description="Persons the office should look at before sending.")
class CautionedPersons:
    caution: Caution = strawberry.field(description="The reason.")
    person_ids: list[strawberry.ID] = strawberry.field(description="Ids of Person.")


@strawberry.type(description="Answers of one kind.")
class AnswerCount:
    answer: Answer = strawberry.field(description="The insurer's answer.")
    count: int = strawberry.field(description="The number.")


@strawberry.input(description="A decree whose names go to the insurer.")
class SendEnrolmentInput:
    decree_number: str = strawberry.field(description="The decree, or one of its amendments.")
    is_csv: bool = strawberry.field(default=False, description="As CSV; else as XLSX.")
    is_retry: bool = strawberry.field(default=False, description="Include the refused again.")


@strawberry.type(description="The registration file.")
class SendEnrolmentPayload(Payload):
    batch_id: strawberry.ID | None = strawberry.field(default=None, description="The id of the EnrolmentBatch.")
    sent: int | None = strawberry.field(default=None, description="Number of registered people.")
    carried: int | None = strawberry.field(
        default=None, description="Members already, carried on without registration."
    )
    content_base64: str | None = strawberry.field(
        default=None,
        description="The file in Base64; NIK and address need unmask:identity, unmask:contact and a purpose.",
    )
    cautions: list[CautionedPersons] | None = strawberry.field(default=None, description="Whom to look at.")


@strawberry.input(description="A decree whose names are not yet sent.")
class PreviewEnrolmentInput:
    decree_number: str = strawberry.field(description="The decree, or one of its amendments.")
    is_retry: bool = strawberry.field(default=False, description="Include the refused again.")


@strawberry.type(description="The preview of a registration; nothing was written, and no NIK was unmasked.")
class PreviewEnrolmentPayload(Payload):
    sent: int | None = strawberry.field(default=None, description="Number of people to register.")
    carried: int | None = strawberry.field(
        default=None, description="Members already, who would be carried on without registration."
    )
    cautions: list[CautionedPersons] | None = strawberry.field(default=None, description="Whom to look at before.")


@strawberry.input(description="A registration file that was lost on its way.")
class RewriteEnrolmentInput:
    batch_id: strawberry.ID = strawberry.field(description="The id of the EnrolmentBatch.")
    is_csv: bool = strawberry.field(default=False, description="As CSV; else as XLSX.")


@strawberry.type(description="The registration file once more.")
class RewriteEnrolmentPayload(Payload):
    sent: int | None = strawberry.field(default=None, description="Number of registered people.")
    is_same: bool | None = strawberry.field(
        default=None, description="Byte for byte as it was sent; else the form or somebody's facts are others now."
    )
    content_base64: str | None = strawberry.field(
        default=None,
        description="The file in Base64; NIK and address need unmask:identity, unmask:contact and a purpose.",
    )


@strawberry.input(description="The insurer's answers.")
class ReadAnswersInput:
    file: Upload = strawberry.field(description="CSV: NIK,Nama,KPJ,Status,Keterangan,Bulan Mulai.")


@strawberry.type(description="The result of the answers.")
class ReadAnswersPayload(Payload):
    recorded: list[AnswerCount] | None = strawberry.field(default=None, description="New answers by kind.")
    known: int | None = strawberry.field(default=None, description="Answers that were known.")
    differing_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Ids of each Person with a different answer in the file than before; nothing was changed.",
    )
    left_aside: int | None = strawberry.field(default=None, description="Lines about people we never sent.")
    unreadable_lines: list[int] | None = strawberry.field(
        default=None, description="Of these, lines whose NIK has not sixteen digits."
    )


def _ids(persons: list[int]) -> list[strawberry.ID]:
    return [strawberry.ID(id_of(ENTITIES["Person"], person)) for person in persons]


def _cautioned(found: Mapping[Caution, list[int]]) -> list[CautionedPersons]:
    return [CautionedPersons(caution=caution, person_ids=_ids(persons)) for caution, persons in found.items()]


@strawberry.type
class EnrolmentMutations:
    @mutation(Scope.act_enrolment)
    async def send_enrolment(self, info: Info, input: SendEnrolmentInput) -> SendEnrolmentPayload:
        """Write the registration file of everyone in force who is not yet a member; the audit trail records the unmasked NIKs."""
        sent = await service.send(
            info.context.connection,
            info.context.actor,
            info.context.sealer,
            decree_number=input.decree_number,
            form=".csv" if input.is_csv else ".xlsx",
            is_retry=input.is_retry,
        )
        return SendEnrolmentPayload(
            batch_id=strawberry.ID(id_of(ENTITIES["EnrolmentBatch"], sent.batch_id)),
            sent=sent.sent,
            carried=sent.carried,
            content_base64=b64encode(sent.content).decode(),
            cautions=_cautioned(sent.cautions),
        )

    @mutation(Scope.act_enrolment)
    async def preview_enrolment(self, info: Info, input: PreviewEnrolmentInput) -> PreviewEnrolmentPayload:
        """Return the result of `sendEnrolment` with the same input, and the records to check before. Writes nothing. Reaching the age
        limit is shown only to clients that may see birth dates."""
        context = info.context
        need(info, Scope.unmask_identity)
        found = await service.preview(context.connection, decree_number=input.decree_number, is_retry=input.is_retry)
        return PreviewEnrolmentPayload(sent=found.sent, carried=found.carried, cautions=_cautioned(found.cautions))

    @mutation(Scope.act_enrolment)
    async def rewrite_enrolment(self, info: Info, input: RewriteEnrolmentInput) -> RewriteEnrolmentPayload:
        """Write the registration file of a batch again; nothing is sent anew. The audit trail records the unmasked NIKs."""
        context = info.context
        again = await service.rewrite(
            context.connection, context.actor, context.sealer,
            batch_id=int(key_of(ENTITIES["EnrolmentBatch"], input.batch_id)[0]), form=".csv" if input.is_csv else ".xlsx",
        )  # fmt: skip
        return RewriteEnrolmentPayload(
            sent=again.sent, is_same=again.is_same, content_base64=b64encode(again.content).decode()
        )

    @mutation(Scope.act_enrolment)
    async def read_answers(self, info: Info, input: ReadAnswersInput) -> ReadAnswersPayload:
        """Read the insurer's answers: accepted with a membership number, refused with a reason, already a member."""
        found = await service.answers(
            info.context.connection, info.context.actor, info.context.sealer, paper(input.file)
        )
        return ReadAnswersPayload(
            recorded=[AnswerCount(answer=answer, count=count) for answer, count in found.recorded.items()],
            known=found.known,
            differing_ids=_ids(found.differing),
            left_aside=found.left_aside,
            unreadable_lines=found.unreadable,
        )
