"""Release of a commitment: what a decree can no longer be billed for becomes free money of its fund again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.coverage.billing import store
from jamsos.coverage.errors import PromiseNeeded
from jamsos.coverage.store import billed_of
from jamsos.decrees.service import AmendedDecree, locked_decree
from jamsos.ledger import service as ledger


@dataclass(frozen=True)
class Promise:
    """Rupiah of a determination and its amendments: committed, billed of it, and needed for what may still be billed."""

    committed: int
    billed: int
    needed: int

    @property
    def releasable(self) -> int:
        return max(self.committed - self.billed - self.needed, 0)


async def promise_of(connection: AsyncConnection, amended: AmendedDecree) -> Promise:
    """Return what is committed to a decree, and what of it may be released."""
    numbers = [each.number for each in amended.decrees]
    return Promise(
        committed=await ledger.committed_to(connection, amended.root.fund_id, numbers),
        billed=await billed_of(connection, amended.root.id),
        needed=await store.promise_needed(connection, amended.root.id),
    )


async def release_promise(
    connection: AsyncConnection, actor: Actor, *, decree_number: str, amount: int | None = None, day: date
) -> int:
    """Free money that was committed to a decree and cannot be billed any more; return the rupiah freed.

    Without `amount` everything that may be released is. A month's places need their money until they are billed or the month's
    minutes are signed. Raises NotFound, PromiseNeeded, AmountWrong.
    """
    await store.wait_turn(connection)
    amended = await locked_decree(connection, decree_number)
    await ledger.hold_fund(connection, amended.root.fund_id)
    promise = await promise_of(connection, amended)
    freed = promise.releasable if amount is None else amount
    if freed > promise.releasable or (amount is None and not freed):
        raise PromiseNeeded(
            decree=amended.root.number, amount=amount or 0, free=promise.releasable, needed=promise.needed
        )
    await ledger.release_commitment(
        connection, actor, fund_id=amended.root.fund_id, amount=freed, day=day, decree_number=amended.root.number
    )
    return freed
