"""`jamsos selection`: state criteria in words, draw up, preview, explain and recompute lists."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import DAY, FILE, MONTHS, RUPIAH, CodeChoice, FormattedNumber, Percent
from cli.runtime import act, act_as, language, of_office, out, progress, sealer, t
from cli.tables import table
from jamsos import table_writer
from jamsos.access.rules import COMMAND_LINE, Actor, Scope
from jamsos.db import in_transaction
from jamsos.decrees import approvals, letters
from jamsos.enrolment import service as enrolment
from jamsos.enrolment.explanations import explain_today, letter_today
from jamsos.errors import NotFound, SheetFormUnknown
from jamsos.messages import Language
from jamsos.months import Month, today
from jamsos.offices.service import office_of
from jamsos.people import service as people
from jamsos.regions.rules import named
from jamsos.regions.service import shipped_names
from jamsos.regions.store import villages_within
from jamsos.selection import audit_bundle, service, verification
from jamsos.selection.comparison import By, changes, compare, margin, moves, reach
from jamsos.selection.criteria import read_criteria
from jamsos.selection.letters import Letter, explained, sentences
from jamsos.selection.rules import Cut, Terms


@click.group(help=t("selection.help"))
def group() -> None: ...


def terms(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a list: year, region, money and date."""
    for option in (
        click.option("--headcount", type=int, help=t("selection.option.headcount")),
        click.option("--fund", "fund_code", help=t("selection.option.fund")),
        click.option("--ceiling", type=RUPIAH, help=t("selection.option.ceiling")),
        click.option("--months", type=MONTHS, help=t("selection.option.months")),
        click.option("--as-of", type=DAY, default=lambda: today(), help=t("selection.option.as_of")),
        click.option("--criteria", default="mabar", show_default=True, type=FILE, help=t("selection.option.criteria")),
        of_office,
        click.option("--year", type=click.IntRange(2000, 2100), required=True, help=t("selection.option.year")),
    ):
        command = option(command)
    return command


BY = click.option("--by", type=CodeChoice(By), multiple=True, help=t("selection.option.by"))


async def _asked(
    connection: AsyncConnection,
    *,
    criteria: Path,
    instead_of: int | None = None,
    known_on: date | None = None,
    **terms: Any,
) -> dict[str, Any]:
    """Return the terms with parsed criteria, and with the knowledge from decrees and the insurer's answers."""
    terms["office_code"] = await office_of(connection, COMMAND_LINE)
    year, months = terms["year"], terms.pop("months") or (Month(terms["year"], 1), Month(terms["year"], 12))
    history = await enrolment.history(
        connection, office_code=terms["office_code"], month_from=months[0], month_to=months[1],
        instead_of=instead_of, known_on=known_on,
    )  # fmt: skip
    return terms | {"year": year, "months": months, "criteria": read_criteria(criteria), "history": history}


@group.command("criteria", help=t("selection.criteria.help"))
@click.argument("which", default="mabar", type=FILE)
@click.option("--in", "words", type=click.Choice(["id", "en"]), help=t("selection.option.words"))
def criteria(which: Path, words: Language | None) -> None:
    head, *rest = sentences(read_criteria(which), words or language(), shipped_names())
    out.print(head, style="bold")
    for sentence in rest:
        out.print(f"- {sentence}")


@group.command("run", help=t("selection.run.help"))
@terms
def run(**asked: Any) -> None:
    async def work(connection: AsyncConnection, actor: Actor) -> service.Run:
        return await service.run_selection(connection, actor, **await _asked(connection, **asked))

    with progress(t("selection.run.doing")):
        kept = act_as(Scope.act_selection, work)
    out.print(t("selection.run.done", run=kept.id), style="bold")
    _tell(kept.terms, kept.cut, kept.candidates, kept.eligible)
    hashes = {"inputs": kept.inputs_sha256, "list": kept.list_sha256, "manifest": kept.approved_sha256}
    out.print(t("selection.run.hashes", **{name: sha256.hex() for name, sha256 in hashes.items()}))


