"""Every refusal of the API by its stable code, as a client reads it, before anything is fetched."""

import asyncio
import re
import time
import tomllib
from pathlib import Path

import jwt
import pytest
import strawberry
from sqlalchemy import text

from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.build import build_schema
from jamsos.access.rules import Scope
from jamsos.settings import Settings
from tests.api.conftest import opened

HERE = Path(__file__).parent
GRAPHQL = "application/graphql-response+json"
DEEP = "{ villages { nodes " + "{ people { nodes { village " * 5 + "{ code }" + " } } }" * 5 + " } }"
REPEATED = "{ districts(first: 1) { nodes {" + " regency { code }" * 6 + " } } }"
OIDC = {"oidc_issuer": "https://sso.test", "oidc_audience": "jamsos", "oidc_jwks_url": "http://127.0.0.1:9/keys"}


def many(part, count):
    return " ".join(part.format(n) for n in range(count))


LIMITS = {
    DEEP: ("QUERY_TOO_DEEP", {"depth": "18", "limit": "15"}),
    f"{{ {many('__typename', 4001)} }}": ("QUERY_TOO_LONG", {"limit": "4000"}),
    f"{{ {many('a{}: __typename', 51)} }}": ("TOO_MANY_ALIASES", {"count": "51", "limit": "50"}),
    f"{{ __typename {many('@skip(if: false)', 51)} }}": ("TOO_MANY_DIRECTIVES", {"count": "51", "limit": "50"}),
    f"{{ {many('...F', 51)} }} fragment F on Query {{ __typename }}": (
        "TOO_MANY_FRAGMENTS",
        {"count": "51", "limit": "50"},
    ),
    REPEATED: ("TOO_MANY_REPEATS", {"field": "regency", "count": "6", "limit": "5"}),
    "{ villages(first: 1001) { nodes { code } } }": (
        "PAGE_TOO_LARGE",
        {"field": "villages", "size": "1001", "limit": "1000"},
    ),
    "{ villages(first: 1000) { nodes { people(first: 1000) { nodes { sex } } } } }": (
        "COST_TOO_HIGH",
        {"cost": "1002001", "limit": "100000"},
    ),
    "subscription { people { totalCount } }": ("SUBSCRIPTIONS_OFF", {}),
}


@pytest.mark.parametrize("query", LIMITS, ids=[code for code, _ in LIMITS.values()])
async def test_a_document_beyond_a_limit_is_refused_before_the_database_is_asked(caller, monkeypatch, query):
    monkeypatch.setattr("api.pools.Pools.answer", None)  # nothing may be fetched
    code, fields = LIMITS[query]

    answer = await caller.post(query, key="mabar", accept=GRAPHQL)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]) == (400, {"code": code, "fields": fields})
    assert answer.json().keys() == {"errors"}


async def test_the_cost_is_reckoned_from_the_variables_and_told(caller):
    query = "query($n: Int!) { villages(first: $n) { nodes { district { code } } } }"

    small, large = await caller.run(query, {"n": 10}), await caller.run(query, {"n": 400})

    assert small["extensions"] == {"cost": {"requested": 21, "limit": 100_000}}
    assert large["extensions"] == {"cost": {"requested": 801, "limit": 100_000}}


async def test_a_statement_that_takes_too_long_is_stopped(database_url, engine, keys, sealer):
    async with (
        opened(Settings(api_statement_seconds=1), database_url, sealer, keys) as caller,
        engine.begin() as connection,
    ):
        await connection.execute(text("lock table programme.people in access exclusive mode"))
        answer = await caller.post("{ people { nodes { id } } }", key="mabar")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_SLOW"


async def test_whoever_waits_too_long_for_a_connection_is_told(database_url, engine, keys, sealer, monkeypatch):
    monkeypatch.setattr("api.read_pool.WAIT_SECONDS", 0.2)
    async with (
        opened(Settings(api_pool_size=1, api_statement_seconds=2), database_url, sealer, keys) as caller,
        engine.begin() as connection,
    ):
        await connection.execute(text("lock table programme.people in access exclusive mode"))
        asked = [caller.post("{ people { nodes { id } } }", key="mabar") for _ in range(2)]
        answers = await asyncio.gather(*asked)

    codes = sorted(answer.json()["errors"][0]["extensions"]["code"] for answer in answers)
    assert codes == ["QUERY_TOO_SLOW", "TOO_BUSY"]
    assert {answer.status_code for answer in answers} == {503}


