"""Donation receipts: the worker-months that a donation paid, by district, for the code of its pledge. They name nobody.

The trace computes a receipt on each request, so the two never disagree. Anybody with the code may check the receipt.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tracing.service import Spent, trace_money
from jamsos.disclosure import suppress_counts
from jamsos.donations import donation_receipts as gifts
from jamsos.donations.donation_receipts import Gift
from jamsos.regions.service import need_region


class District(NamedTuple):
    """A district's worker-months; None where the count is small or would reveal that of another district."""

    name: str
    worker_months: int | None


@dataclass(frozen=True)
class DonationReceipt:
    """A donation of `amount` rupiah that stayed in the fund, and the `worker_months` that it helped to pay.

    `shared` of them were paid together with other money. `amount` = `spent` + `left`; `left` is not spent yet.
    """

    code: str
    fund_code: str
    year: int
    amount: int
    arrived_date: date | None
    worker_months: int
    shared: int
    districts: Sequence[District]
    left: int

    @property
    def spent(self) -> int:
        return self.amount - self.left

    @property
    def hides(self) -> bool:
        """Return whether a district's count is suppressed."""
        return any(each.worker_months is None for each in self.districts)


@dataclass(frozen=True)
class DonationYear:
    """The donation receipts of one year, with their sums."""

    year: int
    receipts: Sequence[DonationReceipt]

    @property
    def amount(self) -> int:
        return sum(receipt.amount for receipt in self.receipts)

    @property
    def worker_months(self) -> int:
        return sum(receipt.worker_months for receipt in self.receipts)

    @property
    def left(self) -> int:
        return sum(receipt.left for receipt in self.receipts)


async def receipt_of(connection: AsyncConnection, code: str) -> DonationReceipt:
    """Return the receipt for a pledge code, in any spelling. Raises NotFound, OutsideSight."""
    gift = await gifts.gift(connection, code)
    if gift.amount <= 0:
        return _receipt(gift, Spent(0, (), ()), ())
    spent = await trace_money(connection, fund_code=gift.fund_code, reference=gift.code)
    return _receipt(gift, spent, await _districts(connection, spent))


def _receipt(gift: Gift, spent: Spent, districts: Sequence[District]) -> DonationReceipt:
    return DonationReceipt(
        code=gift.code,
        fund_code=gift.fund_code,
        year=gift.year,
        amount=gift.amount,
        arrived_date=gift.arrived_date,
        worker_months=spent.worker_months,
        shared=spent.shared,
        districts=districts,
        left=gift.amount - sum(each.amount for each in spent.bought),
    )


async def _districts(connection: AsyncConnection, spent: Spent) -> list[District]:
    counted: Counter[str] = Counter()
    for bought in spent.bought:
        counted[bought.district_code] += bought.worker_months
    named = {await need_region(connection, code): count for code, count in counted.items()}
    return told(named, len({bought.month for bought in spent.bought}))


def told(counted: Mapping[str, int], months: int) -> list[District]:
    """Return the districts by name. A count is suppressed where it is small or would reveal a small one.

    ``counted``: worker-months of all ``months``. Where the total would reveal the counts, no district is named.
    """
    found = suppress_counts(counted, sorted(counted), months)
    return (
        []
        if found.whole
        else [District(name, None if found.hides(name) else counted[name]) for name in sorted(counted)]
    )


def by_year(found: Sequence[DonationReceipt]) -> list[DonationYear]:
    """Return the receipts by year, the newest year first. A donation belongs to the year of its fund."""
    years = sorted({each.year for each in found}, reverse=True)
    return [DonationYear(year, [each for each in found if each.year == year]) for year in years]


async def year_of(connection: AsyncConnection, year: int, codes: Sequence[str]) -> DonationYear:
    """Return a donor's year: the donations of these codes, and all others under the telephone number of one of them.

    Raises NotFound for an unknown code, DonorsSeveral, OutsideSight.
    """
    every = await gifts.of_donor(connection, codes)
    await gifts.refuse_several_donors(connection, codes)
    found = [await receipt_of(connection, code) for code in every]
    return DonationYear(year, [each for each in found if each.year == year and each.amount > 0])
