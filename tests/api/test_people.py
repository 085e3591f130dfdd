"""Registers and people by mutation: the same acts as on the command line, with the region of the client."""

import json
from base64 import b64decode
from datetime import timedelta

import fastexcel
import pytest
import xlsxwriter
from sqlalchemy import text

from tests.extracts import register

MARIA = "5315994505850001"
LOAD = """mutation ($input: LoadExtractInput!) { loadExtract(input: $input) {
    loadId rowsReceived rowsKept rowsRejected rowsUnchanged repairedLoadId
    defects { defect count } refusal { code message fields { name value } } } }"""
MATCH = """mutation { matchPeople(input: {officeCode: "53.15"}) {
    rowsByNik peopleNew peopleChanged waiting reviewsNew refusal { code } } }"""
EVENTS = """mutation ($input: LoadLifeEventsInput!) { loadLifeEvents(input: $input) {
    recorded known unknownLines refusal { code message } } }"""
EVENT = """mutation ($nik: NIK!) { recordLifeEvent(input: {nik: $nik, kind: moved, day: "2025-01-02", evidence: "Surat 1"}) {
    isNew refusal { code } } }"""


async def send(caller, query, path, key="mabar", **given):
    operations = {"query": query, "variables": {"input": {"file": None} | given}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
    headers = caller.headers(key, x_jamsos_upload="1")
    answer = await caller.client.post(
        "/graphql", data=form, files={"0": (path.name, path.read_bytes())}, headers=headers
    )
    [payload] = answer.json()["data"].values()
    return payload


async def load(caller, path, key="mabar", **changed):
    given = {"source": "dtks", "asOf": "2023-11-30", "officeCode": "53.15"} | changed
    return await send(caller, LOAD, path, key, **given)


async def count(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


@pytest.fixture
async def loaded(caller, tmp_path):
    await load(caller, register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"}))
    return caller


async def test_a_register_is_loaded_and_tells_its_defects(caller, engine, tmp_path):
    path = register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"})

    answer = await load(caller, path)

    assert answer == {
        "loadId": "RegistryLoad:1", "rowsReceived": 2, "rowsKept": 1, "rowsRejected": 1,
        "rowsUnchanged": None, "repairedLoadId": None,
        "defects": [{"defect": "nik_scientific", "count": 1}], "refusal": None,
    }  # fmt: skip
    assert await count(engine, "registry_rows") == 1


TRY = """mutation ($input: LoadExtractInput!) { loadExtract(input: $input) {
    loadId rowsKept sheet headerLine columns { label header } defects { defect lines } refusal { code } } }"""


async def test_a_dry_run_tells_how_the_file_is_read_and_where_it_is_wrong_and_keeps_nothing(caller, engine, tmp_path):
    path = register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"})
    answer = await send(caller, TRY, path, source="dtks", asOf="2023-11-30", officeCode="53.15", isDryRun=True)

    assert (answer["loadId"], answer["rowsKept"], answer["refusal"]) == (None, 1, None)
    assert (answer["sheet"], answer["headerLine"]) == (None, 1)
    assert answer["defects"] == [{"defect": "nik_scientific", "lines": [3]}]
    assert {"label": "NIK", "header": "nik_art"} in answer["columns"]
    assert await count(engine, "registry_rows") == 0


ALIASES = """mutation ($input: LoadVillageAliasesInput!) { loadVillageAliases(input: $input) {
    count refusal { code message } } }"""
USED = (
    """{ registryAliasUses { nodes { rowCount load { id } alias { name village { code } recordedBy regulation } } } }"""
)


async def test_other_names_of_villages_are_recorded_used_by_the_next_load_and_asked_for(caller, tmp_path):
    path = tmp_path / "nama.csv"
    path.write_text("nama,kode_desa,sumber\nPulau Komodo,53.15.05.2001,Perda 5/2011\n")
    register(tmp_path / "dtks.csv", "dtks", {"kode_desa": "", "nama_desa": "PULAU KOMODO"})

    recorded = await send(caller, ALIASES, path, regencyCode="53.15")
    elsewhere = await send(caller, ALIASES, path, key="manggarai", regencyCode="53.15")
    load_answer = await load(caller, tmp_path / "dtks.csv")

    assert recorded == {"count": 1, "refusal": None}
    assert elsewhere["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert load_answer["defects"] == [{"defect": "village_by_alias", "count": 1}]
    [use] = (await caller.data(USED, key="mabar"))["registryAliasUses"]["nodes"]
    assert (use["rowCount"], use["load"]["id"]) == (1, load_answer["loadId"])
    assert use["alias"]["name"] == "Pulau Komodo"
    assert use["alias"]["village"] == {"code": "53.15.05.2001"}
    assert (await caller.data(USED, key="manggarai"))["registryAliasUses"]["nodes"] == []


async def test_the_same_file_again_is_a_refusal_that_names_the_file(loaded, engine, tmp_path):
    answer = await load(loaded, tmp_path / "dtks.csv")

    assert answer["refusal"]["code"] == "EXTRACT_KNOWN"
    assert {"name": "file", "value": "dtks.csv"} in answer["refusal"]["fields"]
    assert await count(engine, "registry_loads") == 1


async def test_a_register_of_another_regency_is_outside_the_actors_sight(caller, engine, tmp_path):
    answer = await load(caller, register(tmp_path / "dtks.csv", "dtks"), key="manggarai")

    assert answer["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert await count(engine, "registry_rows") == 0


async def test_who_has_no_scope_loads_nothing(caller, engine, tmp_path):
    answer = await load(caller, register(tmp_path / "dtks.csv", "dtks"), key="ntt")

    assert answer["refusal"]["code"] == "SCOPE_MISSING"
    assert await count(engine, "registry_loads") == 0


async def test_a_village_sees_since_when_its_rows_are_known_and_not_the_file(loaded, engine):
    async with engine.connect() as connection:
        at = (await connection.execute(text("select loaded_at from programme.registry_loads"))).scalar_one()
    query = """query($at: DateTime!) { registryRows(asOf: $at) { totalCount nodes { load { id } } }
        registryRejects(asOf: $at) { totalCount } registryLoads(asOf: $at) { totalCount } }"""
    before = (at - timedelta(microseconds=1)).isoformat()

    assert await loaded.data(query, {"at": at.isoformat()}, key="golo") == {
        "registryRows": {"totalCount": 1, "nodes": [{"load": None}]},
        "registryRejects": {"totalCount": 1},
        "registryLoads": {"totalCount": 0},
    }
    assert (await loaded.data(query, {"at": before}, key="golo"))["registryRows"] == {"totalCount": 0, "nodes": []}


REPAIR = """mutation ($load: ID!) { writeRepairWorkbook(input: {loadId: $load, regionCode: "53.15.05.2001"}) {
    rows contentBase64 refusal { code } } }"""


def mended(path, content):
    """Correct the first row's NIK, as the village office would."""
    path.write_bytes(content)
    book = fastexcel.read_excel(path)
    [found] = book.load_sheet("Perbaikan", header_row=4, dtypes="string").to_polars().rows(named=True)
    marks = book.load_sheet("_jamsos", header_row=None, dtypes="string").to_polars().to_series().head(3).to_list()
    with xlsxwriter.Workbook(path) as again:
        page = again.add_worksheet("Perbaikan")
        page.write_row(0, 0, list(found))
        page.write_row(1, 0, [each or "" for each in (found | {"NIK": "5315994505850002"}).values()])
        again.add_worksheet("_jamsos").write_column(0, 0, marks)
    return path


async def test_a_repair_workbook_goes_out_and_comes_back_through_the_door(loaded, engine, tmp_path):
    made = (await loaded.data(REPAIR, {"load": "RegistryLoad:1"}, x_purpose="perbaikan"))["writeRepairWorkbook"]
    path = mended(tmp_path / "repair.xlsx", b64decode(made["contentBase64"]))

    answer = await send(loaded, LOAD, path, source=None, asOf=None, officeCode="53.15")

    assert (made["rows"], made["refusal"]) == (1, None)
    assert (answer["repairedLoadId"], answer["rowsKept"], answer["rowsUnchanged"]) == ("RegistryLoad:1", 1, 0)
    assert await count(engine, "registry_repairs") == 1


async def test_out_of_sight_or_without_the_scope_there_is_no_repair_workbook(loaded, engine):
    before = await count(engine, "audit_entries")

    for key, code in (("ntt", "SCOPE_MISSING"), ("manggarai", "NOT_FOUND"), ("adrift", "NOT_FOUND")):
        answer = (await loaded.data(REPAIR, {"load": "RegistryLoad:1"}, key=key, x_purpose="perbaikan"))[
            "writeRepairWorkbook"
        ]
        assert answer == {"rows": None, "contentBase64": None, "refusal": {"code": code}}

    assert await count(engine, "audit_entries") == before


QUALITY = """{ registryLoad(id: "RegistryLoad:1") { fileName defects(first: 5) { nodes {
    defect treatment rowCount sampleLines village { name } } } }
    registryDefectsAggregate(groupBy: [treatment]) { key { treatment } sum { rowCount } } }"""


async def test_how_good_a_load_is_can_be_asked_by_village_and_defect(loaded):
    found = await loaded.data(QUALITY)

    assert found["registryLoad"]["defects"]["nodes"] == [
        {
            "defect": "nik_scientific",
            "treatment": "quarantined",
            "rowCount": 1,
            "sampleLines": [3],
            "village": {"name": "Komodo"},
        }
    ]


async def test_people_are_matched_once(loaded):
    first = (await loaded.data(MATCH))["matchPeople"]
    again = (await loaded.data(MATCH))["matchPeople"]

    assert (first["rowsByNik"], first["peopleNew"], first["refusal"]) == (1, 1, None)
    assert (again["rowsByNik"], again["peopleNew"], again["peopleChanged"]) == (0, 0, 0)


async def test_a_nik_that_is_known_in_another_region_is_refused_and_nothing_moves(loaded, engine, sealer):
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "insert into programme.people (full_name, nik_sealed, village_code) values ('x', :nik, '53.10.01.2001')"
            ),
            {"nik": sealer.seal("nik", MARIA)},
        )

    assert (await loaded.data(MATCH))["matchPeople"]["refusal"] == {"code": "PERSON_ELSEWHERE"}
    assert (await count(engine, "people"), await count(engine, "person_sources")) == (1, 0)


async def test_life_events_come_by_file_with_the_lines_nobody_answers_to(loaded, engine, tmp_path):
    await loaded.data(MATCH)
    path = tmp_path / "peristiwa.csv"
    path.write_text(
        f"nik,peristiwa,tanggal,keterangan\n{MARIA},MENINGGAL,2025-02-01,Akta\n5315994505850009,PINDAH,2025-02-01,\n"
    )

    answer = await send(loaded, EVENTS, path)

    assert answer == {"recorded": 1, "known": 0, "unknownLines": [3], "refusal": None}


async def test_a_wrong_line_of_events_is_a_refusal_and_none_is_recorded(loaded, engine, tmp_path):
    await loaded.data(MATCH)
    path = tmp_path / "peristiwa.csv"
    path.write_text(f"nik,peristiwa,tanggal,keterangan\n{MARIA},PINDAH,2025-02-01,\n{MARIA},PINDAH,besok,\n")

    answer = await send(loaded, EVENTS, path)

    assert answer["refusal"]["code"] == "LINE_WRONG" and "peristiwa.csv line 3" in answer["refusal"]["message"]
    assert await count(engine, "life_events") == 0


async def test_one_event_is_recorded_by_nik_once(loaded):
    await loaded.data(MATCH)

    first, again, nobody = [
        (await loaded.data(EVENT, {"nik": nik}))["recordLifeEvent"] for nik in (MARIA, MARIA, "5315994505850009")
    ]

    assert (first["isNew"], again["isNew"]) == (True, False)
    assert nobody["refusal"] == {"code": "NIK_UNKNOWN"}


EVENT_OF = """mutation ($nik: NIK, $person: ID) { recordLifeEvent(input: {
    nik: $nik, personId: $person, kind: moved, day: "2025-01-02", evidence: "Surat 1"}) { isNew refusal { code } } }"""


async def test_an_event_of_somebody_without_a_nik_is_recorded_by_id(loaded):
    await loaded.data(MATCH)
    found = await loaded.data("query { people(first: 1) { nodes { id } } }")
    person = found["people"]["nodes"][0]["id"]

    asked = ({"person": person}, {"person": person, "nik": MARIA}, {})
    answers = [(await loaded.data(EVENT_OF, each))["recordLifeEvent"] for each in asked]

    assert answers[0] == {"isNew": True, "refusal": None}
    assert [each["refusal"] for each in answers[1:]] == [{"code": "WHO_NEEDED"}] * 2


WITHDRAW = """mutation ($event: ID!, $reason: String!) { withdrawLifeEvent(input: {
    eventId: $event, reason: $reason}) { personId refusal { code } } }"""
HAPPENED = """{ lifeEvents { nodes { id person { id } withdrawals { nodes { officer reason recordedBy } } } }
    standing: lifeEvents(filter: {withdrawals: {none: {officer: {ne: ""}}}}) { nodes { id follows { id } } } }"""


async def test_a_wrong_event_is_withdrawn_told_with_its_withdrawal_and_recorded_anew(loaded):
    await loaded.data(MATCH)
    await loaded.data(EVENT, {"nik": MARIA})
    [event] = (await loaded.data(HAPPENED))["lifeEvents"]["nodes"]

    asked = ({"event": event["id"], "reason": reason} for reason in (" ", "NIK salah ketik", "NIK salah ketik"))
    unsaid, done, again = [(await loaded.data(WITHDRAW, each))["withdrawLifeEvent"] for each in asked]
    read = await loaded.data(HAPPENED, x_purpose="audit")

    assert done == {"personId": event["person"]["id"], "refusal": None}
    assert [each["refusal"]["code"] for each in (unsaid, again)] == ["REASON_NEEDED", "EVENT_WITHDRAWN"]
    [told] = read["lifeEvents"]["nodes"][0]["withdrawals"]["nodes"]
    assert (told["officer"], told["reason"]) == ("Maria Jebarus", "NIK salah ketik")
    assert read["standing"]["nodes"] == []
    assert (await loaded.data(EVENT, {"nik": MARIA}))["recordLifeEvent"]["isNew"]
    assert [each["follows"] for each in (await loaded.data(HAPPENED))["standing"]["nodes"]] == [{"id": event["id"]}]


DECIDE = """mutation ($review: ID!, $remark: String!) { decideMatchReview(input: {
    reviewId: $review, verdict: same, remark: $remark}) { personId refusal { code } } }"""
SPLIT = """mutation ($person: ID!, $back: ID!) { splitPerson(input: {
    personId: $person, backId: $back, remark: "KK"}) { personId rowsMoved refusal { code } } }"""
MERGE = """mutation ($person: ID!, $other: ID!) { mergePeople(input: {
    personId: $person, otherId: $other, remark: "KK"}) { rowsMoved refusal { code } } }"""
REVIEWS = """{ matchReviews(filter: {not: {decisions: {some: {verdict: {in: [same, different]}}}}}) { nodes {
    id kind person { id } row { id } decisions { totalCount } } } }"""


async def test_a_review_is_read_decided_and_taken_back_in_the_sight_of_the_office(caller, engine, tmp_path):
    await load(caller, register(tmp_path / "dtks.csv", "dtks"))
    await load(
        caller,
        register(tmp_path / "dtsen.csv", "dtsen", {"nik": "5315994505857001"}),
        source="dtsen",
        asOf="2024-12-31",
    )
    await caller.data(MATCH)
    [review] = (await caller.data(REVIEWS))["matchReviews"]["nodes"]
    assert (review["kind"], review["decisions"]["totalCount"]) == ("second_nik", 0)

    unsaid = await caller.data(DECIDE, {"review": review["id"], "remark": " "})
    decided = await caller.data(DECIDE, {"review": review["id"], "remark": "KTP dilihat"})
    again = await caller.data(DECIDE, {"review": review["id"], "remark": "KTP dilihat"})
    people = """{ people { totalCount nodes { id mergedFrom { totalCount nodes { id mergedInto { id } } } } }
        peopleAggregate { count } grouped: peopleAggregate(groupBy: [village]) { count } villages(filter: {people: {exists: true}}) {
        nodes { people { totalCount } peopleAggregate { count } } }
        all: people(filter: {or: [{mergedIntoExists: true}, {mergedIntoExists: false}]}) { totalCount }
        gone: people(filter: {mergedIntoExists: true}) { nodes { id } } }"""
    told = await caller.data(people)
    [stays] = told["people"]["nodes"]
    [ends] = stays["mergedFrom"]["nodes"]
    by_id = await caller.data("query($id: ID!) { people(filter: {id: {eq: $id}}) { totalCount } }", {"id": ends["id"]})

    assert unsaid["decideMatchReview"]["refusal"]["code"] == "REASON_NEEDED"
    assert decided["decideMatchReview"] == {"personId": stays["id"], "refusal": None}
    assert again["decideMatchReview"]["refusal"]["code"] == "REVIEW_DECIDED"
    assert (stays["mergedFrom"]["totalCount"], ends["mergedInto"]) == (1, {"id": stays["id"]})
    # a retired id counts nowhere, and is returned only if requested
    assert told["people"]["totalCount"] == told["peopleAggregate"][0]["count"] == told["grouped"][0]["count"] == 1
    assert told["villages"]["nodes"] == [{"people": {"totalCount": 1}, "peopleAggregate": [{"count": 1}]}]
    assert (told["all"]["totalCount"], told["gone"]["nodes"]) == (2, [{"id": ends["id"]}])
    assert by_id["people"]["totalCount"] == 1
    assert (await caller.data(REVIEWS))["matchReviews"]["nodes"] == []

    pair = {"person": stays["id"], "back": ends["id"]}
    assert (await caller.data(SPLIT, pair))["splitPerson"] == {"personId": ends["id"], "rowsMoved": 1, "refusal": None}
    merged = await caller.data(MERGE, {"person": stays["id"], "other": ends["id"]})
    assert merged["mergePeople"] == {"rowsMoved": 1, "refusal": None}
    assert await count(engine, "identity_events") == 3
