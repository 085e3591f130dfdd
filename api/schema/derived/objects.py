"""Object and connection types of an entity."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument

from api.schema.derived.builders import NAMES, annotation_of, argument, build_from_class, build_type, field
from api.schema.descriptions import column_words, relation_words
from api.sql.entities import Column, Entity, EntityRegistry, Kind


@strawberry.type(description="The position of a page among all rows.")
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


def choosing(thing: Entity) -> list[StrawberryArgument]:
    """Return the arguments of a connection, without asOf."""
    return [
        *PAGING,
        argument("filter", f"{thing.name}Filter | None", "Only rows that fit; an empty filter is refused."),
        argument("orderBy", f"list[{thing.name}Order] | None", "First by this, then by that; last of all by id."),
    ]


def grouping(thing: Entity) -> list[StrawberryArgument]:
    """Return the arguments of an aggregate, without asOf."""
    rows = argument("filter", f"{thing.name}Filter | None", "Only rows that fit; an empty filter is refused.")
    if not thing.groupings:
        return [rows]
    return [rows, argument("groupBy", f"list[{thing.name}GroupBy] | None", "One row for each combination of these.")]


def object_type(class_: Any, thing: Entity, about: Mapping[str, str], things: EntityRegistry) -> None:
    """Return the type itself; `about` describes its to-many relations."""
    fields = [
        field(column.name, _nullable(column), column_words(thing.name, column.sql, column.mask))
        for column in thing.columns.values()
    ]
    for one in thing.ones.values():
        words = relation_words(thing.name, one.name, one.target)
        fields.append(field(one.name, f"{one.target} | None" if one.nullable else one.target, words))
    for many in thing.collections.values():
        target = things[many.target]
        fields.append(field(many.name, f"{target.name}Connection", about[many.name], choosing(target)))
        words = f"Figures over its {many.name}."
        fields.append(field(f"{many.name}Aggregate", f"list[{target.name}Aggregate]", words, grouping(target)))
    build_from_class(class_, thing.about, fields)


def _nullable(column: Column) -> str:
    """Return whether the field may be null: a masked value may, even if the column never is, except text with its mask of asterisks."""
    masked = column.mask is not None and column.kind not in (Kind.text, Kind.code, Kind.sealed)
    return f"{annotation_of(column)} | None" if column.nullable or masked else annotation_of(column)


def connection_types(thing: Entity) -> None:
    name = thing.name
    build_type(
        f"{name}Edge",
        f"A row of type {name} with its cursor.",
        [
            field("cursor", "String", "The cursor for `after` and `before`; opaque."),
            field("node", name, f"The {name}."),
        ],
    )
    build_type(
        f"{name}Connection",
        f"A page of {thing.plural}.",
        [
            field("nodes", f"list[{name}]", "The rows of the page."),
            field("edges", f"list[{name}Edge]", "The rows of the page, each with its cursor."),
            field("pageInfo", "PageInfo", "The position of the page."),
            field("totalCount", "Int", "Total number of matching rows; counted only if requested."),
        ],
    )
