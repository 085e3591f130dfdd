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
    """A register's file as CSV: the woman above once per dictionary of changes."""
    good = GOOD if source == "dtks" else OTHERS[source]
    rows = [good | each for each in changes or ({},)]
    lines = [list(good), *([each[name] for name in good] for each in rows)]
    path.write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")
    return path
