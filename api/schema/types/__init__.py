"""Types on one sheet: what can be asked, in the order of the walk: which table, which relations, what it is counted by.

Columns become fields, filters and orders by themselves (api/schema/type_registry.py); words about them stand in words.toml. What needs
no scope is public; who sees which rows is decided by the database, by region.
"""

from api.schema.type_registry import THINGS, Node, complete

# isort: off
# In the order of the walk: a type is grouped by what earlier types declare.
from api.schema.types import regions, ledger, donations, people, selection, coverage, complaints, audit
# isort: on

__all__ = ["THINGS", "Node", "audit", "complaints", "coverage", "donations", "ledger", "people", "regions", "selection"]

complete()
