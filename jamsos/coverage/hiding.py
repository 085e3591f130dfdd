"""Hiding: which counts beside a known total are not told, because they are small or would tell a small one. Pure."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")
SMALLEST = 5  # as in the public marts: a smaller count is not told


def hidden(counts: Mapping[K, int]) -> set[K]:
    """The small counts, and then the smallest of the others until none of the hidden can be told from their sum.

    Whoever knows the total knows what the hidden ones add up to. Each holds at least one, so the largest that any may be is that sum
    less one for every other: it must not be small, and there must be two of them. Where all are hidden, no more can be.
    """
    rising = sorted((key for key in counts if counts[key] > 0), key=lambda key: counts[key])
    found = [key for key in rising if counts[key] < SMALLEST]
    if not found:
        return set()
    for key in rising[len(found) :]:
        if len(found) > 1 and sum(counts[each] for each in found) - (len(found) - 1) >= SMALLEST:
            break
        found.append(key)
    return set(found)
