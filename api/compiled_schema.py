"""Compiled schema: compiled SQL statements answer queries.

`CompiledExecution` answers an operation whose root fields are all compiled, without the GraphQL executor. In all other cases
(introspection beside a query, an entity in a mutation's payload) `_attach` gives compiled fields a resolver: each such field runs
one statement of its own, and the executor takes the parts out of the result.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeVar, cast

import orjson
import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult
from strawberry.types.nodes import get_variable_values

from api.context import Context
from api.operations import Operation
from api.sql.compiler import Compiled, Compiler, RootRefused, VariablesWrong, is_needed
from api.sql.entities import EntityRegistry
from api.sql.execution import answer
from api.sql.plan_nodes import TYPE, Listed
from api.sql.planner import FIGURES
from api.sql.selections import Document, SelectedField
from api.sql.viewers import viewer_of
from jamsos.errors import JamsosError
from jamsos.rate_limit import RateLimiter

T = TypeVar("T")
Info = GraphQLResolveInfo[Context]

LOOK_UPS = RateLimiter(1)  # by NIK, a second and asker


class CompiledSchema(strawberry.Schema):
    """Strawberry's schema with the compiler of its entities."""

    def __init__(self, things: EntityRegistry, query: type, mutation: type | None, config: StrawberryConfig) -> None:
        super().__init__(query, mutation, config=config, extensions=[CompiledExecution])
        self.compiler = Compiler(self._schema, things)
        _attach(self, things)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Log nothing here: Strawberry would log messages that may name a person. `api/http/error_format.py` logs class and place only."""


@dataclass(frozen=True)
class Row:
    """A row that a mutation created, by its key. Its fields are fetched when the executor resolves them."""

    thing: str
    key: tuple[Any, ...]


def ref(class_: type[T], *key: Any) -> T:
    """Return a reference for a payload: `IssueDecreePayload(decree=ref(Decree, decree_id))`."""
    return cast(T, Row(class_.__name__, key))


class CompiledExecution(SchemaExtension):
    async def on_execute(self) -> AsyncIterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        assert document is not None  # noqa: S101
        operation = _operation(document, execution.operation_name)
        if operation.operation is OperationType.QUERY:
            schema = cast(CompiledSchema, execution.schema)
            is_kept = execution.context.operation is None or execution.context.operation.is_kept
            execution.result = await read_document(
                schema, document, operation, execution.variables, execution.context, is_kept=is_kept
            )
        yield


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return next(node for node in found if name is None or (node.name and node.name.value == name))


async def read(
    schema: CompiledSchema, operation: Operation, given: Mapping[str, Any] | None, context: Context
) -> ExecutionResult | None:
    """Return the result, or None if the executor must resolve the operation."""
    return await read_document(
        schema, operation.document, operation.node, given, context, is_kept=operation.is_kept
    )  # fmt: skip


async def read_document(
    schema: CompiledSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    given: Mapping[str, Any] | None,
    context: Context,
    *,
    is_kept: bool = True,
) -> ExecutionResult | None:
    """Return the same for a document that was parsed elsewhere."""
    try:
        variables = schema.compiler.variables(operation, given)
    except VariablesWrong as wrong:
        return ExecutionResult(data=None, errors=wrong.errors)
    viewer = viewer_of(context.actor)
    compiled = schema.compiler.operation(document, operation, variables, viewer, is_kept=is_kept)
    if compiled is None:
        return None
    compiled, values = _bound(compiled, variables, context)
    errors = [*compiled.refusals.values(), *_errors(compiled, variables)] or None
    if any(is_needed(schema._schema, compiled.names[key]) for key in compiled.refusals):
        return ExecutionResult(data=None, errors=errors)
    data = compiled.known if compiled.known is not None else await _fetched(context, compiled, values)
    return ExecutionResult(data=cast(Any, data), errors=errors)


def _problems(compiled: Compiled, variables: Mapping[str, Any]) -> Iterator[tuple[str, int, JamsosError]]:
    """Yield the failed entries of id lists: the root field's key, the position, and the reason."""
    for root, plan in compiled.roots:
        if isinstance(plan, Listed):
            yield from ((root, place, problem) for place, problem in plan.problems(variables))


