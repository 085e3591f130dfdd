"""Reading: convert a received file to slices of text columns with our field names.

The formats are CSV in the usual encodings and delimiters, XLSX, XLS, ODS, Parquet, HTML and XML tables, and one of them
in a ZIP. The bytes, not the name, decide the format. Sheet, header and layout (registry/layouts.py) are recognised by
their words. Values are text as in the file; a public code is replaced by its word.
"""

import codecs
import csv
import io
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TextIO

import polars as pl

from jamsos.errors import ArchiveAmbiguous, FileMissing, FileNotCsv
from jamsos.grids import HEADER_WITHIN, NULL, Row, encodings_of, grids_of, is_in_single_marks, is_markup, is_numbering
from jamsos.registry.errors import (
    ExtractAddsFacts,
    ExtractAddsNothing,
    ExtractColumnsMissing,
    ExtractEmpty,
    ExtractFormUnknown,
    ExtractIsOfFamilies,
    ExtractLocked,
    ExtractNotText,
    ExtractQuoteOpen,
    ExtractSheetsMany,
    ExtractTooLarge,
    ExtractTruncated,
    ExtractVillageNeeded,
    HeaderUnknown,
    LayoutUnknown,
)
from jamsos.registry.files.families import place_in, rows_of_families, tells_families
from jamsos.registry.files.workbooks import SPOILT, UNUSUAL, Head, Span, open_book
from jamsos.registry.layouts import (
    GENERAL,
    Columns,
    Layout,
    header_key,
    headers_by_words,
    known_keys,
    read_headers,
    shipped,
)
from jamsos.registry.rules import HEADS, LABELS, LONG_NUMBERS, NEEDED, VITAL, Reading, Source, fold, meaning_of_words

SLICE = 50_000
PIECE = 1 << 20  # bytes
TEXT = 8 << 20  # characters
_CELL = csv.field_size_limit()
_END = "\x1f"  # a mark that no cell of the text contains
DELIMITERS = ";,\t|"
KNOWN = "CSV, XLSX, XLS, ODS, Parquet, HTML, ZIP"
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Fields that several rows share, so that offices write them in one merged cell.
SPANNED = ("village_code", "village_name", "district_name", "kk", "household", "address")
_LOCKED = "EncryptedPackage".encode(
    "utf-16-le"
)  # the part of an Office file that a password encrypts (MS-OFFCRYPTO 2.3.4.4)
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


@dataclass(frozen=True)
class Extract:
    """A file as columns. `columns`: our field → the header as written; `rows`: an upper bound for progress, if known.

    `layout`: the layout that reads the file; `register`: its register; `unread`: headers of unread columns; `told`:
    fields that the title block gives once for all rows. Each slice has one text column per field, and these columns:

    - `line`: the row in the file, header rows counted
    - `is_row_broken`: the row does not have as many cells as the header
    - `is_row_short`: cells at its end are omitted, and may be missing
    - `is_cell_spanned`: the row shares a merged cell with a row above
    - `is_row_hidden`, `is_row_struck`
    - `is_nik_number` and so on for LONG_NUMBERS: the cell is a number, whose last digits may be lost
    """

    columns: dict[str, str]
    sheet: str | None
    header_line: int
    rows: int | None
    slices: Callable[[], Iterator[pl.DataFrame]]
    layout: Layout
    register: Source
    unread: Sequence[str] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    holder: object = None  # the folder of an unpacked archive, which must exist as long as its file is read


