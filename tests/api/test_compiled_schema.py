"""Compiled queries: exact results for the query language, refusals in their positions, the past, and rows in payloads."""

from datetime import UTC, date, datetime

import pytest
import strawberry
from sqlalchemy import text

from api.compiled_schema import ref
from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.build import build_schema
from api.schema.types.people import Person
from api.schema.types.selection import Decree
from jamsos.access.rules import Scope
from jamsos.settings import Settings
from tests import money
from tests.api.conftest import opened

VILLAGE = "53.15.05.2001"


@pytest.fixture
async def people(caller, engine):
    """Create five people of one village: w1 … w5."""
    async with engine.begin() as connection:
        for number in range(1, 6):
            await connection.execute(
                text("insert into programme.people (full_name, village_code, sex) values (:n, :v, :s)"),
                {"n": f"w{number}", "v": VILLAGE, "s": "female" if number % 2 else "male"},
            )
    return [f"Person:{number}" for number in range(1, 6)]


# --- the language ------------------------------------------------------------------------------------------------


async def test_keys_come_in_the_order_they_were_asked_in(caller, people):
    query = """query($yes: Boolean = true) { z: __typename person(id: "Person:1") { sex ...F id @skip(if: $yes) b: id @include(if: $yes) } }
        fragment F on Node { __typename a: id }"""
    answer = (await caller.post(query, key="mabar")).text

    assert answer.startswith(
        '{"data":{"z":"Query","person":{"sex":"female","__typename":"Person","a":"Person:1","b":"Person:1"}}'
    )


async def test_an_object_of_which_nothing_is_wanted_is_empty(caller, people):
    query = """{ person(id: "Person:1") { id @skip(if: true) village { name @skip(if: true) } }
        people(first: 1) { nodes { id @skip(if: true) } } }"""

    assert await caller.data(query) == {"person": {"village": {}}, "people": {"nodes": [{}]}}


async def test_fields_of_one_key_are_merged(caller, people):
    query = '{ person(id: "Person:1") { village { code } ...F } } fragment F on Person { village { name } sex }'

    assert await caller.data(query) == {"person": {"village": {"code": VILLAGE, "name": "Komodo"}, "sex": "female"}}


async def test_an_alias_longer_than_the_database_takes_is_refused(caller, people):
    assert await caller.data(f"{{ {'a' * 63}: __typename }}") == {"a" * 63: "Query"}
    assert await caller.code(f'{{ person(id: "Person:1") {{ {"a" * 64}: id }} }}') == "ALIAS_TOO_LONG"


async def test_a_key_that_is_a_word_of_sql_is_a_key(caller, people):
    query = '{ select: person(id: "Person:1") { t1: village { o: code r: name } null: id } }'

    assert await caller.data(query) == {"select": {"t1": {"o": VILLAGE, "r": "Komodo"}, "null": "Person:1"}}


async def test_a_value_is_never_sql(caller, people):
    for value in ("'; drop table programme.people; --", "$1", '"', "\\", "%", "{t}"):
        data = await caller.data(
            "query($v: String!) { villages(filter: {name: {eq: $v}}) { totalCount } }", {"v": value}
        )
        assert data == {"villages": {"totalCount": 0}}
    assert (await caller.data("{ people { totalCount } }"))["people"]["totalCount"] == 5


# --- refusals ----------------------------------------------------------------------------------------------------


async def test_a_refused_root_field_is_null_and_the_others_are_answered(caller, people):
    answer = await caller.run(
        '{ people { totalCount } bad: people(filter: {}) { totalCount } worse: person(id: "x") { id } }'
    )

    assert answer["data"] == {"people": {"totalCount": 5}, "bad": None, "worse": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["bad"], "FILTER_EMPTY"),
        (["worse"], "ID_MALFORMED"),
    ]
    assert answer["errors"][0]["locations"] == [{"line": 1, "column": 25}]


