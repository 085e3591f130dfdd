"""Berita Acara Rekonsiliasi Iuran: both sides' numbers of a year, month by month and fund by fund, for BPJS Ketenagakerjaan."""

from dataclasses import dataclass
from datetime import date

from jamsos.errors import YearUnknown
from jamsos.messages import say
from reports.documents.coverage_statement import REGENCY, YEAR
from reports.marts import Marts, Row
from reports.office import Office

NAME = "contribution_reconciliation"

# N1 named by the decree in force, N2 confirmed by the insurer, N3 billed, N4 paid: worker-months of one month and fund.
NUMBERS = """select c.month, c.fund_code, count(*) as billed, sum(case when c.state in ('paid', 'confirmed') then 1 else 0 end) as paid,
    sum(case when c.state = 'confirmed' then 1 else 0 end) as confirmed,
    sum(c.jkk_amount) as jkk, sum(c.jkm_amount) as jkm, sum(c.amount) as billed_amount,
    sum(case when c.state in ('paid', 'confirmed') then c.amount else 0 end) as paid_amount,
    sum(case when c.state = 'confirmed' then c.amount else 0 end) as confirmed_amount,
    min(c.amount) as least_rate, max(c.amount) as greatest_rate
    from marts.coverage_months c where c.regency_code = :regency and c.month >= :first and c.month <= :last
    group by c.month, c.fund_code order by c.month, c.fund_code"""
NAMED = """select fund_code, month_from, month_to, sum(workers) as named from marts.decrees
    where regency_code = :regency and year = :year group by fund_code, month_from, month_to order by fund_code, month_from"""
RECEIPTS = """select billing_code, fund_code, month_from, month_to, amount, paid_amount, received_months, received_amount,
    received_date, difference_count, difference_amount, sp2d_numbers from marts.bills
    where regency_code = :regency and month_from >= :first and month_from <= :last order by month_from, billing_code"""
DIFFERENCES = """select month, billing_code, kind, count(*) as cases, sum(billed_amount) as billed, sum(received_amount) as received,
    sum(difference_amount) as amount from marts.receipt_differences
    where regency_code = :regency and month >= :first and month <= :last
    group by month, billing_code, kind order by month, billing_code, kind"""


@dataclass(frozen=True)
class ContributionReconciliation:
    """Amounts are whole rupiah. `identity_holds`: in every month the amount is the rate times the worker-months."""

    office: Office
    regency: str
    province: str
    year: int
    number: str | None
    dated: date
    numbers: list[Row]
    total: Row
    receipts: list[Row]
    differences: list[Row]
    carried: int
    identity: list[Row]
    identity_holds: bool


async def read(
    marts: Marts, office: Office, year: int, *, number: str | None, dated: date
) -> ContributionReconciliation:
    """Raises YearUnknown, WarehouseMissing."""
    where = {"regency": office.regency_code, "year": year}
    span = {"regency": office.regency_code, "first": date(year, 1, 1), "last": date(year, 12, 1)}
    if await marts.ask_one("target dan realisasi", YEAR, **where) is None:
        raise YearUnknown(year=year, regency=office.regency_code)
    region = await marts.ask_one("wilayah", REGENCY, regency=office.regency_code) or {}
    named = await marts.ask("nama dalam keputusan", NAMED, **where)
    numbers = [row | {"named": _named(named, row)} for row in await marts.ask("angka rekonsiliasi", NUMBERS, **span)]
    receipts = await marts.ask("tagihan dan penerimaan", RECEIPTS, **span)
    differences = await marts.ask("selisih", DIFFERENCES, **span)
    identity = [_identity(row) for row in numbers]
    return ContributionReconciliation(
        office=office,
        regency=str(region.get("regency_name", office.regency_code)),
        province=str(region.get("province_name", "")),
        year=year,
        number=number,
        dated=dated,
        numbers=numbers,
        total=_total(numbers),
        receipts=receipts,
        differences=[row | {"label": say(f"paper.difference.{row['kind']}", "id")} for row in differences],
        carried=sum(int(row["received_amount"] or 0) - int(row["amount"]) for row in receipts if row["received_date"]),
        identity=identity,
        identity_holds=all(row["holds"] for row in identity),
    )


def _named(named: list[Row], row: Row) -> int:
    """How many workers the decrees of that fund name for that month."""
    return sum(
        int(each["named"])
        for each in named
        if each["fund_code"] == row["fund_code"] and each["month_from"] <= row["month"] <= each["month_to"]
    )


def _identity(row: Row) -> Row:
    expected = int(row["greatest_rate"]) * int(row["billed"])
    holds = row["least_rate"] == row["greatest_rate"] and expected == int(row["billed_amount"])
    return row | {"expected": expected, "holds": holds}


def _total(numbers: list[Row]) -> Row:
    columns = ("named", "confirmed", "billed", "paid", "jkk", "jkm", "billed_amount", "paid_amount", "confirmed_amount")
    return {column: sum(int(row[column]) for row in numbers) for column in columns}
