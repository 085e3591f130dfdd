"""Registry by mutation: load an extract. Payloads contain counts, never rows."""

from base64 import b64encode
from datetime import date

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of, key_of
from jamsos.access.rules import Scope
from jamsos.months import today
from jamsos.people.added_facts import add_facts
from jamsos.registry import service
from jamsos.registry.kept_layouts import add_layout
from jamsos.registry.repairs.service import repair_workbook
from jamsos.registry.rules import LABELS, DateReading, Defect, Reading, SexReading, Source

# The open columns of a row as received.
described(Source)
described(Defect)
described(DateReading)
described(SexReading)


@strawberry.type(description="Rows with one defect.")
class DefectCount:
    defect: Defect = strawberry.field(description="The defect or the cleaning.")
    count: int = strawberry.field(description="Number of rows.")
    lines: list[int] = strawberry.field(
        description="The first lines of the file with the defect, after a dry run; for a load see `registryDefects`."
    )


@strawberry.type(description="A column of the file that is read.")
class ReadColumn:
    label: str = strawberry.field(description="The field, by its header in a repair workbook.")
    header: str = strawberry.field(description="Its header in the file, as written.")


@strawberry.input(description="A file of a register.")
class LoadExtractInput:
    file: Upload = strawberry.field(
        description="CSV, XLSX, XLS, ODS, Parquet, an HTML or XML table, or one of them in a ZIP, as it was received."
    )
    source: Source | None = strawberry.field(
        default=None, description="Which register it is of; else that of its layout. A repair workbook says so itself."
    )
    layout: str | None = strawberry.field(
        default=None, description="The name of the layout by which it is read; else it is recognised by its headers."
    )
    village_code: str | None = strawberry.field(
        default=None, description="The village that the whole file is of, where the file does not say so."
    )
    dates: DateReading | None = strawberry.field(
        default=None,
        description="How days are read; else the file is judged as a whole, and refused where it is read wrong.",
    )
    sex: SexReading | None = strawberry.field(
        default=None, description="How the coding of sex is read; else the file is judged as a whole."
    )
    takes_hidden: bool = strawberry.field(default=False, description="Load hidden and filtered rows too.")
    takes_struck: bool = strawberry.field(default=False, description="Load rows that are struck through too.")
    takes_elsewhere: bool = strawberry.field(
        default=False, description="Load the rows of this regency, though most of the file is from elsewhere."
    )
    as_of: date | None = strawberry.field(
        default=None,
        description="The day for which the register speaks; else today. A repair speaks for the day of what it repairs.",
    )
    office_code: str = strawberry.field(description="The regency it is of, by Kemendagri code: `53.15`.")
    is_dry_run: bool = strawberry.field(default=False, description="Only return the result; store nothing.")


@strawberry.type(description="The contents of the file.")
class LoadExtractPayload(Payload):
    load_id: strawberry.ID | None = strawberry.field(default=None, description="The load's id; none after a dry run.")
    rows_received: int | None = strawberry.field(default=None, description="Rows below the header.")
    rows_kept: int | None = strawberry.field(default=None, description="Rows that can be used.")
    rows_rejected: int | None = strawberry.field(default=None, description="Rows set aside for repair.")
    rows_unchanged: int | None = strawberry.field(
        default=None, description="Rows of a repair workbook that nobody changed; they are not loaded."
    )
    repaired_load_id: strawberry.ID | None = strawberry.field(
        default=None, description="The load whose rows the repair workbook replaces."
    )
    defects: list[DefectCount] | None = strawberry.field(default=None, description="Defects found, most first.")
    sheet: str | None = strawberry.field(
        default=None, description="The sheet that is read; none where the file has no sheets."
    )
    header_line: int | None = strawberry.field(
        default=None, description="The line of the column headers; 0 in Parquet."
    )
    columns: list[ReadColumn] | None = strawberry.field(default=None, description="The columns that are read.")
    layout: str | None = strawberry.field(default=None, description="The layout by which the file is read.")
    unread: list[str] | None = strawberry.field(
        default=None, description="The headers of the columns that nothing is read from."
    )


