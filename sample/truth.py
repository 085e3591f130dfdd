"""Truth: the real people, the person and the defects of each row, and the expected counts.

Matching is scored with `rows.csv`, an importer's findings with `expected.json`.
"""

from collections import Counter
from datetime import date
from typing import Any

import polars as pl

from sample.insurer import age_on
from sample.registers import Register

PEOPLE_HEADER = (
    "person", "nik", "kk", "name", "sex", "birth_date", "village_code", "household", "relation", "marital", "has_children",
    "is_single_mother", "occupation", "is_worker", "disability", "decile_2023", "decile_2024", "decile_2025", "kpj", "died",
    "moved", "nik_contradicts", "eligible_2024", "eligible_2025", "eligible_2026",
)  # fmt: skip
ROWS_HEADER = ("register", "line", "person", "defects")
YEARS = (2024, 2025, 2026)
_OUT = ("died", "moved", "took_wage", "joined_service", "refused")


def with_eligibility(people: pl.DataFrame, seen: dict[int, set[int]], accepted: dict[int, pl.Series]) -> pl.DataFrame:
    """Adds `eligible_YEAR`: could be protected from January of that year.

    Works without an employer, is 18 to 64, in deciles 1 to 4, alive and resident, not paid by the province, has a usable NIK in a
    register of that time (`seen`), and the insurer would accept (`accepted`, numbers of persons).
    """
    return people.with_columns(
        **{
            f"eligible_{year}": _may(year)
            & pl.col("person").is_in(pl.Series(sorted(seen[year]), dtype=pl.Int64).implode())
            & pl.col("person").is_in(accepted[year].implode())
            for year in YEARS
        }
    )


def _may(year: int) -> pl.Expr:
    new_year = date(year, 1, 1)
    gone = pl.any_horizontal([(pl.col(event) < new_year).fill_null(False) for event in _OUT])
    poor = pl.col(f"decile_{year - 1}") <= 4
    by_province = pl.col("is_province_paid") & pl.lit(year == 2025)
    return pl.col("is_worker") & age_on(new_year).is_between(18, 64) & poor & ~gone & ~by_province


def people_rows(people: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of people.csv."""
    return people.with_columns(
        sex=pl.when("woman").then(pl.lit("P")).otherwise(pl.lit("L")), disability=pl.col("disability") >= 0
    ).select(PEOPLE_HEADER)


class Expected:
    """Counts the contents of the files."""

    def __init__(self) -> None:
        self.registers: dict[str, dict[str, Any]] = {}
        self.eligible: Counter[str] = Counter()
        self.answers: dict[str, Counter[str]] = {}
        self.events: Counter[str] = Counter()
        self.claims: Counter[str] = Counter()

    def count_rows(self, register: Register, rows: pl.DataFrame) -> None:
        entry = self.registers.setdefault(register.file, {"rows": 0, "clean_rows": 0, "defects": Counter()})
        entry["rows"] += len(rows)
        entry["clean_rows"] += rows["defects"].null_count()
        found = rows["defects"].drop_nulls().str.split("|").explode()
        entry["defects"].update(dict(found.value_counts().iter_rows()))

    def count_people(self, people: pl.DataFrame) -> None:
        for year in YEARS:
            self.eligible[str(year)] += int(people[f"eligible_{year}"].sum())

    def count_answers(self, year: int, answers: pl.DataFrame) -> None:
        self.answers.setdefault(str(year), Counter()).update(dict(answers["Status"].value_counts().iter_rows()))

    def document(self) -> dict[str, Any]:
        return {
            "eligible": self.eligible,
            "registers": self.registers,
            "answers": self.answers,
            "events": self.events,
            "claims": self.claims,
        }
