"""Village exports: the people of one village as OpenSID and SIAK export them.

They contain everybody of that village as they are, and people who died or left by the day. The walk does not load them; an
officer may.
"""

from datetime import date
from pathlib import Path

import polars as pl

from sample.forms import ADDRESS
from sample.table_files import XlsxFile

DAY = date(2025, 12, 31)
OPENSID, SIAK = "register/opensid-2025.xlsx", "register/siak-2025.xlsx"
# Code lists of OpenSID's import form; another occupation is 89, another relation 11.
RELATIONS = {"Kepala Keluarga": "1", "Suami": "2", "Istri": "3", "Anak": "4", "Orang Tua": "7", "Famili Lain": "9"}
MARITAL = {"Belum Kawin": "1", "Kawin": "2", "Cerai Hidup": "3", "Cerai Mati": "4"}
OCCUPATIONS = {
    "BELUM/TIDAK BEKERJA": "1", "MENGURUS RUMAH TANGGA": "2", "PELAJAR/MAHASISWA": "3", "PEGAWAI NEGERI SIPIL (PNS)": "5",
    "PETANI/PEKEBUN": "9", "PETERNAK": "10", "NELAYAN/PERIKANAN": "11", "KARYAWAN SWASTA": "15", "BURUH HARIAN LEPAS": "19",
    "BURUH TANI/PERKEBUNAN": "20", "PEMBANTU RUMAH TANGGA": "23", "TUKANG BATU": "26", "TUKANG KAYU": "27", "GURU HONORER": "65",
    "SOPIR": "81", "PEDAGANG": "84", "WIRASWASTA": "88",
}  # fmt: skip
OPENSID_HEADER = ("alamat", "dusun", "rw", "rt", "nama", "no_kk", "nik", "sex", "tempatlahir", "tanggallahir", "pekerjaan_id",
                  "status_kawin", "kk_level", "status_dasar")  # fmt: skip
SIAK_HEADER = ("Nomor KK", "NIK", "Nama Penduduk", "Status", "Tempat Lahir", "Tanggal Lahir", "Kelamin", "Status Kawin", "SHDK",
               "Kecamatan", "Desa/Kel", "Alamat", "RW", "RT", "Pekerjaan")  # fmt: skip


class VillageExports:
    """`receive` every chunk, then `close`. The village is that of the first household; `files` contains paths and rows."""

    def __init__(self, folder: Path) -> None:
        self.village = ""
        self._opensid = XlsxFile(folder / OPENSID, "Data Penduduk", OPENSID_HEADER)
        self._siak = XlsxFile(folder / SIAK, "Data Penduduk", SIAK_HEADER)

    @property
    def files(self) -> tuple[XlsxFile, XlsxFile]:
        return self._opensid, self._siak

    def receive(self, people: pl.DataFrame) -> None:
        self.village = self.village or people["village_code"][0]
        here = people.filter((pl.col("village_code") == self.village) & (pl.col("birth_date") <= DAY))
        self._opensid.write(here.select(**_opensid()))
        self._siak.write(here.select(**_siak()))

    def close(self) -> None:
        for file in self.files:
            file.close()


def _opensid() -> dict[str, pl.Expr]:
    return {
        "alamat": pl.col("hamlet"),
        "dusun": pl.col("hamlet"),
        "rw": _number("rw"),
        "rt": _number("rt"),
        "nama": pl.col("name").str.to_uppercase(),
        "no_kk": pl.col("kk"),
        "nik": pl.col("nik"),
        "sex": pl.when("woman").then(pl.lit("2")).otherwise(pl.lit("1")),
        "tempatlahir": pl.col("birth_place").str.to_uppercase(),
        "tanggallahir": pl.col("birth_date").dt.strftime("%Y-%m-%d"),
        "pekerjaan_id": pl.col("occupation").replace_strict(OCCUPATIONS, default="89"),
        "status_kawin": pl.col("marital").replace_strict(MARITAL),
        "kk_level": pl.col("relation").replace_strict(RELATIONS, default="11"),
        "status_dasar": _fate("2", "3", "1"),
    }


def _siak() -> dict[str, pl.Expr]:
    return {
        "Nomor KK": pl.col("kk"),
        "NIK": pl.col("nik"),
        "Nama Penduduk": pl.col("name").str.to_uppercase(),
        "Status": _fate("MATI", "PINDAH", "HIDUP"),
        "Tempat Lahir": pl.col("birth_place").str.to_uppercase(),
        "Tanggal Lahir": pl.col("birth_date").dt.strftime("%d-%m-%Y"),
        "Kelamin": pl.when("woman").then(pl.lit("PEREMPUAN")).otherwise(pl.lit("LAKI-LAKI")),
        "Status Kawin": pl.col("marital").str.to_uppercase(),
        "SHDK": pl.col("relation").str.to_uppercase(),
        "Kecamatan": pl.col("district_name").str.to_uppercase(),
        "Desa/Kel": pl.col("village_name").str.to_uppercase(),
        "Alamat": ADDRESS.str.to_uppercase(),
        "RW": _number("rw"),
        "RT": _number("rt"),
        "Pekerjaan": pl.col("occupation"),
    }


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(3)


def _fate(dead: str, gone: str, here: str) -> pl.Expr:
    is_dead, is_gone = ((pl.col(name) <= DAY).fill_null(value=False) for name in ("died", "moved"))
    return pl.when(is_dead).then(pl.lit(dead)).when(is_gone).then(pl.lit(gone)).otherwise(pl.lit(here))
