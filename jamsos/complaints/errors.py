"""Errors: the refusals of complaints, each with a stable code."""

from jamsos.errors import JamsosError


class NumberMalformed(JamsosError):
    """A NIK or KK number without its sixteen digits; it is not repeated."""


class ComplaintStepWrong(JamsosError):
    """A step of a complaint is not due, or not this officer's."""


class ComplaintWordsWrong(JamsosError):
    """A complaint or answer says nothing, or an answer holds somebody's number."""
