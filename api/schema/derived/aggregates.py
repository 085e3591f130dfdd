"""Aggregate types: the functions over rows of an entity, and their groupings."""

from enum import Enum

import strawberry
from strawberry.types.field import StrawberryField

from api.schema.derived.builders import annotation_of, build_type, field, register_name
from api.schema.descriptions import column_words
from api.sql.entities import Column, Entity, Grouping, Kind

_NOT_SUMMED = {"year", "fiscalYear", "line", "headerLine", "version", "number", "rank", "distance", "decile"}


def measures(thing: Entity) -> dict[str, list[Column]]:
    """Return the aggregates over the rows, by function."""
    columns = list(thing.columns.values())
    summed = [c for c in columns if c.kind in (Kind.int, Kind.rupiah) and c.name not in _NOT_SUMMED]
    ranged = [c for c in columns if c.can_be_ordered and c.kind not in (Kind.text, Kind.code, Kind.choice)]
    distinct = [c for c in columns if c.can_be_compared]
    return {"countDistinct": distinct, "sum": summed, "avg": summed, "min": ranged, "max": ranged}


_REDUCED = {
    "countDistinct": ("Distinct", "Numbers of distinct values", "Int", "Number of distinct values: "),
    "sum": ("Sum", "Sums", None, "The sum of: "),
    "avg": ("Average", "Averages, to two decimals", "Float", "The average of: "),
    "min": ("Least", "The least values", None, "The least of: "),
    "max": ("Greatest", "The greatest values", None, "The greatest of: "),
}


def aggregate_types(thing: Entity) -> None:
    fields = [field("count", "Int", "Number of rows.")]
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
            made += [field(one.name, "Int", f"Number of distinct values: {one.target}.") for one in thing.ones.values()]
        if made:
            build_type(f"{thing.name}{suffix}", f"{about} of {thing.plural}.", made)
            fields.append(field(name, f"{thing.name}{suffix}", f"{about} of the rows."))
    if thing.groupings:
        _key_types(thing)
        fields.insert(0, field("key", f"{thing.name}Key", "The shared values of this group's rows."))
    build_type(f"{thing.name}Aggregate", f"Figures over {thing.plural} of one group.", fields)


def _key_types(thing: Entity) -> None:
    groupings = thing.groupings.values()
    build_type(
        f"{thing.name}Key",
        f"Shared values of {thing.plural} in one group; null for values that the query does not group by.",
        map(_key_field, groupings),
    )
    by = Enum(f"{thing.name}GroupBy", {one.name: one.name for one in groupings})  # type: ignore[misc]
    strawberry.enum(by, description=f"Groupings of {thing.plural}.")
    for value in by.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = f"By {value.name}."
    register_name(by)


def _key_field(one: Grouping) -> StrawberryField:
    if one.one is not None:
        return field(one.name, f"{one.one.target} | None", f"The {one.name}.")
    return field(one.name, f"{annotation_of(one.column)} | None" if one.column else "JSON", f"The {one.name}.")
