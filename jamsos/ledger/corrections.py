"""Corrections: a transaction taken back by its mirror image, and what is left at the year's end carried to the next fund."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.ledger import rules, store
from jamsos.ledger.errors import BudgetExceeded, ReversalRefused, TransactionUnknown
from jamsos.ledger.rules import Account, Act, Fund
from jamsos.ledger.service import fund_by_code, move

# What was billed or paid also stands with the worker-months, and a bank line's money with its pledge.
_ELSEWHERE = {Act.bill, Act.pay, Act.donate, Act.reverse}


async def reverse(
    connection: AsyncConnection, actor: Actor, *, fund_code: str, number: int, day: date, reason: str
) -> int:
    """Post the mirror image of a transaction; the new transaction's id.

    Raises FundUnknown, TransactionUnknown, ReversalRefused, BudgetExceeded where the money was promised meanwhile.
    """
    fund = await fund_by_code(connection, fund_code)
    held = await store.hold(connection, fund.id)
    found = await store.transaction(connection, fund.id, number)
    if found is None:
        raise TransactionUnknown(fund=fund.code, number=number)
    _refuse(fund, number, Act(found["act"]), twice=found["is_reversed"])
    mirror = rules.reversing(await store.postings_of(connection, found["id"]))
    if lacking := rules.lack(held, mirror):
        raise BudgetExceeded(fund=fund.code, needed=lacking.needed, free=lacking.had)
    return await move(
        connection, actor, Act.reverse, fund.id, mirror, day=day,
        reference=found["reference"], reverses_id=found["id"], memo=reason,
    )  # fmt: skip


def _refuse(fund: Fund, number: int, act: Act, *, twice: bool) -> None:
    if twice or act in _ELSEWHERE:
        why = "reversal.twice" if twice else "reversal.elsewhere"
        raise ReversalRefused(fund=fund.code, number=number, act=act, why=why)


async def carry_over(
    connection: AsyncConnection, actor: Actor, *, from_code: str, to_code: str, day: date
) -> dict[str, int]:
    """Everything still free moves to another year's fund, each field to the same field (SiLPA stays earmarked); rupiah by field.

    Raises FundUnknown, BudgetExceeded when nothing is free.
    """
    source, target = await fund_by_code(connection, from_code), await fund_by_code(connection, to_code)
    for fund in sorted(
        (source, target), key=lambda fund: fund.id
    ):  # one order for all, so that two never wait for each other
        held = await store.hold(connection, fund.id)
        if fund == source:
            parts = {field: -balance for field, balance in held[Account.free].items() if balance}
    if not parts:
        raise BudgetExceeded(fund=source.code, needed=1, free=0)
    await move(connection, actor, Act.carry, source.id, rules.carrying_out(parts), day=day, reference=target.code)
    await move(connection, actor, Act.carry, target.id, rules.carrying_in(parts), day=day, reference=source.code)
    return parts
