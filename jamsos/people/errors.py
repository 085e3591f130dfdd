"""Errors: the refusals of people, each with a stable code."""

from jamsos.errors import JamsosError


class NikUnknown(JamsosError):
    """Nobody within the asker's sight has this NIK, which the sentence does not repeat."""


class WhoNeeded(JamsosError):
    """An event names nobody, or both a NIK and a person."""


class DeathAhead(JamsosError):
    """Nobody's death is known before its day."""


class EventWithdrawn(JamsosError):
    """An event is withdrawn once."""

    is_repetition = True


class PersonElsewhere(JamsosError):
    """A NIK of these registers belongs to somebody outside the asker's sight."""


class ReasonNeeded(JamsosError):
    """Who decides on identities says who they are and why."""


class ReasonNamesSomebody(JamsosError):
    """A reason stands open in the database; a NIK or a family card's number in it would tell whose."""


class SexesDiffer(JamsosError):
    """A man and a woman would become one person, and nobody said that this is meant."""


class PersonsSame(JamsosError):
    """One id given twice where two persons are asked for."""


class PersonEnded(JamsosError):
    """The id was merged into another; names the one that lives on."""


class PersonOnList(JamsosError):
    """The id or its NIK is needed: a list in force or bills not yet confirmed name it."""


class SplitNeedsRows(JamsosError):
    """Neither rows nor an ended id say what leaves."""


class SplitTakesAll(JamsosError):
    """A split would leave nobody behind."""


class ReviewDecided(JamsosError):
    """A review is decided once."""

    is_repetition = True


class ReviewOutdated(JamsosError):
    """The row and the person of a review have become one by another act."""
