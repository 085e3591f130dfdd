"""Mutations: the acts of every room, a file per room, in the order of the walk.

A room's file holds, for each act: an input, a payload and a method of its mixin, which joins `Mutation` below.
1. `@strawberry.input(description=…) class IssueDecreeInput`: every field with a description, in the service's words.
2. `@strawberry.type(description=…) class IssueDecreePayload(Payload)`: the thing made, `| None = None`; `refusal` is inherited.
3. `@act(Scope.act_decrees) async def issue_decree(self, info: Info, input: IssueDecreeInput) -> IssueDecreePayload`, whose
   docstring is its description. It calls the room's service with `info.context.connection` and `info.context.actor`, and
   names the row it made, `decree=row(Decree, decree_id)` (api/compiled_schema.py), which is read when the client asks for it.
   It neither commits, nor checks scopes, nor catches: `act` does (acts.py). A JamsosError becomes the payload's `refusal`
   with the act undone; anything else undoes the whole request.
4. A file arrives as `file: Upload` (api/http/uploads.py): `.path`, `.name`, `.sha256`; gone with the request.
   Sealing: `info.context.sealer`.
Tests: `door.run(document, variables, key=…)` from tests/api/conftest.py. A test fails on a mutation without scope or words.
"""

import strawberry

from api.mutations.access import AccessMutations
from api.mutations.claims import ClaimMutations
from api.mutations.complaints import ComplaintMutations
from api.mutations.coverage import CoverageMutations
from api.mutations.decrees import DecreeMutations
from api.mutations.donations import DonationMutations
from api.mutations.enrolment import EnrolmentMutations
from api.mutations.explanations import ExplainingMutations
from api.mutations.exports import HandoutMutations
from api.mutations.ledger import LedgerMutations
from api.mutations.people import PeopleMutations
from api.mutations.regions import RegionMutations
from api.mutations.registry import RegistryMutations
from api.mutations.selection import SelectionMutations


@strawberry.type(description="The acts of the programme, each with the scope of its room.")
class Mutation(
    AccessMutations,
    RegionMutations,
    RegistryMutations,
    PeopleMutations,
    LedgerMutations,
    DonationMutations,
    CoverageMutations,
    ClaimMutations,
    SelectionMutations,
    HandoutMutations,
    ExplainingMutations,
    DecreeMutations,
    EnrolmentMutations,
    ComplaintMutations,
): ...
