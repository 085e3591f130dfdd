"""Visible rows: the test matrix of openIMIS (districts A, B, none; list, history, filter by village), with additions.

There, officers also see people without a village, and only lists are tested. Here nobody except the owner sees a row without a
region. Every way of reading returns the same rows: list, edges, count, node, nodes, one, nested, filters through relations,
aggregates, history, pages with another's cursor, exports, and mutations.
"""

import json
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api.conftest import keys_for, opened
from tests.conftest import _admin
from tests.money import add_fund
from tests.officers import program_key

A, B = "53.15.05.2001", "53.10.01.2001"
# name → village, group; the N have no known village
SCENE = {"A1": (A, "farmer"), "A2": (A, None), "B1": (B, "farmer"), "N1": (None, "farmer"), "N2": (None, None)}
NIKS = {name: f"531599520385000{number}" for number, name in enumerate(SCENE)}
SEES = {
    "mabar": {"A1", "A2"},
    "manggarai": {"B1"},
    "golo": {"A1", "A2"},
    "ntt": {"A1", "A2", "B1"},
    "labuan": {"A1", "A2"},
    "bpk": {"A1", "A2", "B1"},
    "smeru": {"A1", "A2", "B1"},
}
# further keys: without the right to read people; with the right to act, for every region
SPECIAL = [
    ("blind", "mabar", ["read:money"]),
    *[(f"{agency} acts", agency, ["act:people", "act:ledger", "read:people"]) for agency in SEES],
]


async def settle(connection, sealer):
    """Create the people of the scene, each with a version; return their ids by name."""
    ids = {}
    for name, (village, group) in SCENE.items():
        added = await connection.execute(
            text(
                "insert into programme.people (nik_sealed, full_name, village_code) values (:nik, :name, :village) returning id"
            ),
            {"nik": sealer.seal("nik", NIKS[name]), "name": name, "village": village},
        )
        ids[name] = added.scalar_one()
        if group:
            await connection.execute(
                text(
                    "insert into programme.person_groups (person_id, group_code, village_code) values (:id, :group, :village)"
                ),
                {"id": ids[name], "group": group, "village": village},
            )
    await connection.execute(text("update programme.people set occupation = 'farmer', version = 2"))
    return ids


@pytest.fixture(scope="module")
async def scene(server, template, sealer):
    """Yield the API over the scene, its engine as the owner, and the people's ids and names."""
    name = "jamsos_sight"
    await _admin(server, f"drop database if exists {name}", f"create database {name} template {template}")
    url = server.replace("{database}", name)
    engine = engine_for(url)
    keys = await keys_for(engine)
    async with engine.begin() as connection:
        ids = await settle(connection, sealer)
        await add_fund(connection, "APBD-2026", fiscal_year=2026)
        for key, agency, scopes in SPECIAL:
            keys[key] = await program_key(connection, agency_code=agency, label=key, scopes=scopes)
    async with opened(Settings(api_requests_per_second=1000), url, sealer, keys) as caller:
        yield SimpleNamespace(
            caller=caller, engine=engine, ids=ids, names={f"Person:{key}": name for name, key in ids.items()}
        )
    await engine.dispose()
    await _admin(server, f"drop database {name} with (force)")


# --- ways of asking: each gives the names seen -------------------------------------------------------------------


async def by_list(scene, asker):
    found = await scene.caller.data("{ people(first: 100) { nodes { id } } }", key=asker)
    return {scene.names[node["id"]] for node in found["people"]["nodes"]}


async def by_edges(scene, asker):
    found = await scene.caller.data("{ people(last: 100) { edges { cursor node { id } } } }", key=asker)
    return {scene.names[edge["node"]["id"]] for edge in found["people"]["edges"]}


async def by_small_pages(scene, asker):
    query = (
        "query($after: String) { people(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"
    )
    seen, after = set(), None
    while True:
        page = (await scene.caller.data(query, {"after": after}, key=asker))["people"]
        seen |= {scene.names[node["id"]] for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]


