"""Errors: the refusals of access, each with a stable code."""

from jamsos.errors import JamsosError


class AgencyExists(JamsosError):
    is_repetition = True


class ScopeUnknown(JamsosError): ...


class KeyDaysWrong(JamsosError):
    """A key lives from one day to ten years."""


class NoLiveKey(JamsosError):
    """An agency has no live key of that label to be replaced."""


class ProofNeeded(JamsosError):
    """An act that binds the office, without the proof of an officer."""


class KeyNeeded(JamsosError):
    """A command that changes data, without a key."""


class KeyIsPersonal(JamsosError):
    """A personal key is replaced by its officer, and by nobody else."""


class OfficerExists(JamsosError):
    is_repetition = True


class OfficerWrong(JamsosError):
    """An officer without a name or role, or whose days are in the wrong order."""


class OfficerInactive(JamsosError): ...


class InvitationWrong(JamsosError):
    """Unknown, wrong, used or expired: the asker is not told which."""


class SubjectTaken(JamsosError):
    is_repetition = True


class RegencyNeeded(JamsosError):
    """Which regency acts is neither given nor plain from the agencies."""


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
