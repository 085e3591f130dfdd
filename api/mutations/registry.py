"""Registry by mutation: an extract arrives. Payloads count rows; they show none."""

from base64 import b64encode
from datetime import date

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info, need
from api.schema.descriptions import described
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of, key_of
from jamsos.access.rules import Scope
from jamsos.months import today
from jamsos.registry import service
from jamsos.registry.repairs.service import repair_workbook
from jamsos.registry.rules import LABELS, Defect, Source

# What stands open in a row as received.
_WHOLE = (Scope.unmask_identity, Scope.unmask_contact, Scope.unmask_vulnerability)
described(Source)
described(Defect)


@strawberry.type(description="Rows with one defect.")
class DefectCount:
    defect: Defect = strawberry.field(description="What is wrong, or was cleaned.")
    count: int = strawberry.field(description="How many rows.")
    lines: list[int] = strawberry.field(
        description="The first lines of the file with it, after a dry run; of a load `registryDefects` tells them."
    )


@strawberry.type(description="A column of the file that is read.")
class ReadColumn:
    label: str = strawberry.field(description="What it is taken for, as a repair workbook heads it.")
    header: str = strawberry.field(description="Its header in the file, as written.")


@strawberry.input(description="A file of a register.")
class LoadExtractInput:
    file: Upload = strawberry.field(description="CSV, XLSX, XLS, ODS or Parquet, as it was received.")
    source: Source | None = strawberry.field(
        default=None, description="Which register it is of; a repair workbook says so itself."
    )
    as_of: date | None = strawberry.field(
        default=None,
        description="The day for which the register speaks; else today. A repair speaks for the day of what it repairs.",
    )
    regency_code: str = strawberry.field(description="The regency it is of, by Kemendagri code: `53.15`.")
    is_dry_run: bool = strawberry.field(default=False, description="Only tell what would happen.")


@strawberry.type(description="What the file held.")
class LoadExtractPayload(Payload):
    load_id: strawberry.ID | None = strawberry.field(default=None, description="The load's id; none after a dry run.")
    rows_received: int | None = strawberry.field(default=None, description="Rows below the header.")
    rows_kept: int | None = strawberry.field(default=None, description="Rows that can be used.")
    rows_rejected: int | None = strawberry.field(default=None, description="Rows put aside for repair.")
    rows_unchanged: int | None = strawberry.field(
        default=None, description="Rows of a repair workbook that nobody changed; they are not loaded."
    )
    repaired_load_id: strawberry.ID | None = strawberry.field(
        default=None, description="The load whose rows a repair workbook's rows now stand for."
    )
    defects: list[DefectCount] | None = strawberry.field(default=None, description="Defects found, most first.")
    sheet: str | None = strawberry.field(
        default=None, description="The sheet that is read; none where the file has no sheets."
    )
    header_line: int | None = strawberry.field(
        default=None, description="The line of the column headers; 0 in Parquet."
    )
    columns: list[ReadColumn] | None = strawberry.field(default=None, description="The columns that are read.")


@strawberry.input(description="Rows of a load that a village office shall mend.")
class WriteRepairWorkbookInput:
    load_id: strawberry.ID = strawberry.field(description="The id of the RegistryLoad.")
    region_code: str | None = strawberry.field(
        default=None, description="A village or district by Kemendagri code; else the whole load."
    )


@strawberry.type(description="The repair workbook.")
class WriteRepairWorkbookPayload(Payload):
    rows: int | None = strawberry.field(default=None, description="How many rows it asks to mend.")
    content_base64: str | None = strawberry.field(
        default=None,
        description="The XLSX in Base64. It holds rows as received, so the act needs unmask:identity, :contact and :vulnerability.",
    )


@strawberry.type
class RegistryMutations:
    @mutation(Scope.act_registry)
    async def load_extract(self, info: Info, input: LoadExtractInput) -> LoadExtractPayload:
        """Read, check and keep a register's file, whole or not at all."""
        context = info.context
        result = await service.load_extract(
            context.connection,
            context.actor,
            context.sealer,
            paper(input.file),
            source=input.source,
            as_of=input.as_of or today(),
            regency_code=input.regency_code,
            is_dry_run=input.is_dry_run,
        )
        counts = sorted(result.defects.items(), key=lambda pair: (-pair[1], pair[0]))
        return LoadExtractPayload(
            load_id=_load(result.load_id),
            rows_received=result.rows_received,
            rows_kept=result.rows_kept,
            rows_rejected=result.rows_rejected,
            rows_unchanged=result.rows_unchanged if result.repaired_load_id else None,
            repaired_load_id=_load(result.repaired_load_id),
            defects=[
                DefectCount(defect=Defect(code), count=count, lines=result.samples.get(code, []))
                for code, count in counts
            ],
            sheet=result.sheet,
            header_line=result.header_line,
            columns=[
                ReadColumn(label=LABELS[name], header=header)
                for name, header in result.columns.items()
                if name in LABELS
            ],
        )

    @mutation(Scope.act_registry)
    async def write_repair_workbook(self, info: Info, input: WriteRepairWorkbookInput) -> WriteRepairWorkbookPayload:
        """A workbook of a load's rows with a defect, for the village office; opening them is one line in the trail. It comes back
        by loadExtract."""
        context = info.context
        need(info, *_WHOLE)
        made = await repair_workbook(
            context.connection,
            context.actor,
            context.sealer,
            load_id=int(key_of(ENTITIES["RegistryLoad"], input.load_id)[0]),
            region_code=input.region_code,
        )
        return WriteRepairWorkbookPayload(rows=made.rows, content_base64=b64encode(made.content).decode())


def _load(load_id: int | None) -> strawberry.ID | None:
    return None if load_id is None else strawberry.ID(id_of(ENTITIES["RegistryLoad"], load_id))
