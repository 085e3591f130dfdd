"""Pledge pages: a pledge that a donor makes on the public page, and what the page shows to anybody with its address.

The address is a secret, stored only as a hash. It is derived from the form, so that the same form sent twice is one
pledge.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.donations import rules, service, store
from jamsos.donations.errors import DonationFundNeeded
from jamsos.donations.rules import PledgeState
from jamsos.errors import NotFound
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import FundUnknown, RateUnknown
from jamsos.ledger.rates import monthly_rate
from jamsos.months import Month, span
from jamsos.sealing import Sealer

MONTHS_AHEAD = 24


@dataclass(frozen=True)
class Price:
    """Rupiah that a worker-month costs: `rate` from donations for months up to `until`, `later` after it; `budget` from APBD."""

    rate: int
    first: Month
    until: Month | None
    later: int | None
    budget: int


@dataclass(frozen=True)
class Offering:
    """The fund that receives donations of a day, and the price of a worker-month; None where no rate is known."""

    fund_code: str
    price: Price | None

    @property
    def rate(self) -> int | None:
        return self.price.rate if self.price else None


@dataclass(frozen=True)
class Promise:
    """A pledge as its donor sees it: rupiah promised, arrived, refunded, and paid twice (`aside`)."""

    code: str
    amount: int
    pledged_date: date
    donor_name: str | None
    arrived: int
    returned: int
    aside: int

    def standing(self, today: date, days: int) -> PledgeState:
        return rules.pledge_state(self.amount, self.arrived, self.returned, (today - self.pledged_date).days > days)


async def offering(connection: AsyncConnection, fund_code: str | None, day: date) -> Offering | None:
    """Return the offering; None where the year has no donation fund, or several and none was named."""
    try:
        fund = await ledger.fund_by_id(connection, await service.fund_for(connection, fund_code, day.year))
    except (DonationFundNeeded, FundUnknown):
        return None
    return Offering(fund.code, await _price(connection, Month.of(day), is_via_apbd=fund.is_via_apbd))


async def _price(connection: AsyncConnection, first: Month, *, is_via_apbd: bool) -> Price | None:
    """Return the price of the month, and of the first month within two years with another price."""

    async def of(month: Month, *, is_via_apbd: bool) -> int:
        return (await monthly_rate(connection, month=month, is_via_apbd=is_via_apbd)).total

    try:
        rate, budget = await of(first, is_via_apbd=is_via_apbd), await of(first, is_via_apbd=True)
        for month in span(first + 1, first + MONTHS_AHEAD):
            if (later := await of(month, is_via_apbd=is_via_apbd)) != rate:
                return Price(rate, first, month + -1, later, budget)
    except RateUnknown:
        return None
    return Price(rate, first, None, None, budget)


async def promise(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    address: str,
    amount: int,
    day: date,
    donor_name: str | None = None,
    fund_code: str | None = None,
) -> None:
    """Record a pledge with its page at `address`. A repeated request does nothing. Raises the errors of service.pledge."""
    page = _hash(address)
    await store.wait_for_page(connection, page)
    if await store.promise_on(connection, page) is not None:
        return
    code = await service.pledge(
        connection, actor, sealer, amount=amount, day=day, donor_name=donor_name, is_named=donor_name is not None,
        fund_code=fund_code,
    )  # fmt: skip
    await store.add_page(connection, code, page)


async def look(connection: AsyncConnection, sealer: Sealer, address: str) -> Promise:
    """Return the pledge at an address. Raises NotFound."""
    row = await store.promise_on(connection, _hash(address))
    if row is None:
        raise NotFound(what="pledge", which="-")  # the error does not repeat the address, because it is a secret
    name = row.pop("donor_name_sealed")
    return Promise(donor_name=sealer.unseal("donor", name) if name else None, **row)


def _hash(address: str) -> bytes:
    return hashlib.sha256(address.encode()).digest()
