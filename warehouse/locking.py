"""Locking: one build at a time, which Ctrl-C and SIGTERM end at once.

The lock is on a table that readers may not enter. An advisory lock would be open to everybody: an analyst could stop all builds.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import errors

from jamsos.errors import DatabaseUnreachable
from jamsos.policies import DBT
from warehouse.errors import BuildStopped, WarehouseBusy, WarehouseUnready
from warehouse.profile import APPLICATION

# automatic maintenance holds an empty table for less than a second; another build holds it much longer
_LOCK = (
    "set idle_in_transaction_session_timeout = 0",
    "set local lock_timeout = '1s'",
    f"set local role {DBT}",
    "lock table store.build_lock in exclusive mode",
    "reset role",
)


@contextmanager
def exclusive_build(url: str, log: Path) -> Iterator[Any]:
    """Open a connection with the warehouse's lock, because two builds would replace each other's tables.

    Raises WarehouseBusy, DatabaseUnreachable.
    """
    try:
        connection = psycopg2.connect(url, application_name=f"{APPLICATION} lock")
    except psycopg2.OperationalError as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong
    try:
        with connection.cursor() as cursor:
            try:
                for statement in _LOCK:
                    cursor.execute(statement)
            except errors.LockNotAvailable as wrong:
                raise WarehouseBusy from wrong
            except psycopg2.Error as wrong:
                raise WarehouseUnready(reason=str(wrong).splitlines()[0], log=log) from wrong
        yield connection
    finally:
        connection.close()


@contextmanager
def stoppable_build(connection: Any) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the build's queries, which dbt's own role may not do. Raise BuildStopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def stop(number: int, _: object) -> None:
        received.append(number)
        with suppress(psycopg2.Error), connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s and datname = current_database()",
                [APPLICATION],
            )
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException as wrong:
        # dbt may report only what went wrong while it stopped
        if received:
            raise BuildStopped(received[0]) from wrong
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
