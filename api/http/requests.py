"""Requests: what was asked over HTTP, read strictly (GraphQL over HTTP; multipart for files), before anything is done.

POST with JSON, POST with files, or GET with a query; one operation each. A file lies in a temporary folder until the
request ends.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from api.errors import BatchingOff, ContentTypeWrong, NumberInAddress, RequestMalformed, RequestTooLarge

BODY_BYTES = 1 << 20
JSON, FORM = "application/json", "multipart/form-data"
_TYPES: dict[str, type] = {"query": str, "documentId": str, "operationName": str, "variables": dict, "extensions": dict}


@dataclass(slots=True)
class GraphQLParams:
    """One operation as it was asked. `by_get` may only read."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]
    by_get: bool = False
    files: list["UploadedFile"] = field(default_factory=list)

    def fingerprint(self, scopes: Iterable[str], purpose: str | None) -> bytes:
        """SHA-256 over all that decides what is done and shown: document, operation, variables, files, what the asker may, and why."""
        plain = [self.query, self.document_id, self.operation_name, self.variables, sorted(scopes), purpose]
        return hashlib.sha256(json.dumps(plain, sort_keys=True, default=_file_hash).encode()).digest()


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a mutation: its name at the sender's, and where it lies until the request ends."""

    name: str
    path: Path
    size: int
    sha256: str


def _file_hash(value: Any) -> str:
    if isinstance(value, UploadedFile):
        return value.sha256
    raise TypeError(type(value).__name__)


class IndexedHeaders(Headers):
    """Headers that are looked up in a table, because an answer asks for half a dozen; of a repeated one the first, as ever."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower().encode("latin-1")].decode("latin-1")

    def get(self, key: str, default: Any = None) -> Any:
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")


class FastRequest(Request):
    """A request with such headers."""

    @cached_property
    def headers(self) -> Headers:
        return IndexedHeaders(self.scope)


def content_type(request: Request) -> str:
    """The media type without parameters. Raises ContentTypeWrong where the text is not UTF-8."""
    media, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8"):
            raise ContentTypeWrong()
    return media.strip().lower()


async def params_by_post(request: Request, media: str) -> GraphQLParams:
    """`media`: its content type. Raises ContentTypeWrong, RequestTooLarge, RequestMalformed, BatchingOff."""
    if media != JSON:
        raise ContentTypeWrong()
    return params_of(_loaded(await body_of(request, BODY_BYTES)))


def params_by_get(request: Request) -> GraphQLParams:
    """Raises NumberInAddress, RequestMalformed."""
    if any(re.search(r"\b\d{16}\b", value) for value in request.query_params.values()):
        raise NumberInAddress()
    values: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if values.get(name):
            values[name] = _loaded(values[name].encode())
        else:
            values.pop(name, None)
    params = params_of(values)
    params.by_get = True
    return params


def params_of(values: Any) -> GraphQLParams:
    """Check the shapes. Raises RequestMalformed naming the parameter."""
    if isinstance(values, list):
        raise BatchingOff()
    if not isinstance(values, Mapping):
        raise RequestMalformed(reason="not a JSON object")
    for name, wanted in _TYPES.items():
        if values.get(name) is not None and not isinstance(values[name], wanted):
            raise RequestMalformed(reason=f"{name}: {wanted.__name__}")
    if not values.get("query") and not values.get("documentId"):
        raise RequestMalformed(reason="query")
    return GraphQLParams(
        values.get("query"), values.get("documentId"), values.get("operationName"), values.get("variables") or {}
    )


def _loaded(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestMalformed(reason="JSON") from None


async def body_of(request: Request, limit: int) -> bytes:
    """The whole body, as the server hands it over. Raises RequestTooLarge before more than `limit` bytes are kept, ClientDisconnect."""
    if int(request.headers.get("content-length") or 0) > limit:
        raise RequestTooLarge(limit=limit)
    pieces, size, more = [], 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect()
        piece, more = message.get("body", b""), message.get("more_body", False)
        size += len(piece)
        if size > limit:
            raise RequestTooLarge(limit=limit)
        pieces.append(piece)
    return b"".join(pieces)
