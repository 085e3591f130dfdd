"""GraphQL over HTTP: accepted requests, refused requests, and the headers of the response."""

import gzip
import json

import pytest
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from api.http import negotiation
from api.http.app import create_app
from api.http.body import whole_body
from api.mutations import Mutation
from api.schema.build import build_schema
from jamsos.settings import Settings
from tests.api.conftest import opened

ASK = "{ __typename }"
JSON, GRAPHQL = "application/json", "application/graphql-response+json"


def test_applications_share_one_schema_which_none_of_them_changes(sealer):
    schema = build_schema(Mutation)
    extensions = schema.extensions

    for _ in range(2):
        create_app(Settings(), "postgresql://nowhere", sealer)

    assert build_schema(Mutation) is schema
    assert schema.extensions is extensions


async def code_of(response):
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"]


@pytest.mark.parametrize(
    "accept, media",
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON};q=0.9", JSON),
        (f"{GRAPHQL};q=x, {JSON}", JSON),
    ],
)
async def test_the_answer_has_the_type_that_was_asked_for(caller, accept, media):
    response = await caller.post(ASK, accept=accept)

    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    "content, content_type, status, code",
    [
        (b"{", JSON, 400, "REQUEST_MALFORMED"),
        (b"", JSON, 400, "REQUEST_MALFORMED"),
        (b'"text"', JSON, 400, "REQUEST_MALFORMED"),
        (b"[]", JSON, 400, "BATCHING_OFF"),
        (b'[{"query": "{ __typename }"}]', JSON, 400, "BATCHING_OFF"),
        (b'{"query": 1}', JSON, 400, "REQUEST_MALFORMED"),
        (b'{"query": "{a}", "variables": []}', JSON, 400, "REQUEST_MALFORMED"),
        (b'{"query": "{a}", "operationName": {}}', JSON, 400, "REQUEST_MALFORMED"),
        (b'{"query": "{a}", "extensions": 0}', JSON, 400, "REQUEST_MALFORMED"),
        (b'{"query": ""}', JSON, 400, "REQUEST_MALFORMED"),
        (b"query={__typename}", "application/x-www-form-urlencoded", 415, "CONTENT_TYPE_WRONG"),
        (b'{"query": "{ __typename }"}', "text/plain", 415, "CONTENT_TYPE_WRONG"),
        (b'{"query": "{ __typename }"}', "application/json; charset=utf-16", 415, "CONTENT_TYPE_WRONG"),
        (b'{"query": "' + b" " * (1 << 20) + b'"}', JSON, 413, "REQUEST_TOO_LARGE"),
    ],
)
async def test_a_body_that_is_not_one_operation_is_refused(caller, content, content_type, status, code):
    response = await caller.client.post("/graphql", content=content, headers={"Content-Type": content_type})

    assert await code_of(response) == (status, code)
    assert "data" not in response.json()


async def test_a_body_that_grows_beyond_the_limit_is_not_read_to_its_end(caller):
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b" " * (1 << 18)

    response = await caller.client.post("/graphql", content=endless(), headers={"Content-Type": JSON})

    assert await code_of(response) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_that_comes_in_pieces_is_read_as_one(caller):
    async def pieces():
        for piece in (b'{"query":', b' "{ __type', b'name }"}'):
            yield piece

    response = await caller.client.post("/graphql", content=pieces(), headers={"Content-Type": JSON})

    assert response.json()["data"] == {"__typename": "Query"}


