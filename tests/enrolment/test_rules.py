from datetime import date

import pytest

from jamsos.enrolment.rules import Caution, cautions, membership_number_is_wellformed
from jamsos.months import Month

JAN, DEC = Month(2024, 1), Month(2024, 12)


def found(**changed):
    ordinary = {
        "birth_date": date(1984, 1, 1),
        "month_from": JAN,
        "month_to": DEC,
        "last_protected": None,
        "is_in_another": False,
    }
    return cautions(**ordinary | changed)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"birth_date": date(1959, 12, 31)}, [Caution.reaches_age_limit]),
        ({"birth_date": date(1960, 1, 1)}, []),
        ({"birth_date": None}, []),
        ({"month_from": Month(2025, 9), "month_to": Month(2025, 12)}, []),
        ({"month_from": Month(2025, 10), "month_to": Month(2025, 12)}, [Caution.late_start]),
        ({"month_from": Month(2025, 10), "month_to": Month(2025, 12), "last_protected": Month(2025, 9)}, []),
        ({"month_from": Month(2024, 10)}, []),  # the benefit had no waiting period yet
        ({"last_protected": Month(2023, 12)}, []),
        ({"last_protected": Month(2023, 10)}, [Caution.gap]),
        ({"is_in_another": True}, [Caution.two_decrees]),
    ],
)
def test_the_office_is_warned_before_it_sends(changed, expected):
    assert found(**changed) == expected


@pytest.mark.parametrize(("number", "fits"), [("24000000017", True), ("2400000001", False), ("24O00000017", False)])
def test_a_membership_number_has_eleven_digits(number, fits):
    assert membership_number_is_wellformed(number) is fits
