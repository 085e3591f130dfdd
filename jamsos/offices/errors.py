"""Errors: the refusals of offices, each with a stable code."""

from jamsos.errors import JamsosError


class OfficeExists(JamsosError):
    is_repetition = True


class OfficeUnknown(JamsosError):
    """No office of that code works here."""


class OfficeNeeded(JamsosError):
    """Several offices work here, and for which one to act is not said."""
