"""Filters: a filter input becomes a predicate.

An empty filter is refused, because it would select all rows. A client cannot filter by a column that it may not see unmasked,
because a filter would confirm guesses.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from api.errors import FilterEmpty
from api.sql.entities import Column, Entity, EntityRegistry, Kind, Pairs, ToMany
from api.sql.global_ids import key_of
from api.sql.parameters import Binder, binder
from api.sql.plan_nodes import All, Any_, Compare, Condition, HasKey, Missing, Not, Related, Rows
from api.sql.viewers import Viewer
from jamsos.errors import TextMalformed
from jamsos.months import Month

EXISTS = "Exists"


class Filtering:
    """Converts filters. `used` collects the masked columns in filters, orders and aggregates, for the audit trail."""

    def __init__(self, things: EntityRegistry, viewer: Viewer) -> None:
        self._things = things
        self._viewer = viewer
        self.used: set[tuple[str, str]] = set()

    def may_use(self, thing: Entity, column: Column) -> None:
        """Check that the client may use a masked column. Raises ScopeMissing, PurposeMissing."""
        if column.mask is not None:
            self._viewer.must_unmask(column.mask)
            self.used.add((thing.subject[0], column.name))

    def condition(self, thing: Entity, given: dict[str, Any], as_of: Binder | None) -> Condition:
        """Convert a filter. To-many relations use the same instant of the past.

        Raises FilterEmpty, IdMalformed, TextMalformed, ScopeMissing, PurposeMissing.
        """
        if not given:
            raise FilterEmpty(filter=thing.name)
        return _all(tuple(part for name, value in given.items() for part in self._parts(thing, name, value, as_of)))

    def _parts(self, thing: Entity, name: str, value: Any, as_of: Binder | None) -> Iterator[Condition]:
        if value is None or (value is not False and value in ({}, [])):
            raise FilterEmpty(filter=f"{thing.name}.{name}")
        if name == "and":
            yield _all(tuple(self.condition(thing, one, as_of) for one in value))
        elif name == "or":
            yield Any_(tuple(self.condition(thing, one, as_of) for one in value))
        elif name == "not":
            yield Not(self.condition(thing, value, as_of))
        elif name == "id":
            yield from (_by_id(thing, operator, operand) for operator, operand in value.items())
        elif (column := thing.columns.get(name)) is not None:
            self.may_use(thing, column)
            yield from (_compare(thing, column, operator, operand) for operator, operand in value.items())
        elif name.endswith(EXISTS) and (one := thing.ones.get(name.removesuffix(EXISTS))) is not None:
            yield self._exists(Rows(self._things[one.target], one.pairs), value)
        elif (one := thing.ones.get(name)) is not None:
            target = self._things[one.target]
            yield self._related(Rows(target, one.pairs), self.condition(target, value, as_of))
        else:
            target = self._things[thing.collections[name].target]
            rows = Rows(target, pairs_of(thing.collections[name], target), as_of=as_of)
            yield from (self._many(rows, name, quantifier, wanted) for quantifier, wanted in value.items())

    def _exists(self, rows: Rows, wanted: Any) -> Condition:
        self._viewer.must_read(rows.thing)
        return Related(rows) if wanted else Not(Related(rows))

    def _many(self, rows: Rows, name: str, quantifier: str, given: Any) -> Condition:
        if quantifier == "exists" and given is not None:
            return self._exists(replace(rows, is_living=is_living(rows.thing, rows.pairs, None)), given)
        if not given:
            raise FilterEmpty(filter=f"{name}.{quantifier}")
        part = self.condition(rows.thing, given, rows.as_of)
        rows = replace(rows, is_living=is_living(rows.thing, rows.pairs, given))
        if quantifier == "some":
            return self._related(rows, part)
        return Not(self._related(rows, part if quantifier == "none" else Not(part)))

    def _related(self, rows: Rows, part: Condition) -> Condition:
        self._viewer.must_read(rows.thing)
        return Related(replace(rows, condition=part))


def is_living(thing: Entity, pairs: Pairs, wanted: Mapping[str, Any] | None) -> bool:
    """Return whether merged rows are omitted: they are, unless reached through a relation or requested by that column or by id."""
    if thing.ended is None or any(there == thing.ended for _, there in pairs):
        return False
    return not _speaks_of_ended(thing, wanted or {})


def _speaks_of_ended(thing: Entity, wanted: Mapping[str, Any]) -> bool:
    for name, given in wanted.items():
        if name in ("and", "or", "not"):
            if any(_speaks_of_ended(thing, one) for one in (given if isinstance(given, list) else [given]) if one):
                return True
        elif name == "id":
            if given and given.keys() & {"eq", "in"}:
                return True
        elif (one := thing.ones.get(name.removesuffix(EXISTS))) is not None and one.pairs[0][0] == thing.ended:
            return True
    return False


def pairs_of(many: ToMany, target: Entity) -> Pairs:
    """Return (a column here, the column there), from the relation of the other side."""
    return tuple((here, there) for there, here in target.ones[many.by].pairs)


def _all(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else All(parts)


def _compare(thing: Entity, column: Column, operator: str, value: Any) -> Condition:
    if value is None:
        raise FilterEmpty(filter=f"{thing.name}.{column.name}.{operator}")
    if operator == "isNull":
        return Missing(column, bool(value))
    convert = stored(column.kind)
    if operator == "in":
        return Compare(column, "in", binder(value, lambda values: [convert(one) for one in values]))
    return Compare(column, operator, binder(value, convert))  # type: ignore[arg-type]


def _by_id(thing: Entity, operator: str, value: Any) -> Condition:
    if value is None:
        raise FilterEmpty(filter=f"{thing.name}.id.{operator}")
    if operator == "in":
        return HasKey(thing, columns_of_keys(thing, value), many=True)
    found = HasKey(thing, parts_of_key(thing, value))
    return Not(found) if operator == "ne" else found


def parts_of_key(thing: Entity, value: Any) -> tuple[Any, ...]:
    """Return for each key column the way to its value from an id."""
    return tuple(binder(value, _part(thing, index)) for index in range(len(thing.key)))


def columns_of_keys(thing: Entity, value: Any) -> tuple[Any, ...]:
    """Return for each key column the way to its values from a list of ids."""
    return tuple(binder(value, _column(thing, index)) for index in range(len(thing.key)))


def _part(thing: Entity, index: int) -> Callable[[str], Any]:
    return lambda text: key_of(thing, text)[index]


def _column(thing: Entity, index: int) -> Callable[[list[str]], list[Any]]:
    return lambda texts: [key_of(thing, text)[index] for text in texts]


def stored(kind: Kind) -> Callable[[Any], Any]:
    """Convert a GraphQL value for the database."""
    if kind is Kind.month:
        return _first_day
    return _text if kind in (Kind.text, Kind.code, Kind.choice) else _same


def _first_day(value: Month) -> date:
    return value.first_day


def _same(value: Any) -> Any:
    return value


def _text(value: str) -> str:
    """Check that a database text can contain the value."""
    if "\0" in value:
        raise TextMalformed()
    return str(value)
