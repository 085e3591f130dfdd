"""`jamsos complaint`: file complaints, follow them by code, answer, decide, appeal and remedy them."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from cli.param_types import CodeChoice
from cli.runtime import act, act_as, act_as_or_operate, language, of_office, out, sealer, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE, Scope
from jamsos.complaints import service
from jamsos.complaints.rules import ComplaintKind, Decision, Remedy
from jamsos.complaints.service import Followed, Listed, Step
from jamsos.messages import day_text


@click.group(help=t("complaint.help"))
def group() -> None: ...


@group.command("file", help=t("complaint.file.help"))
@click.option("--kind", type=CodeChoice(ComplaintKind), required=True, help=t("complaint.option.kind"))
@of_office
@click.option("--run", "run_id", type=int, help=t("complaint.option.run"))
@click.option("--with-nik", is_flag=True, help=t("complaint.option.nik"))
@click.option("--with-kk", is_flag=True, help=t("complaint.option.kk"))
@click.option("--with-contact", is_flag=True, help=t("complaint.option.contact"))
def file_complaint(kind: str, with_nik: bool, with_kk: bool, with_contact: bool, **facts: Any) -> None:
    # prompted, not given as options, because a shell stores its command lines
    nik = click.prompt(t("complaint.prompt.nik")) if with_nik else None
    kk = click.prompt(t("complaint.prompt.kk")) if with_kk else None
    contact = click.prompt(t("complaint.prompt.contact")) if with_contact else None
    words = click.prompt(t("complaint.prompt.words"))
    code = act_as_or_operate(
        Scope.act_complaints,
        lambda connection, actor: service.file_complaint(
            connection,
            actor,
            sealer(),
            kind=ComplaintKind(kind),
            words=words,
            nik=nik,
            kk=kk,
            contact=contact,
            **facts,
        ),
    )
    out.print(t("complaint.file.done", code=code))


@group.command("follow", help=t("complaint.follow.help"))
@click.argument("code")
def follow(code: str) -> None:
    _tell(act(lambda connection: service.follow(connection, COMMAND_LINE, sealer(), code)))


def _tell(found: Followed) -> None:
    kind, filed, due = f"complaint.kind.{found.kind}", found.filed_date, found.due_date
    out.print(t("complaint.follow.head", kind=kind, filed=filed, due=due))
    for sentence in service.told(found, language()):
        out.print(sentence)
    for step in found.steps:
        _tell_step(step)


def _tell_step(step: Step) -> None:
    decision = f" ({t(f'complaint.decision.{step.decision}')})" if step.decision else ""
    out.print(f"- {day_text(step.day, language())}: {t(f'complaint.{step.step}')}{decision}")
    if step.words:
        out.print(f"  {step.words}")


@group.command("list", help=t("complaint.list.help"))
@click.option("--unremedied", "is_unremedied", is_flag=True, help=t("complaint.option.unremedied"))
def list_(*, is_unremedied: bool) -> None:
    found = act(lambda connection: service.listed(connection, COMMAND_LINE, is_unremedied=is_unremedied))
    table(
        t("complaint.list"),
        [t(f"complaint.column.{name}") for name in ("number", "kind", "filed", "due", "step", "late", "remedy")],
        [
            (
                each.id, t(f"complaint.kind.{each.kind}"), each.filed_date, each.due_date,
                _stands(each), t("complaint.late") if each.is_late else "", _remedy(each),
            )
            for each in found
        ],
    )  # fmt: skip


def _remedy(each: Listed) -> str:
    since = each.remedied_date or each.upheld_date
    return f"{t(f'complaint.remedy.{each.remedy}')}, {day_text(since, language())}" if since else ""


def _stands(each: Listed) -> str:
    decision = f" ({t(f'complaint.decision.{each.decision}')})" if each.decision else ""
    return t(f"complaint.{each.step or 'filed'}") + decision


@group.command("show", help=t("complaint.show.help"))
@click.argument("complaint_id", metavar="NUMBER", type=int)
def show(complaint_id: int) -> None:
    found = act(lambda connection: service.open_complaint(connection, COMMAND_LINE, sealer(), complaint_id))
    kind, filed, due = f"complaint.kind.{found.complaint.kind}", found.complaint.filed_date, found.complaint.due_date
    out.print(t("complaint.follow.head", kind=kind, filed=filed, due=due))
    out.print(found.words)
    if found.contact:
        out.print(t("complaint.contact", contact=found.contact))
    for step in found.steps:
        _tell_step(step)
    if found.complaint.remedy == Remedy.due:
        out.print(t(f"complaint.wanted.{found.complaint.kind}", day=found.complaint.upheld_date))
    for sentence in service.told(found, language()):
        out.print(sentence)


@group.command("answer", help=t("complaint.answer.help"))
@click.argument("complaint_id", metavar="NUMBER", type=int)
def answer(**facts: Any) -> None:
    _step(service.answer, facts)


@group.command("decide", help=t("complaint.decide.help"))
@click.argument("complaint_id", metavar="NUMBER", type=int)
@click.argument("decision", type=CodeChoice(Decision))
def decide(**facts: Any) -> None:
    _step(service.decide, facts)


@group.command("remedy", help=t("complaint.remedy.help"))
@click.argument("complaint_id", metavar="NUMBER", type=int)
def remedy(**facts: Any) -> None:
    _step(service.remedy, facts)


def _step(act_: Callable[..., Awaitable[None]], facts: dict[str, Any]) -> None:
    """Ask for the text, which the complainant reads, and execute the step as the officer."""
    words = click.prompt(t("complaint.prompt.answer"))
    act_as(Scope.act_selection, lambda connection, actor: act_(connection, actor, sealer(), words=words, **facts))
    out.print(t("complaint.done"))


@group.command("appeal", help=t("complaint.appeal.help"))
@click.argument("code")
def appeal(code: str) -> None:
    words = click.prompt(t("complaint.prompt.words"))
    act_as_or_operate(
        Scope.act_complaints,
        lambda connection, actor: service.appeal(connection, actor, sealer(), code=code, words=words),
    )
    out.print(t("complaint.done"))
