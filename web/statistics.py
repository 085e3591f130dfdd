"""Statistics of the home page, from the public marts and the funds, in one snapshot.

`workers` None is a suppressed count. This module counts no people: the marts have already suppressed small counts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.errors import WarehouseMissing
from web.office import Office

SHADES = 6
_NOT_THERE = {
    "42P01",
    "42703",
    "3F000",
    "42501",
}  # undefined table, undefined column, undefined schema; missing rights on a schema

PROGRAMME = text(
    """select regency_name, province_name, as_of_date, month, workers, worker_months, paid_amount, waiting_year, waiting_workers,
              waiting_rate, claims, claims_amount, (select id from marts.releases where is_current) as release
       from marts.public_programmes where regency_code = :regency"""
)
DISTRICTS = text(
    """select districts.district_code as code, districts.district_name as name, coalesce(shown.is_hidden, false) as is_hidden,
              case when shown.district_code is null then 0 else shown.workers end as workers
       from (select distinct district_code, district_name from marts.regions where regency_code = :regency) as districts
       left join marts.public_protection_by_district as shown on shown.district_code = districts.district_code
       order by districts.district_name"""
)
FUNDS = text(
    """select fund_code as code, fund_name as name, fund_kind as kind, fiscal_year as year, received_amount + carried_amount as money_in,
              tied_amount as tied,
              paid_amount as paid, refunded_amount as refunded, committed_amount - paid_amount as promised, cash_amount as held
       from marts.funds where regency_code = :regency order by fiscal_year desc, fund_code"""
)


@dataclass(frozen=True)
class Programme:
    regency_name: str
    province_name: str
    as_of_date: date
    month: date | None
    workers: int | None
    worker_months: int | None
    paid_amount: int | None
    waiting_year: int | None
    waiting_workers: int | None
    waiting_rate: int | None
    claims: int | None
    claims_amount: int | None
    release: int | None

    @property
    def waiting_amount(self) -> int | None:
        """Return the rupiah of one year's cover for all waiting workers."""
        if not self.waiting_workers or not self.waiting_rate:
            return None
        return self.waiting_workers * self.waiting_rate * 12


@dataclass(frozen=True)
class District:
    """`shade` 0 to 5: the number of workers in relation to the district with the most."""

    code: str
    name: str
    is_hidden: bool
    workers: int | None
    column: int | None = None
    row: int | None = None
    shade: int = 0


@dataclass(frozen=True)
class Fund:
    """Rupiah: income (received and carried), reserved for other uses, paid to the insurer, refunded, committed and unpaid, and balance."""

    code: str
    name: str
    kind: str
    year: int
    money_in: int
    tied: int
    paid: int
    refunded: int
    promised: int
    held: int

    @property
    def percent_paid(self) -> float:
        return round(100 * self.paid / self.money_in, 1) if self.money_in else 0.0


@dataclass(frozen=True)
class Figures:
    programme: Programme | None
    districts: tuple[District, ...]
    funds: tuple[Fund, ...]

    @property
    def years(self) -> list[int]:
        return sorted({fund.year for fund in self.funds}, reverse=True)

    def funds_of(self, year: int) -> list[Fund]:
        return [fund for fund in self.funds if fund.year == year]


async def read_figures(connection: AsyncConnection, office: Office) -> Figures:
    """Return the figures. Raises WarehouseMissing if the marts are missing or of another version."""
    programmes = [Programme(**row) for row in await _rows(connection, PROGRAMME, regency=office.regency_code)]
    programme = programmes[0] if programmes else None
    districts = [District(**row) for row in await _rows(connection, DISTRICTS, regency=office.regency_code)]
    funds = [Fund(**row) for row in await _rows(connection, FUNDS, regency=office.regency_code)]
    return Figures(programme, placed(districts, office), tuple(funds))


async def _rows(connection: AsyncConnection, query: TextClause, **values: Any) -> list[dict[str, Any]]:
    try:
        found = await connection.execute(query, values)
    except ProgrammingError as wrong:
        if getattr(wrong.orig, "sqlstate", None) in _NOT_THERE:
            raise WarehouseMissing from None
        raise
    return [dict(row) for row in found.mappings()]


def placed(districts: list[District], office: Office) -> tuple[District, ...]:
    """Return each district with its position on the map and its shade."""
    most = max((district.workers or 0 for district in districts), default=0)
    return tuple(_placed(district, office, most) for district in districts)


def _placed(district: District, office: Office, most: int) -> District:
    column, row = office.tiles.get(district.code, (None, None))
    shade = (district.workers or 0) * SHADES // (most + 1)
    return District(district.code, district.name, district.is_hidden, district.workers, column, row, shade)
