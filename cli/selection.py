"""`jamsos selection`: criteria in words, drawing up a list, asking what another one would be, explaining, working out again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.desk import act, language, out, progress, t, table
from cli.shapes import DAY, FILE, MONTHS, RUPIAH, Figure
from jamsos.access.rules import COMMAND_LINE
from jamsos.enrolment import service as enrolment
from jamsos.messages import Language
from jamsos.months import Month, today
from jamsos.selection import review, service
from jamsos.selection.criteria import read_criteria
from jamsos.selection.rules import Cut, Terms
from jamsos.selection.telling import explained, sentences

MABAR = "53.15"


@click.group(help=t("selection.help"))
def group() -> None: ...


def terms(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say for whom, for when and for how much a list is drawn up."""
    for option in (
        click.option("--headcount", type=int, help=t("selection.option.headcount")),
        click.option("--fund", "fund_code", help=t("selection.option.fund")),
        click.option("--ceiling", type=RUPIAH, help=t("selection.option.ceiling")),
        click.option("--months", type=MONTHS, help=t("selection.option.months")),
        click.option("--as-of", type=DAY, default=lambda: today(), help=t("selection.option.as_of")),
        click.option("--criteria", default="mabar", show_default=True, type=FILE),
        click.option("--region", "regency_code", default=MABAR, show_default=True),
        click.option("--year", type=int, required=True),
    ):
        command = option(command)
    return command


async def _asked(connection: AsyncConnection, *, criteria: Path, **terms: Any) -> dict[str, Any]:
    """The terms with the criteria read, and with what decrees and the insurer's answers say of people."""
    year, months = terms["year"], terms.pop("months") or (Month(terms["year"], 1), Month(terms["year"], 12))
    history = await enrolment.history(
        connection, regency_code=terms["regency_code"], month_from=months[0], month_to=months[1]
    )
    return terms | {"year": year, "months": months, "criteria": read_criteria(criteria), "history": history}


@group.command("criteria", help=t("selection.criteria.help"))
@click.argument("which", default="mabar", type=FILE)
@click.option("--in", "words", type=click.Choice(["id", "en"]))
def criteria(which: Path, words: Language | None) -> None:
    head, *rest = sentences(read_criteria(which), words or language())
    out.print(f"[bold]{head}[/]")
    for sentence in rest:
        out.print(f"- {sentence}", markup=False)


@group.command("run", help=t("selection.run.help"))
@terms
def run(**asked: Any) -> None:
    async def work(connection: AsyncConnection) -> service.Run:
        return await service.run_selection(connection, COMMAND_LINE, **await _asked(connection, **asked))

    with progress(t("selection.run.doing")):
        kept = act(work)
    out.print(f"[bold]{t('selection.run.done', run=kept.id)}[/]")
    _tell(kept.terms, kept.cut, kept.candidates, kept.eligible)
    out.print(t("selection.run.hashes", inputs=kept.inputs_sha256.hex(), list=kept.list_sha256.hex()))


@group.command("preview", help=t("selection.preview.help"))
@terms
def preview(**asked: Any) -> None:
    async def work(connection: AsyncConnection) -> service.Selection:
        return await service.preview(connection, COMMAND_LINE, **await _asked(connection, **asked))

    with progress(t("selection.run.doing")):
        found = act(work)
    out.print(f"[bold]{t('selection.preview.done')}[/]")
    _tell(found.terms, found.cut, found.inputs.height, found.eligible)
    counts = found.seen.group_by("outcome", "reason").len().sort("len", descending=True)
    table(
        t("selection.reasons"),
        [t("selection.outcome"), t("selection.reason"), t("selection.people")],
        [(t(f"outcome.{outcome}"), t(f"reason.{reason}"), count) for outcome, reason, count in counts.iter_rows()],
    )


def _tell(of: Terms, found: Cut, candidates: int, eligible: int) -> None:
    months = of.month_to - of.month_from + 1
    out.print(t("selection.candidates", candidates=candidates, eligible=eligible))
    out.print(t("selection.chosen", chosen=found.places, rate=of.rate, months=months, cost=found.cost))
    out.print(t("selection.ceiling", ceiling=of.ceiling, remainder=found.remainder))
    if found.remainder >= of.worker_cost and of.headcount is None:
        out.print(t("selection.all_reached"))
    if found.shortfall:
        wish = (of.headcount or 0) * of.worker_cost
        out.print(t("selection.shortfall", headcount=of.headcount, wish=wish, shortfall=found.shortfall))


@group.command("runs", help=t("selection.runs.help"))
def runs() -> None:
    table(
        t("selection.runs"),
        [t(f"selection.column.{name}") for name in ("run", "year", "months", "ceiling", "eligible", "chosen", "cost")],
        [
            (r.id, r.year, f"{r.month_from}:{r.month_to}", Figure(r.ceiling), r.eligible, r.chosen, Figure(r.cost))
            for r in act(service.runs)
        ],
    )


@group.command("explain", help=t("selection.explain.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.argument("person_id", metavar="PERSON", type=int)
def explain(run_id: int, person_id: int) -> None:
    found = act(lambda connection: review.explain(connection, COMMAND_LINE, run_id, person_id))
    for sentence in explained(found, language()):
        out.print(sentence, markup=False)


@group.command("verify", help=t("selection.verify.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.pass_context
def verify(context: click.Context, run_id: int) -> None:
    found = act(lambda connection: review.verify(connection, run_id))
    if found.is_equal:
        out.print(t("selection.verify.equal", run=run_id))
        return
    for part, holds in found.parts.items():
        out.print(t("selection.verify.holds" if holds else "selection.verify.broken", part=f"selection.verify.{part}"))
    table(
        t("selection.verify.differences"),
        [t(f"selection.column.{name}") for name in ("person", "kept", "kept_reason", "now", "now_reason")],
        found.differences,
    )
    context.exit(1)