async def test_a_token_is_refused_by_code_and_an_issuer_away_is_not_its_fault(database_url, keys, sealer):
    claims = {"iss": "https://sso.test", "aud": "jamsos", "sub": "x", "agency": "mabar", "exp": int(time.time()) + 60}
    async with opened(Settings(**OIDC), database_url, sealer, keys) as caller:
        broken = await caller.post("{ __typename }", key="not.a.token")
        unproven = await caller.post("{ __typename }", key=jwt.encode(claims, "a secret of more than thirty-two bytes"))

    assert (broken.status_code, broken.headers["www-authenticate"]) == (401, 'Bearer realm="jamsos"')
    assert broken.json()["errors"][0]["extensions"]["code"] == "TOKEN_NOT_RECOGNISED"
    assert (unproven.status_code, unproven.json()["errors"][0]["extensions"]["code"]) == (503, "ISSUER_UNREACHABLE")


# --- what the database says, as an act tells it ------------------------------------------------------------------


@strawberry.type
class BreakPayload(Payload):
    done: bool | None = None


@strawberry.type
class Mutation:
    @mutation(Scope.act_people)
    async def break_it(self, info: Info, state: str, words: str) -> BreakPayload:
        """Make the database refuse."""
        await info.context.connection.execute(
            text(f"do $$ begin raise exception '{words}' using errcode = '{state}'; end $$")
        )
        return BreakPayload(done=True)


@pytest.mark.parametrize(
    ("state", "words", "code"),
    [
        ("40001", "x", "TRY_AGAIN"),
        ("40P01", "x", "TRY_AGAIN"),
        ("55P03", "x", "TRY_AGAIN"),
        ("57014", "x", "QUERY_TOO_SLOW"),
        ("22003", "x", "VALUE_OUT_OF_RANGE"),
        ("22008", "x", "VALUE_OUT_OF_RANGE"),
        ("22021", "x", "TEXT_MALFORMED"),
        ("42501", "new row violates row-level security policy", "OUTSIDE_SIGHT"),
    ],
)
async def test_what_the_database_refuses_is_a_typed_result(database_url, keys, sealer, state, words, code):
    query = f'mutation {{ breakIt(state: "{state}", words: "{words}") {{ done refusal {{ code message }} }} }}'
    async with opened(Settings(), database_url, sealer, keys, build_schema(Mutation)) as caller:
        answer = (await caller.data(query))["breakIt"]

    assert (answer["done"], answer["refusal"]["code"]) == (None, code)
    assert words not in answer["refusal"]["message"].split()


@pytest.mark.parametrize("state", ["P0001", "23505", "42501", "42P01", "XX000"])
async def test_anything_else_is_masked_behind_the_requests_id(database_url, keys, sealer, caplog, state):
    query = f'mutation {{ breakIt(state: "{state}", words: "Maria 5315991503800001") {{ done refusal {{ code }} }} }}'
    async with opened(Settings(), database_url, sealer, keys, build_schema(Mutation)) as caller:
        answer = await caller.post(query, key="mabar", x_request_id="mine-12345678")

    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL_ERROR", "requestId": "mine-12345678"}
    assert not re.search("Maria|5315991503800001|raise|Traceback|sqlalchemy|asyncpg", answer.text + caplog.text)


# --- nothing forgotten -------------------------------------------------------------------------------------------

CODES = [
    code
    for path in ("api/messages.toml", "api/sql/messages.toml")
    for code in tomllib.loads(Path(path).read_text(encoding="utf-8"))
]
TOLD_BY_COMMANDS = {"DOCUMENT_WRONG"}


@pytest.mark.parametrize("code", sorted({*CODES} - TOLD_BY_COMMANDS))
def test_every_code_of_the_door_is_read_by_a_test(code):
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))

    assert f'"{code}"' in tests
