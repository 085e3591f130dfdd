"""Limits: how long, deep and wide a document may be. Counted before it is validated, because validating costs too.

What an operation asks for is another question, answered by its cost (api/cost.py).
"""

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from jamsos.errors import IntrospectionOff, QueryTooDeep, TooManyAliases, TooManyDirectives

TOKENS = 4000
DEPTH = 15
ALIASES = 50
DIRECTIVES = 50
_INTROSPECTION = ("__schema", "__type")


def check_width(document: DocumentNode, *, introspection: bool) -> None:
    """Raises TooManyAliases, TooManyDirectives, IntrospectionOff."""
    aliases = directives = 0
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            aliases += node.alias is not None
            if node.name.value in _INTROSPECTION and not introspection:
                raise IntrospectionOff()
        elif isinstance(node, DirectiveNode):
            directives += 1
        waiting.extend(_children(node))
    if aliases > ALIASES:
        raise TooManyAliases(count=aliases, limit=ALIASES)
    if directives > DIRECTIVES:
        raise TooManyDirectives(count=directives, limit=DIRECTIVES)


def _children(node: Node) -> list[Node]:
    found: list[Node] = []
    for key in ("definitions", "selections", "directives"):
        found.extend(getattr(node, key, None) or ())
    if (selections := getattr(node, "selection_set", None)) is not None:
        found.append(selections)
    return found


def check_depth(document: DocumentNode) -> None:
    """For a valid document, whose fragments make no circle. Introspection has a limit of its own. Raises QueryTooDeep."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    depths: dict[str, int] = {}

    def of(selections: SelectionSetNode | None) -> int:
        return max((of_one(selection) for selection in selections.selections), default=0) if selections else 0

    def of_one(node: Node) -> int:
        match node:
            case FragmentSpreadNode():
                name = node.name.value
                if name not in depths:
                    depths[name] = of(fragments[name].selection_set)
                return depths[name]
            case InlineFragmentNode():
                return of(node.selection_set)
            case FieldNode():
                return 0 if node.name.value in _INTROSPECTION else 1 + of(node.selection_set)
        return 0

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode) and (depth := of(definition.selection_set)) > DEPTH:
            raise QueryTooDeep(depth=depth, limit=DEPTH)
