"""Errors: the refusals of decrees, each with a stable code."""

from jamsos.errors import JamsosError


class DecreeNumberMalformed(JamsosError): ...


class DecreeNumberTaken(JamsosError):
    is_repetition = True


class DecreeDateWrong(JamsosError): ...


class RunDecreed(JamsosError):
    """The run's list is in a decree already."""

    is_repetition = True


class ApprovalWrong(JamsosError):
    """A step of an approval is not due, not this officer's, or speaks of another list."""


class ApprovalDone(ApprovalWrong):
    is_repetition = True


class NotApproved(JamsosError): ...


class AnnexNeeded(JamsosError):
    """A signed annex comes as a file or by its lines; here it came by neither, or by both."""


class AmendmentNotApproved(JamsosError): ...


class FundMissing(JamsosError):
    """Neither the run nor the act says which fund pays."""


class FundOther(JamsosError):
    """The act names another fund than the run was drawn up for, one at another rate, or one that may not pay for all its groups."""


class DecreesOverlap(JamsosError): ...


class DecreeIsAmendment(JamsosError): ...


class LeavingWrong(JamsosError):
    """A line cannot end as asked."""


class SuccessorWrong(JamsosError):
    """The person named cannot take the place."""


class NothingToAmend(JamsosError): ...
