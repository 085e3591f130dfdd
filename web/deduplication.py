"""Deduplication: makes form submission idempotent within one process."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
REMEMBERED = 1_000


class SubmissionCache(Generic[T]):
    def __init__(self) -> None:
        self._done: OrderedDict[str, T] = OrderedDict()
        self._turn = asyncio.Lock()

    async def do(self, key: str, act: Callable[[], Awaitable[T]]) -> T:
        """Return the result of the first successful `act` for that key; a refused act may be repeated."""
        async with self._turn:
            if key not in self._done:
                self._done[key] = await act()
                if len(self._done) > REMEMBERED:
                    self._done.popitem(last=False)
            return self._done[key]
