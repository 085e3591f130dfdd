"""Builders of register files: one good row, and what a test changes in it."""

from pathlib import Path

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