async def by_node(scene, asker):
    query = "query($id: ID!) { node(id: $id) { id } }"
    found = {key: await scene.caller.data(query, {"id": key}, key=asker) for key in scene.names}
    return {scene.names[key] for key, answer in found.items() if answer["node"]}


async def by_nodes(scene, asker):
    found = await scene.caller.data(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [*scene.names]}, key=asker
    )
    assert len(found["nodes"]) == len(scene.names)
    return {scene.names[node["id"]] for node in found["nodes"] if node}


async def by_one(scene, asker):
    query = "query($id: ID!) { person(id: $id) { fullName } }"
    found = {key: await scene.caller.data(query, {"id": key}, key=asker) for key in scene.names}
    return {scene.names[key] for key, answer in found.items() if answer["person"]}


async def by_their_village(scene, asker):
    query = '{ villages(first: 10, filter: {code: {in: ["53.15.05.2001", "53.10.01.2001"]}}) { nodes { people { nodes { id } } } } }'
    found = await scene.caller.data(query, key=asker)
    return {scene.names[node["id"]] for village in found["villages"]["nodes"] for node in village["people"]["nodes"]}


async def by_filter_on_the_person(scene, asker):
    query = "{ people(filter: {occupation: {eq: farmer}}) { nodes { id } } }"
    found = await scene.caller.data(query, key=asker)
    return {scene.names[node["id"]] for node in found["people"]["nodes"]}


async def by_history(scene, asker):
    query = "{ people(first: 100) { nodes { id versions { totalCount nodes { version person { id } } } } } }"
    found = (await scene.caller.data(query, key=asker))["people"]["nodes"]
    assert all(node["versions"]["totalCount"] == len(node["versions"]["nodes"]) > 0 for node in found)
    history = await scene.caller.data("{ personVersions(first: 100) { nodes { person { id } } } }", key=asker)
    return {scene.names[node["person"]["id"]] for node in history["personVersions"]["nodes"]}


async def by_export(scene, asker):
    headers = scene.caller.headers(asker)
    answer = await scene.caller.client.get("/export/people.jsonl", params={"fields": "id"}, headers=headers)
    assert answer.status_code == 200
    return {scene.names[json.loads(line)["id"]] for line in answer.text.splitlines()}


WAYS = [
    by_list,
    by_edges,
    by_small_pages,
    by_node,
    by_nodes,
    by_one,
    by_their_village,
    by_filter_on_the_person,
    by_history,
    by_export,
]


