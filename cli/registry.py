"""`jamsos registry`: extracts arrive and are kept as received; what is wrong with them goes out to be mended."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from cli.desk import act, out, progress, sealer, t, table
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import SheetFormUnknown
from jamsos.months import today
from jamsos.registry import service
from jamsos.registry.repairs import repair_workbook
from jamsos.registry.rules import Source
from jamsos.sheets import must_be_writable, write

REGENCY = "53.15"


@click.group(help=t("registry.help"))
def group() -> None: ...


@group.command("load", help=t("registry.load.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", type=click.Choice([*Source]), help=t("registry.load.source"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=str(today()), help=t("registry.load.as_of"))
@click.option("--region", default=REGENCY, show_default=True, help=t("registry.load.region"))
@click.option("--dry-run", is_flag=True, help=t("registry.load.dry_run"))
def load(file: Path, source: str | None, as_of: datetime, region: str, dry_run: bool) -> None:
    with progress(file.name) as report:
        result = act(
            lambda connection: service.load_extract(
                connection,
                COMMAND_LINE,
                sealer(),
                file,
                source=Source(source) if source else None,
                as_of=as_of.date(),
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
    _defects(result.defects)


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
def quality(load: int, villages: int) -> None:
    found = act(lambda connection: service.quality(connection, load))
    defects: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for village, defect, rows in found.by_village:
        defects[defect] += rows
        places[village] += rows
    _defects(defects)
    table(t("registry.quality.by_village"), [t("word.village"), t("word.rows")], places.most_common(villages))


def _defects(defects: dict[str, int]) -> None:
    rows = [(t(f"defect.{code}"), code, count) for code, count in sorted(defects.items(), key=lambda pair: -pair[1])]
    table(t("registry.defects"), [t("word.defect"), t("word.code"), t("word.rows")], rows)
