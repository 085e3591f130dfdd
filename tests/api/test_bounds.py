"""Limits for clients without a key: the work and memory of a process are bounded, whatever they send."""

import asyncio
import gzip
import time

import pytest
from graphql import get_introspection_query, graphql_sync, parse

from api.cost import cost_model_of, given_in
from api.errors import DocumentTooLarge, IntrospectionTooLarge, QueryTooDeep, QueryTooLong, TooManyConditions
from api.http import protocol
from api.http.cpu_budget import CpuBudget
from api.http.introspection import Introspection
from api.http.server import BOUNDED
from api.mutations import Mutation
from api.operations import AGENCY, STRANGER, DocumentRefused, Operations
from api.schema.build import build_schema
from api.sql.parameters import type_of_id
from jamsos.errors import TooManyRequests
from jamsos.rate_limit import RateLimiter
from jamsos.settings import Settings
from tests.api.conftest import opened, served

SCHEMA = build_schema(Mutation)._schema
OPERATIONS = Operations(SCHEMA, introspection=True)
WHOLE = get_introspection_query(schema_description=True, input_value_deprecation=True)


def operation(text, allowed=AGENCY):
    return OPERATIONS.find(text, None, allowed)


# --- the schema ------------------------------------------------------------------------------------------------


def test_introspection_past_the_executor_says_what_the_executor_says():
    found = Introspection(SCHEMA)
    asked = """query($name: String!, $all: Boolean = true) {
        a: __type(name: $name) { name fields(includeDeprecated: $all) { n: name ...F } }
        b: __type(name: "Nothing") { name } __typename
        __schema { queryType { name kind } directives { name locations args { defaultValue } } }
    } fragment F on __Field { type { kind name ofType { name enumValues { name } } } __typename }"""

    assert found.data(operation(WHOLE), {}) == graphql_sync(SCHEMA, WHOLE).data
    theirs = graphql_sync(SCHEMA, asked, variable_values={"name": "Fund"}).data
    assert found.data(operation(asked), {"name": "Fund", "all": True}) == theirs


def test_introspection_is_bounded_also_beside_another_question():
    found, aliased = Introspection(SCHEMA), " ".join(f"a{n}: __schema {{ ...S }}" for n in range(20))
    shared = "fragment S on __Schema { types { name fields { name type { fields { name } } } } }"

    with pytest.raises(IntrospectionTooLarge):
        found.answer(operation(f"{{ {aliased} }} {shared}"), {}, is_kept=True)
    with pytest.raises(IntrospectionTooLarge):
        found.check_small(operation(f"{{ provinces {{ totalCount }} __schema {{ ...S }} }} {shared}"), {})
    found.check_small(operation("{ provinces { totalCount } __schema { queryType { name } } }"), {})


def test_only_what_tools_ask_or_an_agency_asks_is_kept_ready():
    found, strange = Introspection(SCHEMA), operation("{ __schema { queryType { name } } }")

    assert found.known(strange, {}) is None
    found.answer(strange, {}, is_kept=False)
    assert found.known(strange, {}) is None
    whole = found.answer(operation(WHOLE), {}, is_kept=False)
    assert found.known(operation(WHOLE), {}) is whole
    assert gzip.decompress(whole.packed) == whole.body


async def test_a_ready_answer_is_sent_packed_and_by_get_once_only(caller):
    first = await caller.client.get("/graphql", params={"query": WHOLE})
    again = await caller.client.get(
        "/graphql", params={"query": WHOLE}, headers={"If-None-Match": first.headers["etag"]}
    )
    plain = await caller.client.get("/graphql", params={"query": WHOLE}, headers={"Accept-Encoding": "gzip;q=0"})

    assert first.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in plain.headers
    assert plain.json() == first.json()


# --- documents ---------------------------------------------------------------------------------------------------


def test_a_document_of_a_stranger_is_shorter_and_is_not_kept():
    operations = Operations(SCHEMA, introspection=True)

    operations.find("{ __typename }", None, STRANGER)
    assert not operations.is_known("{ __typename }")
    operations.find("{ __typename }", None, AGENCY)
    assert operations.is_known("{ __typename }")
    with pytest.raises(QueryTooLong, match="1,000"):
        operations.find("{" + " __typename" * 1001 + "}", None, STRANGER)
    with pytest.raises(DocumentTooLarge, match="20,000"):
        operations.find("{ __typename }" + " " * 20_000, None, STRANGER)


