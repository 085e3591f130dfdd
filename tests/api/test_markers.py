"""The markers: a client without the right to unmask finds nothing of a masked column in any byte of a response.

Every masked or secret column of every table contains a marker by its data class, so a new column gets one automatically. A client
that sees the whole country, may read everything and states a purpose, but may unmask nothing, queries in every way.
"""

import io
import json
import logging
import re
import zipfile
from base64 import b64decode, urlsafe_b64decode
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import BigInteger, Date, DateTime, Integer, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from api.schema.derived.aggregates import measures
from api.schema.types import ENTITIES
from api.sql.entities import Kind
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind, Scope
from jamsos.data_classes import masked
from jamsos.db import engine_for
from jamsos.settings import Settings
from jamsos.tables import metadata
from tests.api.conftest import opened
from tests.api.operations import FIGURES
from tests.api.world import World, settle
from tests.conftest import _own_database
from tests.officers import program_key
from tests.reports.paper import objects_of

ROOT = Path(__file__).parents[2]
WORD, DAY, NUMBER, SMALL = "KENARI", date(1907, 7, 7), 777_000_777, 7_777
LONG = "7770007770007770"
WHY = {"x_purpose": "curiosity"}
MASKED = {table.fullname: set(masked(table)) for table in metadata.sorted_tables}
# The value of a closed list in masked columns. It is quoted in a response, and occurs nowhere else in this world.
CHOICES = {
    str(list(column.info["choices"])[-1])
    for table in metadata.sorted_tables
    for column in table.columns
    if column.name in MASKED[table.fullname] and "choices" in column.info
}
MARKS = re.compile(
    rf"{WORD}|{WORD.lower()}|{LONG}|(?<![\w.+/-])(?:1907(?!\w)|{NUMBER}|{SMALL}(?!\w))|"
    + "|".join(f'"{value}"' for value in sorted(CHOICES))
)


class Marked(World):
    """The world, with a marker in every masked column of every row."""

    def _row(self, table, number):
        row = super()._row(table, number)
        for column in table.columns:
            if "choices" in column.info and str(row[column.name]) in CHOICES and not self._is_masked(column):
                row[column.name] = next(iter(column.info["choices"]))  # the marker occurs nowhere else
            if self._is_masked(column) and row[column.name] is not None:
                row[column.name] = self._mark(column, row[column.name], number)
        return row

    def _is_masked(self, column):
        return column.name in MASKED[column.table.fullname]

    def _mark(self, column, value, number):
        unique = column.unique or any(column.name in index.columns for index in column.table.indexes if index.unique)
        if "sealed" in column.info:
            return self._sealer.seal(column.info["sealed"], f"{int(LONG) + number}" if unique else LONG)
        if "choices" in column.info:
            return str(list(column.info["choices"])[-1])
        marks = {
            Text: f"{WORD} {number}", DateTime: datetime(*DAY.timetuple()[:3], tzinfo=UTC), Date: DAY, SmallInteger: SMALL,
            BigInteger: NUMBER, Integer: NUMBER, JSONB: {WORD: NUMBER}, LargeBinary: f"{WORD} {number}".encode(), Uuid: value,
        }  # fmt: skip
        return next((mark for kind, mark in marks.items() if isinstance(column.type, kind)), value)


