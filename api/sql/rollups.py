"""Rollups: whether counts and sums can be read from a maintained table instead of every row.

The sums represent the same rows under the same row-level security, but contain only the values that all rows of a sum share. A
query for more (a person, a state, an amount of one month, the past) reads the rows.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from api.sql.entities import Column, Grouping, Rollup
from api.sql.plan_nodes import (
    Aggregate,
    Aggregates,
    All,
    Any_,
    Compare,
    Condition,
    Groups,
    HasKey,
    LivesOn,
    Missing,
    Not,
    Related,
    Rows,
)

_COLUMN = re.compile(r"\{t\}\.(\w+)")


def sums_of_rows(rows: Rows) -> Rollup | None:
    """Return the rollup that can count these rows; for an entity with merged rows it counts only current ones."""
    sums = rows.thing.sums
    if sums is None or rows.as_of is not None or (rows.thing.ended is not None and not rows.is_living):
        return None
    used = {there for _, there in rows.pairs} | set(_used(rows.condition))
    return sums if used <= sums.shared else None


def summed(rows: Rows, sums: Rollup | None) -> Rows:
    """Return the rows to select: sums represent current rows only."""
    return replace(rows, is_living=False) if sums else rows


def sums_of_groups(groups: Groups) -> Rollup | None:
    """Return the rollup that can compute these aggregates."""
    sums = sums_of_rows(groups.rows)
    if sums is None or not all(_columns(one) <= sums.shared for one in groups.by):
        return None
    return sums if all(_is_known(figure, sums) for figure in _figures(groups)) else None


def _used(condition: Condition | None) -> Iterator[str]:
    """Return the columns of a condition."""
    match condition:
        case Compare(column) | Missing(column):
            yield column.sql
        case HasKey(thing):
            yield from (column.sql for column in thing.key)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _used(part)
        case Not(part):
            yield from _used(part)
        case Related(rows):
            yield from (here for here, _ in rows.pairs)
        case LivesOn(into):
            yield from (key for _, key in into.pairs)


def _columns(grouping: Grouping) -> set[str]:
    return set(_COLUMN.findall(grouping.sql))


def _figures(groups: Groups) -> Iterator[Aggregate]:
    for _, field in groups.fields:
        if isinstance(field, Aggregate):
            yield field
        elif isinstance(field, Aggregates):
            yield from (one for _, one in field.fields if isinstance(one, Aggregate))


def _is_known(figure: Aggregate, sums: Rollup) -> bool:
    if figure.of is None:
        return True
    column = figure.of.sql if isinstance(figure.of, Column) else figure.of.pairs[0][0]
    if figure.function == "sum":
        return column in sums.added
    return not sums.moves and figure.function in ("countDistinct", "min", "max") and column in sums.shared
