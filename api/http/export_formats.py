"""Export formats: rows of JSON values as CSV, JSON lines or Parquet.

CSV is UTF-8 with commas; a cell that a spreadsheet would execute as a formula begins with an apostrophe. Parquet is converted
from JSON lines in a temporary file, because a Parquet file ends with its directory.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "Int": pl.Int64,
    "Whole": pl.Int64,
    "Rupiah": pl.Int64,
    "Float": pl.Float64,
    "Boolean": pl.Boolean,
    "list": pl.List(pl.String),
}
Row = Mapping[str, Any]
Columns = Mapping[str, str]


def flat(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    """Convert `{"village": {"name": "Golo"}}` to `{"village.name": "Golo"}`; a missing relation leaves its columns empty."""
    return {name: _at(row, name) for name in columns}


def _at(row: Row, dotted: str) -> Any:
    value: Any = row
    for step in dotted.split("."):
        value = value.get(step) if value is not None else None
    return value


def csv_head(columns: Columns) -> bytes:
    return _csv_line(list(columns))


def csv_row(row: Row, columns: Columns) -> bytes:
    return _csv_line([_cell(value) for value in flat(row, columns).values()])


def json_row(row: Row, columns: Columns) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def flat_json_row(row: Row, columns: Columns) -> bytes:
    return orjson.dumps(flat(row, columns), option=orjson.OPT_APPEND_NEWLINE)


LINES: dict[str, Callable[[Row, Columns], bytes]] = {"csv": csv_row, "jsonl": json_row, "parquet": flat_json_row}


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value[:1] in "=+-@\t\r" and value else value
        case int() | float():
            return str(value)
    return orjson.dumps(value).decode()


def write_parquet(lines: Path, parquet: Path, columns: Columns) -> None:
    """Write Parquet with date and time types; other values keep their JSON type. Memory does not grow with the number of rows."""
    schema = {name: _TYPES.get(kind, pl.String) for name, kind in columns.items()}
    casts = [pl.col(name).str.to_date() for name, kind in columns.items() if kind == "Date"]
    casts += [
        pl.col(name).str.to_datetime(time_zone="UTC", time_unit="us")
        for name, kind in columns.items()
        if kind == "DateTime"
    ]
    if lines.stat().st_size == 0:
        pl.DataFrame(schema=schema).with_columns(casts).write_parquet(parquet)
        return
    pl.scan_ndjson(lines, schema=schema).with_columns(casts).sink_parquet(parquet)
