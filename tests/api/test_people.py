"""Registers and people by mutation: the same acts as at the command line, in the sight of the one who acts."""

import json

import pytest
from sqlalchemy import text

from tests.extracts import register

MARIA = "5315994505850001"
LOAD = """mutation ($input: LoadExtractInput!) { loadExtract(input: $input) {
    loadId rowsReceived rowsKept rowsRejected defects { defect count } refusal { code message fields { name value } } } }"""
MATCH = """mutation { matchPeople(input: {regencyCode: "53.15"}) {
    rowsByNik peopleNew peopleChanged waiting reviewsNew refusal { code } } }"""
EVENTS = """mutation ($input: LoadLifeEventsInput!) { loadLifeEvents(input: $input) {
    recorded known unknownLines refusal { code message } } }"""
EVENT = """mutation ($nik: NIK!) { recordLifeEvent(input: {nik: $nik, kind: moved, day: "2025-01-02", source: "Surat 1"}) {
    isNew refusal { code } } }"""


async def send(door, query, path, key="mabar", **given):
    operations = {"query": query, "variables": {"input": {"file": None} | given}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
    headers = door.headers(key, x_jamsos_upload="1")
    answer = await door.client.post("/graphql", data=form, files={"0": (path.name, path.read_bytes())}, headers=headers)
    [payload] = answer.json()["data"].values()
    return payload


async def load(door, path, key="mabar", **changed):
    given = {"source": "dtks", "asOf": "2023-11-30", "regencyCode": "53.15"} | changed
    return await send(door, LOAD, path, key, **given)


async def count(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


@pytest.fixture
async def loaded(door, tmp_path):
    await load(door, register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"}))
    return door


async def test_a_register_is_loaded_and_tells_its_defects(door, engine, tmp_path):
    path = register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"})

    answer = await load(door, path)

    assert answer == {
        "loadId": "RegistryLoad:1", "rowsReceived": 2, "rowsKept": 1, "rowsRejected": 1,
        "defects": [{"defect": "nik_scientific", "count": 1}], "refusal": None,
    }  # fmt: skip
    assert await count(engine, "registry_rows") == 1


async def test_a_dry_run_tells_the_same_and_keeps_nothing(door, engine, tmp_path):
    answer = await load(door, register(tmp_path / "dtks.csv", "dtks"), isDryRun=True)

    assert (answer["loadId"], answer["rowsKept"], answer["refusal"]) == (None, 1, None)
    assert await count(engine, "registry_rows") == 0


async def test_the_same_file_again_is_a_refusal_that_names_the_file(loaded, engine, tmp_path):
    answer = await load(loaded, tmp_path / "dtks.csv")

    assert answer["refusal"]["code"] == "EXTRACT_KNOWN"
    assert {"name": "file", "value": "dtks.csv"} in answer["refusal"]["fields"]
    assert await count(engine, "registry_loads") == 1


async def test_a_register_of_another_regency_is_outside_the_actors_sight(door, engine, tmp_path):
    answer = await load(door, register(tmp_path / "dtks.csv", "dtks"), key="manggarai")

    assert answer["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert await count(engine, "registry_rows") == 0


async def test_who_has_no_scope_loads_nothing(door, engine, tmp_path):
    answer = await load(door, register(tmp_path / "dtks.csv", "dtks"), key="ntt")

    assert answer["refusal"]["code"] == "SCOPE_MISSING"
    assert await count(engine, "registry_loads") == 0


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
