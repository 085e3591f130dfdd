"""The rights: the reasons why each root field of an operation is refused, from the declarations and without code of the compiler."""

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, parse
from graphql.utilities import value_from_ast_untyped

from jamsos.access.rules import Scope

FIGURES = ("countDistinct", "sum", "avg", "min", "max")


class Rights:
    """One operation for one actor. `refused` contains, by the key of the root field, the possible codes."""

    def __init__(self, things, actor, text, given):
        self.things, self.actor = things, actor
        document = parse(text)
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        operation = next(one for one in document.definitions if not isinstance(one, FragmentDefinitionNode))
        defaults = {
            one.variable.name.value: value_from_ast_untyped(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value
        }
        self.variables = defaults | given
        self.roots = {}
        for thing in things:
            one = thing.name[0].lower() + thing.name[1:]
            self.roots |= {one: (self.row, thing), thing.plural: (self.page, thing)}
            self.roots[f"{thing.plural}Aggregate"] = (self.groups, thing)
        self.refused, self.refused_at = {}, {}
        for node in self.fields("Query", operation.selection_set):
            self.codes = set()
            self.root(node)
            if self.codes:
                self.refused[node.alias.value if node.alias else node.name.value] = self.codes

    # --- rights ------------------------------------------------------------------------------------------------

    def read(self, thing):
        if thing.needs and not set(thing.needs) & self.actor.scopes:
            self.codes.add("SCOPE_MISSING")
        elif thing.is_guarded and self.actor.region_code is None:
            self.codes.add("SIGHT_MISSING")

    def unmask(self, scope):
        if scope is not None and scope not in self.actor.scopes:
            self.codes.add("SCOPE_MISSING")
        elif scope is not None and not self.actor.purpose:
            self.codes.add("PURPOSE_MISSING")

    # --- what is asked -----------------------------------------------------------------------------------------

    def root(self, node):
        name, given = node.name.value, self.arguments(node)
        if name == "personByNik":
            self.unmask(Scope.unmask_identity)
            self.row(self.things["Person"], node)
        elif name in ("node", "nodes"):
            ids = given["ids"] if name == "nodes" else [given["id"]]
            for one in {key.partition(":")[0] for key in ids}:
                self.one_of(node, one, [place for place, key in enumerate(ids) if key.partition(":")[0] == one])
        elif name != "__typename":
            ask, thing = self.roots[name]
            ask(thing, node)

    def one_of(self, node, name, places):
        """Refuse the unreadable entries of `nodes` at their positions; answer the others."""
        whole, self.codes = self.codes, set()
        self.read(self.things[name])
        refused, self.codes = self.codes, whole
        if refused and node.name.value == "nodes":
            key = node.alias.value if node.alias else node.name.value
            self.refused_at |= {(key, place): refused for place in places}
        else:
            self.row(self.things[name], node)

    def row(self, thing, node):
        self.read(thing)
        for field in self.fields(thing.name, node.selection_set):
            name = field.name.value
            if one := thing.ones.get(name):
                self.row(self.things[one.target], field)
            elif many := thing.collections.get(name):
                self.page(self.things[many.target], field)
            elif many := thing.collections.get(name.removesuffix("Aggregate")):
                self.groups(self.things[many.target], field)

    def page(self, thing, node):
        self.rows(thing, node)
        for order in self.arguments(node).get("orderBy") or ():
            self.order(thing, order)
        for part in self.fields(f"{thing.name}Connection", node.selection_set):
            if part.name.value == "nodes":
                self.row(thing, part)
            elif part.name.value == "edges":
                for edge in self.fields(f"{thing.name}Edge", part.selection_set):
                    if edge.name.value == "node":
                        self.row(thing, edge)

    def groups(self, thing, node):
        self.rows(thing, node)
        for name in self.arguments(node).get("groupBy") or ():
            grouping = thing.groupings[name]
            if grouping.one:
                self.read(self.things[grouping.one.target])
            self.unmask(grouping.mask)
        for part in self.fields(f"{thing.name}Aggregate", node.selection_set):
            if part.name.value in FIGURES:
                for figure in self.fields("", part.selection_set):
                    column = thing.columns.get(figure.name.value)
                    self.unmask(column and column.mask)
            elif part.name.value == "key":
                for shared in self.fields(f"{thing.name}Key", part.selection_set):
                    grouping = thing.groupings.get(shared.name.value)
                    if grouping and grouping.one:
                        self.row(self.things[grouping.one.target], shared)

    def rows(self, thing, node):
        self.read(thing)
        if wanted := self.arguments(node).get("filter"):
            self.filter(thing, wanted)

    def filter(self, thing, wanted):
        for name, given in wanted.items():
            if name in ("and", "or"):
                for one in given:
                    self.filter(thing, one)
            elif name == "not":
                self.filter(thing, given)
            elif column := thing.columns.get(name):
                self.unmask(column.mask)
            elif name != "id":
                self.relation(thing, name, given)

    def relation(self, thing, name, given):
        relation = thing.ones.get(name.removesuffix("Exists")) or thing.collections[name]
        target = self.things[relation.target]
        self.read(target)
        for one in [given] if name in thing.ones else given.values() if name in thing.collections else []:
            if isinstance(one, dict):
                self.filter(target, one)

    def order(self, thing, given):
        ((name, value),) = given.items()
        if one := thing.ones.get(name):
            self.read(self.things[one.target])
            self.order(self.things[one.target], value)
        else:
            self.unmask(thing.columns[name].mask)

    # --- the language ------------------------------------------------------------------------------------------

    def arguments(self, node):
        return {one.name.value: value_from_ast_untyped(one.value, self.variables) for one in node.arguments or ()}

    def fields(self, type_name, selections):
        """Return every selected field of an object of the type, through fragments and directives."""
        for node in selections.selections if selections else ():
            if not self.is_wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            part = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition = part.type_condition and part.type_condition.name.value
            if condition in (None, type_name) or (condition == "Node" and type_name in self.things) or not type_name:
                yield from self.fields(type_name, part.selection_set)

    def is_wanted(self, node):
        for directive in node.directives or ():
            is_true = value_from_ast_untyped(directive.arguments[0].value, self.variables)
            if is_true == (directive.name.value == "skip"):
                return False
        return True
