"""Reading: a received file becomes slices of text columns under our field names, whatever its form.

CSV in any of the usual encodings and delimiters, XLSX, XLS, ODS and Parquet; told apart by their bytes, not by their name. The
sheet and the header row are found by looking for the row that names the most columns we know. Values are text exactly as the file has them.
"""

import codecs
import csv
import io
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TextIO

import polars as pl

from jamsos.errors import FileMissing
from jamsos.registry.errors import (
    ExtractColumnsMissing,
    ExtractEmpty,
    ExtractFormUnknown,
    ExtractIsOfFamilies,
    ExtractLocked,
    ExtractNotText,
    ExtractQuoteOpen,
    ExtractSheetsMany,
    ExtractTruncated,
    HeaderUnknown,
)
from jamsos.registry.files.workbooks import HEADER_WITHIN, SPOILT, UNUSUAL, Head, Span, open_book
from jamsos.registry.rules import HEADS, LABELS, LONG_NUMBERS, NEEDED, Source, column_of, fold

SLICE = 50_000
PIECE = 1 << 20  # bytes
TEXT = 8 << 20  # characters
_CELL = csv.field_size_limit()
_END = "\x1f"  # stands in no cell of a row that it is put behind
DELIMITERS = ";,\t|"
KNOWN = "CSV, XLSX, XLS, ODS, Parquet"
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# What several rows have in common, so that offices write it in one cell for all of them.
SPANNED = ("village_code", "village_name", "district_name", "kk", "household", "address")
_LOCKED = "EncryptedPackage".encode(
    "utf-16-le"
)  # the part of an Office file that a password hides (MS-OFFCRYPTO 2.3.4.4)
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


@dataclass(frozen=True)
class Extract:
    """A file as columns. `columns`: our field → the header as written; `rows`: at most so many, for progress, if known.

    Each slice has `line` (the row in the file, header rows counted), `is_row_broken` (not as many cells as the header),
    `is_row_short` (cells at its end were not written, and may be missing), `is_cell_spanned` (it shares a cell with a row above it),
    `is_nik_number` and so on for each of LONG_NUMBERS (a spreadsheet's number, whose last digit is lost) and one text column per
    field found.
    """

    columns: dict[str, str]
    sheet: str | None
    header_line: int
    rows: int | None
    slices: Callable[[], Iterator[pl.DataFrame]]


def open_extract(path: Path, source: Source) -> Extract:
    """Raises FileMissing, ExtractFormUnknown, ExtractEmpty, ExtractTruncated, ExtractLocked, ExtractNotText, HeaderUnknown,
    ExtractIsOfFamilies, ExtractColumnsMissing, ExtractSheetsMany, ExtractTooLarge; each names the file. Reading the slices raises
    ExtractQuoteOpen, ExtractUncomputed and ExtractTruncated."""
    if not path.is_file():
        raise FileMissing(file=path.name)
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise ExtractEmpty(file=path.name)
    if head.startswith(_OTHERS) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # a web page, called .xls
        raise ExtractFormUnknown(file=path.name, known=KNOWN)
    if head.startswith(_SPREADSHEETS):
        return _spreadsheet(path, source)
    return _parquet(path, source) if head.startswith(b"PAR1") else _text(path, source)


# --- where the header stands -------------------------------------------------------------------------------------


def _known(headers: Sequence[str]) -> dict[str, int]:
    """The place of the first column for each field."""
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        if field := column_of(header):
            columns.setdefault(field, index)
    return columns


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """(columns known, index) of the row that looks most like a header, or like the lower row of one."""
    return max(((len(_known(_headers(rows, index))), -index) for index in range(len(rows))), default=(0, 0))


