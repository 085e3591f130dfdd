"""Verification: whether a PDF is a document that we issued. Three answers: proven, not proven, false.

Proven: its bytes are in the register of issue, followed by nothing but signatures. False: it claims to be an issued document and
differs from it, or from the print of its own figures. All other files, and unreadable ones, are not proven. A proven document
remains proven whatever is recorded later; later changes are listed separately.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import WarehouseMissing
from jamsos.issuance import service as issuance
from jamsos.issuance.service import Paper
from reports.issuing import books
from reports.marts import open_marts
from reports.printing import DOCUMENTS
from reports.record import Kept, cell, read_record
from reports.sandbox import LIMITS, Inspection, Limits, Sandbox, content_of, files_of
from reports.suppression import Row


class Answer(StrEnum):
    """An answer, each with its own exit code of the command."""

    proven = "proven"
    not_proven = "not_proven"
    false = "false"

    @property
    def exit_code(self) -> int:
        return {Answer.proven: 0, Answer.not_proven: 3, Answer.false: 4}[self]


@dataclass(frozen=True)
class Difference:
    """One cell: `line` counts the rows of the figure's file below its header; 0 means that a row is missing or new."""

    line: int
    column: str
    printed: str
    now: str


@dataclass(frozen=True)
class Changed:
    """A figure with another value in today's warehouse."""

    name: str
    title: str
    differences: list[Difference]


@dataclass(frozen=True)
class Verdict:
    """`reason` is a code; its sentence is `verdict.<answer>.<reason>` in the catalogue. `paper`: the entry of the register."""

    answer: Answer
    reason: str
    page: int | None = None
    paper: Paper | None = None
    signatures: list[Row] = field(default_factory=list)
    superseded_by: Paper | None = None
    is_older_print: bool = False
    changed: list[Changed] = field(default_factory=list)
    acts: list[tuple[str, int]] = field(default_factory=list)


async def verify(path: Path, url: str | None, *, limits: Limits = LIMITS) -> Verdict:
    """Verify a PDF. Without a database's `url` nothing can be proven, because anybody with this program can print any figures.

    Raises FileMissing, DatabaseUnreachable.
    """
    content, sandbox = await asyncio.to_thread(content_of, path), Sandbox(limits)
    if url is None:
        return await _by_itself(path, content, sandbox)
    async with books(url) as connection:
        seen = await look_up(connection, path, content, sandbox)
        if seen.answer is not None:
            verdict = await seen.verdict(connection)
        elif seen.paper is not None and seen.paper.content is not None:
            verdict = judged(await beside(path, seen.paper.content, sandbox), seen.paper, is_original=True)
        elif seen.paper is not None:
            verdict = Verdict(Answer.not_proven, "other_bytes", paper=seen.paper)
        else:
            verdict = await _by_itself(path, content, sandbox)
    if verdict.answer is Answer.proven and verdict.paper and verdict.paper.kind in DOCUMENTS:
        return await _with_changes(verdict, url)
    return verdict


# --- the register ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """The register's information on a file. Without an `answer`, `paper` is the document that the file claims to be, if any."""

    paper: Paper | None
    answer: Answer | None
    reason: str = ""
    page: int | None = None
    signatures: list[Row] = field(default_factory=list)
    claims: Inspection = field(default_factory=Inspection)

    async def verdict(self, connection: AsyncConnection) -> Verdict:
        assert self.answer is not None  # noqa: S101
        verdict = Verdict(self.answer, self.reason, self.page, self.paper, self.signatures)
        if self.answer is not Answer.proven or self.paper is None:
            return verdict
        from reports.render import printed_by

        return Verdict(
            self.answer, self.reason, self.page, self.paper, self.signatures,
            superseded_by=await issuance.superseded_by(connection, self.paper),
            is_older_print=self.paper.versions != printed_by(),
            acts=await issuance.acts_since(connection, self.paper),
        )  # fmt: skip


