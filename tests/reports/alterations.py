"""Alterations of a document: each function takes its bytes and returns a file that is not the issued document.

The tests apply `ALTERATIONS` to every kind of document. `BOMBS` break readers; only the limited process opens them.
"""

import zipfile
import zlib
from datetime import UTC, datetime
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.actions import JavaScript
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

ALTERATIONS, BOMBS = {}, {}


def altered(work):
    ALTERATIONS[work.__name__] = work
    return work


def bomb(work):
    BOMBS[work.__name__] = work
    return work


# --- who signs ------------------------------------------------------------------------------------------------------


def _signer():
    """An officer with a certificate that vouches for itself."""
    from cryptography.hazmat.primitives import serialization

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Agnes Nurti")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2040, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (loaded,) = load_certs_from_pemder_data(certificate.public_bytes(serialization.Encoding.PEM))
    return signers.SimpleSigner(
        signing_cert=loaded,
        signing_key=load_private_key_from_pemder_data(pem, None),
        cert_registry=SimpleCertificateStore(),
    )


SIGNER = _signer()


def signed(content, name="Tanda1", *, change=lambda writer: None, box=None, page=0, **facts):
    """The file with a signature behind it, in a field of its own; `change` writes into the same update."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    field = fields.SigFieldSpec(name, box=box, on_page=page)
    metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=fields.SigSeedSubFilter.PADES, **facts)
    style = TextStampStyle(stamp_text="DISETUJUI")
    return signers.PdfSigner(metadata, SIGNER, new_field_spec=field, stamp_style=style).sign_pdf(writer).getvalue()


def updated(content, change):
    """The file with an update behind it that nobody signed."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _page(writer, number=0):
    return writer.find_page_for_modification(number)[0].get_object()


def _paint(writer, operators=b"q 1 1 1 rg 60 60 400 700 re f Q BT ET"):
    page = _page(writer)
    stream = writer.add_object(generic.StreamObject(stream_data=operators))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream])
    writer.update_container(page)


# --- bytes ----------------------------------------------------------------------------------------------------------


@altered
def one_bit(content):
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@altered
def one_byte_behind(content):
    return content + b"\n"


@altered
def a_comment_behind(content):
    return content + b"% disahkan\n"


@altered
def zeros_behind(content):
    return content + bytes(512)


@altered
def another_end_behind(content):
    return content + b"startxref\n0\n%%EOF\n"


@altered
def the_same_end_behind(content):
    return content + content[content.rindex(b"startxref") :]


@altered
def bytes_before(content):
    return b"\n" + content


@altered
def a_script_before(content):
    return b"#!/bin/sh\nexit 0\n" + content


@altered
def a_page_of_html_before(content):
    return b"<!doctype html><title>x</title><!--" + content


@altered
def an_archive_behind(content):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lampiran.csv", "1,SISIPAN")
    return content + packed.getvalue()


@altered
def another_version_in_its_head(content):
    return content.replace(b"%PDF-1.7", b"%PDF-1.4", 1)


@altered
def cut_off(content):
    return content[:-40]


@altered
def ends_of_lines_of_windows(content):
    return content.replace(b"endobj\n", b"endobj\r\n")


@altered
def a_forged_file_behind(content):
    return content + page_removed(content)


@altered
def behind_a_forged_file(content):
    return text_added(content) + content


# --- saved by another program ---------------------------------------------------------------------------------------


def saved(content, change=lambda writer: None):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


@altered
def saved_again(content):
    return saved(content)


@altered
def saved_without_packed_objects(content):
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(content)))
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


@altered
def saved_with_one_object_for_equal_ones(content):
    return saved(content, lambda writer: writer.compress_identical_objects())


@altered
def page_removed(content):
    return saved(content, lambda writer: writer.remove_page(len(writer.pages) - 1))


@altered
def page_doubled(content):
    return saved(content, lambda writer: writer.add_page(writer.pages[0]))


@altered
def blank_page(content):
    return saved(content, lambda writer: writer.add_blank_page(595, 842))


