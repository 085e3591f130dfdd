"""Keyset pagination: selects rows after or before the cursor's position; never uses OFFSET.

A missing value counts as the greatest in both directions. The indexes of the database have this order, so one index serves both.
"""

from typing import NamedTuple

from api.sql.cursors import marked, name_of
from api.sql.expressions import id_text
from api.sql.plan_nodes import Cursor, Order, Page, Size
from api.sql.predicates import CASTS, Conditions, Names, joins


class _Term(NamedTuple):
    """One sort term: its expression, its value in the cursor, its direction, and whether it may be null."""

    here: str
    there: str
    down: bool
    nullable: bool


class KeysetPager:
    def __init__(self, names: Names, conditions: Conditions) -> None:
        self._names = names
        self._conditions = conditions

    def cut(self, page: Page, above: str | None, *, extra: int) -> str:
        """Select the rows of the page and `extra` more; sort values through relations are columns `o0$`, `o1$` …"""
        rows, alias = page.rows, self._names.alias()
        source = self._conditions.source(rows)
        cursors = [
            self._beyond(page, alias, cursor, backward)
            for cursor, backward in ((page.after, False), (page.before, True))
            if cursor is not None
        ]
        where = self._conditions.where(rows, alias, above, *cursors)
        far = "".join(f", {self._ordered(order, alias)} as o{n}$" for n, order in enumerate(page.orders) if order.ones)
        order = self._order(page, [self._ordered(order, alias) for order in page.orders], alias, page.backward)
        query = f"select {alias}.*{far} from {source} {alias}{where}{order}{self.limit(page.size, extra)}"
        if page.size.bound is None:
            return query
        # the planner assumes that a bound limit returns a tenth of the table, so the size class is a literal
        return f"select * from ({query}) {alias} limit {page.size.limit + extra}"

    def limit(self, size: Size, extra: int = 0) -> str:
        limit = str(size.limit) if size.bound is None else self._names.bind(size.bound, "bigint")
        return f" limit {limit} + {extra}"

    def order(self, page: Page, alias: str, *, backward: bool) -> str:
        """Return the order of a cut's rows; a statement that joins them must repeat it."""
        return self._order(page, self._terms(page, alias), alias, backward)

    def _order(self, page: Page, terms: list[str], alias: str, backward: bool) -> str:
        ways = [order.descending != backward for order in page.orders] + [backward] * len(page.rows.thing.key)
        columns = [*terms, *(column.over(alias) for column in page.rows.thing.key)]
        parts = (sql + (" desc" if down else "") for sql, down in zip(columns, ways, strict=True))
        return f" order by {', '.join(parts)}"

    def _ordered(self, order: Order, alias: str) -> str:
        """Return the sort expression: a column, or that of the row at the end of relations."""
        if not order.ones:
            return order.column.over(alias)
        first, *rest = order.ones
        inner = self._names.alias()
        there = self._ordered(Order(tuple(rest), order.column), inner)
        return f"(select {there} from {first.table} {inner} where {joins(first.pairs, alias, inner)})"

    def cursor(self, page: Page, alias: str) -> str:
        """Return the cursor of a row of a cut: its id, or with orders its values, to be sealed."""
        if not page.orders:
            return id_text(page.rows.thing, alias)
        terms = [*self._terms(page, alias), *(f"{alias}.{column.sql}" for column in page.rows.thing.key)]
        return marked(name_of(page.rows.thing, page.orders), terms)

    def _terms(self, page: Page, alias: str) -> list[str]:
        """Return the sort terms of a cut, over its rows."""
        return [f"{alias}.o{n}$" if order.ones else order.column.over(alias) for n, order in enumerate(page.orders)]

    def _beyond(self, page: Page, alias: str, cursor: Cursor, backward: bool) -> str:
        """Select rows after the cursor's position, or before it."""
        key = page.rows.thing.key
        if not page.orders:
            keys = [self._names.bind(take, CASTS[column.kind]) for column, take in zip(key, cursor.parts, strict=True)]
            return _whole([column.over(alias) for column in key], keys, down=backward)
        ordered = (*page.orders, *(Order((), column) for column in key))
        downs = [order.descending != backward for order in page.orders] + [backward] * len(key)
        terms = [
            # the values of a cursor are texts, as the database wrote them
            _Term(
                self._ordered(order, alias),
                f"{self._names.bind(take, 'text')}::{CASTS[order.column.kind]}",
                down,
                order.nullable,
            )
            for order, take, down in zip(ordered, cursor.parts, downs, strict=True)
        ]
        if len(set(downs)) == 1 and not any(term.nullable for term in terms):
            return _whole([term.here for term in terms], [term.there for term in terms], down=downs[0])
        return f"({_stepwise(terms)})"


def _whole(here: list[str], there: list[str], *, down: bool) -> str:
    sign = "<" if down else ">"
    if len(here) == 1:
        return f"{here[0]} {sign} {there[0]}"
    return f"({', '.join(here)}) {sign} ({', '.join(there)})"


def _stepwise(terms: list[_Term]) -> str:
    """Compare the first term, and for equal values the next one."""
    (here, there, down, nullable), *rest = terms
    beyond = f"{here} {'<' if down else '>'} {there}"
    if nullable:
        missing = f"{here} is not null and {there} is null" if down else f"{here} is null and {there} is not null"
        beyond = f"({beyond} or {missing})"
    if not rest:
        return beyond
    same = f"{here} is not distinct from {there}" if nullable else f"{here} = {there}"
    return f"{beyond} or ({same} and ({_stepwise(rest)}))"