async def test_a_body_whose_sender_leaves_halfway_is_no_body():
    messages = [
        {"type": "http.request", "body": b'{"query": "{ __typename }"}', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive():
        return messages.pop(0)

    with pytest.raises(ClientDisconnect):
        await whole_body(Headers(), receive, 1 << 20)
    assert messages == []


@pytest.mark.parametrize(
    "query, code",
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{a" * 300, "GRAPHQL_PARSE_FAILED")],
)
@pytest.mark.parametrize("accept, status", [(JSON, 200), (GRAPHQL, 400)])
async def test_a_document_that_breaks_the_language_is_told_where(caller, query, code, accept, status):
    response = await caller.post(query, accept=accept)

    assert await code_of(response) == (status, code)
    assert response.json()["errors"][0]["locations"][0]["line"] == 1
    assert "data" not in response.json()


@pytest.mark.parametrize("accept, status", [(JSON, 200), (GRAPHQL, 400)])
async def test_a_variable_that_does_not_fit_is_the_askers_mistake(caller, accept, status):
    response = await caller.post("query($no: Boolean!) { __typename @skip(if: $no) }", {"no": "yes"}, accept=accept)

    assert await code_of(response) == (status, "BAD_USER_INPUT")
    assert "data" not in response.json()


async def test_get_asks_and_never_acts(caller):
    ask = {"query": "query Q($skip: Boolean!) { __typename @skip(if: $skip) }", "variables": '{"skip": false}'}
    asked = await caller.client.get("/graphql", params=ask)
    acted = await caller.client.get(
        "/graphql", params={"query": "mutation { __typename }"}, headers=caller.headers("mabar")
    )
    wrong = await caller.client.get("/graphql", params={"query": ASK, "variables": "{"})

    assert asked.json()["data"] == {"__typename": "Query"}
    assert await code_of(acted) == (405, "MUTATION_BY_GET")
    assert await code_of(wrong) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_another_method_is_told_which_are_taken(caller, method, path):
    response = await caller.client.request(method, path)

    assert await code_of(response) == (405, "METHOD_WRONG")
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


async def test_options_tells_the_methods_of_an_address(caller):
    response = await caller.client.options("/graphql")
    other = await caller.client.options("/refusals")

    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert (other.status_code, other.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_an_address_with_a_slash_behind_it_is_the_same(caller):
    response = await caller.client.post("/graphql/", json={"query": ASK})

    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("path", ["/graphql/more", "/export/people", "/refusals/1", "/nowhere"])
async def test_an_address_that_is_none_is_refused_as_json(caller, path):
    assert await code_of(await caller.client.get(path)) == (404, "ADDRESS_UNKNOWN")


def packed(text):
    return gzip.compress(text, mtime=0)


@pytest.mark.parametrize(
    "content, headers",
    [
        (b"\xef\xbb\xbf" + b'{"query": "{ __typename }"}', {}),
        (packed(b'{"query": "{ __typename }"}'), {"Content-Encoding": "gzip"}),
        (packed(b'{"query": "{ __typename }"}'), {"Content-Encoding": "x-gzip"}),
        (b'{"query": "{ __typename }"}', {"Content-Encoding": "identity"}),
    ],
)
async def test_a_body_may_begin_with_a_mark_of_its_encoding_and_may_be_packed(caller, content, headers):
    response = await caller.client.post("/graphql", content=content, headers={"Content-Type": JSON} | headers)

    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    "content, encoding, status, code",
    [
        (packed(b" " * 10_000_000), "gzip", 413, "REQUEST_TOO_LARGE"),
        (packed(b'{"query": "{ __typename }"}')[:-6], "gzip", 400, "REQUEST_MALFORMED"),
        (packed(b'{"query": "{ __typename }"}') + b"more", "gzip", 400, "REQUEST_MALFORMED"),
        (b"plain", "gzip", 400, "REQUEST_MALFORMED"),
        (b"x", "br", 415, "CONTENT_ENCODING_WRONG"),
    ],
)
async def test_a_packed_body_is_unpacked_within_the_limit_only(caller, content, encoding, status, code):
    headers = {"Content-Type": JSON, "Content-Encoding": encoding}

    assert await code_of(await caller.client.post("/graphql", content=content, headers=headers)) == (status, code)


@pytest.mark.parametrize(
    "accepted, wanted",
    [
        ("", "en"),
        ("id", "id"),
        ("en;q=0.3, id-ID;q=0.9", "id"),
        ("fr, en-GB;q=0.1", "en"),
        ("id;q=0, en;q=0.1", "en"),
        ("fr", "en"),
        ("fr, *;q=0.5, id;q=0.4", "en"),
        ("id;q=nonsense, en", "en"),
    ],
)
def test_the_language_is_the_one_wanted_most(accepted, wanted):
    assert negotiation.language(accepted, "en") == wanted


@pytest.mark.parametrize(
    "accept, media",
    [
        (f"{GRAPHQL};q=0.5, */*;q=0.8", JSON),
        (f"{GRAPHQL}, */*;q=0.8", GRAPHQL),
        (f"application/*;q=0.9, {GRAPHQL};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0", JSON),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL};q=1.5, {JSON};q=0.1", JSON),
    ],
)
def test_the_media_type_is_the_one_wanted_most(accept, media):
    assert negotiation.media_type(accept) == media


def test_a_browser_prefers_a_page_and_a_program_does_not():
    assert negotiation.prefers_page("text/html,application/xhtml+xml,*/*;q=0.8")
    assert not negotiation.prefers_page(f"{JSON}, text/html;q=0.1")
    assert not negotiation.prefers_page("*/*")


@pytest.mark.parametrize(
    "query, name, code",
    [
        ("query A { __typename } query B { __typename }", None, "OPERATION_UNKNOWN"),
        ("query A { __typename }", "C", "OPERATION_UNKNOWN"),
        ("subscription { a }", None, "SUBSCRIPTIONS_OFF"),
    ],
)
async def test_the_operation_must_be_meant(caller, query, name, code):
    response = await caller.client.post("/graphql", json={"query": query, "operationName": name})

    assert (await code_of(response))[1] == code


async def test_one_of_several_operations_is_chosen_by_its_name(caller):
    both = "query A { a: __typename } query B { b: __typename }"
    response = await caller.client.post("/graphql", json={"query": both, "operationName": "B"})

    assert response.json()["data"] == {"b": "Query"}


async def test_strangers_get_no_suggestions_and_agencies_do(caller):
    async def message(key):
        answer = await caller.run('{ __type(name: "Query") { nam } }', key=key)
        return answer["errors"][0]["message"]

    assert "Did you mean" not in await message(None)
    assert "Did you mean 'name'?" in await message("mabar")


async def test_a_request_keeps_its_id_and_is_never_cached(caller):
    given = await caller.post(ASK, x_request_id="office-2026-0001")
    strange = await caller.post(ASK, x_request_id="x\t<script>")

    assert given.headers["x-request-id"] == "office-2026-0001"
    assert len(strange.headers["x-request-id"]) == 32
    assert given.headers["cache-control"] == "no-store"


async def test_a_browser_gets_graphiql_from_this_host_only(caller):
    page = await caller.client.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})
    script = await caller.client.get("/graphiql/graphiql.min.js")

    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!doctype html>", "")
    assert script.status_code == 200