@altered
def pages_in_another_order(content):
    def turn(writer):
        writer.insert_page(writer.pages[len(writer.pages) - 1], 0)
        writer.remove_page(len(writer.pages) - 1)
        writer.insert_blank_page(595, 842, 1) if len(writer.pages) == 1 else None

    return saved(content, turn)


@altered
def page_turned(content):
    return saved(content, lambda writer: writer.pages[0].rotate(90))


@altered
def page_upside_down(content):
    return saved(content, lambda writer: writer.pages[0].rotate(180))


@altered
def page_mirrored(content):
    return saved(
        content, lambda writer: writer.pages[0].add_transformation(Transformation().scale(-1, 1).translate(595, 0))
    )


@altered
def a_larger_page(content):
    def change(writer):
        writer.pages[0].mediabox = RectangleObject((0, 0, 700, 900))

    return saved(content, change)


@altered
def a_page_cut_to_a_part(content):
    def change(writer):
        writer.pages[0].cropbox = RectangleObject((0, 300, 595, 842))

    return saved(content, change)


@altered
def locked(content):
    return saved(content, lambda writer: writer.encrypt("", "rahasia"))


@altered
def locked_by_a_password(content):
    return saved(content, lambda writer: writer.encrypt("rahasia"))


@altered
def another_title(content):
    return saved(content, lambda writer: writer.add_metadata({"/Title": "Laporan Tahun 2025"}))


@altered
def a_file_more(content):
    return saved(content, lambda writer: writer.add_attachment("lampiran.csv", b"1,SISIPAN"))


@altered
def a_figure_replaced(content):
    names = list(PdfReader(BytesIO(content)).attachments)
    return saved(content, lambda writer: writer.add_attachment(names[-1] if names else "klaim.csv", b"a,b\r\n1,2\r\n"))


@altered
def files_left_out(content):
    def change(writer):
        writer._root_object.pop("/Names", None)
        writer._root_object.pop("/AF", None)

    return saved(content, change)


@altered
def a_script(content):
    return saved(content, lambda writer: writer.add_open_action(JavaScript("app.alert(1)")))


@altered
def a_program_to_start(content):
    def change(writer):
        action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("x.exe")}
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(action)

    return saved(content, change)


@altered
def a_note_over_it(content):
    note = FreeText(text="Rp900.000.000", rect=(100, 400, 400, 440), background_color="ffffff")
    return saved(content, lambda writer: writer.add_annotation(0, note))


@altered
def a_link(content):
    link = Link(rect=(100, 400, 400, 440), url="https://example.invalid")
    return saved(content, lambda writer: writer.add_annotation(0, link))


@altered
def a_field_to_fill_in(content):
    def change(writer):
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("jumlah"),
                NameObject("/V"): TextStringObject("900"), NameObject("/Rect"): RectangleObject((100, 100, 300, 130)),
                NameObject("/DA"): TextStringObject("/Helv 12 Tf 0 g"),
            }
        )  # fmt: skip
        reference = writer._add_object(field)
        page = writer.pages[0]
        page[NameObject("/Annots")] = ArrayObject([*page.get("/Annots", []), reference])
        writer._root_object["/AcroForm"]["/Fields"].append(reference)

    return saved(content, change)


def _drawn(operators):
    def change(writer):
        page = writer.pages[0]
        stream = StreamObject()
        stream.set_data(operators)
        contents = page["/Contents"]
        first = writer._add_object(contents.get_object()) if not isinstance(contents, ArrayObject) else contents[0]
        page[NameObject("/Contents")] = ArrayObject([first, writer._add_object(stream)])

    return change


def _font(writer):
    return next(iter(writer.pages[0]["/Resources"]["/Font"]))


@altered
def a_white_box(content):
    return saved(content, _drawn(b"q 1 1 1 rg 60 500 300 200 re f Q"))


@altered
def text_added(content):
    helvetica = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )  # fmt: skip

    def change(writer):
        writer.pages[0]["/Resources"]["/Font"][NameObject("/Fx")] = helvetica
        _drawn(b"BT /Fx 12 Tf 80 300 Td (31 SISIPAN) Tj ET")(writer)

    return saved(content, change)


