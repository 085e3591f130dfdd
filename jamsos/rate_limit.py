"""Rates: a token bucket for every asker. It lives in one process: with N processes an asker may make N times as many requests."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from jamsos.errors import TooManyRequests

BURST_SECONDS = 10
REMEMBERED = 10_000


class Rates:
    """`per_second` requests in the long run, `burst_seconds` worth of them at once."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        burst_seconds: float = BURST_SECONDS,
    ) -> None:
        self._per_second, self._most = per_second, per_second * burst_seconds
        self._clock = clock
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, asker: object, weight: float = 1.0) -> None:
        """Take `weight` tokens. Raises TooManyRequests with the seconds to wait; then nothing is taken."""
        now = self._clock()
        tokens, since = self._buckets.pop(asker, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._per_second)
        enough = tokens >= weight
        self._buckets[asker] = (tokens - weight if enough else tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if not enough:
            raise TooManyRequests(seconds=math.ceil((weight - tokens) / self._per_second))
