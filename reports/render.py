"""Rendering: a document becomes HTML, and HTML a PDF/A-3a and PDF/UA-1, with the same bytes for the same data.

Dates come from the document and never from the clock. Fonts and styles come from templates/ and never from the system or the
network. A missing field, font or style sheet stops printing.
"""

import gc
import hashlib
import logging
import os
import re
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import jinja2

from jamsos.errors import LibraryMissing
from jamsos.messages import say
from reports.errors import GlyphMissing, PaperTooWide
from reports.filters import FILTERS

TEMPLATES = Path(__file__).parent / "templates"
# printing changes state of the whole process (below), so only one document at a time
_TURN = threading.Lock()
_EMPTY = re.compile(r"(<thead>(?:(?!</table>).)*?</thead>\s*)<tbody>\s*</tbody>", re.DOTALL)
# tried in order: normal; smaller type; codes may break; figures may break, too
_NARROWER = (
    "",
    "table, .wide table { font-size: 7.4pt } th, td, .wide th, .wide td { padding-left: .8mm; padding-right: .8mm }",
    "table, .wide table { font-size: 7.2pt } .one, .hash { white-space: normal; overflow-wrap: anywhere }",
    "table, .wide table { font-size: 6.2pt } td, th { overflow-wrap: anywhere } .one, .hash, .n { white-space: normal }",
)
_TAG = re.compile(r"<(?:!--.*?--|style.*?</style|[^>]*)>", re.DOTALL)
_UNSEEN = frozenset(
    {0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}
)  # characters that break or join words and have no glyph
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True)
class Attached:
    """A file that is attached to the PDF."""

    name: str
    description: str
    content: bytes


def html(name: str, **values: Any) -> str:
    """Fill a template; an undefined name stops printing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment.get_template(f"{name}/{name}.html").render(**values)


@dataclass(frozen=True)
class Printed:
    """A PDF, and its areas for signatures: page from 0, left, bottom, right and top in points."""

    content: bytes
    spaces: list[tuple[int, float, float, float, float]]


def pdf(
    page: str, folder: Path, dated: date, attached: Sequence[Attached], on_step: Callable[[], None] = lambda: None
) -> Printed:
    """Convert HTML with addresses relative to `folder` to a PDF, dated by its data. Raises LibraryMissing, GlyphMissing, PaperTooWide.

    If a table exceeds its page, the type becomes smaller, then codes and then figures may break. `on_step` is called at every
    step and page of the layout.
    """
    check_libraries()
    check_glyphs(page)
    page = _EMPTY.sub(_nothing, page)
    for style in _NARROWER:
        printed, beyond = _laid_out(
            page.replace("</head>", f"<style>{style}</style></head>", 1), folder, dated, attached, on_step
        )
        if beyond is None:
            return printed
    number, millimetres = beyond or (0, 0.0)
    raise PaperTooWide(page=number, millimetres=f"{millimetres:.1f}".replace(".", ","))


def _nothing(found: re.Match[str]) -> str:
    """Refuse a table without rows, because a screen reader does not treat it as a table."""
    said, columns = say("paper.nothing", "id"), len(re.findall(r"<th[ >]", found[1]))
    return f'{found[1]}<tbody>\n<tr><td colspan="{columns}">{said}</td></tr>\n</tbody>'


def _laid_out(
    page: str, folder: Path, dated: date, attached: Sequence[Attached], on_step: Callable[[], None]
) -> tuple[Printed, tuple[int, float] | None]:
    """Return the PDF, and the first page with an excess, in millimetres."""
    from weasyprint import HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration

    from reports.pdf_ua import add_pdf_ua, beyond_the_page, spaces_of

    spaces: list[tuple[int, float, float, float, float]] = []
    beyond: list[tuple[int, float]] = []

    def finished(document: Any, file: Any) -> None:
        add_pdf_ua(document, file)
        spaces.extend(spaces_of(document))
        beyond.extend(beyond_the_page(document))

    instant = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    travelling = [
        Attachment(
            string=each.content,
            name=each.name,
            description=each.description,
            relationship="Data",
            created=instant,
            modified=instant,
        )
        for each in attached
    ]
    with _TURN, _reproducible(instant), _without_collector(), _steps(on_step):
        written = HTML(string=page, base_url=f"{folder}/", url_fetcher=_fetcher()).write_pdf(
            pdf_variant="pdf/a-3a", finisher=finished, font_config=FontConfiguration(), attachments=travelling
        )
    return Printed(bytes(written), spaces), beyond[0] if beyond else None


def check_glyphs(page: str) -> None:
    """Raise GlyphMissing with the first character that none of our fonts contains, because another machine would draw it differently."""
    has = _glyphs()
    for letter in dict.fromkeys(_TAG.sub("", unescape(page))):
        if ord(letter) not in has and not letter.isspace():
            raise GlyphMissing(code=f"U+{ord(letter):04X}", name=unicodedata.name(letter, "?"))


@cache
def _glyphs() -> frozenset[int]:
    """Return the characters that our fonts contain."""
    from fontTools.ttLib import TTFont

    fonts = [set(TTFont(path, lazy=True).getBestCmap()) for path in sorted((TEMPLATES / "base/fonts").glob("*.otf"))]
    return frozenset.intersection(*map(frozenset, fonts)) | _UNSEEN


def check_libraries() -> None:
    """Raise LibraryMissing with the Debian packages; without HarfBuzz's subsetter the bytes would depend on the machine."""
    try:
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError as wrong:
        raise LibraryMissing(packages=PACKAGES) from wrong
    if not harfbuzz_subset:
        raise LibraryMissing(packages=PACKAGES)


