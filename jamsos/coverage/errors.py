"""Errors: the refusals of coverage, each with a stable code."""

from jamsos.errors import JamsosError


class BillExists(JamsosError):
    is_repetition = True


class BillUnknown(JamsosError): ...


class BillNotPaid(JamsosError):
    """The insurer receipt is for a bill without a recorded payment."""


class MonthsBilled(JamsosError):
    """Worker-months of the bill are billed already. The error names how many, and the first month."""

    is_repetition = True


class NothingToBill(JamsosError): ...


class PromiseNeeded(JamsosError):
    """The release exceeds what the decree can spare. The error names the needed and the releasable rupiah."""


class GroupNotPayable(JamsosError):
    """The fund's rules forbid payment for the group of a line in a month."""


class PaymentExceedsBill(JamsosError):
    """The payment exceeds the unpaid rest of the bill, or repeats a payment."""


class PaymentNotWhole(JamsosError):
    """The partial payment does not pay whole worker-months."""


class PaymentFromOtherFund(JamsosError):
    """The payment comes from another fund than the one to which the bill was billed."""


class PaymentForOtherMonths(JamsosError): ...


class MonthFrozen(JamsosError):
    """The minutes of the month are signed. Later facts go into the next bill."""


class MonthUnanswered(JamsosError):
    """The insurer has not yet confirmed a bill of the month."""


class MinutesSigned(JamsosError):
    is_repetition = True


class MinutesNumberTaken(JamsosError):
    """The minutes of another month have this number."""


class MinutesEmpty(JamsosError): ...


class MinutesUnknown(JamsosError): ...


class MinutesReopened(JamsosError):
    is_repetition = True


class ReopeningWrong(JamsosError):
    """The minutes cannot be reopened in this way; `wish` is the catalogue key of the expected value."""


class DifferenceSettled(JamsosError):
    is_repetition = True


class ResolutionWrong(JamsosError):
    """Only the programme itself records this resolution."""
