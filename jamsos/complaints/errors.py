"""Errors: the refusals of complaints, each with a stable code."""

from jamsos.errors import JamsosError


class NumberMalformed(JamsosError):
    """A NIK or KK number does not have sixteen digits. The error does not repeat the number."""


class ComplaintStepWrong(JamsosError):
    """A step of a complaint is not due, or needs another officer."""


class ComplaintWordsWrong(JamsosError):
    """A complaint or answer is empty or too long, or an answer contains a person's number."""
