"""Tracing: one OpenTelemetry span per request if the office collects them; otherwise no library is loaded.

Set `OTEL_EXPORTER_OTLP_ENDPOINT` (and OpenTelemetry's other variables) and install `jamsos[telemetry]`. A span contains the
fields of the log line, and takes its parent from `traceparent`.
"""

import os
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.telemetry import method_of, route_of
from jamsos.errors import SettingWrong

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def tracer_of_the_environment() -> Any | None:
    """Return a tracer that exports to the office's collector, or None without one. Raises SettingWrong."""
    if not os.environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingWrong(name=ENDPOINT, reason="pip install 'jamsos[telemetry]'") from None
    provider = TracerProvider(resource=Resource.create({"service.name": "jamsos-api"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("jamsos.api")


class Traced:
    """Middleware inside RequestLog: a span from the beginning of the request to the end of the response."""

    def __init__(self, app: ASGIApp, tracer: Any) -> None:
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        request = Request(scope)
        name = f"{method_of(request.scope)} {route_of(request.scope)}"
        # the text of an exception may contain personal data, so it is not recorded
        begun = self._tracer.start_as_current_span(
            name, extract(request.headers), SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        )
        with begun as span:

            async def send_seen(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, send_seen)
            span.set_attribute("http.route", route_of(request.scope))
            span.set_attribute("jamsos.request_id", request.state.request_id)
            span.set_attribute("jamsos.kind", getattr(request.state, "kind", "none"))
