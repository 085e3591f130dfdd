"""Policies: SQL for the roles, row-level security and append-only triggers that the metadata declares.

A transaction or session sets its sight as two texts, `jamsos.sight_from` and `jamsos.sight_to`; without them no row is
visible. The country is `0` to `~`. The owner bypasses row-level security; only commands and migrations use the owner.

A table with `times` has a view of its owner that shows only when each row was recorded. A village needs that view: it
must know since when its own rows are known, but it does not see the regency's register files.
"""

from collections.abc import Iterator

from sqlalchemy import ForeignKey, Table

from jamsos.db import OFFICE, SCHEMA, reference_of
from jamsos.ownership import same_office_guard
from jamsos.sql_files import sql_file, sql_statements

API, DBT, REPORTS, ANALYST = "jamsos_api", "jamsos_dbt", "jamsos_reports", "jamsos_analyst"
# dbt works in the first three; `store` contains what was published, and readers see the last two
WAREHOUSE = ("staging", "intermediate", "build", "store", "marts", "marts_at")
READ = WAREHOUSE[-2:]

_FUNCTIONS = sql_file(__file__, "append_only")

_COUNTRY = "current_setting('jamsos.sight_from', true) = '0'"


def roles() -> Iterator[str]:
    """Yield the statements for the roles. A role belongs to the whole server, so each is created only if missing."""
    for role in (API, DBT, REPORTS, ANALYST):
        yield f"""do $$ begin
            if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; end if;
            if not pg_has_role(current_user, '{role}', 'set') then execute format('grant {role} to %I', current_user); end if;
        end $$"""
    yield f"grant usage on schema {SCHEMA} to {API}, {DBT}"


def warehouse() -> Iterator[str]:
    """Yield the statements for the schemas that dbt's role owns, and for the list of releases.

    Reports and analysts may read only the last two schemas.
    """
    for schema in WAREHOUSE:
        yield f"create schema if not exists {schema} authorization {DBT}"
    for schema in READ:
        yield f"grant usage on schema {schema} to {REPORTS}, {ANALYST}"
    yield f"alter default privileges for role {DBT} in schema marts grant select on tables to {REPORTS}, {ANALYST}"
    yield from sql_statements(__file__, "releases")
    for relation in ("table store.releases", "table store.build_lock", "view marts.releases"):
        yield f"alter {relation} owner to {DBT}"
    yield f"grant select on marts.releases to {REPORTS}, {ANALYST}"


def functions() -> Iterator[str]:
    yield _FUNCTIONS


def of_table(table: Table) -> Iterator[str]:
    """Yield every statement by which the database enforces the rules of one table."""
    name = f"{SCHEMA}.{table.name}"
    if table.info.get("grows"):
        yield f"create trigger refuse_change before update or delete on {name} for each row execute function {SCHEMA}.refuse_change()"
        yield f"create trigger refuse_truncate before truncate on {name} for each statement execute function {SCHEMA}.refuse_change()"
    yield from same_office_guard(table)
    yield from _security(table, name)
    changes = "select, insert" if table.info.get("grows") else "select, insert, update"
    yield f"grant {changes} on {name} to {API}"
    yield f"grant select on {name} to {DBT}"
    if column := table.info.get("times"):
        yield f"create view {name}_times as select id, {column} as recorded_at from {name}"
        yield f"grant select on {name}_times to {API}"


def _security(table: Table, name: str) -> Iterator[str]:
    if not (seen := _seen(table)):
        return
    yield f"alter table {name} enable row level security"
    yield f"create policy api on {name} to {API} using ({seen}) with check ({_writable(table)})"
    yield f"create policy dbt on {name} for select to {DBT} using (true)"


def _seen(table: Table) -> str | None:
    if umbrella := table.info.get("umbrella"):
        above = f"starts_with(current_setting('jamsos.sight_from', true), {umbrella})"
        return f"{_inside(umbrella)} or {above}" + (f" or {umbrella} = 'ID'" if umbrella == OFFICE else "")
    if key := table.info.get("through"):
        return _with_its_parent(table, key)
    if table.info.get("national"):
        return "true"
    condition: str | None = table.info.get("seen")
    return condition or _writable(table)


def _writable(table: Table) -> str | None:
    """Return the condition for writing: within the sight. Villages see a public act of a higher region, but cannot write it."""
    if column := table.info.get("sight") or table.info.get("umbrella"):
        return _inside(column)
    if key := table.info.get("through") or table.info.get("within"):
        parent = _parent(table, key).info
        column = parent.get("sight") or parent.get("umbrella")
        return _with_its_parent(table, key, f" and ({_inside(f'p.{column}')})" if column else "")
    if table.info.get("national"):
        return _COUNTRY
    return "true" if "seen" in table.info else None


def _inside(column: str) -> str:
    return f"{column} >= current_setting('jamsos.sight_from', true) and {column} < current_setting('jamsos.sight_to', true)"


def _parent(table: Table, key: str) -> Table:
    return _reference(table, key).column.table


def _reference(table: Table, key: str) -> ForeignKey:
    if (reference := reference_of(table.c[key])) is None:
        raise KeyError(f"{table.name}.{key} refers to nothing")
    return reference


def _with_its_parent(table: Table, key: str, more: str = "") -> str:
    """Return the condition that a parent row is visible. A policy runs with the reader's rights, so the parent's policy applies."""
    there = _reference(table, key)
    parent = there.column.table
    return f"exists (select from {SCHEMA}.{parent.name} p where p.{there.column.name} = {table.name}.{key}{more})"
