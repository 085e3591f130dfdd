"""`jamsos api` from an officer's view: real processes."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from api.mutations import Mutation
from api.schema.build import build_schema
from tests.cli.test_main import jamsos

pytestmark = pytest.mark.heavy

KEYS = "1:" + bytes(range(64)).hex()


@contextlib.contextmanager
def serving(database_url, *options):
    """Run `jamsos api serve` in its own process; yield its address and, after the end, its exit code and output."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"JAMSOS_DATABASE_URL": database_url, "JAMSOS_SEAL_KEYS": KEYS, "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "api", "serve", "--port", str(port), *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ended = {}
    try:
        yield f"http://127.0.0.1:{port}", ended
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        ended.update(code=process.returncode, out=out, err=err)


def until_ready(address):
    for _ in range(1200):
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{address}/readyz")
        time.sleep(0.1)
    raise TimeoutError(address)


@pytest.mark.slow
def test_the_public_page_stands_beside_the_api(database_url):
    with serving(database_url) as (address, ended):
        until_ready(address)
        page = httpx.get(f"{address}/")
        assert (page.status_code, "Pemerintah Kabupaten Manggarai Barat" in page.text) == (200, True)
        assert httpx.get(f"{address}/donasi/komitmen/rahasia").status_code == 404
    assert '"/donasi/komitmen/{address}"' in ended["err"] and "rahasia" not in ended["err"]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"JAMSOS_QRIS_STATIC": "000201010211"}, "QRIS_MALFORMED"),
        ({"JAMSOS_OFFICE_FILE": "nowhere.toml"}, "FILE_MISSING"),
        ({"JAMSOS_DONATION_BANK": "Bank NTT"}, "SETTING_WRONG"),
    ],
)
def test_a_wrong_setting_of_the_page_stops_the_start_in_one_sentence(database_url, setting, sentence):
    ended = jamsos("api", "serve", JAMSOS_DATABASE_URL=database_url, JAMSOS_SEAL_KEYS=KEYS, **setting)

    assert (ended.returncode, sentence in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--processes", "2")])
def test_the_api_is_served_until_interrupted(database_url, options):
    with serving(database_url, *options) as (address, ended):
        assert until_ready(address).json() == {"database": "ok"}
        assert httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}).json()["data"] == {
            "__typename": "Query"
        }

    assert ended["code"] == 0
    assert f"{address}/graphql" in ended["out"]
    lines = [json.loads(line) for line in ended["err"].splitlines()]
    assert any(line["event"] == "request" and line["route"] == "/graphql" for line in lines)


def test_serving_without_a_database_is_one_sentence():
    refused = jamsos("api", "serve", JAMSOS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", JAMSOS_SEAL_KEYS=KEYS)

    assert (refused.returncode, "DATABASE_UNREACHABLE" in refused.stderr) == (1, True)


def test_the_schema_is_printed_as_it_is_served():
    assert jamsos("api", "schema").stdout == build_schema(Mutation).as_str() + "\n"


@pytest.mark.slow
def test_a_trusted_document_is_answered_by_the_printed_id(database_url, tmp_path):
    file = tmp_path / "type.graphql"
    file.write_text("query Type { __typename }")

    printed = jamsos("api", "trust", str(file), JAMSOS_DATABASE_URL=database_url, JAMSOS_SEAL_KEYS=KEYS)

    assert printed.returncode == 0
    document, _ = printed.stdout.split()
    with serving(database_url) as (address, _):
        until_ready(address)
        answer = httpx.post(f"{address}/graphql", json={"documentId": document})
        assert answer.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("query Type {\n  nothing }", "2: Cannot query field 'nothing'"),
        ("{", "1: Syntax Error"),
        ("{ __schema { types { name } } }", "Introspection is not answered"),
        (b"\xff", "UTF-8"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_and_none_is_trusted(database_url, tmp_path, body, reason):
    good, bad = tmp_path / "good.graphql", tmp_path / "bad.graphql"
    good.write_text("query Good { __typename }")
    bad.write_bytes(body if isinstance(body, bytes) else body.encode())

    refused = jamsos("api", "trust", str(good), str(bad), JAMSOS_DATABASE_URL=database_url, JAMSOS_SEAL_KEYS=KEYS)

    assert refused.returncode == 1
    assert "DOCUMENT_WRONG" in refused.stderr and reason in refused.stderr and "bad.graphql" in refused.stderr
    assert refused.stdout == ""


def test_old_answers_are_forgotten_by_a_command(database_url):
    forgotten = jamsos("api", "forget", JAMSOS_DATABASE_URL=database_url, JAMSOS_SEAL_KEYS=KEYS)

    assert (forgotten.returncode, forgotten.stdout) == (0, "0 answers deleted.\n")
