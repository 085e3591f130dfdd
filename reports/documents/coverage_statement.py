"""Laporan Realisasi Perlindungan Pekerja Rentan: what a year promised, paid and brought, for the province."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jamsos.errors import YearUnknown
from jamsos.messages import say
from reports.cells import hidden
from reports.charts import Bar, Tile, bars, tiles
from reports.marts import Marts, Row
from reports.office import Office

NAME = "coverage_statement"

YEAR = "select * from marts.programme_years where regency_code = :regency and year = :year"
REGENCY = "select distinct regency_name, province_name from marts.regions where regency_code = :regency"
DECREES = """select decree_number, signed_date, fund_code, legal_base, month_from, month_to, rate, workers, worker_months, amount,
    amendments, replaced_workers, terminated_workers, paid_months, paid_amount, confirmed_months, unspent_amount
    from marts.decrees where regency_code = :regency and year = :year order by signed_date, decree_number"""
FUNDS = """select f.fund_code, f.fund_name, f.regulation, f.account_code, f.account_name, f.received_amount, f.usable_amount,
    f.tied_amount, f.committed_amount, f.paid_amount, f.free_amount, f.cash_amount
    from marts.funds f where f.regency_code = :regency and f.fiscal_year = :year order by f.fund_code"""
DISTRICTS = """select r.district_code, r.district_name, count(distinct c.person_id) as workers, count(c.person_id) as months,
    coalesce(sum(c.amount), 0) as amount
    from (select distinct district_code, district_name from marts.regions where regency_code = :regency) r
    left join marts.coverage_months c on c.district_code = r.district_code and c.state in ('paid', 'confirmed')
        and c.month >= :first and c.month <= :last
    group by r.district_code, r.district_name order by r.district_code"""
_PAID = """from marts.coverage_months c join marts.people p on p.person_id = c.person_id
    where c.regency_code = :regency and c.state in ('paid', 'confirmed') and c.month >= :first and c.month <= :last"""
BY_SEX = f"""select c.sex as part, count(distinct c.person_id) as workers, count(*) as months, sum(c.amount) as amount {_PAID}
    group by c.sex order by c.sex"""
BY_GROUP = f"""select c.group_code as part, count(distinct c.person_id) as workers, count(*) as months, sum(c.amount) as amount
    {_PAID} group by c.group_code order by workers desc, c.group_code"""
BY_DECILE = f"""select c.decile as part, count(distinct c.person_id) as workers, count(*) as months, sum(c.amount) as amount
    {_PAID} group by c.decile order by c.decile nulls last"""
BY_DISABILITY = f"""select p.has_disability as part, count(distinct c.person_id) as workers, count(*) as months,
    sum(c.amount) as amount {_PAID} group by p.has_disability order by p.has_disability desc"""
MONTHS = """select month, sum(workers) as workers, sum(paid_workers) as paid, sum(confirmed_workers) as confirmed,
    sum(amount) as amount from marts.coverage_by_district
    where regency_code = :regency and month >= :first and month <= :last group by month order by month"""
PAYMENTS = """select billing_code, decree_number, fund_code, month_from, month_to, workers, worker_months, jkk_amount, jkm_amount,
    amount, paid_amount, paid_date, sp2d_numbers, confirmed_months, confirmed_amount
    from marts.bills where regency_code = :regency and month_from >= :first and month_from <= :last
    order by month_from, billing_code"""
CHANGES = """select amendment_number, amendment_date, month_from, action, reason, count(*) as lines from marts.decree_changes
    where regency_code = :regency and year = :year
    group by amendment_number, amendment_date, month_from, action, reason
    order by amendment_date, amendment_number, action, reason"""
CLAIMS = """select kind, count(*) as claims, sum(amount) as amount from marts.claims
    where regency_code = :regency and valid_month >= :first and valid_month <= :last group by kind order by kind"""
DONATIONS = """select fund_code, sum(pledges) as pledges, sum(pledged_amount) as pledged, sum(gifts) as gifts,
    sum(booked_amount) as booked from marts.donations where regency_code = :regency and month >= :first and month <= :last
    group by fund_code order by fund_code"""
DIFFERENCES = """select kind, count(*) as cases, sum(difference_amount) as amount from marts.receipt_differences
    where regency_code = :regency and month >= :first and month <= :last group by kind order by kind"""


@dataclass(frozen=True)
class CoverageStatement:
    """Amounts are whole rupiah; counts of people below five are hidden where they could point at somebody."""

    office: Office
    regency: str
    province: str
    year: int
    number: str | None
    dated: date
    target: Row
    decrees: list[Row]
    funds: list[Row]
    districts: list[Row]
    divisions: list[tuple[str, list[Row]]]
    months: list[Row]
    month_bars: list[Bar]
    district_tiles: list[Tile]
    payments: list[Row]
    payments_total: Row
    changes: list[Row]
    claims: list[Row]
    claims_total: int
    donations: list[Row]
    findings: list[str]


def _labelled(rows: list[Row], family: str) -> list[Row]:
    return [row | {"label": _label(family, row["part"])} for row in rows]


def _label(family: str, part: Any) -> str:
    if family == "decile":
        return "tidak diketahui" if part is None else f"desil {part}"
    return say(f"paper.{family}.{str(part).lower()}", "id")


def _divided(rows: list[Row], family: str) -> list[Row]:
    return hidden(_labelled(rows, family), "workers", ("months", "amount"))


async def read(marts: Marts, office: Office, year: int, *, number: str | None, dated: date) -> CoverageStatement:
    """Raises YearUnknown, WarehouseMissing."""
    where = {"regency": office.regency_code, "year": year}
    span = {"regency": office.regency_code, "first": date(year, 1, 1), "last": date(year, 12, 1)}
    target = await marts.ask_one("target dan realisasi", YEAR, **where)
    if target is None:
        raise YearUnknown(year=year, regency=office.regency_code)
    region = await marts.ask_one("wilayah", REGENCY, regency=office.regency_code) or {}
    districts = await marts.ask("realisasi menurut kecamatan", DISTRICTS, **span)
    months = await marts.ask("realisasi menurut bulan", MONTHS, **span)
    payments = await marts.ask("pembayaran", PAYMENTS, **span)
    claims = await marts.ask("klaim", CLAIMS, **span)
    differences = await marts.ask("selisih", DIFFERENCES, **span)
    shown = hidden(districts, "workers", ("months", "amount"))
    return CoverageStatement(
        office=office,
        regency=str(region.get("regency_name", office.regency_code)),
        province=str(region.get("province_name", "")),
        year=year,
        number=number,
        dated=dated,
        target=target,
        decrees=await marts.ask("keputusan", DECREES, **where),
        funds=await marts.ask("sumber dana", FUNDS, **where),
        districts=shown,
        divisions=[
            ("Jenis kelamin", _divided(await marts.ask("menurut jenis kelamin", BY_SEX, **span), "sex")),
            ("Kelompok", _divided(await marts.ask("menurut kelompok", BY_GROUP, **span), "group")),
            ("Desil kesejahteraan", _divided(await marts.ask("menurut desil", BY_DECILE, **span), "decile")),
            ("Disabilitas", _divided(await marts.ask("menurut disabilitas", BY_DISABILITY, **span), "disability")),
        ],
        months=months,
        month_bars=bars([(_short(row["month"]), int(row["workers"]), int(row["confirmed"])) for row in months]),
        district_tiles=tiles(
            office.tiles,
            {row["district_code"]: row["district_name"] for row in districts},
            {row["district_code"]: row["workers"] for row in shown},
        ),
        payments=payments,
        payments_total=_total(payments),
        changes=[
            row | {"action_label": say(f"paper.action.{row['action']}", "id"), "reason_label": _reason(row["reason"])}
            for row in await marts.ask("perubahan", CHANGES, **where)
        ],
        claims=[row | {"label": say(f"paper.claim.{row['kind']}", "id")} for row in claims],
        claims_total=sum(int(row["amount"]) for row in claims),
        donations=await marts.ask("donasi", DONATIONS, **span),
        findings=_findings(target, months, payments, differences),
    )


def _reason(reason: str | None) -> str:
    return say(f"paper.reason.{reason}", "id") if reason else "–"


def _short(month: str) -> str:
    return say(f"paper.month.{int(month[5:7])}", "id")


def _total(payments: list[Row]) -> Row:
    columns = (
        "worker_months",
        "jkk_amount",
        "jkm_amount",
        "amount",
        "paid_amount",
        "confirmed_months",
        "confirmed_amount",
    )
    return {column: sum(int(row[column] or 0) for row in payments) for column in columns}


def _findings(target: Row, months: list[Row], payments: list[Row], differences: list[Row]) -> list[str]:
    """What is not as it should be, each as one sentence that says what follows."""
    found = []
    if waiting := [row for row in payments if int(row["paid_amount"]) < int(row["amount"])]:
        amount = sum(int(row["amount"]) - int(row["paid_amount"]) for row in waiting)
        found.append(say("paper.finding.unpaid", "id", bills=len(waiting), amount=amount))
    if (open_months := sum(int(row["paid"]) - int(row["confirmed"]) for row in months)) > 0:
        found.append(say("paper.finding.unconfirmed", "id", months=open_months))
    for row in differences:
        kind = say(f"paper.difference.{row['kind']}", "id")
        found.append(
            say("paper.finding.difference", "id", cases=int(row["cases"]), kind=kind, amount=int(row["amount"] or 0))
        )
    if (short := int(target["target_months"]) - int(target["paid_months"])) > 0:
        found.append(say("paper.finding.short", "id", months=short))
    return found or [say("paper.finding.none", "id")]
