"""Telemetry of requests: ids, counts, codes; never personal data."""

import io
import json
import logging
import sys

import pytest
import strawberry
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.http.telemetry import JsonLines
from api.http.tracing import tracer_of_the_environment
from api.resolvers import Info
from jamsos.errors import SettingWrong
from jamsos.settings import Settings
from tests.api.conftest import opened

NIK = "5315991203850001"


@strawberry.type
class Query:
    @strawberry.field
    def fail(self, info: Info, nik: str) -> str:
        raise ValueError(f"no person {nik}")


@pytest.fixture
def lines():
    """Return the output of every logger, as the server would write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logging.getLogger("jamsos.api").disabled = False  # import-linter silences the loggers it finds
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
async def caller(database_url, keys, sealer):
    async with opened(Settings(), database_url, sealer, keys, strawberry.Schema(Query)) as caller:
        yield caller


def of_the_door(lines):
    return [line for text in lines.getvalue().splitlines() if (line := json.loads(text))["logger"] == "jamsos.api"]


async def test_a_request_leaves_one_line_that_names_nobody(caller, lines):
    await caller.post(
        f'query Q{NIK} {{ fail(nik: "{NIK}") }}',
        key="mabar",
        x_purpose=f"complaint of {NIK}",
        x_request_id="r-20260101",
    )
    await caller.client.get("/graphql", params={"query": f'{{ a{NIK}: fail(nik: "{NIK}") }}'})
    await caller.client.get(f"/nowhere/{NIK}")

    unexpected, first, *_ = of_the_door(lines)
    assert NIK not in lines.getvalue()
    assert unexpected["error"] == "ValueError"
    assert any("fail" in place for place in unexpected["places"])
    assert {name: first[name] for name in ("event", "request_id", "route", "method", "status", "kind")} == {
        "event": "request",
        "request_id": "r-20260101",
        "route": "/graphql",
        "method": "POST",
        "status": 200,
        "kind": "query",
    }
    assert first["agency_id"] > 0


async def test_an_unexpected_error_is_masked_behind_the_requests_id(caller):
    answer = await caller.run(f'{{ fail(nik: "{NIK}") }}', x_request_id="r-20260102")

    assert answer["data"] is None
    assert answer["errors"] == [
        {
            "message": "An error occurred in our system; nothing has changed. Name request r-20260102 when you ask the office.",
            "extensions": {"code": "INTERNAL_ERROR", "requestId": "r-20260102"},
            "locations": [{"line": 1, "column": 3}],
            "path": ["fail"],
        }
    ]


async def test_metrics_count_by_route_and_code_and_never_by_person(caller):
    await caller.post(f'{{ fail(nik: "{NIK}") }}')
    await caller.client.get(f"/nowhere/{NIK}")
    await caller.client.post("/graphql", content=b"{", headers={"Content-Type": "application/json"})
    await caller.client.request(NIK, "/graphql")

    text = (await caller.client.get("/metrics")).text

    assert NIK not in text
    assert 'jamsos_requests_total{kind="query",method="POST",route="/graphql",status="200"} 1.0' in text
    assert 'jamsos_requests_total{kind="none",method="GET",route="other",status="404"} 1.0' in text
    assert 'jamsos_requests_total{kind="none",method="other",route="/graphql",status="405"} 1.0' in text
    assert 'jamsos_refusals_total{code="REQUEST_MALFORMED"} 1.0' in text


def test_a_line_of_another_library_keeps_its_words_but_no_trace():
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "x.py", 1, "failed", (), (ValueError, ValueError(NIK), None)
    )

    line = json.loads(JsonLines().format(record))

    assert (line["event"], line["error"]) == ("failed", "ValueError")
    assert NIK not in json.dumps(line)


async def test_a_span_holds_the_route_and_nobodys_name(database_url, keys, sealer, monkeypatch):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr("api.http.app.tracer_of_the_environment", lambda: provider.get_tracer("test"))
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    async with opened(Settings(), database_url, sealer, keys, strawberry.Schema(Query)) as caller:
        await caller.post(f'{{ fail(nik: "{NIK}") }}', traceparent=parent, x_request_id="r-20260103")

    (span,) = spans.get_finished_spans()
    assert span.name == "POST /graphql"
    assert f"{span.context.trace_id:032x}" == parent.split("-")[1]
    assert dict(span.attributes) == {
        "http.response.status_code": 200,
        "http.route": "/graphql",
        "jamsos.request_id": "r-20260103",
        "jamsos.kind": "query",
    }
    assert NIK not in span.to_json()


def test_tracing_without_its_packages_stops_the_start_and_without_a_collector_is_off(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert tracer_of_the_environment() is None

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingWrong, match=r"jamsos\[telemetry\]"):
        tracer_of_the_environment()
