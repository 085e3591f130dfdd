"""PDF/UA post-processing: adds what WeasyPrint 70 omits, so that a PDF/A-3a is also PDF/UA-1.

It changes objects of pydyf: the PDF/UA mark goes into the PDF/A metadata, table headers get their scope, and each attachment is
listed once. A test checks the result, so that a new version of WeasyPrint cannot break this unnoticed.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

_SLACK = 1.5  # CSS pixels by which a last letter may exceed the area
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
    """Finish the document: WeasyPrint calls this with its document and the PDF before writing."""
    metadata = _at(file, file.catalog["Metadata"])
    metadata.stream[0] = metadata.stream[0].replace(_END, _PDFUA + _END, 1)
    # empty, so that a later signature can be compared with the original content
    file.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array()})
    if "AF" in file.catalog:
        file.catalog["AF"] = pydyf.Array(dict.fromkeys(file.catalog["AF"]))
    for found in file.objects:
        if isinstance(found, dict) and found.get("S") == "/TH":
            is_head = _at(file, _at(file, found["P"])["P"]).get("S") == "/THead"
            found.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Column" if is_head else "/Row"


def spaces_of(document: Any) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield the areas for signatures: page from 0, then left, bottom, right and top in points."""
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            if "space" in str(getattr(box.element, "attrib", {}).get("class", "")).split() and box.element_tag == "p":
                left, top = box.position_x, box.position_y
                right, bottom = left + box.border_width(), top + box.border_height()
                edges = left, page.height - bottom, right, page.height - top
                yield number, *(round(edge * _POINTS, 2) for edge in edges)


def beyond_the_page(document: Any) -> Iterator[tuple[int, float]]:
    """Yield the pages, from 1, whose text exceeds the text area, with the largest excess in millimetres."""
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
