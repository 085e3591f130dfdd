"""Filter and order types, derived from an entity's columns and relations."""

from collections.abc import Iterable
from enum import StrEnum

import strawberry

from api.schema.derived.builders import NAMES, annotation_of, build_input, input_field
from api.schema.descriptions import column_words, relation_words
from api.sql.entities import Column, Entity, Kind
from api.sql.filters import EXISTS

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
    "contains": "The text contains this.",
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
        build_input(name, about, [input_field(op, _operand(op, value), _OPERATIONS[op]) for op in operations])
    return name


def _operand(operation: str, value: str) -> str:
    return {"in": f"list[{value}]", "isNull": "Boolean"}.get(operation, value)


_IGNORING_CASE = "Text; startsWith and contains ignore case, everything else does not."
_value_filter("TextFilter", "String", OPERATIONS[Kind.text], _IGNORING_CASE)
_value_filter("CodeFilter", "String", OPERATIONS[Kind.code], "A code, compared letter by letter.")
_value_filter("IDFilter", "ID", _EQUAL, "An id.")


def filter_of(column: Column) -> str:
    """Return the filter type of a column's values."""
    if column.kind in (Kind.text, Kind.code):
        return "TextFilter" if column.kind is Kind.text else "CodeFilter"
    value = annotation_of(column)
    return _value_filter(f"{value}Filter", value, OPERATIONS[column.kind], f"{value}: every condition given must hold.")


def filter_types(thing: Entity) -> None:
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
        fields.append(input_field(one.name, f"{one.target}Filter", f"{words} The related row exists and matches."))
        fields.append(input_field(f"{one.name}{EXISTS}", "Boolean", f"Whether there is a {one.name} in sight."))
    for many in thing.collections.values():
        fields.append(input_field(many.name, f"{many.target}ListFilter", f"By its {many.name}."))
    build_input(name, f"Which {thing.plural}: every condition given must hold.", fields)
    made = [("some", "At least one fits."), ("none", "None fits."), ("every", "None does not fit.")]
    listed = [input_field(key, name, about) for key, about in made]
    listed.append(input_field("exists", "Boolean", "Whether there is one at all in sight."))
    build_input(f"{thing.name}ListFilter", f"By {thing.plural} of it.", listed)


@strawberry.enum(description="Which way to order; a missing value counts as the greatest.")
class Direction(StrEnum):
    asc = "asc"
    desc = "desc"


for _value, _about in zip(
    Direction.__strawberry_definition__.values,  # type: ignore[attr-defined]
    ("From the least.", "From the greatest."),
    strict=True,
):
    _value.description = _about
NAMES["Direction"] = Direction


def order_type(thing: Entity) -> None:
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
    build_input(f"{thing.name}Order", f"One thing to order {thing.plural} by.", fields, one_of=True)
