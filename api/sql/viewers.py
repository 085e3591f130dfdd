"""Viewers: the data classes that an actor may read and see unmasked. Statements are compiled per viewer class.

The database decides which rows are visible (row-level security).
"""

from dataclasses import dataclass
from functools import lru_cache

from api.sql.entities import Entity
from jamsos.access.errors import PurposeMissing, ScopeMissing, SightMissing
from jamsos.access.rules import Actor, Scope


@dataclass(frozen=True, slots=True, eq=False)
class Viewer:
    """One instance for each class (`viewer_of`), so that identity is equality.

    `unmasks` applies only with a stated purpose; `could_unmask` is what a purpose would allow.
    """

    reads: frozenset[str]
    unmasks: frozenset[str]
    could_unmask: frozenset[str]
    has_region: bool

    def must_read(self, thing: Entity) -> None:
        """Check the right to read, because invisible data must not look like missing data. Raises ScopeMissing, SightMissing."""
        if thing.needs and not self.reads.intersection(thing.needs):
            raise ScopeMissing(scope=thing.needs[0].value)
        if thing.is_guarded and not self.has_region:
            raise SightMissing()

    def must_unmask(self, scope: Scope) -> None:
        """Check the right to unmask. Raises ScopeMissing, PurposeMissing."""
        if scope not in self.could_unmask:
            raise ScopeMissing(scope=scope.value)
        if scope not in self.unmasks:
            raise PurposeMissing()


def viewer_of(actor: Actor) -> Viewer:
    return _viewer(actor.scopes, bool(actor.purpose), actor.region_code is not None)


@lru_cache(1000)
def _viewer(scopes: frozenset[str], has_purpose: bool, has_region: bool) -> Viewer:
    unmasks = frozenset(scope for scope in scopes if scope.startswith("unmask:"))
    reads = frozenset(scope for scope in scopes if scope.startswith("read:"))
    return Viewer(reads, unmasks if has_purpose else frozenset(), unmasks, has_region)
