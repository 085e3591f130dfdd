"""Registers: the people whom each one lists on its day, and its rows.

Each register is older than the truth: it still lists some people who died or moved, with an earlier decile and family card.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from sample import defects, forms
from sample.seeded_random import SeededRandom


@dataclass(frozen=True)
class Register:
    """`covers`: share of households in its target group. `since`: deaths and moves before that day are removed."""

    source: str
    file: str
    as_of: date
    form: forms.Form
    meant_for: pl.Expr
    covers: float
    since: date
    forgets_the_gone: float
    former_kk: float = 0.0

    @property
    def used_from(self) -> int:
        """Return the year of the first selection that uses this register."""
        return (self.as_of + timedelta(days=60)).year

    @property
    def name(self) -> str:
        return f"{self.source} {self.as_of:%Y}"


POOR = pl.col("decile_2023") <= 4
EVERYBODY = pl.lit(True)
REGISTERS = (
    Register("p3ke", "register/p3ke-2023.xlsx", date(2023, 12, 31), forms.P3KE, POOR, 0.62, date(2022, 7, 1), 0.3),
    Register("dtks", "register/dtks-2023.csv", date(2023, 12, 15), forms.DTKS, POOR, 0.62, date(2022, 1, 1), 0.5, 0.06),
    Register(
        "disability", "register/disabilitas-2023.xlsx", date(2023, 11, 30), forms.DISABILITY,
        pl.col("disability") >= 0, 0.85, date(2023, 1, 1), 0.5, 0.1,
    ),
    Register(
        "dtsen", "register/dtsen-2024-q4.csv", date(2024, 12, 31), forms.DTSEN_2024, EVERYBODY, 0.95, date(2024, 1, 1), 0.9,
    ),
    Register("province", "register/provinsi-2025.csv", date(2025, 1, 10), forms.PROVINCE, pl.col("is_province_paid"), 1.0,
        date(2025, 1, 1), 1.0),
    Register(
        "dtsen", "register/dtsen-2025-q4.csv", date(2025, 12, 31), forms.DTSEN_2025, EVERYBODY, 0.97, date(2025, 1, 1), 0.9,
    ),
)  # fmt: skip


def listed(draws: SeededRandom, register: Register, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people on the register's day, with its beliefs: `presence`, `kk`, and `stale` if it is behind the truth."""
    day, name = pl.lit(register.as_of), register.name
    person, household = people["person"].to_numpy(), people["household"].to_numpy()
    frame = people.with_columns(
        covered=pl.Series(draws.chance(f"{name} covers", household, register.covers)),
        noticed=pl.Series(draws.chance(f"{name} noticed", person, register.forgets_the_gone)),
        has_former_kk=pl.Series(draws.chance(f"{register.source} has a former KK", household, register.former_kk)),
    )
    gone = pl.min_horizontal("died", "moved")
    is_gone = (gone < day).fill_null(False)
    born = pl.col("birth_date") < day
    kept = ~is_gone | (gone >= register.since) & (register.form.tells_presence | ~pl.col("noticed"))
    frame = frame.filter(register.meant_for & pl.col("covered") & born & kept)
    told = is_gone & pl.col("noticed")
    return frame.with_columns(
        presence=pl.when(told & pl.col("died").is_not_null())
        .then(pl.lit("MENINGGAL"))
        .when(told)
        .then(pl.lit("PINDAH"))
        .otherwise(pl.lit("ADA")),
        kk=pl.when("has_former_kk").then("former_kk").otherwise("kk"),
        stale=pl.concat_str(
            pl.when(is_gone & ~told & pl.col("died").is_not_null()).then(pl.lit("deceased_listed")),
            pl.when(is_gone & ~told & pl.col("moved").is_not_null()).then(pl.lit("moved_listed")),
            pl.when("has_former_kk").then(pl.lit("kk_outdated")),
            separator="|",
            ignore_nulls=True,
        ),
    )


def rows(draws: SeededRandom, register: Register, people: pl.DataFrame) -> pl.DataFrame:
    """Return the register's rows before its form: true person, cells, `defects`."""
    frame = listed(draws, register, people).with_columns(
        true_nik="nik",
        true_person="person",
        is_woman="woman",
        address=forms.ADDRESS,
        birth=pl.col("birth_date").dt.strftime(register.form.date_format),
        head_birth=pl.col("head_birth_date").dt.strftime(register.form.date_format),
    )
    doubled = defects.copied(draws, register.name, register.source, frame)
    struck = defects.strike(draws, register.name, register.source, doubled)
    cut = pl.Series(draws.chance(f"{register.name} broken", struck["person"].to_numpy(), _broken_share(register)))
    return struck.with_columns(
        is_broken=cut & struck["copy"].is_null(),
        is_nik_usable=(pl.col("nik").str.replace_all(r"\D", "") == pl.col("true_nik")).fill_null(False),
    ).with_columns(
        defects=pl.concat_str(
            "defects",
            pl.col("stale"),
            pl.when("is_broken").then(pl.lit("row_broken")).otherwise(pl.lit("")),
            separator="|",
        )
        .str.replace_all(r"\|{2,}", "|")
        .str.strip_chars("|")
        .replace("", None)
    )


def _broken_share(register: Register) -> float:
    return float(defects.table()["row_broken"]["rows"].get(register.source, 0)) / defects.PARTS
