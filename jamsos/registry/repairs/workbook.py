"""The repair workbook: the rows of a load for a village office to repair, and how a returned one is recognised.

Export: an XLSX with text cells, so that no spreadsheet rounds a number. The office's cells are unlocked and all others
locked; cells with few possible values offer these. Import: the same file, also saved as ODS, recognised by its hidden
sheet. The key of each row is its line and a hash of its cells, which shows whether the row changed.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jamsos.messages import say
from jamsos.registry.errors import ExtractTruncated
from jamsos.registry.files.workbooks import must_unpack
from jamsos.registry.rules import LABELS, suggested_nik
from jamsos.registry.village_matching import Village

PAGE, HIDDEN, KEY = "Perbaikan", "_jamsos", "Kunci Jamsos"
FORM = "jamsos-repair-1"
_TOLD = ("No", "Yang salah", "What is wrong", "Usulan / Suggestion")
_FIRST_WIDTHS = (5, 42, 42, 20)
_HEADER_ROW = 4
# The values to choose from in cells with few, in words that validation knows.
_ANSWERS = {
    "sex": ("L", "P"),
    "marital_status": ("Belum Kawin", "Kawin", "Cerai Hidup", "Cerai Mati"),
    "relation": ("Kepala Keluarga", "Istri", "Suami", "Anak", "Orang Tua", "Lainnya"),
    "presence": ("ADA", "PINDAH", "MENINGGAL"),
    "dukcapil": ("YA", "TIDAK"),
    "disability": ("Fisik", "Sensorik", "Intelektual", "Mental", "Ganda"),
    "decile": tuple(map(str, range(1, 11))),
}
_WIDE = {"name": 30, "address": 34, "village_name": 22, "district_name": 20, "birth_place": 18, "occupation": 20}


@dataclass(frozen=True)
class WorkbookMarker:
    """The load of a repair, and the region of its office: a village or, where no village is known, the regency."""

    load_id: int
    region_code: str


@dataclass(frozen=True)
class Line:
    """A row to repair: its line in the file, its defects, and its cells by field."""

    line: int
    defects: Sequence[str]
    cells: Mapping[str, str | None]


def hash_of(cells: Sequence[str | None]) -> str:
    """Return the hash of the cells without surrounding blanks."""
    return hashlib.sha256("\x1f".join((cell or "").strip() for cell in cells).encode()).hexdigest()[:16]


def key_of(line: Line, fields: Sequence[str]) -> str:
    return f"{line.line}:{hash_of([line.cells.get(field) for field in fields])}"


def fields_of(columns: Sequence[str]) -> list[str]:
    """Return the fields of a register's file in the order in which the workbook shows them."""
    return [field for field in LABELS if field in columns]


def write(
    marker: WorkbookMarker,
    place: str,
    file_name: str,
    fields: Sequence[str],
    lines: Sequence[Line],
    villages: Sequence[Village],
) -> bytes:
    """Return the workbook's content; `villages` are those that a row may name."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(PAGE)
        _hide(book.add_worksheet(HIDDEN), marker, villages)
        bold, told = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        cell = book.add_format(
            {"num_format": "@", "locked": False, "valign": "top", "bg_color": "#FFF8DC", "border": 7}
        )
        page.write_string(0, 0, say("repair.title", "id", place=place, file=file_name, load=marker.load_id), bold)
        for row, language in enumerate(("id", "en"), start=1):
            page.write_string(row, 0, say("repair.how", language))  # type: ignore[arg-type]
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        for column, header in enumerate((*_TOLD, *(LABELS[field] for field in fields), KEY)):
            page.write_string(_HEADER_ROW, column, header, head)
        for number, line in enumerate(lines, start=1):
            _write_line(page, number, line, fields, told, cell)
        _lay_out(page, fields, len(lines), len(villages))
    return content.getvalue()


def _write_line(page: Worksheet, number: int, line: Line, fields: Sequence[str], told: Format, cell: Format) -> None:
    row = _HEADER_ROW + number
    page.write_number(row, 0, number, told)
    for column, language in ((1, "id"), (2, "en")):
        page.write_string(row, column, "; ".join(say(f"defect.{code}", language) for code in line.defects), told)  # type: ignore[arg-type]
    _write(page, row, 3, suggested_nik(line.cells.get("nik") or ""), told)
    for column, field in enumerate(fields, start=len(_TOLD)):
        _write(page, row, column, line.cells.get(field), cell)
    page.write_string(row, len(_TOLD) + len(fields), key_of(line, fields))


def _write(page: Worksheet, row: int, column: int, written: str | None, form: Format) -> None:
    if written:
        page.write_string(row, column, written, form)
    else:
        page.write_blank(row, column, None, form)


def _lay_out(page: Worksheet, fields: Sequence[str], lines: int, villages: int) -> None:
    """Lock all but the office's cells, add the choices, hide the key, and fit the print to one page in width."""
    for column, width in enumerate(_FIRST_WIDTHS):
        page.set_column(column, column, width)
    first, last = _HEADER_ROW + 1, _HEADER_ROW + lines
    for column, field in enumerate(fields, start=len(_TOLD)):
        page.set_column(column, column, _WIDE.get(field, 18))
        if checked := _answers(field, villages):
            page.data_validation(first, column, last, column, checked)
    page.set_column(len(_TOLD) + len(fields), len(_TOLD) + len(fields), None, None, {"hidden": True})
    page.freeze_panes(_HEADER_ROW + 1, 2)
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "select_locked_cells": True})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADER_ROW)


