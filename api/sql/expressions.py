"""Value expressions: how values, keys and lists are written in SQL so that they match the schema."""

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
    """Text shows asterisks where there is a value; anything else is null."""
    if column.kind not in (Kind.text, Kind.code, Kind.sealed):
        return "null::text"
    mask = LONG_MASK if column.sealed in ("nik", "kk") else MASK
    return f"case when {sql} is not null then '{mask}' end" if column.nullable else f"'{mask}'::text"


def id_text(thing: Entity, alias: str) -> str:
    parts = " || ':' || ".join(shown(column, f"{alias}.{column.sql}") for column in thing.key)
    return f"'{thing.name}:' || {parts}"


def word(text: str) -> str:
    """A name of the schema as a value."""
    return f"'{text}'"


def as_list(query: str) -> str:
    return f"(select coalesce(json_agg(o$), '[]') from ({query}) o$)"


def as_object(query: str) -> str:
    return f"(select to_json(o$) from ({query}) o$)"


def from_nothing(lateral: str) -> str:
    """Joins need something to be joined to."""
    return f" from (select) n${lateral}" if lateral else ""


def count_of(alias: str, sums: Rollup | None) -> str:
    """How many rows there are, looked at one by one or added up."""
    return f"coalesce(sum({alias}.{sums.count}), 0)::bigint" if sums else "count(*)"
