"""Errors: the refusals of access, each with a stable code."""

from jamsos.errors import JamsosError


class AgencyExists(JamsosError):
    is_repetition = True


class ScopeUnknown(JamsosError): ...


class KeyDaysWrong(JamsosError):
    """A key lives from one day to ten years."""


class NoLiveKey(JamsosError):
    """An agency has no live key of that label to be replaced."""


class RegionUnknown(JamsosError): ...


class KeyMissing(JamsosError):
    """Nobody is named and this installation answers nobody unnamed."""


class KeyNotRecognised(JamsosError):
    """Unknown, wrong, revoked or expired: the asker is not told which."""


class ScopeMissing(JamsosError): ...


class SightMissing(JamsosError):
    """Whoever asks has no region, so rows of regions are not shown; they are not none."""


class PurposeMissing(JamsosError):
    """Something masked was to be used, and the asker did not say what for."""


class IdempotencyKeyReused(JamsosError):
    """The key belongs to another operation."""
