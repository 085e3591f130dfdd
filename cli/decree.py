"""`jamsos decree`: freeze a list under the Regent's number, amend it, show it and print it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import DAY, FILE, MONTHS, STEP, FormattedNumber
from cli.runtime import act, act_as, language, out, progress, sealer, shown, t
from cli.tables import table
from jamsos import table_writer
from jamsos.access.rules import COMMAND_LINE, Actor, Scope
from jamsos.coverage.service import last_billed
from jamsos.db import in_transaction
from jamsos.decrees import amendments, service
from jamsos.decrees import approvals as decree_approvals
from jamsos.decrees.amendments import Amendment, Changes, Draft
from jamsos.decrees.annex import AnnexDifference, check, issued_sheet, listed
from jamsos.decrees.rules import open_places
from jamsos.decrees.service import Decree
from jamsos.enrolment import service as enrolment
from jamsos.messages import steps_text
from jamsos.money import rupiah_text
from jamsos.months import Month, span

SHOWN = 50


@click.group(help=t("decree.help"))
def group() -> None: ...


@group.command("approve", help=t("decree.approve.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.argument("step", type=STEP)
@click.option("--hash", "sha256", required=True, help=t("decree.option.hash"))
@click.option("--note", help=t("decree.option.note"))
def approve_run(**facts: Any) -> None:
    missing = act_as(Scope.act_decrees, lambda connection, actor: decree_approvals.approve(connection, actor, **facts))
    out.print(t("decree.approve.done", step=facts["step"], run=facts["run_id"]))
    if missing:
        out.print(t("decree.approve.missing", steps=", ".join(missing)))


@group.command("approvals", help=t("decree.approvals.help"))
@click.argument("run_id", metavar="RUN", type=int)
def approvals(run_id: int) -> None:
    found = act(lambda connection: decree_approvals.approvals_of(connection, run_id))
    table(
        t("decree.approvals", run=run_id),
        [t(f"decree.column.{name}") for name in ("step", "officer", "hash", "note")],
        [
            (steps_text(each.step, language()), each.officer, each.list_sha256.hex()[:12], each.note or "")
            for each in found
        ],
    )


@group.command("issue", help=t("decree.issue.help"))
@click.argument("number")
@click.option("--run", "run_id", type=int, required=True, help=t("decree.option.run"))
@click.option("--signed", "signed_date", type=DAY, required=True, help=t("decree.option.signed"))
@click.option(
    "--legal-base", default="Perda Kab. Manggarai Barat 5/2023", show_default=True, help=t("decree.option.legal_base")
)
@click.option("--fund", "fund_code", help=t("decree.option.fund"))
def issue(**facts: Any) -> None:
    decree = act_as(Scope.act_decrees, lambda connection, actor: service.issue_decree(connection, actor, **facts))
    out.print(t("decree.issue.done", number=decree.number, workers=decree.worker_count, amount=decree.amount))
    out.print(t("decree.hash", sha256=decree.list_sha256.hex()))


@group.command("amend", help=t("decree.amend.help"))
@click.argument("number")
@click.argument("file", type=FILE, required=False)
@click.option("--of", required=True, help=t("decree.option.of"))
@click.option("--signed", "signed_date", type=DAY, required=True, help=t("decree.option.signed"))
@click.option("--legal-base", help=t("decree.option.same_base"))
@click.option("--from-answers", is_flag=True, help=t("decree.option.answers"))
@click.option("--from-events", is_flag=True, help=t("decree.option.events"))
@click.option("--fill", type=MONTHS, help=t("decree.option.fill"))
@click.option("--preview", "is_preview", is_flag=True, help=t("decree.option.preview"))
def amend(
    number: str, legal_base: str | None, fill: tuple[Month, Month] | None, is_preview: bool, **asked: Any
) -> None:
    async def facts(connection: AsyncConnection) -> dict[str, Any]:
        return await changes(connection, fill_from=fill[0] if fill else None, **asked)

    async def work(connection: AsyncConnection, actor: Actor) -> Amendment:
        found = await facts(connection)
        return await amendments.amend_decree(connection, actor, number=number, legal_base=legal_base, **found)

    async def look(connection: AsyncConnection) -> Draft:
        return await amendments.draft_amendment(connection, **await facts(connection))

    if is_preview:
        _tell_draft(number, act(look))
        return
    done = act_as(Scope.act_decrees, work)
    _tell_changes(done.decree.number, done)
    out.print(t("decree.hash", sha256=done.decree.list_sha256.hex()))


def _tell_changes(number: str, found: Amendment | Draft) -> None:
    out.print(t("decree.amend.done", number=number, ended=found.ended, filled=found.filled))
    if found.open_places:
        out.print(t("decree.amend.open", places=found.open_places))
    for each in found.cautions:
        sentence = t(f"amendment.caution.{each.caution}", count=len(each.lines), month=each.month)
        out.print(t("decree.amend.caution", sentence=sentence, lines=shown(each.lines)))


def _tell_draft(number: str, draft: Draft) -> None:
    table(
        t("decree.amend.preview", number=number, run=draft.root.run_id),
        [t(f"decree.column.{name}") for name in ("line", "action", "person", "reason", "months")],
        [
            (
                line["line"], t(f"decree.action.{line['action']}"), line["person_id"],
                t(f"end.{line['reason']}") if line["reason"] else "",
                _protected(Month.of(line["month_from"]), Month.of(line["month_to"])),
            )
            for line in draft.lines[:SHOWN]
        ],
    )  # fmt: skip
    _tell_changes(number, draft)
    out.print(t("decree.hash", sha256=draft.list_sha256.hex()))
    if draft.missing:
        out.print(t("decree.approve.missing", steps=", ".join(draft.missing)))


def _protected(first: Month, last: Month) -> str:
    """Exclude people who leave before the first month, because they are never protected."""
    return f"{first}:{last}" if first <= last else t("decree.amend.never")


async def changes(
    connection: AsyncConnection,
    *,
    of: str,
    file: Path | None,
    signed_date: date,
    from_answers: bool,
    from_events: bool,
    fill_from: Month | None,
) -> dict[str, Any]:
    """Combine the changes of an amendment from file, answers and events; the first one counts for a person."""
    decree, billed = await service.decree_to_amend(connection, of), await last_billed(connection, decree_number=of)
    root = decree.root
    said = await amendments.read_changes(connection, sealer(), file, decree) if file else Changes([], [])
    leavings = list(said.leavings)
    if from_answers:
        leavings += await enrolment.left_by_answer(connection, of=decree, billed=billed)
    if from_events:
        leavings += await amendments.left_by_event(connection, of=decree, as_of=signed_date, billed=billed)
    once = {leaving.line_id: leaving for leaving in reversed(leavings)}
    history = await enrolment.history(
        connection, office_code=root.office_code, month_from=root.month_from, month_to=root.month_to
    )
    return {
        "of": decree, "signed_date": signed_date, "leavings": list(once.values()), "billed": billed, "history": history,
        "fill_from": fill_from, "named": said.named,
    }  # fmt: skip


@group.command("list", help=t("decree.list.help"))
def list_() -> None:
    _table(t("decree.list"), act(service.all_decrees))


def _table(title: str, decrees: list[Decree]) -> None:
    names = ("number", "kind", "signed", "months", "workers", "amount")
    table(
        title,
        [t(f"decree.column.{name}") for name in names],
        [
            (d.number, t(f"decree.kind.{d.kind}"), d.signed_date, f"{d.month_from}:{d.month_to}", d.worker_count, FormattedNumber(d.amount))
            for d in decrees
        ],
    )  # fmt: skip


@group.command("show", help=t("decree.show.help"))
@click.argument("number")
def show(number: str) -> None:
    async def work(connection: AsyncConnection) -> Any:
        decree = await service.amended_decree(connection, number)
        return decree, await service.workers_by_month(connection, decree.root)

    decree, months = act(work)
    root, decrees, lines = decree.root, decree.decrees, list(decree.lines.values())
    _table(t("decree.show.title", number=root.number, legal_base=root.legal_base), decrees)
    out.print(t("decree.hash", sha256=root.list_sha256.hex()))
    quota, filled = root.worker_count * len(span(root.month_from, root.month_to)), sum(workers for _, workers in months)
    out.print(t("decree.show.quota", months=filled, quota=quota, amount=rupiah_text(root.amount)))
    table(
        t("decree.show.months"),
        [t("decree.column.month"), t("decree.column.workers")],
        [(str(month), workers) for month, workers in months],
    )
    if places := open_places(lines, ()):
        by_id = {line.id: line for line in lines}
        table(
            t("decree.show.open", count=len(places)),
            [t(f"decree.column.{name}") for name in ("number", "line", "person", "months")],
            [
                (line.decree, line.number, line.person_id, f"{place.month_from}:{place.month_to}")
                for line, place in ((by_id[place.line_id], place) for place in places[:SHOWN])
            ],
        )


@group.command("annex", help=t("decree.annex.help"))
@click.argument("number")
@click.argument("file", type=FILE)
@click.option("--purpose", help=t("decree.option.purpose"))
@click.option("--letterhead", "office", type=FILE, help=t("report.office"))
def write_annex(number: str, file: Path, purpose: str | None, office: Path | None) -> None:
    if file.suffix.lower() == ".pdf":
        content, renewed = _printed_annex(number, file, purpose, office)
    else:
        form = table_writer.form_of(file, ".pdf")

        async def work(connection: AsyncConnection) -> tuple[bytes, Sequence[AnnexDifference]]:
            found = await listed(connection, COMMAND_LINE, sealer(), number=number, purpose=purpose)
            return await issued_sheet(connection, COMMAND_LINE, found, form=form, purpose=purpose), found.renewed

        content, renewed = act(work)
    table_writer.write(file, content)
    out.print(t("decree.annex.done", number=number, file=file))
    if renewed:
        _tell_differences(renewed, "decree.annex.renewed")


def _printed_annex(
    number: str, file: Path, purpose: str | None, office: Path | None
) -> tuple[bytes, Sequence[AnnexDifference]]:
    from cli.printer import document_printer

    printer = document_printer(office)
    table_writer.must_be_writable(file)

    async def work(connection: AsyncConnection) -> tuple[bytes, Sequence[AnnexDifference]]:
        found = await listed(connection, COMMAND_LINE, sealer(), number=number, purpose=purpose)
        return await printer.annex(in_transaction(connection), COMMAND_LINE, found, purpose), found.renewed

    with progress(t("decree.annex.printing")):
        return act(work)


@group.command("check", help=t("decree.check.help"))
@click.argument("number")
@click.argument("file", type=FILE)
@click.option("--letterhead", "office", type=FILE, help=t("report.office"))
@click.pass_context
def check_annex(context: click.Context, number: str, file: Path, office: Path | None) -> None:
    if file.suffix.lower() == ".pdf":
        context.exit(_check_printed(number, file, office))
    found = act(lambda connection: check(connection, COMMAND_LINE, sealer(), number=number, path=file))
    if found.differences:
        _tell_differences(found.differences)
    answer = "proven" if found.is_issued else "false" if found.differences else "not_proven"
    reason = {"proven": "issued", "false": "lines", "not_proven": "lines"}[answer]
    out.print(f"{t(f'verdict.{answer}')}: {t(f'verdict.{answer}.{reason}', file=file.name)}")
    context.exit({"proven": 0, "not_proven": 3, "false": 4}[answer])


def _tell_differences(found: Sequence[AnnexDifference], title: str = "decree.check.differences") -> None:
    table(
        t(title, count=len(found)),
        [t("decree.column.line"), t("decree.column.difference")],
        [(each.line, each.column or t("decree.check.line")) for each in found[:SHOWN]],
    )


def _check_printed(number: str, file: Path, office: Path | None) -> int:
    """Print the result of checking a PDF, and return the exit code of the command."""
    from cli.printer import document_printer
    from cli.verdict import tell

    printer = document_printer(office)
    with progress(t("decree.check.comparing")):
        found = act(lambda connection: printer.check((connection, COMMAND_LINE, sealer()), number, file))
    if found.differences:
        _tell_differences(found.differences)
    return tell(found.verdict, file)
