"""Compiler: an operation's statement, made once and cached by document, operation, shape of the variables and viewer class."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLID,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from api.sql.cursors import MARK, CursorValue
from api.sql.emitter import statement
from api.sql.entities import Entity, EntityRegistry
from api.sql.parameters import Binder, ToSeal, frozen, parameterize
from api.sql.plan_nodes import Root, Single, Word
from api.sql.planner import ANYTHING, Planner, root_names
from api.sql.selections import Document, SelectedField
from api.sql.unmasking import Unmasking, unmaskings_of
from api.sql.viewers import Viewer
from jamsos.errors import JamsosError
from jamsos.sealing import Sealer

REMEMBERED, KEPT_CHARACTERS = 2000, 8 << 20  # number of statements, and the sum of their lengths
Roots = tuple[tuple[str, Root], ...]


class VariablesWrong(Exception):
    """The variables do not match the declarations of the operation."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class RootRefused(Exception):
    """A value of this root field is invalid and cannot be bound."""

    def __init__(self, root: str, refusal: JamsosError) -> None:
        super().__init__()
        self.root, self.refusal = root, refusal


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement. `refusals`: the unanswered root fields (null in the statement), and the reasons.

    `reveal`: the positions of unmasked values. `used`: masked columns in filters, orders or aggregates, with their subject.
    `look_ups`: the number of look-ups by NIK. A read with any of these is audited. `known`: the result, if nothing needs to be
    fetched.
    """

    asked: tuple[SelectedField, ...]
    roots: Roots
    sql: str
    takes: tuple[tuple[str, Binder], ...]
    refusals: Mapping[str, GraphQLError]
    reveal: Unmasking
    used: frozenset[tuple[str, str]]
    look_ups: int
    known: dict[str, str | None] | None
    is_noted: bool
    has_cursors: bool

    @property
    def names(self) -> dict[str, str]:
        """Return the field's name by its key."""
        return {one.key: one.name for one in self.asked}

    @property
    def nodes(self) -> dict[str, list[FieldNode]]:
        return {one.key: list(one.nodes) for one in self.asked}

    def bind(self, variables: Mapping[str, Any], sealer: Sealer) -> list[Any]:
        """Return the parameters, in order. Raises RootRefused."""
        values = []
        for root, take in self.takes:
            try:
                value = take(variables)
            except JamsosError as refusal:
                raise RootRefused(root, refusal) from refusal
            values.append(_bound(root, value, sealer))
        return values

    def without(self, root: str, error: GraphQLError) -> "Compiled":
        """Return the statement with null for one root field."""
        roots = tuple((key, None if key == root else plan) for key, plan in self.roots)
        return compiled(self.asked, roots, {**self.refusals, root: error}, self.used)


def compiled(
    asked: Iterable[SelectedField], roots: Roots, refusals: Mapping[str, GraphQLError], used: frozenset[tuple[str, str]]
) -> Compiled:
    sql, takes = statement(roots)
    look_ups = sum(isinstance(plan, Single) and plan.by_nik for _, plan in roots)
    reveal, is_noted = unmaskings_of(roots), bool(used or look_ups)
    return Compiled(
        tuple(asked),
        roots,
        sql,
        tuple(takes),
        refusals,
        reveal,
        used,
        look_ups,
        _known(roots),
        is_noted or bool(reveal),
        MARK in sql,
    )


def _bound(root: str, value: Any, sealer: Sealer) -> Any:
    """Bind a value; one that needs the keys is sealed or opened here. Raises RootRefused."""
    if isinstance(value, ToSeal):
        return sealer.seal(value.kind, value.plain)
    if not isinstance(value, CursorValue):
        return value
    try:
        return value.bound(sealer)
    except JamsosError as refusal:
        raise RootRefused(root, refusal) from refusal


def _known(roots: Roots) -> dict[str, str | None] | None:
    found = {key: plan.text if isinstance(plan, Word) else None for key, plan in roots if isinstance(plan, Word | None)}
    return found if len(found) == len(roots) else None


@dataclass(frozen=True, slots=True)
class Signature:
    """An operation's variables by name. If all are text (also ids), a given text is the value, without conversion."""

    operation: OperationDefinitionNode
    types: Mapping[str, GraphQLInputType]
    has_only_text: bool


def _is_text(type_: GraphQLInputType) -> bool:
    plain = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return plain is GraphQLID or plain is GraphQLString


