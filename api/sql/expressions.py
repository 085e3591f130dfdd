"""Value expressions: the SQL form of values, keys and lists that matches the schema."""

from api.sql.entities import Column, Entity, Kind, Rollup

MASK, LONG_MASK = "***", "*" * 16


def shown(column: Column, sql: str) -> str:
    match column.kind:
        case Kind.month:
            return f"to_char({sql}, 'YYYY-MM')"
        case Kind.hash | Kind.sealed:
            return f"encode({sql}, 'hex')"
    return sql


def masked(column: Column, sql: str) -> str:
    """Write a masked value: asterisks for text, null for all others."""
    if column.kind not in (Kind.text, Kind.code, Kind.sealed):
        return "null::text"
    mask = LONG_MASK if column.sealed in ("nik", "kk") else MASK
    return f"case when {sql} is not null then '{mask}' end" if column.nullable else f"'{mask}'::text"


def id_text(thing: Entity, alias: str) -> str:
    parts = " || ':' || ".join(shown(column, f"{alias}.{column.sql}") for column in thing.key)
    return f"'{thing.name}:' || {parts}"


def word(text: str) -> str:
    """Write a name of the schema as a value."""
    return f"'{text}'"


def as_list(query: str) -> str:
    return f"(select coalesce(json_agg(o$), '[]') from ({query}) o$)"


def as_object(query: str) -> str:
    return f"(select to_json(o$) from ({query}) o$)"


def from_nothing(lateral: str) -> str:
    """Write a one-row source, because joins need something to join to."""
    return f" from (select) n${lateral}" if lateral else ""


def count_of(alias: str, sums: Rollup | None) -> str:
    """Write the number of rows, counted one by one or summed from a rollup."""
    return f"coalesce(sum({alias}.{sums.count}), 0)::bigint" if sums else "count(*)"
