"""Migrations: how a database comes to today's tables. Named by date; each fits the release before it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jamsos.db import SCHEMA, transaction


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


async def upgrade(engine: AsyncEngine, *filling: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    """Bring the database to today's tables and fill what every database holds, in one transaction."""
    async with transaction(engine) as connection:
        await connection.run_sync(_upgrade)
        for fill in filling:
            await fill(connection)


async def is_current(engine: AsyncEngine) -> bool:
    async with transaction(engine) as connection:
        return await connection.run_sync(_is_current)


def _upgrade(connection: Connection) -> None:
    # two processes starting at once on an empty database must not both build it
    connection.execute(text("select pg_advisory_xact_lock(hashtext('jamsos.migrations'))"))
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_current(connection: Connection) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()
