"""Root query fields: one entity, a page of many, aggregates over them, any entity by its id, a person by NIK."""

from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api.queries.cover import Covers
from api.queries.money_trace import Traces
from api.queries.run_manifest import RunManifests
from api.queries.viewer import Viewers
from api.schema.derived.builders import argument, build_type, field
from api.schema.derived.objects import AS_OF, choosing, grouping
from api.schema.types import ENTITIES
from api.sql.entities import Entity, camel, snake


def _fields_of(thing: Entity) -> list[StrawberryField]:
    past = [AS_OF] if thing.keeps_its_past else []
    one = camel(snake(thing.name))
    by_id = argument("id", "ID", f"The id of the {thing.name}.")
    return [
        field(
            one,
            f"{thing.name} | None",
            f"The {thing.name} of that id; null when there is none in sight.",
            [by_id, *past],
        ),
        field(
            thing.plural,
            f"{thing.name}Connection | None",
            f"A page of {thing.plural} in sight.",
            [*choosing(thing), *past],
        ),
        field(
            f"{thing.plural}Aggregate",
            f"list[{thing.name}Aggregate] | None",
            f"Figures over {thing.plural} in sight.",
            [*grouping(thing), *past],
        ),
    ]


def _anything() -> list[StrawberryField]:
    return [
        field(
            "node",
            "Node | None",
            "Anything by its id; null when there is none in sight.",
            [argument("id", "ID", "Its id.")],
        ),
        field(
            "nodes",
            "list[Node | None]",
            "Many things by their ids, in the same order; null where there is none in sight.",
            [argument("ids", "list[ID]", "Their ids.")],
        ),
        field(
            "personByNik",
            "Person | None",
            "The person of that NIK; where an officer found two ids to be one person, the one who lives on, by either NIK."
            " Needs unmask:identity and a purpose; each look-up is noted, and they are few a minute.",
            [argument("nik", "NIK", "The NIK.")],
        ),
    ]


Rows: Any = build_type(
    "Rows", "What is compiled.", [*_anything(), *(made for thing in ENTITIES for made in _fields_of(thing))]
)


@strawberry.type(description="All queries. Invisible rows are omitted; masked fields state their scope.")
class Query(Rows, Traces, Covers, RunManifests, Viewers): ...  # type: ignore[misc]
