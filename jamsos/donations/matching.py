"""Matching: match the bank's statement with the pledges. Only the bank's statement turns a pledge into money.

Each line is stored sealed, whatever the format of its statement. Money that names a pledge enters the pledge's fund.
Money that names none, or comes twice, waits for a decision.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.donations import payment_notices_store, rules, store
from jamsos.donations.rules import MatchOutcome, Pledge
from jamsos.donations.statements.entries import Entry, Statement
from jamsos.donations.statements.reader import read_statement
from jamsos.errors import JamsosError
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import DocumentKind
from jamsos.offices.service import office_of
from jamsos.sealing import Sealer


@dataclass(frozen=True)
class Matched:
    """The result of a statement: lines by outcome, repeated lines, and rupiah into and out of the funds."""

    lines: Mapping[MatchOutcome, int]
    repeated: int
    booked: int
    refunded: int


class _Booked(NamedTuple):
    outcome: MatchOutcome | None  # None: the same line was read before
    rupiah: int


async def match_statement(connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path) -> Matched:
    """Read a bank statement (MT940, camt.053, CSV or workbook), whole or not at all. Sen are stored but enter no fund.

    Raises FileKnown, BudgetExceeded where a refund was committed to a decree meanwhile, and the errors of
    read_statement.
    """
    statement = read_statement(path)
    await ledger.refuse_known_file(connection, statement)
    await store.wait_turn(connection)
    statement_id = await _keep(connection, actor, statement)
    found = []
    for entry, fingerprint in statement.fingerprinted():
        try:
            found.append(await _match(connection, actor, sealer, entry, fingerprint, statement_id))
        except JamsosError as refusal:
            raise refusal.at(statement.name, entry.line) from refusal.__cause__
    await audit(connection, actor, "donations.match", subject="document", subject_ids=[statement_id])
    outcomes = Counter(booked.outcome for booked in found)
    return Matched(
        {outcome: outcomes[outcome] for outcome in MatchOutcome if outcomes[outcome]},
        repeated=outcomes[None],
        booked=sum(max(booked.rupiah, 0) for booked in found),
        refunded=-sum(min(booked.rupiah, 0) for booked in found),
    )


async def _keep(connection: AsyncConnection, actor: Actor, statement: Statement) -> int:
    return await ledger.keep_document(
        connection, kind=DocumentKind.bank_statement, number=statement.sha256.hex()[:16],
        day=max(entry.day for entry in statement.entries), office_code=await office_of(connection, actor),
        file_sha256=statement.sha256,
    )  # fmt: skip


async def _match(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, entry: Entry, fingerprint: bytes, statement_id: int
) -> _Booked:
    line_id = await store.add_bank_line(
        connection, statement_id=statement_id, line=entry.number, booked_date=entry.day, amount=entry.whole, sen=entry.sen,
        reference=entry.reference, line_sha256=fingerprint, description_sealed=sealer.seal("bank_line", entry.text),
    )  # fmt: skip
    if line_id is None:
        return _Booked(None, 0)
    # only whole rupiah enter a fund: money with sen waits for a decision
    pledge = None if entry.sen else await named(connection, entry.text)
    notice_id = await payment_notices_store.notice_told_before(
        connection, amount=entry.whole, day=entry.day, pledge_id=pledge.id if pledge else None, document_id=statement_id,
        references=rules.references_in(f"{entry.text} {entry.reference or ''}"),
    )  # fmt: skip
    if notice_id is not None:
        await payment_notices_store.add_settlement(connection, notice_id=notice_id, bank_line_id=line_id)
    outcome, is_booked = await book(
        connection, actor, pledge, is_settled=notice_id is not None, signed=entry.whole, day=entry.day, line_id=line_id,
        document_id=statement_id,
    )  # fmt: skip
    return _Booked(outcome, entry.whole if is_booked else 0)


async def named(connection: AsyncConnection, text: str) -> Pledge | None:
    """Return the only pledge whose code is in the text. A text with two codes needs an officer."""
    found = await store.pledges_by_code(connection, rules.codes_in(text))
    return found[0] if len(found) == 1 else None


async def book(
    connection: AsyncConnection,
    actor: Actor,
    pledge: Pledge | None,
    *,
    is_settled: bool,
    signed: int,
    day: date,
    line_id: int,
    document_id: int,
) -> tuple[MatchOutcome, bool]:
    """Record the outcome of a line, book its money, and return the outcome and whether money moved.

    `is_settled`: an earlier notice reported the same money.
    """
    outcome = MatchOutcome.settled if is_settled else rules.judge(signed, pledge)
    transaction_id = await _book(connection, actor, pledge, outcome, signed, day, document_id) if pledge else None
    is_about_pledge = pledge is not None and outcome is not MatchOutcome.outgoing
    await store.add_match(
        connection, bank_line_id=line_id, pledge_id=pledge.id if pledge and is_about_pledge else None,
        outcome=outcome, amount=signed, transaction_id=transaction_id,
    )  # fmt: skip
    return outcome, transaction_id is not None


async def _book(
    connection: AsyncConnection,
    actor: Actor,
    pledge: Pledge,
    outcome: MatchOutcome,
    signed: int,
    day: date,
    statement_id: int,
) -> int | None:
    """Return the journal transaction; None when the line moves no money of the fund."""
    about: dict[str, Any] = {
        "fund_id": pledge.fund_id,
        "day": day,
        "reference": pledge.code,
        "document_id": statement_id,
    }
    match outcome:
        case MatchOutcome.exact | MatchOutcome.partial | MatchOutcome.over:
            return await ledger.take_gift(connection, actor, amount=signed, **about)
        case MatchOutcome.refunded if -signed > pledge.aside:
            return await ledger.give_back(connection, actor, amount=-signed, **about)
    return None
