"""Answers: how an outcome becomes an HTTP response, by the rules of GraphQL over HTTP."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.http.error_format import STATUS, VALIDATION_FAILED, error_entry
from api.http.state import language_of
from api.operations import DocumentRefused
from jamsos.db import refusal_of
from jamsos.errors import JamsosError, TooManyRequests

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
RETRY_SECONDS = 5
# A value that does not fit is answered with the schema's names; those are for readers of the schema.
_SUGGESTION = re.compile(r" Did you mean .*\?$")


def media_type(request: Request) -> str:
    """`application/graphql-response+json` where it is asked for before `application/json`."""
    return _wanted(request.headers.get("accept", ""))


@lru_cache(1000)
def _wanted(accept: str) -> str:
    if GRAPHQL not in accept:
        return JSON
    weights = {name: weight for name, weight in map(_weight, accept.split(",")) if name in (GRAPHQL, JSON)}
    return JSON if weights.get(JSON, 0.0) > weights[GRAPHQL] else GRAPHQL


def _weight(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return name, float(parameter[2:]) if parameter[2:].replace(".", "", 1).isdigit() else 0.0
    return name, 1.0


def status_of_words(request: Request) -> int:
    """What a breach of GraphQL's own rules is answered with: plain JSON clients expect 200."""
    return 200 if media_type(request) == JSON else 400


def ok(request: Request, body: bytes) -> Response:
    return Response(body, media_type=f"{media_type(request)}; charset=utf-8")


def body_of(data: Any, errors: Iterable[dict[str, Any]], extensions: dict[str, Any]) -> bytes:
    """The answer's JSON; ready JSON inside `data` (orjson.Fragment) goes through untouched."""
    answer: dict[str, Any] = {"data": data}
    if listed := list(errors):
        answer["errors"] = listed
    if extensions:
        answer["extensions"] = extensions
    return orjson.dumps(answer)


def request_error(
    request: Request, errors: Iterable[BaseException], status: int = 400, code: str | None = None
) -> Response:
    """Refused before anything was executed: no `data`. `code` is for refusals in GraphQL's own words."""
    listed = [error_entry(error, language_of(request), request.state.request_id) for error in errors]
    for entry in listed if code else ():
        entry["extensions"]["code"] = code
        entry["message"] = entry["message"] if code == VALIDATION_FAILED else _SUGGESTION.sub("", entry["message"])
    return Response(
        orjson.dumps({"errors": listed}),
        status_code=status,
        media_type=f"{media_type(request)}; charset=utf-8",
    )


def error_response(request: Request, error: JamsosError) -> Response:
    """One refusal of ours, with its own status."""
    response = request_error(request, [error], STATUS.get(type(error), 400))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.fields["seconds"])
    elif response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jamsos"'
    return response


def exception_response(request: Request, error: Exception) -> Response:
    """Whatever an endpoint raised: a refusal told, anything else masked."""
    if isinstance(error, DocumentRefused):
        return request_error(request, error.errors, 400, error.code)
    if found := refusal_of(error):
        return error_response(request, found)
    return request_error(request, [error], status=500)
