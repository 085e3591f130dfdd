"""Documents: the office's documents about money, unique by kind and number, and by the file that contained them."""

from datetime import date
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import FileKnown
from jamsos.ledger import store
from jamsos.ledger.errors import DocumentKnown
from jamsos.ledger.rules import DocumentKind


async def keep_document(
    connection: AsyncConnection,
    *,
    kind: DocumentKind,
    number: str,
    day: date,
    office_code: str,
    fund_id: int | None = None,
    amount: int | None = None,
    description: str | None = None,
    file_sha256: bytes | None = None,
) -> int:
    """Record a document by kind and number, and return its id. Raises DocumentKnown."""
    document_id = await store.add_document(
        connection, kind=kind, number=number, document_date=day, amount=amount, fund_id=fund_id,
        file_sha256=file_sha256, description=description, office_code=office_code,
    )  # fmt: skip
    if document_id is None:
        raise DocumentKnown(kind=kind, number=number)
    return document_id


class Received(Protocol):
    """A received file: its name without the folder, and its SHA-256."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> bytes: ...


async def refuse_known_file(connection: AsyncConnection, paper: Received) -> None:
    """Raise FileKnown where the same file was recorded before."""
    if await store.file_known(connection, paper.sha256):
        raise FileKnown(file=paper.name)
