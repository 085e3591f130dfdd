"""Release of a commitment: money that a decree can no longer bill becomes free money of its fund again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import officer_of
from jamsos.coverage.billing import store
from jamsos.coverage.errors import PromiseNeeded
from jamsos.coverage.store import billed_of
from jamsos.decrees.service import AmendedDecree, locked_decree
from jamsos.ledger import service as ledger


@dataclass(frozen=True)
class Promise:
    """Rupiah of a determination and its amendments: committed, already billed, and needed for what may still be billed."""

    committed: int
    billed: int
    needed: int

    @property
    def releasable(self) -> int:
        return max(self.committed - self.billed - self.needed, 0)


async def promise_of(connection: AsyncConnection, amended: AmendedDecree) -> Promise:
    """Return the money committed to a decree, with its billed and needed parts."""
    numbers = [each.number for each in amended.decrees]
    return Promise(
        committed=await ledger.committed_to(connection, amended.root.fund_id, numbers),
        billed=await billed_of(connection, amended.root.id),
        needed=await store.promise_needed(connection, amended.root.id),
    )


async def release_promise(
    connection: AsyncConnection, actor: Actor, *, decree_number: str, amount: int | None = None, day: date
) -> int:
    """Release money that is committed to a decree and cannot be billed any more, and return the released rupiah.

    Without `amount` all releasable money is released. The places of a month need their money until they are billed, or
    until the minutes of the month are signed. Raises ProofNeeded, NotFound, PromiseNeeded, AmountWrong.
    """
    officer_of(actor)
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
