"""`jamsos donations`: pledges, and the bank lines that make them money."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.desk import act, out, sealer, t, table
from cli.shapes import DAY, FILE, RUPIAH
from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import matching, service
from jamsos.months import today


@click.group(help=t("donations.help"))
def group() -> None: ...


@group.command("pledge", help=t("donations.pledge.help"))
@click.argument("file", type=FILE, required=False)
@click.option("--amount", type=RUPIAH)
@click.option("--date", "day", type=DAY, default=lambda: today())
@click.option("--name", "donor_name")
@click.option("--named", "is_named", is_flag=True, help=t("donations.pledge.named"))
@click.option("--phone")
@click.option("--fund", "fund_code")
def pledge(
    file: Path | None,
    amount: int | None,
    day: date,
    donor_name: str | None,
    is_named: bool,
    phone: str | None,
    fund_code: str | None,
) -> None:
    if file:
        count = act(lambda c: service.load_pledges(c, COMMAND_LINE, sealer(), file, fund_code=fund_code))
        out.print(t("donations.pledge.done", count=count))
    elif amount is not None:
        donor: dict[str, Any] = {"donor_name": donor_name, "is_named": is_named, "phone": phone}
        out.print(
            act(
                lambda c: service.pledge(
                    c, COMMAND_LINE, sealer(), amount=amount, day=day, fund_code=fund_code, **donor
                )
            )
        )
    else:
        raise click.UsageError(t("donations.pledge.either"))


@group.command("match", help=t("donations.match.help"))
@click.argument("file", type=FILE)
def match(file: Path) -> None:
    found = act(lambda connection: matching.match_statement(connection, COMMAND_LINE, sealer(), file))
    rows = [(t(f"outcome.{outcome}"), count) for outcome, count in found.lines.items()]
    rows += [(t("outcome.repeated"), found.repeated)] if found.repeated else []
    table(t("donations.match.title"), [t("donations.match.outcome"), t("donations.match.lines")], rows)
    out.print(t("donations.match.done", booked=found.booked, refunded=found.refunded))
