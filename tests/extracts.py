"""Builders of register files: one correct row, and the changes of a test."""

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

DTKS = "id_dtks;id_art;nama_krt;no_kk;nik_art;nama_art;jenis_kelamin;tempat_lahir;tanggal_lahir;alamat;rt;rw;kode_desa;nama_desa;nama_kecamatan;hubungan_keluarga;status_kawin;pekerjaan;no_hp"  # noqa: E501
GOOD = {
    "id_dtks": "D1",
    "id_art": "A1",
    "nama_krt": "MARIA JELITA",
    "no_kk": "5315990101100001",
    "nik_art": "5315994505850001",
    "nama_art": "MARIA JELITA",
    "jenis_kelamin": "P",
    "tempat_lahir": "LABUAN BAJO",
    "tanggal_lahir": "05/05/1985",
    "alamat": "DUSUN GORONTALO",
    "rt": "001",
    "rw": "002",
    "kode_desa": "53.15.05.2001",
    "nama_desa": "Komodo",
    "nama_kecamatan": "Komodo",
    "hubungan_keluarga": "KEPALA KELUARGA",
    "status_kawin": "CERAI MATI",
    "pekerjaan": "PENENUN",
    "no_hp": "081234567890",
}


def row(**changes: str) -> dict[str, str]:
    return GOOD | changes


def dtks(path: Path, *rows: dict[str, str], encoding: str = "utf-8", delimiter: str = ";") -> Path:
    header = DTKS.split(";")
    lines = [header, *([r[name] for name in header] for r in rows or (GOOD,))]
    path.write_text("".join(delimiter.join(line) + "\r\n" for line in lines), encoding=encoding)
    return path


def workbook(path: Path, lines: list[list[object]], sheet: str = "Individu") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return path


def ods(path: Path, sheets: dict[str, list[list[str | int]]]) -> Path:
    """Return the smallest OpenDocument workbook."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'

    def row_of(cells: list[str | int]) -> str:
        marked = ((text if isinstance(cell, str) else number).format(escape(str(cell))) for cell in cells)
        return f"<table:table-row>{''.join(marked)}</table:table-row>"

    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(row_of, rows))}</table:table>' for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def xls(path: Path, sheets: dict[str, list[list[str | int]]]) -> Path:
    """Return the smallest Excel 97 workbook: one stream of BIFF8 records in a compound file (MS-XLS, MS-CFB)."""
    stream = _biff(sheets)
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    tables = -(-(sectors + 2) // 127)
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD] * tables + [end] + [tables + 2 + number for number in range(sectors - 1)] + [end]
    chain += [free] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, tables, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    entries = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, tables + 1, len(stream)) + bytes(256)
    path.write_bytes(head + struct.pack(f"<{len(chain)}I", *chain) + entries + stream)
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBB3I", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def _biff(sheets: dict[str, list[list[str | int]]]) -> bytes:
    bodies = [_begin(0x10) + b"".join(_cells(rows)) + _record(0x0A) for rows in sheets.values()]
    head = _begin(5) + _record(0x42, struct.pack("<H", 1200))
    at = len(head) + sum(12 + len(name) for name in sheets) + 4
    for name, body in zip(sheets, bodies, strict=True):
        head += _record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("latin-1"))
        at += len(body)
    return head + _record(0x0A) + b"".join(bodies)


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<4H2I", 0x600, kind, 0x0DBB, 0x7CC, 0, 6))


def _cells(rows: list[list[str | int]]) -> list[bytes]:
    return [
        _record(0x203, struct.pack("<3Hd", line, column, 0, value))
        if isinstance(value, int)
        else _record(0x204, struct.pack("<4HB", line, column, 0, len(value), 1) + value.encode("utf-16-le"))
        for line, row in enumerate(rows)
        for column, value in enumerate(row)
        if value != ""
    ]


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


# The same woman in the other registers.
OTHERS = {
    "p3ke": {
        "ID Keluarga": "5315000001", "Kecamatan": "KOMODO", "Desa": "KOMODO", "Kode Kemendagri": "53.15.05.2001",
        "Desil Kesejahteraan": "1", "Alamat": "DUSUN GORONTALO", "ID Individu": "1", "Nama": "MARIA JELITA",
        "NIK": "5315994505850001", "Padan Dukcapil": "YA", "Jenis Kelamin": "Perempuan",
        "Hubungan Dengan Kpl. Keluarga": "Kepala Keluarga", "Tanggal Lahir": "05/05/1985", "Status Kawin": "Cerai Mati",
        "Pekerjaan": "PENENUN",
    },
    "dtsen": {
        "nik": "5315994505850001", "no_kk": "5315990101100001", "nama_lengkap": "MARIA JELITA", "jenis_kelamin": "Perempuan",
        "tempat_lahir": "Labuan Bajo", "tanggal_lahir": "1985-05-05", "alamat": "Dusun Gorontalo", "rt": "001", "rw": "002",
        "kode_wilayah": "53.15.05.2001", "hubungan_kepala_keluarga": "Kepala Keluarga", "status_perkawinan": "Cerai Mati",
        "pekerjaan_utama": "PENENUN", "desil": "2", "keberadaan": "ADA", "periode": "2024-Q4",
    },
    "disability": {
        "No": "1", "Nama": "Maria Jelita", "NIK": "5315994505850001", "No KK": "5315990101100001", "Jenis Kelamin": "P",
        "Tanggal Lahir": "05/05/1985", "Desa": "Komodo", "Kecamatan": "Komodo", "Jenis Disabilitas": "Netra", "Pekerjaan": "tenun songke",
    },
    "province": {
        "nik": "5315994505850001", "nama": "MARIA JELITA", "tanggal_lahir": "05/05/1985", "kode_desa": "53.15.05.2001",
        "kpj": "24000000001", "bulan_mulai": "2025-01", "bulan_selesai": "2025-12",
    },
}  # fmt: skip


def register(path: Path, source: str, *changes: dict[str, str]) -> Path:
    """Return a register's file as CSV: the woman above once per dictionary of changes."""
    good = GOOD if source == "dtks" else OTHERS[source]
    rows = [good | each for each in changes or ({},)]
    lines = [list(good), *([each[name] for name in good] for each in rows)]
    path.write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")
    return path
