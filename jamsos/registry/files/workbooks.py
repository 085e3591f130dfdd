"""Workbooks: the cells of a spreadsheet as text, about ten thousand rows at a time where the format allows it.

calamine reads a whole sheet for every request of a part. The rows of an XLSX sheet follow each other in one XML file.
So the XML is cut between two rows, and calamine gets each part as a small workbook. Thus each cell is read only once,
in parallel with the rest of the load. A file that cannot be cut (XLS, XLSB, ODS, an unusual XLSX) is read whole.
"""

import io
import logging
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Protocol, TypeVar
from xml.etree.ElementTree import ParseError

import fastexcel
import polars as pl
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring, iterparse  # type: ignore[import-untyped]

from jamsos.grids import HEADER_WITHIN
from jamsos.registry.errors import ExtractTooLarge, ExtractUncomputed
from jamsos.registry.rules import LONG_NUMBERS

# its warnings (a chart on its own sheet) do not concern an officer, and may quote a cell
logging.getLogger("calamine").setLevel(logging.CRITICAL)

T = TypeVar("T")
U = TypeVar("U")
PART = 16 << 20  # minimum bytes of a sheet's XML
SHARED, UNPACKED = 256 << 20, 1 << 30  # limits of bytes in memory
AT_ONCE = 2  # parts read in parallel
_START = 1 << 20  # bytes of a sheet in which its first rows are searched
_PIECE = 1 << 20
_ROW_END, _CLOSED = b"</row>", b"</sheetData></worksheet>"
# No tag contains `<`, so the pattern ends an unterminated tag at the next one and reads each byte only a few times.
_ROW = re.compile(rb"<row\b[^<>]*>")
_NUMBER = re.compile(rb'\sr="(\d+)"')
_ROWS_END = b"</sheetData>"
_MERGED = re.compile(rb'<mergeCell\b[^<>]*? ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^<>]*\st="str")[^<>]*><f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\shidden="(?:1|true)")[^>]*?\sr="(\d+)"')
_STRUCK_FONT = re.compile(rb"<strike\b(?![^>]*val=\"(?:0|false)\")")
_LAST = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')
# The members that all sheets share: the list of sheets, shared texts, styles.
_COMMON = re.compile(r"\[Content_Types\]\.xml|_rels/[^/]+|xl/[^/]+\.xml|xl/_rels/[^/]+")


@dataclass(frozen=True)
class Head:
    """The first rows of a sheet, the number of its first filled column, and the number of its last row if the sheet declares one."""

    sheet: str
    rows: list[list[str]]
    first_column: int
    last_row: int | None = None


@dataclass(frozen=True)
class Span:
    """A merged cell in a field's column, by the lines of its rows."""

    field: str
    first: int
    last: int


class Uncut(Exception):
    """The XML of the workbook is unusual, so it cannot be cut."""


SPOILT = (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, EOFError, Uncut)

UNUSUAL = (KeyError, NotImplementedError, RuntimeError, ParseError, DefusedXmlException)


class Book(Protocol):
    def heads(self) -> list[Head]:
        """Return the head of each sheet with rows."""

    def cells(self, head: Head, columns: Mapping[str, int], after: int) -> Iterator[pl.DataFrame]:
        """Yield the rows below line `after`: `line`, and each field of `columns` (field → index from `first_column`) as text.

        `is_nik_number` and so on give for LONG_NUMBERS whether the cell is a number. `is_row_hidden` works for XLSX and
        ODS. `is_row_struck`, for XLSX only, marks rows whose NIK or name is struck through.
        """

    def spans(self, head: Head, columns: Mapping[str, int]) -> list[Span]:
        """Return the merged cells in the columns of these fields; only XLSX and ODS have known ones."""


def open_book(path: Path) -> Book:
    """Return the workbook. Raises ExtractTooLarge and the errors of SPOILT, also while cells are read; then also ExtractUncomputed."""
    must_unpack(path)
    try:
        return _Cut(path)
    except (*SPOILT, *UNUSUAL):
        must_unpack(path, is_whole=True)
        return _Whole(path)


def must_unpack(path: Path, *, is_whole: bool = False) -> None:
    """Raise ExtractTooLarge where the content exceeds the memory limit.

    An XLSX that is cut holds only the shared members in memory; a file that is read whole holds everything.
    """
    if not zipfile.is_zipfile(path):
        return
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as packed:
        held = [each for each in packed.infolist() if is_whole or _COMMON.fullmatch(each.filename)]
        if sum(each.file_size for each in held) > (UNPACKED if is_whole else SHARED):
            raise ExtractTooLarge(file=path.name, limit=(UNPACKED if is_whole else SHARED) >> 20)


# --- read whole --------------------------------------------------------------------------------------------------


