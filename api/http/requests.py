"""GraphQL request parameters: read strictly from HTTP (GraphQL over HTTP; multipart for files) before anything runs.

POST with JSON, POST with files, or GET with a query; one operation each. A file lies in a temporary folder until the
request ends.
"""

import asyncio
import hashlib
import json
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from api.errors import (
    BatchingOff,
    ContentEncodingWrong,
    ContentTypeWrong,
    NumberInAddress,
    RequestMalformed,
    RequestTooLarge,
    RequestTooSlow,
)

BODY_BYTES, STRANGER_BODY_BYTES = 1 << 20, 1 << 16
BODY_SECONDS = 20
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


async def params_by_post(request: Request, media: str, limit: int) -> GraphQLParams:
    """`media`: its content type. Raises ContentTypeWrong, RequestTooLarge, RequestTooSlow, RequestMalformed, BatchingOff."""
    if media != JSON:
        raise ContentTypeWrong()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await body_of(request, limit)
    except TimeoutError:
        raise RequestTooSlow(seconds=BODY_SECONDS) from None
    return params_of(_loaded(body))


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
        return orjson.loads(text.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError:
        raise RequestMalformed(reason="JSON") from None


async def body_of(request: Request, limit: int) -> bytes:
    """The whole body, unpacked. Raises what `pieces_of` does."""
    return b"".join([piece async for piece in pieces_of(request, limit)])


async def pieces_of(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body as the server hands it over, unpacked where it comes packed with gzip.

    Raises RequestTooLarge before more than `limit` bytes are kept, ContentEncodingWrong, RequestMalformed, ClientDisconnect.
    """
    stated = request.headers.get("content-length") or ""
    if stated.isdecimal() and (len(stated) > 18 or int(stated) > limit):
        raise RequestTooLarge(limit=limit)
    unpack, size, more = _unpacker(request), 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect()
        piece, more = message.get("body", b""), message.get("more_body", False)
        if unpack is not None:
            piece = unpack(piece, limit - size + 1, is_last=not more)
        size += len(piece)
        if size > limit:
            raise RequestTooLarge(limit=limit)
        yield piece


class _Gunzip:
    """Unpacks a stream, never more of it at once than is asked for."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def __call__(self, piece: bytes, most: int, *, is_last: bool) -> bytes:
        try:
            found = self._stream.decompress(piece, most)
        except zlib.error:
            raise RequestMalformed(reason="gzip") from None
        if self._stream.unused_data or (is_last and not self._stream.eof and len(found) < most):
            raise RequestMalformed(reason="gzip")
        return found


def _unpacker(request: Request) -> _Gunzip | None:
    encoding = (request.headers.get("content-encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise ContentEncodingWrong()
    return None if encoding == "identity" else _Gunzip()
