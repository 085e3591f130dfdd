"""`jamsos enrolment`: names to the insurer, membership numbers back."""

from pathlib import Path

import click

from cli.desk import act, out, sealer, t
from cli.shapes import FILE
from jamsos import sheets
from jamsos.access.rules import COMMAND_LINE
from jamsos.enrolment import service

SHOWN = 10


@click.group(help=t("enrolment.help"))
def group() -> None: ...


@group.command("send", help=t("enrolment.send.help"))
@click.argument("decree_number", metavar="DECREE")
@click.argument("file", type=FILE)
@click.option("--retry", "is_retry", is_flag=True, help=t("enrolment.option.retry"))
def send(decree_number: str, file: Path, is_retry: bool) -> None:
    form = sheets.form_of(file)
    sheets.must_be_writable(file)
    sent = act(
        lambda connection: service.send(
            connection, COMMAND_LINE, sealer(), decree_number=decree_number, form=form, is_retry=is_retry
        )
    )
    sheets.write(file, sent.content)
    out.print(t("enrolment.send.done", batch=sent.batch_id, sent=sent.sent, carried=sent.carried, file=file))
    for caution, persons in sent.cautions.items():
        shown = ", ".join(map(str, persons[:SHOWN])) + (", …" if len(persons) > SHOWN else "")
        out.print(t("enrolment.caution", count=len(persons), caution=f"caution.{caution}", persons=shown))


@group.command("answers", help=t("enrolment.answers.help"))
@click.argument("file", type=FILE)
def answers(file: Path) -> None:
    found = act(lambda connection: service.answers(connection, COMMAND_LINE, sealer(), file))
    out.print(t("enrolment.answers.done", file=file.name, count=sum(found.recorded.values())))
    for answer, count in found.recorded.items():
        out.print(t("enrolment.answers.kind", answer=f"answer.{answer}", count=count))
    out.print(t("enrolment.answers.rest", known=found.known, left_aside=found.left_aside))
    if found.differing:
        shown = ", ".join(map(str, found.differing[:SHOWN])) + (", …" if len(found.differing) > SHOWN else "")
        out.print(t("enrolment.answers.differing", count=len(found.differing), persons=shown))
