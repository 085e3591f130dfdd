"""Erasure: a donor's personal data are dropped when no longer needed, or when the donor asks (UU 27/2022, articles 8 and 43).

A pledge that nobody paid needs neither a name nor a telephone number once it is long expired. The pledge itself, its rupiah and its code
stay; a gift that was paid stays in the books without a name. Only sealed values may be dropped from a fact, and nobody can read
them afterwards; a dump made before still holds them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.donations import rules, store
from jamsos.errors import NotFound


async def forget_unpaid(connection: AsyncConnection, actor: Actor, *, today: date, days: int) -> int:
    """Names and telephone numbers of pledges older than `days` under which no money came; how many pledges had any."""
    found = await store.unpaid_before(connection, today - timedelta(days=days))
    return await _forget(connection, actor, found)


async def forget_donor(connection: AsyncConnection, actor: Actor, *, codes: Sequence[str]) -> int:
    """Those of these pledges, paid or not, because their donor asked. Raises NotFound, and then forgets none."""
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
