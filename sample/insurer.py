"""The insurer: the answers of BPJS Ketenagakerjaan about all possible people, and the paid benefits.

Files of answers are supersets: a line for every adult of the registers, by NIK, for any registration of the office.
"""

from datetime import date

import numpy as np
import polars as pl

from sample.seeded_random import SeededRandom

ANSWERS_HEADER = ("NIK", "Nama", "KPJ", "Status", "Keterangan", "Bulan Mulai")
CLAIMS_HEADER = ("No Klaim", "KPJ", "NIK", "Jenis", "Tanggal Kejadian", "Tanggal Bayar", "Jumlah")
UNKNOWN_NIK_SHARE = 0.004  # share of people whose true NIK the insurer does not find
OTHER_MEMBER_SHARE = 0.004  # share of people whom a company insures, unknown to the register
WORK_DEATH_SHARE = 0.12
DEATH, SHORT_DEATH, WORK_DEATH = 42_000_000, 10_000_000, 70_000_000  # PP 82/2019; Permenaker 1/2025 before three months
SCHOLARSHIPS = (
    1_500_000,
    2_000_000,
    3_000_000,
    12_000_000,
)  # a year of primary, lower, upper secondary school, university


def age_on(day: date) -> pl.Expr:
    """Return whole years of age."""
    born = pl.col("birth_date")
    not_yet = (born.dt.month() * 100 + born.dt.day()) > day.month * 100 + day.day
    return day.year - born.dt.year() - not_yet.cast(pl.Int32)


def answers(draws: SeededRandom, year: int, people: pl.DataFrame) -> pl.DataFrame:
    """Return for everybody of at least 17 years: person, `Status`, `Keterangan`, and the file's other columns."""
    new_year = date(year, 1, 1)
    person = people["person"].to_numpy()
    frame = people.with_columns(
        age_then=age_on(new_year),
        unknown=pl.Series(draws.chance("insurer does not find the NIK", person, UNKNOWN_NIK_SHARE)),
        elsewhere=pl.Series(draws.chance("insured elsewhere", person, OTHER_MEMBER_SHARE)),
    ).filter(pl.col("age_then") >= 17)
    employed = pl.col("is_employed") | pl.col("elsewhere") | _before(new_year, "took_wage", "joined_service")
    cases = [
        (pl.col("unknown"), "DITOLAK", "NIK tidak valid"),
        (_before(new_year, "died"), "DITOLAK", "Meninggal dunia menurut Dukcapil"),
        (pl.col("age_then") >= 65, "DITOLAK", "Usia 65 tahun atau lebih"),
        (employed, "SUDAH_PESERTA", "Peserta aktif segmen Penerima Upah"),
        (pl.col("is_province_paid") & pl.lit(year == 2025), "SUDAH_PESERTA", "Iuran dibayar Pemerintah Provinsi NTT"),
    ]
    status, reason = pl.lit("DITERIMA"), pl.lit(None, dtype=pl.String)
    for condition, said, because in reversed(cases):
        status = pl.when(condition).then(pl.lit(said)).otherwise(status)
        reason = pl.when(condition).then(pl.lit(because)).otherwise(reason)
    return frame.with_columns(Status=status, Keterangan=reason).select(
        "person",
        pl.col("nik").alias("NIK"),
        pl.col("name").str.to_uppercase().alias("Nama"),
        pl.when(pl.col("Status") != "DITOLAK").then("kpj").alias("KPJ"),
        "Status",
        "Keterangan",
        pl.when(pl.col("Status") == "DITERIMA").then(pl.lit(f"{year}-01")).alias("Bulan Mulai"),
    )


def strangers(niks: pl.Series) -> pl.DataFrame:
    """Return the answers for mistyped NIKs, which belong to nobody."""
    return pl.DataFrame({"NIK": niks.unique(maintain_order=True)}).with_columns(
        pl.lit(None, dtype=pl.String).alias("Nama"),
        pl.lit(None, dtype=pl.String).alias("KPJ"),
        pl.lit("DITOLAK").alias("Status"),
        pl.lit("NIK tidak valid").alias("Keterangan"),
        pl.lit(None, dtype=pl.String).alias("Bulan Mulai"),
    )


def _before(day: date, *events: str) -> pl.Expr:
    return pl.any_horizontal([(pl.col(event) < day).fill_null(False) for event in events])


def claims(draws: SeededRandom, year: int, people: pl.DataFrame) -> pl.DataFrame:
    """Return benefits for workers of 18 to 64 who died or were hurt in the year, without the claim's number."""
    insured = people.filter(pl.col("is_worker") & age_on(date(year, 1, 1)).is_between(18, 64))
    at_work = pl.Series(draws.chance("dies at work", insured["person"].to_numpy(), WORK_DEATH_SHARE))
    dead = insured.with_columns(at_work=at_work, event=pl.col("died")).filter(pl.col("died").dt.year() == year)
    hurt = insured.with_columns(event=pl.col(f"hurt_{year}")).filter(pl.col(f"hurt_{year}").is_not_null())
    parts = [
        _benefit(draws, dead.filter(~pl.col("at_work")), "KEMATIAN", _death_grant()),
        _benefit(draws, dead.filter("at_work"), "KEMATIAN_KECELAKAAN_KERJA", pl.lit(WORK_DEATH)),
        _benefit(draws, hurt, "KECELAKAAN_KERJA", _treatment(draws, hurt)),
        _benefit(draws, dead.filter(pl.col("at_work") & pl.col("has_children")), "BEASISWA", _scholarship(draws, dead)),
    ]
    return pl.concat(parts)


def _death_grant() -> pl.Expr:
    """Return only the funeral grant for entry less than three months before; in 2024 everybody entered in January."""
    early = pl.col("event") < date(2024, 4, 1)
    return pl.when(early).then(SHORT_DEATH).otherwise(DEATH)


def _treatment(draws: SeededRandom, hurt: pl.DataFrame) -> pl.Series:
    """Return care and lost earnings, 300,000 to about 30 million rupiah; most are small."""
    share = draws.uniform("cost of the injury", hurt["person"].to_numpy())
    return pl.Series((300_000 + 30_000_000 * share**4).astype(np.int64) // 100 * 100)


def _scholarship(draws: SeededRandom, dead: pl.DataFrame) -> pl.Series:
    with_children = dead.filter(pl.col("at_work") & pl.col("has_children"))["person"].to_numpy()
    level = draws.below("level of school", with_children, len(SCHOLARSHIPS))
    return pl.Series(np.array(SCHOLARSHIPS)[level], dtype=pl.Int64)


def _benefit(draws: SeededRandom, people: pl.DataFrame, kind: str, amount: pl.Expr | pl.Series) -> pl.DataFrame:
    days = pl.Series(18 + draws.below(f"{kind} paid after", people["person"].to_numpy(), 60))
    return people.select(
        pl.col("kpj").alias("KPJ"),
        pl.col("nik").alias("NIK"),
        pl.lit(kind).alias("Jenis"),
        pl.col("event").alias("Tanggal Kejadian"),
        (pl.col("event") + pl.duration(days=pl.lit(days))).alias("Tanggal Bayar"),
        (amount if isinstance(amount, pl.Expr) else pl.lit(amount)).cast(pl.Int64).alias("Jumlah"),
    )
