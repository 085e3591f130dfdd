"""Cells: small numbers of people are not printed, and cannot be worked out from the total beside them."""

from typing import Any

FLOOR = 5
HIDDEN = f"<{FLOOR}"


def hidden(rows: list[dict[str, Any]], column: str, also: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The rows with counts of 1 to 4 in `column` hidden, and one more where a single hidden one could be subtracted.

    `also`: columns of the same row from which the count could be worked out; they are hidden with it.
    """
    small = [index for index, row in enumerate(rows) if 0 < row[column] < FLOOR]
    if len(small) == 1:
        others = [index for index, row in enumerate(rows) if row[column] >= FLOOR]
        small += [min(others, key=lambda index: int(rows[index][column]))] if others else []
    return [_without(row, (column, *also)) if index in small else row for index, row in enumerate(rows)]


def _without(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    shown = HIDDEN if row[columns[0]] < FLOOR else "*"
    return row | {columns[0]: shown} | dict.fromkeys(columns[1:], "*")
