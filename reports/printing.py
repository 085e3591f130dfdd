"""Printing: one report from the marts to a file, and the same figures asked again from the file."""

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from jamsos.errors import FileMissing, FolderUnwritable, ReportWithoutFigures
from reports.documents import contribution_reconciliation, coverage_statement
from reports.marts import digest, open_marts, record
from reports.office import Office
from reports.render import Attached, check_libraries, pdf

DOCUMENTS: dict[str, Any] = {module.NAME: module for module in (coverage_statement, contribution_reconciliation)}
FIGURES = "angka.json"
Report = Callable[[int, int | None], None]
STEPS = 3


async def print_report(
    url: str,
    name: str,
    office: Office,
    year: int,
    folder: Path,
    *,
    dated: date,
    number: str | None = None,
    progress: Report = lambda done, total: None,
) -> Path:
    """The path of the PDF, whole or not there at all: `<folder>/<name>-<regency>-<year>.pdf`.

    Raises LibraryMissing, WarehouseMissing, YearUnknown, FolderUnwritable.
    """
    check_libraries()
    _check_writable(folder)
    progress(0, STEPS)
    async with open_marts(url) as marts:
        document = await DOCUMENTS[name].read(marts, office, year, number=number, dated=dated)
    progress(1, STEPS)
    figures = Attached(
        FIGURES, "Angka laporan dengan pertanyaan, parameter, jawaban dan sidik SHA-256", record(marts.asked)
    )
    content = await asyncio.to_thread(pdf, name, document, dated, [figures])
    progress(2, STEPS)
    path = folder / f"{name.replace('_', '-')}-{office.regency_code}-{year}.pdf"
    _write_whole(path, content)
    progress(STEPS, STEPS)
    return path


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as wrong:
        raise FolderUnwritable(folder=folder, reason=wrong.strerror) from None


def _write_whole(path: Path, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Verified:
    """A figure of a report, asked again. `holds`: the answer is still the one printed; `intact`: the record fits its hash."""

    name: str
    intact: bool
    holds: bool


async def verify(url: str, path: Path) -> list[Verified]:
    """Ask every figure of a PDF again. Raises FileMissing, ReportWithoutFigures, WarehouseMissing."""
    figures = await asyncio.to_thread(_figures, path)
    found = []
    async with open_marts(url) as marts:
        for figure in figures:
            rows = await marts.ask(figure["name"], figure["query"], **_parameters(figure["parameters"]))
            intact = digest(figure["rows"]) == figure["sha256"]
            found.append(Verified(figure["name"], intact, digest(rows) == figure["sha256"]))
    return found


def _figures(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise FileMissing(file=path)
    try:
        (content, *_) = PdfReader(path).attachments[FIGURES]
        return list(json.loads(content)["figures"])
    except (PdfReadError, KeyError, ValueError):
        raise ReportWithoutFigures(file=path.name) from None


def _parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    """Days come back as days."""
    is_day = re.compile(r"\d{4}-\d\d-\d\d")
    return {
        key: date.fromisoformat(value) if isinstance(value, str) and is_day.fullmatch(value) else value
        for key, value in parameters.items()
    }
