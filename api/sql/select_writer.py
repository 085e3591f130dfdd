"""Select writer: the interface of the emitter for page and aggregate SQL, so that neither imports it."""

from typing import Protocol

from api.sql.plan_nodes import Object
from api.sql.predicates import Conditions, Names


class SelectWriter(Protocol):
    """Writes the rows and columns of an object, nested objects included."""

    names: Names
    conditions: Conditions

    def select(self, object_: Object, source: str, alias: str, rest: str) -> str:
        """Return a query for the fields of `object_` over the rows of `source`."""

    def columns(self, object_: Object, alias: str) -> tuple[list[str], str]:
        """Return the columns for the fields of `object_`, and the joins that they need."""
