"""Registry by mutation: an extract arrives. Payloads count rows; they show none."""

from datetime import date

import strawberry

from api.mutations.acts import Info, Payload, act
from api.uploads import Upload
from api.words import described
from jamsos.access.rules import Scope
from jamsos.registry import service
from jamsos.registry.rules import Defect, Source

described(Source)
described(Defect)


@strawberry.type(description="Rows with one defect.")
class DefectCount:
    defect: Defect = strawberry.field(description="What is wrong, or was cleaned.")
    count: int = strawberry.field(description="How many rows.")


@strawberry.input(description="A file of a register.")
class LoadExtractInput:
    file: Upload = strawberry.field(description="CSV, XLSX, XLS, ODS or Parquet, as it was received.")
    source: Source = strawberry.field(description="Which register it is of.")
    as_of: date = strawberry.field(description="The day for which the register speaks.")
    regency_code: str = strawberry.field(description="The regency it is of, by Kemendagri code: `53.15`.")
    is_dry_run: bool = strawberry.field(default=False, description="Only tell what would happen.")


@strawberry.type(description="What the file held.")
class LoadExtractPayload(Payload):
    load_id: strawberry.ID | None = strawberry.field(default=None, description="The load's id; none after a dry run.")
    rows_received: int | None = strawberry.field(default=None, description="Rows below the header.")
    rows_kept: int | None = strawberry.field(default=None, description="Rows that can be used.")
    rows_rejected: int | None = strawberry.field(default=None, description="Rows put aside for repair.")
    defects: list[DefectCount] | None = strawberry.field(default=None, description="Defects found, most first.")


@strawberry.type
class RegistryMutations:
    @act(Scope.act_registry)
    async def load_extract(self, info: Info, input: LoadExtractInput) -> LoadExtractPayload:
        """Read, check and keep a register's file, whole or not at all."""
        context = info.context
        result = await service.load_extract(
            context.connection,
            context.actor,
            context.sealer,
            input.file.path,
            source=input.source,
            as_of=input.as_of,
            regency_code=input.regency_code,
            is_dry_run=input.is_dry_run,
        )
        counts = sorted(result.defects.items(), key=lambda pair: (-pair[1], pair[0]))
        return LoadExtractPayload(
            load_id=None if result.load_id is None else strawberry.ID(f"RegistryLoad:{result.load_id}"),
            rows_received=result.rows_received,
            rows_kept=result.rows_kept,
            rows_rejected=result.rows_rejected,
            defects=[DefectCount(defect=Defect(code), count=count) for code, count in counts],
        )
