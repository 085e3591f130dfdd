"""Errors: the refusals of donations, each with a stable code."""

from jamsos.errors import JamsosError


class QrisMalformed(JamsosError): ...


class DonationFundNeeded(JamsosError):
    """Which fund a pledge is for is neither given nor plain from its year."""


class PledgeKnown(JamsosError):
    is_repetition = True


class PledgeCodeWrong(JamsosError): ...


class StatementMalformed(JamsosError):
    """A bank's statement that is not what it says it is, or holds what no statement needs."""


class StatementUnbalanced(JamsosError):
    """Its lines do not lead from its opening to its closing balance: something is missing."""


class NoticeNotSigned(JamsosError):
    """Somebody who is not the payment provider, or whose clock is not ours."""


class NoticeMalformed(JamsosError): ...


class NoticeRepeated(JamsosError):
    """The same call came before; nothing is done again."""

    is_repetition = True


class BankLineSettled(JamsosError):
    """Money that is booked, went back or was decided about does not wait for a decision."""


class DecisionUnclear(JamsosError): ...


class GiftNotArrived(JamsosError):
    """There is no receipt for money that did not come, or went back."""


class QrisWithFee(JamsosError):
    """A static QRIS code that adds a fee of the merchant's, so that a donor would pay another amount."""


class AmountNotWhole(JamsosError):
    """Money with sen cannot enter a fund, which holds whole rupiah."""


class StatementOfAnotherKind(JamsosError):
    """A bank's message that is no account statement: an interim report, a notice of a credit."""


class StatementGap(JamsosError):
    """A line's balance is not the balance before it and the line: lines are missing, or were read wrongly."""


class DonorsSeveral(JamsosError):
    """A donor's year was asked for codes of several donors, or of donors whom nothing shows to be one."""
