"""Linked tables: select what a whole release suppresses, where one count appears in several tables. Pure.

A *count* is one unknown with one key, wherever it is printed. The cells of a table add up to a total, which may be a
cell of another table. A count that one table suppresses is suppressed in all tables, until nothing more follows. Then
an attacker is simulated: linear programming over everything that stays published. Where a suppressed count could not
have each small value, its tables are suppressed whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import highspy

from jamsos.disclosure import Column, is_small, is_told, leaves_each, suppress

Key = tuple[Any, ...]
_MANY = 10**8  # more persons than any regency protects, so that every model has bounds


@dataclass(frozen=True)
class Line:
    """Cells by part that add up to a total. ``months``: how many months a count sums, each with fewer persons than allowed."""

    cells: Mapping[Any, Key]
    total: Key
    months: int = 1


@dataclass(frozen=True)
class Table:
    """Lines over the same parts, in their public ``order``.

    ``has_persons``: the last line counts the distinct persons of all others, such as those of a year beside its months.
    """

    lines: Sequence[Line]
    order: Sequence[Any]
    has_persons: bool = False


@dataclass(frozen=True)
class Weighted:
    """A weighted sum of counts, such as rupiah by rate and months."""

    total: Key
    weights: Mapping[Key, int]


@dataclass(frozen=True)
class Release:
    """All figures that are published together.

    ``marked`` counts are suppressed elsewhere, or were suppressed before. ``published`` counts are known already, so
    they cannot be suppressed any more. ``follows``: where any of the first keys is suppressed, all of the second are.
    """

    counts: Mapping[Key, int]
    tables: Sequence[Table] = ()
    weighted: Sequence[Weighted] = ()
    follows: Sequence[tuple[Collection[Key], Collection[Key]]] = ()
    marked: Collection[Key] = ()
    published: Collection[Key] = ()

    def suppressed(self) -> frozenset[Key]:
        """Return the keys of all counts that are suppressed."""
        hidden = {*self.marked, *(key for key, count in self.counts.items() if is_small(count, self.months[key]))}
        hidden -= set(self.published)
        while more := self._linked(hidden) or self._told(hidden):
            hidden |= more
        return frozenset(hidden)

    @cached_property
    def months(self) -> dict[Key, int]:
        """Return how many months each count sums; 1 where no table gives a number."""
        found = dict.fromkeys(self.counts, 1)
        for line in self._lines:
            found |= dict.fromkeys((*line.cells.values(), line.total), line.months)
        return found

    @property
    def _lines(self) -> Iterator[Line]:
        return (line for table in self.tables for line in table.lines)

    def _linked(self, hidden: Collection[Key]) -> set[Key]:
        """Return the further counts that the tables suppress, and those that follow."""
        found = {key for table in self.tables for key in self._of_table(table, hidden)}
        found |= {key for when, then in self.follows if not hidden_none(when, hidden) for key in then}
        return found - set(hidden) - set(self.published)

    def _of_table(self, table: Table, hidden: Collection[Key]) -> Iterator[Key]:
        columns = [
            Column({part: self.counts[key] for part, key in line.cells.items()}, line.months) for line in table.lines
        ]
        whole = {number for number, line in enumerate(table.lines) if line.total in hidden}
        marked = {
            part
            for number, line in enumerate(table.lines)
            if number not in whole
            for part, key in line.cells.items()
            if key in hidden
        }
        persons = columns.pop() if table.has_persons else None
        found = suppress(columns, table.order, persons=persons, marked=marked, whole=whole)
        for number, line in enumerate(table.lines):
            yield from (key for part, key in line.cells.items() if found.hides(part, number))
            if number in found.whole:
                yield line.total

    def _told(self, hidden: Collection[Key]) -> set[Key]:
        """Return the further counts to suppress because an attacker narrows a suppressed one: weighted sums first, else tables."""
        told = set(self.told(hidden))
        sums = {each.total for each in self.weighted if told & each.weights.keys()} - set(hidden)
        if sums:
            return sums
        lines = [line for line in self._lines if told & {line.total, *line.cells.values()}]
        tables = [table for table in self.tables if any(line in lines for line in table.lines)]
        for wider in (lines, [line for table in tables for line in table.lines], list(self._lines) if told else []):
            keys = {key for line in wider for key in (line.total, *line.cells.values())}
            if more := keys - set(hidden) - set(self.published):
                return more
        return set()

    def told(self, hidden: Collection[Key]) -> dict[Key, tuple[float, float]]:
        """Return the suppressed counts that cannot have each small value, with the least and the largest possible value."""
        return Attacker(self, hidden).found()


def hidden_none(keys: Iterable[Key], hidden: Collection[Key]) -> bool:
    """Return whether none of these keys is suppressed."""
    return not any(key in hidden for key in keys)


@dataclass
class Attacker:
    """A reader of everything published who solves for the rest, in whole numbers.

    A suppressed count is at least 1 where its table shows zeros, and at least 0 where the table's total is suppressed,
    too.
    """

    release: Release
    hidden: Collection[Key]
    _least: dict[Key, float] = field(default_factory=dict)
    _most: dict[Key, float] = field(default_factory=dict)

    def found(self) -> dict[Key, tuple[float, float]]:
        """Return the suppressed counts that are narrowed."""
        keys = sorted((key for key in self.hidden if self.release.counts.get(key) and key in self._bound), key=str)
        if not keys:
            return {}
        self._model, self._cells = self._modelled()
        months = self.release.months
        return {
            key: limits
            for key in keys
            if not self._is_free(key) and is_told(*(limits := self.limits(key)), months[key])
        }

    def limits(self, key: Key) -> tuple[float, float]:
        """Return the least and the largest possible value of a suppressed count."""
        self._solve(1, key)
        self._solve(-1, key)
        return self._least[key], self._most[key]

    def _is_free(self, key: Key) -> bool:
        """Return whether earlier solutions already show every small value."""
        known = key in self._least
        return known and leaves_each(self._least[key], self._most[key], self.release.months[key])

    @cached_property
    def _bound(self) -> set[Key]:
        """Return the keys that appear in a published sum."""
        return {key for weights, _ in self._sums() for key in weights}

    @cached_property
    def _zero(self) -> set[Key]:
        """Return the suppressed keys that may be 0, because no line that shows its zeros contains them."""
        at_least_one = {
            key for line in self.release._lines if line.total not in self.hidden for key in line.cells.values()
        }
        return {key for key in self.hidden if key not in at_least_one or not self.release.counts[key]}

    def _sums(self) -> Iterator[tuple[dict[Key, int], int]]:
        """Yield each relation as the weights of suppressed counts and their sum."""
        for line in self.release._lines:
            yield from self._reduced({**dict.fromkeys(line.cells.values(), 1), line.total: -1})
        for each in self.release.weighted:
            if each.total not in self.hidden:
                total = sum(weight * self.release.counts[key] for key, weight in each.weights.items())
                yield from self._reduced(each.weights, total)

    def _reduced(self, weights: Mapping[Key, int], total: int = 0) -> Iterator[tuple[dict[Key, int], int]]:
        free = {key: weight for key, weight in weights.items() if key in self.hidden}
        rest = total - sum(weight * self.release.counts[key] for key, weight in weights.items() if key not in free)
        if free:
            yield free, rest

    def _modelled(self) -> tuple[Any, dict[Key, Any]]:
        model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        model.silent()
        cells = {
            key: model.addIntegral(lb=0 if key in self._zero else 1, ub=_MANY)
            for key in self._bound | self._persons_keys()
        }
        for weights, total in self._sums():
            model.addConstr(sum(weight * cells[key] for key, weight in weights.items()) == total)
        for table in self.release.tables:
            if table.has_persons:
                self._add_persons(model, cells, table)
        return model, cells

    def _persons_keys(self) -> set[Key]:
        return {
            key
            for table in self.release.tables
            if table.has_persons
            for line in table.lines
            for key in line.cells.values()
            if key in self.hidden
        }

    def _add_persons(self, model: Any, cells: Mapping[Key, Any], table: Table) -> None:
        """Add the limits of distinct persons: at least those of any month, at most those of all months together."""
        *months, persons = table.lines
        for part in table.order:
            keys = [line.cells[part] for line in months if part in line.cells]
            whole = persons.cells.get(part)
            if whole is None or hidden_none([whole, *keys], cells):
                continue
            for key in keys:
                if key in cells or whole in cells:
                    self._at_most(model, cells, {key: 1, whole: -1})
            self._at_most(model, cells, {whole: 1, **dict.fromkeys(keys, -1)})

    def _at_most(self, model: Any, cells: Mapping[Key, Any], weights: Mapping[Key, int]) -> None:
        """Add the constraint that a weighted sum is at most 0."""
        known = sum(weight * self.release.counts[key] for key, weight in weights.items() if key not in cells)
        model.addConstr(sum(weight * cells[key] for key, weight in weights.items() if key in cells) <= -known)

    def _solve(self, sign: int, key: Key) -> None:
        self._model.minimize(sign * self._cells[key])
        status = self._model.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:  # the true counts are always a solution
            raise RuntimeError(f"the attacker's model: {status}")
        values = self._model.getSolution().col_value
        for each, cell in self._cells.items():
            value = round(values[cell.index])
            self._least[each] = min(self._least.get(each, value), value)
            self._most[each] = max(self._most.get(each, value), value)
