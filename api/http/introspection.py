"""Introspection: the description of the schema, computed without the executor, within a limit, in a thread, and cached.

For the whole schema the executor takes seconds, and blocks the process meanwhile. Here a selection becomes a plan once, and the
plan calls GraphQL's own resolvers. Responses to common tools, and to clients with a key, are cached as bytes, also compressed,
with their ETag.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import combinations, product
from threading import Lock
from types import SimpleNamespace
from typing import Any

import orjson
from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_introspection_query,
    get_named_type,
    parse,
    print_ast,
)

from api.errors import IntrospectionTooLarge
from api.operations import Operation
from api.sql.selections import Document, SelectedField

ROOTS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
OBJECTS, BESIDE = (
    60_000,
    1_000,
)  # entries per response, and beside another query; the whole schema, as tools request it, has 20,000
KEPT_BYTES = 16 << 20
Plan = list[tuple[str, "Callable[..., Any] | None", dict[str, Any], "str | Plan | None"]]


@dataclass(frozen=True, slots=True)
class Introspected:
    """A finished response: its JSON body, plain and compressed, and its ETag."""

    body: bytes
    packed: bytes
    etag: str


class Introspection:
    """The introspection of one schema; one thread at a time may use it."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._info = SimpleNamespace(schema=schema)
        self._kept: OrderedDict[bytes, Introspected] = OrderedDict()
        self._turn = Lock()

    def known(self, operation: Operation, variables: Mapping[str, Any]) -> Introspected | None:
        """Return the cached response, if any."""
        return self._kept.get(_key(operation, variables))

    def is_of_tools(self, operation: Operation) -> bool:
        """Return whether a common tool sends this document."""
        return _hash(print_ast(operation.document)) in _of_tools()

    def answer(self, operation: Operation, variables: Mapping[str, Any], *, is_kept: bool) -> Introspected:
        """Return the response to an operation that requests only introspection. `is_kept` also caches documents of other clients.

        Raises IntrospectionTooLarge, GraphQLError.
        """
        key = _key(operation, variables)
        with self._turn:
            if (known := self._kept.get(key)) is not None:
                return known
            made = _packed(self.data(operation, variables))
            if is_kept or self.is_of_tools(operation):
                self._keep(key, made)
            return made

    def data(self, operation: Operation, variables: Mapping[str, Any], most: int = OBJECTS) -> dict[str, Any]:
        """Return the data of the operation. Raises IntrospectionTooLarge, GraphQLError."""
        reader, root, asked = self._read(operation, variables)
        return _Reader(self._info, most).object([self._planned(reader, root, one) for one in asked], None)

    def check_small(self, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Refuse large introspection beside another query, because the slow executor answers it. Raises IntrospectionTooLarge."""
        reader, root, asked = self._read(operation, variables)
        plan = [self._planned(reader, root, one) for one in asked if one.name in ROOTS]
        _Reader(self._info, BESIDE).object(plan, None)

    def _read(
        self, operation: Operation, variables: Mapping[str, Any]
    ) -> tuple[Document, GraphQLObjectType, list[SelectedField]]:
        definitions = operation.document.definitions
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        reader, root = Document(self._schema, fragments, dict(variables)), self._schema.query_type
        assert root is not None  # noqa: S101
        return reader, root, reader.fields(root, operation.node.selection_set)

    def _planned(
        self, reader: Document, parent: GraphQLObjectType, asked: SelectedField
    ) -> tuple[str, Callable[..., Any] | None, dict[str, Any], "str | Plan | None"]:
        if asked.name == "__typename":
            return asked.key, None, {}, parent.name
        field = ROOTS.get(asked.name) or parent.fields[asked.name]
        below, given = get_named_type(field.type), reader.arguments(field, asked)
        if not isinstance(below, GraphQLObjectType):
            return asked.key, field.resolve, given, None
        return (
            asked.key,
            field.resolve,
            given,
            [self._planned(reader, below, one) for one in reader.below(below, asked)],
        )

    def _keep(self, key: bytes, made: Introspected) -> None:
        self._kept[key] = made
        while sum(len(each.body) + len(each.packed) for each in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)


class _Reader:
    """Reads one response from the schema's own objects, and counts them."""

    def __init__(self, info: Any, most: int) -> None:
        self._info, self._most = info, most
        self._count = 0

    def object(self, plan: Plan, source: Any) -> dict[str, Any]:
        self._count += 1
        if self._count > self._most:
            raise IntrospectionTooLarge(limit=self._most)
        found = {}
        for key, resolve, given, below in plan:
            if resolve is None:
                found[key] = below
            else:
                found[key] = self._value(below, resolve(source, self._info, **given))
        return found

    def _value(self, below: Any, value: Any) -> Any:
        if isinstance(value, Iterable) and not isinstance(value, str) and not _is_pair(value):
            return [self._value(below, one) for one in value]
        if value is None or below is None:
            return value.name if isinstance(value, Enum) else value
        return self.object(below, value)


def _is_pair(value: Any) -> bool:
    """Return whether the value is a field, argument or value with its name, as GraphQL's resolvers pass them."""
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)


def _packed(data: Mapping[str, Any]) -> Introspected:
    body = orjson.dumps({"data": data})
    return Introspected(body, gzip.compress(body, 6, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:32]}"')


@cache
def _of_tools() -> frozenset[bytes]:
    """Return the SHA-256 of the documents of GraphiQL, code generators and clients, as GraphQL prints them."""
    options = ("specified_by_url", "directive_is_repeatable", "schema_description", "input_value_deprecation", "one_of")
    sets = [(), *combinations(options, 1), options[2:4], *(options[:known] for known in range(2, len(options) + 1))]
    asked = (
        get_introspection_query(descriptions, type_depth=depth, **dict.fromkeys(chosen, True))
        for descriptions, depth, chosen in product((True, False), (7, 9), sets)
    )
    return frozenset(_hash(print_ast(parse(text))) for text in asked)


def _key(operation: Operation, variables: Mapping[str, Any]) -> bytes:
    return _hash(repr((operation.text, operation.name, sorted(variables.items()))))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
