"""Table files: CSV and XLSX files written in chunks without time stamps, so that the same rows give the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # xlsxwriter accepts no time zone


class CsvFile:
    """`line` is the number of the next line in the file, the header's being 1."""

    def __init__(self, path: Path, header: Sequence[str], separator: str = ",", newline: str = "\n") -> None:
        self.path, self.header = path, list(header)
        self.separator, self.newline = separator, newline
        self.rows, self.line = 0, 2
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._file.write((separator.join(header) + newline).encode())

    def write(self, frame: pl.DataFrame, broken: Sequence[int] = ()) -> None:
        """Append the header's columns; rows at the places `broken` are cut off in the middle."""
        text = frame.select(self.header).write_csv(
            include_header=False, separator=self.separator, line_terminator=self.newline
        )
        self._file.write((self._cut(text, broken) if broken else text).encode())
        self.rows += len(frame)
        self.line += len(frame)

    def _cut(self, text: str, broken: Sequence[int]) -> str:
        lines = text.split(self.newline)
        for row in broken:
            fields = lines[row].split(self.separator)
            lines[row] = self.separator.join(fields[: len(fields) // 2])
        return self.newline.join(lines)

    def close(self) -> None:
        self._file.close()


class XlsxFile:
    """A workbook of one sheet: lines of title, a header, rows of text; some cells are numbers, as spreadsheets make them."""

    def __init__(self, path: Path, sheet: str, header: Sequence[str], titles: Sequence[str] = ()) -> None:
        self.path, self.header = path, list(header)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True})
        self._book.set_properties({"created": LONG_AGO})
        self._sheet = self._book.add_worksheet(sheet)
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(header):
            self._sheet.set_column(column, column, max(8, min(30, len(name) + 6)))
        for line, title in enumerate(titles):
            self._sheet.write_string(line, 0, title, bold)
        for column, name in enumerate(header):
            self._sheet.write_string(len(titles), column, name, bold)
        self.rows, self.line = 0, len(titles) + 2

    def write(self, frame: pl.DataFrame, numeric: Sequence[tuple[str, int]] = ()) -> None:
        """Append the header's columns. `numeric` names cells (column, row of the frame) to be written as numbers."""
        numbers = {(row, self.header.index(column)) for column, row in numeric}
        for index, row in enumerate(frame.select(self.header).iter_rows()):
            self._write_row(index, row, numbers)
        self.rows += len(frame)
        self.line += len(frame)

    def _write_row(self, index: int, row: tuple[str | None, ...], numbers: set[tuple[int, int]]) -> None:
        at = self.line - 1 + index
        for column, text in enumerate(row):
            if text is None or text == "":
                continue
            if (index, column) in numbers:
                self._sheet.write_number(at, column, float(text))
            else:
                self._sheet.write_string(at, column, text)

    def close(self) -> None:
        self._book.close()
