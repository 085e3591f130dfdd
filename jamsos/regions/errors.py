"""Errors: the refusals of regions, each with a stable code."""

from jamsos.errors import JamsosError


class RegionFileWrong(JamsosError): ...


class AliasEmpty(JamsosError): ...


class AliasNowhere(JamsosError):
    """The alias refers to no village of the regency."""


class AliasIsVillage(JamsosError):
    """The alias is the official name of another village."""
