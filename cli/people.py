"""`jamsos people`: match rows into persons, and record life events."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.people_review import review
from cli.runtime import act, act_as, act_as_or_operate, of_office, out, progress, said, sealer, t
from cli.tables import table
from jamsos.access.rules import Scope
from jamsos.months import day_of
from jamsos.people import identity, service
from jamsos.people.identity import Grounds
from jamsos.people.service import Portrait
from jamsos.regions.rules import named
from jamsos.regions.store import names_of

SHOWN_LINES = 20


@click.group(help=t("people.help"))
def group() -> None: ...


group.add_command(review)


@group.command("match", help=t("people.match.help"))
@of_office
def match() -> None:
    with progress(t("people.match.progress")) as report:
        result = act_as_or_operate(
            Scope.act_people,
            lambda connection, actor: service.match_people(connection, actor, sealer(), progress=report),
        )
    out.print(t("people.match.done", **result.__dict__))
    if result.reviews_new or result.waiting:
        out.print(t("people.match.reviews", **result.__dict__))


@group.command("events", help=t("people.events.help"))
@click.argument("file", type=click.Path(path_type=Path))
def events(file: Path) -> None:
    result = act_as(Scope.act_people, lambda connection, actor: service.load_events(connection, actor, sealer(), file))
    out.print(t("people.events.done", file=file.name, recorded=result.recorded, known=result.known))
    for what, lines in (("unknown", result.unknown_lines), ("withdrawn", result.withdrawn_lines)):
        if lines:
            shown = ", ".join(map(str, lines[:SHOWN_LINES])) + (" …" if len(lines) > SHOWN_LINES else "")
            out.print(t(f"people.events.{what}", count=len(lines), lines=shown))


@group.command("withdraw", help=t("people.withdraw.help"))
@click.argument("event", type=int)
@click.option("--reason", required=True, help=t("people.option.reason"))
def withdraw(event: int, reason: str) -> None:
    person = act_as(
        Scope.act_people,
        lambda connection, actor: service.withdraw_event(connection, actor, event_id=event, reason=reason),
    )
    out.print(t("people.withdraw.done", event=event, person=person))


@group.command("show", help=t("people.show.help"))
@click.argument("person", type=int)
def show(person: int) -> None:
    async def work(connection: AsyncConnection) -> tuple[Portrait, dict[str, str]]:
        found = await service.portrait(connection, sealer(), person)
        return found, await names_of(connection, [found.person["village_code"] or ""])

    found, places = act(work)
    table(t("people.show.title", person=person), [t("word.fact"), t("word.value")], _facts(found, places))
    rows = [
        (
            each["row_id"], _register(each), each["as_of"], each["file_name"], each["line"],
            t(f"method.{each['method']}"),
        )
        for each in found.sources
    ]  # fmt: skip
    headers = ["word.row", "word.register", "word.as_of", "word.file", "word.line", "word.method"]
    if rows:
        table(t("people.show.sources"), [t(header) for header in headers], rows)
    if found.events:
        happened = [
            (each["id"], t(f"event.{each['kind']}"), each["event_date"], each["evidence"]) for each in found.events
        ]
        headers = ["people.review.number", "word.event", "word.day", "word.evidence"]
        table(t("people.show.events"), [t(header) for header in headers], happened)
    for event in found.events:
        if event["withdrawn_at"]:
            facts = {"event": event["id"], "day": day_of(event["withdrawn_at"])}
            out.print(t("people.show.withdrawn", officer=event["withdrawn_by"], reason=event["reason"], **facts))
    for event in found.identity:
        out.print(t("people.show.identity", what=t(f"identity.{event['kind']}"), **_plain(event)))
    if into := found.person["merged_into_id"]:
        out.print(t("people.show.merged", person=person, into=into))
    if found.reviews_open:
        out.print(t("people.show.reviews", count=found.reviews_open))


def _register(told: Any, of: str = "") -> str:
    return t(f"source.{told[f'{of}source']}")


def _plain(event: Any) -> dict[str, Any]:
    return {name: event[name] for name in ("from_person_id", "to_person_id", "rows_moved", "officer", "remark")} | {
        "day": day_of(event["recorded_at"])
    }


@group.command("merge", help=t("people.merge.help"))
@click.argument("person", type=int)
@click.argument("other", type=int)
@click.option("--reason", required=True, help=t("people.option.reason"))
@click.option("--despite-sex", is_flag=True, help=t("people.option.despite_sex"))
def merge(person: int, other: int, reason: str, despite_sex: bool) -> None:
    grounds = Grounds(reason, despite_sex=despite_sex)
    rows = act_as(
        Scope.act_people,
        lambda connection, actor: identity.merge(connection, actor, person_id=person, other_id=other, grounds=grounds),
    )
    out.print(t("people.merge.done", person=person, other=other, rows=rows))


@group.command("split", help=t("people.split.help"))
@click.argument("person", type=int)
@click.option("--row", "rows", type=int, multiple=True, help=t("people.split.row"))
@click.option("--back", type=int, help=t("people.split.back"))
@click.option("--reason", required=True, help=t("people.option.reason"))
def split(person: int, rows: tuple[int, ...], back: int | None, reason: str) -> None:
    if bool(rows) == (back is not None):
        raise click.UsageError(t("people.split.which"))
    done = act_as(
        Scope.act_people,
        lambda connection, actor: identity.split(
            connection, actor, person_id=person, row_ids=rows, back_id=back, grounds=Grounds(reason)
        ),
    )
    out.print(t("people.split.done", person=person, other=done.person_id, rows=done.rows))


def _facts(found: Portrait, places: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Return the facts of a person, with masked numbers and only the year of the birth date."""
    person = found.person
    birth = person["birth_date"]
    facts = {
        "name": person["full_name"],
        "nik": found.nik,
        "kk": found.kk,
        "sex": person["sex"],
        "birth_year": birth and birth.year,
        "village": named(person["village_code"] or "", places),
        "occupation": person["occupation"],
        "relation": person["relation"],
        "marital_status": person["marital_status"],
        "decile": person["decile"] and f"{person['decile']} ({_register(person, 'decile_')}, {person['decile_as_of']})",
        "groups": ", ".join(t(f"group.{each}") for each in found.groups),
        "version": person["version"],
    }
    return [(t(f"people.fact.{name}"), said(name, value)) for name, value in facts.items()]
