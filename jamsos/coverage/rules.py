"""Coverage rules: the state of a worker-month, runs of paid months, and how bill, payment and receipt may differ."""

from enum import StrEnum


class CoverageState(StrEnum):
    billed = "billed"
    paid = "paid"
    confirmed = "confirmed"


class Difference(StrEnum):
    """What the insurer's receipt says otherwise than our bill."""

    not_confirmed = "not_confirmed"
    unknown_member = "unknown_member"
    wrong_month = "wrong_month"
    short = "short"
    over = "over"
    double = "double"
