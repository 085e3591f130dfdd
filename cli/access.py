"""`jamsos access`: agencies, their officers and keys."""

from datetime import date, datetime
from typing import Any

import click
from click.core import ParameterSource
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import DAY, CodeChoice
from cli.runtime import act, act_as_or_operate, err, out, sealer, t
from cli.tables import table
from jamsos.access import officers, service
from jamsos.access.quotas import spend
from jamsos.access.rules import Actor, AgencyKind, OfficerRole, Scope
from jamsos.months import OFFICE
from jamsos.settings import settings


@click.group(help=t("access.help"))
def group() -> None: ...


@group.command("agency", help=t("access.agency.help"))
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=CodeChoice(AgencyKind), required=True, help=t("access.option.kind"))
@click.option("--region", help=t("access.option.region"))
def agency(code: str, name: str, kind: str, region: str | None) -> None:
    act_as_or_operate(
        Scope.act_access,
        lambda connection, actor: service.register_agency(
            connection, actor, code=code, name=name, kind=AgencyKind(kind), region_code=region
        ),
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
        act_as_or_operate(
            Scope.act_access,
            lambda connection, actor: service.issue_key(
                connection, actor, agency_code=agency, label=label, scopes=scopes or None, days=days
            ),
        )
    )


@group.command("officer", help=t("access.officer.help"))
@click.argument("agency")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    type=CodeChoice(OfficerRole),
    multiple=True,
    default=[OfficerRole.staff],
    help=t("access.option.role"),
)
@click.option("--from", "active_from", type=DAY, help=t("access.option.from"))
@click.option("--to", "active_to", type=DAY, help=t("access.option.to"))
@click.option("--change", "is_change", is_flag=True, help=t("access.option.change"))
@click.pass_context
def officer(
    context: click.Context, agency: str, name: str, roles: tuple[OfficerRole, ...], active_from: date | None,
    active_to: date | None, is_change: bool,
) -> None:  # fmt: skip
    async def work(connection: AsyncConnection, actor: Actor) -> None:
        if is_change:
            is_given = context.get_parameter_source("roles") != ParameterSource.DEFAULT
            await officers.change_officer(
                connection, actor, agency_code=agency, name=name, roles=roles if is_given else None, active_to=active_to
            )
        else:
            await officers.register_officer(
                connection,
                actor,
                agency_code=agency,
                name=name,
                roles=roles,
                active_from=active_from,
                active_to=active_to,
            )

    act_as_or_operate(Scope.act_access, work)
    out.print(t("access.officer.done", name=name, agency=agency))


@group.command("officers", help=t("access.officers.help"))
@click.argument("agency", required=False)
def list_officers(agency: str | None) -> None:
    found = act(lambda connection: officers.officers_of(connection, agency))
    table(
        t("access.officers.title"),
        [t(f"access.column.{name}") for name in ("agency", "officer", "roles", "from", "to", "keys")],
        [
            (row["agency"], row["name"], " ".join(t(f"code.officer_role.{role}") for role in row["roles"]),
             str(row["active_from"]), str(row["active_to"] or "-"), row["keys"])
            for row in found
        ],
    )  # fmt: skip


@group.command("invite", help=t("access.invite.help"))
@click.argument("agency")
@click.argument("name")
@click.option("--label", help=t("access.option.own_label"))
@click.option("--scope", "scopes", multiple=True, help=t("access.option.scope"))
@click.option(
    "--days",
    default=service.KEY_DAYS,
    show_default=True,
    type=click.IntRange(1, service.MOST_KEY_DAYS),
    help=t("access.option.days"),
)
@click.option(
    "--hours",
    default=officers.INVITATION_HOURS,
    show_default=True,
    type=click.IntRange(1, officers.MOST_INVITATION_HOURS),
    help=t("access.option.hours"),
)
def invite(agency: str, name: str, scopes: tuple[str, ...], **facts: Any) -> None:
    out.print(
        act_as_or_operate(
            Scope.act_access,
            lambda connection, actor: officers.invite(
                connection, actor, agency_code=agency, name=name, scopes=scopes or None, **facts
            ),
        )
    )


@group.command("accept", help=t("access.accept.help"))
@click.argument("code", required=False)
def accept(code: str | None) -> None:
    given = code or click.prompt(t("access.prompt.code"), hide_input=True, err=True)
    # in a separate transaction, so that a wrong attempt is counted
    act(lambda connection: spend(connection, sealer(), officers.of_invitation(given)))
    done = act(lambda connection: officers.accept(connection, code=given))
    err.print(t("access.accept.done", officer=done.officer, agency=done.agency))
    out.print(done.key)


@group.command("link-subject", help=t("access.link_subject.help"))
@click.argument("agency")
@click.argument("name")
@click.argument("subject")
@click.option("--issuer", help=t("access.option.issuer"))
def link_subject(agency: str, name: str, subject: str, issuer: str | None) -> None:
    named = issuer or settings().oidc_issuer or ""
    if not named:
        raise click.UsageError(t("access.link_subject.which"))
    act_as_or_operate(
        Scope.act_access,
        lambda connection, actor: officers.link_subject(
            connection, actor, agency_code=agency, name=name, issuer=named, subject=subject
        ),
    )
    out.print(t("access.link_subject.done", name=name))


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
        act_as_or_operate(
            Scope.act_access,
            lambda connection, actor: service.rotate_key(
                connection, actor, agency_code=agency, label=label, days=days, overlap_hours=overlap_hours
            ),
        )
    )


@group.command("keys", help=t("access.keys.help"))
@click.argument("agency", required=False)
def keys(agency: str | None) -> None:
    found = act(lambda connection: service.keys_of(connection, agency))
    table(
        t("access.keys.title"),
        [t(f"access.column.{name}") for name in ("agency", "officer", "label", "issuer", "prefix", "expires", "used", "scopes")],
        [
            (row["agency"], row["officer"] or "-", row["label"], row["issued_by"], row["prefix"],
             _when(row["expires_at"]), _when(row["last_used_at"]), " ".join(row["scopes"]))
            for row in found
        ],
    )  # fmt: skip


def _when(instant: datetime | None) -> str:
    return instant.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M") if instant else "-"


@group.command("revoke", help=t("access.revoke.help"))
@click.argument("agency")
@click.option("--label", default="default", show_default=True, help=t("access.option.label"))
def revoke(agency: str, label: str) -> None:
    count = act_as_or_operate(
        Scope.act_access,
        lambda connection, actor: service.revoke_keys(connection, actor, agency_code=agency, label=label),
    )
    out.print(t("access.revoke.done", count=count))
