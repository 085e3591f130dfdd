"""Returned repairs: the rows of a repair workbook, and the rows that they replace.

The module omits unchanged rows and marks the rows that may not repair. These are added rows, late rows (already
repaired meanwhile) and, after validation, rows of another region. The other rows are validated like a register's rows.
A copied row that now describes another person has a copied key, too: beside the unchanged original, the copy counts as
added.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import NotFound
from jamsos.registry import store
from jamsos.registry.errors import RepairColumnsLost
from jamsos.registry.files.extract import Extract
from jamsos.registry.repairs.workbook import KEY, WorkbookMarker, fields_of, hash_of
from jamsos.registry.rules import Defect


@dataclass
class ReturnedRows:
    """One workbook. `unchanged`: the number of rows omitted so far; `places`: the village of each line that the workbook may repair.

    `left`: the lines whose row is unchanged.
    """

    marker: WorkbookMarker
    places: dict[int, str]
    repaired: frozenset[int]
    left: frozenset[int | None]
    unchanged: int = 0
    _seen: set[int] = field(default_factory=set)

    def changed(self, extract: Extract) -> Iterator[pl.DataFrame]:
        """Yield the slices of a workbook with only the changed rows, each with `repaired_line` and its marks."""
        for frame, keys in _keyed(extract):
            touched = frame.filter([is_changed for _, is_changed in keys])
            self.unchanged += frame.height - touched.height
            yield self._marked(touched, [line for line, is_changed in keys if is_changed])

    def _marked(self, frame: pl.DataFrame, lines: list[int | None]) -> pl.DataFrame:
        marks = [self._mark(line) for line in lines]
        return frame.with_columns(
            pl.Series("repaired_line", lines, dtype=pl.Int64),
            *(
                pl.Series(f"is_{defect}", [mark == defect for mark in marks], dtype=pl.Boolean)
                for defect in (Defect.repair_added, Defect.repair_elsewhere, Defect.repair_late)
            ),
        )

    def _mark(self, line: int | None) -> Defect | None:
        """Return the defect of a repair, or None. A row copied within the workbook counts as added."""
        if line is None or line not in self.places or line in self._seen or line in self.left:
            return Defect.repair_added
        self._seen.add(line)
        if not self.places[line].startswith(self.marker.region_code):
            return Defect.repair_elsewhere
        return Defect.repair_late if line in self.repaired else None


def _keyed(extract: Extract) -> Iterator[tuple[pl.DataFrame, list[tuple[int | None, bool]]]]:
    """Yield the slices of a workbook, each with the keys of its rows."""
    fields = fields_of(list(extract.columns))
    for frame in extract.slices():
        cells = frame.select(fields).iter_rows()
        yield frame, [_key(written, hash_of(row)) for written, row in zip(frame["repairs"], cells, strict=True)]


def _key(written: str | None, now: str) -> tuple[int | None, bool]:
    """Return (the line to repair, whether its cells changed)."""
    line, _, before = (written or "").partition(":")
    if not line.isdecimal() or len(line) > 9:
        return None, True
    return int(line), before.strip() != now


async def origin_of(connection: AsyncConnection, marker: WorkbookMarker) -> RowMapping:
    """Return the load that a workbook repairs, and lock its repairs until the transaction ends. Raises NotFound."""
    await store.lock_repairs(connection, marker.load_id)
    if (origin := await store.load_by_id(connection, marker.load_id)) is None:
        raise NotFound(what="load", which=marker.load_id)
    return origin


async def begin(connection: AsyncConnection, marker: WorkbookMarker, extract: Extract) -> ReturnedRows:
    """Return the workbook's rows with the state of the lines that their keys name. Raises RepairColumnsLost."""
    if "repairs" not in extract.columns:
        raise RepairColumnsLost(column=KEY)
    keys = [key for _, keys in _keyed(extract) for key in keys]
    places = await store.mendable(connection, marker.load_id, [line for line, _ in keys if line is not None])
    left = frozenset(line for line, is_changed in keys if not is_changed)
    return ReturnedRows(marker, places, await store.repaired_lines(connection, marker.load_id), left)
