"""Legal terms: ages, days and months that a law or the insurer's rule sets, dated, with source and the day somebody verified them.

None of them stands in code: when the law changes, `data/legal_terms.csv` gets a row. What a month costs: jamsos/ledger/rates.py.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from jamsos.months import Month
from jamsos.table_reader import Line, read_paper

SHIPPED = Path(__file__).parent / "data" / "legal_terms.csv"
_HEADERS = ["term", "value", "valid_from", "source", "verified_on"]


class Term(StrEnum):
    """`…_age_limit` in years, `…_days`, `…_months`."""

    registration_age_limit = "registration_age_limit"
    complaint_days = "complaint_days"
    lapse_months = "lapse_months"
    full_death_benefit_months = "full_death_benefit_months"
    scholarship_months = "scholarship_months"


def in_force(term: Term, month: Month) -> int | None:
    """The value that held in a month; None where the rule had not begun."""
    return next((value for since, value in reversed(_terms()[term]) if since <= month), None)


def needed(term: Term, month: Month) -> int:
    """The same, and before its first rule what that rule said."""
    found = in_force(term, month)
    return _terms()[term][0][1] if found is None else found


def history() -> list[tuple[Term, int, Month]]:
    """Return every term with each value and the month since which it holds, oldest first."""
    return [(term, value, since) for term, values in _terms().items() for since, value in values]


@cache
def _terms() -> dict[Term, list[tuple[Month, int]]]:
    """Each with its values in the order in which they began. Raises what read_paper raises, and LineWrong."""
    lines = [_line(line) for line in read_paper(SHIPPED, _HEADERS).lines]
    return {term: sorted((since, value) for one, since, value in lines if one is term) for term in Term}


def _line(line: Line) -> tuple[Term, Month, int]:
    line.text("source")  # a rule that nobody can look up is none
    return line.one_of("term", Term), line.month("valid_from"), line.rupiah("value")
