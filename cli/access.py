"""`jamsos access`: agencies and their keys."""

from datetime import datetime

import click

from cli.param_types import CodeChoice
from cli.runtime import act, out, t
from cli.tables import table
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.months import OFFICE


@click.group(help=t("access.help"))
def group() -> None: ...


@group.command("agency", help=t("access.agency.help"))
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=CodeChoice(AgencyKind), required=True, help=t("access.option.kind"))
@click.option("--region", help=t("access.option.region"))
def agency(code: str, name: str, kind: str, region: str | None) -> None:
    act(
        lambda connection: service.register_agency(
            connection, COMMAND_LINE, code=code, name=name, kind=AgencyKind(kind), region_code=region
        )
    )
    out.print(t("access.agency.done", code=code))


@group.command("key", help=t("access.key.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True, help=t("access.option.label"))
@click.option("--scope", "scopes", multiple=True, help=t("access.option.scope"))
@click.option(
    "--days",
    default=service.KEY_DAYS,
    show_default=True,
    type=click.IntRange(1, service.MOST_KEY_DAYS),
    help=t("access.option.days"),
)
def key(agency: str, label: str, scopes: tuple[str, ...], days: int) -> None:
    out.print(
        act(
            lambda connection: service.issue_key(
                connection, COMMAND_LINE, agency_code=agency, label=label, scopes=scopes or None, days=days
            )
        )
    )


@group.command("rotate", help=t("access.rotate.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True, help=t("access.option.label"))
@click.option(
    "--days",
    default=service.KEY_DAYS,
    show_default=True,
    type=click.IntRange(1, service.MOST_KEY_DAYS),
    help=t("access.option.days"),
)
@click.option(
    "--overlap-hours",
    default=service.OVERLAP_HOURS,
    show_default=True,
    type=click.IntRange(0, service.MOST_OVERLAP_HOURS),
    help=t("access.option.overlap"),
)
def rotate(agency: str, label: str, days: int, overlap_hours: int) -> None:
    out.print(
        act(
            lambda connection: service.rotate_key(
                connection, COMMAND_LINE, agency_code=agency, label=label, days=days, overlap_hours=overlap_hours
            )
        )
    )


@group.command("keys", help=t("access.keys.help"))
@click.argument("agency", required=False)
def keys(agency: str | None) -> None:
    found = act(lambda connection: service.keys_of(connection, agency))
    table(
        t("access.keys.title"),
        [t(f"access.column.{name}") for name in ("agency", "label", "prefix", "expires", "used", "scopes")],
        [
            (row["agency"], row["label"], row["prefix"], _when(row["expires_at"]), _when(row["last_used_at"]),
             " ".join(row["scopes"]))
            for row in found
        ],
    )  # fmt: skip


def _when(instant: datetime | None) -> str:
    return instant.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M") if instant else "-"


@group.command("revoke", help=t("access.revoke.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True, help=t("access.option.label"))
def revoke(agency: str, label: str) -> None:
    count = act(lambda connection: service.revoke_keys(connection, COMMAND_LINE, agency_code=agency, label=label))
    out.print(t("access.revoke.done", count=count))
