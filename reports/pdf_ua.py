"""PDF/UA post-processing: what WeasyPrint 70 leaves out of a PDF/A-3a so that it is PDF/UA-1 too.

Reaches into pydyf's objects: the PDF/UA mark goes inside the PDF/A metadata, table headers get their scope, each attachment is
listed once. A test looks at the result, so a new version of WeasyPrint cannot pass unseen.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

_SLACK = 1.5  # CSS pixels by which a last letter may stand out
_POINTS = 0.75  # of one CSS pixel

_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_AIIM = "http://www.aiim.org"
_PDFUA = f"""<rdf:Description {_RDF} xmlns:pdfuaid="{_AIIM}/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description {_RDF} rdf:about="" xmlns:pdfaExtension="{_AIIM}/pdfa/ns/extension/"
 xmlns:pdfaSchema="{_AIIM}/pdfa/ns/schema#" xmlns:pdfaProperty="{_AIIM}/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_AIIM}/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""".encode()
_END = b"</rdf:RDF>"


def add_pdf_ua(document: Any, file: Any) -> None:
    """WeasyPrint's finisher: called with its document and the PDF before it is written."""
    metadata = _at(file, file.catalog["Metadata"])
    metadata.stream[0] = metadata.stream[0].replace(_END, _PDFUA + _END, 1)
    # empty, so that a signature added later can be compared with what stood here before
    file.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array()})
    if "AF" in file.catalog:
        file.catalog["AF"] = pydyf.Array(dict.fromkeys(file.catalog["AF"]))
    for found in file.objects:
        if isinstance(found, dict) and found.get("S") == "/TH":
            is_head = _at(file, _at(file, found["P"])["P"]).get("S") == "/THead"
            found.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Column" if is_head else "/Row"


def spaces_of(document: Any) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield where the paper leaves space for a signature: page from 0, then left, bottom, right and top in points."""
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            if "space" in str(getattr(box.element, "attrib", {}).get("class", "")).split() and box.element_tag == "p":
                left, top = box.position_x, box.position_y
                right, bottom = left + box.border_width(), top + box.border_height()
                edges = left, page.height - bottom, right, page.height - top
                yield number, *(round(edge * _POINTS, 2) for edge in edges)


def beyond_the_page(document: Any) -> Iterator[tuple[int, float]]:
    """Yield the pages, from 1, on which words run out of the page's text area, and the most millimetres by which they do."""
    for number, page in enumerate(document.pages, start=1):
        area = page._page_box
        edge = area.content_box_x() + area.width
        ends = (
            box.position_x + box.width - edge
            for box in area.descendants()
            if type(box).__name__ == "TextBox" and box.text.strip()
        )
        if (most := max(ends, default=0)) > _SLACK:
            yield number, most * _POINTS / 72 * 25.4


def _at(file: Any, reference: Any) -> Any:
    return file.objects[int(reference.split()[0])]
