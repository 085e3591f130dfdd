"""Receipts: a gift's code leads to what it paid, which anyone may check, and several codes to a year's sum. Nobody is named.

What a gift bought is worked out first in, first out, by the programme's own trace, each time it is asked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jamsos.coverage.tracing import trace_money
from jamsos.donations.receipts import gift
from jamsos.errors import NotFound
from jamsos.regions.service import need_region
from web import door, pages, senders

SMALLEST = 5  # as in the public marts: a smaller count is not shown
MOST_CODES = 50
LOOKING = 0.2


@dataclass(frozen=True)
class Receipt:
    """`worker_months` that the gift paid, the first and last perhaps in part; `left`: rupiah whose turn has not come.

    `districts`: name and worker-months, which are None where one of them is too small to be shown.
    """

    code: str
    year: int
    amount: int
    arrived_date: date | None
    worker_months: int
    districts: Sequence[tuple[str, int | None]]
    left: int


@dataclass(frozen=True)
class Year:
    year: int
    receipts: Sequence[Receipt]

    @property
    def amount(self) -> int:
        return sum(receipt.amount for receipt in self.receipts)

    @property
    def worker_months(self) -> int:
        return sum(receipt.worker_months for receipt in self.receipts)


async def receipt(request: Request) -> Response:
    """One receipt by its code, at an address that may be printed on paper."""
    here, code = door.of(request), request.path_params["code"]
    here.rates.take(senders.asker(request), LOOKING)
    async with here.acting() as connection:
        return pages.page(request, "receipt.html", receipt=await read_receipt(connection, code))


async def receipts(request: Request) -> Response:
    """The field for codes; one code leads to its receipt, several to their sums by year."""
    typed = request.query_params.get("kode", "")[:2_000].strip()
    codes = list(dict.fromkeys(re.findall(r"[A-Z0-9]+", typed.upper())))[:MOST_CODES]
    if len(codes) == 1:
        return RedirectResponse(pages.address(pages.language_of(request), f"/kuitansi/{codes[0]}"), status_code=303)
    here = door.of(request)
    here.rates.take(senders.asker(request), LOOKING * len(codes))
    found, unknown = [], []
    async with here.acting() as connection:
        for code in codes:
            try:
                found.append(await read_receipt(connection, code))
            except NotFound:
                unknown.append(code)
    return pages.page(request, "receipts.html", typed=typed, years=by_year(found), unknown=unknown)


def by_year(found: Sequence[Receipt]) -> list[Year]:
    """The newest year first; a gift belongs to the year of its fund."""
    years = sorted({each.year for each in found}, reverse=True)
    return [Year(year, [each for each in found if each.year == year]) for year in years]


async def read_receipt(connection: AsyncConnection, code: str) -> Receipt:
    """Raises NotFound."""
    given = await gift(connection, code)
    if given.amount <= 0:
        return Receipt(given.code, given.year, 0, given.arrived_date, 0, (), 0)
    spent = await trace_money(connection, fund_code=given.fund_code, reference=given.code)
    counted: Counter[str] = Counter()
    for bought in spent.bought:
        counted[bought.district_code] += bought.worker_months
    districts = told_districts({await need_region(connection, code): months for code, months in counted.items()})
    return Receipt(given.code, given.year, given.amount, given.arrived_date, counted.total(), districts, spent.left)


def told_districts(counted: dict[str, int]) -> list[tuple[str, int | None]]:
    """By name; beside the total no count is told where one of them is small."""
    is_told = all(months >= SMALLEST for months in counted.values())
    return [(name, counted[name] if is_told else None) for name in sorted(counted)]
