"""Inspection: reads an untrusted PDF in a separate process, and answers in JSON.

It imports no other module of the program, so that it starts fast and has no secrets. `reports.inspector` runs it, within limits.
It answers two questions: what follows the issued bytes (`appended`), and whether two files look and read the same (`compared`).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

SERIAL = re.compile(r"\b[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}\b")
PAGES = 2_000  # more than any issued document
MOST_WORDS = 20_000_000
SIDE = 3_000  # points; the longest side of a rendered page
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
# allowed keys of a new signature field; actions and scripts are not allowed
_FIELD = {
    "/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/AP", "/AS", "/Lock", "/SV", "/DA", "/DR",
    "/MK", "/BS", "/Border", "/Kids", "/Parent", "/StructParent", "/Q", "/M", "/NM",
}  # fmt: skip
_CHANGING = {"/ModDate", "/Producer"}  # keys of the information dictionary that every program changes on saving
_SAID = "{http://purl.org/dc/", "{http://www.aiim.org/pdf", "{http://ns.adobe.com/pdf/", "{http://ns.adobe.com/xap/"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SAVED = "}Producer", "}ModifyDate", "}MetadataDate", "}InstanceID", "}namespaceURI"

Space = tuple[int, float, float, float, float]  # page from 0, then left, bottom, right, top in points


class Refused(Exception):
    """The file is not as expected; the reason is a code, `page` counts from 1."""

    def __init__(self, reason: str, page: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.page = reason, page


# --- what follows the bytes that we issued --------------------------------------------------------------------------


def appended(content: bytes, length: int, spaces: Sequence[Space]) -> dict[str, Any]:
    """Return the signatures after the first `length` bytes. Raise Refused for any other content."""
    issued = content[:length]
    if not re.search(rb"startxref\s+\d+\s+%%EOF[\r\n]{0,2}\Z", content[-64:]):
        raise Refused("tail")
    reader, before = _reader(content), _reader(issued)
    _chain(content, length, reader, before)
    _only_signatures(reader)
    signatures = [_signature(each) for each in reader.embedded_signatures]
    widgets = list(_widgets(reader, before, spaces))
    _same_description(reader, before)
    _same_sight(content, issued, widgets)
    return {"signatures": signatures}


def _reader(content: bytes) -> Any:
    """Return a strict reader that looks up a packed object once; pyHanko's own parses the packet's list for each object."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.decode_limits import DecodePurpose
    from pyhanko.pdf_utils.misc import PdfStrictReadError
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Reader(PdfFileReader):
        def __init__(self) -> None:
            self._packets: dict[int, tuple[bytes, list[tuple[int, int]]]] = {}
            super().__init__(BytesIO(content), strict=True)

        def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
            if stmnum not in self._packets:
                stream = generic.Reference(stmnum, 0, self).get_object()
                if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
                    raise PdfStrictReadError("an object lies in no packet")
                packed = stream.read_data(DecodePurpose.OBJECT_STREAM)
                first, count = int(stream["/First"]), int(stream["/N"])
                numbers = [int(each) for each in packed[:first].split()]
                if len(numbers) != 2 * count:
                    raise PdfStrictReadError("the list of a packet is broken")
                places = [first + each for each in numbers[1::2]]
                self._packets[stmnum] = packed, list(zip(numbers[::2], places, strict=True))
            packed, listed = self._packets[stmnum]
            if not 0 <= idx < len(listed) or listed[idx][0] != idnum:
                raise PdfStrictReadError("an object lies elsewhere in its packet")
            end = min((place for _, place in listed[idx + 1 : idx + 2]), default=len(packed))
            found = generic.read_object(BytesIO(packed[listed[idx][1] : end] + b" "), generic.Reference(idnum, 0, self))
            if isinstance(found, generic.StreamObject | generic.IndirectObject):
                raise PdfStrictReadError("a packet holds what none may hold")
            return found

    return Reader()


def _chain(content: bytes, length: int, reader: Any, before: Any) -> None:
    """Check that the revisions begin with the issued one, and that each later one follows it."""
    if reader.encrypted or before.encrypted:
        raise Refused("encrypted")
    start = int(_START.findall(content[:length])[-1])
    places = [reader.xrefs.get_xref_container_info(number) for number in range(reader.xrefs.total_revisions)]
    if before.xrefs.total_revisions != 1 or places[0].start_location != start:
        raise Refused("revisions")
    if len(places) < 2 or any(place.start_location < length for place in places[1:]):
        raise Refused("revisions")
    if reader.trailer.raw_get("/Root").reference != before.trailer.raw_get("/Root").reference:
        raise Refused("revisions")


