"""Cursors: pages over changing data are complete and without duplicates, and a cursor can be neither read nor created."""

from base64 import urlsafe_b64decode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.sql.cursors import open_cursor, seal
from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.conftest import keys_for, opened
from tests.conftest import _own_database

WHY = {"x_purpose": "list"}
HERE, AWAY = "53.15.05.2001", "53.10.01.2001"
VILLAGES = [HERE, "53.15.06.2003", None]
SEXES, WORK = [None, "female", "male"], [None, "farmer", "fisher", "artisan"]
ORDERS = {
    "fullName": lambda row: row["full_name"],
    "birthDate": lambda row: row["birth_date"],
    "sex": lambda row: row["sex"],
    "occupation": lambda row: row["occupation"],
    "decile": lambda row: row["decile"],
    "village: {code": lambda row: row["village_code"],
}


@pytest.fixture(scope="module")
async def office(server, template, sealer):
    """The API over an empty register, and its database."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        keys = await keys_for(engine, ("mabar",))
        async with opened(Settings(api_requests_per_second=1_000_000), url, sealer, keys) as caller:
            yield caller, engine
        await engine.dispose()


def rows():
    facts = {
        "full_name": st.sampled_from(["Ana", "ana", "Bene", "", "Maria Goreti"]),
        "birth_date": st.sampled_from([None, "1980-02-29", "1999-12-31"]),
        "sex": st.sampled_from(SEXES),
        "occupation": st.sampled_from(WORK),
        "decile": st.sampled_from([None, 1, 2]),
        "village_code": st.sampled_from(VILLAGES[:2]),
    }
    return st.fixed_dictionaries(facts)


def orders():
    one = st.tuples(st.sampled_from(sorted(ORDERS)), st.booleans())
    return st.lists(one, min_size=0, max_size=3, unique_by=lambda pair: pair[0])


INSERT = """insert into programme.people (full_name, birth_date, sex, occupation, decile, village_code)
    values (:full_name, cast(cast(:birth_date as text) as date), :sex, :occupation, :decile, :village_code) returning id"""
CHANGE = """update programme.people set full_name = :full_name, birth_date = cast(cast(:birth_date as text) as date), sex = :sex,
    occupation = :occupation, decile = :decile, village_code = :village_code where id = :id"""
END = "update programme.people set village_code = :away where id = :id"


def written(order):
    return ", ".join(f"{{{name}: {'desc' if down else 'asc'}}}" + ("}" if "{" in name else "") for name, down in order)


def expected(people, order):
    """Return the ids in order; a missing value counts as the greatest; equal rows are ordered by id."""
    ids = sorted(people)
    for name, down in reversed(order):
        values = {one: ORDERS[name](people[one]) for one in ids}
        ids.sort(
            key=lambda one, values=values: [values[one] is None, *([] if values[one] is None else [values[one]])],
            reverse=down,
        )
    return ids


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_pages_over_changing_rows_are_complete_and_without_doubles(office, data):
    """Rows that do not change appear once and in order, whatever rows appear, move or end between two pages."""
    caller, engine = office
    people = {}
    async with engine.begin() as connection:
        await connection.execute(text(END.replace("where id = :id", "")), {"id": 0, "away": AWAY})
        for row in data.draw(st.lists(rows(), min_size=1, max_size=9)):
            people[(await connection.execute(text(INSERT), row)).scalar_one()] = row
    order, size, backward = data.draw(orders()), data.draw(st.integers(1, 3)), data.draw(st.booleans())
    by = f", orderBy: [{written(order)}]" if order else ""
    end, way, cursor = ("startCursor", "before", "Previous") if backward else ("endCursor", "after", "Next")
    still, seen, at = dict(people), [], None
    while True:
        given_at = f', {way}: "{at}"' if at else ""
        query = f"""{{ people({"last" if backward else "first"}: {size}{given_at}{by}) {{
            nodes {{ id }} pageInfo {{ {end} has{cursor}Page }} }} }}"""
        page = (await caller.data(query, **WHY))["people"]
        told = [int(node["id"].partition(":")[2]) for node in page["nodes"]]
        seen = told + seen if backward else seen + told
        if not page["pageInfo"][f"has{cursor}Page"]:
            break
        at = page["pageInfo"][end]
        async with engine.begin() as connection:
            for moved in data.draw(st.lists(st.sampled_from(sorted(people)), max_size=2)):
                still.pop(moved, None)
                if data.draw(st.booleans()):
                    await connection.execute(text(END), {"id": moved, "away": AWAY})
                else:
                    await connection.execute(text(CHANGE), data.draw(rows()) | {"id": moved})
            for row in data.draw(st.lists(rows(), max_size=1)):
                await connection.execute(text(INSERT), row)

    assert [one for one in seen if one in still] == expected(still, order)


async def test_a_row_of_the_cursor_that_ended_does_not_end_the_pages(office):
    """Before, the cursor's row was looked up and did not exist, so 3,005 of 3,007 people were lost."""
    caller, engine = office
    async with engine.begin() as connection:
        await connection.execute(text("update programme.people set village_code = :away"), {"away": AWAY})
        for name in ("A", "B", "C", "D", "E"):
            row = {"full_name": name, "birth_date": None, "sex": None, "occupation": None, "decile": None}
            await connection.execute(text(INSERT), row | {"village_code": HERE})
    query = """query($at: String) { people(first: 2, after: $at, orderBy: [{fullName: asc}]) {
        nodes { id fullName } pageInfo { endCursor hasNextPage } } }"""
    first = (await caller.data(query, **WHY))["people"]
    last = first["nodes"][-1]["id"].partition(":")[2]
    async with engine.begin() as connection:
        await connection.execute(text(END), {"id": int(last), "away": AWAY})
    second = (await caller.data(query, {"at": first["pageInfo"]["endCursor"]}, **WHY))["people"]

    assert [node["fullName"] for node in first["nodes"] + second["nodes"]] == ["A", "B", "C", "D"]
    assert second["pageInfo"]["hasNextPage"]


