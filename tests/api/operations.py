"""Random operations over the schema, as text and variables, with every construct of the query language."""

import json
import re
from dataclasses import dataclass, field

from hypothesis import strategies as st

from api.schema.derived.aggregates import measures
from api.schema.derived.filters import OPERATIONS
from api.sql.entities import Kind
from tests.api.reference import id_of, shown

DEPTH = 4
FIGURES = {"countDistinct": "Distinct", "sum": "Sum", "avg": "Average", "min": "Least", "max": "Greatest"}


class Word(str):
    """A value without quotes: of an enum."""


@dataclass
class Operation:
    text: str
    variables: dict = field(default_factory=dict)


def literal(value):
    """Write a value as in a document."""
    if isinstance(value, Variable):
        return f"${value.name}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return str(value) if isinstance(value, Word) else json.dumps(value)


@dataclass(frozen=True)
class Variable:
    name: str


class Asking:
    """Generates one operation. `tables` contains existing ids and values; without `unmasked`, masked columns are only selected."""

    def __init__(self, draw, things, tables, unmasked):
        self.draw, self.things, self.tables, self.unmasked = draw, list(things), tables, unmasked
        self.by_name = {thing.name: thing for thing in things}
        self.variables, self.declared, self.fragments = {}, {}, []
        self.keys = 0

    def operation(self):
        body = f"{{ {' '.join(self.root() for _ in range(self.draw(st.integers(1, 3))))} }}"
        for number in reversed(range(len(self.fragments))):  # a fragment spreads only earlier ones
            if f"...F{number} " in body:
                body += f" {self.fragments[number]}"
        used = [name for name in self.declared if re.search(rf"\${name}\b", body)]
        declared = ", ".join(f"${name}: {self.declared[name]}" for name in used)
        values = {name: self.variables[name] for name in used if name in self.variables}
        return Operation(f"query Q{f'({declared})' if declared else ''} {body}", values)

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def maybe(self, times=3):
        """Return True once in so many calls."""
        return self.draw(st.integers(1, times)) == 1

    def key(self):
        self.keys += 1
        return f"k{self.keys}: " if self.maybe(4) else ""

    # --- values ------------------------------------------------------------------------------------------------

    def given(self, kind, value):
        """Write the value in the document, or in a variable of that type; sometimes as its default."""
        if not self.maybe(2):
            return value
        name = f"v{len(self.declared)}"
        if self.maybe(4) and not _holds_variables(value):
            self.declared[name] = f"{kind} = {literal(value)}"
        elif not _holds_variables(value):
            self.declared[name], self.variables[name] = kind, _plain(value)
        else:
            return value
        return Variable(name)

    def arguments(self, given):
        return f"({', '.join(f'{name}: {literal(value)}' for name, value in given.items())})" if given else ""

    def rows(self, thing):
        return self.tables[thing.table.split(".")[1]]

    def an_id(self, thing):
        rows = self.rows(thing)
        return id_of(thing, self.one_of(*rows[:40]))

    def value(self, thing, column):
        """Return an existing value of the column, or an invented one."""
        found = [row[column.sql] for row in self.rows(thing)[:40] if row[column.sql] is not None]
        value = shown(column, self.one_of(*found)) if found else None
        if column.kind in (Kind.text, Kind.code) and value is not None and self.maybe(2):
            return value[: self.draw(st.integers(0, len(value)))]
        if value is None:
            value = {Kind.choice: None, Kind.month: "2024-07", Kind.date: "2024-07-01"}.get(column.kind, "x")
            value = 1 if column.kind in (Kind.int, Kind.bigint, Kind.rupiah) else value
            value = "2024-07-01T00:00:00+08:00" if column.kind is Kind.instant else value
        if column.kind is Kind.choice:
            return Word(value or next(iter(column.choices)).value)
        return (value is True) if column.kind is Kind.boolean else value

    def may_use(self, column):
        return self.unmasked or column.mask is None

    # --- filters and orders ------------------------------------------------------------------------------------

    def filter(self, thing, depth=2):
        choices = ["id", *(c.name for c in thing.columns.values() if c.can_be_compared and self.may_use(c))]
        if depth:
            choices += [*thing.ones, *thing.collections] * 2 + ["and", "or", "not"]
            choices += [f"{name}Exists" for name in thing.ones]
        names = dict.fromkeys(self.one_of(*choices) for _ in range(self.draw(st.integers(1, 2))))
        return {name: self.condition(thing, name, depth) for name in names}

    def condition(self, thing, name, depth):
        if name in ("and", "or"):
            return [self.filter(thing, depth - 1) for _ in range(self.draw(st.integers(1, 2)))]
        if name == "not":
            return self.filter(thing, depth - 1)
        if name == "id":
            op = self.one_of("eq", "ne", "in")
            return {op: [self.an_id(thing), self.an_id(thing)] if op == "in" else self.given("ID!", self.an_id(thing))}
        if column := thing.columns.get(name):
            return self.comparison(thing, column)
        if one := thing.ones.get(name):
            return self.filter(self.by_name[one.target], depth - 1)
        if name not in thing.collections:
            return self.given("Boolean!", self.draw(st.booleans()))
        way = self.one_of("some", "none", "every", "exists")
        if way == "exists":
            return {way: self.given("Boolean!", self.draw(st.booleans()))}
        return {way: self.filter(self.by_name[thing.collections[name].target], depth - 1)}

    def comparison(self, thing, column):
        found = {}
        for _ in range(self.draw(st.integers(1, 2))):
            op = self.one_of(*OPERATIONS[column.kind])
            if op == "isNull":
                found[op] = self.given("Boolean!", self.draw(st.booleans()))
            elif op == "in":
                found[op] = [self.value(thing, column) for _ in range(self.draw(st.integers(0, 2)))]
            else:
                found[op] = self.value(thing, column)
        return found

    def orders(self, thing):
        return [self.order(thing, 2) for _ in range(self.draw(st.integers(0, 2)))]

    def order(self, thing, depth):
        names = [c.name for c in thing.columns.values() if c.can_be_ordered and self.may_use(c)]
        names += list(thing.ones) if depth else []
        if not names:
            return {next(c.name for c in thing.columns.values() if c.can_be_ordered): Word("asc")}
        name = self.one_of(*names)
        if one := thing.ones.get(name):
            return {name: self.order(self.by_name[one.target], depth - 1)}
        return {name: Word(self.one_of("asc", "desc"))}

    # --- selections --------------------------------------------------------------------------------------------

    def root(self):
        thing = self.one_of(*self.things)
        kind = self.one_of("one", "page", "page", "group", "node", "nodes", "nik", "typename")
        past = self.past(thing) if kind in ("one", "page", "group") else {}
        if kind == "one":
            name, given = thing.name[0].lower() + thing.name[1:], {"id": self.given("ID!", self.an_id(thing))} | past
            return f"{self.key_for()}{name}{self.arguments(given)} {self.object(thing, DEPTH)}"
        if kind == "page":
            return f"{self.key_for()}{thing.plural}{self.page(thing, DEPTH, past)}"
        if kind == "group":
            return f"{self.key_for()}{thing.plural}Aggregate{self.groups(thing, DEPTH, past)}"
        if kind == "node":
            found = self.given("ID!", self.an_id(thing))
            return f"{self.key_for()}node(id: {literal(found)}) {self.anything(thing)}"
        if kind == "nodes":
            others = [self.one_of(thing, *self.things) for _ in range(self.draw(st.integers(0, 3)))]
            ids = self.given("[ID!]!", [self.an_id(one) for one in others])
            return f"{self.key_for()}nodes(ids: {literal(ids)}) {self.anything(thing)}"
        if kind == "nik" and self.unmasked:
            number = self.draw(st.integers(1, 30))
            return f'{self.key_for()}personByNik(nik: "{5315990000000000 + number}") {self.object(self.by_name["Person"], 2)}'
        return f"{self.key_for()}__typename"

    def key_for(self):
        """Return a unique key, because root fields with different arguments may not share one."""
        self.keys += 1
        return f"r{self.keys}: "

    def past(self, thing):
        if not thing.keeps_its_past or not self.maybe(3):
            return {}
        instant = self.one_of("2024-01-01T07:00:00Z", "2024-06-30T00:00:00+08:00", "2024-12-31T00:00:00Z")
        return {"asOf": self.given("DateTime!", instant)}

    def anything(self, thing):
        other = self.one_of(*self.things)
        parts = ["id", "__typename", f"... on {thing.name} {self.object(thing, 2)}"]
        if other is not thing:
            parts.append(f"... on {other.name} {self.object(other, 1)}")
        return "{ " + " ".join(parts) + " ... on Node { n: __typename } }"

    def selection(self, type_name, parts):
        """Write the parts, some of them inside fragments, some skipped or included."""
        wrapped = [self.wrapped(type_name, part) for part in parts]
        return "{ " + " ".join(wrapped) + " }"

    def wrapped(self, type_name, part):
        way = self.draw(st.integers(0, 11))
        if way == 0:
            return f"... on {type_name} {{ {part} }}"
        if way == 1:
            return f"... {{ {part} }}"
        if way == 2:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {type_name} {{ {part} }}")
            return f"...{name} "
        if way == 3:
            condition = literal(self.given("Boolean!", self.draw(st.booleans())))
            return f"... @{self.one_of('skip', 'include')}(if: {condition}) {{ {part} }}"
        return part

    def object(self, thing, depth):
        simple = ["id", "__typename", *thing.columns]
        parts = [self.key() + self.one_of(*simple) for _ in range(self.draw(st.integers(1, 4)))]
        if depth > 1:
            for name in dict.fromkeys(
                self.one_of(*simple, *thing.ones, *thing.collections, *thing.collections) for _ in range(2)
            ):
                parts.append(self.relation(thing, name, depth - 1))
        return self.selection(thing.name, _without_conflicts(parts))

    def relation(self, thing, name, depth):
        if one := thing.ones.get(name):
            return f"{name} {self.object(self.by_name[one.target], depth)}"
        if many := thing.collections.get(name):
            target = self.by_name[many.target]
            if self.maybe(4):
                return f"{name}Aggregate{self.groups(target, depth, {})}"
            return f"{name}{self.page(target, depth, {})}"
        return name

    def page(self, thing, depth, given):
        if self.maybe(2):
            given = given | {"filter": self.filter(thing)}
        if self.maybe(2):
            given = given | {"orderBy": self.orders(thing)}
        if self.maybe(5):
            given = {name: self.whole(thing, name, value) for name, value in given.items()}
        for end in ("after", "before"):  # cursors of ordered pages are sealed: test_cursors.py tests them
            if "orderBy" not in given and self.maybe(5):
                given = given | {end: self.given("String", self.an_id(thing))}
        if not self.maybe(4):
            given = given | {self.one_of("first", "last"): self.given("Int", self.draw(st.integers(0, 8)))}
        name = thing.name
        offered = {
            "nodes": lambda: f"nodes {self.object(thing, depth)}",
            "edges": lambda: (
                f"edges {self.selection(f'{name}Edge', ['cursor', f'node {self.object(thing, depth)}', '__typename'])}"
            ),
            "pageInfo": lambda: (
                f"pageInfo {self.selection('PageInfo', ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'])}"
            ),
            "totalCount": lambda: "totalCount",
            "__typename": lambda: "__typename",
        }
        chosen = self.draw(st.lists(st.sampled_from(list(offered)), min_size=1, max_size=3, unique=True))
        parts = [offered[one]() for one in chosen]
        return f"{self.arguments(given)} {self.selection(f'{name}Connection', parts)}"

    def whole(self, thing, name, value):
        """Put a whole filter or order into one variable."""
        kinds = {"filter": f"{thing.name}Filter", "orderBy": f"[{thing.name}Order!]"}
        if name not in kinds or _holds_variables(value):
            return value
        return self.given(kinds[name], value)

    def groups(self, thing, depth, given):
        names = [one.name for one in thing.groupings.values() if one.mask is None or self.unmasked]
        by = self.draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
        if self.maybe(2):
            given = given | {"filter": self.filter(thing)}
        if by or (names and self.maybe(3)):
            given = given | {"groupBy": self.given(f"[{thing.name}GroupBy!]", [Word(name) for name in by])}
        parts = ["count", "__typename"]
        for function, columns in measures(thing).items():
            offered = [column.name for column in columns if self.may_use(column)]
            offered += list(thing.ones) if function == "countDistinct" else []
            if offered and self.maybe(2):
                chosen = dict.fromkeys(self.one_of(*offered) for _ in range(2))
                parts.append(f"{function} {self.selection(thing.name + FIGURES[function], list(chosen))}")
        if names:
            keys = [self.shared(thing, name, depth) for name in dict.fromkeys([*by, self.one_of(*names)])]
            parts.append(f"key {self.selection(f'{thing.name}Key', keys)}")
        return f"{self.arguments(given)} {self.selection(f'{thing.name}Aggregate', parts)}"

    def shared(self, thing, name, depth):
        grouping = thing.groupings[name]
        return f"{name} {self.object(self.by_name[grouping.one.target], min(depth, 2))}" if grouping.one else name


def _holds_variables(value):
    if isinstance(value, dict):
        return any(map(_holds_variables, value.values()))
    return any(map(_holds_variables, value)) if isinstance(value, list) else isinstance(value, Variable)


def _plain(value):
    return json.loads(json.dumps(value))


def _without_conflicts(parts):
    """Keep one field per name, unless it has its own key."""
    return list(dict.fromkeys(parts))


@st.composite
def operations(draw, things, tables, unmasked):
    return Asking(draw, things, tables, unmasked).operation()
