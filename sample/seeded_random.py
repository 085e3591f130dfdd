"""Seeded random numbers: the same seed, question and number always give the same result.

Each draw is a mixed 64-bit counter (SplitMix64, Steele et al. 2014), not a stream. No order of calls, no chunk size and no
library version changes it, so each person has the same traits in every sample.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB))


class SeededRandom:
    """The random numbers of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, question: str, ids: Ids) -> NDArray[np.uint64]:
        """Return 64 random bits for each number."""
        key = blake2b(f"{self.seed}/{question}".encode(), digest_size=8).digest()
        mixed: NDArray[np.uint64] = ids.astype(np.uint64) * _GOLDEN + np.frombuffer(key, dtype="<u8")
        for shift, factor in _MIX:
            mixed = (mixed ^ (mixed >> shift)) * factor
        return mixed ^ (mixed >> np.uint64(31))

    def uniform(self, question: str, ids: Ids) -> NDArray[np.float64]:
        """Return numbers in [0, 1) with 53 bits."""
        return (self.bits(question, ids) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def chance(self, question: str, ids: Ids, share: float | NDArray[np.float64]) -> NDArray[np.bool_]:
        return self.uniform(question, ids) < share

    def below(self, question: str, ids: Ids, end: int | Ids) -> Ids:
        """Return whole numbers 0 ≤ n < end."""
        return (self.uniform(question, ids) * end).astype(np.int64)

    def between(self, question: str, ids: Ids, low: float, high: float) -> NDArray[np.float64]:
        """Return numbers concentrated in the middle: the mean of two uniform draws."""
        mean = (self.uniform(question, ids) + self.uniform(question + "/2", ids)) / 2
        return low + (high - low) * mean

    def pick(self, question: str, ids: Ids, weights: Sequence[int]) -> Ids:
        """Return indices into `weights`, with probabilities by weight."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(bounds, self.below(question, ids, int(bounds[-1])), side="right").astype(np.int64)

    def one(self, question: str, number: int, end: int) -> int:
        """Return a single whole number 0 ≤ n < end."""
        return int(self.below(question, np.array([number]), end)[0])
