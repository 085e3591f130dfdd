"""Page arguments: orders and the arguments of a connection become a requested page.

A cursor contains the position of its row (cursors.py), so a page continues there even if the row has moved or was retired.
"""

from collections.abc import Callable
from typing import Any

from api.cost import DEFAULT_PAGE
from api.errors import PageBothWays, PageNegative
from api.sql.cursors import CursorValue, name_of
from api.sql.entities import Entity, EntityRegistry, ToOne
from api.sql.filters import Filtering, parts_of_key
from api.sql.parameters import Param, binder
from api.sql.plan_nodes import Cursor, Order, Size
from api.sql.viewers import Viewer


def size_of(name: str, given: dict[str, Any]) -> tuple[Size, bool]:
    """Return the number of rows, and whether they come from the end. Raises PageBothWays, PageNegative (for a variable when it is
    bound)."""
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise PageBothWays(field=name)
    wanted = first if first is not None else last
    if wanted is None:
        return Size(DEFAULT_PAGE), False

    def checked(number: int) -> int:
        if number < 0:
            raise PageNegative(field=name)
        return number

    if isinstance(wanted, Param):
        return Size(wanted.hint, binder(wanted, checked)), last is not None
    return Size(checked(wanted)), last is not None


def cursor_of(thing: Entity, orders: tuple[Order, ...], given: Any) -> Cursor | None:
    """Return the cursor. Raises IdMalformed; CursorWrong when it is bound."""
    if given is None:
        return None
    if not orders:
        return Cursor(parts_of_key(thing, given))
    name = name_of(thing, orders)
    return Cursor(tuple(binder(given, _value(name, index)) for index in range(len(orders) + len(thing.key))))


def _value(name: str, index: int) -> Callable[[str], CursorValue]:
    return lambda cursor: CursorValue(cursor, name, index)


class Ordering:
    def __init__(self, things: EntityRegistry, viewer: Viewer, filtering: Filtering) -> None:
        self._things = things
        self._viewer = viewer
        self._filtering = filtering

    def orders(self, thing: Entity, given: list[dict[str, Any]] | None) -> tuple[Order, ...]:
        """Return the requested orders; the key is added later. Raises ScopeMissing, PurposeMissing."""
        return tuple(self._order(thing, one, ()) for one in given or ())

    def _order(self, thing: Entity, given: dict[str, Any], path: tuple[ToOne, ...]) -> Order:
        ((name, value),) = given.items()
        if (one := thing.ones.get(name)) is not None:
            target = self._things[one.target]
            self._viewer.must_read(target)
            return self._order(target, value, (*path, one))
        column = thing.columns[name]
        self._filtering.may_use(thing, column)
        return Order(path, column, value == "desc")
