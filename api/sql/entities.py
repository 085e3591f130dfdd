"""Entities: metadata of everything that can be queried: table, columns, relations and groupings.

All of it follows from the tables: a new column is a new field, filter and order, masked by its data class
(jamsos/data_classes.py). No id and no relation contains a masked column, and secret columns are never queried.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Float, Integer, LargeBinary, Numeric, Table, Uuid
from sqlalchemy import Column as TableColumn
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.access.rules import Scope
from jamsos.data_classes import handling_of
from jamsos.db import reference_of
from jamsos.errors import KeyTellsMasked


class Kind(StrEnum):
    """How a column is stored, compared and shown."""

    text = "text"
    code = "code"
    choice = "choice"
    int = "int"
    bigint = "bigint"
    rupiah = "rupiah"
    float = "float"
    boolean = "boolean"
    month = "month"
    date = "date"
    instant = "instant"
    hash = "hash"
    json = "json"
    texts = "texts"
    numbers = "numbers"
    sealed = "sealed"
    uuid = "uuid"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the schema. `mask` is the scope that unmasks it; `sealed` the kind for unsealing it."""

    name: str
    sql: str
    kind: Kind
    nullable: bool = True
    choices: type[StrEnum] | None = None
    mask: Scope | None = None
    sealed: str | None = None
    is_binary_ordered: bool = False

    def over(self, alias: str) -> str:
        """Return the expression for comparing, ordering and grouping: text by code point, so that every database agrees."""
        sql = f"{alias}.{self.sql}"
        is_text = self.kind in (Kind.text, Kind.code, Kind.choice)
        return f'{sql} collate "C"' if is_text and not self.is_binary_ordered else sql

    @property
    def can_be_compared(self) -> bool:
        return self.kind not in (Kind.hash, Kind.json, Kind.texts, Kind.numbers, Kind.sealed)

    @property
    def can_be_ordered(self) -> bool:
        return self.can_be_compared and self.kind is not Kind.boolean


Pairs = tuple[tuple[str, str], ...]  # (a column here, the column there)