async def look_up(connection: AsyncConnection, path: Path, content: bytes, sandbox: Sandbox) -> Seen:
    """Find a file in the register by its bytes, or by its visible serial."""
    paper = await issuance.found_in(connection, content)
    if paper is None:
        claims = await asyncio.to_thread(sandbox.ask, "read", path)
        if claims.failed or claims.refused:
            return Seen(None, Answer.not_proven, "unreadable", claims=claims)
        named = await issuance.by_serials(connection, claims.found["serials"])
        return Seen(named[0] if len(named) == 1 else None, None, claims=claims)
    if len(content) == paper.byte_count:
        return Seen(paper, Answer.proven, "issued")
    found = await asyncio.to_thread(sandbox.ask, "appended", path, length=paper.byte_count, spaces=paper.spaces)
    if found.failed:
        return Seen(paper, Answer.not_proven, "unreadable")
    if found.refused:
        return Seen(paper, Answer.false, f"appended.{found.refused}", found.page)
    return Seen(paper, Answer.proven, "signed", signatures=found.found["signatures"])


async def beside(path: Path, original: bytes, sandbox: Sandbox) -> Inspection:
    """Compare a file with the bytes of an issued document, as images and as text."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "original.pdf"
        await asyncio.to_thread(kept.write_bytes, original)
        return await asyncio.to_thread(sandbox.ask, "compared", path, original=str(kept))


def judged(found: Inspection, paper: Paper | None, *, is_original: bool) -> Verdict:
    """Convert a comparison into an answer: other bytes are never proven, and a difference from our own document is false.

    `is_original`: the comparison used the issued bytes, not a print of another version.
    """
    if found.failed or found.refused:
        return Verdict(Answer.not_proven, "unreadable", paper=paper)
    differences = found.found["differences"]
    if not differences:
        return Verdict(Answer.not_proven, "same_sight" if is_original else "other_bytes", paper=paper)
    if not is_original:
        return Verdict(Answer.not_proven, "other_bytes", paper=paper)
    kind = next(name for name in ("pages", "seen", "words", "extras", "files") if name in differences)
    return Verdict(Answer.false, f"differs.{kind}", differences[kind] if kind != "files" else None, paper)


# --- without the register -------------------------------------------------------------------------------------------


async def _by_itself(path: Path, content: bytes, sandbox: Sandbox) -> Verdict:
    """Return the contradictions within a file: its parameters, its hashes, and the print of its figures."""
    if not content:
        return Verdict(Answer.not_proven, "unreadable")
    found = await asyncio.to_thread(sandbox.ask, "reprinted", path)
    if found.failed:
        return Verdict(Answer.not_proven, "unreadable")
    if found.refused:
        answer = Answer.not_proven if found.refused in ("other_printer", "unrecorded", "unreadable") else Answer.false
        return Verdict(answer, found.refused, found.page)
    return Verdict(Answer.not_proven, found.found["is"])


# --- what has changed since -----------------------------------------------------------------------------------------


async def _with_changes(verdict: Verdict, url: str) -> Verdict:
    assert verdict.paper is not None and verdict.paper.content is not None  # noqa: S101
    kept = read_record(await asyncio.to_thread(files_of, verdict.paper.content))
    try:
        changed = await _changed(url, kept)
    except WarehouseMissing:
        changed = []
    return Verdict(**{**vars(verdict), "changed": changed})


async def _changed(url: str, kept: Kept) -> list[Changed]:
    """Run the program's own questions again, with the parameters of the document's record."""
    found = []
    questions = DOCUMENTS[kept.heading.report].QUESTIONS
    asked = {name: value for answer in kept.answers.values() for name, value in _parameters(answer.parameters).items()}
    async with open_marts(url) as marts:
        marts.earlier = {name: answer.rows for name, answer in kept.answers.items()}
        now = await marts.ask(questions, asked)
        for question in questions.printed:
            answer = kept.answers.get(question.name)
            if answer and (differences := list(_differences(answer.rows, now[question.name]))):
                found.append(Changed(question.name, question.title, differences))
    return found


def _parameters(parameters: Row) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in ("first", "last") else value for name, value in parameters.items()
    }


def _differences(printed_rows: Sequence[Row], rows: Sequence[Row]) -> Iterator[Difference]:
    """Compare rows in order, because every question has an order."""
    for line, (before, now) in enumerate(zip(printed_rows, rows, strict=False), start=1):
        for column in dict.fromkeys([*before, *now]):
            if cell(before.get(column)) != cell(now.get(column)):
                yield Difference(line, column, cell(before.get(column)), cell(now.get(column)))
    if len(printed_rows) != len(rows):
        yield Difference(0, "", str(len(printed_rows)), str(len(rows)))
