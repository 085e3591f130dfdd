"""`jamsos regions`: official region codes, and the office's other names of villages."""

from pathlib import Path

import click

from cli.runtime import act, act_as_or_operate, out, t
from cli.tables import table
from jamsos.access.rules import Scope
from jamsos.months import day_of
from jamsos.regions import aliases as names
from jamsos.regions.service import SHIPPED, load_regions

REGENCY = "53.15"


@click.group(help=t("regions.help"))
def group() -> None: ...


@group.command("load", help=t("regions.load.help"))
@click.argument("folder", type=click.Path(path_type=Path), default=SHIPPED)
def load(folder: Path) -> None:
    count = act(lambda connection: load_regions(connection, folder))
    out.print(t("regions.load.done", count=count))


@group.command("aliases", help=t("regions.aliases.help"))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--region", default=REGENCY, show_default=True, help=t("regions.aliases.region"))
def aliases(file: Path | None, region: str) -> None:
    if file:
        count = act_as_or_operate(
            Scope.act_registry,
            lambda connection, actor: names.load_aliases(connection, actor, file, regency_code=region),
        )
        out.print(t("regions.aliases.done", file=file.name, count=count))
    known = act(lambda connection: names.aliases(connection, region))
    if not known:
        out.print(t("regions.aliases.none"))
        return
    columns = ("name", "district", "village", "regulation", "by", "day")
    rows = [
        (
            each.name, each.district_name or "", f"{each.village_code} {each.village}", each.regulation or "", each.recorded_by,
            day_of(each.recorded_at),
        )
        for each in known
    ]  # fmt: skip
    table(t("regions.aliases"), [t(f"alias.{column}") for column in columns], rows)
