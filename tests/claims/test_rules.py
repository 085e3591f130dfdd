from datetime import date

from jamsos.claims.rules import valid_month
from jamsos.months import Month


def test_a_claim_is_valid_by_the_month_of_its_event_if_that_was_paid():
    paid = [Month(2024, 1), Month(2024, 3)]

    assert valid_month(date(2024, 3, 31), paid) == Month(2024, 3)
    assert valid_month(date(2024, 2, 29), paid) is None
    assert valid_month(date(2023, 1, 1), paid) is None
