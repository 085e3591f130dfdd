"""Cheap refusals: limits on documents, cost, pages and rates."""

import pytest
from graphql import build_schema, parse

from api.cost import cost_model_of
from api.errors import (
    CostTooHigh,
    IntrospectionOff,
    PageTooLarge,
    QueryTooDeep,
    QueryTooLong,
    TooManyAliases,
    TooManyDirectives,
    TooManyFragments,
    TooManyRepeats,
)
from api.operations import AGENCY, Operations
from jamsos.errors import TooManyRequests
from jamsos.rate_limit import RateLimiter, network_of
from jamsos.settings import Settings
from tests.api.conftest import opened

SCHEMA = build_schema("""
    type Query { people(first: Int, last: Int): PersonConnection! person(id: ID!): Person
        nodes(ids: [ID!]!): [Person]! peopleAggregate(groupBy: [String!]): [PersonAggregate!]! }
    type PersonConnection { totalCount: Int! nodes: [Person!]! edges: [PersonEdge!]! pageInfo: PageInfo! }
    type PersonEdge { cursor: String! node: Person! }
    type PageInfo { hasNextPage: Boolean! }
    type Person { id: ID! name: String village: Village groups: [Group!]! coverages(first: Int): CoverageConnection! }
    type CoverageConnection { nodes: [Coverage!]! }
    type Coverage { month: String fund: Fund }
    type Fund { id: ID! }
    type Village { id: ID! people(first: Int): PersonConnection! }
    type Group { name: String }
    type PersonAggregate { count: Int! key: PersonKey! }
    type PersonKey { village: Village }
""")


def cost(query, page_limit=1000, limit=10**9, **variables):
    document = parse(query)
    return cost_model_of(SCHEMA, document, document.definitions[0]).check(variables, page_limit=page_limit, limit=limit)


def find(query, introspection=True):
    return Operations(SCHEMA, introspection=introspection).find(query, None, AGENCY)


@pytest.mark.parametrize(
    "query, expected",
    [
        ("{ person(id: 1) { name } }", 1),
        ("{ person(id: 1) { village { id } groups { name } } }", 1 + 1 + 10),
        ("{ people(first: 100) { nodes { id } } }", 1 + 100),
        ("{ people(last: 7) { nodes { id } } }", 1 + 7),
        ("{ people { nodes { id } } }", 1 + 25),
        ("{ people(first: 100) { nodes { village { id } } } }", 1 + 100 * 2),
        ("{ people(first: 100) { edges { cursor node { id } } } }", 1 + 100),
        ("{ people(first: 100) { totalCount pageInfo { hasNextPage } } }", 1 + 10 + 1),
        ("{ people(first: 10) { nodes { coverages(first: 12) { nodes { fund { id } } } } } }", 1 + 10 * (1 + 1 + 12 * 2)),
        ("{ nodes(ids: [1, 2, 3]) { village { id } } }", 3 * 2),
        ("{ peopleAggregate(groupBy: []) { count key { village { id } } } }", 100 + 2),
        ("{ a: person(id: 1) { id } b: person(id: 2) { id } }", 2),
        ("{ __typename __schema { types { name } } }", 0),
        ("query($n: Int = 50) { people(first: $n) { nodes { id } } }", 1 + 50),
        ("{ people(first: 3) { ...F } } fragment F on PersonConnection { nodes { ...G } } fragment G on Person { village { id } }",
         1 + 3 * 2),
        ("{ people(first: 3) { ... { nodes { ... on Person { village { id } } } } } }", 1 + 3 * 2),
        ("{ people(first: -5) { nodes { id } } }", 1),
    ],
)  # fmt: skip
def test_a_cost_is_the_number_of_things_asked_for(query, expected):
    assert cost(query) == expected


def test_a_cost_follows_the_variables():
    query = "query($n: Int = 50, $ids: [ID!]!) { people(first: $n) { nodes { id } } nodes(ids: $ids) { id } }"

    assert cost(query, n=200, ids=["a", "b"]) == 1 + 200 + 2
    assert cost(query, ids=[]) == 1 + 50


def test_a_page_and_a_cost_beyond_the_limit_are_refused_by_their_numbers():
    with pytest.raises(PageTooLarge, match="people asks for a page of 1,001; the limit is 1,000"):
        cost("{ people(first: 1001) { nodes { id } } }")
    with pytest.raises(PageTooLarge):
        cost("query($n: Int) { people(first: $n) { nodes { id } } }", n=10**12)
    with pytest.raises(CostTooHigh, match="costs 101; the limit is 100"):
        cost("{ people(first: 100) { nodes { id } } }", limit=100)


