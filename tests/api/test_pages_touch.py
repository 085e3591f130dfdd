"""The duration of a page reveals nothing about invisible rows: it reads none of them, however many exist.

The test reads the plan that PostgreSQL executed, never a clock: rows removed by a filter are rows that were read.
"""

import pytest
from sqlalchemy import text

from api.mutations import Mutation
from api.operations import AGENCY, Operations
from api.schema.build import build_schema
from api.sql.viewers import viewer_of
from jamsos.access.rules import COMMAND_LINE

SCHEMA = build_schema(Mutation)
OPERATIONS = Operations(SCHEMA._schema, introspection=False)
VILLAGE, ELSEWHERE = "53.15.05.2001", 20_000
# A few people of one village are scattered among many of other villages.
PEOPLE = """
    insert into programme.people (full_name, village_code)
    select 'X', case when n % 500 = 0 then :village else '53.15.06.2001' end from generate_series(1, :count) n
"""
PAGES = {
    "the first page": "{ people(first: 10) { nodes { id village { name } } } }",
    "a page after a cursor": '{ people(first: 10, after: "%s") { nodes { id } } }',
    "the last page": "{ people(last: 10) { nodes { id } } }",
    "by another order": "{ people(first: 10, orderBy: [{version: desc}]) { nodes { id } } }",
    "a filtered page": '{ people(first: 10, filter: {village: {code: {eq: "53.15.06.2001"}}}) { nodes { id } } }',
}


@pytest.fixture
async def crowd(connection):
    """Yield the connection with the region of one village, and the cursor of one of its people."""
    await connection.execute(text(PEOPLE), {"village": VILLAGE, "count": ELSEWHERE})
    await connection.execute(text("analyze programme.people"))
    first = text("select min(id) from programme.people where village_code = :village")
    cursor = (await connection.execute(first, {"village": VILLAGE})).scalar_one()
    await connection.execute(text("set local role jamsos_api"))
    sight = {"first": VILLAGE, "beyond": f"{VILLAGE}~"}
    see = "select set_config('jamsos.sight_from', :first, true), set_config('jamsos.sight_to', :beyond, true)"
    await connection.execute(text(see), sight)
    yield connection, f"Person:{cursor}"
    await connection.execute(text("reset role"))


def compiled(query):
    operation = OPERATIONS.find(query, None, AGENCY)
    found = SCHEMA.compiler.operation(operation.document, operation.node, {}, viewer_of(COMMAND_LINE))
    return found.sql, [take({}) for _, take in found.takes]


async def touched_in_vain(connection, query):
    """Return the numbers of rows of people that were read and removed, and of returned ones."""
    sql, values = compiled(query)
    raw = (await connection.get_raw_connection()).driver_connection
    [(said,)] = await raw.fetch(f"explain (analyze, timing off, format json) {sql}", *values)
    nodes = list(_nodes(said[0]["Plan"]))
    people = [node for node in nodes if node.get("Relation Name") == "people"]
    assert people
    return sum(node.get("Rows Removed by Filter", 0) * node["Actual Loops"] for node in people)


def _nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@pytest.mark.parametrize("query", PAGES.values(), ids=PAGES)
async def test_a_page_touches_no_row_out_of_sight(crowd, query):
    connection, cursor = crowd

    in_vain = await touched_in_vain(connection, query % cursor if "%s" in query else query)

    assert (
        in_vain <= ELSEWHERE // 500
    )  # the village's own people before the cursor, or of another village than requested


async def test_a_hidden_row_is_looked_for_like_one_that_is_not_there(crowd):
    """Both run the same statement and read at most one row of an index."""
    connection, _ = crowd
    hidden, nobody = 'query { person(id: "Person:%s") { id } }', 999_999_999
    other = text("select max(id) from programme.people")
    await connection.execute(text("reset role"))
    there = (await connection.execute(other)).scalar_one() - 1
    await connection.execute(text("set local role jamsos_api"))

    assert compiled(hidden % there)[0] == compiled(hidden % nobody)[0]
    assert await touched_in_vain(connection, hidden % there) <= 1
