"""Predicates as SQL over an alias. They are two-valued: `not` matches every row that does not match, also with missing values."""

from api.sql.entities import Kind, ToOne
from api.sql.parameters import Binder
from api.sql.plan_nodes import All, Any_, Compare, Condition, HasKey, LivesOn, Missing, Not, Related, Rows

_SIGNS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
# The database type of a bound value; wide enough for every number of GraphQL.
CASTS = {
    Kind.text: "text",
    Kind.code: "text",
    Kind.choice: "text",
    Kind.int: "bigint",
    Kind.bigint: "bigint",
    Kind.rupiah: "bigint",
    Kind.float: "float8",
    Kind.boolean: "boolean",
    Kind.month: "date",
    Kind.date: "date",
    Kind.instant: "timestamptz",
    Kind.sealed: "bytea",
    Kind.uuid: "uuid",
}


class Names:
    """The used aliases and bound values of one statement; each value with its root field."""

    def __init__(self) -> None:
        self.takes: list[tuple[str, Binder]] = []
        self.root = ""
        self._aliases = 0

    def alias(self) -> str:
        """Return an alias that is no GraphQL name, so that it cannot collide with a key of the response."""
        self._aliases += 1
        return f"t{self._aliases}$"

    def bind(self, take: Binder, cast: str) -> str:
        self.takes.append((self.root, take))
        return f"${len(self.takes)}::{cast}"


class Conditions:
    """Writes predicates, and the rows of one statement, because a predicate may test for related rows."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def source(self, rows: Rows) -> str:
        """Return the source of a select: the table, or its rows as of an instant."""
        if rows.as_of is None or rows.thing.past is None:
            return rows.thing.table
        return f"({rows.thing.past.format(at=self._names.bind(rows.as_of, 'timestamptz'))})"

    def where(self, rows: Rows, alias: str, above: str | None, *more: str) -> str:
        """Write the conditions: joined to the row above, filtered, recorded by the instant."""
        parts = [joins(rows.pairs, above, alias)] if rows.pairs and above else []
        if rows.is_living:
            parts.append(f"{alias}.{rows.thing.ended} is null")
        if rows.condition is not None:
            parts.append(self.write(rows.condition, alias))
        if rows.as_of is not None and rows.thing.recorded is not None:
            instant = self._names.bind(rows.as_of, "timestamptz")
            parts.append(f"{rows.thing.recorded.format(t=alias)} <= {instant}")
        parts.extend(more)
        return f" where {' and '.join(parts)}" if parts else ""

    def write(self, condition: Condition, alias: str) -> str:
        match condition:
            case Compare():
                return self._compare(condition, alias)
            case Missing(column, wanted):
                return f"{alias}.{column.sql} is {'' if wanted else 'not '}null"
            case HasKey():
                return self._has_key(condition, alias)
            case All(parts):
                return f"({' and '.join(self.write(part, alias) for part in parts)})"
            case Any_(parts):
                return f"({' or '.join(self.write(part, alias) for part in parts)})"
            case Not(part):
                return f"({self.write(part, alias)}) is not true"
            case Related(rows):
                return self._related(rows, alias)
            case LivesOn(into, value):
                return self._lives_on(into, value, alias)

    def _compare(self, condition: Compare, alias: str) -> str:
        column, operator = condition.column, condition.operator
        sql, cast = column.over(alias), CASTS[column.kind]
        if operator == "in":
            return f"{sql} = any({self._names.bind(condition.value, cast + '[]')})"
        value = self._names.bind(condition.value, cast)
        if operator == "ne":
            return f"{sql} is distinct from {value}"
        if operator in _SIGNS:
            return f"{sql} {_SIGNS[operator]} {value}"
        if column.kind is Kind.text:
            sql, value = f"lower({sql})", f'lower({value} collate "C")'
        return f"starts_with({sql}, {value})" if operator == "startsWith" else f"strpos({sql}, {value}) > 0"

    def _has_key(self, condition: HasKey, alias: str) -> str:
        columns = [(f"{alias}.{column.sql}", CASTS[column.kind]) for column in condition.thing.key]
        if not condition.many:
            parts = zip(columns, condition.parts, strict=True)
            return " and ".join(f"{sql} = {self._names.bind(take, cast)}" for (sql, cast), take in parts)
        binds = [self._names.bind(take, f"{cast}[]") for (_, cast), take in zip(columns, condition.parts, strict=True)]
        if len(columns) == 1:
            return f"{columns[0][0]} = any({binds[0]})"
        return f"({', '.join(sql for sql, _ in columns)}) in (select * from unnest({', '.join(binds)}))"

    def _related(self, rows: Rows, above: str) -> str:
        alias = self._names.alias()
        return f"exists (select from {self.source(rows)} {alias}{self.where(rows, alias, above)})"

    def _lives_on(self, into: ToOne, value: Compare, here: str) -> str:
        """Look the row up in a sub-select, so that two index look-ups are enough."""
        [(ended, key)], there = into.pairs, self._names.alias()
        found = f"select coalesce({there}.{ended}, {there}.{key}) from {into.table} {there}"
        return f"{here}.{key} = any(array({found} where {self._compare(value, there)}))"


def joins(pairs: tuple[tuple[str, str], ...], here: str, there: str) -> str:
    return " and ".join(f"{there}.{column_there} = {here}.{column_here}" for column_here, column_there in pairs)
