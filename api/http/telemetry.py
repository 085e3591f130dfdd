"""Telemetry: one JSON log line and a few counters per request, without personal data.

Logs contain route, method, status, milliseconds, request id and agency id. They never contain the end of a path, a query string,
a variable, an operation's name, a header or an error's text, because each of these may contain a NIK.
"""

import logging
import random
import re
import sys
import time
from datetime import UTC, datetime
from functools import cache, lru_cache

import orjson
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import HeadersTooLarge

HEAD_BYTES = 16_384
_REQUEST_ID = b"x-request-id"
ROUTES = ("/graphql", "/graphiql", "/export", "/refusals", "/healthz", "/readyz", "/metrics")
_FIELDS = ("request_id", "route", "method", "status", "ms", "agency_id", "kind", "error", "places")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# A response may contain personal data: no cache may store it unless its own header allows it.
_ALWAYS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
log = logging.getLogger("jamsos.api")


class Metrics:
    """The counters of `/metrics`, in their own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["route", "method", "status", "kind"]
        self._requests = Counter("jamsos_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "jamsos_request_seconds", "Time to the answer's end.", ["route", "kind"], registry=self.registry
        )
        self._refusals = Counter("jamsos_refusals", "Requests refused, by code.", ["code"], registry=self.registry)

        self.count, self.time = cache(self._requests.labels), cache(self._seconds.labels)

    def request(self, route: str, method: str, status: int, kind: str, seconds: float) -> None:
        self.count(route, method, str(status), kind).inc()
        self.time(route, kind).observe(seconds)

    def refusal(self, code: str) -> None:
        self._refusals.labels(code).inc()

    def page(self) -> Response:
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


class RequestLog:
    """Middleware that gives every request an id and logs its result."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})  # the content of `request.state`
        state["request_id"] = request_id = _request_id(scope)
        began, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] += [(_REQUEST_ID, request_id.encode()), *_missing(message)]
            await send(message)

        try:
            app = self._app if _head_bytes(scope) <= HEAD_BYTES else self._too_large
            await app(scope, receive, send_with_id)
        finally:
            self._tell(scope, status, time.perf_counter() - began)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = HeadersTooLarge(limit=HEAD_BYTES)
        error = {"message": refusal.sentence(), "extensions": {"code": refusal.code}}
        response = Response(orjson.dumps({"errors": [error]}), 431, {"Connection": "close"}, "application/json")
        await response(scope, receive, send)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        state, route, method = scope["state"], route_of(scope), method_of(scope)
        kind = state.get("kind", "none")
        self._metrics.request(route, method, status, kind, seconds)
        level = logging.INFO if route in ROUTES[:3] or kind == "page" else logging.DEBUG
        if log.isEnabledFor(level):
            record = logging.LogRecord(log.name, level, "", 0, "request", (), None)
            record.__dict__ |= {
                "request_id": state["request_id"],
                "route": route,
                "method": method,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "agency_id": state.get("agency_id"),
                "kind": kind,
            }
            log.handle(record)


def _head_bytes(scope: Scope) -> int:
    """Return the size of the request's head, in case another server than ours has no limit."""
    size = len(scope["path"]) + len(scope["query_string"])
    for name, value in scope["headers"]:
        size += len(name) + len(value)
    return size


def _missing(message: Message) -> list[tuple[bytes, bytes]]:
    given = dict(message["headers"])  # ASGI passes them in lower case
    return [header for header in _ALWAYS if header[0] not in given]


def route_of(scope: Scope) -> str:
    """Return the route without its parameters; pages set their own route name."""
    if named := scope.get("state", {}).get("route"):
        return str(named)
    path: str = scope["path"]
    return path if path in ROUTES else next((route for route in ROUTES if path.startswith(route)), "other")


def method_of(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in ("GET", "POST", "HEAD", "OPTIONS") else "other"


def silence_access_logs() -> None:
    """Silence libraries that log addresses with queries, or errors with values."""
    for chatty in ("strawberry.execution", "httpx", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL + 1)


def _request_id(scope: Scope) -> str:
    """Return the client's own request id if it is well-formed, so that both sides find the same line. It is no secret."""
    for name, value in scope["headers"]:
        if name == _REQUEST_ID and _GIVEN_ID.fullmatch(given := value.decode("latin-1")):
            return str(given)
    return f"{random.getrandbits(128):032x}"


@lru_cache(8)
def _second(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Lines(logging.Handler):
    """Writes each record as bytes to standard error, without the text layer, because each request writes one."""

    def __init__(self) -> None:
        super().__init__()
        self._format = JsonLines()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.buffer.write(self._format.line(record) + b"\n")
            sys.stderr.buffer.flush()
        except Exception:
            self.handleError(record)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return self.line(record).decode()

    def line(self, record: logging.LogRecord) -> bytes:
        second, part = divmod(record.created, 1)
        at = f"{_second(second)}.{int(part * 1000):03d}+00:00"
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        said = record.__dict__
        line |= {name: said[name] for name in _FIELDS if said.get(name) is not None}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return orjson.dumps(line, default=str)