def _answers(field: str, villages: int) -> dict[str, object] | None:
    """Return a choice or a length for a field. It only advises, because a register may use words that the program does not know."""
    advice = {"error_type": "warning", "error_title": LABELS[field], "ignore_blank": True}
    if field in ("nik", "kk"):
        said = say("repair.sixteen", "id")
        return {"validate": "length", "criteria": "==", "value": 16, "error_message": said, **advice}
    said = say("repair.choose", "id")
    if field in ("village_code", "village_name"):
        column = "B" if field == "village_code" else "C"
        source = f"={HIDDEN}!${column}$2:${column}${villages + 1}"
        return {"validate": "list", "source": source, "error_message": said, **advice}
    if field in _ANSWERS:
        return {"validate": "list", "source": list(_ANSWERS[field]), "error_message": said, **advice}
    return None


def _hide(page: Worksheet, marker: WorkbookMarker, villages: Sequence[Village]) -> None:
    for row, written in enumerate((FORM, str(marker.load_id), marker.region_code)):
        page.write_string(row, 0, written)
    for row, (code, name, _) in enumerate(villages, start=1):
        page.write_string(row, 1, code)
        page.write_string(row, 2, name)
    page.very_hidden()


def marker_of(path: Path) -> WorkbookMarker | None:
    """Return the marker of a repair workbook; None for every other file.

    Raises ExtractTooLarge, and ExtractTruncated where the hidden sheet was altered.
    """
    if not _has_hidden_sheet(path):
        return None
    must_unpack(path, is_whole=True)
    try:
        rows = fastexcel.read_excel(path).load_sheet(
            HIDDEN, header_row=None, n_rows=3, use_columns=[0], dtypes="string"
        )
        form, load, region = rows.to_polars().to_series().to_list()
    except (fastexcel.FastExcelError, ValueError):
        raise ExtractTruncated(file=path.name) from None
    if form != FORM or not re.fullmatch(r"\d{1,18}", load or "") or not re.fullmatch(r"\d\d(\.\d+)*", region or ""):
        raise ExtractTruncated(file=path.name)
    return WorkbookMarker(int(load), region)


def _has_hidden_sheet(path: Path) -> bool:
    """Return whether the file has the hidden sheet. The list of sheets suffices, so a large workbook is not opened twice.

    OpenDocument has no such list, so the names of its sheets are searched.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if "content.xml" in packed.namelist():
                return _holds(packed, f'table:name="{HIDDEN}"'.encode())
            with packed.open("xl/workbook.xml") as listed:
                return f'name="{HIDDEN}"'.encode() in listed.read(1 << 20)
    except (OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return False


def _holds(packed: zipfile.ZipFile, mark: bytes) -> bool:
    with packed.open("content.xml") as file:
        before = b""
        while piece := file.read(1 << 20):
            if mark in before + piece:
                return True
            before = piece[-len(mark) :]
    return False