def _only_signatures(reader: Any) -> None:
    """Check that every revision has a signature over all bytes up to its end, or only data that later prove earlier ones."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signed = set()
    for each in reader.embedded_signatures:
        if each.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
            raise Refused("coverage")
        if any(each.pkcs7_content[_der_length(each.pkcs7_content) :]):
            raise Refused("coverage")
        signed.add(each.signed_revision)
    if not signed:
        raise Refused("unsigned")
    for number in range(1, reader.xrefs.total_revisions):
        old, new = _revision(reader, number - 1), _revision(reader, number)
        if number not in signed and not _adds_proof(old, new):
            raise Refused("unsigned")
        _overridden(old, new)
        result = _policy(may_sign=number in signed).apply(old=old, new=new)
        if result.modification_level > ModificationLevel.FORM_FILLING:
            raise Refused("changed")


def _revision(reader: Any, number: int) -> Any:
    """Return one revision without its structure tree, because `_overridden` allows no change of its thousands of objects."""
    from pyhanko.pdf_utils import generic

    found = reader.get_historical_resolver(number)
    if "/StructTreeRoot" in found.root:
        found.cache[found.root.raw_get("/StructTreeRoot").reference] = generic.DictionaryObject()
    return found


def _adds_proof(old: Any, new: Any) -> bool:
    """Return whether an unsigned revision adds only certificates and their status, which later prove earlier signatures."""
    if "/DSS" not in new.root:
        return False
    written = set(new.explicit_refs_in_revision())
    return "/DSS" not in old.root or bool(_references(new.root, "/DSS") & written)


def _overridden(old: Any, new: Any) -> None:
    """Check the changed objects: a signature may rewrite the catalogue, a page, the form, the description, or its own field. The policy
    decides which changes are allowed in each."""
    may = {new.root_ref}
    for name, holder in (
        ("/Info", new.trailer_view),
        ("/Metadata", old.root),
        ("/AcroForm", old.root),
        ("/DSS", old.root),
    ):
        may |= _references(holder, name)
    for each in (old.root["/AcroForm"], *_dictionaries(old.root.get("/DSS"))):
        for name in each:
            may |= _references(each, name)
    may |= {each.reference for each in old.root["/AcroForm"]["/Fields"] if hasattr(each, "reference")}
    for kid in _pages(old.root["/Pages"], 0):
        may |= {kid.reference} | _references(kid.get_object(), "/Annots")
    for ref in new.explicit_refs_in_revision():
        if not old.is_ref_unassignable(ref) and ref not in may:
            raise Refused("changed")


def _references(holder: Any, name: str) -> set[Any]:
    """Return the reference of a name, or none if the value is direct."""
    found: Any = holder.raw_get(name) if name in holder else None
    return {found.reference} if hasattr(found, "reference") else set()


def _dictionaries(found: Any) -> list[Any]:
    return [] if found is None else [found]


def _pages(tree: Any, depth: int) -> Iterator[Any]:
    """Yield the references of the pages below a node of the page tree."""
    if depth > 20:
        raise Refused("pages")
    for place in range(len(tree["/Kids"])):
        kid = tree["/Kids"].raw_get(place)
        if kid.get_object()["/Type"] == "/Pages":
            yield from _pages(kid.get_object(), depth + 1)
        else:
            yield kid


def _policy(*, may_sign: bool) -> Any:
    """Return pyHanko's rules without those for form filling; every changed object needs a rule."""
    from pyhanko.sign.diff_analysis import (
        CatalogModificationRule,
        DocInfoRule,
        DSSCompareRule,
        FormUpdatingRule,
        MetadataUpdateRule,
        ModificationLevel,
        ObjectStreamRule,
        SigFieldCreationRule,
        SigFieldModificationRule,
        StandardDiffPolicy,
        XrefStreamRule,
    )

    late = ModificationLevel.LTA_UPDATES
    rules = [XrefStreamRule(), ObjectStreamRule(), DSSCompareRule(), DocInfoRule(), MetadataUpdateRule()]
    form = FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()],
        ignored_acroform_keys={"/Fields", "/SigFlags", "/DR", "/DA"},
    )
    return StandardDiffPolicy(
        [CatalogModificationRule(), *(rule.as_qualified(late) for rule in rules)],
        form_rule=form if may_sign else None,
        ignore_orphaned_objects=False,
    )


def _der_length(content: bytes) -> int:
    """Return the length of the first DER value; padding may follow it."""
    if content[1] < 0x80:
        return 2 + content[1]
    size = content[1] & 0x7F
    return 2 + size + int.from_bytes(content[2 : 2 + size], "big")


