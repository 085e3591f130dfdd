"""Grids: the cells of a file as text, for every supported format, and the search for the header row.

The formats are CSV in the usual encodings and delimiters, XLSX, XLS, ODS, and an HTML or XML table that a portal names
`.xls`. A ZIP archive may contain one such file. A header is searched in the first 50 rows of every sheet, over one row
or two. The rows above it are a title block.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

import fastexcel
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from jamsos.errors import ArchiveAmbiguous, FileNotCsv, FileTooLarge

HEADER_WITHIN = 50
DELIMITERS = ";,\t|"
UNPACKED = 256 << 20  # largest unpacked size of an archive, in bytes
NULL = "\u2400"  # replaces a NUL, which no database text can contain
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_SPREADSHEET_ML = "urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|meta|style|table|tr|div|center)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class Row(NamedTuple):
    """A row with text. `numbers`: the indexes of cells that the file stores as numbers, not as text."""

    line: int
    cells: list[str]
    numbers: frozenset[int] = frozenset()
    is_hidden: bool = False

    def cell(self, place: int | None) -> str:
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True)
class Grid:
    """A sheet, an HTML table, or a whole CSV file (`sheet` None)."""

    sheet: str | None
    rows: list[Row]


@dataclass(frozen=True)
class Table:
    """A grid with a known header: `headers` by index, the title block `above`, and the rows `below`."""

    sheet: str | None
    header_line: int
    headers: list[str]
    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)


Known = Callable[[Sequence[str]], int]


def table_of(name: str, content: bytes, known: Known, *, at_least: int = 2) -> Table | None:
    """Return the table whose header has the most columns that `known` counts; None where every row has too few.

    Raises FileNotCsv, ArchiveAmbiguous, FileTooLarge.
    """
    best: tuple[int, Table] | None = None
    for grid in grids_of(name, content, known):
        count, at = header_of([row.cells for row in grid.rows[:HEADER_WITHIN]], known)
        if count >= at_least and (best is None or count > best[0]):
            best = count, _cut(grid, at)
    return best[1] if best else None


def _cut(grid: Grid, at: int) -> Table:
    headers = headers_at([row.cells for row in grid.rows[: at + 1]], at)
    below = grid.rows[at + 1 :]
    if below and is_numbering(below[0].cells):
        below = below[1:]
    return Table(grid.sheet, grid.rows[at].line, headers, grid.rows[:at], below)


def header_of(rows: Sequence[Sequence[str]], known: Known) -> tuple[int, int]:
    """Return (columns known, index) of the header row with the most known columns, alone or as the lower of two; the first of equals."""
    count, at = max(((known(headers_at(rows, at)), -at) for at in range(len(rows))), default=(0, 0))
    return count, -at


def headers_at(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Return the texts of a row, and for its empty cells those of the row above: header cells are often merged."""
    above = rows[at - 1] if at else ()
    return [own if own.strip() else upper for own, upper in zip_longest(rows[at], above, fillvalue="")]


_COUNTED = re.compile(r"[(\[-]?\s*(\d{1,3})\s*[)\].]?")


def is_numbering(cells: Sequence[str]) -> bool:
    """Return whether a row only numbers its columns: `(1) (2) (3)`, or `-1 -2 -3` as a spreadsheet converts it."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    found = [_COUNTED.fullmatch(cell.upper().removeprefix("KOLOM").strip() or "1") for cell in filled]
    numbers = [int(each[1]) for each in found if each]
    return len(numbers) == len(filled) >= 3 and all(b - a == 1 for a, b in pairwise(numbers))


# --- the format of a file -------------------------------------------------------------------------------------------


def grids_of(name: str, content: bytes, known: Known) -> list[Grid]:
    """Return every sheet with text. `known` selects the delimiter of a text file.

    Raises FileNotCsv, ArchiveAmbiguous, FileTooLarge.
    """
    _, content = unpacked(name, content)
    if is_markup(content):
        return markup_grids(name, content)
    if content.startswith((_ZIP, _OLE)):
        return _workbook(name, content)
    return [_text(name, content, known)]


_OF_WORKBOOKS = ("content.xml", "[Content_Types].xml", "mimetype", "META-INF/manifest.xml")


def is_archive(content: bytes) -> bool:
    """Return whether the content is a ZIP archive of files. A workbook is a ZIP archive, too, but not one of files."""
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return not any(name in _OF_WORKBOOKS or name.startswith("xl/") for name in packed.namelist())
    except zipfile.BadZipFile:
        return False


def packed_files(name: str, content: bytes) -> list[tuple[str, bytes]]:
    """Return the files of an archive by name. Raises FileTooLarge, and FileNotCsv where it is encrypted or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            wanted = [each for each in packed.infolist() if not each.is_dir() and not _is_leftover(each.filename)]
            if sum(each.file_size for each in wanted) > UNPACKED:
                raise FileTooLarge(file=name, limit=UNPACKED >> 20)
            return [(each.filename.rpartition("/")[2], packed.read(each)) for each in wanted]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        raise FileNotCsv(file=name) from None


