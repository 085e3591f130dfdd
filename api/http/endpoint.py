"""The GraphQL endpoint: `POST /graphql`, `GET /graphql`; one operation per request, one response.

The cheap checks come first: client, rate, document, limits, cost. Only then is anything fetched. The mutations of a request are
one transaction: a response with `errors` has changed nothing. A refused mutation (`refusal` in its payload) has changed nothing
itself, and the other mutations of the request remain valid.
"""

from contextlib import nullcontext

from graphql import GraphQLError
from starlette.responses import Response
from strawberry.types import ExecutionResult

from api.context import Context
from api.errors import MutationByGet
from api.http import idempotency
from api.http.error_format import BAD_INPUT, error_entry
from api.http.request_context import GraphQLParams, RequestContext
from api.http.responses import body_of, introspected, ok, request_error
from api.http.state import AppState
from api.mutations.base import is_long
from api.operations import DocumentRefused, Operation
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable

Asked = RequestContext[GraphQLParams]


class _Undone(Exception):
    """An unexpected error among the mutations: everything is rolled back, and `answer` is the response."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


async def graphql(app_state: AppState, asked: Asked) -> Response:
    params = asked.params
    try:
        text, is_trusted = await app_state.documents.text_of(params), params.document_id is not None
        operation = await app_state.find(asked, text, params.operation_name, is_trusted=is_trusted)
    except DocumentRefused as refusal:
        return request_error(asked, refusal.errors, asked.document_status, refusal.code)
    asked.notes["kind"] = "mutation" if operation.is_mutation else "query"
    if operation.is_introspection:
        return await _introspected(app_state, asked, operation)
    context = _prepared(app_state, asked, operation)
    if context.is_acting:
        return await _acted(app_state, asked, context)
    return _response(asked, context, await app_state.execute(context, params.variables))


async def _introspected(app_state: AppState, asked: Asked, operation: Operation) -> Response:
    try:
        return introspected(asked, await app_state.introspect(asked, operation))
    except GraphQLError as wrong:
        return request_error(asked, [wrong], asked.document_status, BAD_INPUT)


def _prepared(app_state: AppState, asked: Asked, operation: Operation) -> Context:
    """Make every check that needs no data."""
    if operation.is_mutation and asked.params.is_get:
        raise MutationByGet()
    limits = app_state.settings
    cost = operation.cost_model.check(asked.params.variables, page_limit=limits.api_page_size, limit=limits.api_cost)
    context = app_state.context(asked, operation)
    context.extensions["cost"] = {"requested": cost, "limit": limits.api_cost}
    return context


async def _acted(app_state: AppState, asked: Asked, context: Context) -> Response:
    key = idempotency.checked(asked.idempotency_key)
    fingerprint = asked.params.fingerprint(context.actor.scopes, context.actor.purpose, context.actor.proof)

    async def act() -> bytes:
        result = await app_state.execute(context, asked.params.variables)
        if result.errors:
            raise _Undone(result)
        return body_of(result.data, (), context.extensions)

    try:
        async with context.acting() if not is_long(context) else nullcontext():
            body = await idempotency.once(context, key, fingerprint, act)
    except _Undone as undone:
        for error in undone.result.errors or ():
            if isinstance(gone := refusal_of(error.original_error), DatabaseUnreachable):
                raise gone from None
        undone.result.data = None
        return _response(asked, context, undone.result)
    return ok(asked, body)


def _response(asked: Asked, context: Context, result: ExecutionResult) -> Response:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _before_execution(asked, errors)
    listed = (error_entry(error, asked.language, asked.request_id) for error in errors)
    return ok(asked, body_of(result.data, listed, context.extensions))


def _before_execution(asked: Asked, errors: list[GraphQLError]) -> Response:
    """Return an error without a path: a wrong variable, or a refused operation."""
    first = errors[0].original_error
    if first is None or isinstance(first, GraphQLError):
        return request_error(asked, errors, asked.document_status, BAD_INPUT)
    raise first
