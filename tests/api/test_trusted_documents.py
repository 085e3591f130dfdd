"""Trusted documents: requested by their id; if the office requires it, nothing else is executed."""

import hashlib

import pytest

from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE
from jamsos.settings import Settings
from tests.api.conftest import opened

BODY = "query Name { __typename }"
ID = "sha256:" + hashlib.sha256(BODY.encode()).hexdigest()


@pytest.fixture
async def trusted(engine):
    async with engine.begin() as connection:
        return await service.trust_document(connection, COMMAND_LINE, name="name.graphql", body=BODY)


@pytest.fixture
async def strict(database_url, sealer, keys):
    async with opened(Settings(api_trusted_only=True), database_url, sealer, keys) as caller:
        yield caller


async def ask(caller, **body):
    response = await caller.client.post("/graphql", json=body)
    answer = response.json()
    return answer.get("data") or answer["errors"][0]["extensions"]["code"]


async def test_a_document_is_asked_by_the_hash_of_its_text(caller, trusted):
    assert trusted == ID
    assert await ask(caller, documentId=ID) == {"__typename": "Query"}
    assert await ask(caller, documentId=ID, query=BODY) == {"__typename": "Query"}
    assert (await caller.client.get("/graphql", params={"documentId": ID})).json()["data"] == {"__typename": "Query"}


async def test_an_unknown_document_is_refused(caller, trusted):
    assert await ask(caller, documentId="sha256:00") == "DOCUMENT_UNKNOWN"
    assert await ask(caller, documentId=ID, query="{ other: __typename }") == "REQUEST_MALFORMED"


async def test_a_strict_door_answers_trusted_documents_only(strict, trusted):
    assert await ask(strict, query=BODY) == "DOCUMENTS_ONLY"
    assert await ask(strict, query="mutation { __typename }") == "DOCUMENTS_ONLY"
    assert await ask(strict, documentId=ID) == {"__typename": "Query"}


async def test_trusting_twice_is_trusting_once(engine, trusted):
    async with engine.begin() as connection:
        assert await service.trust_document(connection, COMMAND_LINE, name="again", body=BODY) == ID
