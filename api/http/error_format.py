"""Error format: a refusal becomes an entry of `errors` with a sentence in the client's language and a stable code, without a trace.

Our own refusals (JamsosError) are shown. Errors of the GraphQL language keep GraphQL's texts. All others are hidden behind the
request id and logged by class and place only, because library messages may contain personal data.
"""

import logging
import traceback
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from api.errors import (
    AddressUnknown,
    ContentEncodingWrong,
    ContentTypeWrong,
    ExportTooLarge,
    ExportUnknown,
    HeadersTooLarge,
    IssuerUnreachable,
    MethodWrong,
    MutationByGet,
    RequestTooLarge,
    RequestTooSlow,
    TokenNotRecognised,
    TooBusy,
)
from jamsos.access.errors import IdempotencyKeyReused, KeyMissing, KeyNotRecognised, ScopeMissing, SightMissing
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable, JamsosError, QueryTooSlow, TooManyRequests, TryAgain, refusals
from jamsos.messages import Language, say

log = logging.getLogger("jamsos.api")

STATUS: dict[type[JamsosError], int] = {
    KeyMissing: 401,
    KeyNotRecognised: 401,
    TokenNotRecognised: 401,
    ScopeMissing: 403,
    SightMissing: 403,
    AddressUnknown: 404,
    ExportUnknown: 404,
    MethodWrong: 405,
    MutationByGet: 405,
    RequestTooSlow: 408,
    IdempotencyKeyReused: 409,
    ExportTooLarge: 413,
    RequestTooLarge: 413,
    ContentEncodingWrong: 415,
    ContentTypeWrong: 415,
    TooManyRequests: 429,
    HeadersTooLarge: 431,
    DatabaseUnreachable: 503,
    IssuerUnreachable: 503,
    QueryTooSlow: 503,
    TryAgain: 503,
    TooBusy: 503,
}
PARSE_FAILED, VALIDATION_FAILED, BAD_INPUT = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"
INTERNAL = "INTERNAL_ERROR"


def codes() -> list[str]:
    """Return every code of ours that a response may contain."""
    return sorted([kind.code for kind in refusals()] + [INTERNAL])


def error_entry(error: BaseException, language: Language, request_id: str | None) -> dict[str, Any]:
    """Return one entry of `errors`: message, `extensions.code`, and path and locations if GraphQL knows them."""
    if not isinstance(error, GraphQLError):
        return _entry(error, language, request_id)
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        entry: dict[str, Any] = {
            "message": error.message,
            "extensions": {"code": _code(error), **_own(error)},
        }
    else:
        entry = _entry(original, language, request_id)
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    return entry


def _entry(error: BaseException, language: Language, request_id: str | None) -> dict[str, Any]:
    if refusal := refusal_of(error):
        fields = {name: str(value) for name, value in refusal.fields.items()}
        return {"message": refusal.sentence(language), "extensions": {"code": refusal.code, "fields": fields}}
    log_unexpected(error, request_id)
    return {
        "message": say(INTERNAL, language, request=request_id),
        "extensions": {"code": INTERNAL, "requestId": request_id},
    }


def _code(error: GraphQLError) -> str:
    return PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else BAD_INPUT


def _own(error: GraphQLError) -> dict[str, Any]:
    return dict(error.extensions or {})


def log_unexpected(error: BaseException, request_id: str | None) -> None:
    """Log class and place, never the message."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    name = type(error).__name__
    log.error("unexpected %s", name, extra={"request_id": request_id, "error": name, "places": places})
