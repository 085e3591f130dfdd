"""A mutation that is sent twice with one key runs once and returns the same response twice."""

import asyncio

import pytest
from sqlalchemy import text

from jamsos.settings import Settings
from tests.api.conftest import opened
from tests.api.test_access import ISSUE, REGISTER, agency, count

KEY = "order-2026-0001"


async def send(caller, variables=None, query=REGISTER, idempotency_key=KEY, key="mabar"):
    return await caller.post(query, variables or agency(), key=key, idempotency_key=idempotency_key)


async def test_the_second_time_gives_the_first_answer_and_does_nothing(caller, engine):
    first = await send(caller)
    agencies, entries = await count(engine, "agencies"), await count(engine, "audit_entries")

    second = await send(caller)

    assert first.json()["data"] == {"registerAgency": {"agency": {"code": "komodo"}, "refusal": None}}
    assert second.content == first.content
    assert (await count(engine, "agencies"), await count(engine, "audit_entries")) == (agencies, entries)


async def test_a_refusal_too_is_answered_again(caller, engine):
    first = await send(caller, agency(code="mabar"))
    second = await send(caller, agency(code="mabar"))

    assert first.json()["data"]["registerAgency"]["refusal"]["code"] == "AGENCY_EXISTS"
    assert second.content == first.content


@pytest.mark.parametrize("other", [agency(name="Other"), agency(code="other")])
async def test_the_same_key_for_another_operation_is_refused(caller, engine, other):
    await send(caller)
    before = await count(engine, "agencies")

    refused = await send(caller, other)

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await count(engine, "agencies") == before


async def test_keys_of_two_agencies_do_not_meet(caller, engine):
    ours = await send(caller)
    theirs = await send(caller, agency(code="cibal", regionCode="53.10.01"), key="manggarai")

    assert ours.json()["data"]["registerAgency"]["agency"]["code"] == "komodo"
    assert theirs.json()["data"]["registerAgency"]["agency"]["code"] == "cibal"


async def test_a_lesser_key_of_the_same_agency_does_not_get_the_answer(caller, engine):
    lesser = {"input": {"agencyCode": "mabar", "label": "lesser", "scopes": ["read:people"]}}
    key = (await caller.data(ISSUE, lesser))["issueApiKey"]["key"]
    await send(caller)

    assert (await send(caller, key=key)).status_code == 409


async def test_another_key_of_the_same_scopes_does_not_get_the_answer(caller):
    same = {"input": {"agencyCode": "mabar", "label": "second hand", "scopes": None}}
    key = (await caller.data(ISSUE, same))["issueApiKey"]["key"]
    await send(caller)

    assert (await send(caller, key=key)).status_code == 409


@pytest.mark.parametrize("purpose", [None, "curiosity"])
async def test_what_was_shown_for_one_purpose_is_not_shown_again_for_another(caller, purpose):
    await caller.post(REGISTER, agency(), key="mabar", idempotency_key=KEY, x_purpose="registration")
    stated = {"x_purpose": purpose} if purpose else {}

    answer = await caller.post(REGISTER, agency(), key="mabar", idempotency_key=KEY, **stated)

    assert answer.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_ten_at_once_are_one_act_and_ten_equal_answers(database_url, sealer, keys, engine):
    before = await count(engine, "agencies")
    async with opened(Settings(api_act_pool_size=5), database_url, sealer, keys) as caller:
        answers = await asyncio.gather(*(send(caller) for _ in range(10)))

    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["data"]["registerAgency"]["refusal"] is None
    assert await count(engine, "agencies") == before + 1


async def test_the_kept_answer_is_sealed(caller, engine):
    await caller.data(REGISTER, agency())
    issued = await send(caller, {"input": {"agencyCode": "komodo", "label": "phone"}}, ISSUE)
    key = issued.json()["data"]["issueApiKey"]["key"]

    async with engine.connect() as connection:
        kept = (await connection.execute(text("select i::text from programme.idempotency_keys i"))).scalars().all()
        raw = (await connection.execute(text("select answer_sealed from programme.idempotency_keys"))).scalar_one()

    assert len(kept) == 1
    assert key.encode() not in raw
    assert key.encode() in sealer_opens(caller, raw)


def sealer_opens(caller, raw):
    return caller.client._transport.app.state.app_state.sealer.unseal_bytes("answer", raw)


async def test_after_an_unexpected_end_the_key_is_free_again(caller, engine):
    broken = "mutation($input: RegisterAgencyInput!) { registerAgency(input: $input) { agency { code } } }"
    async with engine.begin() as connection:
        await connection.execute(
            text("alter table programme.audit_entries add constraint no check (act <> 'register_agency') not valid")
        )
    failed = await send(caller, query=broken)
    async with engine.begin() as connection:
        await connection.execute(text("alter table programme.audit_entries drop constraint no"))

    again = await send(caller, query=broken)

    assert failed.json()["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"
    assert failed.json()["data"] is None
    assert again.json()["data"] == {"registerAgency": {"agency": {"code": "komodo"}}}


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space", "ключ-2026-01".encode()])
async def test_a_malformed_key_is_refused_before_anything_is_done(caller, engine, key):
    before = await count(engine, "agencies")

    refused = await send(caller, idempotency_key=key)

    assert refused.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_MALFORMED"
    assert await count(engine, "agencies") == before


async def test_a_stranger_has_no_keys(caller):
    refused = await send(caller, key=None)

    assert refused.status_code == 401
