"""`jamsos enrolment`: send names to the insurer, read membership numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import FILE
from cli.runtime import act, act_as, out, sealer, shown, t
from jamsos import table_writer
from jamsos.access.rules import Actor, Scope
from jamsos.enrolment import service
from jamsos.enrolment.rules import Caution
from jamsos.enrolment.service import Sent


@click.group(help=t("enrolment.help"))
def group() -> None: ...


@group.command("send", help=t("enrolment.send.help"))
@click.argument("decree_number", metavar="DECREE")
@click.argument("file", type=FILE)
@click.option("--retry", "is_retry", is_flag=True, help=t("enrolment.option.retry"))
def send(decree_number: str, file: Path, is_retry: bool) -> None:
    form = table_writer.form_of(file)
    partial = file.with_name(f"{file.name}.partial")

    async def work(connection: AsyncConnection, actor: Actor) -> Sent:
        sent = await service.send(
            connection, actor, sealer(), decree_number=decree_number, form=form, is_retry=is_retry
        )
        table_writer.write(
            partial, sent.content
        )  # before the batch is committed, so that no batch exists without its file
        return sent

    table_writer.must_be_writable(file)
    sent = act_as(Scope.act_enrolment, work)
    partial.replace(file)
    out.print(t("enrolment.send.done", batch=sent.batch_id, sent=sent.sent, carried=sent.carried, file=file))
    _tell_cautions(sent.cautions)


@group.command("preview", help=t("enrolment.preview.help"))
@click.argument("decree_number", metavar="DECREE")
@click.option("--retry", "is_retry", is_flag=True, help=t("enrolment.option.retry"))
def preview(**facts: Any) -> None:
    found = act(lambda connection: service.preview(connection, **facts))
    out.print(t("enrolment.preview.done", sent=found.sent, carried=found.carried))
    _tell_cautions(found.cautions)


def _tell_cautions(found: Mapping[Caution, list[int]]) -> None:
    for caution, persons in found.items():
        out.print(t("enrolment.caution", count=len(persons), caution=f"caution.{caution}", persons=shown(persons)))


@group.command("file", help=t("enrolment.file.help"))
@click.argument("batch_id", metavar="BATCH", type=int)
@click.argument("file", type=FILE)
def rewrite(batch_id: int, file: Path) -> None:
    form = table_writer.form_of(file)
    table_writer.must_be_writable(file)
    again = act_as(
        Scope.act_enrolment,
        lambda connection, actor: service.rewrite(connection, actor, sealer(), batch_id=batch_id, form=form),
    )
    table_writer.write(file, again.content)
    said = "enrolment.file.done" if again.is_same else "enrolment.file.changed"
    out.print(t(said, batch=batch_id, sent=again.sent, file=file))


@group.command("answers", help=t("enrolment.answers.help"))
@click.argument("file", type=FILE)
def answers(file: Path) -> None:
    found = act_as(Scope.act_enrolment, lambda connection, actor: service.answers(connection, actor, sealer(), file))
    out.print(t("enrolment.answers.done", file=file.name, count=sum(found.recorded.values())))
    for answer, count in found.recorded.items():
        out.print(t("enrolment.answers.kind", answer=f"answer.{answer}", count=count))
    out.print(t("enrolment.answers.rest", known=found.known, left_aside=found.left_aside))
    if found.differing:
        persons = shown(found.differing)
        out.print(t("enrolment.answers.differing", count=len(found.differing), persons=persons))
    if found.unreadable:
        out.print(t("enrolment.answers.unreadable", count=len(found.unreadable), lines=shown(found.unreadable)))
