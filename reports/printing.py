"""Printing: one report from the marts to a file, whole or not there at all."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import segno

from reports.documents import contribution_reconciliation, coverage_statement
from reports.errors import FolderUnwritable
from reports.marts import Marts, open_marts
from reports.office import Office
from reports.record import MANIFEST, Figure, Heading, figures_of, manifest_of
from reports.render import TEMPLATES, Attached, check_libraries, html, pdf, printed_by

DOCUMENTS: dict[str, Any] = {module.NAME: module for module in (coverage_statement, contribution_reconciliation)}
Report = Callable[[int, int | None], None]
_STEPS = 24  # of the layout of a usual report: seven steps, and pages


async def print_report(
    url: str, heading: Heading, folder: Path, *, progress: Report = lambda done, total: None
) -> Path:
    """The path of the PDF, `<folder>/<name>-<regency>-<year>.pdf`; a file of that name is replaced in one move.

    Raises LibraryMissing, FolderUnwritable, WarehouseMissing, YearUnknown, before anything is written.
    """
    check_libraries()
    check_writable(folder)
    questions = len(DOCUMENTS[heading.report].QUESTIONS)
    async with open_marts(url) as marts:
        content = await printed(marts, heading, _counting(progress, questions + _STEPS))
    path = folder / f"{heading.report.replace('_', '-')}-{heading.office.regency_code}-{heading.year}.pdf"
    write_whole(path, content)
    return path


async def printed(marts: Any, heading: Heading, on_step: Callable[[], None] = lambda: None) -> bytes:
    """The PDF of a heading and its figures, with both inside. Raises WarehouseMissing, YearUnknown, LibraryMissing."""
    document = await DOCUMENTS[heading.report].read(_Told(marts, on_step), heading)
    figures = figures_of(marts.answers)
    page = html(heading.report, document=document, heading=heading, office=heading.office, figures=figures)
    return pdf(page, TEMPLATES / heading.report, heading.dated, _travelling(heading, figures), on_step)


class _Told:
    """Answers questions like the marts behind it, and says so."""

    def __init__(self, marts: Marts, on_step: Callable[[], None]) -> None:
        self._marts, self._on_step = marts, on_step

    async def ask(self, *question: Any, **parameters: Any) -> Any:
        rows = await self._marts.ask(*question, **parameters)
        self._on_step()
        return rows


def _travelling(heading: Heading, figures: list[Figure]) -> list[Attached]:
    manifest = manifest_of(heading, figures, printed_by())
    described = "Isi berkas ini: pertanyaan, parameter dan SHA-256 setiap angka"
    return [Attached(MANIFEST, described, manifest)] + [
        Attached(figure.file, figure.answer.question.title, figure.content) for figure in figures
    ]


@dataclass(frozen=True)
class Dated:
    """What a paper for one person stands under."""

    year: int
    dated: date


def print_paper(
    name: str, path: Path, *, heading: Dated, office: Office, document: Any, language: str = "id", **values: Any
) -> None:
    """A paper for one person, from the programme itself: no figure travels inside. Raises LibraryMissing, FolderUnwritable."""
    check_libraries()
    check_writable(path.parent)
    write_whole(path, paper(name, heading=heading, office=office, document=document, language=language, **values))


def paper(name: str, *, heading: Dated, office: Office, document: Any, language: str = "id", **values: Any) -> bytes:
    """Its PDF: the same bytes for the same paper. Raises LibraryMissing."""
    check_libraries()
    page = html(name, document=document, heading=heading, office=office, language=language, **values)
    return pdf(page, TEMPLATES / name, heading.dated, [])


def picture_of(address: str | None) -> str | None:
    """The QR code that leads to an address, as a picture to stand on a page."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=0) if address else None


def _counting(progress: Report, total: int) -> Callable[[], None]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(min(done, total), total)

    return step


def check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as wrong:
        raise FolderUnwritable(folder=folder, reason=wrong.strerror) from None


def write_whole(path: Path, content: bytes) -> None:
    """Beside its place first, so that an interrupted run leaves the old file or the new one. Raises FolderUnwritable."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as wrong:
        raise FolderUnwritable(folder=path, reason=wrong.strerror) from None
    finally:
        Path(draft).unlink(missing_ok=True)
