"""Query cost: how many objects an operation may fetch, computed from page sizes before anything is fetched.

- One object costs 1. A connection costs its page size times the cost of a node. A count costs 10, an aggregate or a trace 100. A
  list without pages counts as ten objects.
- Filters and orders of more than twenty conditions cost ten for each further condition, because the database compares every row
  with them. A list of values costs one per value.

`@skip` and `@include` do not reduce the cost. A model is built once per document; later requests read only the variables with
page sizes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from api.errors import CostTooHigh, PageTooLarge, QueryTooDeep, TooManyConditions

DEFAULT_PAGE = 25
COUNT, AGGREGATE, LIST = 10, 100, 10
CONDITION, FREE_CONDITIONS, CONDITIONS = 10, 20, 1_000
NESTING, VALUES = 40, 200_000  # within the values of variables
REMEMBERED = 100  # costs of one operation, by its page sizes

Size = int | str | None  # a number, the name of the variable that holds it, or not given
Times = Callable[["CostNode", "CostInputs", int], int]


@dataclass(slots=True)
class CostNode:
    """A part of an operation: its own cost, its number of repetitions (`times`), and its children."""

    name: str = ""
    own: int = 0
    times: Times = lambda plan, asking, page: 1
    sizes: tuple[Size, ...] = ()
    is_connection: bool = False
    parts: "list[CostNode]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CostInputs:
    """The inputs of one request: its variables and the largest allowed page."""

    variables: Mapping[str, Any]
    page_limit: int

    def size(self, size: Size) -> int | None:
        found = self.variables.get(size) if isinstance(size, str) else size
        if isinstance(found, list):
            return len(found)
        return found if isinstance(found, int) else None


@dataclass(slots=True)
class CostModel:
    """The cost model of one operation, with the default values of its variables."""

    plan: CostNode
    defaults: dict[str, int]
    sized_by: frozenset[str]
    given: "Given" = field(default_factory=lambda: Given())  # conditions in the document itself
    held_by: frozenset[str] = frozenset()  # variables that contain conditions
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def check(self, variables: Mapping[str, Any], *, page_limit: int, limit: int) -> int:
        """Return the cost. Raises PageTooLarge, CostTooHigh, TooManyConditions."""
        asking = CostInputs({**self.defaults, **variables}, page_limit)
        asked = (page_limit, *map(asking.size, self.sized_by))
        if (cost := self._known.get(asked)) is None:
            cost = _cost(self.plan, asking)
            if len(self._known) < REMEMBERED:
                self._known[asked] = cost
        if self.held_by or self.given.conditions:
            cost += self._of_conditions(variables)
        if cost > limit:
            raise CostTooHigh(cost=cost, limit=limit)
        return cost

    def _of_conditions(self, variables: Mapping[str, Any]) -> int:
        conditions, values = self.given.conditions, self.given.values
        for name in self.held_by:
            held = given_in(variables.get(name))
            conditions, values = conditions + held.conditions, values + held.values
        if conditions > CONDITIONS:
            raise TooManyConditions(count=conditions, limit=CONDITIONS)
        return CONDITION * max(0, conditions - FREE_CONDITIONS) + max(0, values - FREE_CONDITIONS)


@dataclass(frozen=True, slots=True)
class Given:
    """The number of conditions and orders, and the number of values in their lists."""

    conditions: int = 0
    values: int = 0


def given_in(value: Any) -> Given:
    """Count the conditions in a variable's JSON value, up to the allowed cost. Raises QueryTooDeep."""
    conditions = values = 0
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > NESTING:
            raise QueryTooDeep(depth=depth, limit=NESTING)
        if isinstance(one, dict):
            conditions += len(one)
            waiting.extend((each, depth + 1) for each in one.values() if isinstance(each, dict | list))
        elif isinstance(one, list):
            values += len(one)
            waiting.extend((each, depth + 1) for each in one if isinstance(each, dict | list))
        if conditions > CONDITIONS or values > VALUES:
            break
    return Given(conditions, values)


def cost_model_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> CostModel:
    """Build the model of one operation of a valid document."""
    plan = CostNode()
    planner = _Planner(schema, document)
    planner.add(schema.get_root_type(operation.operation), operation.selection_set, plan)
    defaults = {d.variable.name.value: _size(d.default_value) for d in operation.variable_definitions or ()}
    given = {name: size for name, size in defaults.items() if isinstance(size, int)}
    if operation.operation is not OperationType.QUERY:  # a mutation has its own cost
        return CostModel(plan, given, frozenset(planner.sized_by))
    return CostModel(
        plan, given, frozenset(planner.sized_by), Given(planner.conditions, planner.values), frozenset(planner.held_by)
    )


