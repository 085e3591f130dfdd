"""GraphQL over HTTP: the audits of the npm package `graphql-http`, by the package itself if node has it, and as a table.

`npm install --no-save graphql-http graphql` in the repository's folder enables the package.
"""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from api.http.app import create_app
from jamsos.settings import Settings
from tests.api.conftest import served

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "node_modules/graphql-http"
JSON, GRAPHQL = "application/json", "application/graphql-response+json"
ASK, BROKEN, WRONG = "{ __typename }", "{", "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
TYPED = "query Type($name: String!) { __type(name: $name) { name } }"
COERCE = "query CoerceFailure($id: ID!){ __typename }"
NAMED = "query Query { __typename }"
NOT_TEXT = [{"obj": "ect"}, 0, False, ["array"]]
NOT_MAPS = ["string", 0, False, ["array"]]


def body(**values):
    return json.dumps(values, ensure_ascii=False).encode()


# id, body, accept, statuses; then required and forbidden contents of the response
POSTS = [
    ("22EB", body(query=ASK), GRAPHQL, {200}),
    ("4655", body(query=ASK), JSON, {200}),
    ("47DE", body(query=ASK), "*/*", {200}),
    ("80D8 82A3 78D5 2C94 03D4", body(query=ASK), None, {200}),
    ("BF61", body(query='{ __type(name: "Run🏃Swim🏊") { name } }'), None, {200}),
    ("A5BF", b"", None, {400}),
    ("423L", body(notquery=ASK), GRAPHQL, {400}),
    ("8764 3E3A", body(qeury=ASK), None, {400}),
    ("34A2", body(query=ASK), GRAPHQL, {200}),
    ("13EE", body(query=ASK), JSON, {200}),
    ("8161", body(query=NAMED, operationName="Query"), GRAPHQL, {200}),
    ("B8B3", body(query=NAMED, operationName="Query"), JSON, {200}),
    ("2EA1", body(query=TYPED, variables={"name": "sometype"}), GRAPHQL, {200}),
    ("28B9", body(query=TYPED, variables={"name": "sometype"}), JSON, {200}),
    ("428F", body(query=ASK, extensions={"some": "value"}), GRAPHQL, {200}),
    ("1B7A", body(query=ASK, extensions={"some": "value"}), JSON, {200}),
    ("B6DC BCF8", b'{ "not a JSON', JSON, {400}),
    ("B7N8", b'{ "not a JSON', GRAPHQL, {400}),
    ("572B", body(query=BROKEN), JSON, {200}),
    ("FDE2", body(query=WRONG), JSON, {200}),
    ("7B9B", body(query=COERCE, variables={"id": None}), JSON, {200}),
    ("865D 556A D586", body(query=BROKEN), GRAPHQL, {400}),
    ("51FE 74FF 5E5B", body(query=WRONG), GRAPHQL, {400}),
    ("86EE", body(query=COERCE, variables={"id": None}), GRAPHQL, {400}),
    *[(f"LKJ{n}", body(query=wrong), None, {400}) for n, wrong in enumerate(NOT_TEXT)],
    *[(f"6C0{n}", body(query=ASK, operationName=wrong), None, {400}) for n, wrong in enumerate(NOT_TEXT)],
    *[(f"476{n}", body(query=ASK, variables=wrong), None, {400}) for n, wrong in enumerate(NOT_MAPS)],
    *[(f"58B{n}", body(query=ASK, extensions=wrong), None, {400}) for n, wrong in enumerate(NOT_MAPS)],
    *[
        (f"{audit}{n}", body(query=ASK, **{name: None}), accept, {200})
        for n, name in enumerate(["variables", "operationName", "extensions"])
        for audit, accept in [("94B", GRAPHQL), ("022", JSON)]
    ],
]


@pytest.mark.parametrize("audit, content, accept, statuses", POSTS, ids=[row[0] for row in POSTS])
async def test_an_audit_by_post(caller, audit, content, accept, statuses):
    headers = {"Content-Type": JSON} | ({"Accept": accept} if accept else {})

    response = await caller.client.post("/graphql", content=content, headers=headers)

    answer = json.loads(response.content.decode("utf-8", "strict"))
    assert response.status_code in statuses
    assert response.headers["content-type"].startswith(accept if accept not in (None, "*/*") else JSON)
    assert ("data" in answer) == ("errors" not in answer)


async def test_the_audits_by_get(caller):
    async def get(accept, **params):
        return await caller.client.get("/graphql", params=params, headers={"Accept": accept})

    typed = {"query": TYPED, "variables": '{"name": "sometype"}'}
    assert (await get("*/*", query=ASK)).status_code == 200  # 5A70
    assert 400 <= (await get(GRAPHQL, query="mutation { __typename }")).status_code < 500  # 9C48
    assert "errors" not in (await get(GRAPHQL, **typed)).json()  # D6D5
    assert "errors" not in (await get(JSON, **typed)).json()  # 6A70


async def test_a_post_without_content_type_is_refused(caller):  # 9ABE
    request = caller.client.build_request("POST", "/graphql", content=body(query=ASK))
    request.headers.pop("content-type", None)

    assert (await caller.client.send(request)).status_code == 415


@pytest.mark.skipif(
    not shutil.which("node") or not PACKAGE.is_dir(),
    reason="the package speaks only after: npm install --no-save graphql-http graphql",
)
async def test_the_package_itself_finds_nothing(database_url, sealer):
    async with served(create_app(Settings(), database_url, sealer)) as address:
        node = await asyncio.create_subprocess_exec(
            "node", HERE / "audits.mjs", f"{address}/graphql", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await node.communicate()

    assert json.loads(out) == {"count": 61, "failed": []}
