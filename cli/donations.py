"""`jamsos donations`: pledges, and the bank lines that pay them."""

from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import DAY, FILE, RUPIAH, FormattedNumber
from cli.runtime import act, act_as, out, sealer, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE, Scope
from jamsos.coverage.tracing.donation_receipts import DonationReceipt, DonationYear, receipt_of, year_of
from jamsos.db import in_transaction
from jamsos.disclosure import SUPPRESSED
from jamsos.donations import donation_receipts, erasure, matching, rules, service, unmatched_lines
from jamsos.donations.errors import DecisionUnclear
from jamsos.donations.rules import LineDecision
from jamsos.months import today
from jamsos.settings import settings


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
        count = act_as(
            Scope.act_donations, lambda c, actor: service.load_pledges(c, actor, sealer(), file, fund_code=fund_code)
        )
        out.print(t("donations.pledge.done", count=count))
    elif amount is not None:
        donor: dict[str, Any] = {"donor_name": donor_name, "is_named": is_named, "phone": phone}
        out.print(
            act_as(
                Scope.act_donations,
                lambda c, actor: service.pledge(
                    c, actor, sealer(), amount=amount, day=day, fund_code=fund_code, **donor
                ),
            )
        )
    else:
        raise click.UsageError(t("donations.pledge.either"))


@group.command("codes", help=t("donations.codes.help"))
@click.argument("count", type=click.IntRange(1, 10_000))
def codes(count: int) -> None:
    for code in rules.fresh_codes(count):
        click.echo(code)


@group.command("match", help=t("donations.match.help"))
@click.argument("file", type=FILE)
def match(file: Path) -> None:
    found = act_as(
        Scope.act_donations, lambda connection, actor: matching.match_statement(connection, actor, sealer(), file)
    )
    rows = [(t(f"outcome.{outcome}"), count) for outcome, count in found.lines.items()]
    rows += [(t("outcome.repeated"), found.repeated)] if found.repeated else []
    table(t("donations.match.title"), [t("donations.match.outcome"), t("donations.match.lines")], rows)
    out.print(t("donations.match.done", booked=found.booked, refunded=found.refunded))


@group.command("unmatched", help=t("donations.unmatched.help"))
@click.option("--text", "with_text", is_flag=True, help=t("donations.unmatched.text"))
def aside(with_text: bool) -> None:
    found = act(lambda c: unmatched_lines.lines_aside(c, COMMAND_LINE, sealer(), with_text=with_text))
    names = ["number", "day", "amount", "outcome", "pledge", "reference", *(["wrote"] if with_text else [])]
    rows = [
        (
            str(each.number),
            each.day,
            FormattedNumber(each.amount),
            t(f"outcome.{each.outcome}"),
            each.pledge_code or "",
            each.reference or "",
        )
        + ((each.text,) if with_text else ())
        for each in found
    ]
    table(t("donations.unmatched.title"), [t(f"donations.unmatched.{name}") for name in names], rows)
    out.print(t("donations.unmatched.done", count=len(found), amount=sum(each.amount for each in found)))


@group.command("resolve", help=t("donations.resolve.help"))
@click.argument("number", type=int)
@click.option("--pledge", "pledge_code", help=t("donations.resolve.pledge"))
@click.option("--fund", "fund_code", help=t("donations.resolve.fund"))
@click.option("--return", "is_returning", is_flag=True, help=t("donations.resolve.giver"))
@click.option("--told", "is_told", is_flag=True, help=t("donations.resolve.told"))
@click.option("--reason", required=True, help=t("donations.resolve.reason"))
def resolve(
    number: int, pledge_code: str | None, fund_code: str | None, is_returning: bool, is_told: bool, reason: str
) -> None:
    given = {
        LineDecision.pledge: pledge_code, LineDecision.fund: fund_code, LineDecision.giver: is_returning,
        LineDecision.told: is_told,
    }  # fmt: skip
    decisions = [decision for decision, value in given.items() if value]
    if len(decisions) != 1:
        raise DecisionUnclear()
    facts: dict[str, Any] = {"pledge_code": pledge_code, "fund_code": fund_code, "reason": reason}
    outcome = act_as(
        Scope.act_donations,
        lambda c, actor: unmatched_lines.resolve(c, actor, sealer(), number=number, decision=decisions[0], **facts),
    )
    out.print(t("donations.resolve.done", number=number, outcome=t(f"outcome.{outcome}")))


