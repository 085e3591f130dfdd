"""Selections: the requested fields of a selection set, with fragments, directives and aliases resolved.

It uses symbolic variables (parameters.py): structure is known, values are not. Documents are already validated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    value_from_ast,
)


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One field of a selection: its key in the response, and every node that requests it."""

    key: str
    nodes: tuple[FieldNode, ...]

    @property
    def name(self) -> str:
        return self.nodes[0].name.value


@dataclass(frozen=True, slots=True)
class Document:
    """A document's fragments and the values of its variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def fields(self, type_: GraphQLObjectType, *selections: SelectionSetNode | None) -> list[SelectedField]:
        """Return the requested fields of an object of `type_`, in order, with those of one key combined."""
        found: dict[str, list[FieldNode]] = {}
        for node in self._nodes(type_, selections, set()):
            found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return [SelectedField(key, tuple(nodes)) for key, nodes in found.items()]

    def below(self, type_: GraphQLObjectType, asked: SelectedField) -> list[SelectedField]:
        return self.fields(type_, *(node.selection_set for node in asked.nodes))

    def arguments(self, field: GraphQLField, asked: SelectedField) -> dict[str, Any]:
        """Return the given arguments by name; an omitted variable omits its argument.

        Raises GraphQLError for a wrong value: a null that the variable's type allows and the argument's type does not.
        """
        values = {}
        for argument in asked.nodes[0].arguments or ():
            name, node = argument.name.value, argument.value
            if isinstance(node, VariableNode) and node.name.value not in self.variables:
                continue
            values[name] = value_from_ast(node, field.args[name].type, self.variables)
            if values[name] is Undefined:
                raise GraphQLError(f"Argument '{name}' has an invalid value.", node)
        return values

    def _nodes(
        self, type_: GraphQLObjectType, selections: tuple[SelectionSetNode | None, ...], seen: set[str]
    ) -> Iterator[FieldNode]:
        for selection in selections:
            for node in selection.selections if selection else ():
                if not self._is_wanted(node):
                    continue
                match node:
                    case FieldNode():
                        yield node
                    case InlineFragmentNode():
                        if node.type_condition is None or self._fits(node.type_condition.name.value, type_):
                            yield from self._nodes(type_, (node.selection_set,), seen)
                    case FragmentSpreadNode() if node.name.value not in seen:
                        seen.add(node.name.value)
                        fragment = self.fragments[node.name.value]
                        if self._fits(fragment.type_condition.name.value, type_):
                            yield from self._nodes(type_, (fragment.selection_set,), seen)

    def _fits(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        wider = self.schema.get_type(condition)
        return isinstance(wider, GraphQLInterfaceType) and self.schema.is_sub_type(wider, type_)

    def _is_wanted(self, node: Any) -> bool:
        for directive in node.directives or ():
            name, condition = directive.name.value, directive.arguments and directive.arguments[0].value
            if name == GraphQLSkipDirective.name and self._is_true(condition):
                return False
            if name == GraphQLIncludeDirective.name and not self._is_true(condition):
                return False
        return True

    def _is_true(self, condition: Any) -> bool:
        return bool(value_from_ast(condition, GraphQLSkipDirective.args["if"].type, self.variables))
