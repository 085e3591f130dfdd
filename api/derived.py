"""Derived types: what follows from a thing: its object, connection, filter, order and aggregate types.

Everything is a Strawberry type, so Strawberry parses, validates and introspects; annotations are text in the one namespace
`NAMES`, because things refer to each other in circles.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from keyword import iskeyword
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import JSON
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.scalars import NIK, BigInt, Month, Rupiah
from api.sql.things import Column, Grouping, Kind, Thing, Things
from api.words import column_words, described, relation_words

NAMES: dict[str, Any] = {
    "Rupiah": Rupiah, "BigInt": BigInt, "NIK": NIK, "Month": Month, "Date": date, "DateTime": datetime, "JSON": JSON,
    "ID": strawberry.ID, "String": str, "Int": int, "Float": float, "Boolean": bool,
}  # fmt: skip

_SHOWN = {
    Kind.text: "String", Kind.code: "String", Kind.int: "Int", Kind.bigint: "BigInt", Kind.rupiah: "Rupiah",
    Kind.float: "Float", Kind.boolean: "Boolean", Kind.month: "Month", Kind.date: "Date", Kind.instant: "DateTime",
    Kind.hash: "String", Kind.json: "JSON", Kind.texts: "list[String]", Kind.numbers: "list[BigInt]", Kind.sealed: "String",
}  # fmt: skip


def annotation_of(column: Column) -> str:
    """The type in the schema, without null."""
    if column.choices is not None:
        name = described(column.choices)
        NAMES[name] = column.choices
        return name
    return "NIK" if column.sealed == "nik" else _SHOWN[column.kind]


def named(class_: Any) -> Any:
    NAMES[class_.__name__] = class_
    return class_


def field(name: str, annotation: str, about: str, arguments: Iterable[StrawberryArgument] = ()) -> StrawberryField:
    """A field without a resolver: what it answers is compiled."""
    made = StrawberryField(python_name=_spoken(name), graphql_name=name, description=about)
    made.type_annotation = StrawberryAnnotation(annotation, namespace=NAMES)
    made.arguments = list(arguments)
    return made


def argument(name: str, annotation: str, about: str) -> StrawberryArgument:
    return StrawberryArgument(name, name, StrawberryAnnotation(annotation, namespace=NAMES), description=about)


def make(name: str, about: str, fields: Iterable[StrawberryField]) -> Any:
    return dress(type(name, (), {}), about, fields)


def make_input(name: str, about: str, fields: Iterable[StrawberryField], *, one_of: bool = False) -> Any:
    return dress(type(name, (), {}), about, fields, one_of=one_of)


def dress(class_: Any, about: str, fields: Iterable[StrawberryField], **options: Any) -> Any:
    """Make `class_` a Strawberry type with these fields; with options, an input."""
    made = {made.python_name: made for made in fields}
    annotations = {name: one.type_annotation for name, one in made.items()}
    class_.__annotations__ = dict.fromkeys(made, "Any")
    for name, one in made.items():
        setattr(class_, name, one)
    (strawberry.input if options else strawberry.type)(class_, description=about, **options)
    for one in class_.__strawberry_definition__.fields:
        if one.python_name in annotations:
            one.type_annotation = annotations[one.python_name]
    return named(class_)


def input_field(name: str, annotation: str, about: str) -> StrawberryField:
    made = StrawberryField(python_name=_spoken(name), graphql_name=name, description=about, default=strawberry.UNSET)
    made.type_annotation = StrawberryAnnotation(f"{annotation} | None", namespace=NAMES)
    return made


def _spoken(name: str) -> str:
    """`and`, `in`, `not` and `or` are words of Python."""
    return f"{name}_" if iskeyword(name) else name


# --- objects and connections -------------------------------------------------------------------------------------


@strawberry.type(description="Where a page stands among all rows.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row, for `before`.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row, for `after`.")


NAMES["PageInfo"] = PageInfo

PAGING = (
    argument("first", "Int | None", "So many rows from the beginning; 25 when neither this nor `last` is given."),
    argument("after", "String | None", "Only rows behind this cursor."),
    argument("last", "Int | None", "So many rows from the end."),
    argument("before", "String | None", "Only rows before this cursor."),
)
AS_OF = argument("asOf", "DateTime | None", "As it was recorded at this instant; now, when it is not given.")


def choosing(thing: Thing) -> list[StrawberryArgument]:
    """The arguments of a connection, without asOf."""
    return [
        *PAGING,
        argument("filter", f"{thing.name}Filter | None", "Only rows that fit; an empty filter is refused."),
        argument("orderBy", f"list[{thing.name}Order] | None", "First by this, then by that; last of all by id."),
    ]


def grouping(thing: Thing) -> list[StrawberryArgument]:
    """The arguments of an aggregate, without asOf."""
    rows = argument("filter", f"{thing.name}Filter | None", "Only rows that fit; an empty filter is refused.")
    if not thing.groupings:
        return [rows]
    return [rows, argument("groupBy", f"list[{thing.name}GroupBy] | None", "One row for each combination of these.")]


def object_type(class_: Any, thing: Thing, about: Mapping[str, str], things: Things) -> None:
    """The type itself; `about` describes its relations to many."""
    fields = [
        field(column.name, _nullable(column), column_words(thing.name, column.sql, column.mask))
        for column in thing.columns.values()
    ]
    for one in thing.ones.values():
        words = relation_words(thing.name, one.name, one.target)
        fields.append(field(one.name, f"{one.target} | None" if one.nullable else one.target, words))
    for many in thing.manys.values():
        target = things[many.target]
        fields.append(field(many.name, f"{target.name}Connection", about[many.name], choosing(target)))
        words = f"Figures over its {many.name}."
        fields.append(field(f"{many.name}Aggregate", f"list[{target.name}Aggregate]", words, grouping(target)))
    dress(class_, thing.about, fields)


def _nullable(column: Column) -> str:
    """What is masked may be null although the column never is, unless a text stands there."""
    masked = column.mask is not None and column.kind not in (Kind.text, Kind.code, Kind.sealed)
    return f"{annotation_of(column)} | None" if column.nullable or masked else annotation_of(column)


def connection_types(thing: Thing) -> None:
    name = thing.name
    make(
        f"{name}Edge",
        f"A {name} and where it stands.",
        [
            field("cursor", "String", "Where it stands, for `after` and `before`; opaque."),
            field("node", name, f"The {name}."),
        ],
    )
    make(
        f"{name}Connection",
        f"A page of {thing.plural}.",
        [
            field("nodes", f"list[{name}]", "The rows of the page."),
            field("edges", f"list[{name}Edge]", "The rows of the page, each with its cursor."),
            field("pageInfo", "PageInfo", "Where the page stands."),
            field("totalCount", "Int", "How many rows fit in all; counted only when asked for."),
        ],
    )


# --- filters and orders ------------------------------------------------------------------------------------------

_OPERATIONS = {
    "eq": "Equal to this.",
    "ne": "Not equal to this; a missing value is not equal to anything.",
    "in": "Equal to one of these; of none, when the list is empty.",
    "lt": "Before or below this.",
    "lte": "Before, below or equal to this.",
    "gt": "After or above this.",
    "gte": "After, above or equal to this.",
    "isNull": "Whether the value is missing.",
    "startsWith": "Begins with this.",
    "contains": "This stands somewhere in it.",
}
_EQUAL, _RANGE, _MISSING, _PARTS = (
    ("eq", "ne", "in"),
    ("lt", "lte", "gt", "gte"),
    ("isNull",),
    ("startsWith", "contains"),
)
OPERATIONS: dict[Kind, tuple[str, ...]] = {
    Kind.text: _EQUAL + _RANGE + _MISSING + _PARTS,
    Kind.code: _EQUAL + _RANGE + _MISSING + _PARTS,
    Kind.choice: _EQUAL + _MISSING,
    Kind.boolean: ("eq", "ne", *_MISSING),
} | dict.fromkeys(
    (Kind.int, Kind.bigint, Kind.rupiah, Kind.float, Kind.month, Kind.date, Kind.instant), _EQUAL + _RANGE + _MISSING
)


def _value_filter(name: str, value: str, operations: Iterable[str], about: str) -> str:
    if name not in NAMES:
        make_input(name, about, [input_field(op, _operand(op, value), _OPERATIONS[op]) for op in operations])
    return name


def _operand(operation: str, value: str) -> str:
    return {"in": f"list[{value}]", "isNull": "Boolean"}.get(operation, value)


_IGNORING_CASE = "Text; startsWith and contains ignore case, everything else does not."
_value_filter("TextFilter", "String", OPERATIONS[Kind.text], _IGNORING_CASE)
_value_filter("CodeFilter", "String", OPERATIONS[Kind.code], "A code, compared letter by letter.")
_value_filter("IDFilter", "ID", _EQUAL, "An id.")


def filter_of(column: Column) -> str:
    """The filter type of a column's values."""
    if column.kind in (Kind.text, Kind.code):
        return "TextFilter" if column.kind is Kind.text else "CodeFilter"
    value = annotation_of(column)
    return _value_filter(f"{value}Filter", value, OPERATIONS[column.kind], f"{value}: every condition given must hold.")


