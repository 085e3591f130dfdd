"""Masks: identifying or harmful fields of a person are unmasked only with scope and purpose, and the read is audited."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from tests.officers import program_key

NIK, KK, PHONE, ACCOUNT = "5315991503800001", "5315990101070002", "081234567890", "0012345"
WHY = {"x_purpose": "visit"}
FIELDS = "id nik kk phone bankAccount fullName birthDate birthPlace address disability decile maritalStatus sex"
MASKED = {
    "nik": "*" * 16, "kk": "*" * 16, "phone": "***", "bankAccount": "***", "fullName": "***", "birthDate": None,
    "birthPlace": "***", "address": "***", "disability": None, "decile": None, "maritalStatus": None, "sex": "female",
}  # fmt: skip
WHOLE = {
    "nik": NIK, "kk": KK, "phone": PHONE, "bankAccount": ACCOUNT, "fullName": "Maria Goreti", "birthDate": "1980-03-15",
    "birthPlace": "Lembor", "address": "Dusun 1", "disability": "sensory", "decile": 1, "maritalStatus": "widowed", "sex": "female",
}  # fmt: skip
IDENTITY = ("nik", "kk", "fullName", "birthDate", "birthPlace")
CONTACT = ("phone", "address")


@dataclass
class Line:
    actor: str
    act: str
    purpose: str | None
    subject: str
    subject_ids: list
    fields: list
    details: dict
    request_id: str | None


@pytest.fixture
async def person(caller, engine, sealer):
    """Create one person with all fields; return the id."""
    values = {
        "nik": sealer.seal("nik", NIK),
        "kk": sealer.seal("kk", KK),
        "phone": sealer.seal("phone", PHONE),
        "account": sealer.seal("account", ACCOUNT),
    }
    async with engine.begin() as connection:
        found = await connection.execute(
            text("""insert into programme.people (nik_sealed, kk_sealed, phone_sealed, bank_account_sealed, full_name, sex, birth_place,
                birth_date, address, village_code, marital_status, disability, decile) values (:nik, :kk, :phone, :account,
                'Maria Goreti', 'female', 'Lembor', '1980-03-15', 'Dusun 1', '53.15.05.2001', 'widowed', 'sensory', 1) returning id"""),
            values,
        )
        return found.scalar_one()


@pytest.fixture
async def lines(engine):
    """Return the audit entries of reads."""

    async def read():
        async with engine.begin() as connection:
            found = await connection.execute(
                text("""select actor, act, purpose, subject, subject_ids, fields, details, request_id
                    from programme.audit_entries where act in ('read_unmasked', 'look_up_nik') order by id""")
            )
            return [Line(**row) for row in found.mappings()]

    return read


async def ask(caller, person, key, **headers):
    data = await caller.data(f'{{ person(id: "Person:{person}") {{ {FIELDS} }} }}', key=key, **headers)
    return {name: value for name, value in data["person"].items() if name != "id"}


@pytest.mark.parametrize("key", ["mabar", "golo", "ntt", "labuan", "bpk", "smeru"])
async def test_without_a_purpose_everything_is_masked(caller, person, lines, key):
    assert await ask(caller, person, key) == MASKED
    assert await lines() == []


@pytest.mark.parametrize(
    "key, whole",
    [
        ("mabar", tuple(WHOLE)),
        ("labuan", IDENTITY),
        ("bpk", IDENTITY),
        ("golo", CONTACT),
        ("ntt", ()),
        ("smeru", ()),
    ],
)
async def test_a_purpose_shows_what_the_scopes_allow(caller, person, key, whole):
    assert await ask(caller, person, key, **WHY) == MASKED | {name: WHOLE[name] for name in whole}


async def test_an_unmasked_read_is_one_line_in_the_trail(caller, person, lines):
    answer = await caller.post(
        f'{{ a: person(id: "Person:{person}") {{ n: nik address village {{ people {{ nodes {{ fullName }} }} }} }} '
        "people { totalCount } }",
        key="mabar",
        x_purpose="visit",
    )

    (line,) = await lines()
    assert answer.json()["data"]["a"] == {
        "n": NIK,
        "address": "Dusun 1",
        "village": {"people": {"nodes": [{"fullName": "Maria Goreti"}]}},
    }
    assert line == Line(
        actor="Maria Jebarus",
        act="read_unmasked",
        purpose="visit",
        subject="person",
        subject_ids=[person],
        fields=["address", "fullName", "nik"],
        details={},
        request_id=answer.headers["x-request-id"],
    )


async def test_rows_of_several_types_in_one_list_are_unmasked_each_as_its_own(caller, person, lines):
    query = """{ nodes(ids: ["Village:53.15.05.2001", "Person:%s", "Person:9"]) { __typename ... on Person { nik }
        ... on Village { people { nodes { kk } } } } %s }"""
    nodes = [
        {"__typename": "Village", "people": {"nodes": [{"kk": KK}]}},
        {"__typename": "Person", "nik": NIK},
        None,
    ]

    assert await caller.data(query % (person, ""), **WHY) == {"nodes": nodes}
    assert await caller.data(query % (person, "__schema { queryType { name } }"), **WHY) == {
        "nodes": nodes,
        "__schema": {"queryType": {"name": "Query"}},
    }
    assert [(line.subject_ids, line.fields) for line in await lines()] == [([person], ["kk", "nik"])] * 2


async def test_nothing_shown_is_nothing_noted(caller, person, lines):
    await caller.data('{ person(id: "Person:999") { nik } people { nodes { sex } } }', key="mabar", **WHY)

    assert await lines() == []


@pytest.mark.parametrize(
    "query",
    [
        '{ people(filter: {fullName: {startsWith: "m"}}) { totalCount } }',
        '{ people(filter: {not: {birthDate: {gt: "2000-01-01"}}}) { totalCount } }',
        "{ people(filter: {or: [{decile: {eq: 1}}]}) { totalCount } }",
        "{ people(orderBy: [{birthDate: asc}]) { totalCount } }",
        '{ villages(filter: {people: {some: {address: {eq: "x"}}}}) { totalCount } }',
        "{ personGroups(orderBy: [{person: {fullName: asc}}]) { totalCount } }",
        "{ personGroupsAggregate(groupBy: [group]) { count } }",
        "{ peopleAggregate { max { decile } } }",
        "{ peopleAggregate { countDistinct { fullName } } }",
        '{ personByNik(nik: "5315991503800001") { sex } }',
    ],
)
async def test_what_is_masked_cannot_be_guessed(caller, person, lines, query):
    assert await caller.code(query, key="ntt", **WHY) == "SCOPE_MISSING"
    assert await caller.code(query, key="mabar") == "PURPOSE_MISSING"
    assert await lines() == []


async def test_choosing_by_what_is_masked_is_noted(caller, person, lines):
    query = '{ people(filter: {fullName: {startsWith: "mar"}}, orderBy: [{birthDate: asc}]) { nodes { id } } }'
    data = await caller.data(query, key="mabar", **WHY)

    (line,) = await lines()
    assert data["people"]["nodes"] == [{"id": f"Person:{person}"}]
    assert (line.act, line.subject, line.subject_ids, line.details) == (
        "read_unmasked",
        "person",
        [],
        {"by": ["birthDate", "fullName"]},
    )


async def test_a_nik_is_looked_up_in_a_field_of_its_own(caller, person, lines):
    query = "query($nik: NIK!) { personByNik(nik: $nik) { id nik } }"
    found = await caller.data(query, {"nik": NIK}, key="labuan", **WHY)
    nobody = await caller.data(query, {"nik": "5315991503800009"}, key="labuan", **WHY)
    elsewhere = await caller.data(query, {"nik": NIK}, key="manggarai", **WHY)

    assert found == {"personByNik": {"id": f"Person:{person}", "nik": NIK}}
    assert nobody == elsewhere == {"personByNik": None}
    assert [(line.actor, line.act, line.subject_ids) for line in await lines()] == [
        ("Petugas labuan", "look_up_nik", [person]),
        ("Petugas labuan", "look_up_nik", []),
        ("Petugas manggarai", "look_up_nik", []),
    ]


async def test_the_nik_of_an_id_that_has_ended_finds_who_lives_on(caller, engine, sealer, person, lines):
    async with engine.begin() as connection:
        await connection.execute(
            text("""insert into programme.people (nik_sealed, full_name, village_code, merged_into_id)
                values (:nik, 'Maria', '53.15.05.2001', :person)"""),
            {"nik": sealer.seal("nik", "5315991503800009"), "person": person},
        )
    query = '{ personByNik(nik: "5315991503800009") { id mergedInto { id } } }'

    assert await caller.data(query, key="labuan", **WHY) == {
        "personByNik": {"id": f"Person:{person}", "mergedInto": None}
    }
    assert [(line.act, line.subject_ids) for line in await lines()] == [("look_up_nik", [person])]


async def test_looking_up_niks_one_after_the_other_is_slowed(caller, person, lines):
    query = '{ personByNik(nik: "5315991503800001") { sex } }'
    answers = [await caller.run(query, key="bpk", **WHY) for _ in range(12)]
    codes = [answer["errors"][0]["extensions"]["code"] for answer in answers if "errors" in answer]

    assert set(codes) == {"TOO_MANY_REQUESTS"}
    assert len(await lines()) == 12 - len(codes) == 10


async def test_many_look_ups_in_one_request_count_each(caller, person, lines):
    fields = " ".join(f'p{n}: personByNik(nik: "53159915038{n:05}") {{ sex }}' for n in range(11))
    answer = await caller.run(f"{{ {fields} }}", key="mabar", **WHY)

    assert answer["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


async def test_a_malformed_nik_is_not_repeated_in_a_log(caller, person, caplog):
    await caller.run("query($n: NIK!) { personByNik(nik: $n) { sex } }", {"n": "5315991503800"}, key="mabar", **WHY)

    assert "5315991503800" not in caplog.text


async def test_a_read_whose_line_cannot_be_written_shows_nothing(caller, person, engine):
    async with engine.begin() as connection:
        await connection.execute(text("revoke insert on programme.audit_entries from jamsos_api"))
    answer = await caller.run(f'{{ person(id: "Person:{person}") {{ nik }} }}', key="mabar", **WHY)

    assert answer.get("data") is None
    assert NIK not in str(answer)


async def test_a_donors_name_is_masked(caller, engine, sealer):
    async with engine.begin() as connection:
        await connection.execute(
            text("""insert into programme.funds (code, name, kind, fiscal_year, is_via_apbd, office_code)
                values ('D', 'Donasi', 'donation', 2024, false, '53.15')""")
        )
        await connection.execute(
            text("""insert into programme.pledges
                    (office_code, code, fund_id, pledged_date, amount, donor_name_sealed, is_named, phone_sealed)
                select '53.15', 'DON1', id, '2024-01-02', 16800, :name, true, :phone from programme.funds"""),
            {"phone": sealer.seal("phone", PHONE), "name": sealer.seal("donor", "Yohanes")},
        )
    query = "{ pledges { nodes { donorName amount } } }"

    assert (await caller.data(query, key="ntt", **WHY))["pledges"]["nodes"] == [{"donorName": "***", "amount": 16800}]
    assert (await caller.data(query, key="mabar", **WHY))["pledges"]["nodes"] == [
        {"donorName": "Yohanes", "amount": 16800}
    ]


async def test_a_key_may_be_given_less_than_its_agency(caller, engine, person):
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="mabar", label="list", scopes=["read:people", "unmask:contact"])

    assert await ask(caller, person, key, **WHY) == MASKED | {name: WHOLE[name] for name in CONTACT}