@pytest.mark.parametrize("asker", SEES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_an_asker_sees_their_region_and_nobody_without_one(scene, way, asker):
    assert await way(scene, asker) == SEES[asker]


# --- counts, aggregates, groups, places --------------------------------------------------------------------------


@pytest.mark.parametrize("asker", SEES)
async def test_counts_are_those_of_the_list(scene, asker):
    query = """{ people(first: 1) { totalCount } all: peopleAggregate { count }
        by: peopleAggregate(groupBy: [regency]) { count key { regency { code } } }
        none: people(filter: {village: {code: {startsWith: "53"}}}) { totalCount } }"""

    found = await scene.caller.data(query, key=asker)

    groups = {group["key"]["regency"]["code"]: group["count"] for group in found["by"]}
    expected = {"53.15": len(SEES[asker] & {"A1", "A2"}), "53.10": len(SEES[asker] & {"B1"})}
    assert found["people"]["totalCount"] == found["none"]["totalCount"] == len(SEES[asker])
    assert found["all"] == [{"count": len(SEES[asker])}]
    assert groups == {code: count for code, count in expected.items() if count}


@pytest.mark.parametrize("asker", SEES)
async def test_groups_are_those_of_the_people_seen(scene, asker):
    query = "{ personGroups(first: 10) { totalCount nodes { person { id } } } personGroupsAggregate { count } }"

    found = await scene.caller.data(query, key=asker)

    expected = SEES[asker] & {"A1", "B1"}
    assert {scene.names[node["person"]["id"]] for node in found["personGroups"]["nodes"]} == expected
    assert found["personGroups"]["totalCount"] == len(expected)
    assert found["personGroupsAggregate"] == [{"count": len(expected)}]


@pytest.mark.parametrize("asker", SEES)
async def test_filters_through_relations_see_no_further(scene, asker):
    """The filters select group members, people of district 53.15.05 and of regency 53.10, and inhabited villages."""
    query = """{ grouped: people(filter: {groups: {some: {since: {gt: "2000-01-01T00:00:00Z"}}}}) { nodes { id } }
        here: people(filter: {village: {district: {code: {eq: "53.15.05"}}}}) { nodes { id } }
        there: people(filter: {village: {district: {regency: {code: {eq: "53.10"}}}}}) { nodes { id } }
        homes: villages(filter: {people: {some: {occupation: {eq: farmer}}}}) { nodes { code } } }"""

    found = await scene.caller.data(query, key=asker)

    def names(key):
        return {scene.names[node["id"]] for node in found[key]["nodes"]}

    assert names("grouped") == SEES[asker] & {"A1", "B1"}
    assert names("here") == SEES[asker] & {"A1", "A2"}
    assert names("there") == SEES[asker] & {"B1"}
    assert {home["code"] for home in found["homes"]["nodes"]} == {SCENE[name][0] for name in SEES[asker]}


@pytest.mark.parametrize("asker", SEES)
async def test_nobody_finds_people_without_a_place_by_asking_for_them(scene, asker):
    query = "{ people(filter: {villageCode: {isNull: true}}) { totalCount nodes { id } } }"

    assert (await scene.caller.data(query, key=asker))["people"] == {"totalCount": 0, "nodes": []}


async def test_a_cursor_of_another_region_opens_nothing(scene):
    page = await scene.caller.data("{ people(first: 100) { edges { cursor node { id } } } }", key="bpk")
    cursors = {scene.names[edge["node"]["id"]]: edge["cursor"] for edge in page["people"]["edges"]}
    query = """query($cursor: String) { after: people(first: 9, after: $cursor) { nodes { id } }
        before: people(last: 9, before: $cursor) { nodes { id } } }"""

    found = await scene.caller.data(query, {"cursor": cursors["A1"]}, key="manggarai")

    seen = {scene.names[node["id"]] for side in ("after", "before") for node in found[side]["nodes"]}
    assert seen <= {"B1"}


async def test_what_may_not_be_seen_is_told_like_what_does_not_exist(scene):
    query = "query($id: ID!) { node(id: $id) { id } person(id: $id) { id } }"
    hidden = await scene.caller.post(query, {"id": f"Person:{scene.ids['B1']}"}, key="mabar")
    missing = await scene.caller.post(query, {"id": "Person:999999"}, key="mabar")

    assert hidden.json() == missing.json()


@pytest.mark.parametrize("asker", [None, "blind"])
@pytest.mark.parametrize(
    "query",
    [
        "{ people { nodes { id } } }",
        "{ people { totalCount } }",
        "{ peopleAggregate { count } }",
        "{ villages(first: 1) { nodes { people { totalCount } } } }",
        "{ villages(filter: {people: {some: {occupation: {eq: farmer}}}}) { totalCount } }",
        "{ personGroups { nodes { person { id } } } }",
        '{ node(id: "Person:1") { id } }',
        '{ nodes(ids: ["Person:1"]) { id } }',
    ],
)
async def test_without_the_right_to_read_people_there_are_none(scene, query, asker):
    answer = await scene.caller.run(query, key=asker)

    assert answer["errors"][0]["extensions"]["code"] == "SCOPE_MISSING"
    assert not any(value for value in (answer.get("data") or {}).values() if value != [None])


@pytest.mark.parametrize("asker", [None, "blind"])
async def test_without_the_right_to_read_people_there_is_no_export(scene, asker):
    answer = await scene.caller.client.get("/export/people.csv", headers=scene.caller.headers(asker))

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "SCOPE_MISSING"


@pytest.mark.parametrize("asker", [None, "adrift"])
@pytest.mark.parametrize(
    "query",
    [
        "{ funds { totalCount } }",
        "{ fundsAggregate { count } }",
        "{ offices { nodes { funds { totalCount } } } }",
        "{ offices(filter: {funds: {exists: true}}) { totalCount } }",
        "{ offices(filter: {decrees: {none: {kind: {eq: determination}}}}) { totalCount } }",
        '{ node(id: "Fund:1") { id } }',
        '{ fund(id: "Fund:1") { id } }',
        '{ nodes(ids: ["Fund:1"]) { id } }',
        "{ agencies { totalCount } }",
    ],
)
async def test_without_a_region_what_belongs_to_one_is_refused_and_never_told_as_none(scene, query, asker):
    answer = await scene.caller.run(query, key=asker)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SIGHT_MISSING"]
    assert not any(value for value in (answer.get("data") or {}).values() if value != [None])


async def test_without_a_region_there_is_no_export_either(scene):
    answer = await scene.caller.client.get("/export/funds.csv")

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "SIGHT_MISSING")


