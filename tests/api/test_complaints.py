"""Complaints over the API: the office lists those of its region without texts and names; a stranger sees one by its code alone."""

import json
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import Actor
from jamsos.complaints import service
from jamsos.complaints.rules import ComplaintKind, Decision, code_key, due
from jamsos.db import engine_for
from jamsos.months import OFFICE, today
from jamsos.policies import API
from jamsos.settings import Settings
from tests.api.conftest import keys_for, opened
from tests.conftest import _admin
from tests.officers import officer

PUBLIC = Actor(name="public")
WORDS = "Ibu Maria janda."
# the visible complaints of each client: W and E were filed to two regencies
SEES = {
    "mabar": {"W1", "W2"},
    "manggarai": {"E1"},
    "golo": set(),  # a village office does not answer complaints
    "ntt": {"W1", "W2", "E1"},
    "labuan": {"W1", "W2"},
    "bpk": {"W1", "W2", "E1"},
    "smeru": {"W1", "W2", "E1"},
}


async def _settle(engine, sealer):
    """Create W1 (answered and decided in time), W2 and E1 (waiting); return their ids and codes by name."""
    ids, codes = {}, {}
    async with engine.begin() as connection:
        for name, regency in (("W1", "53.15"), ("W2", "53.15"), ("E1", "53.10")):
            codes[name] = await service.file_complaint(
                connection, PUBLIC, sealer, kind=ComplaintKind.other, office_code=regency, words=WORDS, contact="0812"
            )
            found = await connection.execute(text("select max(id) from programme.complaints"))
            ids[name] = found.scalar_one()
        asked = {"complaint_id": ids["W1"]}
        await service.answer(connection, await officer(connection, "Agnes Jelita"), sealer, **asked, words="x")
        await service.decide(
            connection, await officer(connection, "Beni"), sealer, **asked, decision=Decision.upheld, words="x"
        )
    return ids, codes


@pytest.fixture(scope="module")
async def scene(server, template, sealer):
    name = "jamsos_complaints"
    await _admin(server, f"drop database if exists {name}", f"create database {name} template {template}")
    url = server.replace("{database}", name)
    engine = engine_for(url)
    keys = await keys_for(engine)
    ids, codes = await _settle(engine, sealer)
    async with opened(Settings(api_requests_per_second=1000), url, sealer, keys) as caller:
        names = {f"Complaint:{number}": name for name, number in ids.items()}
        yield SimpleNamespace(caller=caller, engine=engine, url=url, ids=ids, codes=codes, names=names)
    await engine.dispose()
    await _admin(server, f"drop database {name} with (force)")


async def by_list(scene, asker):
    found = await scene.caller.data("{ complaints(first: 9) { totalCount nodes { id } } }", key=asker)
    assert found["complaints"]["totalCount"] == len(found["complaints"]["nodes"])
    return {scene.names[node["id"]] for node in found["complaints"]["nodes"]}


async def by_nodes(scene, asker):
    found = await scene.caller.data(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [*scene.names]}, key=asker
    )
    return {scene.names[node["id"]] for node in found["nodes"] if node}


async def by_one(scene, asker):
    query = "query($id: ID!) { complaint(id: $id) { number } }"
    found = {key: await scene.caller.data(query, {"id": key}, key=asker) for key in scene.names}
    assert all(f"Complaint:{a['complaint']['number']}" == key for key, a in found.items() if a["complaint"])
    return {scene.names[key] for key, answer in found.items() if answer["complaint"]}


async def by_filter(scene, asker):
    query = '{ complaints(filter: {office: {code: {startsWith: "53"}}, kind: {eq: other}}) { nodes { id } } }'
    return {scene.names[node["id"]] for node in (await scene.caller.data(query, key=asker))["complaints"]["nodes"]}


async def by_export(scene, asker):
    answer = await scene.caller.client.get(
        "/export/complaints.jsonl", params={"fields": "id"}, headers=scene.caller.headers(asker)
    )
    assert answer.status_code == 200
    return {scene.names[json.loads(line)["id"]] for line in answer.text.splitlines()}


async def by_figures(scene, asker):
    """Check that the counts of each regency equal the visible rows."""
    query = "{ complaintsAggregate(groupBy: [office]) { count key { office { code } } } }"
    found = await scene.caller.data(query, key=asker)
    counts = {each["key"]["office"]["code"]: each["count"] for each in found["complaintsAggregate"]}
    return {name for name in SEES["bpk"] if counts.get({"W": "53.15", "E": "53.10"}[name[0]])}


@pytest.mark.parametrize("asker", SEES)
@pytest.mark.parametrize(
    "way", [by_list, by_nodes, by_one, by_filter, by_export, by_figures], ids=lambda way: way.__name__
)
async def test_an_office_sees_the_complaints_of_its_region(scene, way, asker):
    assert await way(scene, asker) == SEES[asker]


