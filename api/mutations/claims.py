"""Claims by mutation: the insurer's file of benefits it paid."""

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from jamsos.access.rules import Scope
from jamsos.claims import service
from jamsos.claims.rules import ClaimKind

described(ClaimKind)


@strawberry.type(description="Claims of one kind.")
class ClaimCount:
    kind: ClaimKind = strawberry.field(description="The benefit.")
    count: int = strawberry.field(description="The number.")
    amount: Rupiah = strawberry.field(description="The insurer's benefits for the person.")


@strawberry.input(description="Claims the insurer paid.")
class LoadClaimsInput:
    file: Upload = strawberry.field(description="CSV: No Klaim,KPJ,NIK,Jenis,Tanggal Kejadian,Tanggal Bayar,Jumlah.")


@strawberry.type(description="The result of the file.")
class LoadClaimsPayload(Payload):
    kinds: list[ClaimCount] | None = strawberry.field(default=None, description="Claims recorded, by kind.")
    without_month: int | None = strawberry.field(default=None, description="Of them, in a month that was not paid.")
    known: int | None = strawberry.field(default=None, description="Claims recorded before.")
    unknown_lines: list[int] | None = strawberry.field(default=None, description="Lines of members who are not ours.")


@strawberry.type
class ClaimMutations:
    @mutation(Scope.act_claims)
    async def load_claims(self, info: Info, input: LoadClaimsInput) -> LoadClaimsPayload:
        """Load the insurer's claims; each is linked to the paid month that makes it valid."""
        context = info.context
        found = await service.load_claims(context.connection, context.actor, context.sealer, paper(input.file))
        return LoadClaimsPayload(
            kinds=[
                ClaimCount(kind=kind, count=count, amount=Rupiah(amount))
                for kind, (count, amount) in found.kinds.items()
            ],
            without_month=found.without_month,
            known=found.known,
            unknown_lines=list(found.unknown_lines),
        )
