"""Load: wrk sends the requests of one case to one server in turn over eight connections, for a few seconds."""

import http.client
import json
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Any

from benchmarks.api.cases import Asked
from benchmarks.api.contestants import Contestant

CONNECTIONS = 8
_SCRIPT = """
local asked, turn = {%s}, 0
request = function() turn = turn %% #asked + 1; return asked[turn] end
done = function(summary, latency)
    local e = summary.errors
    print(string.format('{"requests": %%d, "seconds": %%.3f, "p50": %%.3f, "p99": %%.3f, "failed": %%d}', summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """Requests per second; milliseconds."""

    rate: float
    p50: float
    p99: float


def press(contestant: Contestant, asked: list[Asked], seconds: int) -> Measure:
    """Measure, longer if the first response takes longer. Raises RuntimeError if a request fails."""
    texts = ", ".join(json.dumps(_text(contestant, one)) for one in asked)  # this text has the same notation in Lua
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % texts)
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", script.name]
        address = f"http://127.0.0.1:{contestant.port}"
        printed = subprocess.run([*command, address], check=True, capture_output=True, text=True).stdout
    told = json.loads(printed.splitlines()[-1])
    if told["failed"]:
        raise RuntimeError(f"{contestant.name}: {told}")
    if not told["requests"]:
        return press(contestant, asked, seconds * 4)
    return Measure(told["requests"] / told["seconds"], told["p50"], told["p99"])


def _text(contestant: Contestant, asked: Asked) -> str:
    """Return the whole request in its HTTP form."""
    body = json.dumps(asked.body) if asked.body else ""
    headers = {"Host": f"127.0.0.1:{contestant.port}", **contestant.headers}
    headers |= {"Content-Type": "application/json", "Content-Length": str(len(body.encode()))} if body else {}
    lines = [f"{'POST' if body else 'GET'} {asked.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", body])


def ask(contestant: Contestant, asked: Asked) -> Any:
    """Return one result without GraphQL's frame. Raises RuntimeError for an error."""
    connection = http.client.HTTPConnection("127.0.0.1", contestant.port, timeout=60)
    headers = contestant.headers | ({"Content-Type": "application/json"} if asked.body else {})
    body = json.dumps(asked.body) if asked.body else None
    connection.request("POST" if body else "GET", asked.path, body, headers)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    value = json.loads(text) if response.status == 200 else None
    if value is None or (isinstance(value, dict) and "errors" in value):
        raise RuntimeError(f"{contestant.name} {asked}: {response.status} {text[:500]!r}")
    return value["data"]["answer"] if asked.body else value
