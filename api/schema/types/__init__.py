"""Types: what can be asked, a file per room in the order of the walk: which table, which relations, how it is grouped.

Columns become fields, filters and orders by themselves (api/schema/type_registry.py); descriptions.toml describes them.
What needs no scope is public. The database decides by region who sees which rows.
"""

from api.schema.type_registry import ENTITIES, Node, build_types

# isort: off
# In the order of the walk: a type is grouped by what earlier types declare.
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
