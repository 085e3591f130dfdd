"""Decrees by mutation: approve a list, freeze it under its number, amend it; write and compare its annex."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from api.context import Context
from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.mutations.selection import person_id, person_number, run_number
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of
from jamsos.access.rules import Scope
from jamsos.coverage.service import last_billed
from jamsos.decrees import amendments, annex, approvals, service
from jamsos.decrees.errors import AnnexNeeded
from jamsos.decrees.rules import (
    AmendmentCaution,
    Cautioned,
    EndReason,
    Leaving,
    Line,
    LineAction,
    Named,
    held_by,
    left_open_by,
)
from jamsos.decrees.service import AmendedDecree, Decree
from jamsos.enrolment import service as enrolment
from jamsos.errors import NotFound
from jamsos.messages import Language, say
from jamsos.months import Month
from jamsos.sealing import Sealer


class AnnexForm(StrEnum):
    xlsx = "xlsx"
    csv = "csv"
    pdf = "pdf"


class AnnexAnswer(StrEnum):
    proven = "proven"
    not_proven = "not_proven"
    falsified = "falsified"  # GraphQL reserves `false`


_ANSWERS = {
    "proven": AnnexAnswer.proven, "not_proven": AnnexAnswer.not_proven, "false": AnnexAnswer.falsified,
}  # fmt: skip

for choices in (AmendmentCaution, AnnexAnswer, AnnexForm, EndReason, LineAction):
    described(choices)


@strawberry.input(description="A step of a run's approval.")
class ApproveRunInput:
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")
    step: str = strawberry.field(description="The step, as the run's criteria name it.")
    sha256: str = strawberry.field(
        description="SHA-256 of what is approved: the run's manifest (`manifestSha256`; of a list of old, `listSha256`), or an amendment's"
        " lines (`previewAmendment`);"
        " at least twelve hex digits, whole in an amendment's first step."
    )
    note: str | None = strawberry.field(default=None, description="A remark of the officer.")


@strawberry.type(description="The step is recorded.")
class ApproveRunPayload(Payload):
    missing: list[str] | None = strawberry.field(default=None, description="Steps that are still needed.")


@strawberry.input(description="A run to be made law.")
class IssueDecreeInput:
    number: str = strawberry.field(description="The Regent's number: `298/KEP/HK/2024`.")
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")
    signed_date: date = strawberry.field(description="The day it was signed.")
    legal_base: str = strawberry.field(description="The regulation it rests on.")
    fund_code: str | None = strawberry.field(default=None, description="Needed where the run names no fund.")


@strawberry.type(description="The decree.")
class IssueDecreePayload(Payload):
    decree_id: strawberry.ID | None = strawberry.field(default=None, description="The id of the Decree.")
    workers: int | None = strawberry.field(default=None, description="Number of names.")
    amount: Rupiah | None = strawberry.field(default=None, description="The amount committed from the fund.")
    list_sha256: str | None = strawberry.field(default=None, description="SHA-256 of its lines, in hex.")


@strawberry.input(description="A person whose protection ends, and optionally the replacement.")
class LeavingInput:
    person_id: strawberry.ID = strawberry.field(description="The id of the Person who leaves.")
    reason: EndReason = strawberry.field(description="The reason.")
    last_month: Month = strawberry.field(
        description="The last month protected; the month before the first: never protected."
    )
    successor_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the replacement Person; otherwise the next in rank, with `fillFrom`."
    )
    successor_from: Month | None = strawberry.field(
        default=None, description="From when; the month after the last unless given."
    )


@strawberry.input(description="A person for a place that an earlier amendment left vacant; may be the one who left it.")
class NamedInput:
    place_of: strawberry.ID = strawberry.field(description="The id of the last Person in the place.")
    person_id: strawberry.ID = strawberry.field(description="The id of the Person who gets the place.")
    month_from: Month | None = strawberry.field(
        default=None, description="From when; the first open month unless given."
    )


@strawberry.input(description="The changes of an amending decree.")
class AmendDecreeInput:
    number: str = strawberry.field(description="Its own number.")
    of: str = strawberry.field(description="The number of the decree it amends.")
    signed_date: date = strawberry.field(description="The day it was signed.")
    legal_base: str | None = strawberry.field(default=None, description="That of the decree unless given.")
    leavings: list[LeavingInput] = strawberry.field(default_factory=list, description="The people who leave.")
    named: list[NamedInput] = strawberry.field(default_factory=list, description="The people who get a vacant place.")
    file: Upload | None = strawberry.field(
        default=None,
        description="Both as CSV: nik,alasan,bulan_terakhir,nik_pengganti,bulan_mulai; a row without alasan and"
        " bulan_terakhir is of the second kind.",
    )
    from_answers: bool = strawberry.field(
        default=False, description="Also everyone whom the insurer refused, or whom another payer covers."
    )
    from_events: bool = strawberry.field(
        default=False, description="Also everyone whose life events up to the signing day end their protection."
    )
    fill_from: Month | None = strawberry.field(
        default=None, description="Fill every open place from this month with the next in rank."
    )


@strawberry.input(description="An amendment to preview.")
class PreviewAmendmentInput(AmendDecreeInput):
    pass


@strawberry.type(description="Lines of an amendment that the office should check before the approval.")
class CautionedLines:
    caution: AmendmentCaution = strawberry.field(description="The reason.")
    lines: list[int] = strawberry.field(description="Numbers of its lines.")
    month: Month = strawberry.field(description="The first month touched.")
    sentence: str = strawberry.field(description="The same in the language of Accept-Language.")


@strawberry.type(description="The amending decree.")
class AmendDecreePayload(Payload):
    decree_id: strawberry.ID | None = strawberry.field(default=None, description="The id of the Decree.")
    ended: int | None = strawberry.field(default=None, description="Number of people who leave.")
    filled: int | None = strawberry.field(default=None, description="Number of replacements.")
    open_places: int | None = strawberry.field(default=None, description="Places that nobody holds.")
    list_sha256: str | None = strawberry.field(default=None, description="SHA-256 of its lines, in hex.")
    cautions: list[CautionedLines] | None = strawberry.field(default=None, description="Lines to check.")


@strawberry.type(description="The effect of an amendment on one name.")
class DraftLine:
    action: LineAction = strawberry.field(description="Ends, or follows.")
    person_id: strawberry.ID = strawberry.field(description="The id of the Person.")
    reason: EndReason | None = strawberry.field(description="Why, where it ends.")
    month_from: Month = strawberry.field(description="The first month protected.")
    month_to: Month = strawberry.field(description="The last month protected; the month before the first: never.")


@strawberry.type(description="The preview of an amendment; nothing was written.")
class PreviewAmendmentPayload(Payload):
    ended: int | None = strawberry.field(default=None, description="Number of people who leave.")
    filled: int | None = strawberry.field(default=None, description="Number of replacements.")
    open_places: int | None = strawberry.field(default=None, description="Places that nobody holds.")
    lines: list[DraftLine] | None = strawberry.field(default=None, description="Its lines, in order.")
    list_sha256: str | None = strawberry.field(
        default=None, description="SHA-256 of its lines, in hex: the approved hash."
    )
    missing: list[str] | None = strawberry.field(default=None, description="Steps of approval that are still needed.")
    cautions: list[CautionedLines] | None = strawberry.field(default=None, description="Lines to check.")


@strawberry.input(description="A decree whose list is to be printed.")
class WriteDecreeAnnexInput:
    number: str = strawberry.field(description="The decree's number.")
    form: AnnexForm = strawberry.field(default=AnnexForm.xlsx, description="In which form.")
    purpose: str | None = strawberry.field(
        default=None,
        description="Write numbers, birth dates and addresses whole, for this; noted in the trail. Else the numbers are masked.",
    )


@strawberry.type(description="The annex as a file.")
class WriteDecreeAnnexPayload(Payload):
    content_base64: str | None = strawberry.field(
        default=None,
        description="The file in Base64; needs unmask:identity, unmask:vulnerability, a purpose; whole, unmask:contact.",
    )


@strawberry.input(description="A line of a signed annex.")
class SignedLineInput:
    number: int = strawberry.field(description="Its number in the list.")
    nik: str = strawberry.field(description="The NIK as read, whole or masked.")
    name: str = strawberry.field(description="The name as read.")
    sex: str | None = strawberry.field(default=None, description="`P` or `L`, where it was read back.")
    village: str | None = strawberry.field(default=None, description="The village, where it was read back.")
    district: str | None = strawberry.field(default=None, description="The district, where it was read back.")
    remark: str | None = strawberry.field(
        default=None, description="The decree's action on the line and its months, if it was read back."
    )

    def cells(self) -> dict[str, str]:
        """The values that were read back, under the headers of the annex."""
        said = {
            "NIK": self.nik, "Nama": self.name, "Jenis Kelamin": self.sex, "Desa/Kelurahan": self.village,
            "Kecamatan": self.district, "Keterangan": self.remark,
        }  # fmt: skip
        return {header: text for header, text in said.items() if text is not None}


@strawberry.input(description="A signed annex, as the file or by its lines.")
class CheckDecreeAnnexInput:
    number: str = strawberry.field(description="The decree's number.")
    file: Upload | None = strawberry.field(default=None, description="XLSX, CSV or PDF, as it was signed.")
    lines: list[SignedLineInput] | None = strawberry.field(
        default=None, description="… or all of its lines, read back."
    )


@strawberry.type(description="Where a signed annex is not the frozen list.")
class AnnexMismatch:
    number: int = strawberry.field(description="The number of the line.")
    column: str | None = strawberry.field(
        description="Its header in the annex, such as `NIK`; null where the whole line is missing or too many."
    )


@strawberry.type(description="The result of comparing a signed annex with the frozen list.")
class CheckDecreeAnnexPayload(Payload):
    answer: AnnexAnswer | None = strawberry.field(
        default=None,
        description="Whether the file is the annex that the office issued. Lines and sheets alone prove nothing.",
    )
    is_equal: bool | None = strawberry.field(
        default=None,
        description="True when it is the list, line by line; of a PDF, that its very bytes were issued.",
    )
    differences: list[AnnexMismatch] | None = strawberry.field(default=None, description="By number; they name nobody.")


def _drafted(line: Mapping[str, Any]) -> DraftLine:
    return DraftLine(
        action=LineAction(line["action"]), person_id=person_id(line["person_id"]), reason=line["reason"],
        month_from=Month.of(line["month_from"]), month_to=Month.of(line["month_to"]),
    )  # fmt: skip


async def _changes(context: Context, input: AmendDecreeInput) -> dict[str, Any]:
    """Return the inputs of an amendment."""
    connection = context.connection
    decree = await service.decree_to_amend(connection, input.of)
    root = decree.root
    billed = await last_billed(connection, decree_number=input.of)
    leavings, named = await _asked(connection, context.sealer, decree, input, billed)
    return {
        "of": decree, "signed_date": input.signed_date, "fill_from": input.fill_from, "billed": billed,
        "leavings": leavings, "named": named,
        "history": await enrolment.history(
            connection, office_code=root.office_code, month_from=root.month_from, month_to=root.month_to
        ),
    }  # fmt: skip


def _id(decree: Decree) -> strawberry.ID:
    return strawberry.ID(id_of(ENTITIES["Decree"], decree.id))


def _leavings(held: Mapping[int, Line], given: Sequence[LeavingInput]) -> Iterator[Leaving]:
    """Return the people who leave. Raises NotFound for a person whom the decree does not protect."""
    for each in given:
        line = held.get(person_number(each.person_id))
        if line is None:
            raise NotFound(what="decree_line", which=each.person_id)
        successor = person_number(each.successor_id) if each.successor_id else None
        yield Leaving(line.id, each.reason, each.last_month, successor, each.successor_from)


def _named(left: Mapping[int, Line], given: Sequence[NamedInput]) -> Iterator[Named]:
    """Return the named replacements. Raises NotFound for a person who left no vacant place."""
    for each in given:
        place = left.get(person_number(each.place_of))
        if place is None:
            raise NotFound(what="open_place", which=each.place_of)
        yield Named(place.id, person_number(each.person_id), each.month_from)


async def _asked(
    connection: AsyncConnection,
    sealer: Sealer,
    decree: AmendedDecree,
    input: AmendDecreeInput,
    billed: dict[int, Month],
) -> tuple[list[Leaving], list[Named]]:
    """Combine people by name, by file, by answers and by events; if several name a line, the first one counts."""
    lines = decree.lines.values()
    leavings = list(_leavings(held_by(lines), input.leavings))
    named = list(_named(left_open_by(lines), input.named))
    if input.file:
        said = await amendments.read_changes(connection, sealer, paper(input.file), decree)
        leavings, named = leavings + said.leavings, named + said.named
    if input.from_answers:
        leavings += await enrolment.left_by_answer(connection, of=decree, billed=billed)
    if input.from_events:
        leavings += await amendments.left_by_event(connection, of=decree, as_of=input.signed_date, billed=billed)
    return list({leaving.line_id: leaving for leaving in reversed(leavings)}.values()), named


def _cautioned(found: Sequence[Cautioned], language: Language) -> list[CautionedLines]:
    return [
        CautionedLines(
            caution=each.caution, lines=each.lines, month=each.month,
            sentence=say(f"amendment.caution.{each.caution}", language, count=len(each.lines), month=each.month),
        )
        for each in found
    ]  # fmt: skip


async def _compared(info: Info, input: CheckDecreeAnnexInput) -> CheckDecreeAnnexPayload:
    """Compare the signed annex with the frozen list, and check whether a PDF was issued. Raises AnnexNeeded."""
    context = info.context
    if (input.file is None) == (input.lines is None):
        raise AnnexNeeded
    if input.file is None:
        given = [annex.Signed(line.number, line.cells()) for line in input.lines or ()]
        async with context.acting() as connection:
            session = connection, context.actor, context.sealer
            return _checked(await annex.check_lines(*session, number=input.number, given=given))
    path = paper(input.file)
    if path.suffix.lower() != ".pdf":
        async with context.acting() as connection:
            sheet = await annex.check(connection, context.actor, context.sealer, number=input.number, path=path)
        return _checked(sheet.differences, AnnexAnswer.proven if sheet.is_issued else None)
    async with context.printing() as connection:
        found = await context.printer.check((connection, context.actor, context.sealer), input.number, path)
    return _checked(found.differences, _ANSWERS[found.verdict.answer])


def _checked(
    differences: Sequence[annex.AnnexDifference], answer: AnnexAnswer | None = None
) -> CheckDecreeAnnexPayload:
    """Return the result of a check: equal lines show agreement with the list, but only the bytes prove that we issued a file."""
    return CheckDecreeAnnexPayload(
        answer=answer or (AnnexAnswer.falsified if differences else AnnexAnswer.not_proven),
        is_equal=answer is AnnexAnswer.proven if answer else not differences,
        differences=[AnnexMismatch(number=each.line, column=each.column) for each in differences],
    )


@strawberry.type
class DecreeMutations:
    @mutation(Scope.act_decrees, binds=True)
    async def approve_run(self, info: Info, input: ApproveRunInput) -> ApproveRunPayload:
        """Record that an officer has proposed, reviewed or approved a run's list, or an amendment of it, as its criteria require."""
        missing = await approvals.approve(
            info.context.connection,
            info.context.actor,
            run_id=run_number(input.run_id),
            step=input.step,
            sha256=input.sha256,
            note=input.note,
        )
        return ApproveRunPayload(missing=missing)

    @mutation(Scope.act_decrees, binds=True)
    async def issue_decree(self, info: Info, input: IssueDecreeInput) -> IssueDecreePayload:
        """Freeze the selected people of a run under the Regent's number, and commit their cost from the fund."""
        decree = await service.issue_decree(
            info.context.connection,
            info.context.actor,
            number=input.number,
            run_id=run_number(input.run_id),
            signed_date=input.signed_date,
            legal_base=input.legal_base,
            fund_code=input.fund_code,
        )
        return IssueDecreePayload(
            decree_id=_id(decree),
            workers=decree.worker_count,
            amount=Rupiah(decree.amount),
            list_sha256=decree.list_sha256.hex(),
        )

    @mutation(Scope.act_decrees, is_long=True)
    async def write_decree_annex(self, info: Info, input: WriteDecreeAnnexInput) -> WriteDecreeAnnexPayload:
        """Write the list of a decree as an office prints it, in Indonesian; the audit trail records this."""
        context = info.context
        actor = replace(context.actor, purpose=input.purpose or context.actor.purpose)
        asked: dict[str, Any] = {"number": input.number, "purpose": input.purpose}
        if input.form is AnnexForm.pdf:
            async with context.acting() as connection:
                found = await annex.listed(connection, actor, context.sealer, **asked)
            async with context.turn_to_print():
                content = await context.printer.annex(context.acting, actor, found, input.purpose)
        else:
            async with context.acting() as connection:
                content = await annex.annex(connection, actor, context.sealer, form=f".{input.form}", **asked)
        return WriteDecreeAnnexPayload(content_base64=b64encode(content).decode())

    @mutation(Scope.act_decrees, is_long=True)
    async def check_decree_annex(self, info: Info, input: CheckDecreeAnnexInput) -> CheckDecreeAnnexPayload:
        """Compare a signed annex with the frozen lines, column by column; the audit trail records this. The result shows whether a
        number or a name matches, so it needs unmask:identity, and for a PDF with whole numbers unmask:contact, too."""
        return await _compared(info, input)

    @mutation(Scope.act_decrees)
    async def preview_amendment(self, info: Info, input: PreviewAmendmentInput) -> PreviewAmendmentPayload:
        """Return the result of `amendDecree` with the same input, and the hash for its approvals. Writes nothing."""
        changes = await _changes(info.context, input)
        draft = await amendments.draft_amendment(info.context.connection, **changes)
        return PreviewAmendmentPayload(
            ended=draft.ended, filled=draft.filled, open_places=draft.open_places, lines=list(map(_drafted, draft.lines)),
            list_sha256=draft.list_sha256.hex(), missing=list(draft.missing),
            cautions=_cautioned(draft.cautions, info.context.language),
        )  # fmt: skip

    @mutation(Scope.act_decrees, binds=True)
    async def amend_decree(self, info: Info, input: AmendDecreeInput) -> AmendDecreePayload:
        """End lines of a decree and give their places to others; billed months never change."""
        context, changes = info.context, await _changes(info.context, input)
        done = await amendments.amend_decree(
            context.connection, context.actor, number=input.number, legal_base=input.legal_base, **changes
        )
        return AmendDecreePayload(
            decree_id=_id(done.decree),
            ended=done.ended,
            filled=done.filled,
            open_places=done.open_places,
            list_sha256=done.decree.list_sha256.hex(),
            cautions=_cautioned(done.cautions, context.language),
        )