@dataclass(frozen=True, slots=True)
class ToOne:
    """A relation to at most one row of `table`: `pairs` join this entity's columns to the target's."""

    name: str
    target: str
    table: str
    pairs: Pairs
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class ToMany:
    """A relation to many rows, in pages: those of `target` whose relation `by` is this row."""

    name: str
    target: str
    by: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """A grouping of rows: `sql` is an expression over the alias `{t}`; shown as a column or as an entity."""

    name: str
    sql: str
    column: Column | None = None
    one: ToOne | None = None
    mask: Scope | None = None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of sums over an entity's rows: the column `count` contains their number, `added` the sums; all rows of a sum agree in
    `shared`.

    `moves`: rows change their shared values, so sums can also decrease; a sum of nothing then counts nobody.
    """

    table: str
    count: str
    shared: frozenset[str]
    added: frozenset[str]
    moves: bool = False


@dataclass(slots=True)
class Entity:
    """One type of the schema.

    `needs`: any of these scopes allows reading; none means public. `recorded`: SQL over `{t}` for the time of record. `past`: the
    rows as of the instant `{at}`, where this differs from the rows recorded by then. `sums`: a faster source for counts and sums.
    `subject`: the person of an unmasked read, as (name, column). `ended`: the column that is set on rows which were merged into
    another; lists and aggregates omit those. `is_guarded`: visibility depends on the client's region.
    """

    name: str
    plural: str
    about: str
    table: str
    needs: tuple[Scope, ...]
    key: tuple[Column, ...]
    columns: dict[str, Column]
    ones: dict[str, ToOne]
    collections: dict[str, ToMany] = field(default_factory=dict)
    groupings: dict[str, Grouping] = field(default_factory=dict)
    recorded: str | None = None
    past: str | None = None
    sums: Rollup | None = None
    subject: tuple[str, str] = ("", "id")
    ended: str | None = None
    is_guarded: bool = False

    @property
    def keeps_its_past(self) -> bool:
        return self.recorded is not None or self.past is not None


class EntityRegistry:
    """Every declared entity, by its name and by its table."""

    def __init__(self) -> None:
        self._by_name: dict[str, Entity] = {}
        self.by_table: dict[str, Entity] = {}

    def add(self, thing: Entity) -> None:
        self._by_name[thing.name] = thing
        self.by_table[thing.table.split(".")[-1]] = thing

    def __getitem__(self, name: str) -> Entity:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._by_name.values())


def camel(name: str) -> str:
    """Convert `birth_date` to `birthDate`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """Convert `SelectionRun` to `selection_run`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def columns_of(table: Table, hidden: Iterable[str] = ()) -> dict[str, Column]:
    """Return every column that is a value of its own, by its name in the schema; foreign keys are relations."""
    asked = (c for c in table.columns if handling_of(c).is_asked and c.name not in hidden)
    found = (column_of(c) for c in asked if not _is_reference(c) and c.name != "id")
    return {column.name: column for column in found}


def column_of(column: "TableColumn[Any]") -> Column:
    return Column(
        name=camel(_asked_name(column)),
        sql=column.name,
        kind=kind_of(column),
        nullable=bool(column.nullable) and not column.primary_key,
        choices=column.info.get("choices"),
        mask=mask_of(column),
        sealed=column.info.get("sealed"),
        is_binary_ordered=getattr(column.type, "collation", None) == "C" or "choices" in column.info,
    )


def mask_of(column: "TableColumn[Any]") -> Scope | None:
    """Return the scope that unmasks a column, if it is masked."""
    unmasked_by = handling_of(column).unmasked_by
    return Scope(unmasked_by) if unmasked_by else None


def key_of_table(table: Table) -> tuple[Column, ...]:
    """Return the columns of an id. Raises KeyTellsMasked."""
    return tuple(column_of(_told_openly(column)) for column in table.primary_key.columns)


def _told_openly(column: "TableColumn[Any]") -> "TableColumn[Any]":
    """Raise KeyTellsMasked for a column that is not allowed in an id or a relation."""
    if handling_of(column).is_masked:
        raise KeyTellsMasked(table=column.table.name, column=column.name)
    return column


def _asked_name(column: "TableColumn[Any]") -> str:
    if "choices" in column.info:
        return column.name.removesuffix("_code")
    return column.name.removesuffix("_sealed")


def _is_reference(column: "TableColumn[Any]") -> bool:
    return column.name.endswith("_id")


_KINDS: tuple[tuple[type, Kind], ...] = (
    (Boolean, Kind.boolean),
    (Date, Kind.date),
    (DateTime, Kind.instant),
    (LargeBinary, Kind.hash),
    (JSONB, Kind.json),
    (BigInteger, Kind.bigint),
    (Integer, Kind.int),
    (Float, Kind.float),
    (Numeric, Kind.float),
    (Uuid, Kind.uuid),
)


def kind_of(column: "TableColumn[Any]") -> Kind:
    info, type_ = column.info, column.type
    for mark, kind in (
        ("sealed", Kind.sealed),
        ("money", Kind.rupiah),
        ("month", Kind.month),
        ("choices", Kind.choice),
    ):
        if mark in info:
            return kind
    if isinstance(type_, ARRAY):
        return Kind.numbers if isinstance(type_.item_type, Integer) else Kind.texts
    for class_, kind in _KINDS:
        if isinstance(type_, class_):
            return kind
    is_code = getattr(type_, "collation", None) == "C" or column.name.endswith("_code")
    return Kind.code if is_code else Kind.text


def rollup_of(table: Table, count: str, *, moves: bool = False) -> Rollup:
    """Build a rollup: money columns are added; all other columns are shared."""
    added = frozenset(column.name for column in table.columns if "money" in column.info)
    return Rollup(table.fullname, count, frozenset(table.columns.keys()) - added - {count, "id"}, added, moves)


_GUARDS = {"sight", "umbrella", "through", "within", "seen"}  # keys of a table's `info` for row-level security


def is_guarded(table: Table) -> bool:
    """Return whether row-level security decides about visible rows; a view shows what its reader may see."""
    return bool(_GUARDS & table.info.keys()) or "view" in table.info


REGION_LEVELS = {
    "province_code": "provinces",
    "regency_code": "regencies",
    "district_code": "districts",
    "village_code": "villages",
}
_LENGTHS = {"province": 2, "regency": 5, "district": 8, "village": 13}


def to_ones_of(table: Table, things: EntityRegistry, name: str) -> dict[str, ToOne]:
    """Return the to-one relations: by foreign key, and without one by region code, to earlier entities and to itself."""
    found: dict[str, ToOne] = {}
    for column in table.columns:
        if target := _target(column, table):
            thing_name = name if target[0] == table.name else _name_of(things, target[0])
            if thing_name:
                one = camel(re.sub("_(id|code)$", "", column.name))
                _told_openly(column)
                # row-level security may hide a row although its key exists
                pairs, nullable = ((column.name, target[1]),), bool(column.nullable) or target[2]
                found[one] = ToOne(one, thing_name, f"{table.schema}.{target[0]}", pairs, nullable)
    return found


def _name_of(things: EntityRegistry, table: str) -> str | None:
    thing = things.by_table.get(table)
    return None if thing is None else thing.name


def _target(column: "TableColumn[Any]", table: Table) -> tuple[str, str, bool] | None:
    """Return table, column, and whether row-level security may hide its rows."""
    if (key := reference_of(column)) is not None:
        there = key.column
        return there.table.name, there.name, bool(_GUARDS & there.table.info.keys())
    if column.name in REGION_LEVELS and table.name != REGION_LEVELS[column.name]:
        return REGION_LEVELS[column.name], "code", True
    return None


def groupings_of(thing: Entity, names: Iterable[str], things: EntityRegistry) -> dict[str, Grouping]:
    """Return groupings by the name of a column, a relation, a region level, or `<day or month column>:month|year`."""
    found = (_grouping(thing, name, things) for name in names)
    return {grouping.name: grouping for grouping in found}


def _grouping(thing: Entity, name: str, things: EntityRegistry) -> Grouping:
    column_name, _, part = name.partition(":")
    if part:
        return _part_of_day(thing.columns[camel(column_name)], part)
    name = camel(name)
    if (column := thing.columns.get(name)) is not None:
        return Grouping(name, column.over("{t}"), column=column, mask=column.mask)
    if (one := thing.ones.get(name)) is not None:
        return Grouping(name, f"{{t}}.{one.pairs[0][0]}", one=one)
    return _region(thing, name, things)


def _part_of_day(column: Column, part: str) -> Grouping:
    name = re.sub("(Date|At)$", "", column.name) + part.capitalize() if column.kind is not Kind.month else part
    if part == "year":
        sql, kind = f"extract(year from {{t}}.{column.sql})::int", Kind.int
    else:
        sql, kind = f"date_trunc('month', {{t}}.{column.sql})::date", Kind.month
    return Grouping(
        name, sql, column=Column(name, column.sql, kind, column.nullable, mask=column.mask), mask=column.mask
    )


def _region(thing: Entity, level: str, things: EntityRegistry) -> Grouping:
    """Return the region of `level` above the row's own region code."""
    code = next(
        pair[0] for name in ("village", "regency", "office") if (one := thing.ones.get(name)) for pair in one.pairs
    )
    target = things.by_table[REGION_LEVELS[f"{level}_code"]]
    sql = f'left({{t}}.{code}, {_LENGTHS[level]}) collate "C"'
    return Grouping(level, sql, one=ToOne(level, target.name, target.table, ((level, "code"),)))
