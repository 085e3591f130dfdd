"""Restatements: what a build may change of the months that an earlier build published. Pure.

A part that gained or lost one to four persons since would be told by the difference of two releases. So the whole month of that division
stays as it was published until every change is large enough; totals of the books do not wait.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from jamsos.disclosure import is_small, outgrew

Division = tuple[str, str, date]  # regency, dimension, month


class Figure(NamedTuple):
    """Workers of a part in a month, and rupiah paid for them."""

    workers: int
    amount: int


NOBODY = Figure(0, 0)
Parts = Mapping[str, Figure]


def restated(before: Mapping[Division, Parts], now: Mapping[Division, Parts]) -> dict[Division, Parts]:
    """Return what is published: each division's parts of now, or those before where a change would be a small count."""
    return {
        division: before[division]
        if division in before and _tells(before[division], now.get(division, {}))
        else now.get(division, {})
        for division in {*before, *now}
    }


def _tells(before: Parts, now: Parts) -> bool:
    return any(
        is_small(abs(now.get(part, NOBODY).workers - before.get(part, NOBODY).workers)) for part in {*before, *now}
    )


def staying(
    before: Mapping[Division, Parts], now: Mapping[Division, Parts], suppressed: Mapping[Division, Collection[str]]
) -> dict[tuple[str, str, int], set[str]]:
    """Return the parts, by regency, dimension and year, that were suppressed and stay so.

    They are told again when every suppressed part of the month has outgrown what it may have been: then no difference says what it was.
    """
    stay: dict[tuple[str, str, int], set[str]] = {}
    for division, parts in suppressed.items():
        regency, dimension, month = division
        then, today = before.get(division, {}), now.get(division, {})
        held = [part for part in parts if part in then]
        if not held or not all(outgrew(then[part].workers, today.get(part, NOBODY).workers) for part in held):
            stay.setdefault((regency, dimension, month.year), set()).update(parts)
    return stay
