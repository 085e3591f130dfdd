"""Following: one fund from its receipts to the months of protection it paid. Nobody is named, nothing small is told."""

from starlette.requests import Request
from starlette.responses import Response

from jamsos.errors import NotFound
from web import door, pages


async def fund(request: Request) -> Response:
    code = request.path_params["code"]
    if not code.isprintable():
        raise NotFound(what="fund", which="-")
    flow = await door.of(request).flow(code)
    return pages.page(request, "fund.html", keep=pages.KEEP, flow=flow)
