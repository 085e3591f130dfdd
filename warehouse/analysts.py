"""Analysts: a login for a person who reads the marts, with limits that keep her from holding the server.

PostgreSQL gives the settings of a role to its own logins only, not to its members, so each login gets them. A session may change the
limits of time and memory for itself; those of connections and temporary files it may not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.sql import SQL, Identifier, Literal

from jamsos.errors import DatabaseUnreachable
from jamsos.policies import ANALYST
from warehouse.errors import LoginMalformed, LoginTaken

CONNECTIONS = 4
LIMITS = {
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "5min",
    "lock_timeout": "10s",
    "work_mem": "32MB",
    "max_parallel_workers_per_gather": "1",
}
OF_A_SUPERUSER = {"temp_file_limit": "2GB"}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def admit(url: str, name: str) -> dict[str, str]:
    """Make the login, or give the limits to an analyst's login that is there; return the limits that it has now.

    Raise LoginMalformed, LoginTaken, DatabaseUnreachable.
    """
    if not _NAME.fullmatch(name):
        raise LoginMalformed(name=name[:63])
    login = Identifier(name)
    with _owner(url) as cursor:
        cursor.execute(
            "select pg_has_role(oid, %s, 'member') and not rolsuper from pg_roles where rolname = %s", [ANALYST, name]
        )
        found = cursor.fetchone()
        if found == (False,):
            raise LoginTaken(name=name)
        if found is None:
            cursor.execute(SQL(f"create role {{}} login in role {ANALYST}").format(login))
        cursor.execute(SQL("alter role {} connection limit {}").format(login, Literal(CONNECTIONS)))
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        limits = LIMITS | (OF_A_SUPERUSER if cursor.fetchone() == (True,) else {})
        for setting, value in limits.items():
            cursor.execute(SQL("alter role {} set {} = {}").format(login, Identifier(setting), Literal(value)))
    return {"connections": str(CONNECTIONS), **limits}


@contextmanager
def _owner(url: str) -> Iterator[Any]:
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
