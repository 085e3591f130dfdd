"""Agencies and keys over the API: nobody can give more rights than they have."""

import pytest
from sqlalchemy import text

from tests.officers import ADMINISTRATOR, STAFF, personal_key, program_key

REGISTER = """mutation($input: RegisterAgencyInput!) {
    registerAgency(input: $input) { agency { code } refusal { code message fields { name value } } } }"""
ISSUE = "mutation($input: IssueApiKeyInput!) { issueApiKey(input: $input) { key refusal { code message } } }"
REVOKE = "mutation($input: RevokeApiKeysInput!) { revokeApiKeys(input: $input) { count refusal { code } } }"
ROTATE = "mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { key refusal { code } } }"
PROGRAMME = "{ __typename }"


def agency(**changed):
    return {
        "input": {"code": "komodo", "name": "Kecamatan Komodo", "kind": "village_office", "regionCode": "53.15.05"}
        | changed
    }


async def count(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def test_an_office_registers_an_agency_and_its_key_opens_the_door(caller):
    assert await caller.data(REGISTER, agency()) == {"registerAgency": {"agency": {"code": "komodo"}, "refusal": None}}
    issued = await caller.data(ISSUE, {"input": {"agencyCode": "komodo", "label": "phone"}})

    assert await caller.data(PROGRAMME, key=issued["issueApiKey"]["key"]) == {"__typename": "Query"}


async def test_a_refused_act_is_told_in_the_askers_language_and_changes_nothing(caller, engine):
    before = await count(engine, "audit_entries")

    answer = await caller.data(REGISTER, agency(code="mabar"), accept_language="id-ID,id;q=0.9,en;q=0.5")

    assert answer["registerAgency"] == {
        "agency": None,
        "refusal": {
            "code": "AGENCY_EXISTS",
            "message": "Instansi mabar sudah ada.",
            "fields": [{"name": "code", "value": "mabar"}],
        },
    }
    assert await count(engine, "audit_entries") == before


@pytest.mark.parametrize("region", ["53", "53.10", "ID", "53.10.01.2001"])
async def test_nobody_registers_an_agency_that_sees_further_than_they_do(caller, engine, region):
    before = await count(engine, "agencies")

    answer = await caller.data(REGISTER, agency(regionCode=region))

    assert answer["registerAgency"]["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert await count(engine, "agencies") == before


@pytest.mark.parametrize("region", ["53.1", "5", "", "53.15~", "53.15.05.20"])
async def test_half_a_region_code_is_no_region(caller, region):
    answer = await caller.data(REGISTER, agency(regionCode=region))

    assert answer["registerAgency"]["refusal"]["code"] == "REGION_UNKNOWN"


async def test_nobody_makes_or_revokes_keys_of_an_agency_above_or_beside(caller, engine):
    before = await count(engine, "api_keys")
    above = await caller.data(ISSUE, {"input": {"agencyCode": "ntt", "label": "mine"}})
    beside = await caller.data(ISSUE, {"input": {"agencyCode": "manggarai", "label": "mine"}})
    revoked = await caller.data(REVOKE, {"input": {"agencyCode": "ntt", "label": "desk"}})

    assert above["issueApiKey"]["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert beside["issueApiKey"]["refusal"]["code"] == "NOT_FOUND"
    assert revoked["revokeApiKeys"]["refusal"]["code"] == "OUTSIDE_SIGHT"
    assert await count(engine, "api_keys") == before
    assert await caller.data(PROGRAMME, key="ntt")


async def test_nobody_gives_a_scope_they_lack(caller, engine):
    async with engine.begin() as connection:
        roles = (STAFF, ADMINISTRATOR)
        key = await personal_key(connection, "mabar", "Rikardus Jani", roles, scopes=["act:access"])
        program = await program_key(connection, "mabar", "keys only", ["act:access"])

    wider = {"input": {"agencyCode": "mabar", "label": "x", "scopes": ["act:ledger"]}}

    assert (await caller.data(ISSUE, wider, key=key))["issueApiKey"]["refusal"]["code"] == "SCOPE_MISSING"
    assert (await caller.data(ISSUE, wider, key=program))["issueApiKey"]["refusal"]["code"] == "PROOF_NEEDED"


INVITE = "mutation($input: InviteOfficerInput!) { inviteOfficer(input: $input) { code refusal { code } } }"
ACCEPT = "mutation($code: String!) { acceptInvitation(input: {code: $code}) { officer key refusal { code } } }"
OFFICER = "mutation($input: RegisterOfficerInput!) { registerOfficer(input: $input) { name refusal { code } } }"


async def test_an_invited_officer_makes_a_key_without_one_and_a_code_is_tried_five_times(caller):
    named = {"agencyCode": "mabar", "name": "Yosef Hambur"}
    await caller.data(OFFICER, {"input": named | {"roles": ["staff"]}})
    code, other = [(await caller.data(INVITE, {"input": named}))["inviteOfficer"]["code"] for _ in range(2)]

    made = (await caller.data(ACCEPT, {"code": code}, key=None))["acceptInvitation"]
    again = (await caller.data(ACCEPT, {"code": code}, key=None))["acceptInvitation"]
    tries = [(await caller.data(ACCEPT, {"code": f"{other}x"}, key=None))["acceptInvitation"] for _ in range(5)]
    late = (await caller.data(ACCEPT, {"code": other}, key=None))["acceptInvitation"]

    assert (made["officer"], made["refusal"]) == ("Yosef Hambur", None)
    assert (await caller.data("{ viewer { name } }", key=made["key"]))["viewer"] == {"name": "Yosef Hambur"}
    assert again == {"officer": None, "key": None, "refusal": {"code": "INVITATION_WRONG"}}
    assert [each["refusal"]["code"] for each in tries] == ["INVITATION_WRONG"] * 5
    assert late["refusal"]["code"] == "TOO_MANY_REQUESTS"


@pytest.mark.parametrize("who", ["golo", "ntt", "labuan", "bpk", "smeru", None])
async def test_an_act_needs_its_scope(caller, engine, who):
    before = await count(engine, "agencies")

    answer = await caller.data(REGISTER, agency(), key=who)

    assert answer["registerAgency"]["refusal"]["code"] == "SCOPE_MISSING"
    assert "act:access" in answer["registerAgency"]["refusal"]["message"]
    assert await count(engine, "agencies") == before


async def test_a_revoked_key_is_refused_at_once(caller):
    await caller.data(REGISTER, agency())
    key = (await caller.data(ISSUE, {"input": {"agencyCode": "komodo", "label": "phone"}}))["issueApiKey"]["key"]
    assert await caller.data(PROGRAMME, key=key)

    assert await caller.data(REVOKE, {"input": {"agencyCode": "komodo", "label": "phone"}}) == {
        "revokeApiKeys": {"count": 1, "refusal": None}
    }

    response = await caller.post(PROGRAMME, key=key)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, 'Bearer realm="jamsos"')
    assert response.json()["errors"][0]["extensions"]["code"] == "KEY_NOT_RECOGNISED"


async def test_a_rotated_key_opens_beside_the_old_one_until_the_overlap_ends(caller):
    given = {"agencyCode": "golo", "label": "desk"}
    fresh = (await caller.data(ROTATE, {"input": given}))["rotateApiKey"]["key"]
    assert await caller.data(PROGRAMME, key=fresh)
    assert await caller.data(PROGRAMME, key="golo")

    last = (await caller.data(ROTATE, {"input": given | {"overlapHours": 0}}))["rotateApiKey"]["key"]

    assert await caller.data(PROGRAMME, key=last)
    assert [(await caller.post(PROGRAMME, key=key)).status_code for key in (fresh, "golo")] == [401, 401]


async def test_nobody_rotates_keys_of_an_agency_above_or_beside_or_wider_than_their_own(caller, engine, keys):
    async with engine.begin() as connection:
        await program_key(connection, "golo", "wide", ["act:ledger"])
        narrow = await personal_key(connection, "mabar", "Rikardus Jani", (ADMINISTRATOR,))
    before = await count(engine, "api_keys")
    asked = [
        ("ntt", "desk", "mabar"),
        ("manggarai", "desk", "mabar"),
        ("golo", "wide", narrow),
        ("mabar", "desk", narrow),
    ]

    codes = [
        (await caller.data(ROTATE, {"input": {"agencyCode": code, "label": label}}, key=key))["rotateApiKey"]["refusal"]
        for code, label, key in asked
    ]

    told = ["OUTSIDE_SIGHT", "NOT_FOUND", "SCOPE_MISSING", "KEY_IS_PERSONAL"]
    assert codes == [{"code": code} for code in told]
    assert await count(engine, "api_keys") == before
    assert await caller.data(PROGRAMME, key="ntt")


async def test_one_refused_act_leaves_the_others_of_its_request_standing(caller, engine):
    both = """mutation($a: RegisterAgencyInput!, $b: RegisterAgencyInput!) {
        first: registerAgency(input: $a) { refusal { code } } second: registerAgency(input: $b) { refusal { code } } }"""
    before = await count(engine, "agencies")

    answer = await caller.data(both, {"a": agency()["input"], "b": agency(code="mabar")["input"]})

    assert answer == {"first": {"refusal": None}, "second": {"refusal": {"code": "AGENCY_EXISTS"}}}
    assert await count(engine, "agencies") == before + 1


async def test_an_agency_without_a_region_is_recognised_and_sees_nothing(caller, engine):
    assert await caller.data(PROGRAMME, key="adrift") == {"__typename": "Query"}

    answer = await caller.data(REGISTER, agency(), key="adrift")

    assert answer["registerAgency"]["refusal"]["code"] == "OUTSIDE_SIGHT"


async def test_the_last_use_of_a_key_is_noted(caller, engine):
    await caller.data(PROGRAMME)

    async with engine.connect() as connection:
        used = await connection.execute(
            text(
                "select a.code from programme.api_keys k join programme.agencies a on a.id = k.agency_id"
                " where k.last_used_at is not null"
            )
        )
        assert used.scalars().all() == ["mabar"]
