"""Labels: the programme's codes as printed text."""

from typing import Any

from jamsos.disclosure import SUPPRESSED
from jamsos.messages import say
from reports.suppression import Row


def label(family: str, part: Any) -> str:
    """Return the label of a code, such as `sex` and `female`; a decile is numbered."""
    if family == "decile":
        return "tidak diketahui" if part is None else f"desil {part}"
    return say(f"paper.{family}.{str(part).lower()}", "id")


def labelled(rows: list[Row], family: str, column: str = "part") -> list[Row]:
    """Return the rows with their label as `label`."""
    return [row | {"label": label(family, row[column])} for row in rows]


def total(rows: list[Row], *columns: str) -> Row:
    """Return the sums of integer columns; a missing value counts as none."""
    return {column: _sum([row[column] or 0 for row in rows]) for column in columns}


def _sum(figures: list[int | str]) -> int | str:
    return SUPPRESSED if SUPPRESSED in figures else sum(figure for figure in figures if isinstance(figure, int))