@pytest.fixture(scope="module")
async def stranger(server, template, sealer):
    """Yield the API over the marked world, and a key that may read and do everything except unmask."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        await settle(engine, Marked(sealer, seed=11).make())
        async with engine.begin() as connection:
            for table in metadata.sorted_tables:
                if "id" in table.columns and table.c.id.identity:
                    await connection.exec_driver_sql(
                        f"select setval(pg_get_serial_sequence('{table.fullname}', 'id'), 100000)"
                    )
            asker = {"code": "asing", "name": "Asing", "kind": AgencyKind.auditor, "region_code": "ID"}
            await service.register_agency(connection, COMMAND_LINE, **asker)
            scopes = [scope for scope in Scope if not scope.startswith("unmask:")]
            issued = {"agency_code": "asing", "label": "all"}
            key = await program_key(connection, scopes=scopes, **issued)
            knows = await program_key(connection, scopes=[*Scope], **issued)
        await engine.dispose()
        settings = Settings(api_requests_per_second=100_000, api_cost=10_000_000)
        async with opened(settings, url, sealer, {"asing": key, "knows": knows}) as caller:
            yield caller


def check(text):
    """Check that no marker appears, neither in plain text nor in base64, as in a cursor."""
    assert MARKS.findall(text) == []
    for word in re.findall(r"[A-Za-z0-9_-]{24,}", text):
        raw = urlsafe_b64decode(word + "=" * (-len(word) % 4)) if len(word) % 4 != 1 else b""
        assert WORD.encode() not in raw and LONG.encode() not in raw and b"1907" not in raw


async def ask(stranger, query, variables=None):
    answer = await stranger.post(query, variables, "asing", **WHY)
    assert answer.status_code == 200 and "errors" not in answer.json(), answer.text
    check(answer.text)
    return answer.json()["data"]


def plain(thing):
    return " ".join(["id", *thing.columns])


def whole(thing):
    return (
        f"{plain(thing)} {' '.join(f'{one.name} {{ {plain(ENTITIES[one.target])} }}' for one in thing.ones.values())}"
    )


def is_open(column):
    return column.mask is None


def figures(thing):
    parts = ["count"]
    for function, columns in measures(thing).items():
        names = [column.name for column in columns if is_open(column)]
        names += list(thing.ones) if function == "countDistinct" else []
        parts += [f"{function} {{ {' '.join(names)} }}"] if names and function in FIGURES else []
    return " ".join(parts)


def test_every_masked_column_that_is_asked_is_planted():
    """Otherwise the other tests would find nothing; kinds without space for a marker are named here."""
    asked = {
        (thing.name, column.name)
        for thing in ENTITIES
        for column in thing.columns.values()
        if column.mask and column.kind in (Kind.boolean, Kind.month, Kind.float)
    }

    assert asked == set()
    assert len(CHOICES) >= 3
    assert all(MARKS.search(json.dumps(mark)) for mark in (f"{WORD} 1", "1907-07-07", NUMBER, SMALL, LONG, *CHOICES))


@pytest.mark.parametrize(
    "thing", [one for one in ENTITIES if any(c.mask for c in one.columns.values())], ids=lambda one: one.name
)
async def test_whoever_may_unmask_finds_a_marker_in_each_masked_column(stranger, thing):
    """Otherwise the tests below would find nothing in an empty world."""
    answer = await stranger.data(
        f"{{ all: {thing.plural}(first: 200) {{ nodes {{ {plain(thing)} }} }} }}", key="knows", **WHY
    )
    nodes = answer["all"]["nodes"]
    assert nodes
    for column in thing.columns.values():
        if column.mask:
            assert any(MARKS.search(json.dumps(node[column.name])) for node in nodes), column.name


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_pages_ids_and_cursors_hold_no_marker(stranger, caplog, thing):
    caplog.set_level(logging.DEBUG)
    orders = [column.name for column in thing.columns.values() if column.can_be_ordered and is_open(column)]
    by = f", orderBy: [{', '.join(f'{{{name}: desc}}' for name in orders[:6])}]" if orders else ""
    page = f"{{ totalCount nodes {{ {whole(thing)} }} edges {{ cursor node {{ id }} }} pageInfo {{ startCursor endCursor }} }}"
    past = ', asOf: "2100-01-01T00:00:00Z"' if thing.keeps_its_past else ""
    found = await ask(
        stranger, f"{{ a: {thing.plural}(first: 200) {page} b: {thing.plural}(last: 200{by}{past}) {page} }}"
    )
    ids = [node["id"] for node in found["a"]["nodes"]]
    one = thing.name[0].lower() + thing.name[1:]
    if ids:
        query = f"""query($ids: [ID!]!, $id: ID!) {{ nodes(ids: $ids) {{ id ... on {thing.name} {{ {plain(thing)} }} }}
            {one}(id: $id) {{ {whole(thing)} }} again: {thing.plural}(filter: {{id: {{in: $ids}}}}) {{ nodes {{ id }} }} }}"""
        again = await ask(stranger, query, {"ids": ids, "id": ids[0]})
        assert [node["id"] for node in again["nodes"]] == ids
    for many in thing.collections.values():
        target = ENTITIES[many.target]
        below = f"{many.name}(first: 50) {{ totalCount nodes {{ {plain(target)} }} edges {{ cursor }} }}"
        sums = f"{many.name}Aggregate {{ {figures(target)} }}"
        await ask(stranger, f"{{ {thing.plural}(first: 50) {{ nodes {{ {below} {sums} }} }} }}")
    check(caplog.text)


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_figures_and_groups_hold_no_marker(stranger, thing):
    await ask(stranger, f"{{ all: {thing.plural}Aggregate {{ {figures(thing)} }} }}")
    for grouping in thing.groupings.values():
        shared = f" {{ {plain(ENTITIES[grouping.one.target])} }}" if grouping.one else ""
        by = f"(groupBy: [{grouping.name}]) {{ key {{ {grouping.name}{shared} }} {figures(thing)} }}"
        query = f"{{ all: {thing.plural}Aggregate{by} }}"
        if grouping.mask:
            answer = await stranger.post(query, None, "asing", **WHY)
            assert answer.json()["errors"][0]["extensions"]["code"] == "SCOPE_MISSING"
            check(answer.text)
        else:
            await ask(stranger, query)


def guesses():
    """Return every masked column, in every way of guessing a value."""
    for thing in ENTITIES:
        for column in thing.columns.values():
            if column.mask:
                name, plural = column.name, thing.plural
                ways = (
                    {f"{{ f: {plural}Aggregate {{ countDistinct {{ {name} }} }} }}"}
                    if column.can_be_compared
                    else set()
                )
                if column.can_be_compared:
                    ways |= {f"{{ f: {plural}(filter: {{{name}: {{isNull: false}}}}) {{ totalCount }} }}"}
                if column.can_be_ordered:
                    ways |= {f"{{ f: {plural}(orderBy: [{{{name}: asc}}]) {{ edges {{ cursor }} }} }}"}
                yield from (pytest.param(query, id=query[5:60]) for query in sorted(ways))


@pytest.mark.parametrize("query", list(guesses()))
async def test_no_masked_column_can_be_guessed(stranger, query):
    answer = await stranger.post(query, None, "asing", **WHY)

    assert answer.json()["data"] == {"f": None}
    assert answer.json()["errors"][0]["extensions"]["code"] == "SCOPE_MISSING"
    check(answer.text)


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
async def test_exports_hold_no_marker(stranger, thing):
    for kind in ("csv", "jsonl", "parquet"):
        answer = await stranger.client.get(f"/export/{thing.plural}.{kind}", headers=stranger.headers("asing", **WHY))
        assert answer.status_code == 200, answer.text
        if kind == "parquet":
            check(pl.read_parquet(io.BytesIO(answer.content)).write_ndjson())
            assert WORD.encode() not in answer.content and LONG.encode() not in answer.content
        else:
            check(answer.text)


def unpacked(content):
    """What a file says however it is packed: a PDF's streams, a workbook's parts."""
    if content[:4] == b"%PDF":
        return content + b" ".join(each.get_data() for each in objects_of(content) if hasattr(each, "get_data"))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return b" ".join(parts.read(name) for name in parts.namelist())
    return content


async def given_out(stranger):
    """Each act that hands out a file, with what it is asked for."""
    found = await ask(
        stranger,
        """{ decrees(first: 3) { nodes { number } } selectionRuns(first: 2) { nodes { id } } people(first: 2) { nodes { id } }
            registryLoads(first: 2) { nodes { id } } enrolmentBatches(first: 2) { nodes { id } } }""",
    )
    nodes = {name: [next(iter(node.values())) for node in page["nodes"]] for name, page in found.items()}
    for number in nodes["decrees"]:
        for form in ("csv", "xlsx", "pdf"):
            yield "writeDecreeAnnex", {"number": number, "form": form}
        yield "sendEnrolment", {"decreeNumber": number}
    for batch in nodes["enrolmentBatches"]:
        yield "rewriteEnrolment", {"batchId": batch}
    for load in nodes["registryLoads"]:
        yield "writeRepairWorkbook", {"loadId": load}
    for run in nodes["selectionRuns"]:
        yield "writeSelectionBundle", {"runId": run, "purpose": "kebocoran"}
        for person in nodes["people"]:
            yield "writeSelectionLetter", {"runId": run, "personId": person}


async def test_no_file_that_is_given_out_holds_a_marker(stranger):
    """The annex in each form, the letter, the bundle: to whom they are not due they are refused, or masked in every byte."""
    asked, refused = set(), set()
    async for name, given in given_out(stranger):
        query = f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{
            {name}(input: $input) {{ contentBase64 refusal {{ code message }} }} }}"""
        answer = await stranger.post(query, {"input": given}, "asing", **WHY)
        check(answer.text)
        told = answer.json()
        assert all(error["extensions"]["code"] == "SCOPE_MISSING" for error in told.get("errors", [])), (
            name,
            answer.text,
        )
        found = (told["data"] or {}).get(name) or {}
        if encoded := found.get("contentBase64"):
            content = unpacked(b64decode(encoded))
            assert not [mark for mark in (WORD, WORD.lower(), LONG, "1907-07-07") if mark.encode() in content], name
        else:
            refused.add(name)
        asked.add(name)

    declared = re.findall(
        r"^type (\w+)Payload (?:[^}]|}(?!\n))*?contentBase64", (ROOT / "schema.graphql").read_text(), re.M
    )
    assert {name[0].lower() + name[1:] for name in declared} == asked
    assert refused >= {"writeDecreeAnnex", "writeSelectionLetter", "writeSelectionBundle"}


async def test_an_error_repeats_nothing_that_is_stored(stranger, caplog):
    caplog.set_level(logging.DEBUG)
    for query in (
        '{ people(filter: {fullName: {eq: "x"}}) { nodes { nik } } }',
        '{ personByNik(nik: "7770007770007771") { id } }',
        '{ person(id: "Person:x") { fullName } }',
        "{ people(first: -1) { nodes { fullName } } }",
        '{ selectionManifest(runId: "SelectionRun:1") { document } }',
    ):
        answer = await stranger.post(query, None, "asing", **WHY)
        check(answer.text.replace("7770007770007771", ""))
    check(caplog.text)
