"""Issuing: a draft is printed with its serial and entered into the register of issue."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from jamsos.access.rules import COMMAND_LINE, Actor
from jamsos.db import Acting, engine_for, in_transaction, transaction
from jamsos.issuance import service as issuance
from jamsos.issuance.service import Origin
from jamsos.months import now
from reports.marts import Warehouse, open_marts
from reports.printing import DOCUMENTS, Draft, Report, check_writable, counting, drafted, write_whole
from reports.record import Heading, read_record
from reports.render import check_libraries, printed_by
from reports.sandbox import files_of
from reports.suppression import Answers, Row


async def issue(
    acting: Acting,
    actor: Actor,
    draft: Draft,
    *,
    printed_for: str | None = None,
    read_at: datetime | None = None,
    warehouse_date: date | None = None,
) -> bytes:
    """Return the PDF with its new entry in the register. Raises LibraryMissing, GlyphMissing."""
    check_libraries()

    async def printed(serial: str) -> tuple[bytes, Sequence[Sequence[float]]]:
        done = await asyncio.to_thread(draft.printed, serial)
        return done.content, done.spaces

    draft = await _of_its_first_release(acting, draft)
    release = draft.heading.release if isinstance(draft.heading, Heading) else None
    origin = Origin(draft.parameters, printed_by(), draft.sha256, read_at or now(), warehouse_date, release)
    return await issuance.issue(
        acting, actor, draft.subject, origin, printed, is_kept=draft.is_kept, printed_for=printed_for
    )


async def _of_its_first_release(acting: Acting, draft: Draft) -> Draft:
    """Return the draft with the release that it was issued from, where its figures have not changed since: its bytes stay the same."""
    async with acting() as connection:
        subject = draft.subject
        before = await issuance.newest_of(connection, subject.kind, subject.subject, subject.office_code)
    if not isinstance(draft.heading, Heading) or before is None or before.draft_sha256 != draft.sha256:
        return draft
    return replace(draft, heading=replace(draft.heading, release=before.release))


async def print_report(
    url: str,
    heading: Heading,
    folder: Path,
    *,
    actor: Actor = COMMAND_LINE,
    printed_for: str | None = None,
    progress: Report = lambda done, total: None,
) -> Path:
    """Return the path of the PDF, `<folder>/<name>-<regency>-<year>.pdf`; an existing file is replaced atomically.

    Raises LibraryMissing, FolderUnwritable, WarehouseMissing, YearUnknown, GlyphMissing, before anything is written.
    """
    check_libraries()
    check_writable(folder)
    steps = counting(progress, len(DOCUMENTS[heading.report].QUESTIONS.all))
    read_at = now()
    async with open_marts(url) as marts:
        marts.earlier = await _earlier(url, heading)
        draft = await drafted(marts, replace(heading, release=await _release(marts)), steps)
        day = await _warehouse_date(marts)
    async with books(url) as connection:
        content = await issue(
            in_transaction(connection), actor, draft, printed_for=printed_for, read_at=read_at, warehouse_date=day
        )  # fmt: skip
    path = folder / f"{heading.report.replace('_', '-')}-{heading.office.regency_code}-{heading.year}.pdf"
    write_whole(path, content)
    return path


@asynccontextmanager
async def books(url: str) -> AsyncIterator[AsyncConnection]:
    """Open a transaction as the database's owner. Raises DatabaseUnreachable."""
    engine = engine_for(url, poolclass=NullPool)
    try:
        async with transaction(engine) as connection:
            yield connection
    finally:
        await engine.dispose()


async def _earlier(url: str, heading: Heading) -> Answers | None:
    """Return the answers of the report of the same year that was issued last: what it suppressed stays suppressed."""
    async with books(url) as connection:
        paper = await issuance.newest_of(connection, heading.report, str(heading.year), heading.office.regency_code)
    if paper is None or paper.content is None:
        return None
    kept = read_record(await asyncio.to_thread(files_of, paper.content))
    return {name: answer.rows for name, answer in kept.answers.items()}


async def _release(marts: Warehouse) -> Row | None:
    """Return the release that the marts show: its id, day and SHA-256."""
    found = await marts.connection.execute(
        # in the order in which the register gives them back, so that a manifest keeps its bytes
        text("select id, sha256, as_of_date::text from marts.releases where is_current")
    )
    row = found.mappings().one_or_none()
    return dict(row) if row else None


async def _warehouse_date(marts: Warehouse) -> date | None:
    """Return the day of the marts' build."""
    try:
        found = await marts.connection.execute(text("select max(as_of_date) from marts.public_programmes"))
    except ProgrammingError:
        return None
    day: date | None = found.scalar()
    return day
