"""Errors: the refusals of offices, each with a stable code."""

from jamsos.errors import JamsosError


class OfficeExists(JamsosError):
    is_repetition = True


class OfficeUnknown(JamsosError):
    """This installation has no office with that code."""


class OfficeNeeded(JamsosError):
    """This installation has several offices, and the request does not name one."""
