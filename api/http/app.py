"""The Starlette application: every route, middleware and resource, in one place.

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

from api.errors import AddressUnknown, MethodWrong
from api.http import graphiql_page
from api.http.auth import Authenticator
from api.http.cpu_budget import CpuBudget
from api.http.endpoint import graphql
from api.http.error_format import codes
from api.http.export import export
from api.http.introspection import Introspection
from api.http.request_head import RequestHead, head_of
from api.http.requests import FastRequest
from api.http.responses import exception_response
from api.http.state import AppState, state_of
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

Answering = Callable[[Request, RequestHead], Awaitable[Response]]


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
                cpu=CpuBudget(settings.api_requests_per_second),
                introspection=Introspection(schema._schema),
                operations=Operations(schema._schema, introspection=settings.graphiql),
                documents=Documents(pools, only=settings.api_trusted_only),
                press=press,
            )
            yield

    middleware = [Middleware(RequestLog, metrics=metrics)]
    if tracer := tracer_of_the_environment():
        middleware.append(Middleware(Traced, tracer=tracer))
    middleware.append(Middleware(GraphQLFastPath, address=Address(graphql, "POST")))
    routes = [*_routes(settings), Mount("", app=beside or Address(_unknown))]
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


class Address:
    """An address of ours: takes its methods, and whatever is raised behind it becomes an answer."""

    def __init__(self, answer: Answering, *methods: str) -> None:
        self._answer = answer
        self._methods = ("GET", "HEAD", *methods)
        self._allowed = ", ".join((*self._methods, "OPTIONS"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(FastRequest(scope, receive, send))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        app_state = getattr(request.app.state, "door", None)
        head = head_of(request, (app_state and app_state.settings.language) or "en")
        if head.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self._allowed})
        try:
            if head.method not in self._methods:
                raise MethodWrong(allowed=self._allowed)
            return await self._answer(request, head)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if isinstance(error, JamsosError):
                request.app.state.metrics.refusal(error.code)
            return exception_response(head, error)


class GraphQLFastPath:
    """Middleware: what is asked of `/graphql` goes to its address past the router, which knows nothing more about it."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in ("/graphql", "/graphql/"):
            await self._address(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _routes(settings: Settings) -> list[BaseRoute]:
    """No address below ours is left to the pages."""
    routes: list[BaseRoute] = [
        Route("/export/{name}.{kind}", Address(export)),
        Route("/refusals", Address(_refusals)),
        Route("/healthz", Address(_healthz)),
        Route("/readyz", Address(_readyz)),
        Route("/metrics", Address(_metrics)),
        *([graphiql_page.assets()] if settings.graphiql else []),
    ]
    below = [Mount(prefix, app=Address(_unknown)) for prefix in ROUTES]
    return [*routes, *below]


async def _unknown(request: Request, head: RequestHead) -> Response:
    raise AddressUnknown()


async def _refusals(request: Request, head: RequestHead) -> Response:
    """Every code that a refusal may have, with its sentence in both languages."""
    return JSONResponse({code: catalogue()[code] for code in codes()})


async def _healthz(request: Request, head: RequestHead) -> Response:
    """This process answers."""
    return PlainTextResponse("ok")


async def _readyz(request: Request, head: RequestHead) -> Response:
    """This process and its database answer."""
    await state_of(request).pools.answer(NOTHING, "select 1")
    return JSONResponse({"database": "ok"})


async def _metrics(request: Request, head: RequestHead) -> Response:
    response: Response = request.app.state.metrics.page()
    return response
