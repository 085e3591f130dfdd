"""Errors: the refusals of people, each with a stable code."""

from jamsos.errors import JamsosError


class NikUnknown(JamsosError):
    """No person within the actor's sight has this NIK. The sentence does not repeat the NIK."""


class WhoNeeded(JamsosError):
    """An event names nobody, or both a NIK and a person."""


class DeathAhead(JamsosError):
    """The day of a death is in the future."""


class EventWithdrawn(JamsosError):
    """The event is withdrawn already."""

    is_repetition = True


class PersonElsewhere(JamsosError):
    """A NIK of these registers belongs to a person outside the actor's sight."""


class ReasonNeeded(JamsosError):
    """A decision on identities needs an officer and a reason."""


class ReasonNamesSomebody(JamsosError):
    """A reason contains a NIK or a family card's number. Reasons are stored unsealed, so it would identify a person."""


class SexesDiffer(JamsosError):
    """A merge would join a man and a woman, and the officer did not confirm that."""


class PersonsSame(JamsosError):
    """The request needs two persons but has the same id twice."""


class PersonEnded(JamsosError):
    """The id was merged into another. The error names the surviving id."""


class PersonOnList(JamsosError):
    """A list in force or unconfirmed bills refer to the id or its NIK, so neither may end."""


class SplitNeedsRows(JamsosError):
    """Neither rows nor a merged id determine what the split takes."""


class SplitTakesAll(JamsosError):
    """A split would leave the person without rows."""


class ReviewDecided(JamsosError):
    """The review is decided already."""

    is_repetition = True


class ReviewOutdated(JamsosError):
    """Another act has already joined the row and the person of the review."""