def test_documents_are_kept_up_to_so_many_characters():
    operations = Operations(SCHEMA, introspection=True)
    for number in range(60):
        operations.find(f"{{ a{number}: __typename }} #" + "x" * 50_000, None, AGENCY)

    assert operations._characters <= 1 << 20
    assert len(operations._known) == 20


@pytest.mark.parametrize("text", ["{a" * 1900, "{" + " ".join(f"a{n}" for n in range(3900)) + "}"])
def test_a_wrong_document_costs_a_moment_whatever_its_length(text):
    began = time.thread_time()
    with pytest.raises((DocumentRefused, QueryTooDeep)):
        operation(text)

    assert time.thread_time() - began < 1


def test_a_text_that_is_no_id_is_no_key_either():
    assert len(type_of_id("x" * 1_000_000)) == 100


# --- conditions --------------------------------------------------------------------------------------------------


def cost(text, **variables):
    document = parse(text)
    return cost_model_of(SCHEMA, document, document.definitions[0]).check(variables, page_limit=1000, limit=100_000)


def test_conditions_have_a_price_and_a_limit_wherever_they_stand():
    text = "query($f: PersonFilter) { people(first: 10, filter: $f) { totalCount } }"
    few, many = [{"occupation": {"eq": "farmer"}}] * 10, [{"occupation": {"eq": "farmer"}}] * 10_000

    assert cost(text) == 11
    assert cost(text, f={"or": few}) == 11 + 10 * (21 - 20)
    assert cost(text, f={"or": few * 4}) == 11 + 10 * (81 - 20) + (40 - 20)
    with pytest.raises(TooManyConditions, match="1,000"):
        cost(text, f={"or": many})
    with pytest.raises(TooManyConditions):
        listed = ", ".join(["{occupation: {eq: farmer}}"] * 600)
        cost(f"{{ people(filter: {{or: [{listed}]}}) {{ totalCount }} }}")


def test_what_a_variable_holds_is_counted_no_deeper_than_it_may_go():
    deep = {}
    for _ in range(900):
        deep = {"not": deep}

    with pytest.raises(QueryTooDeep):
        given_in(deep)


# --- time of the processor ---------------------------------------------------------------------------------------


def test_who_owes_time_waits_until_it_is_paid():
    now = [0.0]
    rates = RateLimiter(2, clock=lambda: now[0])
    rates.check("a")
    rates.charge("a", 24)
    with pytest.raises(TooManyRequests, match="in 2 seconds"):
        rates.check("a")
    rates.check("b")
    now[0] = 2.5
    rates.check("a")


def test_strangers_share_what_they_may_take_and_agencies_do_not_pay_for_it():
    budget = CpuBudget(10)
    with budget.spending(None, "192.0.2.1"):
        began = time.thread_time()
        while time.thread_time() - began < 1.2:
            pass

    with pytest.raises(TooManyRequests), budget.spending(None, "198.51.100.7"):
        pass
    with budget.spending(1, "192.0.2.1"):
        pass


# --- the connection ----------------------------------------------------------------------------------------------


async def echo(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    size = 50_000_000 if scope["path"] == "/large" else 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(size).encode())]})
    await send({"type": "http.response.body", "body": b"x" * size})


