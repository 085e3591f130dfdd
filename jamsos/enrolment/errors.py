"""Errors: the refusals of enrolment, each with a stable code."""

from jamsos.errors import JamsosError


class NothingToSend(JamsosError): ...


class AnswersKnown(JamsosError):
    """The same file was read before, or it contains no new answer."""


class AnswersContradict(JamsosError):
    """One file contains two different answers about one person."""
