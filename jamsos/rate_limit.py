"""Rate limiter: a token bucket per client."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from jamsos.errors import TooManyRequests

BURST_SECONDS = 10
REMEMBERED = 10_000


class RateLimiter:
    """A limit of `per_second` requests on average, with bursts of `burst_seconds` worth of them."""

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
        """Take `weight` tokens. Raises TooManyRequests with the seconds to wait, and then takes nothing."""
        tokens = self._tokens(asker)
        enough = tokens >= weight
        self._keep(asker, tokens - weight if enough else tokens)
        if not enough:
            raise TooManyRequests(seconds=math.ceil((weight - tokens) / self._per_second))

    def check(self, asker: object) -> None:
        """Raise TooManyRequests while the client owes tokens. Take nothing: the cost of the work is known only afterwards."""
        if (tokens := self._tokens(asker)) < 0:
            raise TooManyRequests(seconds=math.ceil(-tokens / self._per_second) or 1)

    def charge(self, asker: object, weight: float) -> None:
        """Take the cost of finished work, even beyond the available tokens."""
        self._keep(asker, self._tokens(asker) - weight)

    def _tokens(self, asker: object) -> float:
        now = self._clock()
        tokens, since = self._buckets.get(asker, (self._most, now))
        return min(self._most, tokens + (now - since) * self._per_second)

    def _keep(self, asker: object, tokens: float) -> None:
        self._buckets[asker] = (tokens, self._clock())
        self._buckets.move_to_end(asker)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)


def network_of(host: str) -> str:
    """Return the key of a client address. For IPv6 that is the network, because one household has 2^64 addresses."""
    if ":" not in host:
        return host[:64]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
