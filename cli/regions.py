"""`jamsos regions`: the state's code lists."""

from pathlib import Path

import click

from cli.desk import act, out, t
from jamsos.regions.service import SHIPPED, load_regions


@click.group(help=t("regions.help"))
def group() -> None: ...


@group.command("load", help=t("regions.load.help"))
@click.argument("folder", type=click.Path(path_type=Path), default=SHIPPED)
def load(folder: Path) -> None:
    count = act(lambda connection: load_regions(connection, folder))
    out.print(t("regions.load.done", count=count))
