"""Pages: a template in the reader's language, and the headers of every page.

The language is part of the address (`/donasi`, `/en/donasi`), so a page is the same for everyone and may be cached.
"""

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jamsos.messages import Language, day_text, month_text, say
from jamsos.money import grouped, rupiah_text
from web import state

HERE = Path(__file__).parent
PREFIX: dict[Language, str] = {"id": "", "en": "/en"}
KEEP = "public, max-age=60"
DROP = "no-store"


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["rupiah"] = rupiah_text
    found.globals["asset"] = asset_path
    return found


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    keep: str = DROP,
    at: str | None = None,
    is_retyped: bool = False,
    **values: Any,
) -> Response:
    """Return the page in the language of its address, or 304 if the client has it. `at`: its own address, if it differs from the
    request.

    `is_retyped`: it shows a submitted form, so the switch to the other language sends the typed values.
    """
    language = language_of(request)
    body = (
        environment()
        .get_template(template)
        .render(**_words(language), **_place(request, language, at), is_retyped=is_retyped, **values)
        .encode()
    )
    headers = {"cache-control": keep, "content-language": language}
    if keep == DROP:
        return Response(body, status, headers, "text/html")
    headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "text/html")


def language_of(request: Request) -> Language:
    path: str = request.scope["path"]
    return "en" if path == "/en" or path.startswith("/en/") else "id"


def _words(language: Language) -> dict[str, Any]:
    return {
        "language": language,
        "t": partial(told, language),
        "number": lambda value: grouped(value, language),
        "day": lambda value: day_text(value, language),
        "month": lambda value: month_text((value.year, value.month), language),
    }


def told(language: Language, key: str, **fields: Any) -> Markup:
    """Return the text of `web.<key>`; values are escaped, and `**words**` of the catalogue become strong."""
    filled = {name: escape(value) if isinstance(value, str) else value for name, value in fields.items()}
    parts = say(f"web.{key}", language, **filled).split("**")
    return Markup("".join(f"<strong>{part}</strong>" if place % 2 else part for place, part in enumerate(parts)))  # noqa: S704


def _place(request: Request, language: Language, at: str | None) -> dict[str, Any]:
    """Return the addresses of other pages in this language, and of this page in both."""
    path: str = request.scope["path"]
    bare = at or (path.removeprefix("/en") if language == "en" else path)
    return {
        "office": state.state_of(request).office,
        "address": lambda target: address(language, target),
        "in_indonesian": address("id", bare or "/"),
        "in_english": address("en", bare or "/"),
        "takes_gifts": state.state_of(request).takes_gifts,
        "site": site_of(request),
    }


def led_to(request: Request, target: str) -> Response:
    """Redirect after a form to a page with its own address, in the same language."""
    return RedirectResponse(address(language_of(request), target), 303, {"cache-control": DROP})


def plain(request: Request, key: str, **fields: Any) -> str:
    """Return the text of `web.<key>` for a file."""
    return say(f"web.{key}", language_of(request), **fields)


def address(language: Language, target: str) -> str:
    """Return the address, such as `/donasi`, in that language; the English home is `/en`."""
    return (PREFIX[language] + target).removesuffix("/") or "/"


def site_of(request: Request) -> str:
    """Return the public address of the site: the setting, or the address of the request."""
    return (state.state_of(request).settings.public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


@cache
def assets() -> Mapping[str, bytes]:
    """Return every file of static/ under a name with its hash, so that it may be cached for ever."""
    return {_hashed(path): path.read_bytes() for path in sorted((HERE / "static").iterdir())}


def _hashed(path: Path) -> str:
    return f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"


def asset_path(name: str) -> str:
    return f"/aset/{_hashed(HERE / 'static' / name)}"
