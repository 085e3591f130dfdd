"""SQL emitter: the typed tree becomes one statement that returns JSON, in the order and under the keys of the request.

Objects are whole rows as JSON (`to_json` over a sub-select), about twice as fast as building them key by key. A to-one relation
is a left join, so that the planner can use a hash for a thousand rows and a lookup for one. A to-many relation is a sub-select
(connections.py, aggregates.py).
"""

from collections.abc import Sequence

from api.sql.aggregates import AggregateWriter
from api.sql.connections import PageWriter
from api.sql.entities import Column, Entity, Kind
from api.sql.expressions import as_object, id_text, masked, shown, word
from api.sql.parameters import Binder
from api.sql.plan_nodes import SUBJECT, Groups, Id, Listed, Nested, Object, Page, Root, Single, Value, Word
from api.sql.predicates import CASTS, Conditions, Names, joins


def statement(roots: Sequence[tuple[str, Root]]) -> tuple[str, list[tuple[str, Binder]]]:
    """Return the SQL and its parameters: for each, its root field's key and the way to its value."""
    writer = Writer()
    columns = []
    for key, root in roots:
        writer.names.root = key
        columns.append(f'{writer.root(root)} as "{key}"')
    return f"select to_json(r$) from (select {', '.join(columns)}) r$", writer.names.takes


class Writer:
    """Writes one statement."""

    def __init__(self) -> None:
        self.names = Names()
        self.conditions = Conditions(self.names)
        self._pages = PageWriter(self)
        self._figures = AggregateWriter(self)

    def root(self, root: Root) -> str:
        match root:
            case None:
                return "null"
            case Word(text):
                return word(text)
            case Single():
                return self._single(root)
            case Listed():
                return self._listed(root)
            case Page():
                return self._pages.write(root, None)
            case Groups():
                return self._figures.write(root, None)

    def select(self, object_: Object, source: str, alias: str, rest: str) -> str:
        """Write a query for the fields of `object_` over the rows of `source`."""
        columns, lateral = self.columns(object_, alias)
        return f"select {', '.join(columns)} from {source} {alias}{lateral}{rest}"

    def columns(self, object_: Object, alias: str) -> tuple[list[str], str]:
        """Write the columns for the fields of `object_`, and the joins that they need."""
        columns, lateral = [], []
        for key, field in object_.fields:
            if isinstance(field, Nested):
                inner = self.names.alias()
                lateral.append(f" left join lateral ({self._nested(field, alias)}) {inner} on true")
                columns.append(f'to_json({inner}) as "{key}"')
            else:
                columns.append(f'{self.field(object_.thing, field, alias)} as "{key}"')
        if object_.reveals:
            columns.append(f'{alias}.{object_.thing.subject[1]} as "{SUBJECT}"')
        return columns, "".join(lateral)

    def field(self, thing: Entity, field: Value | Id | Word | Page | Groups, alias: str) -> str:
        match field:
            case Value(column, True):
                return masked(column, f"{alias}.{column.sql}")
            case Value(column):
                return shown(column, f"{alias}.{column.sql}")
            case Id():
                return id_text(thing, alias)
            case Word(text):
                return word(text)
            case Page():
                return self._pages.write(field, alias)
            case Groups():
                return self._figures.write(field, alias)

    def _nested(self, field: Nested, above: str) -> str:
        alias = self.names.alias()
        joined = joins(field.one.pairs, above, alias)
        return self.select(field.object, field.object.thing.table, alias, f" where {joined}")

    def _single(self, root: Single) -> str:
        alias = self.names.alias()
        source = self.conditions.source(root.rows)
        return as_object(self.select(root.object, source, alias, self.conditions.where(root.rows, alias, None)))

    def _listed(self, root: Listed) -> str:
        types, keys = self.names.bind(root.types, "text[]"), self.names.bind(root.keys, "text[]")
        cases = " ".join(
            f"when '{one.thing.name}' then {as_object(self._keyed(one, 'u$.key'))}" for one in root.objects
        )
        chosen = f"case u$.type {cases} end" if cases else "null::json"
        listed = f"unnest({types}, {keys}) with ordinality u$(type, key, place)"
        return f"(select coalesce(json_agg({chosen} order by u$.place), '[]') from {listed})"

    def _keyed(self, object_: Object, key: str) -> str:
        """Write the row whose key is in the text `key`."""
        alias, columns = self.names.alias(), object_.thing.key
        parts = [key] if len(columns) == 1 else [f"split_part({key}, ':', {n})" for n in range(1, len(columns) + 1)]
        pairs = zip(columns, parts, strict=True)
        same = " and ".join(f"{alias}.{column.sql} = {_read(column, part)}" for column, part in pairs)
        return self.select(object_, object_.thing.table, alias, f" where {same}")


def _read(column: Column, text: str) -> str:
    """Write a key column's value, read from its text in an id."""
    return f"({text} || '-01')::date" if column.kind is Kind.month else f"{text}::{CASTS[column.kind]}"
