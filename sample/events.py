"""Life events: reports of the villages and the civil registry to the office, by quarter."""

import polars as pl

from sample.seeded_random import SeededRandom

HEADER = ("nik", "peristiwa", "tanggal", "keterangan")
KINDS = {
    "died": ("MENINGGAL", "Akta kematian"),
    "moved": ("PINDAH", "Surat pindah"),
    "took_wage": ("PENERIMA_UPAH", "Bekerja pada pemberi kerja"),
    "joined_service": ("ASN", "Pengangkatan ASN"),
    "refused": ("MENOLAK", "Surat pernyataan"),
}
REPORTED_SHARE = 0.97


def events(draws: SeededRandom, people: pl.DataFrame) -> pl.DataFrame:
    """Return the file's columns with `year` and `quarter`, for people of at least 15 years and the years 2024 and 2025."""
    reported = pl.Series(draws.chance("event is reported", people["person"].to_numpy(), REPORTED_SHARE))
    grown = people.filter(reported & (people["age"] >= 15))
    return pl.concat([_of_kind(grown, column, *texts) for column, texts in KINDS.items()])


def _of_kind(people: pl.DataFrame, column: str, kind: str, remark: str) -> pl.DataFrame:
    day = pl.col(column)
    return people.filter(day.dt.year().is_between(2024, 2025)).select(
        "nik",
        pl.lit(kind).alias("peristiwa"),
        day.alias("tanggal"),
        pl.lit(remark).alias("keterangan"),
        day.dt.year().alias("year"),
        day.dt.quarter().cast(pl.Int32).alias("quarter"),
    )
