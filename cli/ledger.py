"""`jamsos ledger`: funds and the journal of all money."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.param_types import DAY, FILE, MONTHS, RUPIAH, CodeChoice, FormattedNumber
from cli.runtime import act, act_as, act_as_or_operate, of_office, out, t
from cli.tables import table
from jamsos.access.rules import Scope
from jamsos.code_words import accepted, key_of
from jamsos.coverage.billing.release import release_promise
from jamsos.ledger import allocation, corrections, service
from jamsos.ledger.rules import FundKind, Position, Share
from jamsos.money import rupiah_text
from jamsos.months import Month, span, today
from jamsos.worker_groups import Group


@click.group(help=t("ledger.help"))
def group() -> None: ...


class ShareText(click.ParamType[Share]):
    """Parses `welfare=50:pays`: half of the fund is for welfare, which may pay contributions."""

    name = "FIELD=PERCENT[:pays]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Share:
        field, _, rest = value.partition("=")
        percent, _, pays = rest.partition(":")
        whole, _, cents = percent.partition(".")
        if not (field.replace("_", "").isalpha() and field.islower() and whole.isdigit() and len(cents) <= 2):
            self.fail(t("ledger.share.wrong", text=value), param, ctx)
        if pays not in ("", "pays") or (cents and not cents.isdigit()):
            self.fail(t("ledger.share.wrong", text=value), param, ctx)
        return Share(field, int(whole) * 100 + int(cents.ljust(2, "0")), pays == "pays")


class CrewText(click.ParamType[tuple[Group, int]]):
    """Parses `farmer=1200`: a number of workers of a group."""

    name = "GROUP=COUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Group, int]:
        name, _, count = value.partition("=")
        group = accepted(Group).get(key_of(name))
        if group is None or not (count.isascii() and count.isdigit() and 0 < int(count) < 10**9):
            self.fail(t("ledger.allocate.group.wrong", text=value), param, ctx)
        return group, int(count)


@group.command("fund", help=t("ledger.fund.help"))
@click.argument("code")
@click.option("--name", required=True, help=t("ledger.option.name"))
@click.option("--kind", type=CodeChoice(FundKind), required=True, help=t("ledger.option.kind"))
@click.option("--year", "fiscal_year", type=click.IntRange(2000, 2100), required=True, help=t("ledger.option.year"))
@click.option("--via-apbd/--not-via-apbd", "is_via_apbd", required=True, default=None, help=t("ledger.fund.apbd"))
@click.option("--regulation", help=t("ledger.option.regulation"))
@click.option("--account-code", help=t("ledger.option.account_code"))
@click.option("--account-name", help=t("ledger.option.account_name"))
@click.option("--share", "shares", type=ShareText(), multiple=True, help=t("ledger.fund.share"))
@click.option("--group", "groups", type=CodeChoice(Group), multiple=True, help=t("ledger.fund.group"))
@of_office
def fund(code: str, kind: str, groups: tuple[str, ...], **facts: Any) -> None:
    facts |= {"code": code, "kind": FundKind(kind), "groups": [Group(group) for group in groups]}
    act_as(Scope.act_ledger, lambda connection, actor: service.add_fund(connection, actor, **facts))
    out.print(t("ledger.fund.done", code=code))


@group.command("groups", help=t("ledger.groups.help"))
@click.argument("file", type=FILE)
def groups(file: Path) -> None:
    out.print(
        t(
            "ledger.groups.done",
            count=act_as(Scope.act_ledger, lambda connection, actor: service.load_groups(connection, actor, file)),
        )
    )


@group.command("rates", help=t("ledger.rates.help"))
@click.argument("file", type=FILE, required=False)
def rates(file: Path | None) -> None:
    count = act_as_or_operate(
        Scope.act_ledger,
        lambda connection, actor: service.load_rates(connection, *([file] if file else []), actor=actor),
    )
    out.print(t("ledger.rates.done", count=count))


@group.command("deposit", help=t("ledger.deposit.help"))
@click.argument("file", type=FILE, required=False)
@click.option("--fund", "fund_code", help=t("ledger.option.fund"))
@click.option("--amount", type=RUPIAH, help=t("ledger.option.amount"))
@click.option("--date", "day", type=DAY, help=t("ledger.option.day"))
@click.option("--number", "document_number", help=t("ledger.option.number"))
@click.option("--description", help=t("ledger.option.description"))
def deposit(file: Path | None, **facts: Any) -> None:
    if file:
        for fund_code, amount in act_as(
            Scope.act_ledger, lambda connection, actor: service.deposit_file(connection, actor, file)
        ):
            out.print(t("ledger.deposit.done", fund=fund_code, amount=amount))
        return
    if missing := [name for name in ("fund_code", "amount", "day", "document_number") if facts[name] is None]:
        raise click.UsageError(t("ledger.deposit.either", missing=len(missing)))
    parts = act_as(Scope.act_ledger, lambda connection, actor: service.deposit(connection, actor, **facts))
    out.print(t("ledger.deposit.done", fund=facts["fund_code"], amount=facts["amount"]))
    for field, part in parts.items() if len(parts) > 1 else ():
        out.print(f"  {field}: {rupiah_text(part)}")


@group.command("allocate", help=t("ledger.allocate.help"))
@click.argument("fund_codes", nargs=-1, required=True)
@click.option("--workers", type=click.IntRange(1), help=t("ledger.allocate.workers.help"))
@click.option("--group", "groups", type=CrewText(), multiple=True, help=t("ledger.allocate.group.help"))
@click.option("--months", type=MONTHS, required=True, help=t("ledger.option.months"))
def allocate(
    fund_codes: tuple[str, ...],
    workers: int | None,
    groups: tuple[tuple[Group, int], ...],
    months: tuple[Month, Month],
) -> None:
    demand: dict[Group | None, int] = dict(groups) | ({None: workers} if workers else {})
    if not demand:
        raise click.UsageError(t("ledger.allocate.demand"))
    if len({each for each, _ in groups}) < len(groups):
        raise click.UsageError(t("ledger.allocate.group.wrong", text=groups[-1][0]))
    plan = act(
        lambda connection: allocation.allocate(connection, fund_codes=fund_codes, demand=demand, months=span(*months))
    )
    names = ("fund", "month", *(("group",) if groups else ()), "workers", "amount")
    headers = [t(f"ledger.allocate.{name}") for name in names]
    table(t("ledger.allocate.title"), headers, [_planned(row, is_by_group=bool(groups)) for row in plan.planned])
    out.print(t("ledger.allocate.done", covered=plan.covered, needed=plan.needed, amount=plan.amount))
    for unused in plan.unused:
        out.print(t(f"ledger.unused.{unused.rule}", fund=unused.fund, amount=unused.amount))
    if plan.shortfall:
        out.print(t("ledger.allocate.short", count=plan.needed - plan.covered, amount=plan.shortfall))


def _planned(row: allocation.Planned, *, is_by_group: bool) -> list[Any]:
    of = t(f"group.{row.group}") if row.group else t("ledger.allocate.untold")
    return [
        row.fund,
        str(row.month),
        *([of] if is_by_group else []),
        FormattedNumber(row.workers),
        FormattedNumber(row.amount),
    ]


@group.command("balances", help=t("ledger.balances.help"))
@click.option("--as-of", type=DAY, help=t("ledger.option.as_of"))
def balances(as_of: date | None) -> None:
    rows = act(lambda connection: service.positions(connection, as_of=as_of))
    headers = [t(f"ledger.position.{name}") for name in Position._fields]
    table(t("ledger.balances.title", day=as_of or today()), headers, [_written(row) for row in rows])


def _written(row: Position) -> list[Any]:
    return [*row[:2], *(FormattedNumber(amount) for amount in row[2:])]


@group.command("verify", help=t("ledger.verify.help"))
@click.option("--stamp", help=t("ledger.verify.stamp"))
def verify(stamp: str | None) -> None:
    heads = act(service.verify)
    for head in heads:
        out.print(t("ledger.verify.head", fund=head.fund, number=head.number, hash=head.hash.hex()))
    out.print(t("ledger.verify.done", count=sum(head.number for head in heads)))
    if stamp:
        known = act(lambda connection: service.stamped(connection, stamp))
        out.print(t("ledger.verify.stamped", fund=known.fund, number=known.number))


@group.command("release", help=t("ledger.release.help"))
@click.argument("decree_number")
@click.option("--amount", type=RUPIAH, help=t("ledger.release.amount"))
@click.option("--date", "day", type=DAY, default=lambda: today(), help=t("ledger.option.day_or_today"))
def release(decree_number: str, **facts: Any) -> None:
    freed = act_as(
        Scope.act_ledger,
        lambda connection, actor: release_promise(connection, actor, decree_number=decree_number, **facts),
    )
    out.print(t("ledger.release.done", amount=freed, decree=decree_number))


@group.command("reverse", help=t("ledger.reverse.help"))
@click.argument("fund_code")
@click.argument("number", type=int)
@click.option("--reason", required=True, help=t("ledger.option.reason"))
@click.option("--date", "day", type=DAY, default=lambda: today(), help=t("ledger.option.day_or_today"))
def reverse(**facts: Any) -> None:
    act_as(Scope.act_ledger, lambda connection, actor: corrections.reverse(connection, actor, **facts))
    out.print(t("ledger.reverse.done", fund=facts["fund_code"], number=facts["number"]))


@group.command("carry-over", help=t("ledger.carry-over.help"))
@click.argument("from_code")
@click.argument("to_code")
@click.option("--date", "day", type=DAY, required=True, help=t("ledger.option.day"))
def carry(**facts: Any) -> None:
    parts = act_as(Scope.act_ledger, lambda connection, actor: corrections.carry_over(connection, actor, **facts))
    out.print(
        t("ledger.carry-over.done", amount=sum(parts.values()), **{k: facts[k] for k in ("from_code", "to_code")})
    )
    for field, part in parts.items():
        out.print(f"  {field}: {rupiah_text(part)}")
