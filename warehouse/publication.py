"""Publication: the marts that dbt built apart become a release, all of them in one transaction.

Readers see `marts`, one view a mart over `store`. Rows that both builds hold stay untouched; rows that have gone move to `<mart>_past` with
the release that they left. So a transaction that began before sees one whole release, and nobody waits. DDL runs only when a mart is new or
its columns changed. `marts_at` shows any release again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg2
from psycopg2 import errors
from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Identifier, Literal

from jamsos.errors import DiskFull
from jamsos.policies import ANALYST, DBT, REPORTS
from warehouse.errors import MartHeld, MartUsed, PublicationFailed, RowsRepeated
from warehouse.profile import APPLICATION

STORE, SHOWN, SHOWN_AT = "store", "marts", "marts_at"
# one text for one value, whatever the server's settings, because rows are compared as text
_OPTIONS = (
    "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=iso_8601 -c extra_float_digits=1 -c bytea_output=hex "
    "-c jit=off -c work_mem=64MB -c lock_timeout=5s -c client_connection_check_interval=1s"
)
Columns = dict[str, str]  # name to type, in their order


@dataclass(frozen=True)
class Mart:
    """A mart that dbt built, with its description and those of its columns."""

    name: str
    description: str = ""
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a release says of itself, besides its rows."""

    as_of: datetime
    as_of_date: date
    built_at: datetime
    inputs: Mapping[str, Any]
    laws: Sequence[Mapping[str, Any]]
    code_version: str
    dbt_version: str


@dataclass(frozen=True)
class Release:
    """A publication. `marts`: rows, SHA-256, rows added and rows removed of each."""

    id: int
    sha256: str
    marts: dict[str, dict[str, Any]]


def publish(url: str, marts: Sequence[Mart], facts: Facts, *, built: str) -> Release:
    """Publish the marts of the schema `built`, and nothing of them where anything fails.

    Raise PublicationFailed, MartUsed, MartHeld, RowsRepeated, DiskFull.
    """
    with connected(url) as cursor:
        cursor.execute(f"set local role {DBT}")
        release = _one(cursor, SQL("select coalesce(max(id), 0) + 1 from store.releases"))
        _withdraw(cursor, {mart.name for mart in marts})
        found = {}
        for mart in sorted(marts, key=lambda mart: mart.name):
            columns = _columns(cursor, built, mart.name)
            _fit(cursor, mart, columns, release)
            _fit_indexes(cursor, built, mart.name)
            found[mart.name] = _replace_rows(cursor, built, mart.name, columns, release)
            _fit_rights(cursor, mart.name)
        done = Release(release, digest_of(found), found)
        enter(cursor, done, facts, schema=SHOWN, is_replay=False)
    _analyze(url, [name for name, change in found.items() if change["added"] or change["removed"]])
    return done


def enter(cursor: Any, release: Release, facts: Facts, *, schema: str, is_replay: bool) -> None:
    """Write the release into the list of releases."""
    values = {
        "id": release.id, "in_schema": schema, "is_replay": is_replay, "as_of": facts.as_of, "as_of_date": facts.as_of_date,
        "built_at": facts.built_at, "inputs": Json(facts.inputs), "laws": Json(facts.laws), "marts": Json(release.marts),
        "code_version": facts.code_version, "dbt_version": facts.dbt_version, "sha256": release.sha256,
    }  # fmt: skip
    cursor.execute(
        SQL("insert into store.releases ({}, published_at) values ({}, clock_timestamp())").format(
            _listed(values), SQL(", ").join(SQL("%s") for _ in values)
        ),
        list(values.values()),
    )


