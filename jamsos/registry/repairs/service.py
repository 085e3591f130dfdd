"""Repair export: the workbook in which a village office corrects the rejected or noted rows of a load.

Only the received file, which is sealed, contains the rejected rows. Opening it needs a purpose and is audited.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Column
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit_shown, must_show
from jamsos.errors import NotFound
from jamsos.regions.service import need_region
from jamsos.regions.store import villages_within
from jamsos.registry import store
from jamsos.registry.errors import RepairNothing
from jamsos.registry.files.extract import open_extract
from jamsos.registry.kept_layouts import layout_of_load
from jamsos.registry.layouts import Layout
from jamsos.registry.repairs import workbook
from jamsos.registry.repairs.workbook import Line, WorkbookMarker
from jamsos.registry.rules import LABELS, LONG_NUMBERS, MENDABLE, Reading, Source
from jamsos.registry.service import known_aliases, received_file
from jamsos.registry.tables import registry_rows
from jamsos.registry.validation import Checker
from jamsos.sealing import Sealer

_NAMES = {
    "nik": "nik_sealed", "kk": "kk_sealed", "household": "household_sealed", "phone": "phone_sealed", "name": "full_name",
    "dukcapil": "is_dukcapil_matched", "village_name": "", "district_name": "", "remark": "",
}  # fmt: skip
_READ = ("is_row_broken", *(f"is_{field}_number" for field in LONG_NUMBERS))

# The column that each field of a register's file becomes; None for a region, which describes no person.
_SHOWN: dict[str, Column[Any] | None] = {
    field: registry_rows.c[_NAMES.get(field, field)] if _NAMES.get(field, field) else None for field in LABELS
}


@dataclass(frozen=True)
class RepairWorkbook:
    """An XLSX with unmasked numbers, and the number of its rows to repair."""

    content: bytes
    rows: int


async def repair_workbook(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, load_id: int, region_code: str | None = None
) -> RepairWorkbook:
    """Return the workbook with the unrepaired rows of a village, a district, or the whole load.

    Raises NotFound, RegionUnknown, RepairNothing, ScopeMissing, PurposeMissing.
    """
    if (load := await store.load_by_id(connection, load_id)) is None:
        raise NotFound(what="load", which=load_id)
    region = region_code or load["office_code"]
    place = await need_region(connection, region)
    defects = await store.to_mend(connection, load_id, region)
    if not defects:
        raise RepairNothing(load=load_id, place=place)
    must_show(actor, [column for column in _SHOWN.values() if column is not None])
    named = replace(actor, purpose=actor.purpose or f"repair of load {load_id}, region {region}")
    received = await received_file(connection, named, sealer, load_id)
    villages = await villages_within(connection, load["office_code"])
    source = Source(load["source"])
    reading = Reading(**load["reading"])
    layouts = await layout_of_load(connection, load["layout_id"])
    frame, fields = await asyncio.to_thread(_rows, received, source, reading, layouts, list(defects))
    names = await known_aliases(connection, load["office_code"])
    checker = Checker(source, frozenset(fields), villages, load["as_of"], aliases=names, reading=reading)
    others = await asyncio.to_thread(_others, checker, frame)
    lines = [
        Line(row["line"], list(dict.fromkeys([*defects[row["line"]], *others.get(row["line"], [])])), row)
        for row in frame.with_columns(map(_shown, set(fields) & set(LONG_NUMBERS))).iter_rows(named=True)
    ]
    details = {"region": region, "rows": len(lines)}
    await audit_shown(
        connection, named, "write_repair_workbook", [column for field in fields if (column := _SHOWN[field]) is not None],
        purpose="repair", subject="registry_load", subject_ids=[load_id],
        details=details,
    )  # fmt: skip
    content = workbook.write(WorkbookMarker(load_id, region), place, load["file_name"], fields, lines, villages)
    return RepairWorkbook(content, len(lines))


def _others(checker: Checker, frame: pl.DataFrame) -> dict[int, list[str]]:
    """Return every repairable defect of each rejected row by line, because the load stores only the first reason."""
    rejects = checker.check(frame).rejects.select("line", "warnings")
    return {line: [each for each in defects if each in MENDABLE] for line, defects in rejects.iter_rows()}


def _shown(field: str) -> pl.Expr:
    """Return a spreadsheet number with ? for each lost digit: unchanged it is still wrong, and it does not look complete."""
    text, is_number = pl.col(field), pl.col(f"is_{field}_number") & pl.col(field).str.ends_with("0")
    cut = text.str.slice(0, 15) + text.str.slice(15).str.replace_all(r"\d", "?")
    return pl.when(is_number).then(cut).otherwise(text).alias(field)


def _rows(
    received: bytes, source: Source, reading: Reading, layouts: Sequence[Layout], lines: list[int]
) -> tuple[pl.DataFrame, list[str]]:
    """Return (the rows of these lines as written, their fields). The file is on disk only while it is read."""
    with tempfile.TemporaryDirectory(prefix="jamsos-repair-") as folder:
        path = Path(folder) / "received"
        path.write_bytes(received)
        extract = open_extract(path, source, replace(reading, layout=None), layouts)
        fields = workbook.fields_of([*extract.columns, *extract.told])
        wanted = pl.Series(lines, dtype=pl.Int64)
        found = [frame.filter(pl.col("line").cast(pl.Int64).is_in(wanted.implode())) for frame in extract.slices()]
    return pl.concat([frame.select("line", *_READ, *fields) for frame in found]).sort("line"), fields
