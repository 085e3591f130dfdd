"""Issued documents: the serial of a document leads to its entry in the register of issue, without personal data.

The page states what was issued. Whether a file is that document depends on its bytes, so the page shows their SHA-256.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from jamsos.issuance import service as issuance
from jamsos.issuance.rules import plain_serial
from jamsos.messages import say
from jamsos.months import day_of
from web import form_protection, pages, state


async def search(request: Request) -> Response:
    """Show the field for a serial; a well-formed serial redirects to its own address."""
    typed = request.query_params.get("seri", "")[:100].strip()
    if serial := plain_serial(typed):
        return pages.led_to(request, f"/verify/{serial}")
    return _form(request, typed, trouble="malformed" if typed else None, status=422 if typed else 200)


async def issued(request: Request) -> Response:
    """Show what the register holds under a serial, and which papers came before and after it. Answer 404 where it holds nothing."""
    here = state.state_of(request)
    here.looks.take(form_protection.asker(request))
    typed: str = request.path_params["serial"]
    serial = plain_serial(typed[:100])
    if serial is None:
        return _form(request, _shown(typed), trouble="malformed", status=404)
    async with here.acting() as connection:
        entry = await issuance.entry_of(connection, serial)
    if entry is None:
        return _form(request, serial, trouble="unknown", status=404)
    paper, language = entry.paper, pages.language_of(request)
    return pages.page(
        request, "issued_paper.html", paper=paper, kind=say(f"verdict.kind.{paper.kind}", language),
        issued_day=day_of(paper.issued_at), sha256=re.findall(".{8}", paper.sha256.hex()), before=entry.before, after=entry.after,
    )  # fmt: skip


def _form(request: Request, typed: str, *, trouble: str | None, status: int) -> Response:
    return pages.page(request, "issued_papers.html", status=status, at="/verify", typed=typed, trouble=trouble)


def _shown(typed: str) -> str:
    return typed[:40] if typed.isprintable() else ""
