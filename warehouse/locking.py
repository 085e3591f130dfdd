"""Locking: one build at a time, which an interrupt cancels."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from jamsos.errors import DatabaseUnreachable
from warehouse.errors import WarehouseBusy
from warehouse.profile import APPLICATION


@contextmanager
def exclusive_build(url: str) -> Iterator[Any]:
    """A connection that holds the warehouse: two builds would take each other's tables away.

    Raises WarehouseBusy, DatabaseUnreachable.
    """
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(hashtext('jamsos.warehouse'))")
            if cursor.fetchone() != (True,):
                raise WarehouseBusy
        yield connection
    finally:
        connection.close()


@contextmanager
def cancel_on_interrupt(connection: Any) -> Iterator[None]:
    """Ctrl-C ends the build's queries, which dbt's own role may not do: a build that waits for a lock could not be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s and datname = current_database()",
                [APPLICATION],
            )
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
