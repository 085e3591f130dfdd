"""Request parsing: the only module that uses the request; it returns frozen values for all others.

GraphQL comes by POST with JSON, POST with files (the multipart request specification), or GET with a query; one operation each.
The client is authenticated before the body is read, because a client without a key has a smaller limit. An uploaded file is in a
temporary folder until the request ends.
"""

import asyncio
import re
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from api.errors import ContentTypeWrong, NumberInAddress, RequestMalformed, RequestTooSlow
from api.http import negotiation
from api.http.body import FORM, JSON, body_pieces, checked_params, content_type, loaded_json, whole_body
from api.http.request_context import ExportParams, GraphQLParams, RequestContext, RequestHead, with_params
from api.http.state import AppState
from api.http.uploads import params_with_files
from jamsos.access.errors import KeyMissing
from jamsos.messages import Language
from jamsos.rate_limit import network_of

BODY_BYTES, STRANGER_BODY_BYTES = 1 << 20, 1 << 16
BODY_SECONDS = 20
PURPOSE_LENGTH = 200
EXPORT_ARGUMENTS = ("filter", "orderBy", "asOf")
EXPORT_WEIGHT = 10  # cost of an export in the client's rate limit


class IndexedHeaders(Headers):
    """Headers indexed once for fast repeated lookups; the first value wins for a repeated header."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower().encode("latin-1")].decode("latin-1")

    def get(self, key: str, default: Any = None) -> Any:
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")


class FastRequest(Request):
    """A request with indexed headers."""

    @cached_property
    def headers(self) -> Headers:
        return IndexedHeaders(self.scope)


def head_of(request: Request, default: Language) -> RequestHead:
    """Return the head of the request. `default` is the office's language."""
    headers, state = request.headers, request.scope["state"]
    method, accept, spoken = request.scope["method"], headers.get("accept") or "", headers.get("accept-language")
    return RequestHead(
        request_id=state["request_id"],
        method=method,
        language=negotiation.language(spoken, default) if spoken else default,
        media_type=negotiation.media_type(accept),
        credential=headers.get("authorization"),
        purpose=_purpose(headers.get("x-purpose")),
        network=network_of(request.client.host) if request.client else "",
        is_page_wanted=method != "POST" and negotiation.prefers_page(accept) and not _asks_something(request),
        accept_encoding=headers.get("accept-encoding") or "",
        known_etags=headers.get("if-none-match") or "",
        idempotency_key=headers.get("idempotency-key"),
        notes=state,
    )


def _asks_something(request: Request) -> bool:
    return not {"query", "documentId"}.isdisjoint(request.query_params)


def _purpose(stated: str | None) -> str | None:
    """Decode the purpose: headers arrive as Latin-1, but a purpose may be UTF-8."""
    return (stated and stated.encode("latin-1").decode("utf-8", "replace").strip()[:PURPOSE_LENGTH]) or None


async def head_alone(
    request: Request, head: RequestHead, app_state: AppState, until_answered: ExitStack
) -> RequestHead:
    """Return the head for an endpoint without key and parameters."""
    return head


async def graphql_request(
    request: Request, head: RequestHead, app_state: AppState, until_answered: ExitStack
) -> RequestContext[GraphQLParams]:
    """Parse and authenticate a GraphQL request. Raises the refusals of `admit`, of the parameters and of the body."""
    actor = await app_state.admit(head)
    if head.method != "POST":
        return with_params(head, actor, _from_address(request))
    media, is_stranger = content_type(request.headers), actor.agency_id is None
    if media != FORM:
        limit = STRANGER_BODY_BYTES if is_stranger else BODY_BYTES
        return with_params(head, actor, await _from_json(request, media, limit))
    if is_stranger:  # clients without a key may not send files
        raise KeyMissing()
    folder = Path(until_answered.enter_context(tempfile.TemporaryDirectory(prefix="jamsos-")))
    pieces = body_pieces(request.headers, request.receive, app_state.settings.api_upload_megabytes << 20)
    return with_params(head, actor, await params_with_files(request.headers, pieces, folder, BODY_BYTES))


async def _from_json(request: Request, media: str, limit: int) -> GraphQLParams:
    if media != JSON:
        raise ContentTypeWrong()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await whole_body(request.headers, request.receive, limit)
    except TimeoutError:
        raise RequestTooSlow(seconds=BODY_SECONDS) from None
    return checked_params(loaded_json(body))


def _from_address(request: Request) -> GraphQLParams:
    if any(re.search(r"\b\d{16}\b", value) for value in request.query_params.values()):
        raise NumberInAddress()
    values: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if values.get(name):
            values[name] = loaded_json(values[name].encode())
        else:
            values.pop(name, None)
    return checked_params(values, is_get=True)


async def export_request(
    request: Request, head: RequestHead, app_state: AppState, until_answered: ExitStack
) -> RequestContext[ExportParams]:
    """Parse and authenticate an export request. Raises the refusals of `admit`, and RequestMalformed."""
    actor = await app_state.admit(head, weight=EXPORT_WEIGHT)
    head.notes["kind"] = "export"
    asked = request.query_params
    if unknown := asked.keys() - {*EXPORT_ARGUMENTS, "fields"}:
        raise RequestMalformed(reason=min(unknown)[:40])
    arguments = {name: _json_or_text(asked[name]) for name in EXPORT_ARGUMENTS if name in asked}
    name, kind = request.path_params["name"], request.path_params["kind"]
    return with_params(head, actor, ExportParams(name, kind, asked.get("fields"), arguments, request.is_disconnected))


def _json_or_text(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
