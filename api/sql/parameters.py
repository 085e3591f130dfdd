"""Parameters: placeholders whose values are read from the request's variables when the statement runs.

The value of a variable is separated by its type into structure (keys, nulls, booleans, enum values, number of input objects) and
parameters (text, numbers, days). Requests with one structure share a statement; only their parameters differ.
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
# The planner gets the class of a page size, so that a page of ten is not planned like one of a thousand.
_CLASSES = (1, 10, 30, 100, 300, 1000, 3000, 10_000)


class Param(NamedTuple):
    """A future value, at `path` in the variables. `hint`: the types of an id, or the size class of a number."""

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
    """Return the type's name. For other text, return only characters that a name may have, because it becomes part of a cache key."""
    return value[:TYPE_LENGTH].partition(":")[0]


def parameterize(value: Any, type_: GraphQLInputType, path: Path) -> Any:
    """Return `value` of `type_` with parameters in place of bound values. The result can be a cache key (see `frozen`)."""
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
    """Return a symbolic value as a dictionary key."""
    if isinstance(value, dict):
        return tuple((name, frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(frozen, value))
    return value


@dataclass(frozen=True, slots=True)
class ToSeal:
    """A value that is sealed before it is bound."""

    kind: str
    plain: str


Binder = Callable[[Mapping[str, Any]], Any]


def binder(value: Any, convert: Callable[[Any], Any]) -> Binder:
    """Return the function that reads a bound value from a request's variables and converts it."""
    if isinstance(value, Param):
        return lambda variables: convert(value.take(variables))
    if isinstance(value, list) and any(isinstance(item, Param) for item in value):
        return lambda variables: convert([_taken(item, variables) for item in value])
    converted = convert(value)
    return lambda variables: converted


def _taken(item: Any, variables: Mapping[str, Any]) -> Any:
    return item.take(variables) if isinstance(item, Param) else item