@group.command("preview", help=t("selection.preview.help"))
@click.option("--against", "before", type=int, metavar="RUN", help=t("selection.option.against"))
@click.option("--known-to", type=int, metavar="RUN", help=t("selection.option.known_to"))
@click.option("--known-on", type=DAY, help=t("selection.option.known_on"))
@click.option("--people", "is_named", is_flag=True, help=t("selection.option.people"))
@BY
@terms
def preview(
    before: int | None, known_to: int | None, known_on: date | None, is_named: bool, by: tuple[By, ...], **asked: Any
) -> None:
    async def work(connection: AsyncConnection) -> Any:
        terms = await _asked(connection, instead_of=before, known_on=known_on, **asked)
        found = await service.preview(connection, COMMAND_LINE, known_to=known_to, known_on=known_on, **terms)
        names = await _names(connection, found.terms.office_code)
        if before is None:
            return found, names, None
        run = await service.run_beside(connection, COMMAND_LINE, before, found.terms.office_code)
        return found, names, (run, await verification.seen(connection, COMMAND_LINE, run.id))

    with progress(t("selection.run.doing")):
        found, names, beside = act(work)
    out.print(t("selection.preview.done"), style="bold")
    if known_on is not None:
        out.print(t("selection.preview.known_on", day=known_on))
    _tell(found.terms, found.cut, found.inputs.height, found.eligible)
    counts = found.seen.group_by("outcome", "reason").len().sort("len", descending=True)
    table(
        t("selection.reasons"),
        [t("selection.outcome"), t("selection.reason"), t("selection.people")],
        [(t(f"outcome.{outcome}"), t(f"reason.{reason}"), count) for outcome, reason, count in counts.iter_rows()],
    )
    _tell_reach(found.seen, by, names)
    if beside:
        run, was = beside
        heads = [(str(run.id), run.terms, run.cut), (t("selection.preview"), found.terms, found.cut)]
        for each in (By.group, By.village):
            _side_by_side(heads, [was, found.listed], each, names, is_headed=each is By.group)
        if is_named:
            _tell_moves(was, found.listed, names)


def _tell(of: Terms, found: Cut, candidates: int, eligible: int) -> None:
    months = of.month_to - of.month_from + 1
    out.print(t("selection.candidates", candidates=candidates, eligible=eligible))
    # a fund outside the APBD pays half the rate in some months
    chosen = "selection.chosen" if of.rate * months == of.worker_cost else "selection.chosen.varying"
    out.print(t(chosen, chosen=found.places, rate=of.rate, each=of.worker_cost, months=months, cost=found.cost))
    out.print(t("selection.ceiling", ceiling=of.ceiling, remainder=found.remainder))
    if found.remainder >= of.worker_cost and found.places != of.headcount:
        out.print(t(_why_money_is_left(found.places, eligible)))
    if found.shortfall:
        wish = (of.headcount or 0) * of.worker_cost
        out.print(t("selection.shortfall", headcount=of.headcount, wish=wish, shortfall=found.shortfall))


def _why_money_is_left(chosen: int, eligible: int) -> str:
    if not eligible:
        return "selection.nobody"
    return "selection.all_reached" if chosen == eligible else "selection.quotas_full"


@group.command("runs", help=t("selection.runs.help"))
def runs() -> None:
    table(
        t("selection.runs"),
        [
            t(f"selection.column.{name}")
            for name in ("run", "year", "months", "ceiling", "eligible", "chosen", "cost", "hash")
        ],
        [
            (
                r.id,
                r.year,
                f"{r.month_from}:{r.month_to}",
                FormattedNumber(r.ceiling),
                r.eligible,
                r.chosen,
                FormattedNumber(r.cost),
                r.approved_sha256.hex()[:12],
            )
            for r in act(service.runs)
        ],
    )


