"""Types: the entities of the schema, one file per room in the order of the walk, with tables, relations and groupings.

Columns become fields, filters and orders (api/schema/type_registry.py); descriptions.toml describes them. A type without scopes
is public. The database decides by region which rows a client sees.
"""

from api.schema.type_registry import ENTITIES, Node, build_types

# isort: off
# In the order of the walk: the groupings of a type use earlier types.
from api.schema.types import regions, ledger, donations, people, selection, coverage, complaints, audit
# isort: on

__all__ = [
    "ENTITIES",
    "Node",
    "audit",
    "complaints",
    "coverage",
    "donations",
    "ledger",
    "people",
    "regions",
    "selection",
]

build_types()
