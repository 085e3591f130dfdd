"""Errors: the refusals of the ledger, each with a stable code."""

from jamsos.errors import JamsosError


class FundUnknown(JamsosError): ...


class FundExists(JamsosError):
    is_repetition = True


class FundMalformed(JamsosError):
    """A fund's year or one of its shares is impossible; `wish` is the catalogue key of the expected value."""


class SharesWrong(JamsosError): ...


class DocumentKnown(JamsosError):
    """A document of the same kind and number is already recorded."""

    is_repetition = True


class AmountWrong(JamsosError):
    """An amount of money is not a whole number of rupiah above zero."""


class BudgetExceeded(JamsosError):
    """A fund would be overspent. The error names the fund, the needed rupiah and the free rupiah."""


class CommitmentExceeded(JamsosError):
    """A bill would exceed the money committed to the decree."""


class RateUnknown(JamsosError): ...


class TransactionUnknown(JamsosError): ...


class CarryRefused(JamsosError):
    """Money may not move into that fund, because it would lose a rule of its origin. `why` is the catalogue key of the reason."""


class ReversalRefused(JamsosError):
    """The ledger may not reverse this transaction: the room that made it corrects it, or it is already reversed."""


class JournalBroken(JamsosError):
    """The journal fails its proof. The error names the fund and the first transaction that differs from its record."""


class StampUnknown(JamsosError):
    """No transaction has the hash that the minutes quote, so the journal is not the one that they were written from."""
