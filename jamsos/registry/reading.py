"""Reading: a received file becomes columns of text under our field names, whatever its form.

CSV in any of the usual encodings and delimiters, XLSX, XLS and ODS; the sheet and the header row are found by looking for the row
that names the most columns we know. Values are text exactly as the file has them, trimmed; empty is missing.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from jamsos.errors import (
    ExtractColumnsMissing,
    ExtractEmpty,
    ExtractFormUnknown,
    ExtractNotText,
    ExtractTruncated,
    FileMissing,
    HeaderUnknown,
)
from jamsos.registry.rules import NEEDED, Source, column_of

SHEETS = {".xlsx", ".xlsm", ".xls", ".ods"}
TEXTS = {".csv", ".tsv", ".txt"}
DELIMITERS = ";,\t|"
HEADER_WITHIN = 30


@dataclass(frozen=True)
class Extract:
    """A file as columns. `frame` has `line` (the row in the file, header rows counted) and one text column per field found."""

    frame: pl.DataFrame
    columns: dict[str, str]
    sheet: str | None
    header_line: int


def read_extract(path: Path, source: Source) -> Extract:
    """Raises FileMissing, ExtractFormUnknown, ExtractEmpty, ExtractTruncated, ExtractNotText, HeaderUnknown,
    ExtractColumnsMissing; each names the file."""
    if not path.is_file():
        raise FileMissing(file=path.name)
    if path.stat().st_size == 0:
        raise ExtractEmpty(file=path.name)
    form = path.suffix.lower()
    if form in SHEETS:
        sheets = _sheets(path)
    elif form in TEXTS:
        sheets = {None: _text(path)}
    else:
        raise ExtractFormUnknown(file=path.name, known=", ".join(sorted(SHEETS | TEXTS)))
    return _extract(path, source, sheets)


def _sheets(path: Path) -> dict[str | None, pl.DataFrame]:
    if path.suffix.lower() != ".xls" and not zipfile.is_zipfile(path):
        raise ExtractTruncated(file=path.name)
    try:
        book = fastexcel.read_excel(path)
        return {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    except fastexcel.FastExcelError:
        raise ExtractTruncated(file=path.name) from None


def _text(path: Path) -> pl.DataFrame:
    text = _decoded(path)
    head = text[:4096].splitlines()[:HEADER_WITHIN]
    delimiter = max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))
    return pl.read_csv(
        io.BytesIO(text.encode()),
        separator=delimiter,
        has_header=False,
        infer_schema=False,
        truncate_ragged_lines=True,
    )


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ExtractNotText(file=path.name)


def _extract(path: Path, source: Source, sheets: dict[str | None, pl.DataFrame]) -> Extract:
    found = [(_header(frame), name, frame) for name, frame in sheets.items() if frame.height]
    if not found:
        raise ExtractEmpty(file=path.name)
    (known, row, headers), sheet, frame = max(found, key=lambda candidate: candidate[0][0])
    if known < 2:
        raise HeaderUnknown(file=path.name)
    columns = _columns(headers)
    if missing := [field for field in NEEDED[source] if field not in columns]:
        raise ExtractColumnsMissing(file=path.name, line=row + 1, source=source, missing=", ".join(missing))
    body = frame.with_row_index("line", offset=1).slice(row + 1)
    taken = [pl.col(frame.columns[index]).alias(field) for field, index in columns.items()]
    body = body.select(
        "line", *(expression.str.strip_chars(" \t\r\n\u00a0\ufeff").replace("", None) for expression in taken)
    )
    body = body.filter(pl.any_horizontal(pl.exclude("line").is_not_null()))
    if body.is_empty():
        raise ExtractEmpty(file=path.name)
    return Extract(body, {field: headers[index] for field, index in columns.items()}, sheet, row + 1)


def _header(frame: pl.DataFrame) -> tuple[int, int, list[str]]:
    """(columns known, row, its texts) of the row that looks most like a header."""
    rows = [[str(value or "") for value in row] for row in frame.head(HEADER_WITHIN).iter_rows()]
    row = max(range(len(rows)), key=lambda index: len(_columns(rows[index])))
    return len(_columns(rows[row])), row, rows[row]


def _columns(headers: list[str]) -> dict[str, int]:
    """The first column for each field."""
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        if field := column_of(header):
            columns.setdefault(field, index)
    return columns