async def test_where_a_refused_root_field_cannot_be_null_there_is_no_data(caller, people):
    answer = await caller.run(
        '{ people { totalCount } nodes(ids: ["Person:1"]) { ... on Person { groups(filter: {}) { totalCount } } } }'
    )

    assert answer["data"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [(["nodes"], "FILTER_EMPTY")]


@pytest.mark.parametrize(
    "field, code",
    [
        ("people(filter: {}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {village: {}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {village: {district: {}}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {sex: {}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {sex: null}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {sex: {eq: null}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {and: []}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {or: [{}]}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {not: {}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {groups: {}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {groups: {some: {}}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {groups: {some: null}}) { totalCount }", "FILTER_EMPTY"),
        ("people(filter: {id: {}}) { totalCount }", "FILTER_EMPTY"),
        ("peopleAggregate(filter: {}) { count }", "FILTER_EMPTY"),
        ('people(filter: {id: {eq: "Village:1"}}) { totalCount }', "ID_MALFORMED"),
        ('people(filter: {id: {in: ["Person:1", "Person:x"]}}) { totalCount }', "ID_MALFORMED"),
        ('people(after: "Person:99999999999999999999") { totalCount }', "ID_MALFORMED"),
        ('people(before: "") { totalCount }', "ID_MALFORMED"),
        ('node(id: "Nobody:1") { id }', "ID_MALFORMED"),
        ('coverageMonth(id: "CoverageMonth:1:2024-13") { id }', "ID_MALFORMED"),
        ('village(id: "Village:\\u0000") { id }', "ID_MALFORMED"),
        ("people(first: 1, last: 1) { totalCount }", "PAGE_BOTH_WAYS"),
        ("people(first: -1) { totalCount }", "PAGE_NEGATIVE"),
        ("people(last: -1) { totalCount }", "PAGE_NEGATIVE"),
        ('villages(filter: {name: {eq: "\\u0000"}}) { totalCount }', "TEXT_MALFORMED"),
    ],
)
async def test_a_field_that_cannot_be_answered_says_why(caller, people, field, code):
    assert await caller.code(f"{{ x: {field} }}") == code


@pytest.mark.parametrize(
    "declared, field, value, code",
    [
        ("$v: PersonFilter", "people(filter: $v) { totalCount }", {}, "FILTER_EMPTY"),
        ("$v: PersonFilter", "people(filter: $v) { totalCount }", {"sex": {"eq": None}}, "FILTER_EMPTY"),
        ("$v: Sex", "people(filter: {sex: {eq: $v}}) { totalCount }", None, "FILTER_EMPTY"),
        ("$v: Int", "people(first: $v) { nodes { id } }", -1, "PAGE_NEGATIVE"),
        ("$v: String", "people(after: $v) { nodes { id } }", "x", "ID_MALFORMED"),
        ("$v: ID!", "node(id: $v) { id }", "Person:x", "ID_MALFORMED"),
        ("$v: ID = \"Person:1\"", "node(id: $v) { id }", None, "BAD_USER_INPUT"),
        ("$v: [ID!]!", "nodes(ids: $v) { id }", ["Person:1", "?"], "ID_MALFORMED"),
        ("$v: String!", "villages(filter: {name: {contains: $v}}) { totalCount }", "\x00", "TEXT_MALFORMED"),
        ("$v: Month!", "coverageMonths(filter: {month: {eq: $v}}) { totalCount }", "2024-13", "BAD_USER_INPUT"),
        ("$v: Rupiah!", "funds(filter: {bills: {some: {amount: {eq: $v}}}}) { totalCount }", 2**53 + 1, "BAD_USER_INPUT"),
        ("$v: DateTime!", "decrees(asOf: $v) { totalCount }", "2024-01-01T00:00:00", "BAD_USER_INPUT"),
        ("$v: PersonOrder!", "people(orderBy: [$v]) { totalCount }", {}, "BAD_USER_INPUT"),
        ("$v: PersonOrder!", "people(orderBy: [$v]) { totalCount }", {"sex": "asc", "occupation": "asc"}, "BAD_USER_INPUT"),
    ],
)  # fmt: skip
async def test_a_variable_that_cannot_be_used_says_why(caller, people, declared, field, value, code):
    assert await caller.code(f"query({declared}) {{ {field} }}", {"v": value}) == code


async def test_a_variable_that_is_not_given_is_as_if_it_were_not_written(caller, people):
    query = """query($f: PersonFilter, $o: [PersonOrder!], $n: Int, $a: String) {
        people(filter: $f, orderBy: $o, first: $n, after: $a) { totalCount nodes { id } } }"""

    assert (await caller.data(query))["people"] == {"totalCount": 5, "nodes": [{"id": one} for one in people]}
    assert await caller.data(query, {"f": None, "o": None, "n": None, "a": None}) == await caller.data(query)


async def test_a_class_of_data_needs_its_scope(caller, people):
    money_only = await caller.run('{ people { totalCount } regency(id: "Regency:53.15") { name } }', key=None)

    assert money_only["data"] == {"people": None, "regency": {"name": "Kabupaten Manggarai Barat"}}
    assert money_only["errors"][0]["extensions"] == {"code": "SCOPE_MISSING", "fields": {"scope": "read:people"}}
    assert await caller.code("{ funds { totalCount } }", key="golo") == "SCOPE_MISSING"
    assert await caller.code("{ villages { nodes { people { totalCount } } } }", key=None) == "SCOPE_MISSING"
    assert (
        await caller.code("{ villages(filter: {people: {some: {sex: {eq: male}}}}) { totalCount } }", key=None)
        == "SCOPE_MISSING"
    )
    assert await caller.code("{ auditEntries { totalCount } }", key="ntt") == "SCOPE_MISSING"
    assert await caller.code('{ node(id: "Person:1") { id } }', key=None) == "SCOPE_MISSING"


# --- pages -------------------------------------------------------------------------------------------------------


async def pages(caller, query, size):
    """Return every page forwards, then every page backwards, and the same rows at once."""
    whole = (await caller.data(f"{{ {query('first: 1000')} }}"))["page"]["nodes"]
    found, cursor = [], None
    while True:
        given = f"first: {size}" + (f', after: "{cursor}"' if cursor else "")
        page = (await caller.data(f"{{ {query(given)} }}"))["page"]
        found.append(page["nodes"])
        assert page["pageInfo"]["hasPreviousPage"] is (cursor is not None)
        if not page["pageInfo"]["hasNextPage"]:
            break
        cursor = page["pageInfo"]["endCursor"]
    back, cursor = [], None
    while True:
        given = f"last: {size}" + (f', before: "{cursor}"' if cursor else "")
        page = (await caller.data(f"{{ {query(given)} }}"))["page"]
        back.insert(0, page["nodes"])
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        cursor = page["pageInfo"]["startCursor"]
    return whole, found, back


@pytest.mark.parametrize(
    "order",
    ["", "orderBy: [{sex: desc}]", "orderBy: [{sex: asc}, {village: {name: desc}}]", "orderBy: [{occupation: desc}]"],
)
async def test_pages_one_after_the_other_are_the_whole(caller, people, order):
    def query(given):
        return f"page: people({given} {order}) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"

    whole, forward, backward = await pages(caller, query, 2)

    assert len(whole) == 5
    assert [ref for page in forward for ref in page] == whole == [ref for page in backward for ref in page]
    assert [len(page) for page in forward] == [2, 2, 1]


async def test_a_page_stays_right_when_others_come(caller, people, engine):
    query = """query($after: String) { people(first: 2, after: $after, orderBy: [{sex: asc}]) {
        nodes { id } pageInfo { endCursor } } }"""
    first = (await caller.data(query))["people"]
    async with engine.begin() as connection:
        await connection.execute(
            text("insert into programme.people (full_name, village_code, sex) values ('new', :v, 'female')"),
            {"v": VILLAGE},
        )
    second = (await caller.data(query, {"after": first["pageInfo"]["endCursor"]}))["people"]

    assert [ref["id"] for ref in first["nodes"] + second["nodes"]] == ["Person:1", "Person:3", "Person:5", "Person:6"]


# --- figures -----------------------------------------------------------------------------------------------------


async def test_a_table_of_figures_is_one_question(caller, people):
    query = """{ peopleAggregate(groupBy: [regency, sex]) {
        key { regency { name } sex village { name } } count countDistinct { village sex } } }"""

    assert (await caller.data(query))["peopleAggregate"] == [
        {
            "key": {"regency": {"name": "Kabupaten Manggarai Barat"}, "sex": sex, "village": None},
            "count": count,
            "countDistinct": {"village": 1, "sex": 1},
        }
        for sex, count in (("female", 3), ("male", 2))
    ]


async def test_figures_over_nothing(caller, people):
    query = """{ all: claimsAggregate { count sum { amount } avg { amount } max { paidDate } countDistinct { person } }
        by: claimsAggregate(groupBy: [kind]) { count } }"""

    assert await caller.data(query) == {
        "all": [
            {
                "count": 0,
                "sum": {"amount": None},
                "avg": {"amount": None},
                "max": {"paidDate": None},
                "countDistinct": {"person": 0},
            }
        ],
        "by": [],
    }


# --- the past ----------------------------------------------------------------------------------------------------


async def test_a_fund_is_told_as_it_was_recorded_at_an_instant(caller, engine):
    async with engine.begin() as connection:
        await money.add_fund(connection)
    between = []
    for number, amount in enumerate((201_600_000, 570_326_400), 1):
        async with engine.begin() as connection:
            await money.receive(connection, amount, number=f"STS-{number}", day=date(2024, number, 1))
        between.append(datetime.now(UTC).isoformat())
    query = """query($at: DateTime) { fundBalances(asOf: $at, filter: {account: {eq: cash}}) { nodes { balance } }
        documents(asOf: $at) { totalCount } fund(id: "Fund:1", asOf: $at) { transactions { totalCount }
        balances(filter: {account: {eq: cash}}) { nodes { balance } } } }"""

    def told(balances, count):
        rows = [{"balance": balance} for balance in balances]
        return {
            "fundBalances": {"nodes": rows},
            "documents": {"totalCount": count},
            "fund": {"transactions": {"totalCount": count}, "balances": {"nodes": rows}},
        }

    assert await caller.data(query) == told([771_926_400], 2)
    assert await caller.data(query, {"at": between[1]}) == told([771_926_400], 2)
    assert await caller.data(query, {"at": between[0]}) == told([201_600_000], 1)
    assert (await caller.data(query, {"at": "2020-01-01T00:00:00Z"}))["fund"] is None


# --- rows in payloads --------------------------------------------------------------------------------------------


@strawberry.type
class MarryPayload(Payload):
    one: Person | None = None
    other: Person | None = None
    both: list[Person] | None = None
    decree: Decree | None = None


@strawberry.type
class Mutation:
    @mutation(Scope.act_people)
    async def marry(self, info: Info, ids: list[int]) -> MarryPayload:
        """Change a person and return the result."""
        await info.context.connection.execute(
            text("update programme.people set marital_status = 'married', full_name = 'M' where id = any(:ids)"),
            {"ids": ids},
        )
        return MarryPayload(one=ref(Person, ids[0]), other=ref(Person, ids[-1]), both=[ref(Person, one) for one in ids])


@pytest.fixture
async def acting(database_url, keys, sealer, people):
    async with opened(Settings(), database_url, sealer, keys, build_schema(Mutation)) as caller:
        yield caller


async def test_a_payload_shows_rows_as_the_act_left_them(acting, engine):
    query = """mutation($first: Int) { marry(ids: [1, 2]) { refusal { code } decree { number }
        one { ...P village { name people(first: $first) { totalCount edges { node { id __typename } } } } }
        other { ...P } both { id ... on Node { __typename } } } } fragment P on Person { id fullName }"""
    data = await acting.data(query, {"first": 1}, x_purpose="wedding")

    assert data["marry"] == {
        "refusal": None,
        "decree": None,
        "one": {
            "id": "Person:1",
            "fullName": "M",
            "village": {
                "name": "Komodo",
                "people": {"totalCount": 5, "edges": [{"node": {"id": "Person:1", "__typename": "Person"}}]},
            },
        },
        "other": {"id": "Person:2", "fullName": "M"},
        "both": [{"id": "Person:1", "__typename": "Person"}, {"id": "Person:2", "__typename": "Person"}],
    }
    async with engine.begin() as connection:
        noted = await connection.execute(
            text("select subject_ids, purpose from programme.audit_entries where act = 'read_unmasked' order by id")
        )
        assert sorted(map(tuple, noted)) == [([1], "wedding"), ([2], "wedding")]


async def test_a_payload_that_may_not_be_shown_undoes_the_act(acting, engine, keys):
    query = "{ people(filter: {maritalStatus: {eq: married}}) { totalCount } }"
    answer = await acting.run("mutation { marry(ids: [1]) { one { id candidacies(filter: {}) { totalCount } } } }")

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "FILTER_EMPTY"
    assert await acting.data(query, x_purpose="test") == {"people": {"totalCount": 0}}


async def test_introspection_beside_a_query_takes_the_ordinary_way_to_the_same_answer(caller, people):
    query = """{ %s a: people(first: 2, orderBy: [{sex: desc}]) { totalCount pageInfo { endCursor hasNextPage } edges { cursor node { id sex
        village { name } } } } b: node(id: "Person:1") { __typename id ... on Person { n: fullName birthDate } }
        c: nodes(ids: ["Person:2", "Village:53.15.05.2001", "Person:99"]) { __typename ... on Village { name } }
        d: coverageMonthsAggregate(groupBy: [month]) { count key { month } sum { amount } } }"""
    plain, beside = await caller.data(query % ""), await caller.data(query % "s: __schema { queryType { name } }")

    assert beside.pop("s") == {"queryType": {"name": "Query"}}
    assert beside == plain


async def test_a_refusal_beside_introspection_stands_in_its_place(caller, people):
    answer = await caller.run(
        "{ __schema { queryType { name } } people { totalCount } bad: people(filter: {}) { totalCount } }"
    )

    assert answer["data"] == {"__schema": {"queryType": {"name": "Query"}}, "people": {"totalCount": 5}, "bad": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [(["bad"], "FILTER_EMPTY")]


async def test_variables_reach_what_the_ordinary_executor_fetches(caller, people):
    query = """query($id: ID!, $first: Int, $with: Boolean!) { %s person(id: $id) { sex village { people(first: $first)
        { nodes { id } } } fullName @include(if: $with) } }"""
    given = {"id": "Person:1", "first": 1, "with": False}
    plain = await caller.data(query % "", given)
    beside = await caller.data(query % "__schema { queryType { name } }", given)

    assert beside.pop("__schema") == {"queryType": {"name": "Query"}}
    assert beside == plain
    assert len(plain["person"]["village"]["people"]["nodes"]) == 1


async def test_one_foreign_id_among_many_is_told_at_its_place_and_the_others_are_answered(caller, people):
    ids = ["Person:1", "Nobody:1", "Person:x", "AuditEntry:1", "Person:999"]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    told = [(["nodes", 1], "ID_MALFORMED"), (["nodes", 2], "ID_MALFORMED"), (["nodes", 3], "SCOPE_MISSING")]
    for beside in ("", "__schema { queryType { name } }"):
        answer = await caller.run(query.replace("nodes(", f"{beside} nodes("), {"ids": ids}, key="ntt")

        assert answer["data"]["nodes"] == [{"id": "Person:1"}, None, None, None, None]
        assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == told


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("villageExists: true", 5),
        ("villageExists: false", 0),
        ("mergedIntoExists: true", 0),
        ("groups: {exists: false}", 5),
        ("groups: {exists: true}", 0),
        ("not: {groups: {exists: true}}", 5),
    ],
)
async def test_rows_are_chosen_by_whether_a_relation_leads_somewhere(caller, people, given, found):
    assert (await caller.data(f"{{ people(filter: {{{given}}}) {{ totalCount }} }}"))["people"]["totalCount"] == found
