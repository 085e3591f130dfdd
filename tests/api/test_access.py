"""Agencies and keys through the door: nobody gives more than they have."""

import pytest
from sqlalchemy import text

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


async def test_nobody_gives_a_scope_they_lack(caller, keys):
    narrow = await caller.data(
        ISSUE, {"input": {"agencyCode": "mabar", "label": "keys only", "scopes": ["act:access"]}}
    )
    key = narrow["issueApiKey"]["key"]

    wider = await caller.data(
        ISSUE, {"input": {"agencyCode": "mabar", "label": "x", "scopes": ["act:ledger"]}}, key=key
    )

    assert wider["issueApiKey"]["refusal"]["code"] == "SCOPE_MISSING"


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
    before = await count(engine, "api_keys")
    narrow = await caller.data(
        ISSUE, {"input": {"agencyCode": "mabar", "label": "keys only", "scopes": ["act:access"]}}
    )
    asked = [("ntt", "mabar"), ("manggarai", "mabar"), ("mabar", narrow["issueApiKey"]["key"])]

    codes = [
        (await caller.data(ROTATE, {"input": {"agencyCode": code, "label": "desk"}}, key=key))["rotateApiKey"][
            "refusal"
        ]
        for code, key in asked
    ]

    assert codes == [{"code": "OUTSIDE_SIGHT"}, {"code": "NOT_FOUND"}, {"code": "SCOPE_MISSING"}]
    assert await count(engine, "api_keys") == before + 1
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