def filter_types(thing: Thing) -> None:
    name = f"{thing.name}Filter"
    fields = [
        input_field("and", f"list[{name}]", "All of these."),
        input_field("or", f"list[{name}]", "At least one of these."),
        input_field("not", name, "Not this."),
        input_field("id", "IDFilter", "By its id."),
    ]
    for column in thing.columns.values():
        if column.can_be_compared:
            fields.append(
                input_field(column.name, filter_of(column), column_words(thing.name, column.sql, column.mask))
            )
    for one in thing.ones.values():
        words = relation_words(thing.name, one.name, one.target)
        fields.append(input_field(one.name, f"{one.target}Filter", f"{words} There is one and it fits."))
    for many in thing.manys.values():
        fields.append(input_field(many.name, f"{many.target}ListFilter", f"By its {many.name}."))
    make_input(name, f"Which {thing.plural}: every condition given must hold.", fields)
    made = [("some", "At least one fits."), ("none", "None fits."), ("every", "None does not fit.")]
    make_input(
        f"{thing.name}ListFilter", f"By {thing.plural} of it.", [input_field(key, name, about) for key, about in made]
    )


@strawberry.enum(description="Which way to order; a missing value counts as the greatest.")
class Direction(StrEnum):
    asc = "asc"
    desc = "desc"


