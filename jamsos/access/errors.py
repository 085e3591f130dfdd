"""Errors: the refusals of access, each with a stable code."""

from jamsos.errors import JamsosError


class AgencyExists(JamsosError):
    is_repetition = True


class ScopeUnknown(JamsosError): ...


class KeyDaysWrong(JamsosError):
    """The lifetime of a key is not between one day and ten years."""


class NoLiveKey(JamsosError):
    """The agency has no live key of that label to replace."""


class ProofNeeded(JamsosError):
    """An act that binds the office lacks the proof of an officer."""


class KeyNeeded(JamsosError):
    """A command that changes data lacks a key."""


class KeyIsPersonal(JamsosError):
    """Only its own officer may replace a personal key."""


class OfficerExists(JamsosError):
    is_repetition = True


class OfficerWrong(JamsosError):
    """An officer lacks a name or role, or the dates of the term are in the wrong order."""


class OfficerInactive(JamsosError): ...


class InvitationWrong(JamsosError):
    """The invitation is unknown, wrong, used or expired. The answer does not disclose which."""


class SubjectTaken(JamsosError):
    is_repetition = True


class RegionUnknown(JamsosError): ...


class KeyMissing(JamsosError):
    """The request has no key, and this installation refuses anonymous requests."""


class KeyNotRecognised(JamsosError):
    """The key is unknown, wrong, revoked or expired. The answer does not disclose which."""


class ScopeMissing(JamsosError): ...


class SightMissing(JamsosError):
    """The agency has no region, so its answer has no rows of regions. An empty answer would look like an absence of rows."""


class PurposeMissing(JamsosError):
    """The request would use masked values without a stated purpose."""


class IdempotencyKeyReused(JamsosError):
    """The idempotency key belongs to another operation."""
