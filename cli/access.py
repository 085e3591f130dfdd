"""`jamsos access`: agencies and their keys."""

import click

from cli.desk import act, out, t
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind


@click.group(help=t("access.help"))
def group() -> None: ...


@group.command("agency", help=t("access.agency.help"))
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice([*AgencyKind]), required=True)
@click.option("--region")
def agency(code: str, name: str, kind: str, region: str | None) -> None:
    act(
        lambda connection: service.register_agency(
            connection, COMMAND_LINE, code=code, name=name, kind=AgencyKind(kind), region_code=region
        )
    )
    out.print(t("access.agency.done", code=code))


@group.command("key", help=t("access.key.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True)
@click.option("--scope", "scopes", multiple=True)
@click.option("--days", default=service.KEY_DAYS, show_default=True, type=click.IntRange(1, 3650))
def key(agency: str, label: str, scopes: tuple[str, ...], days: int) -> None:
    out.print(
        act(
            lambda connection: service.issue_key(
                connection, COMMAND_LINE, agency_code=agency, label=label, scopes=scopes or None, days=days
            )
        )
    )


@group.command("revoke", help=t("access.revoke.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True)
def revoke(agency: str, label: str) -> None:
    count = act(lambda connection: service.revoke_keys(connection, COMMAND_LINE, agency_code=agency, label=label))
    out.print(t("access.revoke.done", count=count))
