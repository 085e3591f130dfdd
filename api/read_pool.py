"""Read pool: a smaller asyncpg pool. It skips connection reset, which costs a third of a short query.

Nothing needs a reset between two uses, because a query only sets the region, and the pool checks that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from api.errors import TooBusy
from jamsos.access.rules import Sight

WAIT_SECONDS = 10
_SEE = "select set_config('jamsos.sight_from', $1, false), set_config('jamsos.sight_to', $2, false)"


class Reader(asyncpg.Connection):
    """A connection that knows the region that was last set on it; None if that is uncertain."""

    __slots__ = ("_sight",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sight: Sight | None = None

    async def see(self, sight: Sight) -> None:
        if self._sight != sight:
            self._sight = None
            await self.execute(_SEE, *sight)
            self._sight = sight


class ReadPool:
    """At most `size` connections, opened on first use."""

    def __init__(self, connect: Callable[[], Awaitable[Reader]], size: int) -> None:
        self._connect = connect
        self._places = asyncio.Semaphore(size)
        self._idle: list[Reader] = []

    def lease(self, sight: Sight) -> "Lease":
        """Return a connection with that region: `async with readers.lease(sight) as reader`. Raises TooBusy after ten seconds."""
        return Lease(self, sight)

    async def take(self, sight: Sight) -> Reader:
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        reader = None
        try:
            reader = await self._ready()
            await reader.see(sight)
        except BaseException:
            self.release(reader)
            raise
        return reader

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close(timeout=WAIT_SECONDS)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise TooBusy() from None

    async def _ready(self) -> Reader:
        while self._idle:
            if not (reader := self._idle.pop()).is_closed():
                return reader
        return await self._connect()

    def release(self, reader: Reader | None) -> None:
        """Return the connection to the pool, unless it was left in the middle of a statement."""
        self._places.release()
        if reader is None:
            return
        if reader.is_closed() or reader.is_in_transaction():
            reader.terminate()
        else:
            self._idle.append(reader)


class Lease:
    """A connection until the end of its block; a class, because a generator costs more than the acquisition itself."""

    __slots__ = ("_reader", "_readers", "_sight")

    def __init__(self, readers: ReadPool, sight: Sight) -> None:
        self._readers, self._sight = readers, sight
        self._reader: Reader | None = None

    async def __aenter__(self) -> Reader:
        self._reader = reader = await self._readers.take(self._sight)
        return reader

    async def __aexit__(self, *wrong: object) -> None:
        self._readers.release(self._reader)
