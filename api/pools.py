"""Connection pools: every connection works with the region of the current actor.

There are two pools, so that heavy queries never delay a mutation: a read-only one of plain asyncpg for queries, and one of
SQLAlchemy for mutations. Both use the role jamsos_api, whose rows the database filters by region (jamsos/policies.py). A read
connection keeps the region that was last set, so the next client of the same region needs no extra round trip. For that reason no
transaction pooler may be between the API and PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.read_pool import Reader, ReadPool
from jamsos.access.rules import Actor, Sight
from jamsos.db import SEE, engine_for, transaction
from jamsos.errors import DatabaseUnreachable, QueryTooSlow
from jamsos.policies import API
from jamsos.settings import Settings

# The server is gone or restarting. A query has changed nothing, so it may run again.
GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InternalClientError)
PAUSES = (0.1, 0.3, 1.0, 2.0)
_SEE = text(SEE)
_ONE_INSTANT = text("set transaction isolation level repeatable read read only")

_READING = {
    "role": API,
    "application_name": "jamsos api",
    "timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",  # the data are in memory; so a list looks up its regions instead of hashing all regions of the country
    "default_transaction_read_only": "on",
}


class Pools:
    """The two pools of one process."""

    def __init__(self, readers: ReadPool, engine: AsyncEngine) -> None:
        self._readers = readers
        self._engine = engine

    async def answer(self, sight: Sight, statement: str, *values: Any) -> Any:
        """Return the first column of the one row of a read-only statement; `json` comes as bytes, not parsed.

        Retries while the database is down. Raises DatabaseUnreachable, QueryTooSlow, TooBusy.
        """
        for pause in PAUSES:
            try:
                return await self._answer(sight, statement, values)
            except asyncpg.QueryCanceledError:
                raise QueryTooSlow() from None
            except GONE:
                await asyncio.sleep(pause)
        with _refusing():
            return await self._answer(sight, statement, values)

    async def _answer(self, sight: Sight, statement: str, values: tuple[Any, ...]) -> Any:
        async with self._readers.lease(sight) as reader:
            return await reader.fetchval(statement, *values)

    @asynccontextmanager
    async def reading(self, sight: Sight) -> AsyncIterator[Reader]:
        """Open a read-only transaction, for cursors and for several statements that must agree."""
        with _refusing():
            async with (
                self._readers.lease(sight) as reader,
                reader.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield reader

    @asynccontextmanager
    async def looking(self, actor: Actor) -> AsyncIterator[AsyncConnection]:
        """Open a read-only transaction for a service, with the actor's region; all its statements use one snapshot."""
        async with transaction(self._engine) as connection:
            await connection.execute(_ONE_INSTANT)
            await connection.execute(_SEE, actor.sight._asdict())
            yield connection

    @asynccontextmanager
    async def acting(self, actor: Actor) -> AsyncIterator[AsyncConnection]:
        """Open the transaction of a request's mutations, with the actor's region; commit unless an exception occurs."""
        async with transaction(self._engine) as connection:
            await connection.execute(_SEE, actor.sight._asdict())
            yield connection


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except asyncpg.QueryCanceledError:
        raise QueryTooSlow() from None
    except GONE as wrong:
        raise DatabaseUnreachable(reason=type(wrong).__name__) from wrong


@asynccontextmanager
async def open_pools(url: str, settings: Settings) -> AsyncIterator[Pools]:
    """Yield both pools and close them at the end; connections are opened on first use."""
    limits = {"statement_timeout": f"{settings.api_statement_seconds}s", "idle_in_transaction_session_timeout": "60s"}
    engine = engine_for(url, role=API, limits=limits, pool_size=settings.api_act_pool_size, pool_pre_ping=True)
    event.listen(engine.sync_engine, "connect", lambda connection, _: connection.run_async(_json_as_bytes))

    async def connect() -> Reader:
        reader = await asyncpg.connect(
            url, connection_class=Reader, statement_cache_size=1000, server_settings=_READING | limits
        )
        await _json_as_bytes(reader)
        return reader

    readers = ReadPool(connect, settings.api_pool_size)
    try:
        yield Pools(readers, engine)
    finally:
        await readers.close()
        await engine.dispose()


async def _json_as_bytes(connection: "asyncpg.Connection[Any]") -> None:
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
