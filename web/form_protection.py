"""Form protection: origin check, form token and client identification, without a cookie.

A pledge gives nobody any right. The protection is therefore against other sites that send forms from their visitors' browsers,
and against programs.
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
# 4,000 characters of at most twelve bytes (four bytes of UTF-8, each as %XX), plus all other fields.
FORM_BYTES = 65_536
WORD_SECONDS = 3_600
_SALT = secrets.token_bytes(16)


def check_origin(request: Request, public_url: str | None) -> None:
    """Raise FormFromElsewhere unless the browser states that the form comes from this host or from the public address."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise FormFromElsewhere()
    told = request.headers.get("origin") or request.headers.get("referer") or ""
    ours = {request.headers.get("host"), urlsplit(public_url).netloc if public_url else None}
    if urlsplit(told).netloc not in ours:
        raise FormFromElsewhere()


def check_size(request: Request) -> None:
    """Check the stated length; a browser always states one. Raises FormTooLarge."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > FORM_BYTES:
        raise FormTooLarge(limit=FORM_BYTES)


def network(request: Request) -> str:
    """Return the network of the visitor."""
    return network_of(request.client.host if request.client else "")


def asker(request: Request) -> bytes:
    """Return the same without the address: a hash with a random salt of this process."""
    return hashed(network(request))


def hashed(text: str) -> bytes:
    """Return the hash of the text with a random salt of this process."""
    return hashlib.blake2b(text.encode(), key=_SALT, digest_size=16).digest()


def fresh_form(sealer: Sealer, now: float | None = None) -> str:
    """Return a sealed token with the time of issue, unique for each form."""
    plain = f"{int(now or time.time())}:{secrets.token_hex(16)}"
    return base64.urlsafe_b64encode(sealer.seal("form", plain)).decode().rstrip("=")


def is_ours(sealer: Sealer, form: str, now: float | None = None) -> bool:
    """Return whether this site issued the token within the last day."""
    try:
        plain = sealer.unseal("form", base64.urlsafe_b64decode(form + "=" * (-len(form) % 4)))
    except (binascii.Error, ValueError, IndexError, SealKeyWrong):
        return False
    return (now or time.time()) - int(plain.split(":")[0]) < FORM_HOURS * 3600


def kept_or_fresh(sealer: Sealer, form: str) -> str:
    """Return the token of a submitted form while it is valid, so that the corrected form counts as the same one."""
    return form if is_ours(sealer, form) else fresh_form(sealer)


async def sent(request: Request) -> dict[str, str]:
    """Return the fields of a form from this site. Raises FormFromElsewhere, FormTooLarge."""
    check_origin(request, state.state_of(request).settings.public_url)
    check_size(request)
    fields = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def too_many(refusal: TooManyRequests) -> Mistake:
    return Mistake("too_many", {"minutes": -(-refusal.fields["seconds"] // 60)})


def address_for(form: str, *facts: object) -> str:
    """Return the secret address of a form's result: the same form with the same facts has the same address."""
    digest = hashlib.sha256("\n".join([form, *map(str, facts)]).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def word_of(sealer: Sealer, kind: str, *facts: str, now: float | None = None) -> str:
    """Return facts as one sealed token for an address; it is valid for an hour, in both languages."""
    plain = json.dumps([int(now or time.time()), kind, *facts])
    return base64.urlsafe_b64encode(sealer.seal("word", plain)).decode().rstrip("=")


def facts_of(sealer: Sealer, kind: str, word: str, now: float | None = None) -> list[str]:
    """Return the facts of a sealed token. Raises LinkOld for a foreign or expired token."""
    try:
        plain = sealer.unseal("word", base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError, IndexError, SealKeyWrong):
        raise LinkOld() from None
    given, said, *facts = json.loads(plain)
    if said != kind or (now or time.time()) - given > WORD_SECONDS:
        raise LinkOld()
    return list(map(str, facts))
