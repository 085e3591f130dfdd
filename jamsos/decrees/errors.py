"""Errors: the refusals of decrees, each with a stable code."""

from jamsos.errors import JamsosError


class DecreeNumberMalformed(JamsosError): ...


class DecreeNumberTaken(JamsosError):
    is_repetition = True


class DecreeDateWrong(JamsosError): ...


class RunDecreed(JamsosError):
    """A decree already contains the run's list."""

    is_repetition = True


class ApprovalWrong(JamsosError):
    """A step of an approval is not due, belongs to another officer, or names another list."""


class ApprovalDone(ApprovalWrong):
    is_repetition = True


class NotApproved(JamsosError): ...


class AnnexNeeded(JamsosError):
    """A signed annex must come either as a file or as lines, not as both and not as neither."""


class AmendmentNotApproved(JamsosError): ...


class FundMissing(JamsosError):
    """Neither the run nor the request names the fund that pays."""


class FundOther(JamsosError):
    """The named fund is not the run's, has another rate, or may not pay for all groups of the list."""


class DecreesOverlap(JamsosError): ...


class DecreeIsAmendment(JamsosError): ...


class LeavingWrong(JamsosError):
    """The line cannot end as requested."""


class SuccessorWrong(JamsosError):
    """The named person cannot take the place."""


class NothingToAmend(JamsosError): ...