def _errors(compiled: Compiled, variables: Mapping[str, Any]) -> Iterator[GraphQLError]:
    for root, place, problem in _problems(compiled, variables):
        yield GraphQLError(str(problem), compiled.nodes[root], path=[root, place], original_error=problem)


def _bound(compiled: Compiled, variables: Mapping[str, Any], context: Context) -> tuple[Compiled, list[Any]]:
    """Return the parameters. A root field with an invalid value is refused; the others are answered."""
    while True:
        try:
            return compiled, compiled.bind(variables, context.sealer)
        except RootRefused as wrong:
            nodes = compiled.nodes[wrong.root]
            error = GraphQLError(str(wrong.refusal), nodes, path=[wrong.root], original_error=wrong.refusal)
            compiled = compiled.without(wrong.root, error)


async def _fetched(context: Context, compiled: Compiled, values: list[Any]) -> orjson.Fragment:
    if compiled.look_ups:
        LOOK_UPS.take(context.actor.name, compiled.look_ups)
    return orjson.Fragment(await answer(context, compiled, values))


# --- for the ordinary executor -----------------------------------------------------------------------------------


def _attach(schema: CompiledSchema, things: EntityRegistry) -> None:
    """Give compiled fields their resolvers."""
    types = schema._schema.type_map
    ready = {"PageInfo"}
    for thing in things:
        suffixes = ("", "Connection", "Edge", "Aggregate", "Key", *FIGURES.values())
        ready.update(f"{thing.name}{suffix}" for suffix in suffixes)
    for name, type_ in types.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            _attach_type(schema, things, type_, is_ready=name in ready)
    node = types["Node"]
    assert isinstance(node, GraphQLInterfaceType)  # noqa: S101
    node.resolve_type = lambda value, info, type_: value[TYPE]


def _attach_type(schema: CompiledSchema, things: EntityRegistry, type_: GraphQLObjectType, *, is_ready: bool) -> None:
    if is_ready:
        type_.is_type_of = None
    for name, field in type_.fields.items():
        if is_ready:
            field.resolve = _ready
        elif type_ is schema._schema.query_type and name in schema.compiler.answered:
            field.resolve = _root(schema.compiler)
        elif get_named_type(field.type).name in things:
            field.resolve = _made(schema.compiler, things, field)


def _ready(source: Any, info: Info, **given: Any) -> Any:
    return source[info.path.key]


def _document(info: Info) -> Document:
    return Document(info.schema, info.fragments, get_variable_values(info))


def _asked(info: Info) -> SelectedField:
    return SelectedField(str(info.path.key), tuple(info.field_nodes))


async def _value(compiled: Compiled, info: Info) -> Any:
    """Return the one root field of a statement as Python values."""
    values = compiled.bind(get_variable_values(info), info.context.sealer)
    async with info.context.turn:
        fetched = await _fetched(info.context, compiled, values)
    return orjson.loads(orjson.dumps(fetched))[info.path.key]


def _root(compiler: Compiler) -> Any:
    async def resolve(source: Any, info: Info, **given: Any) -> Any:
        compiled = compiler.field(_document(info), info.parent_type, _asked(info), viewer_of(info.context.actor))
        try:
            value = await _value(compiled, info)
            for _, place, problem in _problems(
                compiled, get_variable_values(info)
            ):  # the executor reports an exception object in the place of a value
                value[place] = problem
            return value
        except RootRefused as wrong:
            raise wrong.refusal from None

    return resolve


def _made(compiler: Compiler, things: EntityRegistry, field: GraphQLField) -> Any:
    """Fetch rows that a mutation refers to; pass other values through."""
    original = field.resolve

    async def fetch(made: Any, info: Info) -> Any:
        if not isinstance(made, Row):
            return made
        viewer = viewer_of(info.context.actor)
        compiled = compiler.row(_document(info), things[made.thing], made.key, _asked(info), viewer)
        return await _value(compiled, info)

    async def resolve(source: Any, info: Info, **given: Any) -> Any:
        made = original(source, info, **given) if original else getattr(source, info.field_name)
        made = await made if isawaitable(made) else made
        if isinstance(made, list):
            return [await fetch(one, info) for one in made]
        return await fetch(made, info)

    return resolve
