"""Table writer: write a table as CSV or XLSX; the same table gives the same bytes.

Only counts and amounts are written as numbers. Identifiers (NIK, KPJ) are text, so that no spreadsheet rounds them. A
text that a spreadsheet would run as a formula gets an apostrophe before it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from jamsos.errors import FolderMissing, SheetFormUnknown

FORMS = (".csv", ".xlsx")
# the current time would make the bytes of every workbook different
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def form_of(path: Path, *besides: str) -> str:
    """Return `.csv` or `.xlsx`; `besides` are other formats that the caller writes. Raises SheetFormUnknown."""
    if path.suffix.lower() not in FORMS:
        raise SheetFormUnknown(file=path.name, known=", ".join((*FORMS, *besides)))
    return path.suffix.lower()


def sheet(form: str, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the content of the file. `title` names the sheet of a workbook (at most 31 characters)."""
    written = [[_written(value) for value in row] for row in rows]
    return _csv(headers, written) if form == ".csv" else _xlsx(title, headers, written)


def must_be_writable(path: Path) -> None:
    """Raise FolderMissing where the file cannot be written. Check before a recorded act, so that its file is not lost."""
    if not path.parent.is_dir() or path.is_dir():
        raise FolderMissing(file=path)


def write(path: Path, content: bytes) -> None:
    """Write the whole file or nothing. Raises FolderMissing."""
    must_be_writable(path)
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _written(value: Any) -> str | int:
    if isinstance(value, int):
        return value
    text = value.isoformat() if isinstance(value, date) else str("" if value is None else value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _csv(headers: Sequence[str], rows: Sequence[Sequence[str | int]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return file.getvalue().encode()


def _xlsx(title: str, headers: Sequence[str], rows: Sequence[Sequence[str | int]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(title[:31])
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, header in enumerate(headers):
            page.write_string(0, column, header, bold)
            page.set_column(
                column, column, max(len(header), *(len(str(row[column])) for row in rows[:200])) + 2 if rows else 12
            )
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(line, column, value)
                else:
                    page.write_string(line, column, value)
    return file.getvalue()
