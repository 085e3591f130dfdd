"""Issuance queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.issuance.tables import issued_papers as papers

# acts that write an audit entry but no fact
_READING = (
    "explain", "hand_out_run", "issue_key", "issue_paper", "open_complaint", "print_paper_again", "read_answers", "read_own_months",
    "read_unmasked", "register_agency", "revoke_keys", "rotate_key", "rotate_seal", "trust_document", "unseal", "write_repair_workbook",
)  # fmt: skip


async def hold(connection: AsyncConnection, *subject: str) -> None:
    """Lock a subject, so that each document supersedes the one before it."""
    name = "\n".join(subject)
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtext('jamsos.issuance'), hashtext(:name))"), {"name": name}
    )


async def current(connection: AsyncConnection, kind: str, subject: str, office_code: str) -> RowMapping | None:
    """Return the newest document about a subject."""
    found = (
        select(papers)
        .where(papers.c.kind == kind, papers.c.subject == subject, papers.c.office_code == office_code)
        .order_by(papers.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(found)).mappings().one_or_none()


async def add(connection: AsyncConnection, **values: Any) -> RowMapping:
    added = insert(papers).values(**values).returning(*papers.c)
    return (await connection.execute(added)).mappings().one()


async def by_hashes(connection: AsyncConnection, hashes: Sequence[bytes]) -> RowMapping | None:
    found = (
        select(papers)
        .where(papers.c.sha256.in_(hashes))
        .order_by(papers.c.byte_count.desc(), papers.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(found)).mappings().first()


async def by_serials(connection: AsyncConnection, serials: Sequence[str]) -> Sequence[RowMapping]:
    return (await connection.execute(select(papers).where(papers.c.serial.in_(serials)))).mappings().all()


async def by_id(connection: AsyncConnection, paper_id: int) -> RowMapping | None:
    return (await connection.execute(select(papers).where(papers.c.id == paper_id))).mappings().one_or_none()


async def following(connection: AsyncConnection, paper_id: int) -> RowMapping | None:
    """Return the document that supersedes another."""
    return (await connection.execute(select(papers).where(papers.c.supersedes_id == paper_id))).mappings().one_or_none()


async def listed(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """Return documents, the newest first."""
    return (await connection.execute(select(papers).order_by(papers.c.id.desc()).limit(limit))).mappings().all()


async def acts_since(connection: AsyncConnection, instant: datetime) -> Sequence[tuple[str, int]]:
    """Return the audited acts after an instant that write facts, with the number of each."""
    found = await connection.execute(
        text(
            """select act, count(*) from programme.audit_entries where at > :instant and not act = any(:reading)
               group by act order by act"""
        ),
        {"instant": instant, "reading": list(_READING)},
    )
    return [(row[0], row[1]) for row in found]