@altered
def text_that_is_not_seen(content):
    def change(writer):
        helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = DictionaryObject({NameObject(key): NameObject(value) for key, value in helvetica.items()})
        writer.pages[0]["/Resources"]["/Font"][NameObject("/Fx")] = font
        _drawn(b"BT 3 Tr /Fx 12 Tf 80 300 Td (31 SISIPAN) Tj ET")(writer)

    return saved(content, change)


@altered
def a_picture_over_it(content):
    def change(writer):
        picture = StreamObject()
        picture.set_data(bytes(3))
        facts = {"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Width": NumberObject(1),
                 "/Height": NumberObject(1), "/ColorSpace": NameObject("/DeviceRGB"), "/BitsPerComponent": NumberObject(8)}  # fmt: skip
        picture.update({NameObject(key): value for key, value in facts.items()})
        resources = writer.pages[0]["/Resources"]
        objects = resources.setdefault(NameObject("/XObject"), DictionaryObject())
        objects.get_object()[NameObject("/Px")] = writer._add_object(picture)
        _drawn(b"q 200 0 0 100 100 500 cm /Px Do Q")(writer)

    return saved(content, change)


@altered
def a_layer_over_it(content):
    def change(writer):
        layer = writer._add_object(
            DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("baru")})
        )
        shown = DictionaryObject({NameObject("/ON"): ArrayObject([layer])})
        writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
            {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): shown}
        )
        writer.pages[0]["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/L"): layer})
        _drawn(b"/OC /L BDC q 0 0 0 rg 100 500 200 20 re f Q EMC")(writer)

    return saved(content, change)


@altered
def another_font(content):
    def change(writer):
        fonts = writer.pages[0]["/Resources"]["/Font"]
        for name in list(fonts):
            facts = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Courier"}
            fonts[NameObject(name)] = DictionaryObject(
                {NameObject(key): NameObject(value) for key, value in facts.items()}
            )

    return saved(content, change)


@altered
def glyphs_swapped(content):
    """Two of its fonts change places: other glyphs are drawn, and what they are called is swapped back."""

    def change(writer):
        fonts = writer.pages[0]["/Resources"]["/Font"]
        first, second, *_ = sorted(fonts)
        one, two = fonts[first].get_object(), fonts[second].get_object()
        one[NameObject("/ToUnicode")], two[NameObject("/ToUnicode")] = two["/ToUnicode"], one["/ToUnicode"]
        fonts[NameObject(first)], fonts[NameObject(second)] = writer._add_object(two), writer._add_object(one)

    return saved(content, change)


@altered
def letters_renamed(content):
    """The page looks the same, and a program that reads it reads other digits."""

    def change(writer):
        for font in writer.pages[0]["/Resources"]["/Font"].values():
            named = font.get_object()["/ToUnicode"].get_object()
            told = (
                named.get_data()
                .replace(b"<0031>", b"<0039>")
                .replace(b"<0061>", b"<0065>")
                .replace(b"<0032>", b"<0038>")
            )
            named.set_data(told)

    return saved(content, change)


@altered
def lines_moved(content):
    def change(writer):
        contents = writer.pages[0]["/Contents"].get_object()
        contents.set_data(contents.get_data().replace(b" Tm", b" Tm 1 0 0 1 0 0 cm", 1) + b" ")

    return saved(
        content, lambda writer: (change(writer), _drawn(b"q 0.99 0 0 0.99 0 0 cm Q 0 0 0 rg 1 1 9 9 re f")(writer))
    )


@altered
def a_page_of_another_paper(content):
    def change(writer):
        other = PdfWriter()
        other.add_blank_page(595, 842)
        writer.remove_page(0)
        writer.insert_page(other.pages[0], 0)

    return saved(content, change)


@altered
def a_wider_margin(content):
    def change(writer):
        page = writer.pages[0]
        page[NameObject("/UserUnit")] = FloatObject(2)

    return saved(content, change)


# --- updates behind it ----------------------------------------------------------------------------------------------


@altered
def painted_over(content):
    return updated(content, _paint)


@altered
def painted_over_and_signed(content):
    return signed(content, change=_paint)


