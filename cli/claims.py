"""`jamsos claims`: benefits that the insurer paid."""

from collections.abc import Sequence
from pathlib import Path

import click

from cli.param_types import FILE, FormattedNumber
from cli.runtime import act, act_as, out, sealer, t
from cli.tables import table
from jamsos.access.rules import Scope
from jamsos.claims import service

SHOWN = 20


@click.group(help=t("claims.help"))
def group() -> None: ...


@group.command("load", help=t("claims.load.help"))
@click.argument("file", type=FILE)
def load(file: Path) -> None:
    found = act_as(Scope.act_claims, lambda connection, actor: service.load_claims(connection, actor, sealer(), file))
    rows = [(t(f"claim.{kind}"), count, FormattedNumber(amount)) for kind, (count, amount) in found.kinds.items()]
    table(t("claims.load.title"), [t(f"claims.load.{name}") for name in ("kind", "count", "amount")], rows)
    if found.without_month:
        out.print(t("claims.load.without_month", count=found.without_month))
    if found.known:
        out.print(t("claims.load.known", count=found.known))
    if found.unknown_lines:
        out.print(t("claims.load.unknown", count=len(found.unknown_lines), lines=_some(found.unknown_lines)))


@group.command("balance", help=t("claims.balance.help"))
def balance() -> None:
    found = act(service.balance)
    rows = [
        (
            each.fund_code or t("claims.balance.unpaid"), t(f"group.{each.group_code}") if each.group_code else "–",
            FormattedNumber(each.paid_months), FormattedNumber(each.premiums), FormattedNumber(each.claims), FormattedNumber(each.benefits),
        )
        for each in found
    ]  # fmt: skip
    headers = ("fund", "group", "months", "premiums", "claims", "benefits")
    table(t("claims.balance.title"), [t(f"claims.balance.{each}") for each in headers], rows)


def _some(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:SHOWN])) + (" …" if len(lines) > SHOWN else "")