def _cost(plan: CostNode, asking: CostInputs) -> int:
    """Count every fragment once per page size, even if it is spread several times."""
    counted: dict[tuple[int, int], int] = {}

    def of(plan: CostNode, page: int) -> int:
        if (known := counted.get((id(plan), page))) is not None:
            return known
        inner = _page(plan, asking) if plan.is_connection else page
        cost = plan.times(plan, asking, page) * (plan.own + sum(of(part, inner) for part in plan.parts))
        counted[id(plan), page] = cost
        return cost

    return of(plan, 1)


def _page(plan: CostNode, asking: CostInputs) -> int:
    given = [size for size in map(asking.size, plan.sizes) if size is not None]
    page = max(given, default=DEFAULT_PAGE)
    if page > asking.page_limit:
        raise PageTooLarge(field=plan.name, size=page, limit=asking.page_limit)
    return max(page, 0)


def _as_page(plan: CostNode, asking: CostInputs, page: int) -> int:
    return page


def _as_list(plan: CostNode, asking: CostInputs, page: int) -> int:
    size = asking.size(plan.sizes[0]) if plan.sizes else None
    return LIST if size is None else size


class _Planner:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._planned: dict[str, CostNode] = {}
        self.sized_by: set[str] = set()
        self.held_by: set[str] = set()
        self.conditions = self.values = 0

    def add(self, parent: Any, selections: SelectionSetNode | None, plan: CostNode) -> None:
        """Add the cost of a selection to `plan`."""
        for node in selections.selections if selections else ():
            match node:
                case FieldNode():
                    self._add_field(parent, node, plan)
                case InlineFragmentNode():
                    on = node.type_condition
                    self.add(self._schema.get_type(on.name.value) if on else parent, node.selection_set, plan)
                case FragmentSpreadNode():
                    plan.parts.append(self._fragment(node.name.value))

    def _fragment(self, name: str) -> CostNode:
        if name not in self._planned:
            fragment, plan = self._fragments[name], CostNode()
            self.add(self._schema.get_type(fragment.type_condition.name.value), fragment.selection_set, plan)
            self._planned[name] = plan
        return self._planned[name]

    def _add_field(self, parent: Any, node: FieldNode, plan: CostNode) -> None:
        name = node.name.value
        if name.startswith("__") or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return
        definition = parent.fields[name]
        self._count(node)
        kind = get_named_type(definition.type)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            part = _part(parent.name, definition, node)
            self.sized_by.update(size for size in part.sizes if isinstance(size, str))
            self.add(kind, node.selection_set, part)
            plan.parts.append(part)
        elif name == "totalCount":
            plan.parts.append(CostNode(name, COUNT))

    def _count(self, node: FieldNode) -> None:
        """Count the conditions in the arguments, from the document or from variables."""
        waiting: list[Any] = [argument.value for argument in node.arguments or () if argument.name.value != "ids"]
        while waiting:
            match waiting.pop():
                case VariableNode(name=variable):
                    self.held_by.add(variable.value)
                case ObjectValueNode(fields=fields):
                    self.conditions += len(fields)
                    waiting.extend(one.value for one in fields)
                case ListValueNode(values=values):
                    self.values += len(values)
                    waiting.extend(values)


def _part(parent: str, definition: GraphQLField, node: FieldNode) -> CostNode:
    name, given = node.name.value, {argument.name.value: argument.value for argument in node.arguments or ()}
    if "first" in definition.args:
        return CostNode(name, 1, sizes=(_size(given.get("first")), _size(given.get("last"))), is_connection=True)
    if get_named_type(definition.type).name.endswith(("Aggregate", "Trace", "Receipt")):
        return CostNode(name, AGGREGATE)
    if _is_list(definition.type):
        if parent.endswith("Connection"):
            return CostNode(name, 1, _as_page)
        return CostNode(name, 1, _as_list, (_size(given["ids"]),) if "ids" in given else ())
    return CostNode(name, 0 if parent.endswith("Edge") else 1)


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _size(value: Any) -> Size:
    match value:
        case IntValueNode():
            return int(value.value)
        case ListValueNode():
            return len(value.values)
        case VariableNode():
            return str(value.name.value)
    return None