for _value, _about in zip(
    Direction.__strawberry_definition__.values, ("From the least.", "From the greatest."), strict=True
):  # type: ignore[attr-defined]
    _value.description = _about
NAMES["Direction"] = Direction


def order_type(thing: Thing) -> None:
    fields = [
        input_field(column.name, "Direction", column_words(thing.name, column.sql, column.mask))
        for column in thing.columns.values()
        if column.can_be_ordered
    ]
    fields += [
        input_field(one.name, f"{one.target}Order", relation_words(thing.name, one.name, one.target))
        for one in thing.ones.values()
    ]
    if not fields:
        fields = [input_field("id", "Direction", "By its id.")]
    make_input(f"{thing.name}Order", f"One thing to order {thing.plural} by.", fields, one_of=True)


# --- aggregates --------------------------------------------------------------------------------------------------

_NOT_SUMMED = {"year", "fiscalYear", "line", "headerLine", "version", "number", "rank", "distance", "decile"}


def measures(thing: Thing) -> dict[str, list[Column]]:
    """What can be reckoned over the rows, by function."""
    columns = list(thing.columns.values())
    summed = [c for c in columns if c.kind in (Kind.int, Kind.rupiah) and c.name not in _NOT_SUMMED]
    ranged = [c for c in columns if c.can_be_ordered and c.kind not in (Kind.text, Kind.code, Kind.choice)]
    distinct = [c for c in columns if c.can_be_compared]
    return {"countDistinct": distinct, "sum": summed, "avg": summed, "min": ranged, "max": ranged}


_REDUCED = {
    "countDistinct": ("Distinct", "How many different values", "Int", "How many different: "),
    "sum": ("Sum", "Sums", None, "The sum of: "),
    "avg": ("Average", "Averages, to two decimals", "Float", "The average of: "),
    "min": ("Least", "The least values", None, "The least of: "),
    "max": ("Greatest", "The greatest values", None, "The greatest of: "),
}


def aggregate_types(thing: Thing) -> None:
    fields = [field("count", "Int", "How many rows.")]
    for name, columns in measures(thing).items():
        suffix, about, annotation, words = _REDUCED[name]
        made = [
            field(
                c.name,
                f"{annotation or annotation_of(c)} | None" if name != "countDistinct" else "Int",
                words + column_words(thing.name, c.sql),
            )
            for c in columns
        ]
        if name == "countDistinct":
            made += [field(one.name, "Int", f"How many different: {one.target}.") for one in thing.ones.values()]
        if made:
            make(f"{thing.name}{suffix}", f"{about} of {thing.plural}.", made)
            fields.append(field(name, f"{thing.name}{suffix}", f"{about} of the rows."))
    if thing.groupings:
        _key_types(thing)
        fields.insert(0, field("key", f"{thing.name}Key", "What the rows of this group share."))
    make(f"{thing.name}Aggregate", f"Figures over {thing.plural} of one group.", fields)


def _key_types(thing: Thing) -> None:
    groupings = thing.groupings.values()
    make(
        f"{thing.name}Key",
        f"What {thing.plural} of one group share; null where it is not grouped by.",
        map(_key_field, groupings),
    )
    by = Enum(f"{thing.name}GroupBy", {one.name: one.name for one in groupings})  # type: ignore[misc]
    strawberry.enum(by, description=f"What {thing.plural} can be grouped by.")
    for value in by.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = f"By {value.name}."
    named(by)


def _key_field(one: Grouping) -> StrawberryField:
    if one.one is not None:
        return field(one.name, f"{one.one.target} | None", f"The {one.name}.")
    return field(one.name, f"{annotation_of(one.column)} | None" if one.column else "JSON", f"The {one.name}.")
