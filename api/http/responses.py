"""HTTP responses by the GraphQL over HTTP specification."""

from collections.abc import Iterable
from typing import Any

import orjson
from starlette.responses import Response

from api.errors import MethodWrong
from api.http.error_format import STATUS, VALIDATION_FAILED, error_entry
from api.http.introspection import Introspected
from api.http.request_context import RequestHead
from api.operations import DocumentRefused
from jamsos.db import refusal_of
from jamsos.errors import JamsosError, TooManyRequests

RETRY_SECONDS = 5
# A wrong value is reported with names of the schema; those are only for clients that may read the schema.
_SUGGESTION = " Did you mean "


def ok(head: RequestHead, body: bytes) -> Response:
    return Response(body, media_type=f"{head.media_type}; charset=utf-8")


def introspected(head: RequestHead, found: Introspected) -> Response:
    """Return the cached introspection, compressed if the client accepts that; a GET with a matching ETag gets no body."""
    headers = {"ETag": found.etag, "Vary": "Accept, Accept-Encoding", "Cache-Control": "private, no-cache"}
    if head.method != "POST" and found.etag in head.known_etags:
        return Response(status_code=304, headers=headers)
    if not head.takes_gzip:
        return Response(found.body, media_type=f"{head.media_type}; charset=utf-8", headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(found.packed, media_type=f"{head.media_type}; charset=utf-8", headers=headers)


def body_of(data: Any, errors: Iterable[dict[str, Any]], extensions: dict[str, Any]) -> bytes:
    """Return the JSON body; finished JSON inside `data` (orjson.Fragment) is copied unchanged."""
    answer: dict[str, Any] = {"data": data}
    if listed := list(errors):
        answer["errors"] = listed
    if extensions:
        answer["extensions"] = extensions
    return orjson.dumps(answer)


def request_error(
    head: RequestHead, errors: Iterable[BaseException], status: int = 400, code: str | None = None
) -> Response:
    """Return an error before execution, without `data`. `code` is for errors in GraphQL's own words."""
    listed = [error_entry(error, head.language, head.request_id) for error in errors]
    for entry in listed if code else ():
        entry["extensions"]["code"] = code
        entry["message"] = entry["message"] if code == VALIDATION_FAILED else _unsuggested(entry["message"])
    return Response(orjson.dumps({"errors": listed}), status, media_type=f"{head.media_type}; charset=utf-8")


def _unsuggested(message: str) -> str:
    return message.partition(_SUGGESTION)[0] if message.endswith("?") else message


def error_response(head: RequestHead, error: JamsosError) -> Response:
    """Return one refusal of ours, with its own status."""
    response = request_error(head, [error], STATUS.get(type(error), 400))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.fields["seconds"])
    elif response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jamsos"'
    elif isinstance(error, MethodWrong):
        response.headers["Allow"] = error.fields["allowed"]
    elif response.status_code in (408, 413):  # the rest of the body is not read
        response.headers["Connection"] = "close"
    return response


def exception_response(head: RequestHead, error: Exception) -> Response:
    """Return the response to an exception of an endpoint: a refusal is shown, anything else is hidden."""
    if isinstance(error, DocumentRefused):
        return request_error(head, error.errors, 400, error.code)
    if found := refusal_of(error):
        return error_response(head, found)
    return request_error(head, [error], status=500)
