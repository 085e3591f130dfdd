"""CPU budget: how much of the processor's time askers may take for documents that nobody has asked before.

What such a document takes is known only afterwards, so it is charged afterwards, and who owes waits. One agency may take most of a
process; an asker without a key little, and all of them together no more than a quarter.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from jamsos.rate_limit import RateLimiter

# Seconds of the processor for each request a second that a key may make.
AGENCY, NETWORK, STRANGERS = 0.015, 0.002, 0.005
BURST_SECONDS, STRANGERS_BURST = 20, 8
LEAST = 10  # requests a second, as if the office allowed at least so many


class CpuBudget:
    def __init__(self, requests_per_second: float) -> None:
        rate = max(requests_per_second, LEAST)
        self._agencies = RateLimiter(AGENCY * rate, burst_seconds=BURST_SECONDS)
        self._networks = RateLimiter(NETWORK * rate, burst_seconds=BURST_SECONDS)
        self._strangers = RateLimiter(STRANGERS * rate, burst_seconds=BURST_SECONDS)

    @contextmanager
    def spending(self, agency_id: int | None, network: str) -> Iterator[None]:
        """Charge the time of this thread until the end of the block. Raises TooManyRequests while the asker owes some."""
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
