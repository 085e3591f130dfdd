"""Ownership: the office that owns each row, derived from the metadata, and the check of rows that refer to several owned rows.

A table is owned where it has `office_code`, or refers to an owned table. Keys over (office, id) cannot mix offices.
Where a row without `office_code` refers to several owned rows, a trigger compares their offices after each statement
that inserts rows.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from jamsos.db import ACROSS, OFFICE
from jamsos.sql_files import sql_statements


def owned_references(table: Table) -> list[ForeignKeyConstraint]:
    """Return the foreign keys to owned tables, in order of their columns, without those that may lead to another office."""
    keys = [key for key in table.foreign_key_constraints if _may_own(key) and is_owned(key.referred_table)]
    order = list(table.columns)
    return sorted(keys, key=lambda key: (order.index(_last(key)), len(key.columns)))


def is_owned(table: Table) -> bool:
    """Return whether each row of a table belongs to one office. A reference to the same table does not count."""
    if "view" in table.info:
        return False
    if OFFICE in table.columns and not table.columns[OFFICE].nullable:
        return True
    return any(
        key.referred_table is not table and _may_own(key) and is_owned(key.referred_table)
        for key in table.foreign_key_constraints
    )


def mixing_references(table: Table) -> list[ForeignKeyConstraint]:
    """Return the references to owned rows that no key combines with the row's owner or with each other."""
    if not is_owned(table):
        return []
    keys = [key for key in owned_references(table) if OFFICE not in key.columns]
    return keys if OFFICE in table.columns or len(keys) > 1 else []


def same_office_guard(table: Table) -> Iterator[str]:
    """Yield the function and the trigger that refuse rows which refer to rows of several offices, where needed."""
    keys = mixing_references(table)
    if not keys or "same_office" in table.info:
        return
    joins: list[str] = []
    first, *others = [_office_of(key, "a", f"r{number}", joins) for number, key in enumerate(keys)]
    differ = " or ".join(f"{first} <> {other}" for other in others)
    yield from sql_statements(__file__, "same_office", table=table.name, joins=" ".join(joins), differ=differ)


def loose_keys(table: Table) -> list[str]:
    """Return the unique keys of an owned table that would disclose another office's rows, by their columns."""
    references = [{column.name for column in key.columns} - {OFFICE} for key in owned_references(table)]
    found = []
    for columns in _unique(table):
        is_within = OFFICE in columns or any(reference <= set(columns) for reference in references)
        if columns != ["id"] and not is_within and ", ".join(columns) not in table.info.get("installation_wide", {}):
            found.append(", ".join(columns))
    return found


def _unique(table: Table) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            yield [column.name for column in constraint.columns]
    yield from ([_named(each) for each in index.expressions] for index in table.indexes if _is_unique(index))


def _is_unique(index: Index) -> bool:
    return bool(index.unique)


def _named(expression: object) -> str:
    return expression.name if isinstance(expression, Column) else str(expression)


def _may_own(key: ForeignKeyConstraint) -> bool:
    return not any(ACROSS in column.info for column in key.columns)


def _last(key: ForeignKeyConstraint) -> "Column[object]":
    return list(key.columns)[-1]


def _office_of(key: ForeignKeyConstraint, row: str, name: str, joins: list[str]) -> str:
    """Return the SQL of the office of the row to which `key` of `row` refers, and append the joins that lead to it."""
    there = key.referred_table
    pairs = " and ".join(f"{name}.{element.column.name} = {row}.{element.parent.name}" for element in key.elements)
    joins.append(f"left join {there.name} {name} on {pairs}")
    if OFFICE in there.columns:
        return f"{name}.{OFFICE}"
    up = next(each for each in _leading(there) if each.referred_table is not there)
    return _office_of(up, name, f"{name}u", joins)


def _leading(table: Table) -> Iterable[ForeignKeyConstraint]:
    """Return the references to owned tables, first those without nullable columns."""
    return sorted(owned_references(table), key=lambda key: any(column.nullable for column in key.columns))
