"""Donation pages: the form at /donasi, and the page of a pledge with ways to pay and the received amount."""

import io
from datetime import timedelta
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import Response

from jamsos.donations import pledge_pages as pledges
from jamsos.donations.pledge_pages import Offering, Promise
from jamsos.donations.qris import with_amount
from jamsos.donations.rules import PledgeState
from jamsos.errors import TooManyRequests
from jamsos.months import today
from web import form_protection, pages, state
from web.forms import BLANK, GiftForm, Mistake, read_gift

MOST = 1_000_000_000
SCALE, QUIET = 4, 4  # pixels per module, modules of the white margin
PAYABLE = {PledgeState.waiting, PledgeState.partial, PledgeState.expired}


async def form(request: Request) -> Response:
    """Return the empty form, or a sentence that donations are not accepted yet."""
    offer = await state.state_of(request).offer.get()
    if offer is None:
        return pages.page(request, "give_closed.html")
    return _form(request, offer, BLANK)


async def to_form(request: Request) -> Response:
    return pages.led_to(request, "/donasi")


async def in_other_language(request: Request) -> Response:
    """Return the typed form in the other language; nothing is pledged."""
    here, sent = state.state_of(request), await form_protection.sent(request)
    offer = await here.offer.get()
    if offer is None:
        return pages.led_to(request, "/donasi")
    return _form(request, offer, read_gift(sent, _most(here)))


async def pledge(request: Request) -> Response:
    """Record the pledge and redirect to its page, or return the form with its mistakes."""
    here, sent = state.state_of(request), await form_protection.sent(request)
    offer = await here.offer.get()
    if offer is None:
        return pages.page(request, "give_closed.html", status=409, at="/donasi")
    found = read_gift(sent, _most(here))
    if found.mistakes:
        return _form(request, offer, found, status=422)
    if not form_protection.is_ours(here.sealer, found.typed["formulir"]):
        return _form(request, offer, found, status=422, trouble=Mistake("form_old"))
    try:
        return await _promised(request, here, offer, found)
    except TooManyRequests as refusal:
        return _form(request, offer, found, status=429, trouble=form_protection.too_many(refusal))


async def _promised(request: Request, here: state.SiteState, offer: Offering, found: GiftForm) -> Response:
    address = form_protection.address_for(found.typed["formulir"], found.amount, found.donor_name)
    await here.spend(here.of_address("pledge", form_protection.network(request)))
    async with here.acting() as connection:
        await pledges.promise(
            connection, here.actor, here.sealer, address=address, amount=found.amount, day=today(),
            donor_name=found.donor_name, fund_code=offer.fund_code,
        )  # fmt: skip
    return pages.led_to(request, f"/donasi/komitmen/{address}")


def _form(
    request: Request, offer: Offering, found: GiftForm, *, status: int = 200, trouble: Mistake | None = None
) -> Response:
    here = state.state_of(request)
    token = form_protection.kept_or_fresh(here.sealer, found.typed["formulir"])
    presets = [(amount, _worker_months(amount, offer)) for amount in here.settings.presets]
    return pages.page(
        request, "give.html", status=status, at="/donasi", is_retyped=request.method == "POST", presets=presets,
        found=found, token=token, trouble=trouble, price=offer.price,
    )  # fmt: skip


def _worker_months(amount: int, offer: Offering) -> int | None:
    """Return how many months of one worker the amount pays for, if it pays whole ones."""
    return amount // offer.rate if offer.rate and amount % offer.rate == 0 else None


def _most(here: state.SiteState) -> int:
    """Return the largest amount: without a bank account, that of one QRIS payment."""
    return MOST if here.settings.donation_account else here.settings.qris_most


async def promised(request: Request) -> Response:
    """Return the page of the pledge at its secret address."""
    here, found = state.state_of(request), await _look(request)
    due = _due(here, found)
    return pages.page(
        request, "pledge.html", pledge=found, standing=_standing(here, found), due=due, qris_side=_side(_qris(here, found)),
        bank=_bank(here) if due else None, until=found.pledged_date + timedelta(days=here.settings.pledge_days),
        here=f"/donasi/komitmen/{request.path_params['address']}",
    )  # fmt: skip


def _standing(here: state.SiteState, found: Promise) -> PledgeState:
    return found.standing(today(), here.settings.pledge_days)


def _due(here: state.SiteState, found: Promise) -> int:
    """Return the open amount in rupiah; none after full payment or a refund."""
    return found.amount - found.arrived + found.returned if _standing(here, found) in PAYABLE else 0


def _bank(here: state.SiteState) -> dict[str, str] | None:
    settings = here.settings
    if not settings.donation_account:
        return None
    return {
        "name": settings.donation_bank or "",
        "account": settings.donation_account,
        "holder": settings.donation_holder or "",
    }


def _qris(here: state.SiteState, found: Promise) -> str | None:
    static, due = here.settings.qris_static, _due(here, found)
    if not static or not 0 < due <= here.settings.qris_most:
        return None
    return with_amount(static, due, found.code)


async def qris(request: Request) -> Response:
    """Return the code as a picture, which a donor may save and open in a banking app."""
    payload = _qris(state.state_of(request), await _look(request))
    if payload is None:
        return pages.page(request, "trouble.html", status=404, kind=404, sentence=None)
    return Response(_picture(payload), headers=_NAMED | {"cache-control": pages.DROP}, media_type="image/png")


_NAMED = {"content-disposition": 'inline; filename="qris.png"'}


def _picture(payload: str) -> bytes:
    out = io.BytesIO()
    _code(payload).save(out, kind="png", scale=2 * SCALE, border=QUIET)
    return out.getvalue()


def _code(payload: str) -> segno.QRCode:
    return segno.make(payload, error="m", micro=False)


def _side(payload: str | None) -> int:
    """Return the size of the picture in pixels: whole pixels for each module, also on a narrow phone."""
    return int(_code(payload).symbol_size(SCALE, QUIET)[0]) if payload else 0


async def _look(request: Request) -> Promise:
    here = state.state_of(request)
    address: Any = request.path_params["address"]
    async with here.acting() as connection:
        return await pledges.look(connection, here.sealer, address)
