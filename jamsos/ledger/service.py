"""Ledger acts: funds, deposits, commitments of decrees, bills and payments. Other rooms call this module for rates and free money.

Every act that takes money locks its fund until the end of the transaction, so two acts never take the same rupiah.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.ledger import rules, store
from jamsos.ledger.documents import keep_document, refuse_known_file
from jamsos.ledger.errors import AmountWrong, BudgetExceeded, FundUnknown
from jamsos.ledger.funds import add_fund, group_rule_known, groups_by_month, groups_throughout, load_groups
from jamsos.ledger.proof import stamped, verify
from jamsos.ledger.rates import load_rates, monthly_rate
from jamsos.ledger.rules import Account, DocumentKind, Fund, MovementKind, Parts, Position, Posting
from jamsos.months import ALWAYS, end_of, today
from jamsos.table_reader import Line, gathered, read_paper

__all__ = [
    "add_fund",
    "group_rule_known",
    "groups_by_month",
    "groups_throughout",
    "keep_document",
    "load_groups",
    "load_rates",
    "monthly_rate",
    "refuse_known_file",
    "stamped",
    "verify",
]  # exported for other rooms
DEPOSIT_HEADERS = ["fund_code", "received_date", "document_number", "amount", "description"]


# --- called by other rooms ---------------------------------------------------------------------------------------


async def fund_by_code(connection: AsyncConnection, code: str, office_code: str | None = None) -> Fund:
    """Return the fund of the given office, or of the one at work. Raises FundUnknown, OfficeNeeded."""
    of = {"office_code": office_code} if office_code else {}
    return _fund(await store.fund_by(connection, code=code, **of), code)


async def fund_by_id(connection: AsyncConnection, fund_id: int) -> Fund:
    """Return the fund with this id. Raises FundUnknown."""
    return _fund(await store.fund_by(connection, id=fund_id), str(fund_id))


async def names_of_funds(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of the funds of these codes in sight; of several offices that of the office at work."""
    return await store.names_of(connection, codes)


def _fund(found: Fund | None, which: str) -> Fund:
    if found is None:
        raise FundUnknown(fund=which)
    return found


async def free_to_spend(
    connection: AsyncConnection, fund_code: str, known_on: date | None = None, office_code: str | None = None
) -> int:
    """Return the rupiah of the fund that contributions may still use, now or as known at the end of a day.

    Raises FundUnknown.
    """
    fund = await fund_by_code(connection, fund_code, office_code)
    held = await (
        store.balances_at(connection, fund.id, end_of(known_on)) if known_on else store.balances(connection, fund.id)
    )
    return sum((await _spendable(connection, fund.id, held, known_on)).values())


async def _spendable(connection: AsyncConnection, fund_id: int, held: store.Balances, day: date | None = None) -> Parts:
    """Return the free rupiah by field, for fields that may pay contributions by the shares of a day (default: today)."""
    shares = await store.shares_on(connection, fund_id, day or today())
    return rules.for_contributions({field: -balance for field, balance in held[Account.free].items()}, shares)


async def hold_fund(connection: AsyncConnection, fund_id: int) -> None:
    """Lock the fund until the end of the transaction, so that the balances read now stay true."""
    await store.hold(connection, fund_id)


async def committed_to(
    connection: AsyncConnection, fund_id: int, decree_numbers: Sequence[str], known_at: datetime = ALWAYS
) -> int:
    """Return the rupiah committed to these decrees, less releases and reversals, as known at an instant."""
    return await store.committed_to(connection, fund_id, decree_numbers, known_at)


async def positions(connection: AsyncConnection, *, as_of: date | None = None) -> list[Position]:
    """Return the position of every fund by field, at the end of a day or now."""
    return await store.positions(connection, as_of)


# --- money moves -------------------------------------------------------------------------------------------------


async def deposit(
    connection: AsyncConnection,
    actor: Actor,
    *,
    fund_code: str,
    amount: int,
    day: date,
    document_number: str,
    description: str | None = None,
    file_sha256: bytes | None = None,
) -> Parts:
    """Record money that a fund received, and return the rupiah by field as the fund's shares divide it.

    Raises FundUnknown, DocumentKnown, AmountWrong.
    """
    fund = await fund_by_code(connection, fund_code)
    document_id = await keep_document(
        connection, kind=DocumentKind.deposit, number=document_number, day=day, amount=amount, fund_id=fund.id,
        office_code=fund.office_code, description=description, file_sha256=file_sha256,
    )  # fmt: skip
    parts = await _freed(connection, fund.id, amount, day)
    await move(
        connection, actor, MovementKind.receive, fund.id, rules.receiving(parts), day=day,
        reference=document_number, document_id=document_id, memo=description,
    )  # fmt: skip
    return parts


async def deposit_file(connection: AsyncConnection, actor: Actor, path: Path) -> list[tuple[str, int]]:
    """Record the deposits of a file, all or none, and return (fund, rupiah) by line.

    Raises FileKnown and the errors of deposit and read_paper.
    """
    paper = read_paper(path, DEPOSIT_HEADERS)
    await refuse_known_file(connection, paper)
    deposits = gathered(paper.lines, _deposit)
    for line, facts in zip(paper.lines, deposits, strict=True):
        with line.asking():
            await deposit(connection, actor, **facts, file_sha256=paper.sha256)
    return [(facts["fund_code"], facts["amount"]) for facts in deposits]


