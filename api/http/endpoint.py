"""The endpoint: `POST /graphql`, `GET /graphql`: one operation in, one answer out.

The cheap refusals come first: who asks, how often, what was asked, is it within the limits, may it cost that much; only then is
anything fetched. The acts of one request are one transaction: an answer with `errors` has changed nothing; a refused act
(`refusal` in its payload) has changed nothing itself, and the other acts of the request stand.
"""

import tempfile
from pathlib import Path

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from api.context import Context
from api.errors import MutationByGet
from api.http import graphiql_page, idempotency
from api.http.error_format import BAD_INPUT, error_entry
from api.http.requests import FORM, GraphQLParams, content_type, params_by_get, params_by_post
from api.http.responses import body_of, ok, request_error, status_of_words
from api.http.state import AppState, state_of
from api.http.uploads import params_with_files
from api.operations import DocumentRefused
from jamsos.access.errors import KeyMissing
from jamsos.access.rules import Actor
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable


class _Undone(Exception):
    """Something unexpected happened among the acts: nothing is kept, and `answer` says so."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


async def graphql(request: Request) -> Response:
    app_state = state_of(request)
    if graphiql_page.is_wanted(request, app_state.settings):
        return graphiql_page.page()
    actor = await app_state.admit(request)
    if request.method != "POST":
        return await _answer(request, app_state, actor, params_by_get(request))
    media = content_type(request)
    if media != FORM:
        return await _answer(request, app_state, actor, await params_by_post(request, media))
    if actor.agency_id is None:  # strangers may not send files
        raise KeyMissing()
    with tempfile.TemporaryDirectory(prefix="jamsos-") as folder:
        params = await params_with_files(request, Path(folder), app_state.settings.api_upload_megabytes << 20)
        return await _answer(request, app_state, actor, params)


async def _answer(request: Request, app_state: AppState, actor: Actor, params: GraphQLParams) -> Response:
    try:
        context = await _prepared(request, app_state, actor, params)
    except DocumentRefused as refusal:
        return request_error(request, refusal.errors, status_of_words(request), refusal.code)
    request.scope["state"]["kind"] = "mutation" if context.is_acting else "query"
    if context.is_acting:
        return await _acted(request, app_state, context, params)
    return _response(request, context, await app_state.execute(context, params.variables))


async def _prepared(request: Request, app_state: AppState, actor: Actor, params: GraphQLParams) -> Context:
    """Everything that can be refused before anything is fetched."""
    text = await app_state.documents.text_of(params)
    operation = app_state.operations.find(text, params.operation_name, suggestions=actor.agency_id is not None)
    if operation.is_mutation and params.by_get:
        raise MutationByGet()
    limits = app_state.settings
    cost = operation.cost_model.check(params.variables, page_limit=limits.api_page_size, limit=limits.api_cost)
    context = app_state.context(request, actor, operation)
    context.extensions["cost"] = {"requested": cost, "limit": limits.api_cost}
    return context


async def _acted(request: Request, app_state: AppState, context: Context, params: GraphQLParams) -> Response:
    key = idempotency.key_of(request)

    async def act() -> bytes:
        result = await app_state.execute(context, params.variables)
        if result.errors:
            raise _Undone(result)
        return body_of(result.data, (), context.extensions)

    try:
        async with context.acting():
            body = await idempotency.once(
                context, key, params.fingerprint(context.actor.scopes, context.actor.purpose), act
            )
    except _Undone as undone:
        for error in undone.result.errors or ():
            if isinstance(gone := refusal_of(error.original_error), DatabaseUnreachable):
                raise gone from None
        undone.result.data = None
        return _response(request, context, undone.result)
    return ok(request, body)


def _response(request: Request, context: Context, result: ExecutionResult) -> Response:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _before_execution(request, errors)
    listed = (error_entry(error, context.language, context.actor.request_id) for error in errors)
    return ok(request, body_of(result.data, listed, context.extensions))


def _before_execution(request: Request, errors: list[GraphQLError]) -> Response:
    """An error without a path: a variable that does not fit, or the whole operation refused."""
    first = errors[0].original_error
    if first is None or isinstance(first, GraphQLError):
        return request_error(request, errors, status_of_words(request), BAD_INPUT)
    raise first
