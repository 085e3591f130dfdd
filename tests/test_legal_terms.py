"""Numbers of the law are rows with a source, not constants."""

import csv

import pytest

from jamsos import legal_terms
from jamsos.errors import LineWrong
from jamsos.legal_terms import Term
from jamsos.months import Month


def test_a_rule_holds_from_its_month_on():
    assert legal_terms.in_force(Term.full_death_benefit_months, Month(2024, 12)) is None
    assert legal_terms.in_force(Term.full_death_benefit_months, Month(2025, 1)) == 3


def test_what_is_needed_before_the_first_rule_is_what_that_rule_said():
    assert legal_terms.needed(Term.registration_age_limit, Month(1999, 1)) == 65


def test_every_term_has_a_rule_and_every_rule_a_source():
    with legal_terms.SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row["term"] for row in rows} == set(Term)
    assert all(row["source"].strip() for row in rows)


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A table of our own; what was read is forgotten before and after."""
    path = tmp_path / "terms.csv"

    def write(*rows):
        path.write_text("\n".join(["term,value,valid_from,source,verified_on", *rows]) + "\n", encoding="utf-8")
        monkeypatch.setattr(legal_terms, "SHIPPED", path)
        legal_terms._terms.cache_clear()

    yield write
    legal_terms._terms.cache_clear()


def test_a_change_of_law_is_one_more_row(shipped):
    shipped("complaint_days,14,2026-07,Perbup X,", "complaint_days,60,2020-01,UU 25/2009,")

    found = [legal_terms.in_force(Term.complaint_days, Month(2026, month)) for month in (6, 7)]
    assert found == [60, 14]


def test_a_rule_without_a_source_is_refused(shipped):
    shipped("complaint_days,14,2026-07,,")
    with pytest.raises(LineWrong, match="source"):
        legal_terms.needed(Term.complaint_days, Month(2026, 7))
