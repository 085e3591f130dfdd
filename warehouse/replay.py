"""Replay: the marts as they were known at a past instant, in a schema of their own, such as `marts_20250331_1700`.

dbt reads the views of `warehouse.known` in place of the programme's tables, and works in schemas that nobody reads. When every law
holds, the schema of the marts gets its name and enters the list of releases. The same instant gives the same rows and the same SHA-256.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg2
from psycopg2 import errors
from psycopg2.sql import SQL, Identifier

from jamsos.db import SCHEMA
from jamsos.errors import DatabaseUnreachable
from jamsos.months import OFFICE, now
from jamsos.policies import ANALYST, DBT, REPORTS
from warehouse import known
from warehouse.build import PUBLISHED, Outcome, Report, facts_of, log_of, outcome_of, run
from warehouse.errors import InstantAhead, InstantTooEarly, MartUsed
from warehouse.inputs import count_inputs
from warehouse.locking import exclusive_build, stoppable_build
from warehouse.profile import APPLICATION
from warehouse.publication import Facts, Release, connected, digest_of, digest_rows, enter
from warehouse.suppression import write_suppressed_cells

SCHEMAS = {
    SCHEMA: known.KNOWN,
    "staging": "known_staging",
    "intermediate": "known_intermediate",
    "marts": "known_marts",
}


def replay(url: str, papers: Path, *, at: datetime, report: Report | None = None) -> Outcome:
    """Build the marts as they were known at an instant with its zone. Raise InstantAhead, InstantTooEarly, and what `build` raises."""
    started, built_at, day = monotonic(), now(), at.astimezone(OFFICE).date()
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    steps = [[*arguments, "--exclude", PUBLISHED], [*arguments, "--select", PUBLISHED]]
    variables = {"as_of": day.isoformat(), "schemas": SCHEMAS}
    with exclusive_build(url, log_of(papers)) as lock, stoppable_build(lock):
        _check(url, at)
        with _scratch(url, at):
            inputs = count_inputs(url, known.KNOWN)
            done = run(url, papers, steps, variables, report, between=lambda: write_suppressed_cells(url, SCHEMAS))
            facts = facts_of(done, at, day, built_at, inputs)
            release = _name(url, schema_of(at), [mart.name for mart in done.marts], facts)
    return replace(outcome_of(done, monotonic() - started), release=release)


def schema_of(at: datetime) -> str:
    """Return the schema of the marts as of an instant, by the office's clock."""
    local = at.astimezone(OFFICE)
    return (
        f"marts_{local:%Y%m%d_%H%M}"
        + (f"{local:%S}" if local.second else "")
        + (f"_{local:%f}" if local.microsecond else "")
    )


def _check(url: str, at: datetime) -> None:
    """Refuse an instant that may still get facts, or that is before all facts. Raise InstantAhead, InstantTooEarly, DatabaseUnreachable."""
    with _owner(url) as cursor:
        cursor.execute(
            "select least(now(), min(xact_start)) from pg_stat_activity where backend_xid is not null and datname = current_database() "
            "and pid <> pg_backend_pid()"
        )
        (last,) = cursor.fetchone()
        cursor.execute(known.first_instant())
        (first,) = cursor.fetchone()
    if at >= last:
        raise InstantAhead(at=_told(at), last=_told(last))
    if first is None or at < first:
        raise InstantTooEarly(at=_told(at), first=_told(first) if first else "-")


def _told(at: datetime) -> str:
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M:%S")


@contextmanager
def _scratch(url: str, at: datetime) -> Iterator[None]:
    """Make the schemas of a replay with the programme as of then; nothing of them stays."""
    with _owner(url) as cursor:
        _drop_scratch(cursor)
        for schema in SCHEMAS.values():
            cursor.execute(f"create schema {schema} authorization {DBT}")
        cursor.execute(f"set local role {DBT}")
        for statement in known.statements(at):
            cursor.execute(statement)
    try:
        yield
    finally:
        with suppress(psycopg2.Error, DatabaseUnreachable), _owner(url) as cursor:
            _drop_scratch(cursor)


def _drop_scratch(cursor: Any) -> None:
    cursor.execute("set local client_min_messages = warning")
    cursor.execute(f"drop schema if exists {', '.join(SCHEMAS.values())} cascade")


def _name(url: str, schema: str, marts: list[str], facts: Facts) -> Release:
    """Give the schema its name in one transaction. Raise MartUsed where a view stands on an earlier replay with other rows."""
    with connected(url) as cursor:
        found = {}
        for name in sorted(marts):
            rows, sha256 = digest_rows(cursor, SCHEMAS["marts"], name)
            found[name] = {"rows": rows, "sha256": sha256}
        cursor.execute("select coalesce(max(id), 0) + 1 from store.releases")
        release = Release(cursor.fetchone()[0], digest_of(found), found)
        _drop_earlier(cursor, schema)
        for name in ("intermediate", "staging", SCHEMA):
            cursor.execute(f"drop schema {SCHEMAS[name]} cascade")
        cursor.execute(SQL("alter schema {} rename to {}").format(Identifier(SCHEMAS["marts"]), Identifier(schema)))
        for grant in ("usage on schema {}", "select on all tables in schema {}"):
            cursor.execute(SQL(f"grant {grant} to {REPORTS}, {ANALYST}").format(Identifier(schema)))
        enter(cursor, release, facts, schema=schema, is_replay=True)
    return release


def _drop_earlier(cursor: Any, schema: str) -> None:
    cursor.execute("select tablename from pg_tables where schemaname = %s", [schema])
    for (name,) in cursor.fetchall():
        try:
            cursor.execute(SQL("drop table {}").format(Identifier(schema, name)))
        except errors.DependentObjectsStillExist as wrong:
            raise MartUsed(
                mart=f"{schema}.{name}", detail=" ".join((wrong.diag.message_detail or "").split())
            ) from wrong
    cursor.execute(SQL("drop schema if exists {}").format(Identifier(schema)))


@contextmanager
def _owner(url: str) -> Iterator[Any]:
    """Raise DatabaseUnreachable."""
    try:
        connection = psycopg2.connect(url, application_name=APPLICATION)
    except psycopg2.OperationalError as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
