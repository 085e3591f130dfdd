"""Regions by mutation: the office's other names of its villages."""

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from jamsos.access.rules import Scope
from jamsos.regions.aliases import load_aliases


@strawberry.input(description="Other names of villages.")
class LoadVillageAliasesInput:
    file: Upload = strawberry.field(
        description="CSV or XLSX: `nama,kecamatan,kode_desa,sumber`; `kecamatan` and `sumber` may be left out."
    )
    regency_code: str = strawberry.field(description="The regency whose office uses them, by Kemendagri code: `53.15`.")


@strawberry.type(description="The new content of the file.")
class LoadVillageAliasesPayload(Payload):
    count: int | None = strawberry.field(default=None, description="Number of lines with new content.")


@strawberry.type
class RegionMutations:
    @mutation(Scope.act_registry)
    async def load_village_aliases(self, info: Info, input: LoadVillageAliasesInput) -> LoadVillageAliasesPayload:
        """Load old names, old codes and spellings of villages, all or none; the next load uses them."""
        context = info.context
        count = await load_aliases(
            context.connection, context.actor, paper(input.file), regency_code=input.regency_code
        )
        return LoadVillageAliasesPayload(count=count)