class _Whole:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = fastexcel.read_excel(path)

    def heads(self) -> list[Head]:
        return _heads(self._book)

    def cells(self, head: Head, columns: Mapping[str, int], after: int) -> Iterator[pl.DataFrame]:
        """Yield the rows of a sheet. All 32 columns of a P3KE workbook at once would need more memory than reading it again."""
        places = {field: head.first_column + place for field, place in columns.items()}
        numbers = _loaded(self._book, head.sheet, _long(places), "boolean", skip_rows=0)
        text = _loaded(self._book, head.sheet, places, "string", skip_rows=0)
        line = pl.int_range(1, pl.len() + 1)
        frame = text.select(
            line.alias("line"),
            line.is_in(self._hidden(head.sheet)).alias("is_row_hidden"),
            pl.lit(False).alias("is_row_struck"),
            *(each.is_not_null().alias(f"is_{each.name}_number") for each in numbers),
            *columns,
        )
        yield frame.slice(after)

    def _hidden(self, sheet: str) -> list[int]:
        """Return the lines of the rows that an OpenDocument workbook hides or filters out; other formats are unknown."""
        if not zipfile.is_zipfile(self._path):
            return []
        with zipfile.ZipFile(self._path) as packed:
            if "content.xml" not in packed.namelist():
                return []
            with packed.open("content.xml") as file:
                return list(_hidden_of_table(file, sheet))

    def spans(self, head: Head, columns: Mapping[str, int]) -> list[Span]:
        if not zipfile.is_zipfile(self._path):
            return []
        with zipfile.ZipFile(self._path) as packed:
            if "content.xml" not in packed.namelist():
                return []
            with packed.open("content.xml") as file:
                return list(
                    _spans_of_table(file, head.sheet, {head.first_column + at: each for each, at in columns.items()})
                )


def _long(places: Mapping[str, int]) -> dict[str, int]:
    return {field: places[field] for field in LONG_NUMBERS if field in places}


def _heads(book: fastexcel.ExcelReader) -> list[Head]:
    return [head for name in book.sheet_names if (head := _head(book, name)).rows]


def _head(book: fastexcel.ExcelReader, sheet: str) -> Head:
    """Return the head of a sheet. Without skip_rows, empty rows at the top would be dropped and lines counted wrongly."""
    page = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=HEADER_WITHIN, dtypes="string")
    columns = page.available_columns()
    rows = [[value or "" for value in row] for row in page.to_polars().head(HEADER_WITHIN).iter_rows()]
    return Head(sheet, rows, columns[0].absolute_index if columns else 0)


def _loaded(
    book: fastexcel.ExcelReader,
    sheet: str,
    places: Mapping[str, int],
    type_: Literal["boolean", "string"],
    skip_rows: int | None,
) -> pl.DataFrame:
    """Return the columns at these indexes by field; as `boolean`, texts are null and numbers are not."""
    fields = sorted(places, key=places.__getitem__)
    wanted = [places[field] for field in fields]
    frame = book.load_sheet(sheet, header_row=None, skip_rows=skip_rows, use_columns=wanted, dtypes=type_).to_polars()
    return frame.rename(dict(zip(frame.columns, fields, strict=True))).select(*places)


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def _spans_of_table(file: IO[bytes], sheet: str, fields: Mapping[int, str]) -> Iterator[Span]:
    """Yield the merged cells of a sheet in an OpenDocument workbook. Equal adjacent rows and cells appear once with a count."""
    name, line, column = "", 0, 0
    for event, element in iterparse(file, events=("start", "end")):
        if element.tag == f"{_TABLE}table" and event == "start":
            name, line = element.get(f"{_TABLE}name", ""), 0
        elif element.tag == f"{_TABLE}table-row" and event == "start":
            line, column = line + 1, 0
        elif element.tag == f"{_TABLE}table-row":
            line += int(element.get(f"{_TABLE}number-rows-repeated", 1)) - 1
            element.clear()
        elif element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell") and event == "end":
            rows = int(element.get(f"{_TABLE}number-rows-spanned", 1))
            if name == sheet and rows > 1 and column in fields:
                yield Span(fields[column], line, line + rows - 1)
            column += int(element.get(f"{_TABLE}number-columns-repeated", 1))


def _hidden_of_table(file: IO[bytes], sheet: str) -> Iterator[int]:
    """Yield the lines of a sheet in an OpenDocument workbook whose rows are collapsed or filtered."""
    name, line = "", 0
    for event, element in iterparse(file, events=("start", "end")):
        if element.tag == f"{_TABLE}table" and event == "start":
            name, line = element.get(f"{_TABLE}name", ""), 0
        elif element.tag == f"{_TABLE}table-row" and event == "end":
            count = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            if name == sheet and element.get(f"{_TABLE}visibility") in ("collapse", "filter") and count < 1_000_000:
                yield from range(line + 1, line + count + 1)
            line += count
            element.clear()


