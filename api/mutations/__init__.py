"""Mutations: the acts of every room, one file per room, in the order of the walk.

For each act a room's file contains an input, a payload and a method of its mixin, which is a base of `Mutation` below.
1. `@strawberry.input(description=…) class IssueDecreeInput`: every field has a description, in the service's words.
2. `@strawberry.type(description=…) class IssueDecreePayload(Payload)`: the result, `| None = None`; `refusal` is inherited.
3. `@mutation(Scope.act_decrees) async def issue_decree(self, info: Info, input: IssueDecreeInput) -> IssueDecreePayload`. Its
docstring is its description. It calls the room's service with `info.context.connection` and `info.context.actor`, and refers to
the new row by `decree=ref(Decree, decree_id)` (api/compiled_schema.py), which is read if the client selects it. It neither
commits, nor checks scopes, nor catches: `mutation` does (base.py). A JamsosError becomes the payload's `refusal` and undoes the
act; any other exception undoes the whole request.
4. A file arrives as `file: Upload` (api/http/uploads.py): `.path`, `.name`, `.sha256`. It is deleted with the request. For
sealing use `info.context.sealer`.
Tests: `caller.run(document, variables, key=…)` from tests/api/conftest.py. A test fails for a mutation without scope or
description.
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
