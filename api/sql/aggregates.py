"""Aggregates as SQL: rows are grouped and aggregated first; then each group is joined with the shared values of its rows."""

from api.sql.entities import Column, Rollup
from api.sql.expressions import as_list, as_object, count_of, from_nothing, shown, word
from api.sql.plan_nodes import Aggregate, Aggregates, Groups, Key, Shared, Word
from api.sql.rollups import summed, sums_of_groups
from api.sql.select_writer import SelectWriter


class AggregateWriter:
    def __init__(self, writer: SelectWriter) -> None:
        self._writer = writer
        self._names, self._conditions = writer.names, writer.conditions

    def write(self, groups: Groups, above: str | None) -> str:
        """Write the JSON of the groups, in the order of their shared values; without groupings, one group of all rows."""
        inner, outer = self._names.alias(), self._names.alias()
        sums = sums_of_groups(groups)
        source = sums.table if sums else self._conditions.source(groups.rows)
        where = self._conditions.where(summed(groups.rows, sums), inner, above)
        reckoned, lateral = _Reckoned(inner, sums), list[str]()
        columns = [f'{self._field(groups, field, reckoned, outer, lateral)} as "{key}"' for key, field in groups.fields]
        grouped = [f"{one.sql.format(t=inner)} as g{n}$" for n, one in enumerate(groups.by)]
        places = ", ".join(str(n + 1) for n in range(len(grouped)))
        order = ", ".join(f"{outer}.g{n}$" for n in range(len(grouped)))
        made = ", ".join([*grouped, *reckoned.written]) or "count(*)"
        having = f" having {count_of(inner, sums)} > 0" if sums and sums.moves else ""
        by = f" group by {places}{having}" if grouped else ""
        query = f"select {made} from {source} {inner}{where}{by}"
        listed = f"select {', '.join(columns)} from ({query}) {outer}{''.join(lateral)}"
        return as_list(listed + (f" order by {order}" if grouped else ""))

    def _field(
        self,
        groups: Groups,
        field: Aggregate | Aggregates | Key | Word,
        reckoned: "_Reckoned",
        outer: str,
        lateral: list[str],
    ) -> str:
        match field:
            case Word(text):
                return word(text)
            case Aggregate():
                return reckoned.shown(field, outer)
            case Aggregates(fields):
                columns = [
                    f'{word(one.text) if isinstance(one, Word) else reckoned.shown(one, outer)} as "{key}"'
                    for key, one in fields
                ]
                return as_object(f"select {', '.join(columns)}")
            case Key():
                alias = self._names.alias()
                lateral.append(f" cross join lateral ({self._key(groups, field, outer)}) {alias}")
                return f"to_json({alias})"

    def _key(self, groups: Groups, key: Key, outer: str) -> str:
        columns, lateral = list[str](), list[str]()
        for name, field in key.fields:
            if isinstance(field, Word):
                columns.append(f'{word(field.text)} as "{name}"')
            elif not field.is_grouped:
                columns.append(f'null::text as "{name}"')
            else:
                sql = f"{outer}.g{groups.by.index(field.grouping)}$"
                columns.append(f'{self._shared(field, sql, lateral)} as "{name}"')
        return f"select {', '.join(columns)}{from_nothing(''.join(lateral))}"

    def _shared(self, field: Shared, sql: str, lateral: list[str]) -> str:
        grouping = field.grouping
        if field.object is None or grouping.one is None:
            return shown(grouping.column, sql) if grouping.column else sql
        alias, inner = self._names.alias(), self._names.alias()
        there = grouping.one.pairs[0][1]
        query = self._writer.select(field.object, field.object.thing.table, inner, f" where {inner}.{there} = {sql}")
        lateral.append(f" left join lateral ({query}) {alias} on true")
        return f"to_json({alias})"


class _Reckoned:
    """The aggregates of one field, each computed once."""

    def __init__(self, alias: str, sums: Rollup | None) -> None:
        self._alias, self._sums = alias, sums
        self._names: dict[str, str] = {}

    @property
    def written(self) -> list[str]:
        return [f"{sql} as {name}" for sql, name in self._names.items()]

    def shown(self, figure: Aggregate, outer: str) -> str:
        name = self._names.setdefault(self._sql(figure), f"a{len(self._names)}$")
        sql = f"{outer}.{name}"
        return shown(figure.of, sql) if figure.function in ("min", "max") and isinstance(figure.of, Column) else sql

    def _sql(self, figure: Aggregate) -> str:
        if figure.of is None:
            return count_of(self._alias, self._sums)
        column = figure.of.sql if isinstance(figure.of, Column) else figure.of.pairs[0][0]
        sql = f"{self._alias}.{column}"
        match figure.function:
            case "countDistinct":
                return f"count(distinct {sql})"
            case "avg":
                return f"round(avg({sql}), 2)::float8"
        return f"{figure.function}({sql})"