async def test_a_cursor_is_sealed_and_is_the_same_for_the_same_place(office, sealer):
    caller, engine = office
    row = {"full_name": "KENARI", "birth_date": "1907-07-07", "sex": None, "occupation": None, "decile": 1}
    async with engine.begin() as connection:
        found = (await connection.execute(text(INSERT), row | {"village_code": HERE})).scalar_one()
    query = """{ people(filter: {fullName: {eq: "KENARI"}}, orderBy: [{fullName: desc}, {birthDate: asc}, {village: {name: asc}}]) {
        edges { cursor } pageInfo { startCursor endCursor } } }"""
    one, again = [(await caller.data(query, **WHY))["people"] for _ in range(2)]
    cursor = one["edges"][0]["cursor"]
    raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

    assert one == again
    assert one["pageInfo"] == {"startCursor": cursor, "endCursor": cursor}
    assert not any(told in raw for told in (b"KENARI", b"1907", str(found).encode() + b'"'))
    assert open_cursor(cursor, sealer) == [
        "Person fullName desc, birthDate asc, village.name asc", "KENARI", "1907-07-07", "Komodo", str(found)
    ]  # fmt: skip


async def test_without_an_order_the_cursor_is_the_id(office):
    page = (await office[0].data("{ people(first: 2) { edges { cursor node { id } } } }"))["people"]

    assert [edge["cursor"] for edge in page["edges"]] == [edge["node"]["id"] for edge in page["edges"]] != []


@pytest.fixture
async def cursor(office):
    query = "{ people(first: 1, orderBy: [{sex: asc}]) { pageInfo { endCursor } } }"
    return (await office[0].data(query))["people"]["pageInfo"]["endCursor"]


@pytest.mark.parametrize(
    "change",
    [
        lambda cursor: "Person:1",
        lambda cursor: "",
        lambda cursor: "\u00e9",
        lambda cursor: "AA",
        lambda cursor: cursor[:-4],
        lambda cursor: ("B" if cursor[30] != "B" else "C").join((cursor[:30], cursor[31:])),
    ],
    ids=["an id", "nothing", "a letter", "too short", "cut", "changed"],
)
async def test_a_cursor_that_is_none_is_refused(office, cursor, change):
    query = "query($at: String) { people(after: $at, orderBy: [{sex: asc}]) { nodes { id } } }"

    assert await office[0].code(query, {"at": change(cursor)}) == "CURSOR_WRONG"


@pytest.mark.parametrize(
    "query",
    [
        "query($at: String) { people(after: $at, orderBy: [{sex: desc}]) { nodes { id } } }",
        "query($at: String) { people(after: $at, orderBy: [{sex: asc}, {decile: asc}]) { nodes { id } } }",
        "query($at: String) { registryRows(before: $at, orderBy: [{sex: asc}]) { nodes { id } } }",
    ],
)
async def test_a_cursor_of_another_order_or_list_is_refused(office, cursor, query):
    assert await office[0].code(query, {"at": cursor}, **WHY) == "CURSOR_WRONG"


async def test_what_is_sealed_for_another_purpose_is_no_cursor(office, sealer):
    forged = seal(sealer, b'["Person sex asc", "female", "1"]').decode()
    query = "query($at: String) { people(after: $at, orderBy: [{sex: asc}]) { nodes { id } } }"

    assert await office[0].code(query, {"at": forged}) == "CURSOR_WRONG"
    assert sealer.derived("cursor").seal("cursor", "x") != sealer.derived("other").seal("cursor", "x")
