"""Connections as SQL. The page is selected before any join; unrequested parts are not computed."""

from api.sql.expressions import as_list, as_object, count_of, from_nothing, word
from api.sql.keyset import KeysetPager
from api.sql.plan_nodes import Count, Edges, Info, Nodes, Object, Page, Word
from api.sql.rollups import summed, sums_of_rows
from api.sql.select_writer import SelectWriter


class PageWriter:
    def __init__(self, writer: SelectWriter) -> None:
        self._writer = writer
        self._names, self._conditions = writer.names, writer.conditions
        self._cuts = KeysetPager(writer.names, writer.conditions)

    def write(self, page: Page, above: str | None) -> str:
        """Write the connection's JSON, for the row `above` if it is a relation."""
        shown = [part for _, part in page.parts if isinstance(part, Nodes | Edges | Info)]
        if len(shown) <= 1 and not any(isinstance(part, Info) for part in shown):
            return self._simple(page, above)
        return self._whole(page, above)

    def _simple(self, page: Page, above: str | None) -> str:
        """Write a connection that needs only its rows, once, and perhaps their number."""
        columns = []
        for key, part in page.parts:
            source = f"({self._cuts.cut(page, above, extra=0)})" if isinstance(part, Nodes | Edges) else ""
            columns.append(f'{self._part(page, part, source, above)} as "{key}"')
        return as_object(f"select {', '.join(columns)}")

    def _whole(self, page: Page, above: str | None) -> str:
        """Write a connection over a CTE of the page and one more row, which shows whether more rows follow."""
        more, kept = self._names.alias(), self._names.alias()
        cut = self._cuts.cut(page, above, extra=1)
        order = self._cuts.order(page, more, backward=page.backward)
        kept_rows = f"select * from {more}{order}{self._cuts.limit(page.size)}"
        columns = [f'{self._part(page, part, kept, above, more)} as "{key}"' for key, part in page.parts]
        tables = f"with {more} as materialized ({cut}), {kept} as materialized ({kept_rows})"
        return f"({tables} select to_json(c$) from (select {', '.join(columns)}) c$)"

    def _part(
        self, page: Page, part: Nodes | Edges | Info | Count | Word, source: str, above: str | None, more: str = ""
    ) -> str:
        match part:
            case Word(text):
                return word(text)
            case Count():
                alias = self._names.alias()
                sums = sums_of_rows(page.rows)
                table = sums.table if sums else self._conditions.source(page.rows)
                where = self._conditions.where(summed(page.rows, sums), alias, above)
                return f"(select {count_of(alias, sums)} from {table} {alias}{where})"
            case Nodes(object_):
                alias = self._names.alias()
                order = self._cuts.order(page, alias, backward=False)
                return as_list(self._writer.select(object_, source, alias, order))
            case Edges():
                return self._edges(page, part, source)
            case Info():
                return self._info(page, part, source, more)

    def _edges(self, page: Page, edges: Edges, source: str) -> str:
        alias, columns, lateral = self._names.alias(), [], []
        for key, field in edges.fields:
            if isinstance(field, Object):
                inner = self._names.alias()
                parts, joined = self._writer.columns(field, alias)
                lateral.append(f" cross join lateral (select {', '.join(parts)}{from_nothing(joined)}) {inner}")
                columns.append(f'to_json({inner}) as "{key}"')
            else:
                shown = word(field.text) if isinstance(field, Word) else self._cuts.cursor(page, alias)
                columns.append(f'{shown} as "{key}"')
        order = self._cuts.order(page, alias, backward=False)
        return as_list(f"select {', '.join(columns)} from {source} {alias}{''.join(lateral)}{order}")

    def _info(self, page: Page, info: Info, kept: str, more: str) -> str:
        has_more = f"(select count(*) from {more}) > (select count(*) from {kept})"
        values = {
            "hasNextPage": str(page.before is not None) if page.backward else has_more,
            "hasPreviousPage": has_more if page.backward else str(page.after is not None),
            "startCursor": self._end(page, kept, backward=False),
            "endCursor": self._end(page, kept, backward=True),
        }
        columns = [
            f'{word(field.text) if isinstance(field, Word) else values[field]} as "{key}"' for key, field in info.fields
        ]
        return as_object(f"select {', '.join(columns)}")

    def _end(self, page: Page, kept: str, *, backward: bool) -> str:
        alias = self._names.alias()
        order = self._cuts.order(page, alias, backward=backward)
        return f"(select {self._cuts.cursor(page, alias)} from {kept} {alias}{order} limit 1)"