def _headers(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """The texts of a row, and where it has none those of the row above: over columns side by side cells are often merged."""
    above = rows[at - 1] if at else ()
    return [own if own.strip() else upper for own, upper in zip_longest(rows[at], above, fillvalue="")]


def _checked(path: Path, source: Source, line: int, headers: Sequence[str]) -> dict[str, int]:
    """The place of each field. Raises HeaderUnknown, ExtractIsOfFamilies, ExtractColumnsMissing."""
    columns = _known(headers)
    if len(columns) < 2:
        raise HeaderUnknown(file=path.name, needed=_labels(NEEDED[source]))
    missing = [field for field in NEEDED[source] if field not in columns]
    if not columns.keys() & {"village_code", "village_name"} and "village_code" not in missing:
        missing.append("village_name")
    if "name" in missing and not HEADS.isdisjoint(map(fold, headers)):
        raise ExtractIsOfFamilies(file=path.name)
    if missing:
        raise ExtractColumnsMissing(file=path.name, line=line, source=source, missing=_labels(missing))
    return columns


def _labels(fields: Sequence[str]) -> str:
    return ", ".join(LABELS[field] for field in fields)


# --- text --------------------------------------------------------------------------------------------------------


def _text(path: Path, source: Source) -> Extract:
    encoding, lines, is_ended = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        head = [line[:_CELL] for line in islice(file, HEADER_WITHIN) if line.strip("\r\n")]
    tried = {mark: _cells(head, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _header(tried[mark]))
    wanted = -_header(tried[delimiter])[1]
    columns = _checked(path, source, wanted + 1, _headers(tried[delimiter], wanted) if head else [])
    headers = _headers(tried[delimiter], wanted)
    headers = headers[: max(index for index, header in enumerate(headers) if header.strip()) + 1]
    line = _find_line(path, encoding, delimiter, tried[delimiter][wanted])
    needed = {*NEEDED[source], "village_code", "village_name"} & columns.keys()
    form = _Form(delimiter, len(headers), len(headers) - 1 - max(columns[field] for field in needed), columns)

    def slices() -> Iterator[pl.DataFrame]:
        with path.open(encoding=encoding, newline="") as file:
            yield from _judged(filter(len, _text_slices(path, file, line, form)), form, is_ended=is_ended)

    if next(slices(), None) is None:
        raise ExtractEmpty(file=path.name)
    return Extract({field: headers[at] for field, at in columns.items()}, None, line, lines - line, slices)


@dataclass(frozen=True)
class _Form:
    """How lines are parted: `width` cells, of which `spare` at the end hold nothing that the register needs."""

    delimiter: str
    width: int
    spare: int
    columns: dict[str, int]


def _cells(lines: list[str], delimiter: str) -> list[list[str]]:
    """The cells of the lines before one that cannot be parted."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader(lines, delimiter=delimiter))
    return rows


def _encoding(path: Path) -> tuple[str, int, bool]:
    """(encoding, lines of the file, whether the last of them is ended). Raises ExtractNotText.

    UTF-8, UTF-16 with or without its mark, else Windows-1252.
    """
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tries: tuple[str, ...] = ("utf-16",)
    elif b"\0" in start:
        tries = ("utf-16-le",) if start[1::2].count(0) > start[::2].count(0) else ("utf-16-be",)
    else:
        tries = ("utf-8-sig", "cp1252")
    for encoding in tries:
        if found := _decodes(path, encoding):
            return encoding, *found
    raise ExtractNotText(file=path.name)


def _decodes(path: Path, encoding: str) -> tuple[int, bool] | None:
    """(lines of the file, whether the last is ended), None when it is not text of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, end = 1, ""
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                text = decoder.decode(piece)
                if "\0" in text:
                    return None
                lines += text.count("\n")
                end = text[-1:] or end
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return lines, end in "\r\n"


def _find_line(path: Path, encoding: str, delimiter: str, headers: list[str]) -> int:
    """The line of the header."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader((line[:_CELL] for line in file), delimiter=delimiter)
        next(row for row in reader if row == headers)
        return reader.line_num


def _text_slices(path: Path, file: TextIO, header_line: int, form: _Form) -> Iterator[pl.DataFrame]:
    """A row without quotation marks is a line, and lines are parted as columns; the few others are read one by one.

    Each slice says of its rows how many cells are `missing` at their end.
    """
    first = header_line + 1
    deque(islice(file, header_line), maxlen=0)
    while piece := file.read(TEXT) + file.readline():
        lines, whole, records = _records(path, _lines(piece), first, file, form)
        text = lines.to_frame("text").select((pl.int_range(pl.len()) + first).alias("line"), "text")
        first += text.height
        inside = [number for start, _, count in records for number in range(start, start + count)]
        plain = text.filter(~pl.col("line").is_in(inside)) if inside else text
        frames = []
        if whole.any():
            is_whole = pl.col("line").is_in(text["line"].filter(whole).implode())
            parsed, others = _parsed(plain.filter(is_whole), form)
            plain, records = plain.filter(~is_whole), [*records, *others]
            frames.append(parsed)
        frames += [_plain(plain, form), *([_frame(records, form)] if records else [])]
        yield pl.concat(frames).sort("line") if len(frames) > 1 else frames[0]


def _judged(frames: Iterable[pl.DataFrame], form: _Form, *, is_ended: bool) -> Iterator[pl.DataFrame]:
    """Rows with too few cells: spreadsheets leave out empty cells at the end of a row, which can be taken as such; others are cut.

    A row is cut where it lacks what the register needs, where the next line holds just the cells that it lacks, or where the file
    ends within its line. A slice whose last row is short waits for the next.
    """
    held: pl.DataFrame | None = None
    for frame in frames:
        if held is not None:
            yield _short(held, form, frame.row(0, named=True))
        held = frame if frame["missing"][-1] else None
        if held is None:
            yield _short(frame, form, {})
    if held is not None:
        yield _short(held, form, {} if is_ended else {"line": held["line"][-1] + 1, "missing": None})


def _short(frame: pl.DataFrame, form: _Form, after: dict[str, int | None]) -> pl.DataFrame:
    """`after`: the row after the last one; without cells that the others lack where the file ends in a line that has no end."""
    missing = pl.col("missing")
    if not (frame["missing"] > 0).any():
        return frame.with_columns(pl.lit(False).alias("is_row_short")).drop("missing")
    following = pl.col("line").shift(-1, fill_value=after.get("line", 0)) == pl.col("line") + 1
    others = missing.shift(-1, fill_value=after.get("missing", 0))
    is_parted = following & (others == form.width - 1 - missing).fill_null(True)
    is_short = (missing > 0) & (missing <= form.spare) & ~is_parted
    is_broken = pl.col("is_row_broken") | ((missing > 0) & ~is_short)
    return frame.with_columns(is_row_short=is_short, is_row_broken=is_broken).drop("missing")


def _lines(piece: str) -> pl.Series:
    """The lines of a piece without their ends."""
    if "\r" in piece and piece.count("\r") != piece.count("\r\n"):
        return pl.Series(list(io.StringIO(piece, newline=""))).str.strip_chars_end("\r\n")
    lines = pl.Series([piece]).str.split("\n").explode()
    lines = lines.head(len(lines) - piece.endswith("\n"))
    return lines.str.strip_suffix("\r") if "\r" in piece else lines


def _records(
    path: Path, lines: pl.Series, first: int, rest: Iterator[str], form: _Form
) -> tuple[pl.Series, pl.Series, list[tuple[int, list[str], int]]]:
    """(the lines, with those beyond them of a record that goes on; which of them are whole rows; the records that need a reader of
    quotation marks).

    Where marks only stand around whole cells that hold neither mark nor delimiter, they are taken away and the line is plain. A whole
    row has marks around whole cells only, and in them delimiters or doubled marks.
    """
    marked = lines.str.contains('"', literal=True)
    if not marked.any():
        return lines, marked, []
    around = marked & lines.str.contains(_row_of(rf'(?:"[^"{form.delimiter}]*"|[^"{form.delimiter}]*)', form))
    bare = pl.select(pl.when(around).then(lines.str.replace_all('"', "", literal=True)).otherwise(lines)).to_series()
    others = marked & ~around
    if not others.any():
        return bare, others, []
    rest_of = pl.select(pl.when(others & ~lines.str.contains(_END, literal=True)).then(lines)).to_series()
    whole = rest_of.str.contains(_row_of(rf'(?:"(?:[^"]|"")*"|[^"{form.delimiter}]*)', form)).fill_null(False)
    if not (starts := (others & ~whole).arg_true().to_list()):
        return bare, whole, []
    texts = lines.to_list()
    records = _quoted(path, texts, starts, first, rest, form)
    beyond = len(texts) - len(bare)
    whole = pl.concat([whole, pl.repeat(False, beyond, dtype=pl.Boolean, eager=True)])
    return pl.concat([bare, pl.Series(texts[len(bare) :], dtype=pl.String)]), whole, records


def _row_of(cell: str, form: _Form) -> str:
    return rf"^{cell}(?:[{form.delimiter}]{cell})*$"


def _parsed(text: pl.DataFrame, form: _Form) -> tuple[pl.DataFrame, list[tuple[int, list[str], int]]]:
    """(the whole rows with as many cells as the header; the others as records). A mark behind the last cell tells them apart."""
    delimiter = form.delimiter
    header = pl.Series([delimiter.join(f"column_{at}" for at in range(form.width + 2))])
    body = pl.concat([header, text["text"] + f"{delimiter}{_END}"]).str.join("\n").item()
    cells = pl.read_csv(io.BytesIO(body.encode()), separator=delimiter, infer_schema=False, truncate_ragged_lines=True)
    is_even = (cells.to_series(form.width) == _END).fill_null(False)
    odd = text.filter(~is_even)
    parted = csv.reader(odd["text"], delimiter=delimiter)
    records = [(line, row, 1) for line, row in zip(odd["line"], parted, strict=True)]
    frame = text.select(
        "line",
        pl.lit(False).alias("is_row_broken"),
        pl.lit(0, pl.Int64).alias("missing"),
        *_no_numbers(LONG_NUMBERS),
        *(cells.to_series(at).fill_null("").alias(field) for field, at in form.columns.items()),
    )
    return _blanks_left_out(frame.filter(is_even)), records


def _quoted(
    path: Path, lines: list[str], starts: Sequence[int], first: int, rest: Iterator[str], form: _Form
) -> list[tuple[int, list[str], int]]:
    """(line, cells, lines) of each record that begins at one of `starts`; `lines` grows where the last of them goes on.

    Raises ExtractQuoteOpen, also where a mark closes only in a later row: the cell would hold all rows between.
    """
    records, after = [], 0
    for index in starts:
        if index < after:
            continue
        reader = csv.reader(_from(lines, index, rest), delimiter=form.delimiter)
        try:
            cells = next(reader)
            if reader.line_num > 1 and any(
                "\n" in cell and cell.count(form.delimiter) >= form.width - 1 for cell in cells
            ):
                raise csv.Error
        except csv.Error:
            raise ExtractQuoteOpen(file=path.name, line=first + index) from None
        records.append((first + index, cells, reader.line_num))
        after = index + reader.line_num
    return records


def _from(lines: list[str], index: int, rest: Iterator[str]) -> Iterator[str]:
    """The lines from `index` on, and beyond the last of them those of `rest`, which then belong to `lines` too.

    Raises csv.Error where they end: a reader asks for more only while a quotation mark is open.
    """
    for at in range(index, len(lines)):
        yield lines[at] + "\n"
    for line in rest:
        lines.append(line.rstrip("\r\n"))
        yield lines[-1] + "\n"
    raise csv.Error


def _plain(frame: pl.DataFrame, form: _Form) -> pl.DataFrame:
    text, delimiter, width = pl.col("text"), form.delimiter, form.width
    frame = frame.filter(text.str.contains(rf"[^\s\u{{a0}}{delimiter}]"))
    cells = frame.select(text.str.splitn(delimiter, width + 1)).unnest("text")
    last, beyond = (cells.to_series(at) for at in (width - 1, width))
    few = pl.when(last.is_null()).then(text)
    return frame.select(
        "line",
        (beyond.str.strip_chars(delimiter) != "").fill_null(False).alias("is_row_broken"),
        (width - 1 - few.str.count_matches(delimiter, literal=True).cast(pl.Int64)).fill_null(0).alias("missing"),
        *_no_numbers(LONG_NUMBERS),
        *(cells.to_series(at).alias(field) for field, at in form.columns.items()),
    )


def _frame(records: list[tuple[int, list[str], int]], form: _Form) -> pl.DataFrame:
    rows = [cells + [""] * (form.width - len(cells)) for _, cells, _ in records]
    return _blanks_left_out(
        pl.DataFrame(
            {
                "line": pl.Series([line for line, _, _ in records], dtype=pl.Int64),
                "is_row_broken": pl.Series([any(cells[form.width :]) for _, cells, _ in records], dtype=pl.Boolean),
                "missing": pl.Series([max(0, form.width - len(cells)) for _, cells, _ in records], dtype=pl.Int64),
                **{
                    f"is_{field}_number": pl.repeat(False, len(records), dtype=pl.Boolean, eager=True)
                    for field in LONG_NUMBERS
                },
                **{field: pl.Series([row[at] for row in rows], dtype=pl.String) for field, at in form.columns.items()},
            }
        )
    )


def _no_numbers(fields: Iterable[str]) -> list[pl.Expr]:
    return [pl.lit(False).alias(f"is_{field}_number") for field in fields]


def _blanks_left_out(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with text; PostgreSQL's texts cannot hold a NUL."""
    cells = pl.selectors.string()
    frame = frame.with_columns(cells.str.replace_all("\0", " ", literal=True))
    return frame.filter(pl.any_horizontal(cells.str.contains(r"[^\s\u00a0]")))


# --- spreadsheets ------------------------------------------------------------------------------------------------


def _spreadsheet(path: Path, source: Source) -> Extract:
    try:
        book = open_book(path)
        heads = book.heads()
    except SPOILT as error:
        if _is_locked(path, error):
            raise ExtractLocked(file=path.name) from None
        if _is_archive(path):
            raise ExtractFormUnknown(file=path.name, known=KNOWN) from None
        raise ExtractTruncated(file=path.name) from None
    if not heads:
        raise ExtractEmpty(file=path.name)
    head = max(heads, key=lambda each: _header(each.rows))
    at = -_header(head.rows)[1]
    headers = _headers(head.rows, at)
    columns = _checked(path, source, at + 1, headers)
    registers = [each.sheet for each in heads if each is head or _is_register(each, source)]
    if len(registers) > 1:
        raise ExtractSheetsMany(file=path.name, source=source, sheets=", ".join(registers))
    written = {field: headers[place] for field, place in columns.items()}
    absent = _no_numbers(field for field in LONG_NUMBERS if field not in columns)

    def slices() -> Iterator[pl.DataFrame]:
        try:
            filled = _Filled(lambda: book.spans(head, {each: columns[each] for each in SPANNED if each in columns}))
            for cells in book.cells(head, columns, at + 1):
                body = _blanks_left_out(cells.with_columns(pl.lit(False).alias("is_row_broken"), *absent))
                yield from filter(len, filled.of(body).iter_slices(SLICE))
        except SPOILT:
            raise ExtractTruncated(file=path.name) from None

    if not any(map(str.strip, chain.from_iterable(head.rows[at + 1 :]))) and next(slices(), None) is None:
        raise ExtractEmpty(file=path.name)
    return Extract(written, head.sheet, at + 1, head.last_row and head.last_row - at - 1, slices)


class _Filled:
    """What one cell says for several rows is said of each: offices merge what those have in common, and only the first has it.

    `spans` is asked only once a row lacks something; what a span says is kept for the slices after it. The first that does may be
    the one below the last row before it.
    """

    def __init__(self, spans: Callable[[], list[Span]]) -> None:
        self._ask = spans
        self._spans: list[Span] | None = None
        self._said: dict[Span, tuple[str | None, bool]] = {}
        self._before: pl.DataFrame | None = None

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        shared = [each for each in SPANNED if each in frame.columns]
        if self._spans is None and any(frame[each].null_count() for each in shared):
            self._spans = self._ask()
        spanned = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        if self._spans and frame.height:
            within = [each for each in self._spans if each.first <= frame["line"][-1] and each.last >= frame["line"][0]]
            for field in {each.field for each in within}:
                frame, filled = self._field(frame, field, [each for each in within if each.field == field])
                spanned = spanned | filled
        self._before = frame.tail(1) if frame.height else self._before
        return frame.with_columns(spanned.alias("is_cell_spanned"))

    def _field(self, frame: pl.DataFrame, field: str, spans: list[Span]) -> tuple[pl.DataFrame, pl.Series]:
        """The column filled, with whether a cell was; a spreadsheet's number is one in every row that it is said of."""
        flag = f"is_{field}_number"
        number = pl.col(flag) if flag in frame.columns else pl.lit(False)
        rows = frame if self._before is None else pl.concat([self._before, frame], how="vertical_relaxed")
        firsts = rows.filter(pl.col("line").is_in([each.first for each in spans])).select("line", field, number)
        begun = {line: (said, is_number) for line, said, is_number in firsts.iter_rows()}
        self._said |= {each: begun[each.first] for each in spans if each.first in begun}
        top, end = frame["line"][0], frame["line"][-1]
        told = {
            line: (line, *self._said[each])
            for each in spans
            if each in self._said
            for line in range(max(each.first + 1, top), min(each.last, end) + 1)
        }
        schema = {"line": pl.Int64, "said": pl.String, "is_said_number": pl.Boolean}
        frame = frame.with_columns(pl.col("line").cast(pl.Int64)).join(
            pl.DataFrame(list(told.values()), schema, orient="row"), on="line", how="left", maintain_order="left"
        )
        filled = frame.select(pl.col(field).is_null() & pl.col("said").is_not_null()).to_series()
        flags = [pl.when(filled).then("is_said_number").otherwise(flag).alias(flag)] if flag in frame.columns else []
        frame = frame.with_columns(pl.when(filled).then("said").otherwise(field).alias(field), *flags)
        return frame.drop("said", "is_said_number"), filled


def _is_archive(path: Path) -> bool:
    """Whether it is a whole ZIP file of something else than a workbook."""
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as packed:
        return not any(name == "content.xml" or name.startswith("xl/") for name in packed.namelist())
    return False


def _is_locked(path: Path, error: Exception) -> bool:
    """Whether a password hides what is in it; each form says so in its own way."""
    if "password" in str(error).lower() or _LOCKED in path.read_bytes():
        return True
    with suppress(*SPOILT, *UNUSUAL), zipfile.ZipFile(path) as packed:
        if any(each.flag_bits & 1 for each in packed.infolist()):
            return True
        with packed.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(PIECE)
    return False


def _is_register(head: Head, source: Source) -> bool:
    """Whether a sheet has rows below a header with all that the register needs."""
    at = -_header(head.rows)[1]
    below = chain.from_iterable(head.rows[at + 1 :])
    return _known(_headers(head.rows, at)).keys() >= set(NEEDED[source]) and any(map(str.strip, below))


def _parquet(path: Path, source: Source) -> Extract:
    try:
        scan = pl.scan_parquet(path)
        headers = scan.collect_schema().names()
        columns = _checked(path, source, 1, headers)
        long = {field: headers[columns[field]] for field in LONG_NUMBERS if field in columns}
        numbers = {field for field, header in long.items() if scan.collect_schema()[header].is_numeric()}
        if "nik" in numbers:  # `.0` behind it would hide what is wrong
            scan = scan.with_columns(pl.col(long["nik"]).cast(pl.Int64, strict=False))
        frame = scan.select(
            pl.int_range(1, pl.len() + 1).alias("line"),
            pl.lit(False).alias("is_row_broken"),
            *(pl.lit(field in numbers).alias(f"is_{field}_number") for field in LONG_NUMBERS),
            *(_as_text(headers[at], scan.collect_schema()[headers[at]]).alias(field) for field, at in columns.items()),
        ).collect()
    except pl.exceptions.PolarsError:
        raise ExtractTruncated(file=path.name) from None
    return _extract(path, columns, headers, None, 0, frame)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """A whole number as its digits, whatever type it has: 5315052001, not 5315052001.0."""
    cells = pl.col(name)
    if isinstance(kind, pl.List):
        return cells.cast(pl.List(pl.String)).list.join(", ")
    if isinstance(kind, pl.Datetime) and kind.time_zone:
        return cells.dt.replace_time_zone(None).cast(pl.String)
    if not (kind.is_float() or kind.is_decimal()):
        return cells.cast(pl.String)
    whole = cells.cast(pl.Int64, strict=False)
    return pl.when(whole == cells).then(whole.cast(pl.String)).otherwise(cells.cast(pl.String))


def _extract(
    path: Path, columns: dict[str, int], headers: Sequence[str], sheet: str | None, line: int, frame: pl.DataFrame
) -> Extract:
    body = _blanks_left_out(frame)
    if body.is_empty():
        raise ExtractEmpty(file=path.name)
    written = {field: headers[at] for field, at in columns.items()}
    return Extract(written, sheet, line, body.height, lambda: body.iter_slices(SLICE))
