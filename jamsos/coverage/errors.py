"""Errors: the refusals of coverage, each with a stable code."""

from jamsos.errors import JamsosError


class BillExists(JamsosError):
    is_repetition = True


class BillUnknown(JamsosError): ...


class BillNotPaid(JamsosError):
    """A receipt for a bill of which no payment is recorded yet."""


class MonthsBilled(JamsosError):
    """Worker-months of the bill were billed before; names how many and the first month."""

    is_repetition = True


class NothingToBill(JamsosError): ...


class PromiseNeeded(JamsosError):
    """More would be released than a decree can do without; names what it needs and what may be released."""


class GroupNotPayable(JamsosError):
    """The fund's rules do not let it pay for the group of a line in a month."""


class PaymentExceedsBill(JamsosError):
    """More than the bill still asks for, or a bill paid twice."""


class PaymentNotWhole(JamsosError):
    """A part of a bill pays whole worker-months."""


class PaymentFromOtherFund(JamsosError):
    """A bill is paid from the fund it was billed to."""


class PaymentForOtherMonths(JamsosError): ...


class MonthFrozen(JamsosError):
    """The minutes of the month are signed; what comes later goes into the next bill."""


class MonthUnanswered(JamsosError):
    """A bill of the month is not yet confirmed by the insurer."""


class MinutesSigned(JamsosError):
    is_repetition = True


class MinutesNumberTaken(JamsosError):
    """The minutes of another month bear the number."""


class MinutesEmpty(JamsosError): ...


class MinutesUnknown(JamsosError): ...


class MinutesReopened(JamsosError):
    is_repetition = True


class ReopeningWrong(JamsosError):
    """Minutes cannot be opened again so; `wish` is the catalogue's key of what was expected."""


class DifferenceSettled(JamsosError):
    is_repetition = True


class ResolutionWrong(JamsosError):
    """A way of settling that only the programme itself finds."""
