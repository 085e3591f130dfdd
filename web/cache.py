"""Cache: keeps an expensive result for a short time; serves the stale value while the database is down."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from jamsos.errors import DatabaseUnreachable

T = TypeVar("T")


class CachedValue(Generic[T]):
    def __init__(self, find: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float] = time.monotonic):
        self._find, self._seconds, self._clock = find, seconds, clock
        self._lock = asyncio.Lock()
        self._found: tuple[T, float] | None = None

    async def get(self) -> T:
        """Return the value, at most `seconds` old while the database responds. Raises the exceptions of the computation."""
        if self._is_fresh():
            return self._last()
        async with self._lock:
            if not self._is_fresh():
                await self._renew()
        return self._last()

    def _is_fresh(self) -> bool:
        return self._found is not None and self._clock() - self._found[1] < self._seconds

    def _last(self) -> T:
        assert self._found is not None  # noqa: S101 (found just before)
        return self._found[0]

    async def _renew(self) -> None:
        try:
            self._found = (await self._find(), self._clock())
        except DatabaseUnreachable:
            if self._found is None:
                raise