def digest_of(marts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the SHA-256 over all marts' names and SHA-256s: equal where every mart holds the same rows."""
    content = {name: marts[name]["sha256"] for name in sorted(marts)}
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """Work in one transaction as the database's owner. Raise DiskFull, MartHeld, PublicationFailed."""
    try:
        connection = psycopg2.connect(url, options=_OPTIONS, application_name=APPLICATION)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()
    except errors.DiskFull as wrong:
        raise DiskFull from wrong
    except errors.LockNotAvailable as wrong:
        raise MartHeld from wrong
    except psycopg2.Error as wrong:
        raise PublicationFailed(reason=(str(wrong).splitlines() or [type(wrong).__name__])[0]) from wrong


def _analyze(url: str, names: Sequence[str]) -> None:
    """Tell the planner what the changed marts hold; it is no part of the release."""
    with connected(url) as cursor:
        cursor.execute(f"set local role {DBT}")
        for name in names:
            cursor.execute(SQL("analyze {}").format(Identifier(STORE, name)))


# --- rows -----------------------------------------------------------------------------------------------------------


def _replace_rows(cursor: Any, built: str, name: str, columns: Columns, release: int) -> dict[str, Any]:
    """Add the rows that are new, move those that have gone, touch no other; return the counts and the SHA-256 of all."""
    count, sha256 = digest_rows(cursor, built, name)
    held = [column for column in _columns(cursor, STORE, name) if column not in ("since_release", "digest")]
    parts = {
        "built": Identifier(built, name), "store": Identifier(STORE, name), "past": Identifier(STORE, f"{name}_past"),
        "columns": _listed(columns), "held": _listed(held), "release": Literal(release),
    }  # fmt: skip
    cursor.execute(SQL(_REMOVE).format(**parts))
    removed = cursor.rowcount
    cursor.execute(SQL(_ADD).format(**parts))
    added = cursor.rowcount
    if _one(cursor, SQL("select count(*) from {store}").format(**parts)) != count:
        raise RowsRepeated(mart=name)
    return {"rows": count, "sha256": sha256, "added": added, "removed": removed}


_DIGESTS = """
    create temp table incoming on commit drop as
    select md5(t::text)::uuid as digest, t.ctid as place from {built} t
"""
_SHA256 = """
    select count(*), encode(sha256(coalesce(string_agg(uuid_send(digest), ''::bytea order by digest), '')), 'hex') from incoming
"""
_REMOVE = """
    with gone as (
        delete from {store} s where not exists (select from incoming i where i.digest = s.digest)
        returning since_release, digest, {held}
    )
    insert into {past} (since_release, until_release, digest, {held})
    select since_release, {release}, digest, {held} from gone
"""
_ADD = """
    insert into {store} (since_release, digest, {columns})
    select {release}, i.digest, {columns} from incoming i join {built} t on t.ctid = i.place
     where not exists (select from {store} s where s.digest = i.digest)
"""


def digest_rows(cursor: Any, schema: str, name: str) -> tuple[int, str]:
    """Return how many rows a table has, and one SHA-256 of them in whatever order they lie."""
    cursor.execute("drop table if exists pg_temp.incoming")
    cursor.execute(SQL(_DIGESTS).format(built=Identifier(schema, name)))
    cursor.execute("analyze pg_temp.incoming")
    cursor.execute(_SHA256)
    count, sha256 = cursor.fetchone()
    return count, sha256


# --- shape ----------------------------------------------------------------------------------------------------------


def _columns(cursor: Any, schema: str, name: str) -> Columns:
    cursor.execute(
        """select a.attname, format_type(a.atttypid, a.atttypmod)
             from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
            where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped order by a.attnum""",
        [schema, name],
    )
    return dict(cursor.fetchall())


def _fit(cursor: Any, mart: Mart, wanted: Columns, release: int) -> None:
    """Make the mart's tables and views, or bring them to the columns that were built. No column of the past is lost."""
    tables = {table: _columns(cursor, STORE, table) for table in (mart.name, f"{mart.name}_past")}
    for table, held in tables.items():
        if not held:
            until = SQL("until_release bigint not null, " if table != mart.name else "")
            cursor.execute(
                SQL("create table {} (since_release bigint not null, {}digest uuid not null, {})").format(
                    Identifier(STORE, table), until, _typed(wanted)
                )
            )
            continue
        for column, kind in wanted.items():
            if held.get(column, kind) != kind:
                _alter(cursor, table, SQL("rename {} to {}"), column, f"{column}_until_{release}")
                held = {**held, column: ""}
            if held.get(column, "") != kind:
                cursor.execute(SQL("alter table {} add {}").format(Identifier(STORE, table), _typed({column: kind})))
    shown = _columns(cursor, SHOWN, mart.name)
    if shown != wanted:
        _show(cursor, mart, wanted, shown)


def _alter(cursor: Any, table: str, change: SQL, *names: str) -> None:
    cursor.execute(SQL("alter table {} ").format(Identifier(STORE, table)) + change.format(*map(Identifier, names)))


def _show(cursor: Any, mart: Mart, wanted: Columns, shown: Columns) -> None:
    """Make both views of a mart. Columns that only came are added at the end, so that rights and views of others stay."""
    only_added = bool(shown) and shown.items() <= wanted.items()
    columns = [*shown, *(column for column in wanted if column not in shown)] if only_added else list(wanted)
    kept: list[Composable] = []
    if shown and not only_added:
        kept = [
            statement for schema in (SHOWN, SHOWN_AT) for statement in _rights_and_comments(cursor, schema, mart.name)
        ]
        _drop(cursor, mart.name)
    parts = {
        "columns": _listed(columns), "store": Identifier(STORE, mart.name), "past": Identifier(STORE, f"{mart.name}_past"),
    }  # fmt: skip
    for schema, query in ((SHOWN, _NOW), (SHOWN_AT, _THEN)):
        view = Identifier(schema, mart.name)
        cursor.execute(SQL("create or replace view {} as ").format(view) + SQL(query).format(**parts))
    if not shown:
        cursor.execute(SQL("comment on view {} is {}").format(Identifier(SHOWN, mart.name), Literal(mart.description)))
    described = dict(mart.columns)
    for column in columns:
        if column not in shown and described.get(column):
            name = Identifier(SHOWN, mart.name, column)
            cursor.execute(SQL("comment on column {} is {}").format(name, Literal(described[column])))
    for statement in kept:
        cursor.execute(statement)


_NOW = "select {columns} from {store}"
_THEN = """
    select {columns} from {store} where since_release <= (select marts_at.release())
    union all
    select {columns} from {past} where since_release <= (select marts_at.release()) and until_release > (select marts_at.release())
"""


def _drop(cursor: Any, name: str) -> None:
    """Raise MartUsed where a view of somebody else stands on it."""
    for schema in (SHOWN_AT, SHOWN):
        try:
            cursor.execute(SQL("drop view if exists {}").format(Identifier(schema, name)))
        except errors.DependentObjectsStillExist as wrong:
            raise MartUsed(mart=name, detail=" ".join((wrong.diag.message_detail or "").split())) from wrong


def _withdraw(cursor: Any, names: set[str]) -> None:
    """Stop showing marts that the models no longer have; what they held stays in the store."""
    cursor.execute(
        "select table_name from information_schema.tables where table_schema = %s and table_name <> 'releases' "
        "and exists (select from pg_tables where schemaname = 'store' and tablename = table_name)",
        [SHOWN],
    )
    for (name,) in cursor.fetchall():
        if name not in names:
            _drop(cursor, name)


def _rights_and_comments(cursor: Any, schema: str, name: str) -> list[Composable]:
    """Return the statements that give a view its rights and comments again."""
    view = Identifier(schema, name)
    # a new view begins with the rights that the schema gives
    statements: list[Composable] = [SQL(f"revoke all on {{}} from {REPORTS}, {ANALYST}").format(view)]
    statements += [_grant(view, *right) for right in sorted(_rights(cursor, schema, name))]
    cursor.execute(
        """select a.attname, d.description from pg_description d left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
            where d.objoid = %s::regclass and d.classoid = 'pg_class'::regclass and (d.objsubid = 0 or a.attname is not null)""",
        [f"{schema}.{name}"],
    )
    for column, words in cursor.fetchall():
        if column is None:
            statements.append(SQL("comment on view {} is {}").format(view, Literal(words)))
        # the new view may not have the column any more
    return statements


def _rights(cursor: Any, schema: str, name: str) -> set[tuple[str, str, bool]]:
    """Return who else may do what with a view, as (role, right, may grant it)."""
    cursor.execute(
        """select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end, a.privilege_type, a.is_grantable
             from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
            where n.nspname = %s and c.relname = %s and a.grantee <> c.relowner""",
        [schema, name],
    )
    return set(cursor.fetchall())


def _grant(view: Identifier, role: str, right: str, may_grant: bool) -> Composable:
    option = " with grant option" if may_grant else ""
    return SQL(f"grant {right} on {{}} to {{}}{option}").format(
        view, SQL("public") if role == "public" else Identifier(role)
    )


def _fit_rights(cursor: Any, name: str) -> None:
    """Let whoever may read a mart, and nobody else, read its past releases."""
    now, then = (
        {role for role, right, _ in _rights(cursor, schema, name) if right == "SELECT"} for schema in (SHOWN, SHOWN_AT)
    )
    view = Identifier(SHOWN_AT, name)
    for role in sorted(now - then):
        cursor.execute(_grant(view, role, "select", False))
    for role in sorted(then - now):
        cursor.execute(
            SQL("revoke all on {} from {}").format(view, SQL("public") if role == "public" else Identifier(role))
        )


def _fit_indexes(cursor: Any, built: str, name: str) -> None:
    """Give the published rows the indexes that the model declares."""
    wanted, held = _indexes(cursor, built, name), _indexes(cursor, STORE, name)
    for definition in held.keys() - wanted.keys():
        cursor.execute(SQL("drop index {}").format(Identifier(STORE, held[definition])))
    for definition in sorted(wanted.keys() - held.keys()):
        kind, rest = definition
        cursor.execute(
            SQL(f"create {kind} on {{}} using ").format(Identifier(STORE, name))
            + SQL(rest.replace("{", "{{").replace("}", "}}"))
        )


def _indexes(cursor: Any, schema: str, name: str) -> dict[tuple[str, str], str]:
    cursor.execute(
        "select indexdef, indexname from pg_indexes where schemaname = %s and tablename = %s", [schema, name]
    )
    return {
        ("unique index" if found.startswith("CREATE UNIQUE") else "index", found.partition(" USING ")[2]): index
        for found, index in cursor.fetchall()
    }


def _listed(names: Any) -> Composable:
    return SQL(", ").join(map(Identifier, names))


def _typed(columns: Columns) -> Composable:
    return SQL(", ").join(SQL("{} " + kind).format(Identifier(name)) for name, kind in columns.items())


def _one(cursor: Any, query: Composable) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]