@pytest.mark.parametrize("asker", SEES)
async def test_what_was_done_is_seen_with_its_complaint(scene, asker):
    query = "{ complaintActs(orderBy: [{recordedAt: asc}, {step: asc}]) { nodes { step decision complaint { id } } } }"

    found = (await scene.caller.data(query, key=asker))["complaintActs"]["nodes"]

    done = {(each["step"], each["decision"]) for each in found}
    assert {scene.names[each["complaint"]["id"]] for each in found} == SEES[asker] & {"W1"}
    assert done == ({("answered", None), ("decided", "upheld")} if "W1" in SEES[asker] else set())


async def test_a_list_tells_how_each_stands_to_its_deadline_and_no_words(scene):
    query = """{ complaints(orderBy: [{dueDate: asc}, {number: asc}]) {
        nodes { kind state decision deadline run { id } person { id } acts { nodes { step doneDate } } } } }"""

    found = (await scene.caller.data(query))["complaints"]["nodes"]

    assert [(each["state"], each["decision"], each["deadline"]) for each in found] == [
        ("decided", "upheld", "kept"),
        ("filed", None, "running"),
    ]
    fields = await scene.caller.data(
        '{ a: __type(name: "Complaint") { fields { name } } b: __type(name: "ComplaintAct") { fields { name } } }'
    )
    assert not {"words", "contact", "code", "officer", "filedBy", "recordedBy"} & {
        field["name"] for part in fields.values() for field in part["fields"]
    }


async def test_what_was_upheld_and_not_acted_on_is_asked_for_and_recorded_by_a_key(engine, database_url, sealer):
    keys = await keys_for(engine, ("mabar", "manggarai"))
    ids, codes = await _settle(engine, sealer)
    due = "{ complaints(filter: {remedy: {eq: due}}) { nodes { number state remedy upheldDate remediedDate } } }"
    act = """mutation($number: Int!) { remedyComplaint(input: {number: $number, words: "Sudah ditetapkan."}) {
        isRecorded refusal { code } } }"""
    async with opened(Settings(), database_url, sealer, keys) as caller:
        before = (await caller.data(due))["complaints"]["nodes"]
        beside = (await caller.data(act, {"number": ids["W1"]}, key="manggarai"))["remedyComplaint"]
        not_upheld = (await caller.data(act, {"number": ids["W2"]}))["remedyComplaint"]
        done = (await caller.data(act, {"number": ids["W1"]}))["remedyComplaint"]
        after = (await caller.data(due))["complaints"]["nodes"]
        words = await caller.data(
            "mutation($code: String!) { followComplaint(input: {code: $code}) { steps { step words } } }",
            {"code": codes["W1"]},
            key=None,
        )

    day = today().isoformat()
    waiting = {"number": ids["W1"], "state": "decided", "remedy": "due", "upheldDate": day, "remediedDate": None}
    assert (before, after) == ([waiting], [])
    assert (beside["refusal"]["code"], not_upheld["refusal"]["code"]) == ("NOT_FOUND", "COMPLAINT_STEP_WRONG")
    assert done == {"isRecorded": True, "refusal": None}
    assert words["followComplaint"]["steps"][-1] == {"step": "remedied", "words": "Sudah ditetapkan."}


async def test_a_stranger_lists_nothing(scene):
    assert await scene.caller.code("{ complaints { totalCount } }", key=None) == "SCOPE_MISSING"
    assert await scene.caller.code("{ complaintActs { totalCount } }", key=None) == "SCOPE_MISSING"


@pytest.mark.parametrize(
    ("filed", "decided", "deadline"),
    [
        ("2024-01-01", None, "overdue"),
        ("2024-01-01", "2024-03-01", "kept"),
        ("2024-01-01", "2024-03-02", "missed"),
    ],
)
async def test_a_deadline_is_kept_or_missed_by_its_day(connection, filed, decided, deadline):
    by = await officer(connection)
    await connection.execute(
        text(
            f"""with c as (insert into programme.complaints (code_sha256, kind, office_code, words_sealed, filed_date, due_date, filed_by)
                values ('\\x01', 'other', '53.15', '', '{filed}', '2024-03-01', 'x') returning id)
            insert into programme.complaint_steps (complaint_id, step, decision, officer_id, proof, done_date, recorded_by)
            select id, 'decided', 'upheld', :officer, :proof, cast(:decided as text)::date, 'x'
              from c where cast(:decided as text) is not null"""
        ),
        {"decided": decided, "officer": by.officer_id, "proof": by.proof},
    )

    assert (await connection.execute(text("select deadline from programme.complaint_cases"))).scalar_one() == deadline


# --- the database itself -----------------------------------------------------------------------------------------


async def _seen(connection, sight, code=None):
    await connection.execute(text(f"set local role {API}"))
    await connection.execute(
        text(
            """select set_config('jamsos.sight_from', :first, true), set_config('jamsos.sight_to', :beyond, true),
                      set_config('jamsos.complaint', :code, true)"""
        ),
        {"first": sight[0], "beyond": sight[1], "code": service._hash(code).hex() if code else ""},
    )
    complaints = await connection.execute(text("select id from programme.complaints"))
    steps = await connection.execute(text("select distinct complaint_id from programme.complaint_steps"))
    return set(complaints.scalars()), set(steps.scalars())


