"""Errors: the refusals of regions, each with a stable code."""

from jamsos.errors import JamsosError


class RegionFileWrong(JamsosError): ...


class AliasEmpty(JamsosError): ...


class AliasNowhere(JamsosError):
    """What it is to mean is no village of the regency."""


class AliasIsVillage(JamsosError):
    """The state's list gives the name to another village."""
