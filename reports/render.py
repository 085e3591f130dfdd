"""Rendering: a document becomes HTML, and HTML a PDF/A-3a that is PDF/UA-1 as well, the same bytes for the same data.

WeasyPrint writes either variant, not both at once, so `_finish` completes the file: the PDF/UA mark inside the PDF/A metadata, the scope of
table headers, each attachment listed once. It reaches into pydyf's objects; a test looks at the result.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jinja2
import pydyf
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from jamsos.errors import LibraryMissing
from reports.filters import FILTERS

TEMPLATES = Path(__file__).parent / "templates"
_PDFUA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


@dataclass(frozen=True)
class Attached:
    """A file that travels inside the PDF."""

    name: str
    description: str
    content: bytes


def html(name: str, document: Any) -> str:
    """The document as HTML; a field that the template names and the document lacks stops the run."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment.get_template(f"{name}/{name}.html").render(document=document)


def pdf(name: str, document: Any, dated: date, attached: list[Attached]) -> bytes:
    """The document as PDF bytes, dated by its data and not by the clock."""
    instant = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    with _reproducible(instant), _without_collector():
        page = HTML(string=html(name, document), base_url=str(TEMPLATES / name) + "/", url_fetcher=_Fetcher())
        content = page.write_pdf(
            pdf_variant="pdf/a-3a",
            finisher=_finish,
            font_config=FontConfiguration(),
            attachments=[
                Attachment(
                    string=each.content,
                    name=each.name,
                    description=each.description,
                    relationship="Data",
                    created=instant,
                    modified=instant,
                )
                for each in attached
            ],
        )
    return bytes(content)


class _Fetcher(URLFetcher):
    """Templates and data only: a report never asks the network for anything."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith(("data:", TEMPLATES.as_uri())):
            raise ValueError(f"a report may not fetch {url}")
        return super().fetch(url, headers)


@contextmanager
def _reproducible(instant: datetime) -> Iterator[None]:
    """Fonts are subset with a time stamp, which is taken from here where the fallback subsetter is used."""
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
    """Layout keeps millions of objects alive that the collector would scan again and again: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _finish(document: Any, file: Any) -> None:
    def at(reference: Any) -> Any:
        return file.objects[int(reference.split()[0])]

    metadata = at(file.catalog["Metadata"])
    metadata.stream[0] = metadata.stream[0].replace(b"</rdf:RDF>", _PDFUA + b"</rdf:RDF>", 1)
    if "AF" in file.catalog:
        file.catalog["AF"] = pydyf.Array(dict.fromkeys(file.catalog["AF"]))
    for found in file.objects:
        if isinstance(found, dict) and found.get("S") == "/TH":
            head = at(at(found["P"])["P"]).get("S") == "/THead"
            found.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Column" if head else "/Row"


def check_libraries() -> None:
    """Raises LibraryMissing naming the Debian packages."""
    try:
        from weasyprint.text.ffi import pango  # noqa: F401
    except OSError as wrong:
        raise LibraryMissing(packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") from wrong