@group.command("erase", help=t("donations.erase.help"))
@click.argument("codes", nargs=-1)
@click.option("--days", type=click.IntRange(30, 3650), default=365, show_default=True, help=t("donations.erase.days"))
def forget(codes: tuple[str, ...], days: int) -> None:
    if codes:
        count = act_as(Scope.act_donations, lambda c, actor: erasure.forget_donor(c, actor, codes=codes))
    else:
        count = act_as(Scope.act_donations, lambda c, actor: erasure.forget_unpaid(c, actor, today=today(), days=days))
    out.print(t("donations.erase.done", count=count))


def _paper(command: Any) -> Any:
    for option in (
        click.option("--pdf", "path", type=FILE, help=t("donations.receipt.pdf")),
        click.option("--dated", type=DAY, default=lambda: today(), help=t("donations.receipt.dated")),
        click.option("--letterhead", "office", type=FILE, help=t("report.office")),
    ):
        command = option(command)
    return command


@group.command("receipt", help=t("donations.receipt.help"))
@click.argument("code")
@_paper
def receipt(code: str, path: Path | None, **options: Any) -> None:
    found: DonationReceipt = act(lambda connection: receipt_of(connection, code))
    headers = [t("donations.receipt.district"), t("donations.receipt.worker_months")]
    rows = [(name, SUPPRESSED if months is None else FormattedNumber(months)) for name, months in found.districts]
    table(t("donations.receipt.title", code=found.code), headers, rows)
    out.print(
        t("donations.receipt.done", spent=found.spent, **_facts(found, "amount", "worker_months", "shared", "left"))
    )
    if path:
        _print("receipt_draft", found, found.code, path, **options)


@group.command("year", help=t("donations.year.help"))
@click.argument("year", type=int)
@click.argument("codes", nargs=-1, required=True)
@_paper
def year(year: int, codes: tuple[str, ...], path: Path | None, **options: Any) -> None:
    found: DonationYear = act(lambda connection: year_of(connection, year, codes))
    headers = [t(f"donations.year.{name}") for name in ("code", "amount", "left")]
    headers.append(t("donations.receipt.worker_months"))
    rows = [
        (r.code, FormattedNumber(r.amount), FormattedNumber(r.left), FormattedNumber(r.worker_months))
        for r in found.receipts
    ]
    rows.append(("", FormattedNumber(found.amount), FormattedNumber(found.left), FormattedNumber(found.worker_months)))
    table(t("donations.year.title", year=year), headers, rows)
    if path:
        _print("year_draft", found, codes[0], path, **options)


def _facts(found: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _print(
    way: str, found: DonationReceipt | DonationYear, code: str, path: Path, *, dated: date, office: Path | None
) -> None:
    """Print the donation receipt; it names the donor only if she allows it."""
    from cli.printer import letterhead
    from reports import donation_receipts as printed_receipts
    from reports.issuing import issue
    from reports.printing import check_writable, write_whole

    paper, url = letterhead(office), settings().public_url
    check_writable(path.parent)

    async def work(connection: AsyncConnection) -> bytes:
        donor = await donation_receipts.donor_name(connection, sealer(), code)
        draft = getattr(printed_receipts, way)(found, office=paper, dated=dated, donor=donor, public_url=url)
        return await issue(in_transaction(connection), COMMAND_LINE, draft)

    write_whole(path, act(work))
    out.print(t("donations.receipt.printed", file=path))
