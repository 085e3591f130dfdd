"""Cells: small numbers of people are not printed, and cannot be worked out from the total beside them."""

from collections.abc import Sequence
from typing import Any

FLOOR = 5
SMALL = f"<{FLOOR}"
WITHHELD = "*"


def hidden(rows: list[dict[str, Any]], count: str, others: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows with counts of 1 to 4 hidden, and one more where a single hidden one could be subtracted from the total.

    `others`: columns of the same row from which the count could be worked out; they are hidden with it.
    """
    small = {index for index, row in enumerate(rows) if 0 < row[count] < FLOOR}
    if len(small) == 1:
        shown = [index for index, row in enumerate(rows) if row[count] >= FLOOR]
        small |= {min(shown, key=lambda index: int(rows[index][count]))} if shown else set()
    return [_without(row, count, others) if index in small else row for index, row in enumerate(rows)]


def _without(row: dict[str, Any], count: str, others: Sequence[str]) -> dict[str, Any]:
    mark = SMALL if row[count] < FLOOR else WITHHELD
    return row | {count: mark} | dict.fromkeys(others, WITHHELD)