def _signature(found: Any) -> dict[str, Any]:
    """Return the signer by the embedded certificate, which is checked against no list. Raise Refused for an invalid signature."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    digest, kind = found.compute_digest(), "data"
    if found.sig_object_type == "/DocTimeStamp":
        token = found.signed_data["encap_content_info"]["content"]
        if token.parsed["message_imprint"]["hashed_message"].native != digest:
            raise Refused("signature")
        kind, digest = "tst_info", hashlib.new(found.md_algorithm, token.parsed.dump()).digest()
    if not all(
        validate_sig_integrity(found.signer_info, found.signer_cert, expected_content_type=kind, actual_digest=digest)
    ):
        raise Refused("signature")
    day = found.self_reported_timestamp
    return {"signer": found.signer_cert.subject.human_friendly[:200], "day": day.date().isoformat() if day else None}


def _widgets(reader: Any, before: Any, spaces: Sequence[Space]) -> Iterator[Space]:
    """Return the visible areas of signatures. Raise Refused outside the areas that the document reserves."""
    pages = [[kid.get_object() for kid in _pages(each.root["/Pages"], 0)] for each in (before, reader)]
    for number, (then, now) in enumerate(zip(*pages, strict=True)):
        ours, theirs = ([each.get_object() for each in page.get("/Annots", [])] for page in (then, now))
        for each in theirs[len(ours) :]:
            if each.get("/Subtype") != "/Widget" or not set(each) <= _FIELD:
                raise Refused("field", number + 1)
            for kid in each.get("/Kids", []):
                if not set(kid.get_object()) <= _FIELD:
                    raise Refused("field", number + 1)
            x1, y1, x2, y2 = (float(value) for value in each["/Rect"])
            left, right, bottom, top = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
            if right - left == 0 or top - bottom == 0:
                continue
            inside = [
                space for space in spaces
                if space[0] == number and left >= space[1] and bottom >= space[2] and right <= space[3] and top <= space[4]
            ]  # fmt: skip
            if not inside:
                raise Refused("place", number + 1)
            yield inside[0]
    for field in reader.root["/AcroForm"]["/Fields"]:
        if not set(field.get_object()) <= _FIELD:
            raise Refused("field")


def _same_description(reader: Any, before: Any) -> None:
    """Check that title, author and other metadata are unchanged; the saving day and the program's name may change."""
    infos = [_info(each) for each in (reader, before)]
    metadata = [each.root["/Metadata"].data for each in (reader, before)]
    if infos[0] != infos[1] or _leaves(metadata[0]) != _leaves(metadata[1]):
        raise Refused("metadata")


def _info(reader: Any) -> dict[str, str]:
    info = reader.trailer["/Info"]
    return {str(key): str(info[key]) for key in info if key not in _CHANGING}


def _leaves(metadata: bytes) -> list[tuple[str, str]]:
    """Yield every property with its text, in any order, without notation details of other programs."""
    from xml.etree import ElementTree

    if b"<!DOCTYPE" in metadata or b"<!ENTITY" in metadata:
        raise Refused("metadata")
    found = set(_properties(ElementTree.fromstring(metadata), ""))  # noqa: S314 - no entity can be declared
    return sorted(
        (name, words) for name, words in found if words and name.startswith(_SAID) and not name.endswith(_SAVED)
    )


