"""Writing: the typed tree becomes one SQL statement that answers in JSON, in the order and under the keys that were asked.

Objects are rows turned to JSON whole (`to_json` over a sub-select), which is about twice as fast as building them key by key. A
relation to one is a left join, so that the planner may hash it for a thousand rows and look it up for one; a relation to
many is a sub-select of its own. A page is cut before anything is joined to it.
"""

from collections.abc import Sequence

from api.sql.conditions import CASTS, Conditions, Names, joins
from api.sql.plans import (
    Count,
    Cursor,
    Edges,
    Figure,
    Figures,
    Groups,
    Id,
    Info,
    Key,
    Listed,
    Nested,
    Nodes,
    Object,
    Order,
    Page,
    Root,
    Rows,
    Shared,
    Single,
    Size,
    Value,
    Word,
)
from api.sql.slots import Take
from api.sql.things import Column, Kind, Thing

SUBJECT = "#"  # the key under which a revealed row's subject comes; not a name of GraphQL
MASK = {"nik": "*" * 16, "kk": "*" * 16}


def statement(roots: Sequence[tuple[str, Root]]) -> tuple[str, list[tuple[str, Take]]]:
    """The SQL, and what is bound: for each parameter its root field's key and how its value is got."""
    writer = _Writer()
    columns = []
    for key, root in roots:
        writer.names.root = key
        columns.append(f'{writer.root(root)} as "{key}"')
    return f"select to_json(r$) from (select {', '.join(columns)}) r$", writer.names.takes


def shown(column: Column, sql: str) -> str:
    match column.kind:
        case Kind.month:
            return f"to_char({sql}, 'YYYY-MM')"
        case Kind.hash | Kind.sealed:
            return f"encode({sql}, 'hex')"
    return sql


def masked(column: Column, sql: str) -> str:
    """Text shows asterisks where there is a value; anything else is null."""
    if column.kind not in (Kind.text, Kind.code, Kind.sealed):
        return "null::text"
    mask = MASK.get(column.sealed or "", "***")
    return f"case when {sql} is not null then '{mask}' end" if column.nullable else f"'{mask}'::text"


def id_text(thing: Thing, alias: str) -> str:
    parts = " || ':' || ".join(shown(column, f"{alias}.{column.sql}") for column in thing.key)
    return f"'{thing.name}:' || {parts}"


def as_list(query: str) -> str:
    return f"(select coalesce(json_agg(o$), '[]') from ({query}) o$)"


def as_object(query: str) -> str:
    return f"(select to_json(o$) from ({query}) o$)"


