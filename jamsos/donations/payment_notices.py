"""Payment notices: match the payments that the provider reports with pledges, like bank lines.

The bank statement reports the same money later, or earlier. Then one settles the other, and nothing is booked twice.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.donations import matching, payment_notices_store, store
from jamsos.donations.errors import NoticeRepeated
from jamsos.donations.rules import MatchOutcome
from jamsos.donations.snap import Notice, NoticeStatus
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import DocumentKind
from jamsos.offices.service import office_of
from jamsos.sealing import Sealer


@dataclass(frozen=True)
class Call:
    """How a notice arrived: the provider's number of the call (unique per day), the office's day, and the raw body."""

    external_id: str
    day: date
    body: bytes


async def take(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, notice: Notice, call: Call
) -> MatchOutcome | None:
    """Record a notice and book its money. Return None where it moved nothing, or another call reported it before.

    Raises NoticeRepeated where the same call came before, BudgetExceeded where a refund was committed to a decree
    meanwhile.
    """
    if notice.status is None:
        return None
    await store.wait_turn(connection)
    if await payment_notices_store.call_known(connection, call.external_id, call.day):
        raise NoticeRepeated()
    if await payment_notices_store.notice_known(connection, notice.reference, notice.status):
        return None
    line_id, document_id = await _keep(connection, actor, sealer, notice, call)
    outcome = await _match(connection, actor, notice, call.day, line_id, document_id)
    await audit(connection, actor, "donations.notice", subject="document", subject_ids=[document_id])
    return outcome


async def _keep(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, notice: Notice, call: Call
) -> tuple[int, int]:
    """Insert the notice's line and its document, and return both ids. The text is sealed, because it may name the donor."""
    about = f"{notice.reference}/{notice.status}"
    document_id = await ledger.keep_document(
        connection, kind=DocumentKind.payment_notice, number=about, day=call.day, amount=notice.amount,
        office_code=await office_of(connection, actor), file_sha256=hashlib.sha256(call.body).digest(),
    )  # fmt: skip
    line_id = await store.add_bank_line(
        connection, statement_id=document_id, line=1, booked_date=call.day, amount=_signed(notice), reference=notice.reference,
        line_sha256=hashlib.sha256(f"notice\n{about}".encode()).digest(),
        description_sealed=sealer.seal("bank_line", notice.text),
    )  # fmt: skip
    assert line_id is not None  # noqa: S101 (the notice was not known)
    await payment_notices_store.add_notice(
        connection, bank_line_id=line_id, reference=notice.reference, status=notice.status, external_id=call.external_id,
        called_date=call.day,
    )  # fmt: skip
    return line_id, document_id


def _signed(notice: Notice) -> int:
    return -notice.amount if notice.status is NoticeStatus.refunded else notice.amount


async def _match(
    connection: AsyncConnection, actor: Actor, notice: Notice, day: date, line_id: int, document_id: int
) -> MatchOutcome:
    pledge = await matching.named(connection, notice.text)
    if pledge is None and notice.status is NoticeStatus.refunded:
        pledge = await payment_notices_store.pledge_of_notice(connection, notice.reference)
    moved: dict[str, Any] = {"signed": _signed(notice), "day": day, "line_id": line_id, "document_id": document_id}
    told = await payment_notices_store.line_told_before(
        connection, amount=_signed(notice), day=day, pledge_id=pledge.id if pledge else None, document_id=document_id,
        reference=notice.reference,
    )  # fmt: skip
    if told is not None:
        await payment_notices_store.add_settlement(connection, notice_id=line_id, bank_line_id=told)
    outcome, _ = await matching.book(connection, actor, pledge, is_settled=told is not None, **moved)
    return outcome