@altered
def painted_over_between_two_signatures(content):
    return signed(signed(content), "Tanda2", change=_paint)


@altered
def signed_and_painted_over(content):
    return updated(signed(content), _paint)


@altered
def an_update_of_nothing(content):
    def change(writer):
        writer.update_root()

    return updated(content, change)


@altered
def signed_and_updated_by_nothing(content):
    return updated(signed(content), lambda writer: writer.update_root())


@altered
def signed_and_a_byte_behind(content):
    return signed(content) + b"\n \n"


@altered
def a_signature_over_the_page(content):
    return signed(content, box=(60, 60, 540, 780))


@altered
def a_signature_in_the_margin(content):
    return signed(content, box=(10, 10, 60, 40))


@altered
def a_signature_on_the_letterhead(content):
    return signed(content, box=(100, 760, 400, 810))


@altered
def a_signature_that_does_not_hold(content):
    found = bytearray(signed(content))
    place = found.rindex(b"/Contents <") + 400
    found[place : place + 4] = b"0000" if found[place : place + 4] != b"0000" else b"1111"
    return bytes(found)


@altered
def a_signature_of_other_bytes(content):
    found = signed(content)
    return found.replace(b"/Reason (", b"/Reason (")[:-6] + b"%%EOF\r"


@altered
def a_signature_with_a_script(content):
    def change(writer):
        page = _page(writer)
        action = generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("x")})
        page["/AA"] = generic.DictionaryObject({pdf_name("/O"): action})
        writer.update_container(page)

    return signed(content, change=change)


@altered
def a_signature_field_that_acts(content):
    def change(writer):
        page = _page(writer)
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): pdf_string("https://example.invalid")}
        )
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): pdf_string("Tanda0"), pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"), pdf_name("/A"): action,
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0))),
            }
        )  # fmt: skip
        reference = writer.add_object(field)
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), reference])
        writer.update_container(page)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_root()

    return signed(content, change=change)


@altered
def a_note_and_a_signature(content):
    def change(writer):
        page = _page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Square"), pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/IC"): generic.ArrayObject(map(generic.NumberObject, (1, 1, 1))),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 100, 400, 400))),
            }
        )  # fmt: skip
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])
        writer.update_container(page)

    return signed(content, change=change)


@altered
def another_title_and_a_signature(content):
    def change(writer):
        info = writer.trailer["/Info"]
        info["/Title"] = pdf_string("Laporan Tahun 2025")
        writer.update_container(info)

    return signed(content, change=change)


@altered
def another_description_and_a_signature(content):
    def change(writer):
        metadata = writer.root["/Metadata"]
        metadata._data = metadata.data.replace(b"2024", b"2025")
        metadata._encoded_data = None
        writer.update_container(metadata)

    found = signed(content, change=change)
    return found


@altered
def a_file_more_and_a_signature(content):
    def change(writer):
        stream = writer.add_object(generic.StreamObject(stream_data=b"1,SISIPAN"))
        file = {pdf_name("/Type"): pdf_name("/Filespec"), pdf_name("/F"): pdf_string("x.csv"),
                pdf_name("/EF"): generic.DictionaryObject({pdf_name("/F"): stream})}  # fmt: skip
        writer.root["/AF"] = generic.ArrayObject([writer.add_object(generic.DictionaryObject(file))])
        writer.update_root()

    return signed(content, change=change)


@altered
def an_object_nobody_names_and_a_signature(content):
    return signed(
        content, change=lambda writer: writer.add_object(generic.StreamObject(stream_data=b"PK\x03\x04" * 99))
    )