def _is_leftover(path: str) -> bool:
    """Return whether an operating system or an office program created the file."""
    return path.startswith("__MACOSX/") or path.rpartition("/")[2].startswith((".", "~$")) or path.endswith("Thumbs.db")


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the only file of an archive with its name; return any other file unchanged.

    Raises ArchiveAmbiguous, FileNotCsv, FileTooLarge.
    """
    if not is_archive(content):
        return name, content
    files = packed_files(name, content)
    if len(files) != 1:
        raise ArchiveAmbiguous(file=name, count=len(files), files=", ".join(sorted(each for each, _ in files)) or "-")
    return files[0]


def is_markup(content: bytes) -> bool:
    """Return whether the content is an HTML page or an XML spreadsheet; other XML is neither."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = content[:4096].decode("utf-16", errors="ignore").encode().lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return False
    return _SPREADSHEET_ML.encode() in start or _HTML.search(start) is not None


def decoded(name: str, content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 (also without byte order mark) or Windows-1252. Raises FileNotCsv."""
    for encoding in encodings_of(content[:4096]):
        try:
            return content.decode(encoding).replace("\0", NULL)
        except UnicodeDecodeError:
            continue
    raise FileNotCsv(file=name)


def encodings_of(start: bytes) -> tuple[str, ...]:
    """Return the encodings that a file may have, the likeliest first. A few NULs are damage; NULs in every second byte mean UTF-16."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    odd, even = start[1::2].count(0), start[::2].count(0)
    if max(odd, even) * 4 > len(start) // 2:
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8-sig", "cp1252")


# --- text ------------------------------------------------------------------------------------------------------------


def _text(name: str, content: bytes, known: Known) -> Grid:
    text = decoded(name, content)
    head = text.splitlines(keepends=True)[: HEADER_WITHIN * 2]
    delimiter, quote = parting(head, known)
    rows, before = [], 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(before + 1, cells))
            before = reader.line_num
    except csv.Error:
        raise FileNotCsv(file=name) from None
    return Grid(None, rows)


