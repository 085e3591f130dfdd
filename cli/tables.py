"""Terminal tables: headings and sentences wrap on a narrow terminal; figures and codes are never truncated."""

import os
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.measure import Measurement
from rich.table import Table

from cli.runtime import out, t

PROSE = 15  # a longer cell may wrap


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table. Columns of numbers are right-aligned; a file gets the width that the table needs."""
    if not rows:
        out.print(t("runtime.none", title=title))
        return
    printed = Table(title=title, title_justify="left")
    columns = [list(map(str, column)) for column in zip(headers, *rows, strict=True)]
    for value, (header, *_), width in zip(rows[0], columns, _widths(columns), strict=True):
        printed.add_column(header, justify="right" if isinstance(value, int | float) else "left", width=width)
    for row in rows:
        printed.add_row(*map(str, row))
    printed.width = Measurement.get(out, out.options.update(max_width=10_000), printed).maximum
    out.print(printed, crop=False)


def _widths(columns: list[list[str]]) -> list[int]:
    """Return the width of each column: that of its widest cell or heading, or less on a narrow terminal."""
    wide = [max(map(cell_len, column)) for column in columns]
    least = [max(_longest_word(header), *map(_least, cells)) for header, *cells in columns]
    room = out.width - 3 * len(columns) - 1 if out.is_terminal or "COLUMNS" in os.environ else sum(wide)
    while sum(wide) > room and wide != least:
        widest = max(range(len(wide)), key=lambda index: wide[index] - least[index])
        wide[widest] -= 1
    return wide


def _least(cell: str) -> int:
    """Return the least width: a short cell fits one line; a sentence may take several."""
    return cell_len(cell) if cell_len(cell) <= PROSE else max(PROSE, _longest_word(cell))


def _longest_word(said: str) -> int:
    return max(map(cell_len, said.split()), default=0)
