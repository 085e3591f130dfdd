from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos import months
from jamsos.errors import DateMalformed, DateOutOfRange, MonthMalformed
from jamsos.months import Month, age_on, end_of, parse_day, span

any_month = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


def test_a_year_has_twelve_months():
    assert len(span(Month(2024, 1), Month(2024, 12))) == 12
    assert span(Month(2024, 2), Month(2024, 1)) == []


@given(any_month, st.integers(-500, 500))
def test_adding_and_subtracting_agree(month, step):
    assert (month + step) - month == step


@given(any_month)
def test_a_month_reads_back_as_it_prints(month):
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "07-2024", "2024/07", "", "2024-7"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(MonthMalformed):
        Month.parse(text)


@pytest.mark.parametrize("text", ["31/12/1985", "1985-12-31", " 31-12-1985 "])
def test_a_day_is_read_in_the_offices_spellings(text):
    assert parse_day(text) == date(1985, 12, 31)


@pytest.mark.parametrize("text", ["31/12/85", "32/01/1985", "29/02/1985", "12/31/1985", ""])
def test_a_day_is_never_guessed(text):
    with pytest.raises(DateMalformed):
        parse_day(text)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "31/12/1899", "2200-01-01"])
def test_a_day_outside_the_centuries_of_the_programme_is_refused(text):
    with pytest.raises(DateOutOfRange, match="between 1900-01-01 and 2199-12-31"):
        parse_day(text)


def test_age_counts_whole_years():
    assert age_on(date(1960, 5, 2), date(2025, 5, 1)) == 64
    assert age_on(date(1960, 5, 2), date(2025, 5, 2)) == 65
    assert age_on(date(2004, 2, 29), date(2025, 2, 28)) == 20


def test_the_offices_day_begins_before_utcs(monkeypatch):
    monkeypatch.setattr(months, "now", lambda: datetime(2024, 12, 31, 16, 0, tzinfo=UTC))

    assert months.today() == date(2025, 1, 1)


def test_the_offices_day_ends_eight_hours_before_utcs():
    assert end_of(date(2024, 2, 28)) == datetime(2024, 2, 28, 16, tzinfo=UTC)


def test_a_month_begins_on_its_first_day_and_a_day_lies_in_one():
    assert (Month(2024, 2).first_day, Month.of(date(2024, 2, 29))) == (date(2024, 2, 1), Month(2024, 2))
    assert isinstance(months.now(), datetime) and months.now().tzinfo is UTC