class Compiler:
    """The statements of one schema."""

    def __init__(self, schema: GraphQLSchema, things: EntityRegistry) -> None:
        self._schema = schema
        self._things = things
        self._known: OrderedDict[Any, tuple[DocumentNode, Compiled | None]] = OrderedDict()
        self._signatures: OrderedDict[int, Signature] = OrderedDict()
        self._characters = 0
        self.answered = frozenset({*root_names(things), *ANYTHING, "__typename"})

    def variables(self, operation: OperationDefinitionNode, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the operation's variables as GraphQL values. Raises VariablesWrong."""
        signature = self._signature(operation)
        if not signature.types:
            return {}
        is_whole = given is not None and given.keys() == signature.types.keys()
        if given and is_whole and signature.has_only_text and all(type(value) is str for value in given.values()):
            return dict(given)
        definitions = operation.variable_definitions or ()
        found = get_variable_values(self._schema, definitions, dict(given or {}), 5, hide_suggestions=True)
        if isinstance(found, list):
            raise VariablesWrong(found)
        return found.coerced

    def operation(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        viewer: Viewer,
        *,
        is_kept: bool = True,
    ) -> Compiled | None:
        """Return the statement of a query, or None if a root field is not compiled.

        The cache recognises a document by its identity, so the parser must cache documents. Statements remain as long as their
        document; a document that is not cached (`is_kept` False) leaves no statement here.
        """
        shaped = self._shaped(operation, variables)
        key = (id(operation), frozen(shaped), viewer)
        if found := self._known.get(key):
            return found[1]
        made = self._compile(document, operation, shaped, viewer)
        if is_kept:
            self._keep(key, document, made)
        return made

    def _keep(self, key: Any, document: DocumentNode, made: Compiled | None) -> None:
        self._known[key] = (document, made)
        self._characters += len(made.sql) if made else 0
        while len(self._known) > REMEMBERED or self._characters > KEPT_CHARACTERS:
            _, (_, forgotten) = self._known.popitem(last=False)
            self._characters -= len(forgotten.sql) if forgotten else 0

    def field(self, document: Document, parent: GraphQLObjectType, asked: SelectedField, viewer: Viewer) -> Compiled:
        """Return the statement of one root field. Raises JamsosError, GraphQLError."""
        planner = Planner(document, self._things, viewer, tells_types=True)
        roots = ((asked.key, planner.root(parent, asked)),)
        return compiled((asked,), roots, {}, frozenset(planner.used))

    def row(
        self, document: Document, thing: Entity, key: tuple[Any, ...], asked: SelectedField, viewer: Viewer
    ) -> Compiled:
        """Return the statement of one row whose key a mutation returned. Raises JamsosError, GraphQLError."""
        planner = Planner(document, self._things, viewer, tells_types=True)
        roots = ((asked.key, planner.by_key(thing, key, asked)),)
        return compiled((asked,), roots, {}, frozenset(planner.used))

    def _shaped(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
        types = self._signature(operation).types
        return {name: parameterize(variables[name], types[name], (name,)) for name in types if name in variables}

    def _signature(self, operation: OperationDefinitionNode) -> Signature:
        """Return the signature, looked up in the schema once for each operation."""
        if (known := self._signatures.get(id(operation))) and known.operation is operation:
            return known
        types: dict[str, Any] = {
            definition.variable.name.value: type_from_ast(self._schema, definition.type)
            for definition in operation.variable_definitions or ()
        }
        made = Signature(operation, types, all(_is_text(type_) for type_ in types.values()))
        self._signatures[id(operation)] = made
        if len(self._signatures) > REMEMBERED:
            self._signatures.popitem(last=False)
        return made

    def _compile(
        self, document: DocumentNode, operation: OperationDefinitionNode, shaped: dict[str, Any], viewer: Viewer
    ) -> Compiled | None:
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        parent = self._schema.query_type
        assert parent is not None  # noqa: S101
        read = Document(self._schema, fragments, shaped)
        fields = read.fields(parent, operation.selection_set)
        if not all(asked.name in self.answered for asked in fields):
            return None
        planner = Planner(read, self._things, viewer)
        roots = planner.roots(parent, fields)
        return compiled(fields, roots, planner.refusals, frozenset(planner.used))


def is_needed(schema: GraphQLSchema, name: str) -> bool:
    """Return whether a root field cannot be null, so that its refusal leaves no data at all."""
    parent = schema.query_type
    return parent is not None and name in parent.fields and isinstance(parent.fields[name].type, GraphQLNonNull)
