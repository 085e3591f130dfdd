"""Errors: the refusals of the commands, each with a stable code."""

from jamsos.errors import JamsosError


class DatabaseBehind(JamsosError): ...


class AmountMalformed(JamsosError): ...


class DemoNeedsEmptyDatabase(JamsosError): ...


class OfficeElsewhere(JamsosError):
    """A report was requested for a region whose office file was not given."""
