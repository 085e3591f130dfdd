"""The app: every route, middleware and thing that is opened, in one place.

`create_app()` needs a database that is up to date and a sealer; the command `jamsos api serve` gives both.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema

from api.http import graphiql_page
from api.http.auth import Authenticator
from api.http.endpoint import graphql
from api.http.error_format import codes
from api.http.export import export
from api.http.requests import FastRequest
from api.http.responses import exception_response
from api.http.state import AppState, state_of
from api.http.telemetry import Metrics, RequestLog, silence_access_logs
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

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(
    settings: Settings,
    database_url: str,
    sealer: Sealer,
    schema: Schema | None = None,
    beside: Starlette | None = None,
    press: DocumentPrinter | None = None,
) -> Starlette:
    """The ASGI application. `schema` is the programme's unless a test gives another; `beside` answers every other address; `press`
    prints what acts hand out as PDF."""
    schema = with_preparsed_documents(schema or build_schema(Mutation))
    metrics = Metrics()
    silence_access_logs()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_pools(database_url, settings) as pools, _opened(beside):
            app.state.door = AppState(
                settings=settings,
                schema=schema,
                sealer=sealer,
                pools=pools,
                gate=Authenticator(pools, settings),
                rates=RateLimiter(settings.api_requests_per_second),
                operations=Operations(schema._schema, introspection=settings.graphiql),
                documents=Documents(pools, only=settings.api_trusted_only),
                press=press,
            )
            yield

    middleware = [Middleware(RequestLog, metrics=metrics)]
    if tracer := tracer_of_the_environment():
        middleware.append(Middleware(Traced, tracer=tracer))
    middleware.append(Middleware(GraphQLFastPath, endpoint=_told(graphql)))
    routes = [*_routes(settings), *([Mount("", app=beside)] if beside else [])]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    app.state.metrics = metrics
    return app


@asynccontextmanager
async def _opened(beside: Starlette | None) -> AsyncIterator[None]:
    """A mounted application is not opened by itself."""
    if beside is None:
        yield
        return
    async with beside.router.lifespan_context(beside):
        yield


class GraphQLFastPath:
    """Middleware: what is asked of `/graphql` goes to its endpoint past the router, which knows nothing more about it."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint) -> None:
        self._app, self._endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql" and scope["method"] in ("GET", "POST"):
            response = await self._endpoint(FastRequest(scope, receive, send))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _routes(settings: Settings) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/graphql", _told(graphql), methods=["GET", "POST"]),
        Route("/export/{name}.{kind}", _told(export), methods=["GET"]),
        Route("/refusals", _refusals),
        Route("/healthz", _healthz),
        Route("/readyz", _told(_readyz)),
        Route("/metrics", _metrics),
    ]
    return [*routes, graphiql_page.assets()] if settings.graphiql else routes


def _told(endpoint: Endpoint) -> Endpoint:
    """Whatever the endpoint raises becomes an answer."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if isinstance(error, JamsosError):
                request.app.state.metrics.refusal(error.code)
            return exception_response(request, error)

    return guarded


async def _refusals(request: Request) -> Response:
    """Every code that a refusal may have, with its sentence in both languages."""
    return JSONResponse({code: catalogue()[code] for code in codes()})


async def _healthz(request: Request) -> Response:
    """This process answers."""
    return PlainTextResponse("ok")


async def _readyz(request: Request) -> Response:
    """This process and its database answer."""
    await state_of(request).pools.answer(NOTHING, "select 1")
    return JSONResponse({"database": "ok"})


async def _metrics(request: Request) -> Response:
    response: Response = request.app.state.metrics.page()
    return response
