"""Migrations: bring a database to the present tables. One baseline, then numbered versions.

`versions/0001_baseline.sql` contains every statement that builds the tables on an empty database. `make baseline`
generates it from the tables. Before the first release, a changed table needs only that command; a test reports a stale
baseline. The baseline's revision contains the hash of its statements, so that a database built from other tables is
refused and not misread.

After the first release the baseline is frozen. A changed table then needs `versions/0002_WHAT.py` and so on, and each
version must fit the release before it. A test compares the tables with the result of all versions.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jamsos.db import SCHEMA, transaction
from jamsos.errors import DatabaseVersionUnknown


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


async def upgrade(engine: AsyncEngine, *filling: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    """Bring the database to the present tables and insert the shipped data, in one transaction.

    Raises DatabaseVersionUnknown.
    """
    async with transaction(engine) as connection:
        await connection.run_sync(_upgrade)
        for fill in filling:
            await fill(connection)


async def is_current(engine: AsyncEngine) -> bool:
    """Return whether the database has the present tables. Raises DatabaseVersionUnknown."""
    async with transaction(engine) as connection:
        return await connection.run_sync(_is_current)


def _upgrade(connection: Connection) -> None:
    # two processes that start at once on an empty database must not both build it
    connection.execute(text("select pg_advisory_xact_lock(hashtext('jamsos.migrations'))"))
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    if _is_current(connection):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_current(connection: Connection) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    current, versions = context.get_current_revision(), ScriptDirectory.from_config(_config())
    if current is not None and current not in {version.revision for version in versions.walk_revisions()}:
        raise DatabaseVersionUnknown(version=current)
    return current == versions.get_current_head()