class _Writer:
    def __init__(self) -> None:
        self.names = Names()
        self._conditions = Conditions(self.names)

    def root(self, root: Root) -> str:
        match root:
            case None:
                return "null"
            case Word(text):
                return f"'{text}'"
            case Single():
                return as_object(self._rows_shown(root.object, root.rows))
            case Listed():
                return self._listed(root)
            case Page():
                return self._page(root, None)
            case Groups():
                return self._groups(root, None)

    # --- rows --------------------------------------------------------------------------------------------------

    def _rows_shown(self, object_: Object, rows: Rows) -> str:
        alias = self.names.alias()
        return self._select(
            object_, f"{self._conditions.source(rows)} {alias}", alias, self._conditions.where(rows, alias, None)
        )

    # --- objects -----------------------------------------------------------------------------------------------

    def _select(self, object_: Object, source: str, alias: str, rest: str) -> str:
        """A query for the fields of `object_` over the rows of `source`."""
        columns, lateral = self._columns(object_, alias)
        return f"select {', '.join(columns)} from {source}{lateral}{rest}"

    def _columns(self, object_: Object, alias: str) -> tuple[list[str], str]:
        columns, lateral = [], []
        for key, field in object_.fields:
            if isinstance(field, Nested):
                inner = self.names.alias()
                lateral.append(f" left join lateral ({self._nested(field, alias)}) {inner} on true")
                columns.append(f'to_json({inner}) as "{key}"')
            else:
                columns.append(f'{self._field(object_.thing, field, alias)} as "{key}"')
        if object_.reveals:
            columns.append(f'{alias}.{object_.thing.subject[1]} as "{SUBJECT}"')
        return columns, "".join(lateral)

    def _field(self, thing: Thing, field: Value | Id | Word | Page | Groups, alias: str) -> str:
        match field:
            case Value(column, True):
                return masked(column, f"{alias}.{column.sql}")
            case Value(column):
                return shown(column, f"{alias}.{column.sql}")
            case Id():
                return id_text(thing, alias)
            case Word(text):
                return f"'{text}'"
            case Page():
                return self._page(field, alias)
            case Groups():
                return self._groups(field, alias)

    def _nested(self, field: Nested, above: str) -> str:
        alias = self.names.alias()
        joined = joins(field.one.pairs, above, alias)
        return self._select(field.object, f"{field.object.thing.table} {alias}", alias, f" where {joined}")

    def _listed(self, root: Listed) -> str:
        types, keys = self.names.bind(root.types, "text[]"), self.names.bind(root.keys, "text[]")
        cases = " ".join(
            f"when '{one.thing.name}' then {as_object(self._keyed(one, 'u$.key'))}" for one in root.objects
        )
        chosen = f"case u$.type {cases} end" if cases else "null::json"
        listed = f"unnest({types}, {keys}) with ordinality u$(type, key, place)"
        return f"(select coalesce(json_agg({chosen} order by u$.place), '[]') from {listed})"

    def _keyed(self, object_: Object, key: str) -> str:
        """The row whose key is written in the text `key`."""
        alias, columns = self.names.alias(), object_.thing.key
        parts = [key] if len(columns) == 1 else [f"split_part({key}, ':', {n})" for n in range(1, len(columns) + 1)]
        same = " and ".join(
            f"{alias}.{column.sql} = {_read(column, part)}" for column, part in zip(columns, parts, strict=True)
        )
        return self._select(object_, f"{object_.thing.table} {alias}", alias, f" where {same}")

    # --- pages -------------------------------------------------------------------------------------------------

    def _page(self, page: Page, above: str | None) -> str:
        if all(isinstance(part, Nodes | Edges | Count | Word) for _, part in page.parts):
            rows_shown = sum(isinstance(part, Nodes | Edges) for _, part in page.parts)
            if rows_shown <= 1:
                return self._simple_page(page, above)
        return self._whole_page(page, above)

    def _simple_page(self, page: Page, above: str | None) -> str:
        """Nothing but the rows themselves, once, and perhaps how many there are."""
        columns = []
        for key, part in page.parts:
            source = ""
            if isinstance(part, Nodes | Edges):
                source = f"({self._cut(page, above, extra=0)})"
            columns.append(f'{self._part(page, part, source, above)} as "{key}"')
        return as_object(f"select {', '.join(columns)}")

    def _whole_page(self, page: Page, above: str | None) -> str:
        """The page with one row more, kept beside: from it the rows are shown, and whether more follow."""
        more, kept = self.names.alias(), self.names.alias()
        cut = self._cut(page, above, extra=1)
        order = self._order_by(page, more, backward=page.backward, is_cut=True)
        limit = self._limit(page.size, 0)
        columns = [f'{self._part(page, part, kept, above, more)} as "{key}"' for key, part in page.parts]
        tables = f"with {more} as materialized ({cut}), {kept} as materialized (select * from {more}{order}{limit})"
        return f"({tables} select to_json(c$) from (select {', '.join(columns)}) c$)"

    def _cut(self, page: Page, above: str | None, *, extra: int) -> str:
        """The rows of the page, cut off before anything is joined; orders through relations come along as columns."""
        rows, alias = page.rows, self.names.alias()
        source = self._conditions.source(rows)
        cursors = [
            self._beyond(page, alias, cursor, backward)
            for cursor, backward in ((page.after, False), (page.before, True))
            if cursor is not None
        ]
        where = self._conditions.where(rows, alias, above, *cursors)
        far = "".join(f", {self._ordered(order, alias)} as o{n}$" for n, order in enumerate(page.orders) if order.ones)
        order = self._order_by(page, alias, backward=page.backward, is_cut=False)
        query = f"select {alias}.*{far} from {source} {alias}{where}{order}{self._limit(page.size, extra)}"
        if page.size.bound is None:
            return query
        # the planner takes a bound limit for a tenth of the table, so it is told the class of its size besides
        return f"select * from ({query}) {alias} limit {page.size.limit + extra}"

    def _limit(self, size: Size, extra: int) -> str:
        limit = str(size.limit) if size.bound is None else self.names.bind(size.bound, "bigint")
        return f" limit {limit} + {extra}"

    def _order_by(self, page: Page, alias: str, *, backward: bool, is_cut: bool) -> str:
        terms = []
        for n, order in enumerate(page.orders):
            sql = f"{alias}.o{n}$" if is_cut and order.ones else self._ordered(order, alias)
            terms.append(sql + (" desc" if order.descending != backward else ""))
        terms += [column.over(alias) + (" desc" if backward else "") for column in page.rows.thing.key]
        return f" order by {', '.join(terms)}"

    def _ordered(self, order: Order, alias: str) -> str:
        """What is ordered by: a column, or that of the row which relations lead to."""
        if not order.ones:
            return order.column.over(alias)
        first, *rest = order.ones
        inner = self.names.alias()
        there = self._ordered(Order(tuple(rest), order.column), inner)
        return f"(select {there} from {first.table} {inner} where {joins(first.pairs, alias, inner)})"

    def _part(
        self, page: Page, part: Nodes | Edges | Info | Count | Word, source: str, above: str | None, more: str = ""
    ) -> str:
        match part:
            case Word(text):
                return f"'{text}'"
            case Count():
                alias = self.names.alias()
                rows = page.rows
                return f"(select count(*) from {self._conditions.source(rows)} {alias}{self._conditions.where(rows, alias, above)})"
            case Nodes(object_):
                alias = self.names.alias()
                order = self._order_by(page, alias, backward=False, is_cut=True)
                return as_list(self._select(object_, f"{source} {alias}", alias, order))
            case Edges():
                return self._edges(page, part, source)
            case Info():
                return self._info(page, part, source, more)

    def _edges(self, page: Page, edges: Edges, source: str) -> str:
        alias, columns, lateral = self.names.alias(), [], []
        for key, field in edges.fields:
            if isinstance(field, Object):
                inner = self.names.alias()
                shown_columns, joined = self._columns(field, alias)
                lateral.append(f" cross join lateral (select {', '.join(shown_columns)}{_from(joined)}) {inner}")
                columns.append(f'to_json({inner}) as "{key}"')
            else:
                columns.append(f'{self._field(edges.thing, field, alias)} as "{key}"')
        order = self._order_by(page, alias, backward=False, is_cut=True)
        return as_list(f"select {', '.join(columns)} from {source} {alias}{''.join(lateral)}{order}")

    def _info(self, page: Page, info: Info, kept: str, more: str) -> str:
        has_more = f"(select count(*) from {more}) > (select count(*) from {kept})"
        given_before, given_after = page.before is not None, page.after is not None
        values = {
            "hasNextPage": f"{given_before}" if page.backward else has_more,
            "hasPreviousPage": has_more if page.backward else f"{given_after}",
            "startCursor": self._end(page, kept, backward=False),
            "endCursor": self._end(page, kept, backward=True),
        }
        columns = [
            f"""{f"'{field.text}'" if isinstance(field, Word) else values[field]} as "{key}\""""
            for key, field in info.fields
        ]
        return as_object(f"select {', '.join(columns)}")

    def _end(self, page: Page, kept: str, *, backward: bool) -> str:
        alias = self.names.alias()
        order = self._order_by(page, alias, backward=backward, is_cut=True)
        return f"(select {id_text(page.rows.thing, alias)} from {kept} {alias}{order} limit 1)"

    # --- cursors -----------------------------------------------------------------------------------------------

    def _beyond(self, page: Page, alias: str, cursor: Cursor, backward: bool) -> str:
        """Rows behind the cursor's row, or before it; where that row stands is looked up."""
        thing = page.rows.thing
        keys = [self.names.bind(take, CASTS[column.kind]) for column, take in zip(thing.key, cursor.parts, strict=True)]
        if not page.orders:
            return _compared_whole([column.over(alias) for column in thing.key], keys, "<" if backward else ">")
        terms = [
            (
                self._ordered(order, alias),
                self._standing(page.rows, order, keys),
                order.descending != backward,
                order.nullable,
            )
            for order in page.orders
        ]
        terms += [
            (column.over(alias), self._standing(page.rows, Order((), column), keys), backward, False)
            for column in thing.key
        ]
        if len({down for _, _, down, _ in terms}) == 1 and not any(nullable for _, _, _, nullable in terms):
            sign = "<" if terms[0][2] else ">"
            return _compared_whole([here for here, _, _, _ in terms], [there for _, there, _, _ in terms], sign)
        return f"({_stepwise(terms)})"

    def _standing(self, rows: Rows, order: Order, keys: list[str]) -> str:
        """The cursor's row's value of an order; null when it is not in sight."""
        alias = self.names.alias()
        same = " and ".join(f"{alias}.{column.sql} = {key}" for column, key in zip(rows.thing.key, keys, strict=True))
        return f"(select {self._ordered(order, alias)} from {self._conditions.source(rows)} {alias} where {same})"

    # --- aggregates --------------------------------------------------------------------------------------------

    def _groups(self, groups: Groups, above: str | None) -> str:
        rows, inner, outer = groups.rows, self.names.alias(), self.names.alias()
        source = self._conditions.source(rows)
        where = self._conditions.where(rows, inner, above)
        grouped = [f"{one.sql.format(t=inner)} as g{n}$" for n, one in enumerate(groups.by)]
        figures = _Figures(inner)
        columns, lateral = [], []
        for key, field in groups.fields:
            match field:
                case Word(text):
                    columns.append(f"'{text}' as \"{key}\"")
                case Figure():
                    columns.append(f'{outer}.{figures.add(field)} as "{key}"')
                case Figures():
                    columns.append(f'{self._figures(field, figures, outer)} as "{key}"')
                case Key():
                    alias = self.names.alias()
                    lateral.append(f" cross join lateral ({self._key(groups, field, outer)}) {alias}")
                    columns.append(f'to_json({alias}) as "{key}"')
        places = ", ".join(str(n + 1) for n in range(len(grouped)))
        by = f" group by {places}" if grouped else ""
        order = f" order by {', '.join(f'{outer}.g{n}$' for n in range(len(grouped)))}" if grouped else ""
        made = ", ".join([*grouped, *figures.written]) or "count(*)"
        query = f"select {made} from {source} {inner}{where}{by}"
        return as_list(f"select {', '.join(columns)} from ({query}) {outer}{''.join(lateral)}{order}")

    def _figures(self, field: Figures, figures: "_Figures", outer: str) -> str:
        columns = [
            f"'{one.text}' as \"{key}\"" if isinstance(one, Word) else f'{figures.shown(one, outer)} as "{key}"'
            for key, one in field.fields
        ]
        return as_object(f"select {', '.join(columns)}")

    def _key(self, groups: Groups, key: Key, outer: str) -> str:
        columns, lateral = [], []
        for name, field in key.fields:
            if isinstance(field, Word):
                columns.append(f"'{field.text}' as \"{name}\"")
            elif not field.is_grouped:
                columns.append(f'null::text as "{name}"')
            else:
                sql = f"{outer}.g{groups.by.index(field.grouping)}$"
                columns.append(f'{self._shared(field, sql, lateral)} as "{name}"')
        return f"select {', '.join(columns)}{_from(''.join(lateral))}"

    def _shared(self, field: Shared, sql: str, lateral: list[str]) -> str:
        if field.object is None or field.grouping.one is None:
            assert field.grouping.column is not None  # noqa: S101
            return shown(field.grouping.column, sql)
        alias, inner = self.names.alias(), self.names.alias()
        there = field.grouping.one.pairs[0][1]
        query = self._select(
            field.object, f"{field.object.thing.table} {inner}", inner, f" where {inner}.{there} = {sql}"
        )
        lateral.append(f" left join lateral ({query}) {alias} on true")
        return f"to_json({alias})"