def test_fragments_that_double_at_every_level_are_counted_quickly():
    levels = "".join(
        f"fragment F{n} on Person {{ a: village {{ people(first: 1) {{ nodes {{ ...F{n + 1} }} }} }} "
        f"b: village {{ people(first: 1) {{ nodes {{ ...F{n + 1} }} }} }} }} "
        for n in range(60)
    )
    with pytest.raises(CostTooHigh):
        cost("{ person(id: 1) { ...F0 } } " + levels + "fragment F60 on Person { id }", limit=2**60)


def test_a_document_may_be_so_long_deep_and_wide_and_no_more():
    deep = "{ person(id: 1) " + "{ village { people { nodes " * 5 + "{ id }" + " } } }" * 5 + " }"
    with pytest.raises(QueryTooDeep, match="17 levels deep; the limit is 15"):
        find(deep)
    with pytest.raises(QueryTooLong, match="more than 4,000 tokens"):
        find("{ person(id: 1) {" + " id" * 4000 + "} }")
    with pytest.raises(TooManyAliases, match="51 aliases; the limit is 50"):
        find("{ person(id: 1) {" + " ".join(f"a{n}: id" for n in range(51)) + "} }")
    with pytest.raises(TooManyDirectives, match="51 directives"):
        find("{ person(id: 1) { id" + " @include(if: true)" * 51 + "} }")
    with pytest.raises(TooManyFragments, match="51 times; the limit is 50"):
        find("{ person(id: 1) {" + " ...F" * 51 + "} } fragment F on Person { id }")
    with pytest.raises(TooManyRepeats, match="village is requested 6 times in one place; the limit is 5"):
        find(
            "{ person(id: 1) {"
            + " village { id }" * 3
            + " ... { village { id } } ... on Person { id village { id } village { id } } } }"
        )
    with pytest.raises(IntrospectionOff):
        find("{ ...F } fragment F on Query { ... { __schema { types { name } } } }", introspection=False)


def test_depth_is_counted_through_fragments():
    spread = "fragment A on Person { village { people { nodes { ...B } } } } fragment B on Person { village { people { nodes { id } } } }"
    with pytest.raises(QueryTooDeep):
        find(
            "{ person(id: 1) { village { people { nodes { village { people { nodes { village { people { nodes { ...A } } } } } } } } } } }"
            + spread
        )
    assert find("{ person(id: 1) { ...A } } " + spread)


def test_a_bucket_holds_ten_seconds_of_requests_and_fills_again():
    now = [0.0]
    rates = RateLimiter(2, clock=lambda: now[0])
    for _ in range(20):
        rates.take("mabar")
    with pytest.raises(TooManyRequests, match="in 1 seconds"):
        rates.take("mabar")
    rates.take("ntt")

    now[0] = 0.5
    rates.take("mabar")
    with pytest.raises(TooManyRequests):
        rates.take("mabar")


async def test_the_cost_is_told_beside_the_data(caller):
    answer = await caller.run("{ __typename }")

    assert answer["extensions"] == {"cost": {"requested": 0, "limit": 100_000}}


async def test_an_asker_who_asks_too_often_is_told_when_to_come_back(database_url, sealer, keys):
    async with opened(Settings(api_requests_per_second=1), database_url, sealer, keys) as caller:
        codes = [(await caller.post("{ __typename }", key="ntt")).status_code for _ in range(10)]
        refused = await caller.post("{ __typename }", key="ntt")

        assert codes == [200] * 10
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert (await caller.post("{ __typename }", key="mabar")).status_code == 200


async def test_guessing_keys_is_slowed_by_address(database_url, sealer):
    async with opened(Settings(api_requests_per_second=1), database_url, sealer, {}) as caller:
        statuses = [(await caller.post("{ __typename }", key=f"jms_guess_{n}")).status_code for n in range(12)]

        assert statuses == [401] * 10 + [429] * 2


@pytest.mark.parametrize(
    "host, network",
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::1:2", "2001:db8::/64"), ("nothing:", "nothing:"), ("x" * 100, "x" * 64)],
)
def test_an_asker_is_told_apart_by_a_network_of_ipv6_and_an_address_of_ipv4(host, network):
    assert network_of(host) == network