async def test_what_belongs_to_everybody_is_answered_without_a_key(scene):
    found = await scene.caller.data(
        "{ provinces { totalCount } contributionRatesAggregate { count } criteriaVersions { totalCount } }", key=None
    )

    assert found["provinces"]["totalCount"] > 0 and found["contributionRatesAggregate"][0]["count"] > 0


# --- acts --------------------------------------------------------------------------------------------------------

RECORD = """mutation($nik: NIK!) { recordLifeEvent(input: {nik: $nik, kind: died, day: "2024-05-01", evidence: "474.3/12"})
    { isNew refusal { code } } }"""


async def count(scene, table):
    async with scene.engine.connect() as connection:
        return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


@pytest.mark.parametrize("asker", SEES)
async def test_an_act_reaches_whom_its_actor_sees_and_nobody_else(scene, asker):
    before = await count(scene, "life_events")

    answers = {
        name: (await scene.caller.data(RECORD, {"nik": nik}, key=f"{asker} acts"))["recordLifeEvent"]
        for name, nik in NIKS.items()
    }

    assert {name for name, answer in answers.items() if answer["refusal"] is None} == SEES[asker]
    assert {answer["refusal"]["code"] for answer in answers.values() if answer["refusal"]} <= {"NIK_UNKNOWN"}
    assert await count(scene, "life_events") == before + sum(bool(answer["isNew"]) for answer in answers.values())


@pytest.mark.parametrize("asker", ["golo", "ntt", "bpk", "smeru", "blind", None])
async def test_an_act_without_its_scope_reaches_nobody(scene, asker):
    before = await count(scene, "life_events")

    for nik in NIKS.values():
        answer = await scene.caller.data(RECORD, {"nik": nik}, key=asker)
        assert answer["recordLifeEvent"]["refusal"] == {"code": "SCOPE_MISSING"}

    assert await count(scene, "life_events") == before


WITHDRAW = """mutation { withdrawLifeEvent(input: {eventId: "LifeEvent:1", reason: "x"}) { refusal { code } } }"""


@pytest.mark.parametrize("asker", ["golo", "ntt", "bpk", "smeru", "blind", None])
async def test_a_withdrawal_without_its_scope_is_refused(scene, asker):
    answer = await scene.caller.data(WITHDRAW, key=asker)

    assert answer["withdrawLifeEvent"]["refusal"] == {"code": "SCOPE_MISSING"}
    assert await count(scene, "life_event_withdrawals") == 0


RECEIVE = """mutation($number: String!) { recordDeposit(input: {fundCode: "APBD-2026", amount: 1000, day: "2026-01-05",
    documentNumber: $number}) { refusal { code } } }"""
REACHES = dict.fromkeys(("mabar", "labuan", "ntt", "bpk", "smeru")) | {"golo": "OUTSIDE_SIGHT"}


@pytest.mark.parametrize("asker", SEES)
async def test_a_public_fund_is_seen_from_below_and_moved_only_from_where_it_lies(scene, asker):
    before = await count(scene, "journal_transactions")

    answer = (await scene.caller.data(RECEIVE, {"number": f"STS-{asker}"}, key=f"{asker} acts"))["recordDeposit"]

    expected = REACHES.get(asker, "FUND_UNKNOWN")
    assert answer["refusal"] == (expected and {"code": expected})
    assert await count(scene, "journal_transactions") == before + (expected is None)
