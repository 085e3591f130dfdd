"""Home: what the programme does, protected workers by district, money by fund, and the remaining need."""

from starlette.requests import Request
from starlette.responses import Response

from jamsos.errors import WarehouseMissing
from web import pages, state


async def home(request: Request) -> Response:
    """Return the home page; without a warehouse it explains the programme and states that figures are not available yet."""
    here = state.state_of(request)
    try:
        figures = await here.figures.get()
    except WarehouseMissing:
        figures = None
    offer = await here.offer.get()
    return pages.page(request, "home.html", keep=pages.KEEP, figures=figures, price=offer and offer.price)
