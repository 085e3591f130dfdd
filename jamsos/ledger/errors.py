"""Errors: the refusals of ledger, each with a stable code."""

from jamsos.errors import JamsosError


class FundUnknown(JamsosError): ...


class FundExists(JamsosError):
    is_repetition = True


class FundMalformed(JamsosError):
    """A fund's year or one of its shares cannot be; `wish` is the catalogue's key of what was expected."""


class SharesWrong(JamsosError): ...


class DocumentKnown(JamsosError):
    """A paper of the same kind and number was recorded before."""

    is_repetition = True


class AmountWrong(JamsosError):
    """Money moves by whole rupiah above zero."""


class BudgetExceeded(JamsosError):
    """A fund would be overspent; names the fund, what is needed and what is free."""


class CommitmentExceeded(JamsosError):
    """More would be billed than was promised to the decree."""


class RateUnknown(JamsosError): ...


class TransactionUnknown(JamsosError): ...


class CarryRefused(JamsosError):
    """Money may not move into that fund, because it would lose a rule of its origin; `why` is the catalogue's key."""


class ReversalRefused(JamsosError):
    """Promises, bills and payments are corrected where they were made, and nothing is reversed twice."""


class JournalBroken(JamsosError):
    """The journal does not hold; names the fund and the first transaction that is not as it was written."""


class StampUnknown(JamsosError):
    """A stamp from the minutes that no transaction carries: the journal is not the one they saw."""
