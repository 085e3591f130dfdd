"""Forms: the sheets and columns of each register (docs/formats.md), filled from the true people."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sample import livelihoods
from sample.seeded_random import SeededRandom

ADDRESS = pl.format(
    "Dusun {} RT {} RW {}",
    "hamlet",
    pl.col("rt").cast(pl.String).str.zfill(3),
    pl.col("rw").cast(pl.String).str.zfill(3),
)
SPREADSHEET_NUMBERS = {
    "nik_rounded": "NIK",
    "date_serial": "Tanggal Lahir",
}  # defects that make the cell a number in XLSX


@dataclass(frozen=True)
class Form:
    """The form of a register. `fill` returns the columns of the header; `tells_presence`: the register marks people who are gone."""

    header: tuple[str, ...]
    fill: Callable[[SeededRandom, pl.DataFrame], dict[str, pl.Expr | pl.Series]]
    sheet: str | None = None
    titles: tuple[str, ...] = ()
    separator: str = ","
    newline: str = "\n"
    date_format: str = "%d/%m/%Y"
    tells_presence: bool = False


def _upper(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase()


def _sex(man: str, woman: str) -> pl.Expr:
    return pl.when("is_woman").then(pl.lit(woman)).otherwise(pl.lit(man))


def _yes(condition: pl.Expr | pl.Series) -> pl.Expr:
    return pl.when(condition).then(pl.lit("YA")).otherwise(pl.lit("TIDAK"))


def _family_id(prefix: str) -> pl.Expr:
    return pl.lit(prefix) + (pl.col("household") + 1).cast(pl.String).str.zfill(9)


def _member_id(prefix: str) -> pl.Expr:
    """Return running numbers, also for repeated rows, so that each row has its own."""
    return pl.lit(prefix) + (pl.col("person") * 2 + pl.col("copy").is_not_null()).cast(pl.String).str.zfill(10)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


# --- P3KE: persons -------------------------------------------------------------------------------------------------

_AGE_BANDS = {"Usia <7": (0, 7), "Usia 7-12": (7, 13), "Usia 13-15": (13, 16), "Usia 16-18": (16, 19),
              "Usia 19-21": (19, 22), "Usia 22-59": (22, 60), "Usia 60+": (60, 200)}  # fmt: skip
_AID = {"BPNT": 0.45, "BPUM": 0.04, "BST": 0.12, "PKH": 0.35, "SEMBAKO": 0.45}  # share of households in deciles 1-4


def _p3ke(draws: SeededRandom, rows: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
    person, household = rows["person"].to_numpy(), rows["household"].to_numpy()
    known = pl.Series(draws.chance("known to Dukcapil", person, 0.98))
    aid = {f"Penerima {name}": _yes(pl.Series(draws.chance(name, household, share))) for name, share in _AID.items()}
    return {
        "ID Keluarga": _family_id("5315"),
        "Provinsi": pl.lit("NUSA TENGGARA TIMUR"),
        "Kabupaten": pl.lit("MANGGARAI BARAT"),
        "Kecamatan": _upper("district_name"),
        "Desa": _upper("village_name"),
        "Kode Kemendagri": pl.col("village_code"),
        "Desil Kesejahteraan": _text("decile_2023"),
        "Alamat": _upper("address"),
        "ID Individu": _member_id("5315"),
        "Nama": _upper("name"),
        "NIK": pl.col("nik"),
        "Padan Dukcapil": _yes(pl.col("is_nik_usable") & known),
        "Jenis Kelamin": _sex("Laki-laki", "Perempuan"),
        "Hubungan Dengan Kpl. Keluarga": pl.col("relation"),
        "Tanggal Lahir": pl.col("birth"),
        "Status Kawin": pl.col("marital"),
        "Pekerjaan": pl.col("occupation"),
        "Pendidikan": pl.col("education"),
        **{band: _yes(pl.col("age").is_between(low, high, closed="left")) for band, (low, high) in _AGE_BANDS.items()},
        **aid,
        "Resiko Stunting": _yes((pl.col("age") < 5).any().over("household") & (pl.col("decile_2023") <= 2)),
        "Pensasaran": pl.lit("P3KE"),
    }


P3KE = Form(
    header=(
        "ID Keluarga", "Provinsi", "Kabupaten", "Kecamatan", "Desa", "Kode Kemendagri", "Desil Kesejahteraan", "Alamat",
        "ID Individu", "Nama", "NIK", "Padan Dukcapil", "Jenis Kelamin", "Hubungan Dengan Kpl. Keluarga", "Tanggal Lahir",
        "Status Kawin", "Pekerjaan", "Pendidikan", *_AGE_BANDS, *(f"Penerima {name}" for name in _AID),
        "Resiko Stunting", "Pensasaran",
    ),
    fill=_p3ke,
    sheet="Individu",
    titles=(
        "DATA PENSASARAN PERCEPATAN PENGHAPUSAN KEMISKINAN EKSTREM (P3KE) - INDIVIDU",
        "Kabupaten Manggarai Barat, Provinsi Nusa Tenggara Timur (contoh: seluruh nama dan nomor direka)",
    ),
)  # fmt: skip


# --- DTKS ------------------------------------------------------------------------------------------------------------


def _dtks(draws: SeededRandom, rows: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
    return {
        "id_dtks": _family_id("53150"),
        "id_art": _member_id("53151"),
        "nama_krt": _upper("head_name"),
        "no_kk": pl.col("kk"),
        "nik_art": pl.col("nik"),
        "nama_art": _upper("name"),
        "jenis_kelamin": _sex("L", "P"),
        "tempat_lahir": _upper("birth_place"),
        "tanggal_lahir": pl.col("birth"),
        "alamat": _upper("address"),
        "rt": _text("rt").str.zfill(3),
        "rw": _text("rw").str.zfill(3),
        "kode_desa": pl.col("village_code"),
        "nama_desa": _upper("village_name"),
        "nama_kecamatan": _upper("district_name"),
        "hubungan_keluarga": _upper("relation"),
        "status_kawin": _upper("marital"),
        "pekerjaan": pl.col("occupation"),
        "no_hp": pl.col("phone"),
    }


DTKS = Form(
    header=(
        "id_dtks", "id_art", "nama_krt", "no_kk", "nik_art", "nama_art", "jenis_kelamin", "tempat_lahir", "tanggal_lahir",
        "alamat", "rt", "rw", "kode_desa", "nama_desa", "nama_kecamatan", "hubungan_keluarga", "status_kawin", "pekerjaan", "no_hp",
    ),
    fill=_dtks,
    separator=";",
    newline="\r\n",
)  # fmt: skip


# --- DTSEN -----------------------------------------------------------------------------------------------------------


def _dtsen(year: int) -> Callable[[SeededRandom, pl.DataFrame], dict[str, pl.Expr | pl.Series]]:
    def fill(draws: SeededRandom, rows: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
        return {
            "nik": pl.col("nik"),
            "no_kk": pl.col("kk"),
            "nama_lengkap": _upper("name"),
            "jenis_kelamin": _sex("Laki-laki", "Perempuan"),
            "tempat_lahir": pl.col("birth_place"),
            "tanggal_lahir": pl.col("birth"),
            "alamat": pl.col("address"),
            "rt": _text("rt").str.zfill(3),
            "rw": _text("rw").str.zfill(3),
            "kode_wilayah": pl.col("village_code"),
            "hubungan_kepala_keluarga": pl.col("relation"),
            "status_perkawinan": pl.col("marital"),
            "pekerjaan_utama": pl.col("occupation"),
            "desil": _text(f"decile_{year}"),
            "keberadaan": pl.col("presence"),
            "periode": pl.lit(f"{year}-Q4"),
        }

    return fill


def _dtsen_form(year: int) -> Form:
    return Form(
        header=(
            "nik", "no_kk", "nama_lengkap", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "alamat", "rt", "rw",
            "kode_wilayah", "hubungan_kepala_keluarga", "status_perkawinan", "pekerjaan_utama", "desil", "keberadaan", "periode",
        ),
        fill=_dtsen(year),
        date_format="%Y-%m-%d",
        tells_presence=True,
    )  # fmt: skip


DTSEN_2024, DTSEN_2025 = _dtsen_form(2024), _dtsen_form(2025)


# --- people with disabilities ------------------------------------------------------------------------------------------


def _disability(draws: SeededRandom, rows: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
    person = rows["person"].to_numpy()
    hand = pl.Series(draws.below("who typed", person, 3))
    spoken = [each["spoken"] for each in livelihoods.occupations()]
    words = draws.below("in whose words", person, np.array([len(each) for each in spoken])[rows["occupation_index"]])
    said = [spoken[o][w] for o, w in zip(rows["occupation_index"], words, strict=True)]
    return {
        "Nama": pl.when(hand == 0).then(_upper("name")).when(hand == 1).then(pl.col("name").str.to_lowercase()).otherwise("name"),
        "NIK": pl.col("nik"),
        "No KK": pl.col("kk"),
        "Jenis Kelamin": _sex("L", "P"),
        "Tanggal Lahir": pl.col("birth"),
        "Desa": pl.when(hand == 0).then(_upper("village_name")).otherwise("village_name"),
        "Kecamatan": pl.when(hand == 0).then(_upper("district_name")).otherwise("district_name"),
        "Jenis Disabilitas": pl.Series(livelihoods.DISABILITIES).gather(rows["disability"]),
        "Pekerjaan": pl.Series(said),
    }  # fmt: skip


DISABILITY = Form(
    header=("No", "Nama", "NIK", "No KK", "Jenis Kelamin", "Tanggal Lahir", "Desa", "Kecamatan", "Jenis Disabilitas", "Pekerjaan"),
    fill=_disability,
    sheet="Disabilitas",
)  # fmt: skip


# --- the province's list -----------------------------------------------------------------------------------------------


def _province(draws: SeededRandom, rows: pl.DataFrame) -> dict[str, pl.Expr | pl.Series]:
    later = pl.Series(draws.chance("paid by the province from July", rows["person"].to_numpy(), 0.2))
    return {
        "nik": pl.col("nik"),
        "nama": _upper("name"),
        "tanggal_lahir": pl.col("birth"),
        "kode_desa": pl.col("village_code"),
        "kpj": pl.col("kpj"),
        "bulan_mulai": pl.when(later).then(pl.lit("2025-07")).otherwise(pl.lit("2025-01")),
        "bulan_selesai": pl.lit("2025-12"),
    }


PROVINCE = Form(
    header=("nik", "nama", "tanggal_lahir", "kode_desa", "kpj", "bulan_mulai", "bulan_selesai"), fill=_province
)
