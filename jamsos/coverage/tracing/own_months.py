"""Own months: how each month of a worker's protection was paid, for a person who proves identity with the NIK and a second number.

Many people may know a NIK, so a NIK alone discloses nothing. The second number is that of the family card (KK) or of
the membership (KPJ); the worker has both in printed form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.coverage import store
from jamsos.coverage.rules import CoverageState
from jamsos.coverage.service import CalendarMonth, months_of
from jamsos.coverage.tracing.service import Origin, trace_month
from jamsos.errors import NotFound, OutsideSight
from jamsos.ledger.service import names_of_funds
from jamsos.people import service as people
from jamsos.sealing import Sealer

MOST = 12  # one year, because tracing a month is expensive


@dataclass(frozen=True)
class OwnMonth:
    """A billed month. `origin`: None where the month is not paid, or where the actor may not see all of its bill."""

    billed: CalendarMonth
    origin: Origin | None


@dataclass(frozen=True)
class OwnMonths:
    """The newest months, newest first. `count`: all billed months; `funds`: names by code."""

    months: Sequence[OwnMonth]
    count: int
    funds: Mapping[str, str]


async def own_months(connection: AsyncConnection, actor: Actor, sealer: Sealer, *, nik: str, second: str) -> OwnMonths:
    """Return the months of the person with this NIK, if `second` is their KK number or KPJ. Audited.

    Raises NotFound, which does not disclose which number is wrong.
    """
    person_id = await people.by_nik(connection, sealer, nik)
    if person_id is None or not await _is_hers(connection, sealer, person_id, second):
        raise NotFound(what="person", which="-")
    await audit(connection, actor, "read_own_months", subject="person", subject_ids=[person_id])
    billed = await months_of(connection, person_id)
    months = [await _own(connection, each) for each in billed[: -MOST - 1 : -1]]
    codes = {slice_.fund_code for each in months if each.origin for slice_ in each.origin.slices}
    codes |= {each.billed.fund_code for each in months}
    funds = await names_of_funds(connection, codes)
    return OwnMonths(months, len(billed), funds)


async def _is_hers(connection: AsyncConnection, sealer: Sealer, person_id: int, second: str) -> bool:
    return await people.is_family_card(connection, sealer, person_id, second) or await store.person_of(
        connection, second
    ) in await people.ids_of(connection, person_id)


async def _own(connection: AsyncConnection, billed: CalendarMonth) -> OwnMonth:
    if billed.state == CoverageState.billed:
        return OwnMonth(billed, None)
    try:
        return OwnMonth(billed, await trace_month(connection, person_id=billed.person_id, month=billed.month))
    except OutsideSight:
        return OwnMonth(billed, None)
