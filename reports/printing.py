"""Printing: one document to a file, completely or not at all.

A document begins as a draft without a serial. `reports.issuing` gives it one and enters its bytes into the register of issue.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jamsos.issuance.service import Subject
from reports.documents import contribution_reconciliation, coverage_statement
from reports.errors import FolderUnwritable
from reports.marts import Marts
from reports.office import Office
from reports.record import MANIFEST, Figure, Heading, figures_of, manifest_of
from reports.render import TEMPLATES, Attached, Printed, html, pdf, printed_by
from reports.suppression import Row

DOCUMENTS: dict[str, Any] = {module.NAME: module for module in (coverage_statement, contribution_reconciliation)}
Report = Callable[[int, int | None], None]
_STEPS = 24  # of the layout of a usual report: seven steps, and pages


@dataclass(frozen=True)
class Dated:
    """Heading of a document for one person; a draft has no serial yet. `public_url`: where the office's public pages are."""

    year: int
    dated: date
    serial: str | None = None
    public_url: str | None = None


@dataclass(frozen=True)
class Draft:
    """A document before it has a serial. `is_kept`: it names nobody, so the register may store its bytes."""

    name: str
    subject: Subject
    parameters: Row
    is_kept: bool
    heading: Heading | Dated
    values: dict[str, Any]
    figures: list[Figure] | None = None
    on_step: Callable[[], None] = lambda: None

    def printed(self, serial: str | None) -> Printed:
        """Return the PDF: the same bytes for the same draft, serial and versions. Raises LibraryMissing, GlyphMissing."""
        heading = replace(self.heading, serial=serial)
        attached = self._attached(heading)
        return pdf(self._page(heading), TEMPLATES / self.name, heading.dated, attached, self.on_step)

    @cached_property
    def sha256(self) -> bytes:
        """Return the hash of the page and the attached files, without serial, the same for any release of the marts with these figures."""
        heading = replace(self.heading, release=None) if isinstance(self.heading, Heading) else self.heading
        attached = self._attached(heading)
        return hashlib.sha256(self._page(heading).encode() + b"".join(each.content for each in attached)).digest()

    def _page(self, heading: Heading | Dated) -> str:
        return html(self.name, heading=heading, figures=self.figures, **self.values)

    def _attached(self, heading: Heading | Dated) -> list[Attached]:
        if self.figures is None or not isinstance(heading, Heading):
            return []
        return _travelling(heading, self.figures)


async def drafted(marts: Marts, heading: Heading, on_step: Callable[[], None] = lambda: None) -> Draft:
    """Return a report's draft with its figures. Raises WarehouseMissing, YearUnknown."""
    document = await DOCUMENTS[heading.report].read(marts, heading, on_step)
    figures = figures_of(marts.answers)
    values = {"document": document, "office": heading.office}
    code = heading.office.regency_code
    subject = Subject(heading.report, str(heading.year), code, heading.year, heading.number, heading.dated)
    parameters = {
        "office": asdict(heading.office),
        "public_url": heading.public_url,
        "figures": {figure.file: {"sha256": figure.sha256, **figure.answer.parameters} for figure in figures},
    }
    return Draft(heading.report, subject, parameters, True, replace(heading, serial=None), values, figures, on_step)


async def printed(marts: Any, heading: Heading, on_step: Callable[[], None] = lambda: None) -> bytes:
    """The PDF of a heading and its figures. Raises WarehouseMissing, YearUnknown, LibraryMissing, GlyphMissing."""
    return (await drafted(marts, heading, on_step)).printed(heading.serial).content


def _travelling(heading: Heading, figures: list[Figure]) -> list[Attached]:
    manifest = manifest_of(heading, figures, printed_by())
    described = "Isi berkas ini: pertanyaan, parameter dan SHA-256 setiap angka"
    return [Attached(MANIFEST, described, manifest)] + [
        Attached(figure.file, figure.answer.question.title, figure.content) for figure in figures
    ]


def paper(
    name: str,
    *,
    heading: Dated,
    office: Office,
    document: Any,
    subject: str,
    number: str | None = None,
    language: str = "id",
    **values: Any,
) -> Draft:
    """Return a document for one person, from the programme's tables; no figure is attached, and the register stores only its hash."""
    about = Subject(name, subject, office.regency_code, heading.year, number, heading.dated)
    parameters = {"office": asdict(office), "language": language, "public_url": heading.public_url}
    shown = {"document": document, "office": office, "language": language, **values}
    return Draft(name, about, parameters, False, heading, shown)


def counting(progress: Report, total: int) -> Callable[[], None]:
    """Return a counter of a report's steps, questions and layout, for a progress bar."""
    done, total = 0, total + _STEPS

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
    """Write a temporary file beside the target first, so that an interrupted run leaves the old file or the new one. Raises
    FolderUnwritable."""
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
