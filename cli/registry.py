"""`jamsos registry`: extracts arrive and are kept as received; what is wrong with them goes out to be mended."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.html import quality_page
from cli.param_types import DAY, FormattedNumber
from cli.runtime import act, out, progress, sealer, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import SheetFormUnknown
from jamsos.months import day_of, today
from jamsos.registry import service
from jamsos.registry.quality import AliasUse, Quality
from jamsos.registry.quality import quality as quality_of
from jamsos.registry.repairs.service import repair_workbook
from jamsos.registry.rules import LABELS, Defect, Source, Treatment, treatment
from jamsos.table_writer import must_be_writable, write

REGENCY = "53.15"


@click.group(help=t("registry.help"))
def group() -> None: ...


@group.command("load", help=t("registry.load.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", type=click.Choice([*Source]), help=t("registry.load.source"))
@click.option("--as-of", type=DAY, default=lambda: today(), help=t("registry.load.as_of"))
@click.option("--region", default=REGENCY, show_default=True, help=t("registry.load.region"))
@click.option("--dry-run", is_flag=True, help=t("registry.load.dry_run"))
def load(file: Path, source: str | None, as_of: date, region: str, dry_run: bool) -> None:
    with progress(file.name) as report:
        result = act(
            lambda connection: service.load_extract(
                connection,
                COMMAND_LINE,
                sealer(),
                file,
                source=Source(source) if source else None,
                as_of=as_of,
                regency_code=region,
                is_dry_run=dry_run,
                progress=report,
            )
        )
    done = "registry.load.tried" if result.load_id is None else "registry.load.done"
    out.print(
        t(
            done,
            file=file.name,
            load=result.load_id,
            received=result.rows_received,
            kept=result.rows_kept,
            rejected=result.rows_rejected,
        )
    )
    if result.repaired_load_id is not None:
        out.print(
            t(
                "registry.load.repaired",
                load=result.repaired_load_id,
                kept=result.rows_kept,
                unchanged=result.rows_unchanged,
            )
        )
    where = f"{result.sheet}, " if result.sheet else ""
    out.print(
        t("registry.load.understood", source=result.source, day=result.as_of, where=where, line=result.header_line)
    )
    _defects(result.defects)
    if result.load_id is None:
        _samples(result.sheet, result.samples)
        read = [(LABELS[name], header) for name, header in result.columns.items() if name in LABELS]
        table(t("registry.load.columns"), [t("word.field"), t("registry.load.header")], read)
        missing = [label for name, label in LABELS.items() if name not in result.columns]
        out.print(t("registry.load.missing", fields=", ".join(missing)))


@group.command("list", help=t("registry.list.help"))
def list_() -> None:
    names = ("load", "source", "as_of", "file", "loaded", "kept", "rejected")
    table(
        t("registry.list"),
        [t(f"registry.column.{name}") for name in names],
        [
            (
                each["id"], each["source"], each["as_of"], each["file_name"], day_of(each["loaded_at"]),
                *(FormattedNumber(each[f"rows_{name}"]) for name in ("kept", "rejected")),
            )
            for each in act(service.loads)
        ],
    )  # fmt: skip


@group.command("repair", help=t("registry.repair.help"))
@click.argument("load", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--village", help=t("registry.repair.village"))
def repair(load: int, file: Path, village: str | None) -> None:
    if file.suffix.lower() != ".xlsx":
        raise SheetFormUnknown(file=file.name, known=".xlsx")
    must_be_writable(file)
    made = act(
        lambda connection: repair_workbook(connection, COMMAND_LINE, sealer(), load_id=load, region_code=village)
    )
    write(file, made.content)
    out.print(t("registry.repair.done", file=file, rows=made.rows, load=load))


@group.command("quality", help=t("registry.quality.help"))
@click.argument("load", type=int)
@click.option("--villages", default=15, show_default=True, help=t("registry.quality.villages"))
@click.option("--html", type=click.Path(path_type=Path), help=t("registry.quality.html"))
def quality(load: int, villages: int, html: Path | None) -> None:
    if html:
        must_be_writable(html)
    found = act(lambda connection: quality_of(connection, load))
    if html:
        write(html, quality_page(found).encode())
        out.print(t("registry.quality.written", file=html, load=load))
        return
    out.print(t("registry.quality.head", **_head(found)), style="bold")
    _defects({each.defect: each.rows for each in found.defects})
    if not found.defects:
        return
    _samples(found.sheet, {each.defect: each.lines for each in found.defects})
    headers = [t("word.village"), *(t(f"treatment.{each}") for each in Treatment)]
    counted = [
        (each.name if each.district else t("quality.unknown"), *(each.by[kind] for kind in Treatment))
        for each in found.villages[:villages]
    ]
    table(t("registry.quality.by_village"), headers, counted)
    if found.aliases:
        columns = [t(f"alias.{name}") for name in ("name", "village", "by", "day")]
        used = [
            (
                _alias(use),
                f"{use.village_code} {use.village}",
                use.recorded_by,
                day_of(use.recorded_at),
                FormattedNumber(use.rows),
            )
            for use in found.aliases
        ]
        table(t("quality.aliases"), [*columns, t("word.rows")], used)


def _alias(use: AliasUse) -> str:
    return f"{use.name} ({use.district})" if use.district else use.name


def _samples(sheet: str | None, lines: dict[str, list[int]]) -> None:
    rows = [(t(f"defect.{code}"), _places(sheet, found)) for code, found in lines.items()]
    if rows:
        table(t("registry.quality.samples"), [t("word.defect"), t("registry.quality.where")], rows)


def _head(found: Quality) -> dict[str, Any]:
    return {
        "file": found.file_name, "source": found.source, "day": found.as_of, "load": found.load_id,
        "received": found.rows_received, "kept": found.rows_kept, "rejected": found.rows_rejected,
        "repaired": found.repaired,
    }  # fmt: skip


def _places(sheet: str | None, lines: list[int]) -> str:
    return t("quality.lines", where=f"{sheet}, " if sheet else "", lines=", ".join(map(str, lines)))


def _defects(defects: dict[str, int]) -> None:
    if not defects:
        out.print(t("quality.none"))
        return
    rows = [
        (t(f"defect.{code}"), code, t(f"treatment.{treatment(Defect(code))}"), count)
        for code, count in sorted(defects.items(), key=lambda pair: -pair[1])
    ]
    table(t("registry.defects"), [t("word.defect"), t("word.code"), t("word.treatment"), t("word.rows")], rows)
    if defects.keys() & {Defect.village_unknown, Defect.village_contradicts_name}:
        out.print(t("quality.alias_next"))
