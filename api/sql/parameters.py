"""Parameters: placeholders whose values are read from the request's variables when the statement runs.

A variable's value is taken apart by its type into structure (which keys, nulls, booleans, enum values, how many input objects)
and slots (text, numbers, days: what is bound). Two requests of one structure share a statement; their slots differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
)

TYPE_LENGTH = 100
Path = tuple[str | int, ...]
# A page size is told to the planner by its class, so that a page of ten is not planned like one of a thousand.
_CLASSES = (1, 10, 30, 100, 300, 1000, 3000, 10_000)


class Param(NamedTuple):
    """A value to come, at `path` in the variables. `hint`: the types an id names, or the class of a number's size."""

    path: Path
    hint: Any = None

    def take(self, variables: Mapping[str, Any]) -> Any:
        value: Any = variables
        for step in self.path:
            value = value[step]
        return value


def size_class(number: int) -> int:
    return next((bound for bound in _CLASSES if number <= bound), number)


def type_of_id(value: str) -> str:
    """The type's name; of text that is none, no more than could be one, because it becomes part of a key."""
    return value[:TYPE_LENGTH].partition(":")[0]


def parameterize(value: Any, type_: GraphQLInputType, path: Path) -> Any:
    """`value` of `type_` with slots in place of what is bound. What it returns can be a key (see `frozen`)."""
    if value is None:
        return None
    if isinstance(type_, GraphQLNonNull):
        return parameterize(value, type_.of_type, path)
    if isinstance(type_, GraphQLList):
        return _symbolic_list(value, type_.of_type, path)
    if isinstance(type_, GraphQLInputObjectType):
        return {name: parameterize(item, type_.fields[name].type, (*path, name)) for name, item in value.items()}
    if type_ is GraphQLBoolean or isinstance(type_, GraphQLEnumType):
        return value
    return Param(path, _hint(value, type_))


def _hint(value: Any, type_: GraphQLInputType) -> Any:
    if type_ is GraphQLID:
        return type_of_id(value)
    return size_class(value) if type_ is GraphQLInt else None


def _symbolic_list(value: list[Any], type_: GraphQLInputType, path: Path) -> Any:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLInputObjectType | GraphQLList | GraphQLEnumType):
        return [parameterize(item, inner, (*path, index)) for index, item in enumerate(value)]
    return Param(path, frozenset(map(type_of_id, value)) if inner is GraphQLID else None)


def frozen(value: Any) -> Any:
    """A symbolic value as a key of a dictionary."""
    if isinstance(value, dict):
        return tuple((name, frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(frozen, value))
    return value


@dataclass(frozen=True, slots=True)
class ToSeal:
    """What is sealed before it is bound."""

    kind: str
    plain: str


Binder = Callable[[Mapping[str, Any]], Any]


def binder(value: Any, convert: Callable[[Any], Any]) -> Binder:
    """How a bound value is got from a request's variables: through its slots, then converted."""
    if isinstance(value, Param):
        return lambda variables: convert(value.take(variables))
    if isinstance(value, list) and any(isinstance(item, Param) for item in value):
        return lambda variables: convert([_taken(item, variables) for item in value])
    converted = convert(value)
    return lambda variables: converted


def _taken(item: Any, variables: Mapping[str, Any]) -> Any:
    return item.take(variables) if isinstance(item, Param) else item
