"""Request body: read in pieces up to a limit, decompressed, and strictly validated as one GraphQL operation."""

import zlib
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from api.errors import BatchingOff, ContentEncodingWrong, ContentTypeWrong, RequestMalformed, RequestTooLarge
from api.http.request_context import GraphQLParams

JSON, FORM = "application/json", "multipart/form-data"
_TYPES: dict[str, type] = {"query": str, "documentId": str, "operationName": str, "variables": dict, "extensions": dict}


def content_type(headers: Headers) -> str:
    """Return the media type without parameters. Raises ContentTypeWrong where the text is not UTF-8."""
    media, *parameters = headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8"):
            raise ContentTypeWrong()
    return media.strip().lower()


def checked_params(values: Any, *, is_get: bool = False) -> GraphQLParams:
    """Return the parameters of the operation. Raises BatchingOff, RequestMalformed with the parameter's name."""
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
        values.get("query"),
        values.get("documentId"),
        values.get("operationName"),
        values.get("variables") or {},
        is_get,
    )


def loaded_json(text: bytes) -> Any:
    """Parse JSON. Raises RequestMalformed."""
    try:
        return orjson.loads(text.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError:
        raise RequestMalformed(reason="JSON") from None


async def whole_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Return the whole body, decompressed. Raises the same as `body_pieces`."""
    return b"".join([piece async for piece in body_pieces(headers, receive, limit)])


async def body_pieces(headers: Headers, receive: Receive, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body in pieces, decompressed if it is gzip.

    Raises RequestTooLarge before it stores more than `limit` bytes, ContentEncodingWrong, RequestMalformed, ClientDisconnect.
    """
    stated = headers.get("content-length") or ""
    if stated.isdecimal() and (len(stated) > 18 or int(stated) > limit):
        raise RequestTooLarge(limit=limit)
    unpack, size, more = _unpacker(headers), 0, True
    while more:
        message = await receive()
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
    """Decompresses a stream; each call produces a limited number of bytes."""

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


def _unpacker(headers: Headers) -> _Gunzip | None:
    encoding = (headers.get("content-encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise ContentEncodingWrong()
    return None if encoding == "identity" else _Gunzip()
