"""Corrections: reverse a transaction by its mirror image, and carry the year-end balance to the next fund."""

from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import officer_of
from jamsos.ledger import rules, store
from jamsos.ledger.errors import BudgetExceeded, CarryRefused, ReversalRefused, TransactionUnknown
from jamsos.ledger.rules import Account, Fund, MovementKind
from jamsos.ledger.service import fund_by_code, move
from jamsos.worker_groups import Group

# The ledger alone cannot reverse these: decrees, worker-months and pledges refer to the same money.
_ELSEWHERE = {MovementKind.commit, MovementKind.bill, MovementKind.pay, MovementKind.donate, MovementKind.reverse}


async def reverse(
    connection: AsyncConnection, actor: Actor, *, fund_code: str, number: int, day: date, reason: str
) -> int:
    """Post the mirror image of a transaction and return the new transaction's id. A carry is reversed in both its funds.

    Raises ProofNeeded, FundUnknown, TransactionUnknown, ReversalRefused, BudgetExceeded where the money was committed meanwhile.
    """
    officer_of(actor)
    fund = await fund_by_code(connection, fund_code)
    found = await store.transaction(connection, fund.id, number)
    if found is None:
        raise TransactionUnknown(fund=fund.code, number=number)
    halves = [(fund, number)]
    if found["kind"] == MovementKind.carry:
        other = await fund_by_code(connection, found["reference"], fund.office_code)
        halves.append((other, await store.other_half(connection, found["id"], other.id, fund.code)))
    # All callers lock funds in one order, which prevents deadlocks. Every half is checked before any is posted.
    checked = [(half, await _mirror(connection, *half)) for half in sorted(halves, key=lambda half: half[0].id)]
    made = {
        of.code: await move(
            connection, actor, MovementKind.reverse, of.id, postings, day=day,
            reference=row["reference"], reverses_id=row["id"], memo=reason,
        )
        for (of, _), (row, postings) in checked
    }  # fmt: skip
    return made[fund.code]


async def _mirror(connection: AsyncConnection, fund: Fund, number: int) -> tuple[RowMapping, list[rules.Posting]]:
    """Return the transaction and its mirror image. Raises ReversalRefused, BudgetExceeded."""
    held = await store.hold(connection, fund.id)
    found = await store.transaction(connection, fund.id, number)
    assert found is not None  # noqa: S101 - nothing of the journal is deleted
    _refuse(fund, number, MovementKind(found["kind"]), twice=found["is_reversed"])
    mirror = rules.reversing(await store.postings_of(connection, found["id"]))
    if lacking := rules.lack(held, mirror):
        raise BudgetExceeded(fund=fund.code, needed=lacking.needed, free=lacking.had)
    return found, mirror


def _refuse(fund: Fund, number: int, kind: MovementKind, *, twice: bool) -> None:
    if twice or kind in _ELSEWHERE:
        why = "reversal.twice" if twice else "reversal.elsewhere"
        raise ReversalRefused(fund=fund.code, number=number, kind=kind, why=why)


async def carry_over(
    connection: AsyncConnection, actor: Actor, *, from_code: str, to_code: str, day: date
) -> dict[str, int]:
    """Move all free money to a later year's fund of the same rules, and return the rupiah by field.

    Raises ProofNeeded, FundUnknown, CarryRefused, BudgetExceeded when nothing is free.
    """
    officer_of(actor)
    source, target = await fund_by_code(connection, from_code), await fund_by_code(connection, to_code)
    for fund in sorted(
        (source, target), key=lambda fund: fund.id
    ):  # all callers lock funds in one order, which prevents deadlocks
        held = await store.hold(connection, fund.id)
        if fund == source:
            parts = {field: -balance for field, balance in held[Account.free].items() if balance}
    if not parts:
        raise BudgetExceeded(fund=source.code, needed=1, free=0)
    await _refuse_other_rules(connection, source, target, parts, day)
    await move(
        connection, actor, MovementKind.carry, source.id, rules.carrying_out(parts), day=day, reference=target.code
    )
    await move(
        connection, actor, MovementKind.carry, target.id, rules.carrying_in(parts), day=day, reference=source.code
    )
    return parts


async def _refuse_other_rules(
    connection: AsyncConnection, source: Fund, target: Fund, parts: rules.Parts, day: date
) -> None:
    """Raise CarryRefused where the money would lose a rule, or would leave before it arrived. carry.sql checks the same rules."""
    given, taken = await _earmark(connection, source, day), await _earmark(connection, target, day)
    why = rules.carry_mistake(source, target, parts, given, taken)
    last = await store.last_day(connection, source.id)
    if why is None and last is not None and day < last:
        why = "carry.backdated"
    if why:
        raise CarryRefused(source=source.code, target=target.code, why=why)


async def _earmark(connection: AsyncConnection, fund: Fund, day: date) -> rules.Earmark:
    shares = await store.shares_on(connection, fund.id, day)
    allowed = {row["group_code"]: row["is_allowed"] for row in await store.group_rules(connection, fund.id)}
    groups = frozenset(Group(code) for code, is_allowed in allowed.items() if is_allowed) if allowed else None
    return rules.Earmark({share.field: share.pays_contributions for share in shares}, groups)
