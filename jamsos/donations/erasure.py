"""Erasure: delete a donor's personal data when they are no longer needed, or on request (UU 27/2022, articles 8 and 43).

An unpaid pledge needs neither name nor telephone number after it has long expired. The pledge, its rupiah and its code
remain; a paid donation remains in the journal without a name. Only sealed values may be deleted from a fact, and nobody
can read them afterwards. An earlier dump still contains them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.donations import rules, store
from jamsos.errors import NotFound


async def forget_unpaid(connection: AsyncConnection, actor: Actor, *, today: date, days: int) -> int:
    """Delete names and telephone numbers of unpaid pledges older than `days`, and return how many pledges had any."""
    found = await store.unpaid_before(connection, today - timedelta(days=days))
    return await _forget(connection, actor, found)


async def forget_donor(connection: AsyncConnection, actor: Actor, *, codes: Sequence[str]) -> int:
    """Delete name and telephone number of these pledges, paid or not, at the donor's request.

    Raises NotFound, and then deletes nothing.
    """
    wanted = [rules.plain(code) for code in codes]
    found = {pledge.code: pledge.id for pledge in await store.pledges_by_code(connection, wanted)}
    if missing := [code for code in wanted if code not in found]:
        raise NotFound(what="pledge", which=missing[0][:25])
    return await _forget(connection, actor, sorted(found.values()))


async def _forget(connection: AsyncConnection, actor: Actor, pledge_ids: Sequence[int]) -> int:
    forgotten = await store.forget_donors(connection, pledge_ids)
    if forgotten:
        await audit(connection, actor, "donations.erase", subject="pledge", subject_ids=forgotten)
    return len(forgotten)
