"""Exportable connections: root fields that return pages, with their columns and the query for one page."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
)

from api.errors import ExportUnknown, RequestMalformed


class Connection:
    """A root field that returns pages, and the fields of its nodes."""

    def __init__(self, schema: GraphQLSchema, name: str) -> None:
        found = _connections(schema)
        if name not in found:
            raise ExportUnknown(name=name[:40], known=", ".join(sorted(found)))
        self.name, self.field = name, found[name]
        self.node: GraphQLObjectType = _node_of(self.field)

    def columns(self, asked: str | None) -> dict[str, str]:
        """Return a map from dotted name to the name of the GraphQL type. Raises RequestMalformed with the field's name."""
        names = asked.split(",") if asked else [name for name, field in self.node.fields.items() if _is_plain(field)]
        return {name: _type_at(self.node, name) for name in dict.fromkeys(names)}

    def document(self, columns: dict[str, str], given: Mapping[str, Any]) -> str:
        """Return the query of one page, built only from names of the schema. Raises RequestMalformed."""
        if unknown := given.keys() - self.field.args.keys():
            raise RequestMalformed(reason=min(unknown))
        arguments = {name: self.field.args[name].type for name in given}
        declared = "".join(f", ${name}: {kind}" for name, kind in arguments.items())
        passed = "".join(f", {name}: ${name}" for name in arguments)
        return (
            f"query Export($first: Int!, $after: String{declared}) {{ page: {self.name}(first: $first, after: $after{passed}) "
            f"{{ nodes {{ {_selection(list(columns))} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        )


def _connections(schema: GraphQLSchema) -> dict[str, GraphQLField]:
    query = schema.query_type
    return {
        name: field
        for name, field in (query.fields if query else {}).items()
        if {"first", "after"} <= field.args.keys() and not any(map(is_required_argument, field.args.values()))
    }


def _node_of(field: GraphQLField) -> GraphQLObjectType:
    connection = get_named_type(field.type)
    node = get_named_type(connection.fields["nodes"].type) if isinstance(connection, GraphQLObjectType) else None
    if not isinstance(node, GraphQLObjectType):
        raise TypeError(connection.name)
    return node


def _is_plain(field: GraphQLField) -> bool:
    return isinstance(get_named_type(field.type), GraphQLScalarType | GraphQLEnumType) and not field.args


def _type_at(node: GraphQLObjectType, dotted: str) -> str:
    *way, last = dotted.split(".")
    here: Any = node
    for step in way:
        field = here.fields.get(step)
        here = field and get_named_type(field.type)
        if not isinstance(here, GraphQLObjectType) or field.args or is_list_type(get_nullable_type(field.type)):
            raise RequestMalformed(reason=f"fields: {dotted[:60]}")
    if last not in here.fields or not _is_plain(here.fields[last]):
        raise RequestMalformed(reason=f"fields: {dotted[:60]}")
    kind = get_nullable_type(here.fields[last].type)
    return "list" if is_list_type(kind) else get_named_type(kind).name


def _selection(dotted: list[str]) -> str:
    """Convert `["a", "b.c", "b.d"]` to `a b { c d }`."""
    below: dict[str, list[str]] = {}
    for name in dotted:
        head, _, rest = name.partition(".")
        below.setdefault(head, []).extend([rest] if rest else [])
    return " ".join(f"{name} {{ {_selection(rest)} }}" if rest else name for name, rest in below.items())
