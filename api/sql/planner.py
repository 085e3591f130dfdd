"""Planner: an operation becomes the typed tree of the data to fetch (plan_nodes.py), for one viewer class.

A refused root field is refused alone: its plan is None, and its refusal is stored.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphql import GraphQLError, GraphQLObjectType

from api.errors import AliasTooLong
from api.sql.entities import Entity, EntityRegistry, Grouping, Pairs, ToOne, camel, snake
from api.sql.filters import Filtering, is_living, pairs_of, parts_of_key
from api.sql.global_ids import key_texts, named_by, problems_of, type_names
from api.sql.page_arguments import Ordering, cursor_of, size_of
from api.sql.parameters import Binder, Param, ToSeal, binder, type_of_id
from api.sql.plan_nodes import (
    OF,
    TYPE,
    Aggregate,
    Aggregates,
    Compare,
    Count,
    Edges,
    Groups,
    HasKey,
    Id,
    Info,
    Key,
    Listed,
    LivesOn,
    Nested,
    Nodes,
    Object,
    Page,
    Root,
    Rows,
    Shared,
    Single,
    Value,
    Word,
)
from api.sql.selections import Document, SelectedField
from api.sql.unmasking import unmasking_of
from api.sql.viewers import Viewer
from jamsos.errors import JamsosError

ANYTHING = ("node", "nodes", "personByNik")
LONGEST = 63  # PostgreSQL truncates longer names


class Planner:
    """Plans one operation. `refusals` contains, by key, the reason of each refused root field.

    With `tells_types`, any entity that is found by id includes its type under `TYPE`, for an executor that needs it.
    """

    def __init__(
        self, document: Document, things: EntityRegistry, viewer: Viewer, *, tells_types: bool = False
    ) -> None:
        self._tells_types = tells_types
        self._document = document
        self._things = things
        self._viewer = viewer
        self._filtering = Filtering(things, viewer)
        self._ordering = Ordering(things, viewer, self._filtering)
        self.refusals: dict[str, GraphQLError] = {}

    @property
    def used(self) -> set[tuple[str, str]]:
        return self._filtering.used

    def roots(self, parent: GraphQLObjectType, fields: list[SelectedField]) -> tuple[tuple[str, Root], ...]:
        return tuple((asked.key, self._root(parent, asked)) for asked in fields)

    def _root(self, parent: GraphQLObjectType, asked: SelectedField) -> Root:
        try:
            _check_alias(asked)
            return self.root(parent, asked)
        except JamsosError as refusal:
            error = GraphQLError(str(refusal), list(asked.nodes), path=[asked.key], original_error=refusal)
        except GraphQLError as refusal:
            error = GraphQLError(refusal.message, refusal.nodes, path=[asked.key])
        self.refusals[asked.key] = error
        return None

    def root(self, parent: GraphQLObjectType, asked: SelectedField) -> Root:
        if asked.name == "__typename":
            return Word(parent.name)
        given = self._document.arguments(parent.fields[asked.name], asked)
        if asked.name == "node":
            return self._by_id(self._thing_named(given["id"]), given, asked, is_any=True)
        if asked.name == "nodes":
            return self._listed(given["ids"], asked)
        if asked.name == "personByNik":
            return self._by_nik(given["nik"], asked)
        kind, thing = self._rooted[asked.name]
        if kind == "one":
            return self._by_id(thing, given, asked)
        rows = self._rows(thing, (), given, None)
        return self._page(rows, given, asked) if kind == "page" else self._groups(rows, given, asked)

    @property
    def _rooted(self) -> Mapping[str, tuple[str, Entity]]:
        return root_names(self._things)

    # --- by key ------------------------------------------------------------------------------------------------

    def by_key(self, thing: Entity, key: tuple[Any, ...], asked: SelectedField) -> Single:
        """Plan the row of a key that a mutation returned."""
        self._viewer.must_read(thing)
        parts = tuple(binder(part, lambda value: value) for part in key)
        return Single(Rows(thing, condition=HasKey(thing, parts)), self._object(thing, asked, None))

    def _thing_named(self, given: Any) -> Entity:
        return named_by(self._things, given.hint if isinstance(given, Param) else given)

    def _by_id(self, thing: Entity, given: dict[str, Any], asked: SelectedField, *, is_any: bool = False) -> Single:
        self._viewer.must_read(thing)
        as_of = self._as_of(given, None)
        rows = Rows(thing, (), HasKey(thing, parts_of_key(thing, given["id"])), as_of)
        return Single(rows, self._object(thing, asked, as_of, is_any=is_any))

    def _listed(self, given: Any, asked: SelectedField) -> Listed:
        hinted = given.hint if isinstance(given, Param) else {_type_named(one) for one in given}
        things, refused = list[Entity](), dict[str, JamsosError]()
        for name in sorted(name for name in hinted if name in self._things):
            try:
                self._viewer.must_read(self._things[name])
                things.append(self._things[name])
            except JamsosError as refusal:
                refused[name] = refusal
        objects = tuple(self._object(thing, asked, None, is_any=True) for thing in things)
        if any(unmasking_of(one) for one in objects):
            objects = tuple(replace(one, fields=(*one.fields, (OF, Word(one.thing.name)))) for one in objects)
        texts, problems = key_texts(self._things), problems_of(self._things, refused)
        return Listed(binder(given, type_names), binder(given, texts), objects, binder(given, problems))

    def _by_nik(self, given: Any, asked: SelectedField) -> Single:
        thing = self._things["Person"]
        self._viewer.must_read(thing)
        column = thing.columns["nik"]
        if column.mask is not None:
            self._viewer.must_unmask(column.mask)
        nik = Compare(column, "eq", binder(given, lambda nik: ToSeal("nik", nik)))
        rows = Rows(thing, condition=LivesOn(thing.ones["mergedInto"], nik))
        return Single(rows, self._object(thing, asked, None, reveals=True), by_nik=True)

    # --- objects -----------------------------------------------------------------------------------------------

    def _object(
        self, thing: Entity, asked: SelectedField, as_of: Binder | None, *, reveals: bool = False, is_any: bool = False
    ) -> Object:
        type_ = self._type(thing.name)
        fields = self._document.below(type_, asked)
        made = tuple((one.key, self._field(thing, type_, one, as_of)) for one in map(_check_alias, fields))
        if is_any and self._tells_types:
            made = (*made, (TYPE, Word(thing.name)))
        shown = any(isinstance(field, Value) and field.column.mask and not field.masked for _, field in made)
        return Object(thing, made, reveals or shown)

    def _field(
        self, thing: Entity, type_: GraphQLObjectType, asked: SelectedField, as_of: Binder | None
    ) -> Value | Id | Word | Nested | Page | Groups:
        name = asked.name
        if name == "__typename":
            return Word(thing.name)
        if name == "id":
            return Id()
        if (column := thing.columns.get(name)) is not None:
            return Value(column, column.mask is not None and column.mask not in self._viewer.unmasks)
        if (one := thing.ones.get(name)) is not None:
            return self._nested(one, asked, as_of)
        return self._many(thing, type_, asked, as_of)

    def _nested(self, one: ToOne, asked: SelectedField, as_of: Binder | None) -> Nested:
        target = self._things[one.target]
        self._viewer.must_read(target)
        return Nested(one, self._object(target, asked, as_of))

    def _many(
        self, thing: Entity, type_: GraphQLObjectType, asked: SelectedField, as_of: Binder | None
    ) -> Page | Groups:
        is_page = asked.name in thing.collections
        many = thing.collections[asked.name if is_page else asked.name.removesuffix("Aggregate")]
        target = self._things[many.target]
        given = self._document.arguments(type_.fields[asked.name], asked)
        rows = self._rows(target, pairs_of(many, target), given, as_of)
        return self._page(rows, given, asked) if is_page else self._groups(rows, given, asked)

    # --- pages -------------------------------------------------------------------------------------------------

    def _rows(self, thing: Entity, pairs: Pairs, given: dict[str, Any], as_of: Binder | None) -> Rows:
        self._viewer.must_read(thing)
        wanted, as_of = given.get("filter"), self._as_of(given, as_of)
        condition = None if wanted is None else self._filtering.condition(thing, wanted, as_of)
        return Rows(thing, pairs, condition, as_of, is_living(thing, pairs, wanted))

    def _as_of(self, given: dict[str, Any], inherited: Binder | None) -> Binder | None:
        instant = given.get("asOf")
        return inherited if instant is None else binder(instant, lambda value: value)

    def _page(self, rows: Rows, given: dict[str, Any], asked: SelectedField) -> Page:
        thing = rows.thing
        size, backward = size_of(asked.key, given)
        fields = self._document.below(self._type(f"{thing.name}Connection"), asked)
        orders = self._ordering.orders(thing, given.get("orderBy"))
        return Page(
            rows=rows,
            orders=orders,
            size=size,
            backward=backward,
            after=cursor_of(thing, orders, given.get("after")),
            before=cursor_of(thing, orders, given.get("before")),
            parts=tuple((one.key, self._part(rows, one)) for one in map(_check_alias, fields)),
        )

    def _part(self, rows: Rows, asked: SelectedField) -> Nodes | Edges | Info | Count | Word:
        thing = rows.thing
        match asked.name:
            case "nodes":
                return Nodes(self._object(thing, asked, rows.as_of))
            case "edges":
                fields = self._document.below(self._type(f"{thing.name}Edge"), asked)
                return Edges(thing, tuple((one.key, self._edge(rows, one)) for one in map(_check_alias, fields)))
            case "pageInfo":
                fields = self._document.below(self._type("PageInfo"), asked)
                return Info(tuple((one.key, _named("PageInfo", one)) for one in map(_check_alias, fields)))
            case "totalCount":
                return Count()
        return Word(f"{thing.name}Connection")

    def _edge(self, rows: Rows, asked: SelectedField) -> Id | Word | Object:
        if asked.name == "node":
            return self._object(rows.thing, asked, rows.as_of)
        return Id() if asked.name == "cursor" else Word(f"{rows.thing.name}Edge")

    # --- aggregates --------------------------------------------------------------------------------------------

    def _groups(self, rows: Rows, given: dict[str, Any], asked: SelectedField) -> Groups:
        thing = rows.thing
        by = tuple(dict.fromkeys(thing.groupings[value.value] for value in given.get("groupBy") or ()))
        for grouping in by:
            self._may_group(thing, grouping)
        fields = self._document.below(self._type(f"{thing.name}Aggregate"), asked)
        return Groups(rows, by, tuple((one.key, self._reckoned(rows, by, one)) for one in map(_check_alias, fields)))

    def _may_group(self, thing: Entity, grouping: Grouping) -> None:
        if grouping.one is not None:
            self._viewer.must_read(self._things[grouping.one.target])
        elif grouping.column is not None:
            self._filtering.may_use(thing, grouping.column)

    def _reckoned(
        self, rows: Rows, by: tuple[Grouping, ...], asked: SelectedField
    ) -> Aggregate | Aggregates | Key | Word:
        thing, name = rows.thing, asked.name
        if name == "__typename":
            return Word(f"{thing.name}Aggregate")
        if name == "count":
            return Aggregate("count")
        type_ = self._type(f"{thing.name}{FIGURES.get(name, 'Key')}")
        fields = list(map(_check_alias, self._document.below(type_, asked)))
        if name == "key":
            return Key(tuple((one.key, self._shared(rows, type_, by, one)) for one in fields))
        return Aggregates(tuple((one.key, self._figure(thing, type_, name, one)) for one in fields))

    def _figure(self, thing: Entity, type_: GraphQLObjectType, function: Any, asked: SelectedField) -> Aggregate | Word:
        if asked.name == "__typename":
            return Word(type_.name)
        if (one := thing.ones.get(asked.name)) is not None:
            return Aggregate(function, one)
        column = thing.columns[asked.name]
        self._filtering.may_use(thing, column)
        return Aggregate(function, column)

    def _shared(
        self, rows: Rows, type_: GraphQLObjectType, by: tuple[Grouping, ...], asked: SelectedField
    ) -> Shared | Word:
        if asked.name == "__typename":
            return Word(type_.name)
        grouping = rows.thing.groupings[asked.name]
        if grouping.one is not None:
            self._viewer.must_read(self._things[grouping.one.target])
        object_ = self._object(self._things[grouping.one.target], asked, rows.as_of) if grouping.one else None
        return Shared(grouping, grouping in by, object_)

    def _type(self, name: str) -> GraphQLObjectType:
        type_ = self._document.schema.get_type(name)
        assert isinstance(type_, GraphQLObjectType), name  # noqa: S101 (the schema was made of the same things)
        return type_


FIGURES = {"countDistinct": "Distinct", "sum": "Sum", "avg": "Average", "min": "Least", "max": "Greatest"}


def root_names(things: EntityRegistry) -> dict[str, tuple[str, Entity]]:
    """Return every compiled root field except those that find any entity."""
    found = {}
    for thing in things:
        found[camel(snake(thing.name))] = ("one", thing)
        found[thing.plural] = ("page", thing)
        found[f"{thing.plural}Aggregate"] = ("groups", thing)
    return found


def _named(type_name: str, asked: SelectedField) -> Any:
    return Word(type_name) if asked.name == "__typename" else asked.name


def _type_named(given: Any) -> str:
    return str(given.hint) if isinstance(given, Param) else type_of_id(given)


def _check_alias(asked: SelectedField) -> SelectedField:
    """Check the length of an alias. Raises AliasTooLong."""
    if len(asked.key) > LONGEST:
        raise AliasTooLong(alias=asked.key, limit=LONGEST)
    return asked
