"""Errors: the refusals of enrolment, each with a stable code."""

from jamsos.errors import JamsosError


class NothingToSend(JamsosError): ...


class AnswersKnown(JamsosError):
    """The same file was read before, and answers nothing new."""


class AnswersContradict(JamsosError):
    """One file answers twice, and differently."""