async def test_introspection_and_graphiql_can_be_closed(database_url, sealer):
    async with opened(Settings(graphiql=False), database_url, sealer, {}) as closed:
        page = await closed.client.get("/graphql", headers={"Accept": "text/html"})

        assert await code_of(page) == (400, "REQUEST_MALFORMED")
        assert (await closed.client.get("/graphiql/page.js")).status_code == 404
        assert await closed.code("{ __schema { queryType { name } } }", key=None) == "INTROSPECTION_OFF"
        assert await closed.code('{ __type(name: "Query") { name } }', key=None) == "INTROSPECTION_OFF"
        assert await closed.data(ASK, key=None) == {"__typename": "Query"}


async def test_every_code_can_be_looked_up_with_its_sentences(caller):
    refusals = (await caller.client.get("/refusals")).json()

    assert refusals["AGENCY_EXISTS"] == {
        "id": "Instansi {code} sudah ada.",
        "en": "The agency {code} exists already.",
    }
    assert {"INTERNAL_ERROR", "COST_TOO_HIGH", "NOT_FOUND"} <= refusals.keys()


async def test_health_and_readiness(caller):
    assert (await caller.client.get("/healthz")).text == "ok"
    assert (await caller.client.get("/readyz")).json() == {"database": "ok"}


async def test_a_process_without_its_database_is_alive_but_not_ready(sealer):
    nowhere = "postgresql://postgres@127.0.0.1:1/none"
    async with opened(Settings(), nowhere, sealer, {}) as caller:
        ready = await caller.client.get("/readyz")

        assert (await caller.client.get("/healthz")).status_code == 200
        assert await code_of(ready) == (503, "DATABASE_UNREACHABLE")
        assert ready.headers["retry-after"] == "5"
        assert "127.0.0.1" not in json.dumps(ready.json())


async def test_no_number_of_a_person_is_taken_from_an_address(caller):
    found = []
    for asked in (
        {"query": '{ personByNik(nik: "5315990101840001") { id } }'},
        {"query": "query($n: NIK!) { personByNik(nik: $n) { id } }", "variables": '{"n": "5315990101840001"}'},
        {"query": '{ personByNik(nik: "531599010184000") { id } }'},
        {"documentId": f"sha256:ab{'1' * 60}cd"},  # a hash may hold as many digits
    ):
        answer = await caller.client.get("/graphql", params=asked, headers=caller.headers("mabar", x_purpose="x"))
        found.append(answer.json()["errors"][0]["extensions"]["code"])
        assert "5315990101840001" not in answer.text

    assert found == ["NUMBER_IN_ADDRESS", "NUMBER_IN_ADDRESS", "GRAPHQL_VALIDATION_FAILED", "DOCUMENT_UNKNOWN"]
