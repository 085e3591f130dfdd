"""The canary: a village officer with every scope queries everything in every way, and no response contains data of another village.

Every row of another village, or of none, contains marked values: texts, days, sums, numbers of persons. No mark and no id of such
a row may appear: by page, edge, relation, aggregate, the past, an id, a filter, an order, a cursor, an export or an error.
"""

import json
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Date, DateTime, Text, text

from api.schema.derived.aggregates import measures
from api.schema.types import ENTITIES
from api.sql.entities import Kind
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind, Scope
from jamsos.db import engine_for
from jamsos.settings import Settings
from jamsos.tables import metadata
from tests.api.conftest import opened
from tests.api.operations import FIGURES
from tests.api.reference import id_of
from tests.api.world import World, settle
from tests.conftest import _own_database
from tests.officers import program_key

HERE = "53.15.05.2001"
WORD, DAY, SUM, NUMBER = "KENARI", date(1907, 7, 7), 777_000_777, "7770007770007770"
# The year stands alone in a day and in a group by year; in the microseconds of the village's own audit, in a request id or
# in a cursor the same four digits come by chance.
YEAR = r"(?<![\w.+/-])1907(?!\w)"
MARKS = re.compile(f"{WORD}|{WORD.lower()}|{YEAR}|{SUM}|{NUMBER}")
WHY = {"x_purpose": "curiosity"}
OWNED = [  # an office's names of villages belong to the regency
    thing for thing in ENTITIES
    if "village_code" in (table := metadata.tables[thing.table]).columns and table.info.get("sight") not in ("regency_code", "office_code")
]  # fmt: skip
FUTURE = "2100-01-01T00:00:00Z"


class Elsewhere(World):
    """The world, with marks in every row outside the village."""

    def _row(self, table, number):
        row = super()._row(table, number)
        if "village_code" in table.columns and row["village_code"] != HERE:
            row |= {column.name: self._mark(column, row[column.name], number) for column in table.columns}
        return row

    def _mark(self, column, value, number):
        fixed = column.primary_key or column.foreign_keys or {"choices", "month"} & column.info.keys()
        if fixed or column.name.endswith(("_code", "_id")):
            return value
        if "sealed" in column.info:
            return self._sealer.seal(column.info["sealed"], f"{int(NUMBER) + number}" if column.unique else NUMBER)
        if "money" in column.info:
            return SUM
        marks = {Text: f"{WORD} {number}", DateTime: datetime(*DAY.timetuple()[:3], tzinfo=UTC), Date: DAY}
        return next((mark for kind, mark in marks.items() if isinstance(column.type, kind)), value)


