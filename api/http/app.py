"""The Starlette application: every route, middleware and resource, in one place.

`create_app()` needs a database that is up to date and a sealer; the command `jamsos api serve` gives both.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from typing import Generic, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema

from api.errors import AddressUnknown, MethodWrong
from api.http import graphiql_page
from api.http.auth import Authenticator
from api.http.cpu_budget import CpuBudget
from api.http.endpoint import graphql
from api.http.error_format import codes
from api.http.export import export
from api.http.introspection import Introspection
from api.http.request_context import RequestHead
from api.http.requests import FastRequest, export_request, graphql_request, head_alone, head_of
from api.http.responses import exception_response
from api.http.state import AppState
from api.http.telemetry import ROUTES, Metrics, RequestLog, silence_access_logs
from api.http.tracing import Traced, tracer_of_the_environment
from api.mutations import Mutation
from api.operations import Operations, with_preparsed_documents
from api.pools import open_pools
from api.printer import DocumentPrinter
from api.schema.build import build_schema
from api.trusted_documents import Documents
from jamsos.access.rules import NOTHING
from jamsos.errors import JamsosError
from jamsos.messages import catalogue
from jamsos.rate_limit import RateLimiter
from jamsos.sealing import Sealer
from jamsos.settings import Settings

H = TypeVar("H", bound=RequestHead)
Parse = Callable[[Request, RequestHead, AppState, ExitStack], Awaitable[H]]
Answer = Callable[[AppState, H], Awaitable[Response]]


def create_app(
    settings: Settings,
    database_url: str,
    sealer: Sealer,
    schema: Schema | None = None,
    beside: Starlette | None = None,
    printer: DocumentPrinter | None = None,
) -> Starlette:
    """Return the ASGI application. `schema` defaults to the programme's. `beside` serves all other addresses. `printer` prints the PDF
    documents of mutations."""
    schema = with_preparsed_documents(schema or build_schema(Mutation))
    metrics = Metrics()
    silence_access_logs()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_pools(database_url, settings) as pools, _opened(beside):
            app.state.app_state = AppState(
                settings=settings,
                schema=schema,
                sealer=sealer,
                pools=pools,
                gate=Authenticator(pools, settings),
                rates=RateLimiter(settings.api_requests_per_second),
                cpu=CpuBudget(settings.api_requests_per_second),
                introspection=Introspection(schema._schema),
                operations=Operations(schema._schema, introspection=settings.graphiql),
                documents=Documents(pools, only=settings.api_trusted_only),
                metrics=metrics,
                printer=printer,
            )
            yield

    middleware = [Middleware(RequestLog, metrics=metrics)]
    if tracer := tracer_of_the_environment():
        middleware.append(Middleware(Traced, tracer=tracer))
    page = graphiql_page.page if settings.graphiql else None
    middleware.append(Middleware(GraphQLFastPath, address=Address(graphql_request, graphql, "POST", page=page)))
    routes = [*_routes(settings), Mount("", app=beside or Address(head_alone, _unknown))]
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan)


@asynccontextmanager
async def _opened(beside: Starlette | None) -> AsyncIterator[None]:
    """A mounted application is not opened by itself."""
    if beside is None:
        yield
        return
    async with beside.router.lifespan_context(beside):
        yield


class Address(Generic[H]):
    """An address of ours: takes its methods, parses, answers; whatever is raised meanwhile becomes a response.

    `page`: what a browser gets that asks for nothing."""

    def __init__(
        self, parse: Parse[H], answer: Answer[H], *methods: str, page: Callable[[], Response] | None = None
    ) -> None:
        self._parse, self._answer, self._page = parse, answer, page
        self._methods = ("GET", "HEAD", *methods)
        self._allowed = ", ".join((*self._methods, "OPTIONS"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app_state: AppState = scope["app"].state.app_state
        request = FastRequest(scope, receive, send)
        head = head_of(request, app_state.settings.language or "en")
        with ExitStack() as until_answered:
            parsing = partial(self._parse, request, head, app_state, until_answered)
            response = await self._respond(app_state, head, parsing)
        await response(scope, receive, send)

    async def _respond(self, app_state: AppState, head: RequestHead, parsing: Callable[[], Awaitable[H]]) -> Response:
        if head.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self._allowed})
        try:
            if head.method not in self._methods:
                raise MethodWrong(allowed=self._allowed)
            if self._page and head.is_page_wanted:
                return self._page()
            return await self._answer(app_state, await parsing())
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if isinstance(error, JamsosError):
                app_state.metrics.refusal(error.code)
            return exception_response(head, error)


class GraphQLFastPath:
    """Middleware: what is asked of `/graphql` goes to its address past the router, which knows nothing more about it."""

    def __init__(self, app: ASGIApp, address: ASGIApp) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in ("/graphql", "/graphql/"):
            await self._address(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _routes(settings: Settings) -> list[BaseRoute]:
    """No address below ours is left to the pages."""
    routes: list[BaseRoute] = [
        Route("/export/{name}.{kind}", Address(export_request, export)),
        Route("/refusals", Address(head_alone, _refusals)),
        Route("/healthz", Address(head_alone, _healthz)),
        Route("/readyz", Address(head_alone, _readyz)),
        Route("/metrics", Address(head_alone, _metrics)),
        *([graphiql_page.assets()] if settings.graphiql else []),
    ]
    below = [Mount(prefix, app=Address(head_alone, _unknown)) for prefix in ROUTES]
    return [*routes, *below]


async def _unknown(app_state: AppState, head: RequestHead) -> Response:
    raise AddressUnknown()


async def _refusals(app_state: AppState, head: RequestHead) -> Response:
    """Every code that a refusal may have, with its sentence in both languages."""
    return JSONResponse({code: catalogue()[code] for code in codes()})


async def _healthz(app_state: AppState, head: RequestHead) -> Response:
    """This process answers."""
    return PlainTextResponse("ok")


async def _readyz(app_state: AppState, head: RequestHead) -> Response:
    """This process and its database answer."""
    await app_state.pools.answer(NOTHING, "select 1")
    return JSONResponse({"database": "ok"})


async def _metrics(app_state: AppState, head: RequestHead) -> Response:
    return app_state.metrics.page()
