"""The site: every public page and its address, in both languages.

It is a separate application, which the command line serves beside the API under one address.
"""

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from jamsos.donations.errors import NoticeMalformed, NoticeNotSigned, NoticeRepeated
from jamsos.donations.qris import parse
from jamsos.errors import DatabaseUnreachable, JamsosError, NotFound, TooManyRequests
from jamsos.ledger.errors import FundUnknown
from jamsos.sealing import Sealer
from jamsos.settings import Settings
from web import complaints, donations, home, issued_papers, pages, payment_notices, receipts, traces
from web.errors import FormFromElsewhere, FormTooLarge, LinkOld
from web.office import Office
from web.security_headers import SecurityHeaders
from web.state import open_state

Endpoint = Callable[[Request], Awaitable[Response]]
Refusing = Callable[[Request, int, JamsosError | None], Response]
STATUS: dict[type[JamsosError], int] = {
    NotFound: 404,
    FundUnknown: 404,
    DatabaseUnreachable: 503,
    FormFromElsewhere: 403,
    FormTooLarge: 413,
    TooManyRequests: 429,
    NoticeMalformed: 400,
    NoticeNotSigned: 401,
    NoticeRepeated: 409,
    LinkOld: 410,
}
KINDS = {"css": "text/css", "svg": "image/svg+xml"}
log = logging.getLogger("jamsos.web")


def create_site(settings: Settings, database_url: str, sealer: Sealer, office: Office) -> Starlette:
    """Return the public pages as an ASGI application. Raises QrisMalformed at the start, before anybody donates with a truncated code."""
    if settings.qris_static:
        parse(settings.qris_static)

    @asynccontextmanager
    async def lifespan(site: Starlette) -> AsyncIterator[None]:
        async with open_state(settings, database_url, sealer, office) as site.state.site_state:
            yield

    routes = [
        *_in_both("/", home.home),
        *_in_both("/donasi", donations.form),
        *_in_both("/donasi", donations.pledge, ("POST",)),
        *_in_both("/donasi/bahasa", donations.in_other_language, ("POST",)),
        *_in_both("/donasi/komitmen/{address}", donations.promised),
        *_in_both("/donasi/komitmen/{address}/qris.png", donations.qris),
        *_in_both("/dana/{code}", traces.fund),
        *_in_both("/dana/{code}/penerimaan/{number:path}", traces.deposit),
        *_in_both("/iuran", traces.ask_own),
        *_in_both("/iuran", traces.own, ("POST",)),
        *_in_both("/iuran/bahasa", traces.own_in_other_language, ("POST",)),
        *_in_both("/iuran/lihat/{word}", traces.own_at),
        *_in_both("/kuitansi", receipts.receipts),
        *_in_both("/kuitansi/{code}", receipts.receipt),
        *_in_both("/verify", issued_papers.search),
        *_in_both("/verify/{serial}", issued_papers.issued),
        *_in_both("/pengaduan", complaints.form),
        *_in_both("/pengaduan", complaints.file, ("POST",)),
        *_in_both("/pengaduan/terkirim/{word}", complaints.filed),
        *_in_both("/pengaduan/terkirim/{word}/kode.txt", complaints.code_file),
        *_in_both("/pengaduan/lihat", complaints.look, ("POST",)),
        *_in_both("/pengaduan/lihat/{word}", complaints.looked),
        *_in_both("/pengaduan/banding", complaints.appeal, ("POST",)),
        *_in_both("/pengaduan/bahasa", complaints.in_other_language, ("POST",)),
        *(
            route
            for path in ("lihat", "banding", "bahasa")
            for route in _in_both(f"/pengaduan/{path}", complaints.to_form)
        ),
        *_in_both("/donasi/bahasa", donations.to_form),
        *_in_both("/iuran/bahasa", traces.to_own),
        Route(
            payment_notices.PATH,
            _told(payment_notices.notice, payment_notices.PATH, "notice", payment_notices.refused),
            methods=["POST"],
        ),
        Route("/aset/{name}", asset),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders)],
        lifespan=lifespan,
        exception_handlers={HTTPException: _elsewhere},
    )


def _in_both(path: str, endpoint: Endpoint, methods: tuple[str, ...] = ("GET",)) -> Iterator[BaseRoute]:
    for prefix in pages.PREFIX.values():
        yield Route((prefix + path).removesuffix("/") or "/", _told(endpoint, path), methods=list(methods))


def trouble(request: Request, status: int, refusal: JamsosError | None = None) -> Response:
    """Show a refusal in its own sentence, and any other error in a general one."""
    kind = status if status in (403, 404, 405, 410, 413, 422, 429, 503) else 500
    sentence = refusal.sentence(pages.language_of(request)) if refusal and kind in (403, 410, 413, 422, 429) else None
    return pages.page(request, "trouble.html", status=status, kind=kind, sentence=sentence)


def _told(endpoint: Endpoint, route: str, kind: str = "page", refuse: Refusing = trouble) -> Endpoint:
    """Convert exceptions of an endpoint into responses, and pass the log the address without its codes."""

    async def guarded(request: Request) -> Response:
        request.state.route, request.state.kind = route, kind
        try:
            return await endpoint(request)
        except JamsosError as refusal:
            return refuse(request, STATUS.get(type(refusal), 422), refusal)
        except Exception as error:
            places = [
                f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            log.error("unexpected", extra={"error": type(error).__name__, "places": places[-5:]})
            return refuse(request, 500, None)

    return guarded


async def _elsewhere(request: Request, error: Exception) -> Response:
    """Return the response to an unknown page or a wrong method."""
    return trouble(request, error.status_code if isinstance(error, HTTPException) else 500)


async def asset(request: Request) -> Response:
    body = pages.assets().get(request.path_params["name"])
    if body is None:
        raise HTTPException(404)
    kind = KINDS[request.path_params["name"].rsplit(".", 1)[-1]]
    return Response(body, headers={"cache-control": "public, max-age=31536000, immutable"}, media_type=kind)