def parting(head: Sequence[str], known: Known) -> tuple[str, str]:
    """Return (delimiter, quotation mark) with which the first lines have the most known columns."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = cells_of(head, delimiter)
        return header_of(rows[:HEADER_WITHIN], known)[0], max(map(len, rows), default=0)

    delimiter = max(DELIMITERS, key=score)
    rows = cells_of(head, delimiter)
    _, at = header_of(rows[:HEADER_WITHIN], known)
    return delimiter, "'" if rows and is_in_single_marks(rows[at]) else '"'


def is_in_single_marks(headers: Sequence[str]) -> bool:
    """Return whether a program enclosed every cell in single quotation marks."""
    filled = [cell.strip() for cell in headers if cell.strip()]
    return len(filled) > 1 and all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in filled)


def cells_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the cells of the lines before the first that the CSV reader refuses."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row))
    return rows


# --- workbooks -------------------------------------------------------------------------------------------------------


def _workbook(name: str, content: bytes) -> list[Grid]:
    try:
        book = fastexcel.read_excel(content)
        return [grid for sheet in book.sheet_names if (grid := _sheet(book, sheet)).rows]
    except fastexcel.FastExcelError:
        raise FileNotCsv(file=name) from None


def _sheet(book: fastexcel.ExcelReader, sheet: str) -> Grid:
    texts = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    first = columns[0].absolute_index if (columns := texts.available_columns()) else 0
    booleans = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="boolean").to_polars()
    rows = []
    both = zip(texts.to_polars().iter_rows(), booleans.iter_rows(), strict=True)
    for line, (cells, numbers) in enumerate(both, start=1):
        if any(cell and cell.strip() for cell in cells):
            # read as a boolean, a numeric cell has a value and a text cell has none
            places = frozenset(first + at for at, number in enumerate(numbers) if number is not None)
            rows.append(Row(line, [""] * first + [cell or "" for cell in cells], places))
    return Grid(sheet, rows)


# --- HTML and XML ----------------------------------------------------------------------------------------------------


def markup_grids(name: str, content: bytes) -> list[Grid]:
    """Return the tables of an HTML page, or the sheets of an XML spreadsheet. Raises FileNotCsv."""
    if _SPREADSHEET_ML.encode() in content[:4096]:
        return _xml_spreadsheet(name, content)
    said = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", content[:4096], re.IGNORECASE)
    try:
        text = content.decode(said[1].decode() if said else "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        text = decoded(name, content)
    page = _Page()
    page.feed(text.replace("\0", NULL))
    page.close()
    return [Grid(None if number == 1 else f"#{number}", table) for number, table in enumerate(page.tables, 1) if table]


class _Page(HTMLParser):
    """A parser that collects tables. A table within a cell is a separate table. `line`: the row of its table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self._open: list[_Rows] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "table":
            rows = _Rows()
            self._open.append(rows)
            self.tables.append(rows.found)
        elif self._open and tag == "tr":
            self._open[-1].begin_row(is_hidden=_HIDDEN.search(said.get("style", "")) is not None)
        elif self._open and tag in ("td", "th"):
            self._open[-1].begin_cell(_count(said.get("colspan")), _count(said.get("rowspan")))
        elif self._open and tag in ("br", "p", "div"):
            self._open[-1].text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag == "table":
            self._open.pop().end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in ("td", "th"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text.append(data)

    def close(self) -> None:
        super().close()
        while self._open:
            self._open.pop().end_row()


def _count(written: str | None) -> int:
    return min(int(written), 1000) if written and written.isdecimal() and int(written) > 0 else 1


class _Rows:
    """The rows of one table, built cell by cell. A cell that spans rows appears in each of them."""

    def __init__(self) -> None:
        self.found: list[Row] = []
        self.text: list[str] = []
        self._cells: list[str] | None = None
        self._spans: dict[int, tuple[int, str]] = {}  # index → (remaining rows, text)
        self._line = 0
        self._is_hidden = False
        self._cell: tuple[int, int] | None = None

    def begin_row(self, *, is_hidden: bool) -> None:
        self.end_row()
        self._cells, self._is_hidden = [], is_hidden
        self._line += 1

    def begin_cell(self, across: int, down: int) -> None:
        self.end_cell()
        if self._cells is None:
            self.begin_row(is_hidden=False)
        self._cell, self.text = (across, down), []

    def end_cell(self) -> None:
        if self._cell is None or self._cells is None:
            return
        self._spanned()
        across, down = self._cell
        said = " ".join("".join(self.text).split())
        if down > 1:
            self._spans[len(self._cells)] = (down - 1, said)
        self._cells += [said, *[""] * (across - 1)]
        self._cell, self.text = None, []

    def end_row(self) -> None:
        self.end_cell()
        if self._cells is None:
            return
        self._spanned()
        if any(self._cells):
            self.found.append(Row(self._line, self._cells, is_hidden=self._is_hidden))
        self._cells = None

    def _spanned(self) -> None:
        while self._cells is not None and (span := self._spans.get(len(self._cells))):
            left, said = span
            if left > 1:
                self._spans[len(self._cells)] = (left - 1, said)
            else:
                del self._spans[len(self._cells)]
            self._cells.append(said)


def _xml_spreadsheet(name: str, content: bytes) -> list[Grid]:
    """Return the sheets of the Excel 2003 XML format; rows and cells may have explicit numbers."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise FileNotCsv(file=name) from None
    grids = []
    for sheet in root.iterfind("{*}Worksheet"):
        rows, line = [], 0
        for row in sheet.iterfind("{*}Table/{*}Row"):
            line = int(_said(row, "Index") or line + 1)
            found = _xml_row(line, row)
            line += int(_said(row, "Span") or 0)
            if any(cell.strip() for cell in found.cells):
                rows.append(found)
        if rows:
            grids.append(Grid(_said(sheet, "Name"), rows))
    return grids


def _xml_row(line: int, row: Element) -> Row:
    cells: list[str] = []
    numbers = set()
    for cell in row.iterfind("{*}Cell"):
        place = int(_said(cell, "Index") or len(cells) + 1) - 1
        cells += [""] * (place - len(cells))
        data = cell.find("{*}Data")
        if data is not None and _said(data, "Type") == "Number":
            numbers.add(place)
        cells.append("" if data is None else "".join(data.itertext()).replace("T00:00:00.000", ""))
        cells += [""] * int(_said(cell, "MergeAcross") or 0)
    return Row(line, cells, frozenset(numbers), _said(row, "Hidden") == "1")


def _said(element: Element, name: str) -> str | None:
    return element.get(f"{{{_SPREADSHEET_ML}}}{name}")


def places_of(headers: Sequence[str], names: Mapping[str, Sequence[str]], key: Callable[[str], str]) -> dict[str, int]:
    """Return the index of the first column for each name, by the keys that its header may have."""
    found = [key(header) for header in headers]
    places: dict[str, int] = {}
    for name, written in names.items():
        for each in written:
            if each and each in found:
                places[name] = found.index(each)
                break
    return places


def columns_read(headers: Sequence[str], places: Mapping[str, Any]) -> list[str]:
    """Return the headers of the columns that no field reads."""
    read = {place for each in places.values() for place in (each if isinstance(each, list | tuple) else (each,))}
    return [header.strip() for place, header in enumerate(headers) if header.strip() and place not in read]
