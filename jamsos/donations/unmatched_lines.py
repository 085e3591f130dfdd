"""Unmatched lines: bank lines without a pledge, or for a pledge already paid, and the officers' decisions about them.

A decision is a new match that replaces the earlier one; no row changes. Only a decision may move money that names no
pledge.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, officer_of
from jamsos.donations import rules, store
from jamsos.donations.errors import AmountNotWhole, BankLineSettled, DecisionUnclear
from jamsos.donations.rules import LineDecision, MatchOutcome
from jamsos.errors import NotFound
from jamsos.ledger import service as ledger
from jamsos.sealing import Sealer


@dataclass(frozen=True)
class Aside:
    """A line that waits for a decision. `text`: the bank's text, which may name the giver; None unless requested."""

    number: int
    day: date
    amount: int
    outcome: MatchOutcome
    pledge_code: str | None
    reference: str | None
    text: str | None


async def lines_aside(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, with_text: bool = False
) -> list[Aside]:
    """Return the waiting lines, the oldest first. A request for their text is audited, because donors wrote the text."""
    rows = await store.lines_aside(connection)
    if with_text:
        ids = [row["number"] for row in rows]
        await audit(connection, actor, "read_unmasked", subject="bank_line", subject_ids=ids, fields=["description"])
    return [_aside(sealer, with_text, **row) for row in rows]


def _aside(sealer: Sealer, with_text: bool, *, description_sealed: bytes, outcome: str, **facts: object) -> Aside:
    text = sealer.unseal("bank_line", description_sealed) if with_text else None
    return Aside(text=text, outcome=MatchOutcome(outcome), **facts)  # type: ignore[arg-type]


async def resolve(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    number: int,
    decision: LineDecision,
    reason: str,
    pledge_code: str | None = None,
    fund_code: str | None = None,
) -> MatchOutcome:
    """Record the decision about a line: the money is for a pledge, for a fund, to refund, or reported elsewhere.

    Raises ProofNeeded, NotFound, FundUnknown, BankLineSettled where the line does not wait for a decision, AmountNotWhole where
    money with sen would enter a fund. Raises DecisionUnclear for a missing or superfluous pledge or fund, or a missing
    reason.
    """
    officer_of(actor)
    if not reason.strip() or _given(pledge_code, fund_code) != _NEEDS[decision]:
        raise DecisionUnclear()
    await store.wait_turn(connection)
    line = await store.line_aside(connection, number)
    if line is None:
        raise NotFound(what="bank_line", which=str(number))
    if line["outcome"] not in rules.WAITING:
        raise BankLineSettled(number=number)
    if line["sen"] and decision in (LineDecision.pledge, LineDecision.fund):
        raise AmountNotWhole(number=number)
    outcome, pledge_id, transaction_id = line["outcome"], line["pledge_id"], None
    if decision is LineDecision.pledge:
        outcome, pledge_id, transaction_id = await _to_pledge(connection, actor, line, pledge_code or "")
    elif decision is LineDecision.fund:
        fund = await ledger.fund_by_code(connection, fund_code or "")
        outcome, pledge_id = MatchOutcome.assigned, None
        transaction_id = await _take(connection, actor, line, fund.id, f"MUTASI-{number}")
    else:
        outcome = MatchOutcome.returning if decision is LineDecision.giver else MatchOutcome.settled
    await store.add_match(
        connection, bank_line_id=number, pledge_id=pledge_id, outcome=outcome, amount=line["amount"],
        transaction_id=transaction_id, replaces_id=line["match_id"], reason_sealed=sealer.seal("bank_line", reason.strip()),
    )  # fmt: skip
    await audit(
        connection, actor, "donations.resolve", subject="bank_line", subject_ids=[number], details={"outcome": outcome}
    )
    return MatchOutcome(outcome)


_NEEDS = {
    LineDecision.pledge: (True, False),
    LineDecision.fund: (False, True),
    LineDecision.giver: (False, False),
    LineDecision.told: (False, False),
}


def _given(pledge_code: str | None, fund_code: str | None) -> tuple[bool, bool]:
    return bool(pledge_code), bool(fund_code)


async def _to_pledge(
    connection: AsyncConnection, actor: Actor, line: store.Line, code: str
) -> tuple[MatchOutcome, int, int]:
    """Book the line to a pledge, and return the outcome, the pledge's id and the transaction's id.

    An amount beyond the open rest of the pledge is part of the donation.
    """
    found = await store.pledges_by_code(connection, [rules.plain(code)])
    if not found:
        raise NotFound(what="pledge", which=rules.plain(code)[:25])
    [pledge] = found
    judged = rules.judge(line["amount"], pledge)
    outcome = MatchOutcome.over if judged is MatchOutcome.duplicate else judged
    return outcome, pledge.id, await _take(connection, actor, line, pledge.fund_id, pledge.code)


async def _take(connection: AsyncConnection, actor: Actor, line: store.Line, fund_id: int, reference: str) -> int:
    return await ledger.take_gift(
        connection, actor, fund_id=fund_id, amount=line["amount"], day=line["booked_date"], reference=reference,
        document_id=line["statement_id"],
    )  # fmt: skip