async def test_the_database_shows_a_stranger_the_one_complaint_whose_code_was_shown(scene):
    nowhere = ("", "")
    async with scene.engine.connect() as connection:
        assert await _seen(connection, nowhere) == (set(), set())
        assert await _seen(connection, nowhere, "AAAA-BBBB-CCCC") == (set(), set())
        assert await _seen(connection, nowhere, scene.codes["E1"]) == ({scene.ids["E1"]}, set())
        assert await _seen(connection, nowhere, code_key(scene.codes["W1"])) == ({scene.ids["W1"]}, {scene.ids["W1"]})
        assert await _seen(connection, ("53.10", "53.10~")) == ({scene.ids["E1"]}, set())


async def test_a_code_that_was_shown_is_forgotten_with_its_transaction(scene):
    async with scene.engine.connect() as connection:
        async with connection.begin():
            assert await _seen(connection, ("", ""), scene.codes["E1"]) != (set(), set())
        async with connection.begin():
            await connection.execute(text(f"set local role {API}"))
            assert (await connection.execute(text("select count(*) from programme.complaints"))).scalar_one() == 0


async def test_the_database_takes_no_step_from_who_does_not_see_the_complaint(scene):
    async with scene.engine.connect() as connection:
        await _seen(connection, ("53.10", "53.10~"))
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(
                text(
                    """insert into programme.complaint_steps (complaint_id, step, officer_id, proof, done_date, recorded_by)
                       select :id, 'answered', k.officer_id, 'key ' || k.id, '2024-01-01', 'x'
                         from programme.api_keys k where k.officer_id is not null limit 1"""
                ),
                {"id": scene.ids["W2"]},
            )


# --- the past ------------------------------------------------------------------------------------------------------


async def test_a_complaint_is_told_as_it_stood_at_an_instant(caller, engine, sealer):
    async with engine.begin() as connection:
        await service.file_complaint(
            connection, PUBLIC, sealer, kind=ComplaintKind.other, office_code="53.15", words=WORDS
        )
    filed = datetime.now(UTC)
    async with engine.begin() as connection:
        asked = {"complaint_id": 1, "words": "x"}
        await service.answer(connection, await officer(connection, "Agnes Jelita"), sealer, **asked)
        await service.decide(connection, await officer(connection, "Beni"), sealer, **asked, decision=Decision.upheld)
    query = """query($at: DateTime) { complaints(asOf: $at) { nodes { state decision deadline acts { totalCount } } }
        complaintsAggregate(asOf: $at, groupBy: [state]) { count key { state } } }"""

    async def told(at=None):
        found = await caller.data(query, {"at": at and at.isoformat()})
        return [tuple(node.values()) for node in found["complaints"]["nodes"]], [
            (each["key"]["state"], each["count"]) for each in found["complaintsAggregate"]
        ]

    assert await told() == ([("decided", "upheld", "kept", {"totalCount": 2})], [("decided", 1)])
    assert await told(filed) == ([("filed", None, "running", {"totalCount": 0})], [("filed", 1)])
    assert await told(datetime(2020, 1, 1, tzinfo=UTC)) == ([], [])


@pytest.mark.parametrize(("day", "stands"), [(0, "running"), (1, "overdue")])
async def test_a_deadline_stands_as_it_did_on_the_offices_day_of_that_instant(caller, engine, sealer, day, stands):
    async with engine.begin() as connection:
        await service.file_complaint(
            connection, PUBLIC, sealer, kind=ComplaintKind.other, office_code="53.15", words=WORDS
        )
    at = datetime.combine(due(today()), time(23, 59), OFFICE) + timedelta(days=day)
    query = "query($at: DateTime) { complaints(asOf: $at) { nodes { deadline } } }"

    found = await caller.data(query, {"at": at.isoformat()})

    assert found == {"complaints": {"nodes": [{"deadline": stands}]}}


OPEN = """mutation($input: OpenComplaintInput!) { openComplaint(input: $input) {
    words contact steps { step decision words } ranking { rank } refusal { code } } }"""


async def test_the_office_reads_a_complaint_before_it_answers_and_the_trail_knows(scene):
    asked = {"input": {"number": scene.ids["W1"]}}

    found = (await scene.caller.data(OPEN, asked, x_purpose="menjawab"))["openComplaint"]
    elsewhere = (await scene.caller.data(OPEN, asked, key="manggarai", x_purpose="menjawab"))["openComplaint"]
    village = (await scene.caller.data(OPEN, asked, key="golo"))["openComplaint"]

    assert (found["words"], found["contact"], found["ranking"]) == (WORDS, "0812", None)
    assert [(step["step"], step["decision"]) for step in found["steps"]] == [("answered", None), ("decided", "upheld")]
    assert (elsewhere["words"], elsewhere["refusal"]["code"]) == (None, "NOT_FOUND")
    assert (village["words"], village["refusal"]["code"]) == (None, "SCOPE_MISSING")
    async with scene.engine.connect() as connection:
        opened = text("select count(*) from programme.audit_entries where act = 'open_complaint'")
        assert (await connection.execute(opened)).scalar_one() == 1