def _properties(node: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield properties and texts; entries of a list belong to the property of the list."""
    name = name if node.tag.startswith(_RDF) else node.tag
    yield name, (node.text or "").strip()
    yield from node.attrib.items()
    for each in node:
        yield from _properties(each, name)


def _same_sight(content: bytes, issued: bytes, widgets: Sequence[Space]) -> None:
    """Check that the pages look and read as issued, outside the areas for signatures."""
    now, then = _opened(content), _opened(issued)
    for number in range(len(then)):
        hidden = [space for space in widgets if space[0] == number]
        if _drawn(now, number, hidden) != _drawn(then, number, hidden) or _words(now, number) != _words(then, number):
            raise Refused("page", number + 1)


# --- one file beside another ----------------------------------------------------------------------------------------


def compared(content: bytes, original: bytes) -> dict[str, Any]:
    """Return the differences of `content` from `original`: pages, text, attached files, active content; empty without any."""
    now, then = _opened(content), _opened(original)
    found: dict[str, Any] = {}
    if len(now) != len(then):
        found["pages"] = len(now)
    for number in range(min(len(now), len(then))):
        if _drawn(now, number, ()) != _drawn(then, number, ()):
            found.setdefault("seen", number + 1)
        if _words(now, number) != _words(then, number):
            found.setdefault("words", number + 1)
        if _extras(now, number) != _extras(then, number):
            found.setdefault("extras", number + 1)
    files, kept = _attached(now), _attached(then)
    if other := sorted(name for name in files.keys() | kept.keys() if files.get(name) != kept.get(name)):
        found["files"] = [name[:80] for name in other[:5]]
    return found


_ANYTHING = "(.{0,200}?)"


def differing_lines(
    content: bytes, headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[tuple[int, str | None]]:
    """Return the rows of a list that a file does not contain word for word, each with its one different column; None: several."""
    document = _opened(content)
    words = "".join("".join(_words(document, number).split()) for number in range(len(document)))[:MOST_WORDS]
    return [found for row in rows for found in _differing(headers, row, words)]


def _differing(headers: Sequence[str], row: Sequence[str], words: str) -> Iterator[tuple[int, str | None]]:
    plain = ["".join(cell.split()) for cell in row]
    if "".join(plain) in words:
        return
    cells = [re.escape(cell) for cell in plain]
    # the shortest candidate for a column is the best one: a longer one includes the next line
    others = [
        (len(other[1]), headers[place])
        for place in range(1, len(cells))
        for other in re.finditer("".join([*cells[:place], _ANYTHING, *cells[place + 1 :]]), words)
    ]
    yield int(row[0]), min(others)[1] if others else None


def read(content: bytes) -> dict[str, Any]:
    """Return the serials in a file, and whether it calls itself restricted: claims, not facts."""
    document = _opened(content)
    words = " ".join(
        _words(document, number)[:200_000] for number in sorted({0, 1, len(document) - 1} & set(range(len(document))))
    )
    return {
        "serials": list(dict.fromkeys(SERIAL.findall(words)))[:20],
        "is_restricted": "bersifatterbatas" in "".join(words.split()),
    }


def _opened(content: bytes) -> Any:
    import pypdfium2

    try:
        found = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise Refused("unreadable") from None
    if not 0 < len(found) <= PAGES:
        raise Refused("pages")
    return found


def _drawn(document: Any, number: int, hidden: Sequence[Space]) -> tuple[Any, ...]:
    """Return the rendered page and its box, without the pixels of the given areas."""
    page = document[number]
    width, height = page.get_size()
    if not (0 < width <= SIDE and 0 < height <= SIDE):
        raise Refused("pages", number + 1)
    bitmap = page.render(scale=1.5, may_draw_forms=False, rev_byteorder=True)
    rows, stride = bitmap.height, bitmap.stride
    pixels = bytearray(bytes(bitmap.buffer))
    for _, left, bottom, right, top in hidden:
        per = bitmap.n_channels
        first, last = int(left * 1.5) * per, min(int(right * 1.5 + 1) * per, stride)
        for row in range(max(0, int((height - top) * 1.5)), min(rows, int((height - bottom) * 1.5 + 1))):
            pixels[row * stride + first : row * stride + last] = bytes(last - first)
    boxes = tuple(round(value, 3) for value in (*page.get_mediabox(), *page.get_cropbox()))
    size = bitmap.width, bitmap.height, page.get_rotation(), boxes
    bitmap.close()
    page.close()
    return size, hashlib.sha256(pixels).digest()


def _words(document: Any, number: int) -> str:
    page = document[number]
    text = page.get_textpage()
    found: str = text.get_text_range(errors="replace") if text.count_chars() else ""
    text.close()
    page.close()
    return found


def _extras(document: Any, number: int) -> tuple[int, ...]:
    """Return the number of annotations of a page, and the numbers by kind."""
    from pypdfium2 import raw

    page = document[number]
    count = raw.FPDFPage_GetAnnotCount(page)
    kinds = []
    for place in range(min(count, 10_000)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        kinds.append(raw.FPDFAnnot_GetSubtype(annotation))
        raw.FPDFPage_CloseAnnot(annotation)
    page.close()
    return count, *sorted(kinds), document.get_formtype(), raw.FPDFDoc_GetJavaScriptActionCount(document)


def files_of(content: bytes) -> dict[str, bytes]:
    """Return the attached files."""
    return _attached(_opened(content))


def _attached(document: Any) -> dict[str, bytes]:
    found = {}
    for place in range(min(document.count_attachments(), 1_000)):
        attachment = document.get_attachment(place)
        found[str(attachment.get_name())] = bytes(attachment.get_data())
    return found
