"""Rate limiter: a token bucket per asker."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from jamsos.errors import TooManyRequests

BURST_SECONDS = 10
REMEMBERED = 10_000


class RateLimiter:
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
        tokens = self._tokens(asker)
        enough = tokens >= weight
        self._keep(asker, tokens - weight if enough else tokens)
        if not enough:
            raise TooManyRequests(seconds=math.ceil((weight - tokens) / self._per_second))

    def check(self, asker: object) -> None:
        """Take nothing. Raises TooManyRequests while the asker owes tokens: for work whose price is known afterwards."""
        if (tokens := self._tokens(asker)) < 0:
            raise TooManyRequests(seconds=math.ceil(-tokens / self._per_second) or 1)

    def charge(self, asker: object, weight: float) -> None:
        """Take what the work did cost, more than there is if need be."""
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
    """Return what tells askers apart by their address: of IPv6 the network only, because a household has 2^64 addresses."""
    if ":" not in host:
        return host[:64]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