@cache
def printed_by() -> dict[str, str]:
    """Return the versions that affect the bytes of a page besides its figures."""
    check_libraries()
    from weasyprint.text.ffi import pango

    own = sorted(
        path for path in Path(__file__).parent.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    print_of = hashlib.sha256(b"".join(path.read_bytes() for path in own))
    return {
        "templates": print_of.hexdigest()[:16],
        **{name: version(name) for name in ("weasyprint", "pydyf", "fonttools", "jinja2", "babel")},
        "pango": str(pango.pango_version()),
        "harfbuzz": _harfbuzz(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _harfbuzz() -> str:
    from weasyprint.text.ffi import ffi, harfbuzz

    numbers = [ffi.new("unsigned int *") for _ in range(3)]
    try:
        harfbuzz.hb_version(*numbers)
    except AttributeError:  # WeasyPrint declares the functions that it calls; this one may be missing
        return "?"
    return ".".join(str(number[0]) for number in numbers)


def _fetcher() -> Any:
    """Return templates and data only: a report never uses the network or another folder."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and not _is_ours(url):
                raise FatalURLFetchingError(f"a report may not fetch {url}")
            try:
                return super().fetch(url, headers)
            except OSError as wrong:
                raise FatalURLFetchingError(f"a report lacks {url}") from wrong

    return Fetcher(allowed_protocols={"file", "data"}, allow_redirects=False)


def _is_ours(url: str) -> bool:
    parts = urlsplit(url)
    path = Path(url2pathname(parts.path)).resolve()
    return parts.scheme == "file" and not parts.netloc and path.is_relative_to(TEMPLATES)


@contextmanager
def _reproducible(instant: datetime) -> Iterator[None]:
    """Set the time stamp of font subsets, for fallbacks that would write the current time."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(instant.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _without_collector() -> Iterator[None]:
    """Disable garbage collection, because layout keeps millions of objects alive; this saves a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _steps(on_step: Callable[[], None]) -> Iterator[None]:
    """Read progress from a logger, because WeasyPrint reports its steps there."""
    logger = logging.getLogger("weasyprint.progress")
    handler = _Ear(on_step)
    before = logger.level, logger.propagate, logger.disabled  # a library may have disabled all loggers of this process
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = logger.disabled = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]


class _Ear(logging.Handler):
    def __init__(self, on_step: Callable[[], None]) -> None:
        super().__init__()
        self._on_step = on_step

    def emit(self, record: logging.LogRecord) -> None:
        self._on_step()
