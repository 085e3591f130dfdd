"""Export mutations: one person's printed letter, and a run as files for an independent check."""

import io
import zipfile
from base64 import b64encode

import strawberry

from api.mutations.base import Payload, mutation
from api.mutations.explanations import ExplainCandidateInput
from api.mutations.selection import person_number, run_number
from api.resolvers import Info
from jamsos.access.rules import Scope
from jamsos.access.service import must_show
from jamsos.enrolment.explanations import letter_today
from jamsos.people.tables import people
from jamsos.selection.audit_bundle import write_bundle
from jamsos.selection.verification import EXPLAINED

_SAME_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date of the ZIP format, so that the same files give the same bytes


@strawberry.input(description="The person and the run of the letter.")
class WriteSelectionLetterInput(ExplainCandidateInput):
    pass


@strawberry.type(description="The letter to hand to her.")
class WriteSelectionLetterPayload(Payload):
    content_base64: str | None = strawberry.field(
        default=None,
        description="The PDF in Base64, in the language of Accept-Language."
        " Her name and circumstances need unmask:identity, unmask:vulnerability and a purpose.",
    )


@strawberry.input(description="A run to be worked out elsewhere.")
class WriteSelectionBundleInput:
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")
    purpose: str = strawberry.field(description="Recipient and purpose, for the audit trail.")


@strawberry.type(description="The run as files: manifest, criteria, inputs and list, with persons by number.")
class WriteSelectionBundlePayload(Payload):
    content_base64: str | None = strawberry.field(
        default=None,
        description="A ZIP in Base64; unpacked into a folder, `jamsos selection verify FOLDER` checks it. It holds birth dates and"
        " circumstances, so the act needs unmask:identity and unmask:vulnerability.",
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _SAME_DAY), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@strawberry.type
class HandoutMutations:
    @mutation(Scope.act_selection, is_long=True)
    async def write_selection_letter(self, info: Info, input: WriteSelectionLetterInput) -> WriteSelectionLetterPayload:
        """Print the letter of `selectionLetter` with the person's name, under the office's letterhead; the audit trail records this."""
        context = info.context
        must_show(context.actor, [*EXPLAINED, people.c.full_name])
        run_id, person_id = run_number(input.run_id), person_number(input.person_id)
        async with context.acting() as connection:
            found = await letter_today(connection, context.actor, context.sealer, run_id, person_id, context.language)
        async with context.turn_to_print():
            content = await context.printer.letter(context.acting, context.actor, found)
        return WriteSelectionLetterPayload(content_base64=b64encode(content).decode())

    @mutation(Scope.act_selection, is_long=True)
    async def write_selection_bundle(self, info: Info, input: WriteSelectionBundleInput) -> WriteSelectionBundlePayload:
        """Export a run with all its inputs, for an auditor who recomputes it on another machine; the audit trail records this."""
        context = info.context
        async with context.acting() as connection:
            files = await write_bundle(connection, context.actor, run_number(input.run_id), purpose=input.purpose)
        content = await context.printed(_zipped, files)
        return WriteSelectionBundlePayload(content_base64=b64encode(content).decode())
