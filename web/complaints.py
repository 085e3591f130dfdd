"""Complaint pages: a form for everyone, the code of the complaint, and its status for the holder of the code.

An address contains the code only in sealed form and for an hour, so that no browser history and no log contains it.
"""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from jamsos.access.quotas import of_second_number
from jamsos.complaints import service
from jamsos.complaints.errors import ComplaintStepWrong
from jamsos.complaints.rules import ComplaintKind, ComplaintStep, due
from jamsos.complaints.service import Followed
from jamsos.errors import NotFound, TooManyRequests
from jamsos.months import today
from web import form_protection, pages, state
from web.forms import NOTHING_TYPED, Form, Mistake, read_appeal, read_code, read_complaint

FILED, LOOK = "filed complaint", "complaint"


async def form(request: Request) -> Response:
    return _form(request, NOTHING_TYPED)


async def to_form(request: Request) -> Response:
    """Redirect a GET request for an address that only receives forms."""
    return pages.led_to(request, "/pengaduan")


async def in_other_language(request: Request) -> Response:
    """Return the typed form in the other language; nothing is filed."""
    return _form(request, read_complaint(await form_protection.sent(request)))


def _form(request: Request, found: Form, *, status: int = 200, trouble: Mistake | None = None) -> Response:
    here = state.state_of(request)
    token = form_protection.kept_or_fresh(here.sealer, found.typed["formulir"])
    return pages.page(
        request, "complaint_form.html", status=status, at="/pengaduan", is_retyped=request.method == "POST", found=found, token=token,
        trouble=trouble, kinds=list(ComplaintKind),
    )  # fmt: skip


async def file(request: Request) -> Response:
    """File the complaint and redirect to the page of its code, or return the form with its mistakes."""
    found = read_complaint(await form_protection.sent(request))
    if found.mistakes:
        return _form(request, found, status=422)
    here = state.state_of(request)
    if not form_protection.is_ours(here.sealer, found.typed["formulir"]):
        return _form(request, found, status=422, trouble=Mistake("form_old"))
    try:
        code, due = await _filed(request, found)
    except TooManyRequests as refusal:
        return _form(request, found, status=429, trouble=form_protection.too_many(refusal))
    proven = "proven" if found.typed["kk"] else ""
    word = form_protection.word_of(here.sealer, FILED, code, due.isoformat(), proven)
    return pages.led_to(request, f"/pengaduan/terkirim/{word}")


async def _filed(request: Request, found: Form) -> tuple[str, date]:
    here, nik, kk = state.state_of(request), found.typed["nik"], found.typed["kk"]

    async def act() -> tuple[str, date]:
        guesses = [of_second_number(nik)] if nik and kk else []
        await here.spend(here.of_address("file complaint", form_protection.network(request)), *guesses)
        async with here.acting() as connection:
            code = await service.file_complaint(
                connection, here.actor, here.sealer, kind=ComplaintKind(found.typed["soal"]), words=found.typed["isi"],
                office_code=here.office.regency_code, nik=nik or None, kk=kk or None, contact=found.typed["kontak"] or None,
            )  # fmt: skip
            return code, due(today())

    facts = (found.typed[name] for name in ("soal", "isi", "nik", "kk", "kontak"))
    return await here.filed.do(form_protection.address_for(found.typed["formulir"], *facts), act)


async def filed(request: Request) -> Response:
    """Return the page with the code, at an address that contains it sealed and for an hour."""
    word = request.path_params["word"]
    code, due, proven = form_protection.facts_of(state.state_of(request).sealer, FILED, word)
    return pages.page(
        request, "complaint_filed.html", code=code, due=date.fromisoformat(due), is_explained=bool(proven), word=word
    )


async def code_file(request: Request) -> Response:
    """Return the code as a text file with its purpose."""
    code, due, _ = form_protection.facts_of(state.state_of(request).sealer, FILED, request.path_params["word"])
    site = pages.site_of(request) + pages.address(pages.language_of(request), "/pengaduan")
    told = pages.plain(request, "complain.code_file", code=code, due=date.fromisoformat(due), site=site)
    headers = {"content-disposition": f'attachment; filename="{code}.txt"', "cache-control": pages.DROP}
    return Response(told + "\n", headers=headers, media_type="text/plain")


async def look(request: Request) -> Response:
    """Accept a code and redirect to the status of its complaint."""
    found = read_code(await form_protection.sent(request))
    if found.mistakes:
        return _form(request, found, status=422)
    try:
        await _followed(request, found.typed["kode"])
    except (NotFound, TooManyRequests) as refusal:
        return _form(request, found.wrong("kode", _why(refusal)), status=422)
    return _led(request, found.typed["kode"])


def _led(request: Request, code: str) -> Response:
    return pages.led_to(request, f"/pengaduan/lihat/{_word(request, code)}")


def _word(request: Request, code: str) -> str:
    return form_protection.word_of(state.state_of(request).sealer, LOOK, code)


async def looked(request: Request) -> Response:
    """Return the status of the complaint, at an address that contains its code sealed and for an hour."""
    (code,) = form_protection.facts_of(state.state_of(request).sealer, LOOK, request.path_params["word"])
    return await _told(request, read_code({"kode": code}))


async def appeal(request: Request) -> Response:
    """Record an appeal of the complainant."""
    found = read_appeal(await form_protection.sent(request))
    code, here = found.typed["kode"], state.state_of(request)
    try:
        if found.mistakes:
            return await _told(request, found, status=422)
        await here.spend(here.of_address("appeal", form_protection.network(request)))
        async with here.acting() as connection:
            await service.appeal(connection, here.actor, here.sealer, code=code, words=found.typed["banding"])
    except ComplaintStepWrong:
        pass  # the appeal exists already; the page shows it
    except (NotFound, TooManyRequests) as refusal:
        return _form(request, found.wrong("kode", _why(refusal)), status=422)
    return _led(request, code)


async def _followed(request: Request, code: str) -> Followed:
    here = state.state_of(request)
    here.looks.take(form_protection.asker(request))
    async with here.acting() as connection:
        return await service.follow(connection, here.actor, here.sealer, code)


async def _told(request: Request, found: Form, status: int = 200) -> Response:
    followed = await _followed(request, found.typed["kode"])
    return pages.page(
        request, "complaint.html", status=status, at=f"/pengaduan/lihat/{_word(request, found.typed['kode'])}", found=found,
        followed=followed, may_appeal=_may_appeal(followed), sentences=service.told(followed, pages.language_of(request)),
    )  # fmt: skip


def _why(refusal: NotFound | TooManyRequests) -> Mistake:
    return form_protection.too_many(refusal) if isinstance(refusal, TooManyRequests) else Mistake("code_unknown")


def _may_appeal(followed: Followed) -> bool:
    done = {step.step for step in followed.steps}
    return ComplaintStep.decided in done and ComplaintStep.appealed not in done
