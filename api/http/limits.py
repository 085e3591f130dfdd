"""Document limits: length, depth and width of a document, checked before validation, because validation costs time, too.

The cost of the requested data is checked separately (api/cost.py).
"""

from collections import Counter
from collections.abc import Iterator

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

from api.errors import (
    IntrospectionOff,
    QueryTooDeep,
    TooManyAliases,
    TooManyDirectives,
    TooManyFragments,
    TooManyRepeats,
)
from jamsos.errors import JamsosError

TOKENS = 4000
DEPTH = 15
ALIASES = 50
DIRECTIVES = 50
FRAGMENTS = 50
REPEATS = 5
INTROSPECTION = frozenset({"__schema", "__type"})
_COUNTS: tuple[tuple[str, int, type[JamsosError]], ...] = (
    ("aliases", ALIASES, TooManyAliases),
    ("directives", DIRECTIVES, TooManyDirectives),
    ("fragments", FRAGMENTS, TooManyFragments),
)


def check_width(document: DocumentNode, *, introspection: bool) -> None:
    """Check the number of aliases, directives, fragments and repeats. Raises TooManyAliases, TooManyDirectives, TooManyFragments,
    TooManyRepeats, IntrospectionOff."""
    counted: Counter[str] = Counter()
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        match node:
            case FieldNode():
                counted["aliases"] += node.alias is not None
                if node.name.value in INTROSPECTION and not introspection:
                    raise IntrospectionOff()
            case SelectionSetNode():
                _check_repeats(node)
            case DirectiveNode():
                counted["directives"] += 1
            case FragmentSpreadNode():
                counted["fragments"] += 1
        waiting.extend(_children(node))
    for name, limit, refusal in _COUNTS:
        if counted[name] > limit:
            raise refusal(count=counted[name], limit=limit)


def _check_repeats(selections: SelectionSetNode) -> None:
    """Refuse one name very often in one selection: GraphQL's merging rule compares each pair, and then their parts."""
    for name, count in Counter(_response_names(selections)).items():
        if count > REPEATS:
            raise TooManyRepeats(field=name[:40], count=count, limit=REPEATS)


def _response_names(selections: SelectionSetNode) -> Iterator[str]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield (node.alias or node.name).value
        elif isinstance(node, InlineFragmentNode):
            yield from _response_names(node.selection_set)


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[str]:
    """Yield the root field names of an operation of a valid document, through fragments."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    waiting: list[SelectionSetNode] = [operation.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            match node:
                case FieldNode():
                    yield node.name.value
                case InlineFragmentNode():
                    waiting.append(node.selection_set)
                case FragmentSpreadNode():
                    waiting.append(fragments[node.name.value].selection_set)


def _children(node: Node) -> list[Node]:
    found: list[Node] = []
    for key in ("definitions", "selections", "directives"):
        found.extend(getattr(node, key, None) or ())
    if (selections := getattr(node, "selection_set", None)) is not None:
        found.append(selections)
    return found


def check_depth(document: DocumentNode) -> None:
    """Check the depth of a valid document, whose fragments contain no cycle. Introspection has its own limit. Raises QueryTooDeep."""
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
                return 0 if node.name.value in INTROSPECTION else 1 + of(node.selection_set)
        return 0

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode) and (depth := of(definition.selection_set)) > DEPTH:
            raise QueryTooDeep(depth=depth, limit=DEPTH)
