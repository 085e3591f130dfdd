"""The GraphQL endpoint: `POST /graphql`, `GET /graphql`; one operation, one response.

The cheap refusals come first: who asks, how often, what was asked, is it within the limits, may it cost that much; only then is
anything fetched. The acts of one request are one transaction: an answer with `errors` has changed nothing; a refused act
(`refusal` in its payload) has changed nothing itself, and the other acts of the request stand.
"""

import tempfile
from contextlib import nullcontext
from pathlib import Path

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from api.context import Context
from api.errors import MutationByGet
from api.http import graphiql_page, idempotency
from api.http.error_format import BAD_INPUT, error_entry
from api.http.request_head import RequestHead
from api.http.requests import (
    BODY_BYTES,
    FORM,
    STRANGER_BODY_BYTES,
    GraphQLParams,
    content_type,
    params_by_get,
    params_by_post,
)
from api.http.responses import body_of, introspected, ok, request_error
from api.http.state import AppState, state_of
from api.http.uploads import params_with_files
from api.mutations.base import is_long
from api.operations import DocumentRefused, Operation
from jamsos.access.errors import KeyMissing
from jamsos.access.rules import Actor
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable


class _Undone(Exception):
    """Something unexpected happened among the acts: nothing is kept, and `answer` says so."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


async def graphql(request: Request, head: RequestHead) -> Response:
    app_state = state_of(request)
    if graphiql_page.is_wanted(head, request.query_params.keys(), app_state.settings):
        return graphiql_page.page()
    actor = await app_state.admit(head)
    if head.method != "POST":
        return await _answer(head, app_state, actor, params_by_get(request))
    media = content_type(request)
    if media != FORM:
        limit = STRANGER_BODY_BYTES if actor.agency_id is None else BODY_BYTES
        return await _answer(head, app_state, actor, await params_by_post(request, media, limit))
    if actor.agency_id is None:  # strangers may not send files
        raise KeyMissing()
    with tempfile.TemporaryDirectory(prefix="jamsos-") as folder:
        params = await params_with_files(request, Path(folder), app_state.settings.api_upload_megabytes << 20)
        return await _answer(head, app_state, actor, params)


async def _answer(head: RequestHead, app_state: AppState, actor: Actor, params: GraphQLParams) -> Response:
    try:
        text, is_trusted = await app_state.documents.text_of(params), params.document_id is not None
        operation = await app_state.find(head, actor, text, params.operation_name, is_trusted=is_trusted)
    except DocumentRefused as refusal:
        return request_error(head, refusal.errors, head.status_of_words, refusal.code)
    head.notes["kind"] = "mutation" if operation.is_mutation else "query"
    if operation.is_introspection:
        return await _introspected(head, app_state, actor, operation, params)
    context = _prepared(head, app_state, actor, operation, params)
    if context.is_acting:
        return await _acted(head, app_state, context, params)
    return _response(head, context, await app_state.execute(context, params.variables))


async def _introspected(
    head: RequestHead, app_state: AppState, actor: Actor, operation: Operation, params: GraphQLParams
) -> Response:
    try:
        return introspected(head, await app_state.introspect(head, actor, operation, params.variables))
    except GraphQLError as wrong:
        return request_error(head, [wrong], head.status_of_words, BAD_INPUT)


def _prepared(
    head: RequestHead, app_state: AppState, actor: Actor, operation: Operation, params: GraphQLParams
) -> Context:
    """Everything that can be refused before anything is fetched."""
    if operation.is_mutation and params.by_get:
        raise MutationByGet()
    limits = app_state.settings
    cost = operation.cost_model.check(params.variables, page_limit=limits.api_page_size, limit=limits.api_cost)
    context = app_state.context(head, actor, operation)
    context.extensions["cost"] = {"requested": cost, "limit": limits.api_cost}
    return context


async def _acted(head: RequestHead, app_state: AppState, context: Context, params: GraphQLParams) -> Response:
    key = idempotency.checked(head.idempotency_key)
    fingerprint = params.fingerprint(context.actor.scopes, context.actor.purpose)

    async def act() -> bytes:
        result = await app_state.execute(context, params.variables)
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
        return _response(head, context, undone.result)
    return ok(head, body)


def _response(head: RequestHead, context: Context, result: ExecutionResult) -> Response:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _before_execution(head, errors)
    listed = (error_entry(error, head.language, head.request_id) for error in errors)
    return ok(head, body_of(result.data, listed, context.extensions))


def _before_execution(head: RequestHead, errors: list[GraphQLError]) -> Response:
    """An error without a path: a variable that does not fit, or the whole operation refused."""
    first = errors[0].original_error
    if first is None or isinstance(first, GraphQLError):
        return request_error(head, errors, head.status_of_words, BAD_INPUT)
    raise first
