"""Trace pages: a fund from its deposits to the paid months, and a worker's own months back to their sources.

The page of a fund names nobody and shows no small counts. A worker's own months are shown to a visitor who knows two of her
numbers; no address contains these numbers in plain text.
"""

from starlette.requests import Request
from starlette.responses import Response

from jamsos.access.quotas import of_second_number
from jamsos.coverage.tracing.own_months import OwnMonths, own_months
from jamsos.errors import NotFound, TooManyRequests
from web import form_protection, pages, state
from web.forms import NOTHING_TYPED, Form, Mistake, read_own

OWN = "own months"


async def fund(request: Request) -> Response:
    flow = await state.state_of(request).flow(_named(request, "code"))
    return pages.page(request, "fund.html", keep=pages.KEEP, flow=flow)


async def deposit(request: Request) -> Response:
    """Return one deposit of a fund, with its paid months, also in other years' funds after a carry-over."""
    here = state.state_of(request)
    here.looks.take(form_protection.asker(request))
    code, number = _named(request, "code"), _named(request, "number")
    spent = await here.spent(code, number)
    flows = {step.fund_code: await here.flow(step.fund_code) for step in spent.steps}
    return pages.page(
        request, "spent.html", spent=spent, funds={code: flow.fund.name for code, flow in flows.items()},
        came=flows[code].deposit(number), is_told=all(flow.tells(spent) for flow in flows.values()),
    )  # fmt: skip


def _named(request: Request, name: str) -> str:
    value: str = request.path_params[name]
    if not value.isprintable():
        raise NotFound(what="fund", which="-")
    return value


async def ask_own(request: Request) -> Response:
    return _form(request, NOTHING_TYPED)


def _form(request: Request, found: Form, *, status: int = 200, trouble: Mistake | None = None) -> Response:
    return pages.page(
        request,
        "own_form.html",
        status=status,
        at="/iuran",
        is_retyped=request.method == "POST",
        found=found,
        trouble=trouble,
    )


async def to_own(request: Request) -> Response:
    return pages.led_to(request, "/iuran")


async def own_in_other_language(request: Request) -> Response:
    """Return the typed form in the other language; nothing is looked up."""
    return _form(request, read_own(await form_protection.sent(request)))


async def own(request: Request) -> Response:
    """Accept her numbers and redirect to her months, at an address that contains the numbers sealed and for an hour."""
    found = read_own(await form_protection.sent(request))
    if found.mistakes:
        return _form(request, found, status=422)
    here, nik = state.state_of(request), found.typed["nik"]
    try:
        here.looks.take(form_protection.asker(request))
        await here.spend(of_second_number(nik))  # counts attempts for one worker from all addresses together
        await _months(here, nik, found.typed["kedua"])
    except NotFound:
        return _form(request, found, status=422, trouble=Mistake("own_unknown"))
    except TooManyRequests as refusal:
        return _form(request, found, status=429, trouble=form_protection.too_many(refusal))
    word = form_protection.word_of(here.sealer, OWN, nik, found.typed["kedua"])
    return pages.led_to(request, f"/iuran/lihat/{word}")


async def own_at(request: Request) -> Response:
    """Return her months, newest first, each with its documents and the sources that paid for it."""
    here = state.state_of(request)
    nik, second = form_protection.facts_of(here.sealer, OWN, request.path_params["word"])
    here.looks.take(form_protection.asker(request))
    return pages.page(request, "own.html", own=await _months(here, nik, second))


async def _months(here: state.SiteState, nik: str, second: str) -> OwnMonths:
    async with here.acting() as connection:
        return await own_months(connection, here.actor, here.sealer, nik=nik, second=second)
