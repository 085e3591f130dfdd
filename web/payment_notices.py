"""Payment notices: the provider reports a QRIS payment (SNAP BI, `qr-mpm-notify`). An unsigned notice is refused at once.

Responses follow SNAP: the HTTP status, the service's number and a case, with a short text.
"""

import dataclasses

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jamsos.donations import payment_notices, snap
from jamsos.donations.errors import NoticeMalformed
from jamsos.donations.payment_notices import Call
from jamsos.errors import JamsosError, NotFound
from jamsos.months import OFFICE, now
from web import state
from web.errors import FormTooLarge

PATH = "/v1.0/qr/qr-mpm-notify"
MOST_BYTES = 16_384
_ACTOR = "payment provider"
_WORDS = {
    200: "Successful", 400: "Invalid Field Format {field}", 401: "Unauthorized. [Signature]", 404: "Service Not Available",
    409: "Conflict", 413: "Request Entity Too Large", 500: "General Error", 503: "External Server Error",
}  # fmt: skip


async def notice(request: Request) -> Response:
    here = state.state_of(request)
    partner, secret = here.settings.snap_partner_id, here.settings.snap_secret
    if not partner or not secret:
        raise NotFound(what="page", which=PATH)
    headers, body = _headers(request), await _body(request)
    sent = snap.check(
        headers, partner=partner, secret=secret.get_secret_value(), method="POST", path=request.scope["path"], body=body, now=now()
    )  # fmt: skip
    if not 1 <= len(headers.external_id) <= 36:
        raise NoticeMalformed(field="X-EXTERNAL-ID")
    call = Call(headers.external_id, sent.astimezone(OFFICE).date(), body)
    told, actor = snap.read(body), dataclasses.replace(here.actor, name=_ACTOR)
    async with here.acting() as connection:
        await payment_notices.take(connection, actor, here.sealer, told, call)
    return _answer(200)


def _headers(request: Request) -> snap.Headers:
    given = request.headers
    kind, _, token = given.get("authorization", "").partition(" ")
    return snap.Headers(
        partner=given.get("x-partner-id", ""),
        timestamp=given.get("x-timestamp", ""),
        signature=given.get("x-signature", ""),
        external_id=given.get("x-external-id", "").strip(),
        token=token.strip() if kind.lower() == "bearer" else "",
    )


async def _body(request: Request) -> bytes:
    """Return the body. Raises FormTooLarge, whatever the stated length."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise FormTooLarge(limit=MOST_BYTES)
    return body


def refused(request: Request, status: int, refusal: JamsosError | None) -> Response:
    """Return a refusal; a notice that cannot be recorded now, such as a refund of committed money, may be repeated later."""
    field = str(refusal.fields.get("field", "")) if refusal else ""
    return _answer(status if status in _WORDS else 500, field)


def _answer(status: int, field: str = "") -> Response:
    case = "01" if status == 400 else "00"
    told = {
        "responseCode": f"{status}{snap.SERVICE}{case}",
        "responseMessage": _WORDS[status].format(field=field).strip(),
    }
    return JSONResponse(told, status, headers={"cache-control": "no-store"})