def _deposit(line: Line) -> dict[str, Any]:
    """Return the facts of a line. Raises LineWrong."""
    return {
        "fund_code": line.text("fund_code"),
        "amount": line.rupiah("amount"),
        "day": line.day("received_date"),
        "document_number": line.text("document_number"),
        "description": line.maybe("description"),
    }


async def take_gift(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, reference: str, document_id: int
) -> int:
    """Record a donation that the bank has confirmed, and return the transaction's id. Raises AmountWrong."""
    postings = rules.receiving(await _freed(connection, fund_id, amount, day))
    about: dict[str, Any] = {"day": day, "reference": reference, "document_id": document_id}
    return await move(connection, actor, MovementKind.donate, fund_id, postings, **about)


async def give_back(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, reference: str, document_id: int
) -> int:
    """Return received money that is still free to its giver, and return the transaction's id. Raises BudgetExceeded, AmountWrong."""
    held = await store.hold(connection, fund_id)
    parts = await _drawn(connection, fund_id, amount, {field: -free for field, free in held[Account.free].items()})
    about: dict[str, Any] = {"day": day, "reference": reference, "document_id": document_id}
    return await move(connection, actor, MovementKind.refund, fund_id, rules.refunding(parts), **about)


async def _freed(connection: AsyncConnection, fund_id: int, amount: int, day: date) -> Parts:
    """Return a deposit by field, as the shares in force on the day divide it. Raises AmountWrong."""
    return rules.divide(_above_zero(amount), await store.shares_on(connection, fund_id, day))


async def commit_decree(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, memo: str
) -> int:
    """Commit free money of the fund to a decree, whose number is `memo`, and return the transaction's id.

    Raises BudgetExceeded, AmountWrong.
    """
    held = await store.hold(connection, fund_id)
    parts = await _drawn(connection, fund_id, amount, await _spendable(connection, fund_id, held))
    return await move(connection, actor, MovementKind.commit, fund_id, rules.committing(parts), day=day, reference=memo)


async def release_commitment(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, decree_number: str
) -> int:
    """Release money that is committed to a decree and not billed, and return the transaction's id.

    Raises BudgetExceeded, AmountWrong.
    """
    parts = await _promised(connection, fund_id, amount, Account.committed)
    return await move(
        connection, actor, MovementKind.release, fund_id, rules.releasing(parts), day=day, reference=decree_number
    )


async def post_bill(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, billing_code: str
) -> int:
    """Move committed money to the amount owed to the insurer, and return the transaction's id. Raises BudgetExceeded, AmountWrong."""
    parts = await _promised(connection, fund_id, amount, Account.committed)
    return await move(
        connection, actor, MovementKind.bill, fund_id, rules.billing(parts), day=day, reference=billing_code
    )


async def post_payment(
    connection: AsyncConnection,
    actor: Actor,
    *,
    fund_id: int,
    amount: int,
    day: date,
    billing_code: str,
    document_id: int,
) -> int:
    """Record that an SP2D paid what was owed, and return the transaction's id. Raises BudgetExceeded, AmountWrong."""
    parts = await _promised(connection, fund_id, amount, Account.payable)
    return await move(
        connection, actor, MovementKind.pay, fund_id, rules.paying(parts), day=day,
        reference=billing_code, document_id=document_id,
    )  # fmt: skip


async def _promised(connection: AsyncConnection, fund_id: int, amount: int, account: Account) -> Parts:
    held = await store.hold(connection, fund_id)
    return await _drawn(connection, fund_id, amount, {field: -balance for field, balance in held[account].items()})


async def _drawn(connection: AsyncConnection, fund_id: int, amount: int, available: Parts) -> Parts:
    """Return `amount` drawn from the available fields. Raises BudgetExceeded, AmountWrong."""
    parts = rules.draw(_above_zero(amount), available)
    if parts is None:
        fund = await fund_by_id(connection, fund_id)
        raise BudgetExceeded(fund=fund.code, needed=amount, free=sum(available.values()))
    return parts


def _above_zero(amount: int) -> int:
    if amount <= 0:
        raise AmountWrong(amount=amount)
    return amount


async def move(
    connection: AsyncConnection,
    actor: Actor,
    kind: MovementKind,
    fund_id: int,
    postings: Sequence[Posting],
    *,
    day: date,
    reference: str | None = None,
    document_id: int | None = None,
    reverses_id: int | None = None,
    memo: str | None = None,
) -> int:
    """Write one transaction of the journal with its audit entry, and return the transaction's id."""
    transaction_id = await store.post(
        connection, fund_id=fund_id, day=day, kind=kind, postings=postings, reference=reference,
        document_id=document_id, reverses_id=reverses_id, memo=memo,
    )  # fmt: skip
    details = {"transaction": transaction_id, "reference": reference}
    await audit(connection, actor, f"ledger.{kind}", subject="fund", subject_ids=[fund_id], details=details)
    return transaction_id