@altered
def page_boxes_and_a_signature(content):
    def change(writer):
        page = _page(writer)
        page["/CropBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 300, 595, 842)))
        writer.update_container(page)

    return signed(content, change=change)


@altered
def pages_turned_and_a_signature(content):
    def change(writer):
        page = _page(writer)
        page["/Rotate"] = generic.NumberObject(180)
        writer.update_container(page)

    return signed(content, change=change)


@altered
def fonts_swapped_and_a_signature(content):
    def change(writer):
        fonts = _page(writer)["/Resources"]["/Font"]
        first, second, *_ = sorted(fonts)
        one, two = fonts.raw_get(first), fonts.raw_get(second)
        fonts[pdf_name(first)], fonts[pdf_name(second)] = two, one
        writer.update_container(fonts)

    return signed(content, change=change)


@altered
def the_structure_and_a_signature(content):
    def change(writer):
        tree = writer.root["/StructTreeRoot"]
        tree["/K"] = generic.ArrayObject()
        writer.update_container(tree)

    return signed(content, change=change)


@altered
def the_open_action_and_a_signature(content):
    def change(writer):
        action = generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("x")})
        writer.root["/OpenAction"] = action
        writer.update_root()

    return signed(content, change=change)


@altered
def a_form_of_another_kind_and_a_signature(content):
    def change(writer):
        writer.root["/AcroForm"]["/XFA"] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
        writer.update_root()

    return signed(content, change=change)


@altered
def a_forged_table_of_objects(content):
    """The update's table says that page one's contents stand where another object does."""
    last = content.rindex(b"startxref")
    start = int(content[last:].split()[1])
    table = b"xref\n0 1\n0000000000 65535 f \n6 1\n%010d 00000 n \n" % (len(content) + 60)
    trailer = b"trailer\n<< /Size 9999 /Root 2 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (start, len(content))
    return content + table + trailer


@altered
def a_table_that_leads_around(content):
    table = b"xref\n0 0\ntrailer\n<< /Size 9 /Root 2 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return content + table % (len(content), len(content))


# --- what breaks readers --------------------------------------------------------------------------------------------


@bomb
def a_page_of_a_gigabyte(content):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()

    def change(writer):
        page = writer.pages[0]
        stream = StreamObject()
        stream._data = packed
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        page[NameObject("/Contents")] = writer._add_object(stream)

    return saved(content, change)


@bomb
def a_page_of_a_kilometre(content):
    def change(writer):
        writer.pages[0].mediabox = RectangleObject((0, 0, 2_000_000, 2_000_000))
        writer.pages[0].cropbox = RectangleObject((0, 0, 2_000_000, 2_000_000))

    return saved(content, change)


@bomb
def brackets_without_end(content):
    return content + b"9000 0 obj\n" + b"[" * 3_000_000 + b"\nendobj\n" + content[content.rindex(b"startxref") :]


@bomb
def ends_without_number(content):
    return content + b"%%EOF\n" * 200_000


@bomb
def pages_that_hold_themselves(content):
    objects = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    objects += b"2 0 obj\n<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>\nendobj\n"
    places = [objects.index(b"1 0 obj"), objects.index(b"2 0 obj")]
    table = b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return objects + table + b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(objects)


@bomb
def filters_in_filters(content):
    packed = bytes(1 << 20)
    for _ in range(40):
        packed = zlib.compress(packed)
    names = b"/FlateDecode " * 40
    objects = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    return (
        objects
        + b"3 0 obj\n<< /Length %d /Filter [%s] >>\nstream\n" % (len(packed), names)
        + packed
        + b"\nendstream\nendobj\n"
    )


@bomb
def nothing_but_a_head(content):
    return b"%PDF-1.7\n"


@bomb
def nothing(content):
    return b""


@bomb
def noise(content):
    return bytes((place * 7919 + place // 3) % 256 for place in range(200_000))


@bomb
def drawing_without_end(content):
    return saved(content, _drawn(b"q 0 0 1 1 re f Q\n" * 3_000_000))


@bomb
def a_form_that_draws_itself(content):
    def change(writer):
        form = StreamObject()
        form.set_data(b"/F Do /F Do /F Do /F Do")
        form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
                     NameObject("/BBox"): RectangleObject((0, 0, 500, 500))})  # fmt: skip
        reference = writer._add_object(form)
        form[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): DictionaryObject({NameObject("/F"): reference})}
        )
        resources = writer.pages[0]["/Resources"]
        objects = resources.setdefault(NameObject("/XObject"), DictionaryObject())
        objects.get_object()[NameObject("/F")] = reference
        _drawn(b"/F Do")(writer)

    return saved(content, change)
