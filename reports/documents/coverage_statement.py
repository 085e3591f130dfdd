"""Laporan Realisasi Perlindungan Pekerja Rentan: what a year promised, paid and brought, for the province."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jamsos.messages import say
from reports.charts import Bar, Tile, bars, tiles
from reports.documents import questions as q
from reports.documents.labels import label, labelled, total
from reports.errors import YearUnknown
from reports.marts import Marts, Question, Row
from reports.record import Heading

NAME = "coverage_statement"
QUESTIONS = (
    q.TARGET, q.REGION, q.DECREES, q.SELECTIONS, q.FUNDS, q.MONTHS, q.DISTRICTS, q.BY_SEX, q.BY_GROUP, q.BY_BASIS, q.BY_DECILE,
    q.BY_DISABILITY, q.CONTINUITY, q.PAYMENTS, q.CHANGES, q.CLAIMS, q.DONATIONS, q.DIFFERENCES,
)  # fmt: skip
_DIVISIONS = (
    (q.BY_SEX, "sex", "Jenis kelamin"),
    (q.BY_GROUP, "group", "Kelompok atau pekerjaan"),
    (q.BY_BASIS, "group", "Kelompok dasar penetapan"),
    (q.BY_DECILE, "decile", "Desil"),
    (q.BY_DISABILITY, "disability", "Disabilitas"),
)


@dataclass(frozen=True)
class Division:
    """Protected workers by one trait. `overlaps`: a person can stand in several rows."""

    title: str
    head: str
    rows: list[Row]
    overlaps: bool


@dataclass(frozen=True)
class CoverageStatement:
    """Amounts are whole rupiah; counts of people below five stand hidden, as marks in place of numbers."""

    regency: str
    province: str
    target: Row
    unpaid_amount: int
    decrees: list[Row]
    selections: list[Row]
    funds: list[Row]
    months: list[Row]
    months_total: Row
    month_bars: list[Bar]
    districts: list[Row]
    district_tiles: list[Tile]
    divisions: list[Division]
    continuity: list[Row]
    payments: list[Row]
    payments_total: Row
    changes: list[Row]
    changes_by_action: list[tuple[str, int]]
    claims: list[Row]
    claims_total: Row
    donations: list[Row]
    findings: list[str]


async def read(marts: Marts, heading: Heading) -> CoverageStatement:
    """Raises YearUnknown, WarehouseMissing."""
    answers = await _answers(marts, heading)
    (target,), (region, *_) = answers[q.TARGET], answers[q.REGION]
    districts, months, payments = answers[q.DISTRICTS], answers[q.MONTHS], answers[q.PAYMENTS]
    changes = labelled(answers[q.CHANGES], "action", "action")
    return CoverageStatement(
        regency=region["regency_name"],
        province=region["province_name"],
        target=target,
        unpaid_amount=target["target_amount"] - target["paid_amount"],
        decrees=answers[q.DECREES],
        selections=answers[q.SELECTIONS],
        funds=answers[q.FUNDS],
        months=months,
        months_total=total(months, "workers", "paid", "confirmed", "amount", "paid_amount", "confirmed_amount"),
        month_bars=bars([(label("month", _month(row)), row["workers"], row["confirmed"]) for row in months]),
        districts=districts,
        district_tiles=tiles(
            heading.office.tiles,
            {row["district_code"]: row["district_name"] for row in districts},
            {row["district_code"]: row["workers"] for row in districts},
        ),
        divisions=[_division(answers, *each) for each in _DIVISIONS],
        continuity=labelled(answers[q.CONTINUITY], "continuity"),
        payments=payments,
        payments_total=total(
            payments, "worker_months", "jkk_amount", "jkm_amount", "amount", "paid_amount", "confirmed_months"
        ),
        changes=[row | {"because": label("reason", row["reason"]) if row["reason"] else "–"} for row in changes],
        changes_by_action=_by_action(changes),
        claims=labelled(answers[q.CLAIMS], "claim", "kind"),
        claims_total=total(answers[q.CLAIMS], "claims", "amount"),
        donations=answers[q.DONATIONS],
        findings=_findings(target, months, payments, answers[q.DIFFERENCES]),
    )


async def _answers(marts: Marts, heading: Heading) -> dict[Question, list[Row]]:
    """Every question answered; a year without decree and payment ends it at the first."""
    asked: dict[str, Any] = {
        "regency": heading.office.regency_code,
        "year": heading.year,
        "first": date(heading.year, 1, 1),
        "last": date(heading.year, 12, 1),
    }
    answers: dict[Question, list[Row]] = {}
    for question in QUESTIONS:
        wanted = {name: value for name, value in asked.items() if f":{name}" in question.query}
        answers[question] = await marts.ask(question, **wanted)
        if question is q.TARGET and not answers[question]:
            raise YearUnknown(year=heading.year, regency=heading.office.regency_code)
    return answers


def _division(answers: dict[Question, list[Row]], question: Question, family: str, head: str) -> Division:
    return Division(question.title, head, labelled(answers[question], family), overlaps=question is q.BY_GROUP)


def _month(row: Row) -> int:
    return date.fromisoformat(row["month"]).month


def _by_action(changes: list[Row]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for row in changes:
        counts[row["label"]] = counts.get(row["label"], 0) + row["lines"]
    return sorted(counts.items())


def _findings(target: Row, months: list[Row], payments: list[Row], differences: list[Row]) -> list[str]:
    """What is not as it should be, each as one sentence that says what follows."""
    found = []
    if waiting := [row for row in payments if row["paid_amount"] < row["amount"]]:
        amount = sum(row["amount"] - row["paid_amount"] for row in waiting)
        found.append(say("paper.finding.unpaid", "id", bills=len(waiting), amount=amount))
    if open_months := sum(row["paid"] - row["confirmed"] for row in months):
        found.append(say("paper.finding.unconfirmed", "id", months=open_months))
    for row in differences:
        kind = label("difference", row["kind"])
        found.append(say("paper.finding.difference", "id", cases=row["cases"], kind=kind, amount=row["amount"]))
    if (short := target["target_months"] - target["paid_months"]) > 0:
        amount = target["target_amount"] - target["paid_amount"]
        found.append(say("paper.finding.short", "id", months=short, amount=amount))
    return found or [say("paper.finding.none", "id")]
