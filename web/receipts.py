"""Donation receipts: a gift's code leads to the months that it paid for, and several codes to sums by year. Nobody is named.

The programme's own trace computes the months on each request, first in, first out.
"""

import re

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jamsos.coverage.tracing.donation_receipts import DonationReceipt, by_year, receipt_of
from jamsos.donations.rules import is_well_formed, plain
from jamsos.errors import NotFound
from web import form_protection, pages, state

MOST_CODES = 50


async def _receipt(connection: AsyncConnection, code: str) -> DonationReceipt:
    """Return the receipt of a code. Raises NotFound, also for a code that the office numbered itself, because such codes can be
    guessed."""
    if not is_well_formed(plain(code)):
        raise NotFound(what="pledge", which=plain(code)[:25])
    return await receipt_of(connection, code)


async def receipt(request: Request) -> Response:
    """Return one receipt by its code, at an address that may be printed on paper."""
    here, code = state.state_of(request), request.path_params["code"]
    here.looks.take(form_protection.asker(request))
    async with here.acting() as connection:
        return pages.page(request, "receipt.html", receipt=await _receipt(connection, code))


async def receipts(request: Request) -> Response:
    """Return the field for codes; one code leads to its receipt, several to their sums by year."""
    typed = request.query_params.get("kode", "")[:2_000].strip()
    codes = list(dict.fromkeys(re.findall(r"[A-Z0-9]+", typed.upper())))[:MOST_CODES]
    if len(codes) == 1:
        return RedirectResponse(pages.address(pages.language_of(request), f"/kuitansi/{codes[0]}"), status_code=303)
    here = state.state_of(request)
    here.looks.take(form_protection.asker(request), len(codes))
    found, unknown = [], []
    async with here.acting() as connection:
        for code in codes:
            try:
                found.append(await _receipt(connection, code))
            except NotFound:
                unknown.append(code)
    return pages.page(request, "receipts.html", typed=typed, years=by_year(found), unknown=unknown)