async def spoken(address, *pieces, pause=0.0):
    """Return the server's bytes until it closes, or for three seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(3):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.fixture
async def address(monkeypatch):
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "SEND_SECONDS"):
        monkeypatch.setattr(protocol, name, 0.3)
    monkeypatch.setattr(protocol, "SWEEP_SECONDS", 0.1)
    monkeypatch.setattr(protocol, "OF_ADDRESS", 5)
    options = {name: value for name, value in BOUNDED.items() if name not in ("log_config", "access_log")}
    async with served(echo, lifespan="off", timeout_keep_alive=1, proxy_headers=False, **options) as found:
        yield found


ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n"


async def test_a_request_within_the_bounds_is_answered_and_the_connection_used_again(address):
    said = await spoken(address, ASKED + b"\r\n", ASKED + b"connection: close\r\n\r\n", pause=0.5)

    assert said.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "pieces, status",
    [
        ([ASKED + b"x-long: " + b"x" * 20_000 + b"\r\n\r\n"], b"431"),
        ([ASKED, *[b"x-more: " + b"y" * 4_000 + b"\r\n"] * 5], b"431"),
        ([b"GET /?" + b"q" * 20_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n"], b"431"),
        ([ASKED], b"408"),
        ([], b"408"),
    ],
)
async def test_a_head_that_is_too_large_or_does_not_come_is_refused(address, pieces, status):
    assert (await spoken(address, *pieces)).startswith(b"HTTP/1.1 " + status)


async def test_a_body_that_stops_coming_is_cut_off(address):
    assert await spoken(address, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n", b"x") == b""


async def test_an_answer_that_nobody_takes_is_cut_off(address):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]), limit=1024)
    writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
    await asyncio.sleep(1.5)

    size = 0
    with pytest.raises(ConnectionError):
        while True:
            piece = await reader.read(1 << 20)
            size += len(piece)
            if not piece:
                raise ConnectionResetError
    assert size < 50_000_000
    writer.close()


async def test_one_address_holds_so_many_connections(address):
    held = [await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1])) for _ in range(5)]

    assert (await spoken(address)).startswith(b"HTTP/1.1 503")
    for _, writer in held:
        writer.close()
    await asyncio.sleep(0.1)
    assert (await spoken(address, ASKED + b"connection: close\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_headers_are_bounded_whatever_server_stands_before(caller):
    response = await caller.client.post("/graphql", json={"query": "{ __typename }"}, headers={"X-Long": "x" * 20_000})

    assert response.status_code == 431
    assert response.json()["errors"][0]["extensions"]["code"] == "HEADERS_TOO_LARGE"


async def test_a_stranger_sends_a_smaller_body_than_an_agency(caller):
    body = {"query": "{ __typename }", "extensions": {"more": "x" * 100_000}}
    stranger = await caller.client.post("/graphql", json=body)
    agency = await caller.client.post("/graphql", json=body, headers=caller.headers("mabar"))

    assert (stranger.status_code, agency.status_code) == (413, 200)


# --- told by their codes -------------------------------------------------------------------------------------------


async def test_more_conditions_than_a_question_may_have_are_refused(caller):
    query = "query($f: PersonFilter) { people(first: 1, filter: $f) { totalCount } }"

    assert await caller.code(query, {"f": {"or": [{"occupation": {"eq": "farmer"}}] * 1_001}}) == "TOO_MANY_CONDITIONS"


async def test_a_long_document_and_a_large_introspection_of_a_stranger_are_refused(caller):
    aliased = " ".join(f"a{n}: __schema {{ types {{ fields {{ type {{ fields {{ name }} }} }} }} }}" for n in range(20))

    assert await caller.code("{ __typename }" + " " * 20_000, key=None) == "DOCUMENT_TOO_LARGE"
    assert await caller.code(f"{{ {aliased} }}", key=None) == "INTROSPECTION_TOO_LARGE"


async def test_a_stranger_sends_five_acts_at_once_and_no_more(caller):
    acts = " ".join(f'a{n}: followComplaint(input: {{code: "x"}}) {{ refusal {{ code }} }}' for n in range(6))

    assert await caller.code(f"mutation {{ {acts} }}", key=None) == "TOO_MANY_ACTS"


async def test_an_act_that_prints_stands_alone(caller):
    acts = " ".join(
        f'a{n}: writeDecreeAnnex(input: {{number: "298/KEP/HK/2024", form: pdf}}) {{ refusal {{ code }} }}'
        for n in range(2)
    )

    assert await caller.code(f"mutation {{ {acts} }}") == "ACT_NOT_ALONE"


async def test_a_body_that_comes_too_slowly_is_told_so(caller, monkeypatch):
    async def slowly():
        yield b'{"query": '
        await asyncio.sleep(0.5)
        yield b'"{ __typename }"}'

    monkeypatch.setattr("api.http.requests.BODY_SECONDS", 0.1)
    answer = await caller.client.post("/graphql", content=slowly(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (408, "REQUEST_TOO_SLOW")


async def test_an_export_beyond_its_size_is_refused_before_a_byte_is_sent(database_url, keys, sealer):
    settings = Settings().model_copy(update={"api_export_megabytes": 0})
    async with opened(settings, database_url, sealer, keys) as caller:
        answer = await caller.client.get("/export/villages.csv", headers=caller.headers("mabar"))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "EXPORT_TOO_LARGE")