# --- cut ---------------------------------------------------------------------------------------------------------


class _Cut:
    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as packed:
            self._common = {name: packed.read(name) for name in packed.namelist() if _COMMON.fullmatch(name)}
            self._members = _members(self._common)
            self._struck = _struck_styles(self._common.get("xl/styles.xml", b""))
            self._starts = {sheet: _start(packed, member) for sheet, member in self._members.items()}

    def heads(self) -> list[Head]:
        found = _heads(self._book({sheet: (start,) for sheet, start in self._starts.items()}))
        lasts = {sheet: _LAST.search(start) for sheet, start in self._starts.items()}
        return [
            Head(each.sheet, each.rows, each.first_column, int(last[1]) if (last := lasts[each.sheet]) else None)
            for each in found
        ]

    def cells(self, head: Head, columns: Mapping[str, int], after: int) -> Iterator[pl.DataFrame]:
        places = {field: head.first_column + place for field, place in columns.items()}
        parts = (begun for part in self._parts(head.sheet) if (begun := _begun(part, after)))
        yield from _ahead(lambda begun: self._read(head.sheet, *begun, places), parts)

    def spans(self, head: Head, columns: Mapping[str, int]) -> list[Span]:
        """Return the merged cells, which are listed after all rows of the sheet."""
        letters = {_letters(head.first_column + place).encode(): field for field, place in columns.items()}
        behind = b""
        with zipfile.ZipFile(self._path) as packed, packed.open(self._members[head.sheet]) as file:
            while piece := file.read(_PIECE):
                behind += piece
                if _ROWS_END not in behind:
                    behind = piece[-len(_ROWS_END) :]
        found = (
            Span(letters[column], int(first), int(last))
            for column, first, last in _MERGED.findall(behind)
            if column in letters
        )
        return [each for each in found if each.last > each.first]

    def _read(self, sheet: str, first: int, rows: bytes, places: Mapping[str, int]) -> pl.DataFrame:
        """Return the cells of a part.

        An extra row before the part makes calamine start at that line and in the first column, with all columns.
        """
        self._must_be_computed(rows, places)
        above = "".join(
            f'<c r="{_letters(place)}{first - 1}" t="str"><v>x</v></c>' for place in sorted({0, *places.values()})
        )
        begin = f'<row r="{first - 1}">{above}</row>'.encode()
        book = self._book({sheet: (self._opening(sheet), begin, rows, _CLOSED)})
        text = _loaded(book, sheet, places, "string", skip_rows=None).slice(1)
        frame = text.with_columns(pl.int_range(first, pl.len() + first).alias("line"))
        is_text = _written(rows, _long(places), frame["line"])
        # a cell is written in an unusual way
        if any((frame[each.name].is_not_null() & each.is_null()).any() for each in is_text):
            is_text = _loaded(book, sheet, _long(places), "boolean", skip_rows=None).slice(1).select(pl.all().is_null())
        numbers = ((pl.col(each.name).is_not_null() & ~each).alias(f"is_{each.name}_number") for each in is_text)
        hidden, struck = _hidden_rows(rows), _struck_rows(rows, places, self._struck)
        flags = (
            pl.col("line").is_in(lines).alias(name)
            for name, lines in (("is_row_hidden", hidden), ("is_row_struck", struck))
        )
        return frame.select("line", *flags, *numbers, *places)

    def _must_be_computed(self, rows: bytes, places: Mapping[str, int]) -> None:
        """Raise ExtractUncomputed for a formula without its result: calamine would return an empty cell."""
        if b"<f" in rows:
            letters = {_letters(place).encode() for place in places.values()}
            for column, line in _UNCOMPUTED.findall(rows):
                if column in letters:
                    raise ExtractUncomputed(file=self._path.name, line=int(line))

    def _opening(self, sheet: str) -> bytes:
        return _ROW.split(self._starts[sheet], maxsplit=1)[0]

    def _parts(self, sheet: str) -> Iterator[bytes]:
        """Yield parts of whole rows. A part is at least as large as the shared texts, which are read again with each part."""
        least = max(PART, sum(map(len, self._common.values())))
        with zipfile.ZipFile(self._path) as packed, packed.open(self._members[sheet]) as file:
            rest = b""
            while pieces := list(_pieces(file, least)):
                part = b"".join((rest, *pieces))
                end = part.rfind(_ROW_END) + len(_ROW_END) if _ROW_END in part else 0
                yield part[:end]
                rest = part[end:]
        if _ROWS_END not in rest:
            raise Uncut

    def _book(self, sheets: Mapping[str, Sequence[bytes]]) -> fastexcel.ExcelReader:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as packed:
            for name, common in self._common.items():
                packed.writestr(name, common)
            for sheet, pieces in sheets.items():
                with packed.open(self._members[sheet], "w") as member:
                    member.writelines(pieces)
        return fastexcel.read_excel(content.getvalue())


