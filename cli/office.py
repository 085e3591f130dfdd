"""`jamsos office`: who owns facts here and pays: regencies, provinces, the ministry."""

import click

from cli.runtime import act, out, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE
from jamsos.offices import service, store


@click.group(help=t("office.help"))
def group() -> None: ...


@group.command("add", help=t("office.add.help"))
@click.argument("code")
@click.option("--name", help=t("office.option.name"))
def add(code: str, name: str | None) -> None:
    act(lambda connection: service.add_office(connection, COMMAND_LINE, code, name))
    out.print(t("office.add.done", code=code))


@group.command("list", help=t("office.list.help"))
def show() -> None:
    rows = act(store.listed)
    headers = [t(f"office.column.{name}") for name in ("code", "name", "kind")]
    table(
        t("office.list.title"), headers, [(row["code"], row["name"], t(f"office.kind.{row['kind']}")) for row in rows]
    )