@dataclass(frozen=True)
class _Asked:
    """The request to open a file: its name, its register if given, and its reading."""

    path: Path
    source: Source | None
    reading: Reading
    layouts: Sequence[Layout]
    keys: frozenset[str]  # of all headers that the layouts know
    wants_facts: bool = False

    def known(self, headers: Sequence[str]) -> int:
        """Return how many distinct columns of a header row are known."""
        return len({key for header in headers if (key := header_key(header)) in self.keys})

    def header(self, rows: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Return (columns known, minus the index) of the row most like a header, or like the lower row of one."""
        return max(((self.known(_headers(rows, index)), -index) for index in range(len(rows))), default=(0, 0))

    def register(self, layout: Layout) -> Source:
        return self.source or layout.register


def open_extract(
    path: Path,
    source: Source | None = None,
    reading: Reading | None = None,
    layouts: Sequence[Layout] | None = None,
    *,
    wants_facts: bool = False,
) -> Extract:
    """Return the file as columns, by the layout among `layouts` (default: the shipped ones) that its headers fit best.

    `wants_facts`: the file is a list about known people, otherwise a register. Each error names the file. Raises
    FileMissing, ArchiveAmbiguous, ExtractFormUnknown, ExtractEmpty, ExtractTruncated, ExtractLocked, ExtractNotText,
    HeaderUnknown, ExtractIsOfFamilies, ExtractAddsFacts, ExtractAddsNothing, ExtractColumnsMissing,
    ExtractVillageNeeded, ExtractSheetsMany, ExtractTooLarge, LayoutUnknown. Reading the slices raises ExtractQuoteOpen,
    ExtractUncomputed and ExtractTruncated.
    """
    known = list(shipped().values() if layouts is None else layouts)
    reading = reading or Reading()
    if reading.layout is not None:
        known = [each for each in known if each.name == reading.layout]
        if not known:
            raise LayoutUnknown(layout=reading.layout[:40])
    return _finished(_opened(_Asked(path, source, reading, known, known_keys(known), wants_facts)), reading)


def _opened(asked: _Asked) -> Extract:
    path = asked.path
    if not path.is_file():
        raise FileMissing(file=path.name)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ExtractEmpty(file=path.name)
    if head.startswith(_SPREADSHEETS[0]) and _is_archive(path):
        return _unpacked(asked)
    if is_markup(head):
        return _gridded(asked)
    if head.startswith(_OTHERS) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise ExtractFormUnknown(file=path.name, known=KNOWN)
    if head.startswith(_SPREADSHEETS):
        return _spreadsheet(asked)
    return _parquet(asked) if head.startswith(b"PAR1") else _text(asked)


def _finished(extract: Extract, reading: Reading) -> Extract:
    """Add the facts given once for all rows, replace codes by words, and add the village that the officer gave."""
    told = dict(extract.told)
    if not ({"village_code", "village_name"} & (extract.columns.keys() | told.keys())) and reading.village_code:
        told["village_code"] = reading.village_code
    told = {each: said for each, said in told.items() if each not in extract.columns}

    def slices() -> Iterator[pl.DataFrame]:
        for frame in extract.slices():
            yield _worded(frame, extract.layout).with_columns(pl.lit(said).alias(each) for each, said in told.items())

    return replace(extract, slices=slices, told=told)


def _worded(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Replace codes by their words, and separate the digits of a day where the layout writes them without separators."""
    changed = []
    for each, codes in layout.codes.items():
        if each in frame.columns:
            words = {code.upper(): word for code, word in codes.items()}
            key = (
                pl.col(each)
                .str.strip_chars()
                .str.replace(r"\.0+$", "")
                .str.replace(r"^0+(\d)", "$1")
                .str.to_uppercase()
            )
            changed.append(
                key.replace_strict(words, default=None, return_dtype=pl.String).fill_null(pl.col(each)).alias(each)
            )
    if layout.dates == "digits" and "birth_date" in frame.columns:
        digits = pl.col("birth_date").str.strip_chars()
        parted = digits.str.zfill(8).str.replace(r"^(\d\d)(\d\d)(\d{4})$", "$1/$2/$3")
        changed.append(
            pl.when(digits.str.contains(r"^\d{7,8}$")).then(parted).otherwise(pl.col("birth_date")).alias("birth_date")
        )
    return frame.with_columns(changed) if changed else frame


# --- the position of the header ----------------------------------------------------------------------------------


def _headers(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Return the texts of a row, and for its empty cells those of the row above: header cells are often merged."""
    above = rows[at - 1] if at else ()
    return [own if own.strip() else upper for own, upper in zip_longest(rows[at], above, fillvalue="")]


def _read(asked: _Asked, line: int, rows: Sequence[Sequence[str]], at: int) -> tuple[Columns, dict[str, str]]:
    """Return (the columns of the header at an index, the facts that the rows above give for all rows).

    Raises HeaderUnknown, ExtractIsOfFamilies, ExtractAddsFacts, ExtractAddsNothing, ExtractColumnsMissing,
    ExtractVillageNeeded.
    """
    path, headers = asked.path, _headers(rows, at) if rows else []
    columns = _by_words(read_headers(headers, asked.layouts, asked.source), headers, rows[at + 1 :])
    columns = _of_facts(asked, columns) if asked.wants_facts else columns
    needed = {*columns.layout.needed, *NEEDED.get(asked.register(columns.layout), ())}
    if asked.known(headers) < 2:
        raise HeaderUnknown(file=path.name, needed=_labels(["nik", "name", *NEEDED.get(asked.source, ())]))  # type: ignore[arg-type]
    if columns.layout.adds != "rows" and not asked.wants_facts:
        raise ExtractAddsFacts(file=path.name, layout=columns.layout.name)
    missing = [each for each in LABELS if each in needed - columns.places.keys()]
    if "name" in missing and not HEADS.isdisjoint(map(fold, headers)):
        raise ExtractIsOfFamilies(file=path.name)
    if missing:
        raise ExtractColumnsMissing(
            file=path.name, line=line, source=asked.register(columns.layout), missing=_labels(missing)
        )
    if asked.wants_facts:
        if columns.layout.adds == "rows":
            raise ExtractAddsNothing(file=path.name, layout=columns.layout.name)
        return columns, {}
    told = place_in(rows[:at])
    if not {"village_code", "village_name"} & (columns.places.keys() | told.keys()) and not asked.reading.village_code:
        raise ExtractVillageNeeded(file=path.name, line=line)
    return columns, told


def _of_facts(asked: _Asked, columns: Columns) -> Columns:
    """Read a list without a matching layout by the first layout of facts whose needed columns the list has."""
    if columns.layout.name != GENERAL:
        return columns
    fits = [each for each in asked.layouts if each.adds != "rows" and set(each.needed) <= columns.places.keys()]
    return replace(columns, layout=fits[0]) if fits else columns


def _by_words(columns: Columns, headers: Sequence[str], below: Sequence[Sequence[str]]) -> Columns:
    """Let the words in a column decide the meaning of a header such as `Status`. A column of mixed words stays unread."""
    places, unread = dict(columns.places), list(columns.unread)
    for at, header in enumerate(headers):
        if header_key(header) in headers_by_words() and at not in places.values():
            words = [row[at] for row in below if at < len(row) and row[at].strip()]
            each = meaning_of_words(words)
            if each is not None and each not in places:
                places[each] = at
                unread = [other for other in unread if other != header.strip()]
    return replace(columns, places=places, unread=unread)


def _labels(fields: Sequence[str]) -> str:
    return ", ".join(LABELS[each] for each in fields)


# --- an archive, a web page, a book of families --------------------------------------------------------------------


def _unpacked(asked: _Asked) -> Extract:
    """Return the only file of an archive. It is on disk only while it is read.

    Raises ArchiveAmbiguous, ExtractLocked, ExtractTooLarge, ExtractTruncated.
    """
    try:
        with zipfile.ZipFile(asked.path) as packed:
            inside = [each for each in packed.infolist() if not each.is_dir() and not _is_leftover(each.filename)]
            if len(inside) != 1:
                names = ", ".join(sorted(each.filename for each in inside)) or "-"
                raise ArchiveAmbiguous(file=asked.path.name, count=len(inside), files=names)
            if inside[0].file_size > UNPACKED:
                raise ExtractTooLarge(file=asked.path.name, limit=UNPACKED >> 20)
            folder = tempfile.TemporaryDirectory(prefix="jamsos-unpacked-")
            path = Path(folder.name) / (Path(inside[0].filename).name or "file")
            with packed.open(inside[0]) as file, path.open("wb") as out:
                while piece := file.read(PIECE):
                    out.write(piece)
    except (RuntimeError, NotImplementedError):
        raise ExtractLocked(file=asked.path.name) from None
    except SPOILT:
        raise ExtractTruncated(file=asked.path.name) from None
    return replace(_opened(replace(asked, path=path)), holder=folder)


UNPACKED = 4 << 30  # bytes


def _is_leftover(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith((".", "~$")) or name.endswith("Thumbs.db")


def _gridded(asked: _Asked) -> Extract:
    """Return a file that is read row by row: a web page, an XML spreadsheet, a book with a row above each family."""
    path = asked.path
    if path.stat().st_size > GRIDDED:
        raise ExtractTooLarge(file=path.name, limit=GRIDDED >> 20)
    try:
        grids = [grid for grid in grids_of(path.name, path.read_bytes(), asked.known) if grid.rows]
    except FileNotCsv:
        raise ExtractTruncated(file=path.name) from None
    if not grids:
        raise ExtractEmpty(file=path.name)
    grid = max(grids, key=lambda each: asked.header([row.cells for row in each.rows[:HEADER_WITHIN]]))
    head = [row.cells for row in grid.rows[:HEADER_WITHIN]]
    at = -asked.header(head)[1]
    line = grid.rows[at].line
    columns, told = _read(asked, line, head, at)
    headers = _headers(head, at)
    is_of_families = "kk" not in columns.places and tells_families([row.cells for row in grid.rows])
    body = [row for row in grid.rows[at + 1 :] if not is_numbering(row.cells)]
    rows = (
        list(rows_of_families(grid.rows[: at + 1], body, headers, columns.places))
        if is_of_families
        else [(row, {}) for row in body]
    )
    if not rows:
        raise ExtractEmpty(file=path.name)
    written = {each: headers[place] for each, place in columns.places.items()}
    carried = {each for _, said in rows for each in said} - written.keys()
    written |= {each: LABELS[each] for each in sorted(carried)}

    def slices() -> Iterator[pl.DataFrame]:
        for first in range(0, len(rows), SLICE):
            yield _blanks_left_out(_grid_frame(rows[first : first + SLICE], columns.places, sorted(carried)))

    found = Extract(
        written,
        grid.sheet,
        line,
        len(rows),
        slices,
        columns.layout,
        asked.register(columns.layout),
        columns.unread,
        told,
    )
    if next((frame for frame in slices() if len(frame)), None) is None:
        raise ExtractEmpty(file=path.name)
    return found


GRIDDED = 128 << 20  # bytes


def _grid_frame(
    rows: Sequence[tuple[Row, Mapping[str, str]]], places: Mapping[str, int], carried: Sequence[str]
) -> pl.DataFrame:
    plain = [row for row, _ in rows]
    return pl.DataFrame(
        {
            "line": pl.Series([row.line for row in plain], dtype=pl.Int64),
            "is_row_broken": pl.Series([False] * len(plain), dtype=pl.Boolean),
            "is_row_hidden": pl.Series([row.is_hidden for row in plain], dtype=pl.Boolean),
            **{
                f"is_{each}_number": pl.Series([places.get(each, -1) in row.numbers for row in plain], dtype=pl.Boolean)
                for each in LONG_NUMBERS
            },
            **{each: pl.Series([row.cell(at) for row in plain], dtype=pl.String) for each, at in places.items()},
            **{each: pl.Series([said.get(each, "") for _, said in rows], dtype=pl.String) for each in carried},
        }
    )


# --- text --------------------------------------------------------------------------------------------------------


def _text(asked: _Asked) -> Extract:
    path = asked.path
    encoding, lines, is_ended = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        head = [line[:_CELL] for line in islice(file, HEADER_WITHIN) if line.strip("\r\n")]
    tried = {mark: _cells(head, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: asked.header(tried[mark]))
    wanted = -asked.header(tried[delimiter])[1]
    if tried[delimiter] and is_in_single_marks(tried[delimiter][wanted]):
        return _gridded(asked)
    columns, told = _read(asked, wanted + 1, tried[delimiter], wanted)
    if "kk" not in columns.places and tells_families(tried[delimiter]):
        return _gridded(asked)
    headers = _headers(tried[delimiter], wanted)
    headers = headers[: max(index for index, header in enumerate(headers) if header.strip()) + 1]
    line = _find_line(path, encoding, delimiter, tried[delimiter][wanted])
    vital = VITAL & columns.places.keys()
    form = _Form(
        delimiter, len(headers), len(headers) - 1 - max(columns.places[each] for each in vital), columns.places
    )

    def slices() -> Iterator[pl.DataFrame]:
        with path.open(encoding=encoding, newline="") as file:
            frames = _judged(filter(len, _text_slices(path, file, line, form)), form, is_ended=is_ended)
            yield from filter(len, _numbering_left_out(frames))

    if next(slices(), None) is None:
        raise ExtractEmpty(file=path.name)
    written = {each: headers[at] for each, at in columns.places.items()}
    return Extract(
        written, None, line, lines - line, slices, columns.layout, asked.register(columns.layout), columns.unread, told
    )


def _numbering_left_out(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the rows without a first row that only numbers the columns, with `(1)`, `-2` or `3` in every field."""
    for number, frame in enumerate(frames):
        if number == 0 and frame.height:
            cells = [
                said for each, said in frame.row(0, named=True).items() if isinstance(said, str) and each in LABELS
            ]
            counted = sorted(cells, key=lambda each: int("".join(filter(str.isdecimal, each)) or 0))
            if len(cells) >= 3 and all(len(each.strip()) <= 5 for each in cells) and _counts(counted):
                yield frame.slice(1)
                continue
        yield frame


def _counts(cells: Sequence[str]) -> bool:
    """Return whether the cells are column numbers: all distinct, small, and nothing else."""
    bare = [cell.strip().strip("()[]-. ") for cell in cells if cell.strip()]
    return (
        len(bare) >= 3
        and all(each.isdecimal() and 0 < int(each) < 200 for each in bare)
        and len(set(bare)) == len(bare)
    )


@dataclass(frozen=True)
class _Form:
    """The form of the lines: `width` cells, of which the register does not need the last `spare`."""

    delimiter: str
    width: int
    spare: int
    columns: dict[str, int]


def _cells(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the cells of the lines before the first that the CSV reader refuses."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader(lines, delimiter=delimiter))
    return rows


def _encoding(path: Path) -> tuple[str, int, bool]:
    """Return (encoding, lines of the file, whether the last line is terminated). Raises ExtractNotText.

    UTF-8, UTF-16 with or without byte order mark, else Windows-1252.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for encoding in encodings_of(start):
        if found := _decodes(path, encoding):
            return encoding, *found
    raise ExtractNotText(file=path.name)


def _decodes(path: Path, encoding: str) -> tuple[int, bool] | None:
    """Return (lines of the file, whether the last is terminated), or None for another encoding. A text has few NULs."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, end, nuls, size = 1, "", 0, 0
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                text = decoder.decode(piece)
                nuls, size = nuls + text.count("\0"), size + len(text)
                lines += text.count("\n")
                end = text[-1:] or end
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return (lines, end in "\r\n") if nuls * 100 <= size else None


def _find_line(path: Path, encoding: str, delimiter: str, headers: list[str]) -> int:
    """Return the line of the header."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader((line[:_CELL] for line in file), delimiter=delimiter)
        next(row for row in reader if row == headers)
        return reader.line_num


def _text_slices(path: Path, file: TextIO, header_line: int, form: _Form) -> Iterator[pl.DataFrame]:
    """Yield slices of rows. Rows without quotation marks are lines, split as columns; the few others are read one by one.

    `missing` gives for each row how many cells at its end are missing.
    """
    first = header_line + 1
    deque(islice(file, header_line), maxlen=0)
    while piece := file.read(TEXT) + file.readline():
        piece = piece.replace("\0", NULL) if "\0" in piece else piece
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
    """Yield the slices with rows of too few cells judged: short (valid) or broken.

    Spreadsheets omit empty cells at the end of a row. A row is broken where it lacks cells that the register needs. It
    is also broken where the next line has exactly the missing cells, or where the file ends within its line. A slice
    whose last row is short waits for the next slice.
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
    """Add `is_row_short` and `is_row_broken`. `after` is the row after the last one.

    `after` has no count of missing cells where the file ends within a line.
    """
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
    """Return the lines of a piece without their terminators."""
    if "\r" in piece and piece.count("\r") != piece.count("\r\n"):
        return pl.Series(list(io.StringIO(piece, newline=""))).str.strip_chars_end("\r\n")
    lines = pl.Series([piece]).str.split("\n").explode()
    lines = lines.head(len(lines) - piece.endswith("\n"))
    return lines.str.strip_suffix("\r") if "\r" in piece else lines


def _records(
    path: Path, lines: pl.Series, first: int, rest: Iterator[str], form: _Form
) -> tuple[pl.Series, pl.Series, list[tuple[int, list[str], int]]]:
    """Return (the lines, which of them are whole rows, the records that need a reader of quotation marks).

    The lines include those beyond the piece that belong to an open record. Marks around whole cells without marks or
    delimiters inside are removed, and the line is then plain. A whole row has marks around whole cells only, with
    delimiters or doubled marks inside.
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
    """Return (the whole rows with as many cells as the header, the others as records). A mark after the last cell separates them."""
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
    """Return (line, cells, lines) of each record that begins at one of `starts`; `lines` grows for an open last record.

    Raises ExtractQuoteOpen, also where a mark closes only in a later row: the cell would contain all rows between.
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
    """Yield the lines from `index` on, then lines of `rest`, which are appended to `lines`.

    Raises csv.Error at the end: a reader asks for more only while a quotation mark is open.
    """
    for at in range(index, len(lines)):
        yield lines[at] + "\n"
    for line in rest:
        lines.append(line.rstrip("\r\n").replace("\0", NULL))
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
    """Return the rows with text. NUL, which PostgreSQL refuses in texts, becomes a visible symbol until it is noted."""
    cells = pl.selectors.string()
    frame = frame.with_columns(cells.str.replace_all("\0", NULL, literal=True))
    return frame.filter(pl.any_horizontal(cells.str.contains(r"[^\s\u00a0]")))


# --- spreadsheets ------------------------------------------------------------------------------------------------


def _spreadsheet(asked: _Asked) -> Extract:
    path = asked.path
    try:
        book = open_book(path)
        heads = book.heads()
    except SPOILT as error:
        if _is_locked(path, error):
            raise ExtractLocked(file=path.name) from None
        raise ExtractTruncated(file=path.name) from None
    if not heads:
        raise ExtractEmpty(file=path.name)
    head = max(heads, key=lambda each: asked.header(each.rows))
    at = -asked.header(head.rows)[1]
    headers = _headers(head.rows, at)
    columns, told = _read(asked, at + 1, head.rows, at)
    if "kk" not in columns.places and tells_families(head.rows):
        return _gridded(asked)
    places = columns.places
    registers = [each.sheet for each in heads if each is head or _is_register(each, asked, columns)]
    if len(registers) > 1:
        raise ExtractSheetsMany(file=path.name, source=asked.register(columns.layout), sheets=", ".join(registers))
    written = {each: headers[place] for each, place in places.items()}
    absent = _no_numbers(each for each in LONG_NUMBERS if each not in places)
    begins = at + 1 + (at + 1 < len(head.rows) and is_numbering(head.rows[at + 1]))

    def slices() -> Iterator[pl.DataFrame]:
        try:
            filled = _Filled(lambda: book.spans(head, {each: places[each] for each in SPANNED if each in places}))
            for cells in book.cells(head, places, begins):
                body = _blanks_left_out(cells.with_columns(pl.lit(False).alias("is_row_broken"), *absent))
                yield from filter(len, filled.of(body).iter_slices(SLICE))
        except SPOILT:
            raise ExtractTruncated(file=path.name) from None

    if not any(map(str.strip, chain.from_iterable(head.rows[begins:]))) and next(slices(), None) is None:
        raise ExtractEmpty(file=path.name)
    rows = head.last_row and head.last_row - begins
    return Extract(
        written, head.sheet, at + 1, rows, slices, columns.layout, asked.register(columns.layout), columns.unread, told
    )


class _Filled:
    """A fill for merged cells: each row of the span gets the value, which the file has only in the first row.

    `spans` is called only once a row lacks a value. Values of a span are stored for later slices. A span may begin in
    the last row of the slice before.
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
        """Return the filled column, and whether each cell was filled. A number stays marked as a number in every row of its span."""
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


_OF_WORKBOOKS = ("content.xml", "[Content_Types].xml", "mimetype", "META-INF/manifest.xml")


def _is_archive(path: Path) -> bool:
    """Return whether the file is a complete ZIP file of something other than a workbook."""
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        return not any(name in _OF_WORKBOOKS or name.startswith("xl/") for name in names)
    return False


def _is_locked(path: Path, error: Exception) -> bool:
    """Return whether a password encrypts the content; each format shows that in its own way."""
    if "password" in str(error).lower() or _LOCKED in path.read_bytes():
        return True
    with suppress(*SPOILT, *UNUSUAL), zipfile.ZipFile(path) as packed:
        if any(each.flag_bits & 1 for each in packed.infolist()):
            return True
        with packed.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(PIECE)
    return False


def _is_register(head: Head, asked: _Asked, columns: Columns) -> bool:
    """Return whether a sheet also has rows below a header of the same layout."""
    at = -asked.header(head.rows)[1]
    found = read_headers(_headers(head.rows, at), asked.layouts, asked.source)
    needed = {*columns.layout.needed, *NEEDED.get(asked.register(columns.layout), ())}
    below = chain.from_iterable(head.rows[at + 1 :])
    is_alike = len(found.places.keys() & columns.places.keys()) * 2 > len(columns.places)
    return found.places.keys() >= needed and is_alike and any(map(str.strip, below))


def _parquet(asked: _Asked) -> Extract:
    path = asked.path
    try:
        scan = pl.scan_parquet(path)
        headers = scan.collect_schema().names()
        columns, told = _read(asked, 1, [headers], 0)
        places = columns.places
        long = {each: headers[places[each]] for each in LONG_NUMBERS if each in places}
        numbers = {each for each, header in long.items() if scan.collect_schema()[header].is_numeric()}
        for each in numbers & {"nik", "kk"}:  # `.0` after it would hide an error
            scan = scan.with_columns(pl.col(long[each]).cast(pl.Int64, strict=False))
        frame = scan.select(
            pl.int_range(1, pl.len() + 1).alias("line"),
            pl.lit(False).alias("is_row_broken"),
            *(pl.lit(each in numbers).alias(f"is_{each}_number") for each in LONG_NUMBERS),
            *(_as_text(headers[at], scan.collect_schema()[headers[at]]).alias(each) for each, at in places.items()),
        ).collect()
    except pl.exceptions.PolarsError:
        raise ExtractTruncated(file=path.name) from None
    body = _blanks_left_out(frame)
    if body.is_empty():
        raise ExtractEmpty(file=path.name)
    written = {each: headers[at] for each, at in places.items()}
    return Extract(
        written, None, 0, body.height, lambda: body.iter_slices(SLICE), columns.layout, asked.register(columns.layout),
        columns.unread, told,
    )  # fmt: skip


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column as text; a whole number of any type as its digits: 5315052001, not 5315052001.0."""
    cells = pl.col(name)
    if isinstance(kind, pl.List):
        return cells.cast(pl.List(pl.String)).list.join(", ")
    if isinstance(kind, pl.Datetime) and kind.time_zone:
        return cells.dt.replace_time_zone(None).cast(pl.String)
    if not (kind.is_float() or kind.is_decimal()):
        return cells.cast(pl.String)
    whole = cells.cast(pl.Int64, strict=False)
    return pl.when(whole == cells).then(whole.cast(pl.String)).otherwise(cells.cast(pl.String))
