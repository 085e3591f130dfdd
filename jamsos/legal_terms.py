"""Legal terms: ages, days and months set by law or by the insurer, dated, with source and day of verification.

None of them is a constant in code: when the law changes, `data/legal_terms.csv` gets a row. The cost of a month:
jamsos/ledger/rates.py.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from jamsos.months import Month
from jamsos.table_reader import Line, read_paper

SHIPPED = Path(__file__).parent / "data" / "legal_terms.csv"
_HEADERS = ["term", "value", "valid_from", "source", "verified_on"]


class Term(StrEnum):
    """A legal term: `…_age_limit` in years, `…_days`, `…_months`."""

    registration_age_limit = "registration_age_limit"
    complaint_days = "complaint_days"
    lapse_months = "lapse_months"
    full_death_benefit_months = "full_death_benefit_months"
    scholarship_months = "scholarship_months"


def in_force(term: Term, month: Month) -> int | None:
    """Return the value in force in a month; None before the first rule."""
    return next((value for since, value in reversed(_terms()[term]) if since <= month), None)


def needed(term: Term, month: Month) -> int:
    """Return the value in force in a month, or that of the first rule before it begins."""
    found = in_force(term, month)
    return _terms()[term][0][1] if found is None else found


def history() -> list[tuple[Term, int, Month]]:
    """Return every term with each value and the month since which it holds, oldest first."""
    return [(term, value, since) for term, values in _terms().items() for since, value in values]


@cache
def _terms() -> dict[Term, list[tuple[Month, int]]]:
    """Return the values of each term in order of their start. Raises LineWrong and the errors of read_paper."""
    lines = [_line(line) for line in read_paper(SHIPPED, _HEADERS).lines]
    return {term: sorted((since, value) for one, since, value in lines if one is term) for term in Term}


def _line(line: Line) -> tuple[Term, Month, int]:
    line.text("source")  # a rule without a source cannot be verified, so it is refused
    return line.one_of("term", Term), line.month("valid_from"), line.rupiah("value")