@group.command("explain", help=t("selection.explain.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.argument("person_id", metavar="[PERSON]", type=int, required=False)
def explain(run_id: int, person_id: int | None) -> None:
    # prompted, not given as an option, because a shell stores its command lines
    nik = click.prompt(t("selection.prompt.nik")) if person_id is None else ""

    async def work(connection: AsyncConnection) -> list[str]:
        person = person_id or await people.by_nik(connection, sealer(), nik)
        if person is None:
            raise NotFound(what="candidate", which="-")
        found, namings = await explain_today(connection, COMMAND_LINE, run_id, person)
        return [*explained(found, language()), *letters.decree_sentences(namings, language())]

    for sentence in act(work):
        out.print(sentence)


@group.command("letter", help=t("selection.letter.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.argument("person_id", metavar="PERSON", type=int)
@click.argument("file", type=FILE)
@click.option("--letterhead", "office", type=FILE, help=t("report.office"))
def write_letter(run_id: int, person_id: int, file: Path, office: Path | None) -> None:
    def work(connection: AsyncConnection) -> Awaitable[Letter]:
        return letter_today(connection, COMMAND_LINE, sealer(), run_id, person_id, language())

    if file.suffix.lower() not in (".pdf", ".txt"):
        raise SheetFormUnknown(file=file.name, known=".pdf, .txt")
    table_writer.must_be_writable(file)
    if file.suffix.lower() == ".txt":
        table_writer.write(file, act(work).text.encode())
    else:
        from cli.printer import document_printer

        printer = document_printer(office)

        async def printed(connection: AsyncConnection) -> bytes:
            return await printer.letter(in_transaction(connection), COMMAND_LINE, await work(connection))

        table_writer.write(file, act(printed))
    out.print(t("selection.letter.done", file=file))


@group.command("fairness", help=t("selection.fairness.help"))
@click.argument("run_id", metavar="RUN", type=int)
@BY
def show_fairness(run_id: int, by: tuple[By, ...]) -> None:
    async def work(connection: AsyncConnection) -> Any:
        run = await service.run_by_id(connection, run_id)
        return await verification.seen(connection, COMMAND_LINE, run.id), await _names(connection, run.office_code)

    candidates, names = act(work)
    _tell_reach(candidates, by, names)


def _tell_reach(candidates: Any, asked: tuple[By, ...], names: Mapping[str, str]) -> None:
    for by, shares in reach(candidates, asked or By).items():
        table(
            t(f"selection.fairness.by{'.group' if by is By.group else ''}", by=f"selection.by.{by}"),
            [
                t(f"selection.by.{by}"),
                *(t(f"selection.column.{name}") for name in ("candidates", "eligible", "chosen", "percent")),
            ],
            [
                (_value(by, share.value, names), share.candidates, share.eligible, share.chosen, Percent(share.percent))
                for share in shares
            ],
        )


def _value(by: By, value: str | None, names: Mapping[str, str]) -> str:
    if value is None:
        return t("selection.no_group" if by is By.group else "selection.unknown")
    labels = {By.group: f"group.{value}", By.sex: f"selection.sex.{value}"}
    return t(labels[by]) if by in labels else named(value, names)


async def _names(connection: AsyncConnection, office_code: str) -> dict[str, str]:
    """Return districts and villages by code."""
    villages = await villages_within(connection, office_code)
    return {code[:8]: district for code, _, district in villages} | {code: village for code, village, _ in villages}


@group.command("compare", help=t("selection.compare.help"))
@click.argument("before", metavar="RUN", type=int)
@click.argument("now", metavar="RUN", type=int)
@click.option(
    "--by",
    type=CodeChoice([By.group, By.district, By.village]),
    default=By.group,
    show_default=True,
    help=t("selection.option.beside"),
)
@click.option("--people", "is_named", is_flag=True, help=t("selection.option.people"))
def compare_runs(before: int, now: int, by: str, is_named: bool) -> None:
    async def work(connection: AsyncConnection) -> Any:
        was = await service.run_within(connection, COMMAND_LINE, before)
        runs = [was, await service.run_beside(connection, COMMAND_LINE, now, was.office_code)]
        return (
            runs,
            [await verification.seen(connection, COMMAND_LINE, run.id) for run in runs],
            await _names(connection, runs[0].office_code),
        )

    runs, lists, names = act(work)
    _side_by_side([(str(run.id), run.terms, run.cut) for run in runs], lists, By(by), names)
    if is_named:
        _tell_moves(lists[0], lists[1], names)


def _side_by_side(
    columns: list[tuple[str, Terms, Cut]], lists: list[Any], by: By, names: Mapping[str, str], *, is_headed: bool = True
) -> None:
    before, now = lists
    if is_headed:
        _tell_heads(columns, lists)
    was, is_now = (terms.worker_cost for _, terms, _ in columns)
    table(
        t("selection.compare.by", by=f"selection.by.{by}"),
        [
            t(f"selection.by.{by}"),
            *(t(f"selection.column.{name}") for name in ("before", "after", "enter", "leave", "shift", "dearer")),
        ],
        [
            (
                _value(by, change.value, names),
                *change[1:],
                change.shift,
                FormattedNumber(change.now * is_now - change.before * was),
            )
            for change in changes(before, now, by)
        ],
    )


def _tell_heads(columns: list[tuple[str, Terms, Cut]], lists: list[Any]) -> None:
    found, margins = compare(*lists), [margin(each) for each in lists]
    facts = [
        (FormattedNumber(of.ceiling), cut.places, FormattedNumber(cut.cost), FormattedNumber(cut.remainder),
            f"{of.month_from}:{of.month_to}",
         *(person or "-" for person in end))
        for (_, of, cut), end in zip(columns, margins, strict=True)
    ]  # fmt: skip
    names = ("ceiling", "chosen", "cost", "remainder", "months", "last", "next")
    table(
        t("selection.compare.title"),
        ["", *(f"{t('selection.column.run')} {label}" if label.isdecimal() else label for label, *_ in columns)],
        [(t(f"selection.column.{name}"), *pair) for name, *pair in zip(names, *facts, strict=True)],
    )
    out.print(t("selection.compare.moves", stay=found.stay, enter=len(found.enter), leave=len(found.leave)))


def _tell_moves(before: Any, now: Any, names: Mapping[str, str]) -> None:
    for what, moved in zip(("enter", "leave"), moves(before, now), strict=True):
        table(
            t(f"selection.compare.who_{what}"),
            [t(f"selection.column.{name}") for name in ("person", "village", "group", "kept", "now")],
            [
                (str(m.person_id), _value(By.village, m.village_code, names), _value(By.group, m.group_code, names),
                 str(m.rank_before or "-"), str(m.rank_now or "-"))
                for m in moved
            ],
        )  # fmt: skip


@group.command("manifest", help=t("selection.manifest.help"))
@click.argument("run_id", metavar="RUN", type=int)
@click.argument("folder", type=FILE)
@click.option("--purpose", required=True, help=t("selection.option.purpose"))
def write_manifest(run_id: int, folder: Path, purpose: str) -> None:
    with progress(t("selection.manifest.doing")):
        files = act(lambda connection: audit_bundle.write_bundle(connection, COMMAND_LINE, run_id, purpose=purpose))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        table_writer.write(folder / name, content)
    out.print(t("selection.manifest.done", run=run_id, folder=folder, files=", ".join(files)))


@group.command("verify", help=t("selection.verify.help"))
@click.argument("which", metavar="RUN|FOLDER")
@click.pass_context
def verify(context: click.Context, which: str) -> None:
    elsewhere = not which.isdecimal()
    with progress(t("selection.verify.doing")):
        found = (
            audit_bundle.check_bundle(Path(which))
            if elsewhere
            else act(lambda c: approvals.verify(c, COMMAND_LINE, int(which)))
        )
    if found.is_of_old:
        out.print(t("selection.verify.of_old"))
    out.print(t("selection.verify.sha256", sha256=found.sha256.hex()))
    if found.is_equal:
        out.print(t("selection.verify.equal", run=which))
        return
    for part, holds in found.parts.items():
        out.print(t("selection.verify.holds" if holds else "selection.verify.broken", part=f"selection.verify.{part}"))
    if found.changed:
        table(
            t("selection.verify.changed"),
            [t(f"selection.column.{name}") for name in ("term", "stated", "now")],
            [(t(f"selection.stated.{name}"), *map(str, values)) for name, *values in found.changed],
        )
    table(
        t("selection.verify.differences"),
        [t(f"selection.column.{name}") for name in ("person", "kept", "kept_reason", "now", "now_reason", "differs")],
        [(*each[:5], ", ".join(each.columns)) for each in found.differences],
    )
    context.exit(1)
