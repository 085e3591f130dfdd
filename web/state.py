"""Site state: the shared resources of one process: the office, its statistics, two ways to the database.

Figures are read as the role that reads only marts. Pledges are recorded as the API's role, with the region of the office.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import Request

from jamsos.access.quotas import Quota, of_address, spend
from jamsos.access.rules import Actor, AgencyKind, Scope
from jamsos.coverage.tracing.fund_flow import FundFlow, fund_flow_of
from jamsos.coverage.tracing.service import Spent, trace_money
from jamsos.db import SEE, engine_for, transaction
from jamsos.donations.pledge_pages import Offering, offering
from jamsos.months import today
from jamsos.policies import API, REPORTS
from jamsos.rate_limit import RateLimiter
from jamsos.sealing import Sealer
from jamsos.settings import Settings
from web.cache import CachedValue
from web.deduplication import SubmissionCache
from web.office import Office
from web.statistics import Figures, read_figures

KEPT_SECONDS = 60
_ONE_INSTANT = text("set transaction isolation level repeatable read read only")
_SEE = text(SEE)
_HOUR = 3600
LOOKS = 5  # for each form that one address may send: a code is hard to guess, but not to be guessed for free


class SiteState:
    def __init__(
        self, settings: Settings, sealer: Sealer, office: Office, marts: AsyncEngine, acts: AsyncEngine
    ) -> None:
        self.settings, self.sealer, self.office = settings, sealer, office
        self.actor = Actor(
            name="public page",
            kind=AgencyKind.public,
            region_code=office.regency_code,
            scopes=frozenset({Scope.act_donations, Scope.act_complaints}),
        )
        self.looks = RateLimiter(settings.pledges_per_hour * LOOKS / _HOUR, burst_seconds=_HOUR)
        self.figures: CachedValue[Figures] = CachedValue(self._find_figures, KEPT_SECONDS)
        self.offer: CachedValue[Offering | None] = CachedValue(self._find_offer, KEPT_SECONDS)
        self.filed: SubmissionCache[tuple[str, date]] = SubmissionCache()
        self._flows: dict[str, CachedValue[FundFlow]] = {}
        self._marts, self._acts = marts, acts

    @property
    def takes_gifts(self) -> bool:
        """Return whether the office offers a way to pay."""
        return bool(self.settings.qris_static or self.settings.donation_account)

    async def spend(self, *spent: Quota) -> None:
        """Count an attempt in a separate transaction, so that a refused one counts, too. Raises TooManyRequests."""
        for quota in spent:
            async with self.acting() as connection:
                await spend(connection, self.sealer, quota)

    def of_address(self, act: str, network: str) -> Quota:
        return of_address(act, network, self.settings.pledges_per_hour)

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[AsyncConnection]:
        """Open the transaction of one request, with the region of the office."""
        async with transaction(self._acts) as connection:
            await connection.execute(_SEE, self.actor.sight._asdict())
            yield connection

    @asynccontextmanager
    async def _looking(self) -> AsyncIterator[AsyncConnection]:
        """Open a read-only snapshot transaction, with the region of the office."""
        async with transaction(self._acts) as connection:
            await connection.execute(_ONE_INSTANT)
            await connection.execute(_SEE, self.actor.sight._asdict())
            yield connection

    async def flow(self, fund_code: str) -> FundFlow:
        """Return the sources and uses of a fund's money. Raises FundUnknown, OutsideSight."""
        kept = self._flows.get(fund_code) or CachedValue(partial(self._find_flow, fund_code), KEPT_SECONDS)
        found = await kept.get()
        self._flows[fund_code] = kept  # only existing funds
        return found

    async def spent(self, fund_code: str, number: str) -> Spent:
        """Return the months that a deposit of a fund paid for. Raises FundUnknown, NotFound, OutsideSight."""
        (await self.flow(fund_code)).deposit(number)
        async with self._looking() as connection:
            return await trace_money(connection, fund_code=fund_code, reference=number)

    async def _find_flow(self, fund_code: str) -> FundFlow:
        async with self._looking() as connection:
            return await fund_flow_of(connection, fund_code)

    async def _find_figures(self) -> Figures:
        async with transaction(self._marts) as connection:
            await connection.execute(_ONE_INSTANT)
            return await read_figures(connection, self.office)

    async def _find_offer(self) -> Offering | None:
        if not self.takes_gifts:
            return None
        async with self.acting() as connection:
            return await offering(connection, self.settings.donation_fund, today())


@asynccontextmanager
async def open_state(settings: Settings, url: str, sealer: Sealer, office: Office) -> AsyncIterator[SiteState]:
    limits = {"statement_timeout": f"{settings.api_statement_seconds}s"}
    marts = engine_for(url, role=REPORTS, limits=limits, pool_size=2, max_overflow=0, pool_pre_ping=True)
    acts = engine_for(url, role=API, limits=limits, pool_size=2, max_overflow=2, pool_pre_ping=True)
    try:
        yield SiteState(settings, sealer, office, marts, acts)
    finally:
        await marts.dispose()
        await acts.dispose()


def state_of(request: Request) -> SiteState:
    found: SiteState = request.app.state.site_state
    return found
