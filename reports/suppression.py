"""Suppression: the figures of a whole report without what would tell a small count. `jamsos.linked_tables` alone decides.

A report is one release, together with the public marts. Each number column of a question says which *count* it prints, by a name: the same
name and part is the same count, in whatever table it stands. A number column that says nothing is refused, so nothing is printed beside
the release. A total stands in a row of its own, whose part is `all`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jamsos.disclosure import SUPPRESSED, is_small
from jamsos.linked_tables import Key, Line, Release, Table

Row = dict[str, Any]
ALL = "all"
MARK = "is_suppressed"  # the public marts suppress this row, so the report does
SHOWN = "is_published"  # the public marts show this row, so nothing can suppress it any more


@dataclass(frozen=True)
class Figures:
    """What the number columns of a question print.

    ``subject``: the columns that name a row's part. ``counts``: the name of the count in a column. ``follows``: the names of the counts
    that a column would tell, such as its rupiah. ``totals``: another name of a count in the row of the total. ``plain``: numbers that
    speak of no person. ``unprinted``: columns that are needed to decide and then dropped.
    """

    subject: Sequence[str] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)
    plain: Collection[str] = ()
    unprinted: Collection[str] = ()

    def key(self, name: str, row: Row) -> Key:
        """Return the key of a count in a row."""
        part = tuple(row[column] for column in self.subject) or (ALL,)
        return (self.totals.get(name, name), *part) if part == (ALL,) else (name, *part)

    def undeclared(self, row: Row) -> list[str]:
        """Return the number columns of which nothing is said."""
        known = {*self.subject, *self.counts, *self.follows, *self.plain, *self.unprinted, MARK, SHOWN}
        return [name for name, value in row.items() if name not in known and isinstance(value, int | float | Decimal)]

    def check(self, question: str, row: Row) -> None:
        """Raise FigureUndeclared where a number would stand outside the release."""
        if undeclared := self.undeclared(row):
            raise FigureUndeclared(f"{question}: {', '.join(undeclared)}")


class FigureUndeclared(Exception):
    """A question answers with a number of which it does not say what it counts: a mistake of the program, which prints nothing."""


Answers = Mapping[str, Sequence[Row]]  # by the question's name
Relations = Callable[["Counts", Answers], Release]


@dataclass
class Counts:
    """The counts of a report by their key, as its questions answer them."""

    values: dict[Key, int] = field(default_factory=dict)
    marked: set[Key] = field(default_factory=set)
    published: set[Key] = field(default_factory=set)
    same: list[tuple[Key, Key]] = field(default_factory=list)

    def add(self, name: str, figures: Figures, rows: Sequence[Row]) -> None:
        """Collect the counts of a question's rows. Raises FigureUndeclared."""
        for row in rows:
            figures.check(name, row)
            for column, count in figures.counts.items():
                key = self._put(figures.key(count, row), row[column] or 0)
                if row.get(MARK):
                    self.marked.add(key)
                if row.get(SHOWN):
                    self.published.add(key)

    def _put(self, key: Key, value: int) -> Key:
        """Keep a count; two of one name that differ are two counts, and one is suppressed with the other."""
        if self.values.setdefault(key, value) == value:
            return key
        other = (*key, "other")
        self.values[other] = value
        self.same += [(key, other), (other, key)]
        return other

    def named(self, name: str) -> list[Key]:
        """Return the keys of a name in their public order, without the total and what has more parts."""
        return [key for key in self.values if key[0] == name and len(key) == 2 and key[1] != ALL]

    def sum(self, keys: Iterable[Key]) -> int:
        return sum(self.values[key] for key in keys)

    def parts(self, names: Sequence[str], totals: Sequence[Key] | None = None) -> Iterator[Table]:
        """Yield the table of counts of these names by part, which add up to ``totals``: the row of the total where none are given."""
        order = list(dict.fromkeys(key[1] for name in names for key in self.named(name)))
        lines = []
        for name, total in zip(names, totals or [(name, ALL) for name in names], strict=True):
            cells = {key[1]: key for key in self.named(name)}
            if self.values.setdefault(total, self.sum(cells.values())) != self.sum(cells.values()):
                total = self._put(
                    (name, ALL, "sum", "parts"), self.sum(cells.values())
                )  # a person may stand in two parts
            lines.append(Line(cells, total))
        if order:
            yield Table(lines, order)

    def rest(self, whole: str, part: str, rest: str) -> Iterator[Table]:
        """Yield for each count what remains of it: few who remain tell as much as few who do not."""
        for key in [key for key in self.values if key[0] == part and len(key) == 2]:
            every = (whole, *key[1:])
            remaining = self.values.get(every, 0) - self.values[key]
            if every in self.values and remaining >= 0:
                other = (rest, *key[1:])
                self.values[other] = remaining
                self.same += [(key, other), (other, key)]
                yield Table([Line({part: key, rest: other}, every)], [part, rest])


def released(
    questions: Mapping[str, Figures], relations: Relations, answers: Answers, earlier: Answers | None = None
) -> dict[str, list[Row]]:
    """Return the answers as they may be printed. ``earlier``: those of the paper that this one supersedes. Raises FigureUndeclared."""
    counts = collected(questions, answers)
    counts.marked |= _changed(counts, questions, earlier or {})
    hidden = relations(counts, answers).suppressed()
    return {name: [_masked(questions[name], row, hidden, counts) for row in rows] for name, rows in answers.items()}


def collected(questions: Mapping[str, Figures], answers: Answers) -> Counts:
    """Return the counts of all answers. Raises FigureUndeclared."""
    counts = Counts()
    for name, rows in answers.items():
        counts.add(name, questions[name], rows)
    return counts


def _changed(counts: Counts, questions: Mapping[str, Figures], earlier: Answers) -> set[Key]:
    """Return the counts of parts that the earlier paper suppressed, and those that differ from it by few persons.

    Totals stay: they are figures of the books, which change with every payment.
    """
    found = set()
    for name, rows in earlier.items():
        figures = questions[name]
        for row in rows:
            for column, count in figures.counts.items():
                key, before = figures.key(count, row), row.get(column)
                now = counts.values.get(key)
                is_part = bool(figures.subject) and key[-1] != ALL
                if is_part and now is not None and (before == SUPPRESSED or is_small(abs(now - (before or 0)))):
                    found.add(key)
    return found


def _masked(figures: Figures, row: Row, hidden: Collection[Key], counts: Counts) -> Row:
    shown = {}
    for name, value in row.items():
        if name in (MARK, SHOWN) or name in figures.unprinted:
            continue
        told = [figures.counts[name]] if name in figures.counts else figures.follows.get(name, ())
        keys = [figures.key(each, row) for each in told]
        is_hidden = any(key in hidden or (*key, "other") in hidden for key in keys)
        shown[name] = SUPPRESSED if is_hidden and value is not None else value
    return shown


def split(rows: Sequence[Row], part: str) -> tuple[list[Row], Row]:
    """Return the rows of the parts, and the row of their total."""
    return [row for row in rows if row[part] != ALL], next((row for row in rows if row[part] == ALL), {})


def less(one: int | str, other: int | str) -> int | str:
    """Return the difference of two figures; of a suppressed one nothing is told."""
    return SUPPRESSED if isinstance(one, str) or isinstance(other, str) else one - other
