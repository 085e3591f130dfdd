"""CPU budget: the processor time that clients may use for documents that are not cached.

The time of such a document is known only afterwards. It is charged then, and a client in debt must wait. One agency may use most
of a process. A client without a key may use little, and all of them together a quarter.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from jamsos.rate_limit import RateLimiter

# Processor seconds per allowed request per second of a key.
AGENCY, NETWORK, STRANGERS = 0.015, 0.002, 0.005
BURST_SECONDS, STRANGERS_BURST = 20, 8
LEAST = 10  # requests per second: the budget assumes at least this rate


class CpuBudget:
    def __init__(self, requests_per_second: float) -> None:
        rate = max(requests_per_second, LEAST)
        self._agencies = RateLimiter(AGENCY * rate, burst_seconds=BURST_SECONDS)
        self._networks = RateLimiter(NETWORK * rate, burst_seconds=BURST_SECONDS)
        self._strangers = RateLimiter(STRANGERS * rate, burst_seconds=BURST_SECONDS)

    @contextmanager
    def spending(self, agency_id: int | None, network: str) -> Iterator[None]:
        """Charge the processor time of this thread until the end of the block. Raises TooManyRequests while the client is in debt."""
        budgets: list[tuple[RateLimiter, object]] = (
            [(self._networks, network), (self._strangers, None)] if agency_id is None else [(self._agencies, agency_id)]
        )
        for rates, asker in budgets:
            rates.check(asker)
        began = time.thread_time()
        try:
            yield
        finally:
            spent = time.thread_time() - began
            for rates, asker in budgets:
                rates.charge(asker, spent)
