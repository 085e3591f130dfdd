"""`jamsos people`: rows become persons, and life goes on."""

from pathlib import Path
from typing import Any

import click

from cli.desk import act, out, progress, sealer, t, table
from jamsos.access.rules import COMMAND_LINE
from jamsos.people import service
from jamsos.people.service import Portrait

REGENCY = "53.15"
SHOWN_LINES = 20


@click.group(help=t("people.help"))
def group() -> None: ...


@group.command("match", help=t("people.match.help"))
@click.option("--region", default=REGENCY, show_default=True, help=t("registry.load.region"))
def match(region: str) -> None:
    with progress(t("people.match.progress")) as report:
        result = act(
            lambda connection: service.match_people(
                connection, COMMAND_LINE, sealer(), regency_code=region, progress=report
            )
        )
    out.print(t("people.match.done", **result.__dict__))
    if result.reviews_new or result.waiting:
        out.print(t("people.match.reviews", **result.__dict__))


@group.command("events", help=t("people.events.help"))
@click.argument("file", type=click.Path(path_type=Path))
def events(file: Path) -> None:
    result = act(lambda connection: service.load_events(connection, COMMAND_LINE, sealer(), file))
    out.print(t("people.events.done", file=file.name, recorded=result.recorded, known=result.known))
    if lines := result.unknown_lines:
        shown = ", ".join(map(str, lines[:SHOWN_LINES])) + (" …" if len(lines) > SHOWN_LINES else "")
        out.print(t("people.events.unknown", count=len(lines), lines=shown))


@group.command("show", help=t("people.show.help"))
@click.argument("person", type=int)
def show(person: int) -> None:
    found = act(lambda connection: service.portrait(connection, sealer(), person))
    table(t("people.show.title", person=person), [t("word.fact"), t("word.value")], _facts(found))
    rows = [(each["source"], each["as_of"], each["file_name"], each["line"], each["method"]) for each in found.sources]
    headers = ["word.register", "word.as_of", "word.file", "word.line", "word.method"]
    table(t("people.show.sources"), [t(header) for header in headers], rows)
    if found.events:
        happened = [(t(f"event.{each['kind']}"), each["event_date"], each["source"]) for each in found.events]
        table(t("people.show.events"), [t("word.event"), t("word.day"), t("word.source")], happened)
    if found.reviews:
        out.print(t("people.show.reviews", count=len(found.reviews)))


def _facts(found: Portrait) -> list[tuple[str, Any]]:
    """Numbers are masked, and of the birth date only the year is shown."""
    person = found.person
    birth = person["birth_date"]
    facts = {
        "name": person["full_name"],
        "nik": found.nik,
        "kk": found.kk,
        "sex": person["sex"],
        "birth_year": birth and birth.year,
        "village": person["village_code"],
        "occupation": person["occupation"],
        "relation": person["relation"],
        "marital_status": person["marital_status"],
        "decile": person["decile"] and f"{person['decile']} ({person['decile_source']}, {person['decile_as_of']})",
        "groups": ", ".join(t(f"group.{each}") for each in found.groups),
        "version": person["version"],
    }
    return [(t(f"people.fact.{name}"), "–" if value in (None, "") else value) for name, value in facts.items()]
