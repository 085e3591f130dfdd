"""Home: what the programme does, who is protected where, the money by fund, and the need that is left."""

from starlette.requests import Request
from starlette.responses import Response

from jamsos.errors import WarehouseMissing
from web import pages, state


async def home(request: Request) -> Response:
    """Without a warehouse the page explains itself and says that figures are still to come."""
    here = state.state_of(request)
    try:
        figures = await here.figures.get()
    except WarehouseMissing:
        figures = None
    offer = await here.offer.get()
    return pages.page(request, "home.html", keep=pages.KEEP, figures=figures, price=offer and offer.price)
