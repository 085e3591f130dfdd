"""Complaining: a form that anyone may send, the code it gives once, and what became of it for whoever holds the code.

The code never stands in an address, so neither a history nor a log knows it.
"""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from jamsos.complaints import service
from jamsos.complaints.errors import ComplaintStepWrong
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, due
from jamsos.complaints.service import Followed
from jamsos.errors import NotFound, TooManyRequests
from jamsos.months import today
from web import form_protection, pages, state
from web.forms import NOTHING_TYPED, Form, Mistake, read_appeal, read_code, read_complaint


async def form(request: Request) -> Response:
    return _form(request, NOTHING_TYPED)


def _form(request: Request, found: Form, *, status: int = 200, trouble: Mistake | None = None) -> Response:
    here = state.state_of(request)
    token = form_protection.kept_or_fresh(here.sealer, found.typed["formulir"])
    return pages.page(
        request, "complaint_form.html", status=status, found=found, token=token, trouble=trouble, kinds=list(ComplaintKind)
    )  # fmt: skip


async def file(request: Request) -> Response:
    """The complaint is filed and its code is told; or the form comes back with its mistakes."""
    found = read_complaint(await form_protection.sent(request))
    if found.mistakes:
        return _form(request, found, status=422)
    if not form_protection.is_ours(state.state_of(request).sealer, found.typed["formulir"]):
        return _form(request, found, status=422, trouble=Mistake("form_old"))
    try:
        code, due = await _filed(request, found)
    except TooManyRequests as refusal:
        return _form(request, found, status=429, trouble=form_protection.too_many(refusal))
    return pages.page(request, "complaint_filed.html", code=code, due=due, is_explained=bool(found.typed["kk"]))


async def _filed(request: Request, found: Form) -> tuple[str, date]:
    here = state.state_of(request)

    async def act() -> tuple[str, date]:
        here.rates.take(form_protection.asker(request))
        async with here.acting() as connection:
            code = await service.file_complaint(
                connection, here.actor, here.sealer, kind=ComplaintKind(found.typed["soal"]), words=found.typed["isi"],
                regency_code=here.office.regency_code, nik=found.typed["nik"] or None, kk=found.typed["kk"] or None,
                contact=found.typed["kontak"] or None,
            )  # fmt: skip
            return code, due(today())

    facts = (found.typed[name] for name in ("soal", "isi", "nik", "kk", "kontak"))
    return await here.filed.do(form_protection.address_for(found.typed["formulir"], *facts), act)


async def look(request: Request) -> Response:
    """What became of the complaint whose code was sent."""
    found = read_code(await form_protection.sent(request))
    if found.mistakes:
        return _form(request, found, status=422)
    return await _told(request, found)


async def appeal(request: Request) -> Response:
    """The complainant does not accept the decision."""
    found = read_appeal(await form_protection.sent(request))
    if found.mistakes:
        return await _told(request, found, status=422)
    here = state.state_of(request)
    try:
        here.rates.take(form_protection.asker(request))
        async with here.acting() as connection:
            await service.appeal(
                connection, here.actor, here.sealer, code=found.typed["kode"], words=found.typed["banding"]
            )
    except ComplaintStepWrong:
        return await _told(request, found)  # it was made already: the page says so
    except (NotFound, TooManyRequests) as refusal:
        return _form(request, found.wrong("kode", _why(refusal)), status=422)
    return await _told(request, found)


async def _told(request: Request, found: Form, status: int = 200) -> Response:
    here = state.state_of(request)
    try:
        here.rates.take(form_protection.asker(request), form_protection.LOOKING)
        async with here.acting() as connection:
            followed = await service.follow(connection, here.actor, here.sealer, found.typed["kode"])
    except (NotFound, TooManyRequests) as refusal:
        return _form(request, found.wrong("kode", _why(refusal)), status=422)
    return pages.page(
        request, "complaint.html", status=status, found=found, followed=followed, may_appeal=_may_appeal(followed),
        sentences=service.told(followed, pages.language_of(request)),
    )  # fmt: skip


def _why(refusal: NotFound | TooManyRequests) -> Mistake:
    return form_protection.too_many(refusal) if isinstance(refusal, TooManyRequests) else Mistake("code_unknown")


def _may_appeal(followed: Followed) -> bool:
    done = {step.step for step in followed.steps}
    return ComplaintStep.decided in done and ComplaintStep.appealed not in done