class _Figures:
    """The figures of one aggregate, each reckoned once."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self.written: list[str] = []
        self._names: dict[str, str] = {}

    def add(self, figure: Figure) -> str:
        sql = self._sql(figure)
        if sql not in self._names:
            self._names[sql] = f"a{len(self._names)}$"
            self.written.append(f"{sql} as {self._names[sql]}")
        return self._names[sql]

    def shown(self, figure: Figure, outer: str) -> str:
        sql = f"{outer}.{self.add(figure)}"
        is_value = figure.function in ("min", "max") and isinstance(figure.of, Column)
        return shown(figure.of, sql) if is_value and isinstance(figure.of, Column) else sql

    def _sql(self, figure: Figure) -> str:
        if figure.of is None:
            return "count(*)"
        column = figure.of.sql if isinstance(figure.of, Column) else figure.of.pairs[0][0]
        sql = f"{self._alias}.{column}"
        match figure.function:
            case "countDistinct":
                return f"count(distinct {sql})"
            case "avg":
                return f"round(avg({sql}), 2)::float8"
        return f"{figure.function}({sql})"


def _compared_whole(here: list[str], there: list[str], sign: str) -> str:
    if len(here) == 1:
        return f"{here[0]} {sign} {there[0]}"
    return f"({', '.join(here)}) {sign} ({', '.join(there)})"


def _stepwise(terms: Sequence[tuple[str, str, bool, bool]]) -> str:
    """Beyond in the first term, or equal in it and beyond in the next. A missing value is the greatest."""
    (here, there, down, nullable), *rest = terms
    sign = "<" if down else ">"
    beyond = f"{here} {sign} {there}"
    if nullable:
        missing = f"{here} is not null and {there} is null" if down else f"{here} is null and {there} is not null"
        beyond = f"({beyond} or {missing})"
    if not rest:
        return beyond
    same = f"{here} is not distinct from {there}" if nullable else f"{here} = {there}"
    return f"{beyond} or ({same} and ({_stepwise(rest)}))"


def _from(lateral: str) -> str:
    """Joins need something to be joined to."""
    return f" from (select) n${lateral}" if lateral else ""


def _read(column: Column, text: str) -> str:
    """A key column's value, read from its text in an id."""
    return f"({text} || '-01')::date" if column.kind is Kind.month else f"{text}::{CASTS[column.kind]}"