@pytest.fixture(scope="module")
async def village(server, template, sealer):
    """Yield the API, the ids of foreign rows by entity, and the number of the village's rows."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        tables = await settle(engine, Elsewhere(sealer, seed=11).make())
        async with engine.begin() as connection:
            for table in metadata.sorted_tables:  # the world inserted its own numbers
                if "id" in table.columns and table.c.id.identity:
                    counter = f"pg_get_serial_sequence('{table.fullname}', 'id')"
                    await connection.execute(text(f"select setval({counter}, 100000)"))
            asker = {"code": "penghulu", "name": "Desa", "kind": AgencyKind.village_office, "region_code": HERE}
            await service.register_agency(connection, COMMAND_LINE, **asker)
            issued = {"agency_code": "penghulu", "label": "all", "scopes": [*Scope]}
            key = await program_key(connection, **issued)
        await engine.dispose()
        elsewhere, here = {}, {}
        for thing in OWNED:
            rows = tables[thing.table.split(".")[1]]
            elsewhere[thing.name] = [id_of(thing, row) for row in rows if row["village_code"] != HERE]
            living = [row for row in rows if thing.ended is None or row[thing.ended] is None]
            here[thing.name] = {id_of(thing, row) for row in living if row["village_code"] == HERE}
        settings = Settings(api_requests_per_second=100_000, api_cost=10_000_000)
        async with opened(settings, url, sealer, {"penghulu": key}) as caller:
            yield SimpleNamespace(caller=caller, elsewhere=elsewhere, here=here)


def check(village, text, asked=()):
    """Check that no mark and no id of another village appear, except those that the client sent."""
    assert not MARKS.findall(text)
    hidden = {f'"{key}"' for keys in village.elsewhere.values() for key in keys} - {f'"{key}"' for key in asked}
    assert not [key for key in hidden if key in text]


@pytest.mark.parametrize(
    "told", ["1907-07-07", "1907-07-07T00:00:00Z", 1907, f"Jalan {WORD} 7", WORD.lower(), SUM, NUMBER]
)
def test_a_mark_is_found(told):
    assert MARKS.search(json.dumps({"told": told}))
    assert MARKS.search(f"x,{told},y")


@pytest.mark.parametrize("own", ["2026-11-24T12:15:07.190712Z", "12:15:07.1907Z", "a1907c", "bz-1907x", 19072])
def test_digits_that_come_by_chance_are_no_mark(own):
    assert not MARKS.search(json.dumps({"own": own}))


async def ask(village, query, variables=None, asked=()):
    answer = await village.caller.post(query, variables, "penghulu", **WHY)
    assert answer.status_code == 200 and "errors" not in answer.json(), answer.text
    check(village, answer.text, asked)
    return answer.json()["data"]


def plain(thing):
    return " ".join(["id", *thing.columns])


def whole(thing):
    """Select all columns and relations of a row."""
    ones = " ".join(f"{one.name} {{ {plain(ENTITIES[one.target])} }}" for one in thing.ones.values())
    return f"{plain(thing)} {ones}"


def figures(thing):
    """Select every aggregate over every column."""
    parts = ["count"]
    for function, columns in measures(thing).items():
        names = [column.name for column in columns] + (list(thing.ones) if function == "countDistinct" else [])
        parts += [f"{function} {{ {' '.join(names)} }}"] if names and function in FIGURES else []
    return " ".join(parts)


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_pages_and_what_hangs_on_their_rows_hold_nothing_of_elsewhere(village, thing):
    page = f"{{ totalCount nodes {{ {whole(thing)} }} edges {{ cursor }} pageInfo {{ startCursor endCursor }} }}"
    past = f", asOf: {FUTURE!r}".replace("'", '"') if thing.keeps_its_past else ""
    found = await ask(village, f"{{ a: {thing.plural}(first: 200) {page} b: {thing.plural}(last: 200{past}) {page} }}")

    if thing in OWNED:
        assert {node["id"] for node in found["a"]["nodes"]} == village.here[thing.name]
        assert found["a"]["totalCount"] == len(village.here[thing.name])
    for many in thing.collections.values():
        below = f"{many.name}(first: 50) {{ totalCount nodes {{ {plain(ENTITIES[many.target])} }} }}"
        sums = f"{many.name}Aggregate {{ {figures(ENTITIES[many.target])} }}"
        await ask(village, f"{{ {thing.plural}(first: 50) {{ nodes {{ {below} {sums} }} }} }}")


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_figures_hold_nothing_of_elsewhere(village, thing):
    answers = [await ask(village, f"{{ all: {thing.plural}Aggregate {{ {figures(thing)} }} }}")]
    for grouping in thing.groupings.values():
        shared = f" {{ {plain(ENTITIES[grouping.one.target])} }}" if grouping.one else ""
        by = f"(groupBy: [{grouping.name}]) {{ key {{ {grouping.name}{shared} }} {figures(thing)} }}"
        answers.append(await ask(village, f"{{ all: {thing.plural}Aggregate{by} }}"))

    if thing in OWNED:
        assert {sum(group["count"] for group in found["all"]) for found in answers} == {len(village.here[thing.name])}


@pytest.mark.parametrize("thing", OWNED, ids=lambda thing: thing.name)
async def test_an_id_of_elsewhere_is_nobody(village, thing):
    ids = village.elsewhere[thing.name]
    one = thing.name[0].lower() + thing.name[1:]
    query = (
        f"query($ids: [ID!]!, $id: ID!) {{ nodes(ids: $ids) {{ id }} node(id: $id) {{ id }} {one}(id: $id) {{ id }} }}"
    )

    assert ids
    assert await ask(village, query, {"ids": ids, "id": ids[0]}) == {
        "nodes": [None] * len(ids),
        "node": None,
        one: None,
    }


@pytest.mark.parametrize("thing", OWNED, ids=lambda thing: thing.name)
async def test_a_filter_that_fits_elsewhere_finds_nothing(village, thing):
    """Filters on the entities themselves, and through relations in both directions, find nothing."""
    texts = [c for c in thing.columns.values() if c.can_be_compared and c.kind is Kind.text]
    wanted = [f'{column.name}: {{contains: "{WORD}"}}' for column in texts]
    wanted += [f"{c.name}: {{eq: {SUM}}}" for c in thing.columns.values() if c.kind is Kind.rupiah]
    wanted.append(f"id: {{in: {village.elsewhere[thing.name]}}}".replace("'", '"'))
    for condition in wanted:
        found = await ask(village, f"{{ {thing.plural}(filter: {{{condition}}}) {{ totalCount nodes {{ id }} }} }}")
        assert found[thing.plural] == {"totalCount": 0, "nodes": []}
        for other in ENTITIES:
            for relation in (*other.ones.values(), *other.collections.values()):
                if relation.target == thing.name:
                    inner = f"{{some: {{{condition}}}}}" if relation.name in other.collections else f"{{{condition}}}"
                    query = (
                        f"{{ {other.plural}(filter: {{{relation.name}: {inner}}}) {{ totalCount nodes {{ id }} }} }}"
                    )
                    assert (await ask(village, query))[other.plural] == {"totalCount": 0, "nodes": []}


@pytest.mark.parametrize("thing", OWNED, ids=lambda thing: thing.name)
async def test_a_cursor_of_elsewhere_only_counts(village, thing):
    """A key of a foreign row returns the village's rows after it, whether that row exists or not."""
    page = "{ nodes { id } totalCount }"
    query = f"query($at: String) {{ a: {thing.plural}(first: 200, after: $at) {page} b: {thing.plural}(last: 200, before: $at) {page} }}"
    for cursor in village.elsewhere[thing.name][:5]:
        found = await ask(village, query, {"at": cursor}, asked=(cursor,))
        seen = [node["id"] for side in "ba" for node in found[side]["nodes"]]
        assert len(seen) == len(set(seen)) and set(seen) == village.here[thing.name]


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_an_export_holds_nothing_of_elsewhere(village, thing):
    for kind in ("csv", "jsonl"):
        headers = village.caller.headers("penghulu", **WHY)
        answer = await village.caller.client.get(f"/export/{thing.plural}.{kind}", headers=headers)
        assert answer.status_code == 200, answer.text
        check(village, answer.text)
        if thing in OWNED:
            assert answer.text.count("\n") == len(village.here[thing.name]) + (kind == "csv")


async def test_a_nik_of_elsewhere_is_nobodys(village):
    found = [await ask(village, f'{{ personByNik(nik: "{int(NUMBER) + n}") {{ id }} }}') for n in range(8)]

    assert found == [{"personByNik": None}] * 8
