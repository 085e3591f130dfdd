"""Form protection: origin check, form token and client identification, without a cookie.

A pledge gives nobody any right, so what is kept off are other sites that send forms from their visitors' browsers, and machines.
"""

import base64
import binascii
import hashlib
import json
import secrets
import time
from urllib.parse import urlsplit

from starlette.requests import Request

from jamsos.errors import SealKeyWrong, TooManyRequests
from jamsos.rate_limit import network_of
from jamsos.sealing import Sealer
from web import state
from web.errors import FormFromElsewhere, FormTooLarge, LinkOld
from web.forms import Mistake

FORM_HOURS = 24
# 4,000 characters take twelve bytes each at most: four of UTF-8, each written as %XX; and all the other fields.
FORM_BYTES = 65_536
WORD_SECONDS = 3_600
_SALT = secrets.token_bytes(16)


def check_origin(request: Request, public_url: str | None) -> None:
    """Raises FormFromElsewhere unless the browser says that the form stood on a page of this host, or of the public address."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise FormFromElsewhere()
    told = request.headers.get("origin") or request.headers.get("referer") or ""
    ours = {request.headers.get("host"), urlsplit(public_url).netloc if public_url else None}
    if urlsplit(told).netloc not in ours:
        raise FormFromElsewhere()


def check_size(request: Request) -> None:
    """Raises FormTooLarge; a form without a stated length is none that a browser sends."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > FORM_BYTES:
        raise FormTooLarge(limit=FORM_BYTES)


def network(request: Request) -> str:
    """Tells visitors apart."""
    return network_of(request.client.host if request.client else "")


def asker(request: Request) -> bytes:
    """The same without keeping their address: a hash with a salt that this process forgets."""
    return hashed(network(request))


def hashed(text: str) -> bytes:
    """The text under a salt that this process forgets."""
    return hashlib.blake2b(text.encode(), key=_SALT, digest_size=16).digest()


def fresh_form(sealer: Sealer, now: float | None = None) -> str:
    """A sealed word that says when the form was given out, and makes it one of its kind."""
    plain = f"{int(now or time.time())}:{secrets.token_hex(16)}"
    return base64.urlsafe_b64encode(sealer.seal("form", plain)).decode().rstrip("=")


def is_ours(sealer: Sealer, form: str, now: float | None = None) -> bool:
    """Whether we gave it out, within the last day."""
    try:
        plain = sealer.unseal("form", base64.urlsafe_b64decode(form + "=" * (-len(form) % 4)))
    except (binascii.Error, ValueError, IndexError, SealKeyWrong):
        return False
    return (now or time.time()) - int(plain.split(":")[0]) < FORM_HOURS * 3600


def kept_or_fresh(sealer: Sealer, form: str) -> str:
    """The word that came back with a form, where it is still good: what is put right is then still the same form."""
    return form if is_ours(sealer, form) else fresh_form(sealer)


async def sent(request: Request) -> dict[str, str]:
    """The fields of a form from a page of ours. Raises FormFromElsewhere, FormTooLarge."""
    check_origin(request, state.state_of(request).settings.public_url)
    check_size(request)
    fields = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def too_many(refusal: TooManyRequests) -> Mistake:
    return Mistake("too_many", {"minutes": -(-refusal.fields["seconds"] // 60)})


def address_for(form: str, *facts: object) -> str:
    """The secret address of what a form asked for: the same form with the same facts is the same thing."""
    digest = hashlib.sha256("\n".join([form, *map(str, facts)]).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def word_of(sealer: Sealer, kind: str, *facts: str, now: float | None = None) -> str:
    """Facts as one sealed word that may stand in an address: what it leads to can be read again for an hour, and in the other language."""
    plain = json.dumps([int(now or time.time()), kind, *facts])
    return base64.urlsafe_b64encode(sealer.seal("word", plain)).decode().rstrip("=")


def facts_of(sealer: Sealer, kind: str, word: str, now: float | None = None) -> list[str]:
    """Raises LinkOld: it is none of ours, or its hour is over."""
    try:
        plain = sealer.unseal("word", base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError, IndexError, SealKeyWrong):
        raise LinkOld() from None
    given, said, *facts = json.loads(plain)
    if said != kind or (now or time.time()) - given > WORD_SECONDS:
        raise LinkOld()
    return list(map(str, facts))