def _members(common: Mapping[str, bytes]) -> dict[str, str]:
    """Return the file in the workbook of each sheet."""
    links = {link.get("Id"): link.get("Target") for link in fromstring(common["xl/_rels/workbook.xml.rels"])}
    found = {}
    for sheet in fromstring(common["xl/workbook.xml"]).iterfind("{*}sheets/{*}sheet"):
        target = links[next((value for name, value in sheet.items() if name.endswith("}id")), None)]
        found[sheet.get("name")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _ahead(work: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
    """Yield the results in order, while threads compute the next ones; calamine releases the interpreter lock."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        coming: deque[Future[U]] = deque()
        for item in items:
            coming.append(threads.submit(work, item))
            if len(coming) > AT_ONCE:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _start(packed: zipfile.ZipFile, member: str) -> bytes:
    """Return the first rows as a complete sheet. Raises Uncut where they are unusually long or have no row numbers."""
    with packed.open(member) as file:
        start, is_all = file.read(_START), not file.read(1)
    if not (is_all or start.count(_ROW_END) >= HEADER_WITHIN) or not all(map(_NUMBER.search, _ROW.findall(start))):
        raise Uncut
    return start if is_all else start[: start.rfind(_ROW_END) + len(_ROW_END)] + _CLOSED


def _pieces(file: IO[bytes], least: int) -> Iterator[bytes]:
    while least > 0 and (piece := file.read(_PIECE)):
        least -= len(piece)
        yield piece


def _begun(part: bytes, after: int) -> tuple[int, bytes] | None:
    """Return (number of the first row below line `after`, that row and those after it). Raises Uncut."""
    for row in _ROW.finditer(part):
        if (number := _NUMBER.search(row[0])) is None:
            raise Uncut
        if int(number[1]) > after:
            return int(number[1]), part[row.start() :]
    return None


def _hidden_rows(rows: bytes) -> list[int]:
    """Return the numbers of rows that are hidden or filtered out."""
    if b"hidden=" not in rows:
        return []
    return [int(number) for number in _HIDDEN_ROW.findall(rows)]


def _struck_styles(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the styles with a struck-through font."""
    if b"<strike" not in styles:
        return frozenset()
    fonts = re.search(rb"<fonts\b.*?</fonts>", styles, re.DOTALL)
    cells = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
    if fonts is None or cells is None:
        return frozenset()
    each = re.findall(rb"<font\s*/>|<font\b.*?</font>", fonts[0], re.DOTALL)
    struck = {b"%d" % number for number, font in enumerate(each) if _STRUCK_FONT.search(font)}
    found = re.findall(rb'<xf\b[^>]*?\sfontId="(\d+)"', cells[0])
    return frozenset(b"%d" % number for number, font in enumerate(found) if font in struck)


def _struck_rows(rows: bytes, places: Mapping[str, int], styles: frozenset[bytes]) -> list[int]:
    """Return the numbers of the rows whose NIK or name is struck through."""
    if not styles:
        return []
    letters = b"|".join(_letters(places[each]).encode() for each in ("nik", "name") if each in places)
    cell = re.compile(rb'<c r="(?:' + letters + rb')(\d+)"[^>]*?\ss="(?:' + b"|".join(sorted(styles)) + rb')"')
    return sorted({int(number) for number in cell.findall(rows)})


def _written(rows: bytes, places: Mapping[str, int], lines: pl.Series) -> pl.DataFrame:
    """Return for each cell on these lines whether it is text and not a number; null for a missing or unusual cell."""
    letters = {field: _letters(place) for field, place in places.items()}
    tags = pl.Series("tag", [rows.decode(errors="replace")]).str.extract_all(
        rf'<c r="(?:{"|".join(letters.values())})\d+"[^>]*>'
    )
    tag = pl.col("tag")
    found = (
        tags.explode()
        .to_frame()
        .select(
            tag.str.extract(r'"([A-Z]+)').alias("letters"),
            tag.str.extract(r'\D(\d+)"').cast(pl.Int64).alias("line"),
            tag.str.contains(r' t="(?:s|str|inlineStr)"').alias("is_text"),
        )
    )
    found = found.drop_nulls("line").unique(["letters", "line"], keep="last")
    frame = lines.to_frame()
    for field, each in letters.items():
        column = found.filter(pl.col("letters") == each).select("line", pl.col("is_text").alias(field))
        frame = frame.join(column, on="line", how="left", maintain_order="left")
    return frame.drop("line")


def _letters(place: int) -> str:
    """Return the name of a column: 0 is A, 26 is AA."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
