"""`jamsos coverage`: bill, pay and confirm worker-months."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import DAY, FILE, MONTHS, RUPIAH, CodeChoice, FormattedNumber
from cli.runtime import act, act_as, of_office, out, sealer, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE, Actor, Scope
from jamsos.coverage import service
from jamsos.coverage.billing.payments import DisbursementOrder, Payment
from jamsos.coverage.reconciliation import minutes
from jamsos.coverage.reconciliation.differences import Found
from jamsos.coverage.reconciliation.minutes import NUMBERS, Minutes
from jamsos.coverage.rules import FOUND, Cover, Resolution
from jamsos.coverage.service import Calendar
from jamsos.coverage.tracing import service as tracing
from jamsos.months import Month, today


@click.group(help=t("coverage.help"))
def group() -> None: ...


@group.command("bill", help=t("coverage.bill.help"))
@click.argument("decree_number")
@click.option("--months", type=MONTHS, required=True)
@click.option("--billing-code", required=True)
@click.option("--date", "day", type=DAY, default=lambda: today())
@click.option("--rest", "is_rest", is_flag=True, help=t("coverage.bill.rest"))
@click.option("--out", "path", type=FILE)
def bill(months: tuple[Month, Month], path: Path | None, **facts: Any) -> None:
    async def work(connection: AsyncConnection, actor: Actor) -> Any:
        made = await service.bill(connection, actor, month_from=months[0], month_to=months[1], **facts)
        if path:
            await service.write_list(connection, actor, sealer(), billing_code=made.billing_code, path=_partial(path))
        return made

    made = act_as(Scope.act_coverage, work)
    if path:
        _partial(path).replace(path)
    out.print(
        t(
            "coverage.bill.done",
            billing_code=made.billing_code,
            workers=made.workers,
            worker_months=made.worker_months,
            amount=made.amount,
        )
    )
    if made.after_death:
        out.print(t("coverage.bill.after_death", count=made.after_death))
    if made.carried:
        out.print(t("coverage.bill.carried", count=made.carried, amount=made.carried_amount))


def _partial(path: Path) -> Path:
    """Write the list under a temporary name until its bill is committed."""
    return path.with_name(path.name + ".partial")


@group.command("list", help=t("coverage.list.help"))
@click.argument("billing_code")
@click.argument("file", type=FILE)
def write_list(billing_code: str, file: Path) -> None:
    count = act(
        lambda connection: service.write_list(
            connection, COMMAND_LINE, sealer(), billing_code=billing_code, path=_partial(file)
        )
    )
    _partial(file).replace(file)
    out.print(t("coverage.list.done", count=count, file=file))


@group.command("pay", help=t("coverage.pay.help"))
@click.argument("file", type=FILE, required=False)
@click.option("--billing-code")
@click.option("--sp2d")
@click.option("--date", "day", type=DAY)
@click.option("--amount", type=RUPIAH)
@click.option("--spp")
@click.option("--spm")
@click.option("--fund", "fund_code")
def pay(file: Path | None, billing_code: str | None, day: date | None, amount: int | None, **papers: Any) -> None:
    if file:
        made = act_as(Scope.act_coverage, lambda connection, actor: service.pay_file(connection, actor, file))
    elif billing_code and papers["sp2d"] and day and amount is not None:
        facts: dict[str, Any] = {
            name: DisbursementOrder(papers[name], day) for name in ("spp", "spm", "sp2d") if papers[name]
        }
        facts |= {"billing_code": billing_code, "amount": amount, "fund_code": papers["fund_code"]}
        made = [act_as(Scope.act_coverage, lambda connection, actor: service.pay(connection, actor, **facts))]
    else:
        raise click.UsageError(t("coverage.pay.either"))
    for payment in made:
        _tell(payment)


def _tell(payment: Payment) -> None:
    out.print(t("coverage.pay.done", **vars(payment)))


@group.command("confirm", help=t("coverage.confirm.help"))
@click.argument("file", type=FILE)
def confirm(file: Path) -> None:
    for receipt in act_as(Scope.act_coverage, lambda connection, actor: service.confirm_file(connection, actor, file)):
        out.print(
            t(
                "coverage.confirm.done",
                **{name: vars(receipt)[name] for name in ("billing_code", "confirmed", "amount")},
            )
        )
        for kind, count in receipt.differences.items():
            out.print(t("coverage.confirm.difference", count=count, kind=f"difference.{kind}"))


_COLUMNS = ("number", "bill", "month", "kind", "owner", "person", "billed", "received", "age", "carried", "resolution")


@group.command("differences", help=t("coverage.differences.help"))
@click.option("--bill", "billing_code")
@click.option("--month", "months", type=MONTHS)
@click.option("--all", "is_all", is_flag=True, help=t("coverage.differences.all"))
def differences(billing_code: str | None, months: tuple[Month, Month] | None, is_all: bool) -> None:
    month = months[0] if months else None
    found = act(
        lambda connection: service.differences(connection, billing_code=billing_code, month=month, is_open=not is_all)
    )
    if not found:
        out.print(t("coverage.differences.none"))
        return
    headers = [t(f"coverage.{'show' if name in ('bill', 'month') else 'differences'}.{name}") for name in _COLUMNS]
    table(t("coverage.differences.title"), headers, list(map(_told, found)))
    sums = {
        "billed": sum(each.billed_amount for each in found),
        "received": sum(each.received_amount for each in found),
    }
    out.print(t("coverage.differences.done", count=len(found), **sums))


def _told(each: Found) -> tuple[Any, ...]:
    settled = t(f"resolution.{each.resolution}") if each.resolution else t("coverage.differences.open")
    month, person = str(each.month or ""), str(each.person_id or "")
    amounts = (
        FormattedNumber(each.billed_amount),
        FormattedNumber(each.received_amount),
        FormattedNumber(each.age),
        FormattedNumber(each.carried),
    )
    kind, owner = t(f"difference.{each.kind}"), t(f"owner.{each.owner}")
    return (str(each.id), each.billing_code, month, kind, owner, person, *amounts, settled)


@group.command("resolve", help=t("coverage.resolve.help"))
@click.argument("difference_id", metavar="NUMBER", type=int)
@click.argument("resolution", type=CodeChoice([each for each in Resolution if each not in FOUND]))
@click.option("--remark", required=True, help=t("coverage.resolve.remark"))
@click.option("--date", "day", type=DAY)
def resolve(difference_id: int, resolution: Resolution, remark: str, day: date | None) -> None:
    facts: dict[str, Any] = {"difference_id": difference_id, "resolution": resolution, "remark": remark}
    found = act_as(Scope.act_coverage, lambda connection, actor: service.resolve(connection, actor, day=day, **facts))
    out.print(t("coverage.resolve.done", number=found.id, resolution=f"resolution.{found.resolution}", age=found.age))


@group.command("minutes", help=t("coverage.minutes.help"))
@click.argument("months", metavar="MONTH", type=MONTHS)
@of_office
def show_minutes(months: tuple[Month, Month]) -> None:
    _tell_minutes(act(lambda connection: minutes.show(connection, COMMAND_LINE, month=months[0])))


@group.command("sign", help=t("coverage.sign.help"))
@click.argument("months", metavar="MONTH", type=MONTHS)
@click.option("--number", required=True, help=t("coverage.sign.number"))
@click.option("--date", "day", type=DAY, default=lambda: today())
@click.option("--insurer", "insurer_signatory", required=True, help=t("coverage.sign.insurer"))
@click.option("--file", type=FILE, help=t("coverage.sign.file"))
@of_office
def sign(months: tuple[Month, Month], **facts: Any) -> None:
    _tell_minutes(
        act_as(Scope.act_coverage, lambda connection, actor: minutes.sign(connection, actor, month=months[0], **facts))
    )


@group.command("reopen", help=t("coverage.reopen.help"))
@click.argument("number")
@click.option("--reason", required=True, help=t("coverage.reopen.reason"))
@click.option("--date", "day", type=DAY, default=lambda: today())
@of_office
def reopen(number: str, **facts: Any) -> None:
    month = act_as(
        Scope.act_coverage, lambda connection, actor: minutes.reopen(connection, actor, number=number, **facts)
    )
    out.print(t("coverage.reopen.done", number=number, month=month))


def _tell_minutes(found: Minutes) -> None:
    headers = [t("coverage.show.fund"), *(t(f"coverage.minutes.{name}") for name in NUMBERS)]
    rows = [(n.fund_code, *(FormattedNumber(getattr(n, name)) for name in NUMBERS)) for n in found.lines]
    table(t("coverage.minutes.title", month=found.month, region=found.office_code), headers, rows)
    if all(each.agrees for each in found.lines):
        out.print(t("coverage.minutes.all_agree"))
    else:
        out.print(t("coverage.minutes.apart", count=len(found.differences), carried=found.carried))
    for each in found.differences:
        agreed = f"resolution.{each.agreed}" if each.agreed else "coverage.minutes.carried"
        facts = {"number": each.difference_id, "kind": f"difference.{each.kind}", "owner": f"owner.{each.owner}"}
        out.print(t("coverage.minutes.difference", agreed=agreed, **facts))
    for before in found.reopened:
        facts = {"number": before.number, "officer": before.officer, "reason": before.reason}
        out.print(t("coverage.minutes.reopened", day=before.opened_date, **facts))
    if found.number and found.signed_date:
        out.print(t("coverage.minutes.signed", number=found.number, day=found.signed_date, hash=found.sha256.hex()))
    else:
        out.print(t("coverage.minutes.draft"))


@group.command("show", help=t("coverage.show.help"))
@click.argument("person")
@click.option("--month", "months", type=MONTHS)
def show(person: str, months: tuple[Month, Month] | None) -> None:
    day = _day_of(months[1]) if months else today()
    found = act(lambda connection: service.calendar(connection, person=person, day=day))
    headers = [t(f"coverage.show.{name}") for name in ("month", "state", "fund", "bill", "amount", "consecutive")]
    rows = [
        (str(m.month), t(f"state.{m.state}"), m.fund_code, m.billing_code, FormattedNumber(m.amount), m.consecutive)
        for m in found.months
    ]
    table(t("coverage.show.title", person=person), headers, rows)
    _tell_cover(found, day)


def _day_of(month: Month) -> date:
    """Today in the current month; of another, its last day."""
    return today() if month == Month.of(today()) else (month + 1).first_day - timedelta(days=1)


def _tell_cover(found: Calendar, day: date) -> None:
    for gap in found.gaps:
        out.print(t("coverage.show.gap", first=gap.first, last=gap.last))
    stands = found.benefit_state
    facts = {"count": stands.consecutive, "until": stands.protected_to, "reason": f"end_of_cover.{stands.end_reason}"}
    out.print(t(f"coverage.show.cover.{stands.cover}", day=day, **facts))
    if stands.cover is Cover.paid:
        out.print(t("coverage.show.death" if stands.has_full_death_benefit else "coverage.show.no_death"))
    if stands.has_scholarship:
        out.print(t("coverage.show.scholarship"))


@group.command("trace", help=t("coverage.trace.help"))
@click.argument("fund_code")
@click.argument("reference")
def trace(fund_code: str, reference: str) -> None:
    found = act(lambda connection: tracing.trace_money(connection, fund_code=fund_code, reference=reference))
    names = ("fund", "month", "amount")
    fund, month, amount = (t(f"coverage.show.{name}") for name in names)
    headers = [fund, t("coverage.trace.district"), month, t("coverage.trace.worker_months"), amount]
    rows = [
        (b.fund_code, b.district_code, str(b.month), FormattedNumber(b.worker_months), FormattedNumber(b.amount))
        for b in found.bought
    ]
    table(t("coverage.trace.title", reference=reference), headers, rows)
    for step in found.steps:
        out.print(t("coverage.trace.step", **step._asdict()))
    out.print(t("coverage.trace.done", amount=found.amount, spent=found.amount - found.left, left=found.left))


@group.command("origin", help=t("coverage.origin.help"))
@click.argument("person_id", type=int)
@click.argument("months", metavar="MONTH", type=MONTHS)
def origin(person_id: int, months: tuple[Month, Month]) -> None:
    found = act(lambda connection: tracing.trace_month(connection, person_id=person_id, month=months[0]))
    out.print(t("coverage.origin.done", **{name: value for name, value in vars(found).items() if name != "slices"}))
    for each in found.slices:
        out.print(t("coverage.origin.slice", **each._asdict()))
    out.print(t("coverage.origin.sum", amount=sum(each.amount for each in found.slices)))
