"""Declaring: how a type of the sheet (api/schema/types/__init__.py) becomes a thing that the compiler answers and types of the schema.

    @graphql_entity(decrees, needs=MONEY, by=("kind", "year", "fund"))
    class Decree(Node):
        \"\"\"A decree of the Regent: numbered, dated, its list frozen.\"\"\"

        lines = has_many("DecreeLine", "decree", "The names it holds.")

Columns become fields, foreign keys relations to one; relations to many are named. Nothing is resolved here: reading is compiled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc
from typing import Any, TypeVar

import strawberry
from sqlalchemy import Table

from api.schema.derived.aggregates import aggregate_types
from api.schema.derived.builders import register_name
from api.schema.derived.filters import filter_types, order_type
from api.schema.derived.objects import connection_types, object_type
from api.sql.entities import (
    Entity,
    EntityRegistry,
    Rollup,
    ToMany,
    camel,
    columns_of,
    groupings_of,
    is_guarded,
    key_of_table,
    snake,
    to_ones_of,
)
from jamsos.access.rules import Scope

T = TypeVar("T", bound=type)

ENTITIES = EntityRegistry()
_declared: list[tuple[type, Entity, dict[str, str]]] = []


@strawberry.interface(description="Anything that can be found again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Its id, the same for ever; opaque.")


@dataclass(frozen=True)
class _Reverse:
    target: str
    by: str
    about: str


def has_many(target: str, by: str, about: str) -> Any:
    """Declare a relation to the rows of `target` whose relation `by` is this row."""
    return _Reverse(target, by, about)


def graphql_entity(
    table: Table,
    *,
    plural: str | None = None,
    needs: tuple[Scope, ...] = (),
    by: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    recorded: str | None = None,
    past: str | None = None,
    sums: Rollup | None = None,
    subject: str | None = None,
    ended: str | None = None,
) -> Callable[[T], T]:
    """Declare a type. `by`: the groupings of its rows; `subject`: the column with the person of a row, if not its own key.

    `recorded`, `past`, `sums` and `ended` are those of Entity.
    """

    def declare(class_: T) -> T:
        reverses = {camel(name): value for name, value in vars(class_).items() if isinstance(value, _Reverse)}
        thing = Entity(
            name=class_.__name__,
            plural=plural or camel(table.name),
            about=getdoc(class_) or "",
            table=table.fullname,
            needs=needs,
            key=key_of_table(table),
            columns=columns_of(table, hidden),
            ones=to_ones_of(table, ENTITIES, class_.__name__),
            collections={name: ToMany(name, found.target, found.by) for name, found in reverses.items()},
            recorded=recorded,
            past=past,
            sums=sums,
            subject=(subject.removesuffix("_id"), subject) if subject else (snake(class_.__name__), "id"),
            ended=ended,
            is_guarded=is_guarded(table),
        )
        ENTITIES.add(thing)
        thing.groupings = groupings_of(thing, by, ENTITIES)
        for name in reverses:
            delattr(class_, snake(name))
        _declared.append((class_, thing, {name: found.about for name, found in reverses.items()}))
        return class_

    return declare


def build_types() -> None:
    """Build all declared types last, because they refer to each other."""
    register_name(Node)
    while _declared:
        class_, thing, about = _declared.pop()
        connection_types(thing)
        filter_types(thing)
        order_type(thing)
        aggregate_types(thing)
        object_type(class_, thing, about, ENTITIES)
