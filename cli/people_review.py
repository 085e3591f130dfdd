"""`jamsos people review`: pairs that may be one person, shown side by side and decided by an officer."""

from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import CodeChoice
from cli.runtime import act, act_as, out, said, sealer, t
from cli.tables import table
from jamsos.access.rules import COMMAND_LINE, Actor, Scope
from jamsos.months import day_of
from jamsos.people.linkage import review as clerical_review
from jamsos.people.linkage.review import Beside, Opened, Weighed
from jamsos.people.rules import Verdict
from jamsos.regions.rules import named
from jamsos.regions.store import names_of
from jamsos.registry.rules import Source


@click.group("review", help=t("people.review.help"))
def review() -> None: ...


@review.command("list", help=t("people.review.list.help"))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help=t("people.review.limit"))
@click.option("--after", type=click.IntRange(0), default=0, metavar="NUMBER", help=t("people.review.after"))
@click.option("--region", default="", help=t("people.review.region"))
@click.option("--source", type=CodeChoice(Source), help=t("people.review.register"))
def listed(limit: int, after: int, region: str, source: Source | None) -> None:
    async def work(connection: AsyncConnection) -> Any:
        found, total = await clerical_review.waiting(connection, limit, after=after, region=region, source=source)
        return found, total, await names_of(connection, {each["village_code"] or "" for each in found})

    found, total, places = act(work)
    if not found:
        out.print(t("people.review.none"))
        return
    rows = [
        (
            each["id"], t(f"review.{each['kind']}"), _line(each), each["row_name"], each["now_id"],
            each["person_name"], named(each["village_code"] or "", places) or "–",
        )
        for each in found
    ]  # fmt: skip
    headers = ("number", "question", "row", "row_name", "person", "person_name", "village")
    table(t("people.review.title", count=total), [t(f"people.review.{each}") for each in headers], rows)
    if total > len(found):
        out.print(t("people.review.more", count=total - len(found), last=found[-1]["id"]))


def _line(each: Any) -> str:
    return f"{t('source.' + each['source'])}:{each['line']}"


@review.command("show", help=t("people.review.show.help"))
@click.argument("number", type=int)
@click.option("--purpose", help=t("people.review.purpose"))
def show(number: int, purpose: str | None) -> None:
    async def work(connection: AsyncConnection) -> tuple[Opened, dict[str, str]]:
        found = await clerical_review.open_review(connection, COMMAND_LINE, sealer(), number, purpose=purpose)
        villages = [
            side for each in found.facts if each.fact == "village_code" for side in (each.row, each.person) if side
        ]
        return found, await names_of(connection, villages)

    found, places = act(work)
    heads = [t("word.fact"), _row_head(found), t("people.show.title", person=found.review["now_id"]), ""]
    rows = [_side_by_side(each, purpose, places) for each in found.facts]
    table(t("people.review.asked", number=number, question=t(f"review.{found.review['kind']}")), heads, rows)
    if found.weighed:
        _tell_likeness(found.weighed)
    if found.review["verdict"]:
        out.print(t("people.review.told", **_decided(found)))


def _side_by_side(fact: Beside, purpose: str | None, places: Mapping[str, str]) -> tuple[str, str, str, str]:
    label = t(f"people.fact.{_label(fact.fact, purpose)}")
    row, person = (
        named(each, places) if fact.fact == "village_code" and each else each for each in (fact.row, fact.person)
    )
    return label, said(fact.fact, row), said(fact.fact, person), "≠" if fact.differs else ""


def _tell_likeness(weighed: Weighed) -> None:
    rows = [
        (t(f"people.review.{each.comparison}"), t(f"likeness.{each.level}"), _times(each.factor))
        for each in weighed.comparisons
    ]
    heads = [t(f"people.review.{each}") for each in ("comparison", "level", "weight")]
    table(t("people.review.likeness", probability=weighed.probability, model=weighed.model), heads, rows)


def _times(factor: float | None) -> str:
    """Format the evidence for or against: ×400, ÷32; a dash if it hardly supports either."""
    if factor is None or 0.67 < factor < 1.5:
        return "–"
    if factor < 1:
        return t("people.review.against", times=round(1 / factor))
    return t("people.review.for", times=round(factor))


def _row_head(found: Opened) -> str:
    row = found.row
    source = t(f"source.{row['source']}")
    return t("people.review.source", source=source, day=row["as_of"], file=row["file_name"], line=row["line"])


def _label(fact: str, purpose: str | None) -> str:
    if fact == "birth_date":
        return "birth_date" if purpose else "birth_year"
    return {"full_name": "name", "village_code": "village"}.get(fact, fact)


def _decided(found: Opened) -> dict[str, Any]:
    review = found.review
    return {
        "verdict": t(f"verdict.{review['verdict']}"), "officer": review["officer"], "remark": review["remark"],
        "day": day_of(review["decided_at"]),
    }  # fmt: skip


@review.command("decide", help=t("people.review.decide.help"))
@click.argument("number", type=int)
@click.option("--same", "verdict", flag_value=Verdict.same.value, help=t("people.review.same"))
@click.option("--different", "verdict", flag_value=Verdict.different.value, help=t("people.review.different"))
@click.option("--reason", required=True, help=t("people.option.reason"))
@click.option("--despite-sex", is_flag=True, help=t("people.option.despite_sex"))
def decide(number: int, verdict: str | None, reason: str, despite_sex: bool) -> None:
    if verdict is None:
        raise click.UsageError(t("people.review.which"))

    async def work(connection: AsyncConnection, actor: Actor) -> Any:
        done = await clerical_review.decide(
            connection, actor, review_id=number, verdict=Verdict(verdict), remark=reason,
            despite_sex=despite_sex,
        )  # fmt: skip
        return done, *await clerical_review.waiting(connection, 1, after=number)

    done, following, left = act_as(Scope.act_people, work)
    if done.person_id is None:
        out.print(t("people.review.waits", number=number))
    else:
        out.print(t("people.review.done", number=number, person=done.person_id))
    if following:
        out.print(t("people.review.next", number=following[0]["id"], count=left))
