"""Disclosure control: select which counts of a release to suppress, so that nobody can compute a small one. Pure.

A *release* is everything that is published together: the parts of a table, its columns (months of a year), and their
totals. A count of 1 to 4 persons is small. It is suppressed, together with others (complementary suppression), so that
arithmetic cannot recover it.

A fixed tree over the parts in their public order selects the others: first neighbours in pairs, then pairs of pairs,
and so on. A block with a small count is suppressed whole, in every column. A block whose sum would still disclose its
counts is joined to its neighbour. The decision uses only sums that are published anyway, never the size of a suppressed
count. So even a reader who knows these rules cannot narrow the counts of a block: each may be any of 1 to 4.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
SMALLEST = 5  # the smallest count of persons that is published; 0 is published, too
SUPPRESSED = "*"  # one mark for every suppressed figure: two marks would separate small counts from the others


def is_small(count: int, months: int = 1) -> bool:
    """Return whether a count must be suppressed. ``months``: how many months it sums, each with fewer persons than allowed."""
    return 0 < count <= _largest_small(months)


def outgrew(before: int, now: int) -> bool:
    """Return whether a suppressed count may be published: it has grown so much that it may have been any small count."""
    return now - before >= SMALLEST and now - _largest_small(1) >= SMALLEST


def leaves_each(least: float, most: float, months: int = 1) -> bool:
    """Return whether a count that lies between ``least`` and ``most`` may be each of the small ones."""
    return least <= 1 and most >= _largest_small(months)


def is_told(least: float, most: float, months: int = 1) -> bool:
    """Return whether these limits narrow a small count. Limits above every small count disclose nothing."""
    return least <= _largest_small(months) and not leaves_each(least, most, months)


def _largest_small(months: int) -> int:
    return (SMALLEST - 1) * months


@dataclass(frozen=True)
class Column(Generic[K]):
    """Counts by part with a published total. A count may sum the worker-months of several ``months``."""

    counts: Mapping[K, int]
    months: int = 1

    def of(self, parts: Collection[K]) -> list[int]:
        """Return the counts of these parts that are not zero."""
        return [count for part in parts if (count := self.counts.get(part, 0))]

    def tells(self, parts: Collection[K]) -> bool:
        """Return whether the sum of these suppressed parts discloses too much.

        Every count is at least 1, so the largest that any may be is the sum less 1 for each other. It must not be
        small.
        """
        counts = self.of(parts)
        return bool(counts) and sum(counts) - (len(counts) - 1) <= _largest_small(self.months)


@dataclass(frozen=True)
class Suppression(Generic[K]):
    """The suppressed figures of a table: ``blocks`` of parts in every column, and whole columns ``whole`` with zeros and total."""

    blocks: tuple[frozenset[K], ...] = ()
    whole: frozenset[int] = field(default_factory=frozenset)
    columns: tuple[Column[K], ...] = ()

    @property
    def parts(self) -> frozenset[K]:
        """Return every suppressed part of the columns that are not suppressed whole."""
        return frozenset().union(*self.blocks)

    def hides(self, part: K, column: int = 0) -> bool:
        """Return whether a figure is suppressed.

        A zero is shown, unless the column is suppressed whole. So is the only count of its block, because the total
        discloses it anyway.
        """
        if column in self.whole:
            return True
        block = next((block for block in self.blocks if part in block), frozenset())
        counted = self.columns[column]
        return bool(counted.of([part])) and len(counted.of(block)) > 1

    def __bool__(self) -> bool:
        return bool(self.blocks or self.whole)


def suppress(
    columns: Sequence[Column[K]],
    order: Sequence[K],
    *,
    persons: Column[K] | None = None,
    marked: Collection[K] = (),
    whole: Collection[int] = (),
) -> Suppression[K]:
    """Select what to suppress in a table with these columns and parts in their public order.

    ``persons`` counts the distinct persons of all columns, such as those of a year beside its months; it is the last
    column of the result. ``marked`` parts are suppressed elsewhere in the release, so also here. ``whole`` columns have
    a total that is suppressed elsewhere.
    """
    every = (*columns, persons) if persons else tuple(columns)
    hidden = frozenset(number for number, column in enumerate(every) if number in whole or column.tells(order))
    table = _Table(
        [column for number, column in enumerate(columns) if number not in hidden],
        persons if persons and len(columns) not in hidden else None,
        has_every_month=not hidden,
    )
    nodes = [
        _Node((part,), is_open=part in marked or table.is_small(part))
        for part in order
        if part in marked or table.counts(part)
    ]
    while len(nodes) > 1:
        nodes = list(_joined(nodes, table))
    if nodes and nodes[0].is_open:
        return Suppression((), frozenset(range(len(every))), every)
    blocks = tuple(frozenset(block) for node in nodes for block in node.blocks)
    return Suppression(blocks, hidden, every)


def suppress_counts(counts: Mapping[K, int], order: Sequence[K] | None = None, months: int = 1) -> Suppression[K]:
    """Select what to suppress in one column beside its total. By default its own order is the public one."""
    return suppress([Column(counts, months)], list(counts) if order is None else order)


@dataclass(frozen=True)
class _Node(Generic[K]):
    """A block of the tree. ``is_open``: it has a count to suppress and is not yet safe; ``blocks``: its safe blocks."""

    parts: tuple[K, ...]
    is_open: bool
    blocks: tuple[tuple[K, ...], ...] = ()


def _joined(nodes: Sequence["_Node[K]"], table: "_Table[K]") -> Iterator["_Node[K]"]:
    """Join neighbours in pairs. An open last node without a neighbour joins the pair before it; else it waits for the next round."""
    last = nodes[-1] if len(nodes) % 2 and nodes[-1].is_open else None
    ends = [*range(2, len(nodes) - 1, 2), len(nodes)] if last else [*range(2, len(nodes), 2), len(nodes)]
    for start, end in zip([0, *ends], ends, strict=False):
        children = nodes[start:end]
        parts = tuple(part for child in children for part in child.parts)
        is_open = any(child.is_open for child in children)
        if len(children) > 1 and is_open:
            openers = [last.parts] if last and len(children) > 2 else [child.parts for child in children]
            is_safe = table.is_safe(parts, openers)
            yield _Node(parts, not is_safe, (parts,) if is_safe else ())
        else:
            yield _Node(parts, is_open, tuple(block for child in children for block in child.blocks))


@dataclass(frozen=True)
class _Table(Generic[K]):
    """The columns that are not suppressed whole."""

    columns: Sequence[Column[K]]
    persons: Column[K] | None
    has_every_month: bool

    @property
    def all(self) -> list[Column[K]]:
        return [*self.columns, self.persons] if self.persons else list(self.columns)

    def counts(self, part: K) -> list[int]:
        return [count for column in self.all for count in column.of([part])]

    def is_small(self, part: K) -> bool:
        return any(is_small(count, column.months) for column in self.all for count in column.of([part]))

    def is_safe(self, block: Sequence[K], openers: Sequence[Sequence[K]]) -> bool:
        """Return whether every count in a block may still have each small value, given the sums.

        ``openers``: the nodes that may have opened the block.
        """
        if any(column.tells(block) for column in self.all):
            return False
        return self.persons is None or all(
            self._may_be_small(self.persons, part, next((each for each in openers if part in each), openers[0]), block)
            for part in block
        )

    def _may_be_small(self, persons: Column[K], part: K, opener: Sequence[K], block: Sequence[K]) -> bool:
        """Return whether ``part`` may have the largest small count in all columns, with 1 for its opener's other parts.

        The number of distinct persons must fit: at least those of any month, and at most those of all months together.
        """
        forced = [part, *(each for each in opener if each != part)]
        rest = [each for each in block if each not in forced]
        different = sum(persons.of(block)) - _forced(persons, forced)
        spare, most = [], 0
        for column in self.columns:
            if counts := column.of(block):
                left, others = sum(counts) - _forced(column, forced), len(column.of(rest))
                if not others:
                    return False
                spare.append(left - others)
                most += left
        is_carried = any(all(column.of([each]) for column in self.columns if column.of(block)) for each in rest)
        fewest = max(spare, default=0) + len(rest)
        return is_carried and fewest <= different and (different <= most or not self.has_every_month)


def _forced(column: Column[K], parts: Sequence[K]) -> int:
    """Return the sum of these parts where the first has the largest small count and each other has 1."""
    return len(column.of(parts)) + bool(column.of(parts[:1])) * (_largest_small(column.months) - 1)
