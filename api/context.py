"""Request context (`info.context`): the actor, and the ways to the database.

- Reading: `await context.answer(sql, *values)`: one statement, read only, in the asker's sight; `json` comes as bytes.
- Acting: inside a mutation `context.connection` is the request's transaction, in the asker's sight; acts never commit.
  While it is open, `answer` reads through it, so a payload shows what the act just wrote.
- Writing the trail of an unmasked read: `async with context.acting() as connection`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.errors import TooBusy
from api.http.auth import Authenticator
from api.operations import Operation
from api.pools import Pools
from api.printer import DocumentPrinter
from jamsos.access.rules import Actor, Sight
from jamsos.messages import Language
from jamsos.sealing import Sealer
from jamsos.settings import Settings

T = TypeVar("T")
_WAITING = text("set local idle_in_transaction_session_timeout = 0")
PRINT_SECONDS = 60  # to wait for another paper


@dataclass(slots=True)
class Context:
    """One per request. `actor` holds the scopes, the region, the stated purpose (`X-Purpose`) and the request id."""

    actor: Actor
    pools: Pools
    sealer: Sealer
    settings: Settings
    language: Language = "en"
    network: str = ""  # what tells askers without a key apart
    operation: Operation | None = None  # the checked document (api/operations.py)
    gate: Authenticator | None = None
    prints: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _printer: DocumentPrinter | None = None
    extensions: dict[str, Any] = field(default_factory=dict)  # told to the client beside the data, e.g. the cost
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one connection answers one thing at a time
    _connection: AsyncConnection | None = None
    _snapshot: Any = None

    @property
    def is_acting(self) -> bool:
        return self.operation is not None and self.operation.is_mutation

    @property
    def printer(self) -> DocumentPrinter:
        """Return the printer of documents. Raises RuntimeError in an application that got none."""
        if self._printer is None:
            raise RuntimeError("no document printer was given to the application")
        return self._printer

    async def printed(self, work: Callable[..., T], *given: Any) -> T:
        """Print a document in a thread, one at a time; no connection is held meanwhile. Raises TooBusy."""
        if self._connection is not None:
            raise RuntimeError("an act that prints must be long (api/mutations/base.py)")
        async with self.turn_to_print():
            return await asyncio.to_thread(work, *given)

    @asynccontextmanager
    async def printing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that waits for the printer; one at a time, so that other acts keep their connections. Raises TooBusy."""
        async with self.turn_to_print(), self.acting() as connection:
            await connection.execute(_WAITING)
            yield connection

    @asynccontextmanager
    async def turn_to_print(self) -> AsyncIterator[None]:
        """One paper after the other, because each takes a processor for itself. Raises TooBusy."""
        try:
            async with asyncio.timeout(PRINT_SECONDS):
                await self.prints.acquire()
        except TimeoutError:
            raise TooBusy() from None
        try:
            yield
        finally:
            self.prints.release()

    @property
    def connection(self) -> AsyncConnection:
        """The transaction of this request's acts."""
        if self._connection is None:
            raise RuntimeError("no act is under way in this request")
        return self._connection

    async def answer(self, statement: str, *values: Any, sight: Sight | None = None) -> Any:
        """The first column of the one row of a read-only statement, in the asker's sight unless another is given.

        Raises DatabaseUnreachable, QueryTooSlow.
        """
        if self._snapshot is not None:
            return await self._snapshot.fetchval(statement, *values)
        if self._connection is None:
            return await self.pools.answer(sight or self.actor.sight, statement, *values)
        raw: Any = (await self._connection.get_raw_connection()).driver_connection
        return await raw.fetchval(statement, *values)

    def forget_keys(self) -> None:
        """Recognise every asker anew: keys were revoked."""
        if self.gate:
            self.gate.forget()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """Until its end, every answer sees the database as it is now (exports)."""
        async with self.pools.reading(self.actor.sight) as self._snapshot:
            try:
                yield
            finally:
                self._snapshot = None

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[AsyncConnection]:
        """The request's one transaction for acts: the open one, else a new one, committed at the end."""
        if self._connection is not None:
            yield self._connection
            return
        async with self.pools.acting(self.actor) as connection:
            self._connection = connection
            try:
                yield connection
            finally:
                self._connection = None
