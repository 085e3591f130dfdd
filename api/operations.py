"""Operations: a document parsed, measured and validated once and remembered; afterwards only its cost is asked each time.

`Remembered` hands the finished document to Strawberry, which then neither parses nor validates it again.
"""

from collections import OrderedDict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.cost import CostModel, cost_model_of
from api.errors import OperationUnknown, QueryTooLong, SubscriptionsOff
from api.http.error_format import PARSE_FAILED, VALIDATION_FAILED
from api.http.limits import TOKENS, check_depth, check_width

REMEMBERED = 1000
REMEMBERED_LENGTH = 20_000
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class DocumentRefused(Exception):
    """The document breaks GraphQL's own rules; `errors` say where."""

    def __init__(self, errors: list[GraphQLError], code: str) -> None:
        super().__init__(code)
        self.errors, self.code = errors, code


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document within the limits."""

    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    name: str | None
    is_mutation: bool
    cost_model: CostModel


class Operations:
    """What this process remembers: a thousand documents, the newest."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._introspection = introspection
        self._known: OrderedDict[str, dict[str | None, Operation]] = OrderedDict()

    def find(self, text: str, name: str | None, *, suggestions: bool) -> Operation:
        """The operation of that name, or the only one. Raises DocumentRefused and the refusals of api/http/limits.py."""
        if (operations := self._known.get(text)) is None:
            operations = self.prepare(text, suggestions=suggestions)
            self._remember(text, operations)
        if name is None and len(operations) == 1:
            return next(iter(operations.values()))
        if name not in operations:
            raise OperationUnknown()
        return operations[name]

    def _remember(self, text: str, operations: dict[str | None, Operation]) -> None:
        if len(text) > REMEMBERED_LENGTH:
            return
        self._known[text] = operations
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def prepare(self, text: str, *, suggestions: bool) -> dict[str | None, Operation]:
        """Every operation of a document, by name."""
        document = _parsed(text)
        _check_kinds(document)
        check_width(document, introspection=self._introspection)
        if errors := validate(self._schema, document, RULES, max_errors=5, hide_suggestions=not suggestions):
            raise DocumentRefused(errors, VALIDATION_FAILED)
        check_depth(document)
        nodes = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        return {operation.name: operation for operation in (self._operation(text, document, node) for node in nodes)}

    def _operation(self, text: str, document: DocumentNode, node: OperationDefinitionNode) -> Operation:
        name = node.name.value if node.name else None
        is_mutation = node.operation is OperationType.MUTATION
        return Operation(text, document, node, name, is_mutation, cost_model_of(self._schema, document, node))


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=TOKENS)
    except GraphQLSyntaxError as wrong:
        if "contains more than" in wrong.message:
            raise QueryTooLong(limit=TOKENS) from None
        raise DocumentRefused([wrong], PARSE_FAILED) from None


def _check_kinds(document: DocumentNode) -> None:
    """Raises SubscriptionsOff."""
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
    """Return a copy of the schema that has `Remembered`, too. The given schema stays as it is, so that applications share one."""
    served = copy(schema)
    served.extensions = (*schema.extensions, PreparsedDocument)
    return served