@strawberry.input(description="A list about people who are known.")
class AddFactsInput:
    file: Upload = strawberry.field(description="Deciles by family card, or receivers of an aid programme.")
    as_of: date | None = strawberry.field(default=None, description="The day for which the list speaks; else today.")
    office_code: str = strawberry.field(description="The regency it is of, by Kemendagri code: `53.15`.")
    programme: str | None = strawberry.field(
        default=None, description="Of which aid programme it is, where no column says so."
    )
    is_dry_run: bool = strawberry.field(default=False, description="Only return the result; store nothing.")


@strawberry.type(description="The result of the list.")
class AddFactsPayload(Payload):
    load_id: strawberry.ID | None = strawberry.field(default=None, description="The load's id; none after a dry run.")
    layout: str | None = strawberry.field(default=None, description="The layout by which it is read.")
    persons: int | None = strawberry.field(default=None, description="Persons whose facts it set.")
    aside: list[DefectCount] | None = strawberry.field(
        default=None, description="Rejected lines with unknown persons, by line number."
    )


@strawberry.input(description="A layout of the office's own.")
class AddRegistryLayoutInput:
    file: Upload = strawberry.field(description="The layout as TOML; its name is the file's.")


@strawberry.type(description="The layout that is kept.")
class AddRegistryLayoutPayload(Payload):
    name: str | None = strawberry.field(default=None, description="Its name.")
    version: int | None = strawberry.field(default=None, description="Its version.")


@strawberry.input(description="Rows of a load that a village office shall mend.")
class WriteRepairWorkbookInput:
    load_id: strawberry.ID = strawberry.field(description="The id of the RegistryLoad.")
    region_code: str | None = strawberry.field(
        default=None, description="A village or district by Kemendagri code; else the whole load."
    )


@strawberry.type(description="The repair workbook.")
class WriteRepairWorkbookPayload(Payload):
    rows: int | None = strawberry.field(default=None, description="Number of rows to correct.")
    content_base64: str | None = strawberry.field(
        default=None,
        description="The XLSX in Base64. Rows as received need unmask:identity, :contact, :vulnerability and a purpose.",
    )


@strawberry.type
class RegistryMutations:
    @mutation(Scope.act_registry)
    async def load_extract(self, info: Info, input: LoadExtractInput) -> LoadExtractPayload:
        """Read, check and store a register's file, completely or not at all."""
        context = info.context
        result = await service.load_extract(
            context.connection,
            context.actor,
            context.sealer,
            paper(input.file),
            source=input.source,
            as_of=input.as_of or today(),
            office_code=input.office_code,
            reading=Reading(
                layout=input.layout,
                village_code=input.village_code,
                dates=input.dates,
                sex=input.sex,
                takes_hidden=input.takes_hidden,
                takes_struck=input.takes_struck,
                takes_elsewhere=input.takes_elsewhere,
            ),
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
            layout=result.layout,
            unread=list(result.unread),
        )

    @mutation(Scope.act_registry)
    async def add_facts(self, info: Info, input: AddFactsInput) -> AddFactsPayload:
        """Add the facts of a list to known persons, as of its day; they count after the next matching."""
        context = info.context
        found = await add_facts(
            context.connection,
            context.actor,
            context.sealer,
            paper(input.file),
            as_of=input.as_of or today(),
            office_code=input.office_code,
            programme=input.programme,
            is_dry_run=input.is_dry_run,
        )
        return AddFactsPayload(
            load_id=_load(found.load_id),
            layout=found.layout,
            persons=found.persons,
            aside=[
                DefectCount(defect=Defect(code), count=len(lines), lines=list(lines))
                for code, lines in found.aside.items()
            ],
        )

    @mutation(Scope.act_registry)
    async def add_registry_layout(self, info: Info, input: AddRegistryLayoutInput) -> AddRegistryLayoutPayload:
        """Store a layout of files; the next file of this kind is recognised."""
        kept = await add_layout(info.context.connection, info.context.actor, paper(input.file))
        return AddRegistryLayoutPayload(name=kept.name, version=kept.version)

    @mutation(Scope.act_registry)
    async def write_repair_workbook(self, info: Info, input: WriteRepairWorkbookInput) -> WriteRepairWorkbookPayload:
        """Write a workbook of a load's faulty rows for the village office; the audit trail records the unmasked values. loadExtract
        reads it back."""
        context = info.context
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
