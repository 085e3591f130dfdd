"""Issuance acts: enter a document in the register, and find a file in the register again."""

import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.db import Acting
from jamsos.errors import TryAgain
from jamsos.issuance import store
from jamsos.issuance.rules import ends_of, fresh_serial


@dataclass(frozen=True)
class Subject:
    """The subject of a document, without personal data. Documents of one kind, subject and regency supersede each other."""

    kind: str
    subject: str
    office_code: str
    year: int
    number: str | None
    dated: date


@dataclass(frozen=True)
class Origin:
    """The data behind a document: parameters, versions of libraries, and the day and instant up to which facts were read."""

    parameters: Mapping[str, Any]
    versions: Mapping[str, str]
    draft_sha256: bytes
    read_at: datetime
    warehouse_date: date | None = None
    release: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Paper:
    """One line of the register."""

    id: int
    serial: str
    kind: str
    subject: str
    office_code: str
    year: int
    number: str | None
    dated: date
    parameters: dict[str, Any]
    versions: dict[str, str]
    warehouse_date: date | None
    release: dict[str, Any] | None
    printed_by: str
    printed_for: str | None
    draft_sha256: bytes
    sha256: bytes
    byte_count: int
    spaces: list[list[float]]
    content: bytes | None
    supersedes_id: int | None
    read_at: datetime
    issued_at: datetime


Print = Callable[[str], Awaitable[tuple[bytes, Sequence[Sequence[float]]]]]
ATTEMPTS = 3


async def issue(
    acting: Acting,
    actor: Actor,
    subject: Subject,
    origin: Origin,
    printed: Print,
    *,
    is_kept: bool,
    printed_for: str | None = None,
) -> bytes:
    """Print a document under its serial, enter it in the register, and return its bytes.

    A document that is still the newest of its subject, with the same draft and versions, keeps its serial and so its
    bytes. Both cases are audited. `is_kept`: the register also stores the bytes, because they name nobody. `acting`
    opens a transaction: one before the print and one after, so that no connection waits for the printer. Raises
    TryAgain where others issue documents on the same subject meanwhile.
    """
    for _ in range(ATTEMPTS):
        async with acting() as connection:
            before = await _current(connection, subject)
        serial = before["serial"] if before and _is_same(before, origin) else None
        content, spaces = await printed(serial) if serial else (b"", ())
        is_again = before is not None and hashlib.sha256(content).digest() == before["sha256"]
        if not is_again:
            serial = fresh_serial()
            content, spaces = await printed(serial)
        async with acting() as connection:
            await store.hold(connection, subject.kind, subject.subject, subject.office_code)
            latest = await _current(connection, subject)
            if (latest and latest["id"]) != (before and before["id"]):
                continue
            if before and is_again:
                await _noted(connection, actor, before, "print_paper_again", printed_for)
                return content
            row = await store.add(
                connection, serial=serial, **dataclasses.asdict(subject), **dataclasses.asdict(origin), printed_by=actor.name,
                printed_for=printed_for, sha256=hashlib.sha256(content).digest(), byte_count=len(content),
                spaces=[list(space) for space in spaces], content=content if is_kept else None,
                supersedes_id=before["id"] if before else None,
            )  # fmt: skip
            await _noted(connection, actor, row, "issue_paper", printed_for)
            return content
    raise TryAgain()


async def _current(connection: AsyncConnection, subject: Subject) -> RowMapping | None:
    return await store.current(connection, subject.kind, subject.subject, subject.office_code)


def _is_same(before: RowMapping, origin: Origin) -> bool:
    return bytes(before["draft_sha256"]) == origin.draft_sha256 and before["versions"] == dict(origin.versions)


async def _noted(connection: AsyncConnection, actor: Actor, row: RowMapping, act: str, printed_for: str | None) -> None:
    details = {"serial": row["serial"], "kind": row["kind"], "sha256": bytes(row["sha256"]).hex()}
    await audit(
        connection, dataclasses.replace(actor, purpose=printed_for or actor.purpose), act, subject="issued_paper",
        subject_ids=[row["id"]], details=details,
    )  # fmt: skip


async def found_in(connection: AsyncConnection, content: bytes) -> Paper | None:
    """Return the issued document with the bytes of a file, or with the bytes at its start."""
    hashes = []
    running, reached = hashlib.sha256(), 0
    ends = ends_of(content)
    for end in sorted(ends):
        running.update(content[reached:end])
        reached = end
        hashes.append(running.digest())
    row = await store.by_hashes(connection, hashes)
    return _paper(row) if row else None


async def found_whole(connection: AsyncConnection, content: bytes) -> Paper | None:
    """Return the issued document with exactly the bytes of a file."""
    row = await store.by_hashes(connection, [hashlib.sha256(content).digest()])
    return _paper(row) if row else None


async def by_serials(connection: AsyncConnection, serials: Sequence[str]) -> list[Paper]:
    return [_paper(row) for row in await store.by_serials(connection, serials)]


@dataclass(frozen=True)
class Entry:
    """A document in the register, with the one that it supersedes and the one that supersedes it."""

    paper: Paper
    before: Paper | None
    after: Paper | None


async def entry_of(connection: AsyncConnection, serial: str) -> Entry | None:
    """Return the register's entry under a serial."""
    found = await by_serials(connection, [serial])
    if not found:
        return None
    (paper,) = found
    before = await store.by_id(connection, paper.supersedes_id) if paper.supersedes_id else None
    return Entry(paper, _paper(before) if before else None, await superseded_by(connection, paper))


async def superseded_by(connection: AsyncConnection, paper: Paper) -> Paper | None:
    row = await store.following(connection, paper.id)
    return _paper(row) if row else None


async def newest_of(connection: AsyncConnection, kind: str, subject: str, office_code: str) -> Paper | None:
    row = await store.current(connection, kind, subject, office_code)
    return _paper(row) if row else None


async def listed(connection: AsyncConnection, limit: int = 50) -> list[Paper]:
    return [_paper(row) for row in await store.listed(connection, limit)]


async def acts_since(connection: AsyncConnection, paper: Paper) -> list[tuple[str, int]]:
    """Return the acts that changed facts after a document was read from them, with the number of each."""
    return list(await store.acts_since(connection, paper.read_at))


def _paper(row: RowMapping) -> Paper:
    values = {each.name: row[each.name] for each in dataclasses.fields(Paper)}
    for name in ("draft_sha256", "sha256", "content"):
        values[name] = bytes(values[name]) if values[name] is not None else None
    return Paper(**values)
