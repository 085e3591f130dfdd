"""Receipts of gifts: which worker-months a gift paid, in which districts, by the code of its pledge. Nobody is named.

Worked out by the trace each time it is asked, so a receipt and the trace never disagree. Anybody who holds the code may check it.
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
    """`worker_months` is None where it is too small to be told, or would tell that of another district."""

    name: str
    worker_months: int | None


@dataclass(frozen=True)
class DonationReceipt:
    """`amount` rupiah entered the fund and stayed; they helped to pay `worker_months`, `shared` of them together with other money.

    `amount` = `spent` + `left`, whose turn has not come.
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
        """Return whether a district's count is left out."""
        return any(each.worker_months is None for each in self.districts)


@dataclass(frozen=True)
class DonationYear:
    """The receipts of one year, added up."""

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
    """By the pledge's code, however it is written. Raises NotFound, OutsideSight."""
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
    """Return the districts by name. A count is left out where it is small or would tell a small one.

    ``counted``: worker-months of all ``months``. Where the total would tell them, not even the districts are named.
    """
    found = suppress_counts(counted, sorted(counted), months)
    return (
        []
        if found.whole
        else [District(name, None if found.hides(name) else counted[name]) for name in sorted(counted)]
    )


def by_year(found: Sequence[DonationReceipt]) -> list[DonationYear]:
    """The newest year first; a gift belongs to the year of its fund."""
    years = sorted({each.year for each in found}, reverse=True)
    return [DonationYear(year, [each for each in found if each.year == year]) for year in years]


async def year_of(connection: AsyncConnection, year: int, codes: Sequence[str]) -> DonationYear:
    """A donor's year: the gifts of these codes, and every other that came under the telephone number of one of them.

    Raises NotFound where a code is nobody's, DonorsSeveral, OutsideSight.
    """
    every = await gifts.of_donor(connection, codes)
    await gifts.refuse_several_donors(connection, codes)
    found = [await receipt_of(connection, code) for code in every]
    return DonationYear(year, [each for each in found if each.year == year and each.amount > 0])
