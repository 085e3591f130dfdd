"""Files of a mutation, by the multipart request specification."""

import hashlib
import json
from pathlib import Path

import pytest
import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.build import build_schema
from jamsos.access.rules import Scope
from jamsos.settings import Settings
from tests.api.conftest import opened

LOAD = "mutation($file: Upload!) { load(file: $file) { name text sha256 refusal { code } } }"
LOAD_ALL = "mutation($files: [Upload!]!) { loadAll(files: $files) { name } }"
seen: list[Path] = []


@strawberry.type
class LoadPayload(Payload):
    name: str | None = None
    text: str | None = None
    sha256: str | None = None


@strawberry.type
class Mutation:
    @mutation(Scope.act_registry)
    async def load(self, info: Info, file: Upload) -> LoadPayload:
        seen.append(file.path)
        return LoadPayload(name=file.name, text=file.path.read_text(), sha256=file.sha256)

    @mutation(Scope.act_registry)
    async def load_all(self, info: Info, files: list[Upload]) -> LoadPayload:
        return LoadPayload(name=" ".join(file.name for file in files))


@pytest.fixture
async def caller(database_url, keys, sealer):
    settings, schema = Settings(api_upload_megabytes=2), build_schema(Mutation)
    async with opened(settings, database_url, sealer, keys, schema) as caller:
        yield caller


async def upload(caller, query=LOAD, places=None, files=None, variables=None, key="mabar", **headers):
    operations = {"query": query, "variables": {"file": None} if variables is None else variables}
    form = {"operations": json.dumps(operations), "map": json.dumps(places or {"0": ["variables.file"]})}
    files = files or {"0": ("extract.csv", "nama;nik\n", "text/csv")}
    headers = caller.headers(key, **({"x_jamsos_upload": "1"} | headers))
    return await caller.client.post("/graphql", data=form, files=files, headers=headers)


async def test_a_file_arrives_with_its_name_and_hash_and_is_gone_afterwards(caller):
    answer = (await upload(caller)).json()["data"]["load"]

    assert answer == {
        "name": "extract.csv",
        "text": "nama;nik\n",
        "sha256": hashlib.sha256(b"nama;nik\n").hexdigest(),
        "refusal": None,
    }
    assert not seen[-1].exists()
    assert not seen[-1].parent.exists()


async def test_several_files_go_where_the_map_says(caller):
    files = {"a": ("one.csv", b"1"), "b": ("two.csv", b"2")}
    places = {"a": ["variables.files.1"], "b": ["variables.files.0"]}

    answer = await upload(caller, LOAD_ALL, places, files, {"files": [None, None]})

    assert answer.json()["data"]["loadAll"]["name"] == "two.csv one.csv"


async def test_a_path_in_a_file_name_is_dropped(caller):
    for name in ("../../etc/passwd", "C:\\Users\\x\\passwd", "/etc/passwd"):
        answer = await upload(caller, files={"0": (name, b"x")})
        assert answer.json()["data"]["load"]["name"] == "passwd"


async def test_a_long_name_in_any_letters_is_cut_before_its_ending(caller):
    answer = (await upload(caller, files={"0": (f"{'名' * 90}.csv", b"x")})).json()

    assert answer["data"]["load"]["name"] == f"{'名' * 65}.csv"


@pytest.mark.parametrize(
    "places",
    [
        {"0": ["variables.nothing"]},
        {"0": ["query"]},
        {"0": ["variables.file.deep"]},
        {"0": [""]},
        {"0": "variables.file"},
        {"7": ["variables.file"]},
        {"operations": ["variables.file"]},
        [],
    ],
)
async def test_a_map_that_leads_nowhere_is_refused(caller, places):
    answer = await upload(caller, places=places or {"0": []})

    assert answer.json()["errors"][0]["extensions"]["code"] in ("REQUEST_MALFORMED", "BAD_USER_INPUT")
    assert "data" not in answer.json()


async def test_a_file_never_replaces_a_value(caller):
    answer = await upload(caller, variables={"file": "text"})

    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_MALFORMED"


@pytest.mark.parametrize("value", ["text", {"path": "/etc/passwd"}, 5])
async def test_a_value_is_never_taken_for_a_file(caller, value):
    assert await caller.code(LOAD, {"file": value}) == "BAD_USER_INPUT"
    assert await caller.code('mutation { load(file: "/etc/passwd") { name } }') == "GRAPHQL_VALIDATION_FAILED"


async def test_a_form_needs_the_header_that_no_foreign_page_can_send(caller):
    body = {"operations": "{}", "map": "{}"}
    answer = await caller.client.post("/graphql", data=body, files={"0": b"x"}, headers=caller.headers("mabar"))

    assert answer.json()["errors"][0]["extensions"]["code"] == "CSRF_HEADER_MISSING"


async def test_a_stranger_may_not_send_files(caller):
    answer = await upload(caller, key=None)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "KEY_MISSING")


async def test_a_file_beyond_the_limit_is_refused(caller):
    exact = await upload(caller, files={"0": ("big.csv", b"x" * (2 << 20))})
    within = await upload(caller, files={"0": ("big.csv", b"x" * (1 << 20))})

    assert (exact.status_code, exact.json()["errors"][0]["extensions"]["code"]) == (413, "REQUEST_TOO_LARGE")
    assert len(within.json()["data"]["load"]["text"]) == 1 << 20


@pytest.mark.parametrize(
    "content", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--", b"nonsense"]
)
async def test_a_broken_form_is_refused(caller, content):
    headers = caller.headers("mabar", x_jamsos_upload="1") | {"Content-Type": "multipart/form-data; boundary=x"}

    answer = await caller.client.post("/graphql", content=content, headers=headers)

    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_MALFORMED"


async def test_the_same_file_under_one_idempotency_key_is_loaded_once_and_another_is_refused(caller):
    before = len(seen)
    first = await upload(caller, idempotency_key="load-2026-01")
    again = await upload(caller, idempotency_key="load-2026-01")
    other = await upload(caller, files={"0": ("extract.csv", b"other")}, idempotency_key="load-2026-01")

    assert again.content == first.content
    assert other.status_code == 409
    assert len(seen) == before + 1


async def test_loading_needs_its_scope(caller):
    before = len(seen)

    answer = await upload(caller, key="ntt")

    assert answer.json()["data"]["load"]["refusal"] == {"code": "SCOPE_MISSING"}
    assert len(seen) == before
