"""Errors: the refusals of donations, each with a stable code."""

from jamsos.errors import JamsosError


class QrisMalformed(JamsosError): ...


class DonationFundNeeded(JamsosError):
    """The fund of a pledge is not given, and its year does not determine one."""


class PledgeKnown(JamsosError):
    is_repetition = True


class PledgeCodeWrong(JamsosError): ...


class StatementMalformed(JamsosError):
    """A bank statement is not in its declared format, or contains something that no statement needs."""


class StatementUnbalanced(JamsosError):
    """The lines do not lead from the opening to the closing balance, so something is missing."""


class NoticeNotSigned(JamsosError):
    """The sender is not the payment provider, or its clock differs too much."""


class NoticeMalformed(JamsosError): ...


class NoticeRepeated(JamsosError):
    """The same call came before, so nothing is done again."""

    is_repetition = True


class BankLineSettled(JamsosError):
    """The money is booked, refunded or decided already, so the line waits for no decision."""


class DecisionUnclear(JamsosError): ...


class GiftNotArrived(JamsosError):
    """There is no receipt for money that did not arrive, or was refunded."""


class QrisWithFee(JamsosError):
    """A static QRIS code adds a fee of the merchant, so a donor would pay another amount."""


class AmountNotWhole(JamsosError):
    """Money with sen cannot enter a fund, which contains whole rupiah."""


class StatementOfAnotherKind(JamsosError):
    """A bank message is no account statement, but an interim report or a credit notice."""


class StatementGap(JamsosError):
    """A line's balance does not follow from the balance before it: lines are missing, or were read wrongly."""


class DonorsSeveral(JamsosError):
    """The codes for a donor's year belong to several donors, or nothing shows that one donor has them all."""
