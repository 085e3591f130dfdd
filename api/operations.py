"""Operations: a document is parsed, measured and validated once and cached; each request only computes its cost.

`PreparsedDocument` passes the finished document to Strawberry, which then neither parses nor validates it again.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldsOnCorrectTypeRule,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    KnownArgumentNamesRule,
    KnownFragmentNamesRule,
    OperationDefinitionNode,
    OperationType,
    ScalarLeafsRule,
    parse,
    specified_rules,
    validate,
)
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.cost import CostModel, cost_model_of
from api.errors import DocumentTooLarge, OperationUnknown, QueryTooDeep, QueryTooLong, SubscriptionsOff
from api.http.error_format import PARSE_FAILED, VALIDATION_FAILED
from api.http.limits import DEPTH, INTROSPECTION, TOKENS, check_depth, check_width, root_fields

KEPT_CHARACTERS = (
    1 << 20
)  # characters of all cached documents; a prepared document takes about a hundred times its length
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
# These rules run first, and alone if they find an error: the others compare each pair.
FIRST_RULES = (FieldsOnCorrectTypeRule, ScalarLeafsRule, KnownArgumentNamesRule, KnownFragmentNamesRule)
MOST_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a document may be, whether it is cached, and whether its errors contain suggestions."""

    tokens: int
    characters: int
    is_kept: bool
    suggestions: bool


AGENCY = Allowance(TOKENS, 100_000, is_kept=True, suggestions=True)
STRANGER = Allowance(TOKENS // 4, 20_000, is_kept=False, suggestions=False)


class DocumentRefused(Exception):
    """The document violates GraphQL's own rules; `errors` contain the places."""

    def __init__(self, errors: list[GraphQLError], code: str) -> None:
        super().__init__(code)
        self.errors, self.code = errors, code


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document within the limits. `is_kept`: the document is cached, so derived data may be cached, too."""

    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    name: str | None
    is_mutation: bool
    cost_model: CostModel
    is_kept: bool
    fields: tuple[str, ...]  # root fields, by name

    @property
    def is_introspection(self) -> bool:
        return self._asks_for_schema and {*self.fields} <= {*INTROSPECTION, "__typename"}

    @property
    def is_mixed(self) -> bool:
        """Return whether it combines introspection with another field."""
        return self._asks_for_schema and not self.is_introspection

    @property
    def _asks_for_schema(self) -> bool:
        return not INTROSPECTION.isdisjoint(self.fields)


class Operations:
    """The cache of this process: the newest documents, by the SHA-256 of their text."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._introspection = introspection
        self._known: OrderedDict[bytes, dict[str | None, Operation]] = OrderedDict()
        self._characters = 0

    def is_known(self, text: str) -> bool:
        return _digest(text) in self._known

    def find(self, text: str, name: str | None, allowed: Allowance) -> Operation:
        """Return the operation of that name, or the only one. Raises DocumentRefused and the refusals of api/http/limits.py."""
        digest = _digest(text)
        if (operations := self._known.get(digest)) is None:
            operations = self.prepare(text, allowed)
            if allowed.is_kept:
                self._remember(digest, text, operations)
        if name is None and len(operations) == 1:
            return next(iter(operations.values()))
        if name not in operations:
            raise OperationUnknown()
        return operations[name]

    def _remember(self, digest: bytes, text: str, operations: dict[str | None, Operation]) -> None:
        self._known[digest] = operations
        self._characters += len(text)
        while self._characters > KEPT_CHARACTERS:
            _, forgotten = self._known.popitem(last=False)
            self._characters -= len(next(iter(forgotten.values())).text)

    def prepare(self, text: str, allowed: Allowance) -> dict[str | None, Operation]:
        """Return every operation of a document, by name."""
        document = _parsed(text, allowed)
        _check_kinds(document)
        check_width(document, introspection=self._introspection)
        for rules in (FIRST_RULES, RULES):
            errors = validate(
                self._schema, document, rules, max_errors=MOST_ERRORS, hide_suggestions=not allowed.suggestions
            )
            if errors:
                raise DocumentRefused(errors, VALIDATION_FAILED)
        check_depth(document)
        nodes = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if not nodes:
            raise OperationUnknown()
        made = (self._operation(text, document, node, is_kept=allowed.is_kept) for node in nodes)
        return {operation.name: operation for operation in made}

    def _operation(
        self, text: str, document: DocumentNode, node: OperationDefinitionNode, *, is_kept: bool
    ) -> Operation:
        name = node.name.value if node.name else None
        is_mutation = node.operation is OperationType.MUTATION
        costing, fields = cost_model_of(self._schema, document, node), tuple(root_fields(document, node))
        return Operation(text, document, node, name, is_mutation, costing, is_kept, fields)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _parsed(text: str, allowed: Allowance) -> DocumentNode:
    if len(text) > allowed.characters:
        raise DocumentTooLarge(limit=allowed.characters)
    try:
        return parse(text, max_tokens=allowed.tokens)
    except GraphQLSyntaxError as wrong:
        if "contains more than" in wrong.message:
            raise QueryTooLong(limit=allowed.tokens) from None
        raise DocumentRefused([wrong], PARSE_FAILED) from None
    except RecursionError:
        raise QueryTooDeep(depth=allowed.tokens // 2, limit=DEPTH) from None


def _check_kinds(document: DocumentNode) -> None:
    """Raise SubscriptionsOff for a subscription."""
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.SUBSCRIPTION:
            raise SubscriptionsOff()


class PreparsedDocument(SchemaExtension):
    """Gives Strawberry the document that `Operations` has checked."""

    def on_parse(self) -> Iterator[None]:
        execution = self.execution_context
        execution.graphql_document = execution.context.operation.document
        execution.pre_execution_errors = []
        yield


def with_preparsed_documents(schema: Schema) -> Schema:
    """Return a copy of the schema with `PreparsedDocument`. The given schema does not change, so that applications share one."""
    served = copy(schema)
    served.extensions = (*schema.extensions, PreparsedDocument)
    return served
