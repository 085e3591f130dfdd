"""Laporan Realisasi Perlindungan Pekerja Rentan: target, payments and results of a year, for the province."""

from dataclasses import dataclass
from datetime import date

from jamsos.disclosure import SUPPRESSED
from jamsos.messages import say
from reports.charts import Bar, Tile, bars, tiles
from reports.documents import questions as q
from reports.documents.coverage_relations import published
from reports.documents.labels import label, labelled
from reports.errors import YearUnknown
from reports.marts import Marts, Question, Step
from reports.record import Heading
from reports.suppression import Row, less, split

NAME = "coverage_statement"
_IN_VAIN = ("died", "moved", "other_payer")
_ACTIONS = ("inclusion", "replacement", "termination")
_PRINTED = (
    q.TARGET, q.REGION, q.DECREES, q.SELECTIONS, q.FUNDS, q.MONTHS, q.DISTRICTS, q.BY_SEX, q.BY_GROUP, q.BY_BASIS, q.BY_DECILE,
    q.BY_DISABILITY, q.CONTINUITY, q.PAYMENTS, q.CHANGES, q.REASONS, q.CLAIMS, q.DONATIONS, q.DIFFERENCES,
)  # fmt: skip
QUESTIONS = published(*_PRINTED)
_DIVISIONS = (
    (q.BY_SEX, "sex", "Jenis kelamin"),
    (q.BY_GROUP, "group", "Kelompok atau pekerjaan"),
    (q.BY_BASIS, "group", "Kelompok dasar penetapan"),
    (q.BY_DECILE, "decile", "Desil"),
    (q.BY_DISABILITY, "disability", "Disabilitas"),
)


@dataclass(frozen=True)
class Division:
    """Protected workers by one trait. `overlaps`: a person can be in several rows."""

    title: str
    head: str
    rows: list[Row]
    overlaps: bool


@dataclass(frozen=True)
class CoverageStatement:
    """Amounts are whole rupiah; a suppressed figure is a mark in place of a number."""

    regency: str
    province: str
    target: Row
    unpaid_amount: int | str
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
    continuity_day: date
    payments: list[Row]
    payments_total: Row
    changes: list[Row]
    changes_by_action: list[tuple[str, int | str]]
    changes_total: Row
    reasons: list[Row]
    claims: list[Row]
    claims_total: Row
    donations: list[Row]
    findings: list[str]


async def read(marts: Marts, heading: Heading, on_step: Step = lambda: None) -> CoverageStatement:
    """Read the document from the marts. Raises YearUnknown, WarehouseMissing."""
    answers = await _answers(marts, heading, on_step)
    (target,), (region, *_) = answers[q.TARGET], answers[q.REGION]
    districts = answers[q.DISTRICTS]
    months, months_total = split(answers[q.MONTHS], "month")
    payments, payments_total = split(answers[q.PAYMENTS], "billing_code")
    changes, changes_total = split(answers[q.CHANGES], "amendment_number")
    claims, claims_total = split(answers[q.CLAIMS], "kind")
    return CoverageStatement(
        regency=region["regency_name"],
        province=region["province_name"],
        target=target,
        unpaid_amount=less(target["target_amount"], target["paid_amount"]),
        decrees=answers[q.DECREES],
        selections=answers[q.SELECTIONS],
        funds=answers[q.FUNDS],
        months=months,
        months_total=months_total,
        month_bars=bars([(label("month", _month(row)), row["workers"], row["confirmed"]) for row in months]),
        districts=districts,
        district_tiles=tiles(
            heading.office.tiles,
            {row["district_code"]: row["district_name"] for row in districts},
            {row["district_code"]: row["workers"] for row in districts},
        ),
        divisions=[_division(answers, *each) for each in _DIVISIONS],
        continuity=labelled(answers[q.CONTINUITY], "continuity"),
        continuity_day=_day_told(answers[q.CONTINUITY], heading.year),
        payments=payments,
        payments_total=payments_total,
        changes=changes,
        changes_by_action=_by_action(changes_total),
        changes_total=changes_total,
        reasons=labelled(answers[q.REASONS], "reason", "reason"),
        claims=labelled(claims, "claim", "kind"),
        claims_total=claims_total,
        donations=answers[q.DONATIONS],
        findings=_findings(target, payments, payments_total, answers[q.DIFFERENCES]),
    )


async def _answers(marts: Marts, heading: Heading, on_step: Step) -> dict[Question, list[Row]]:
    """Return the answers to all questions; a year without decree and payment ends after the first."""
    found = await marts.ask(QUESTIONS, heading.asked, on_step)
    if not found[q.TARGET.name]:
        raise YearUnknown(year=heading.year, regency=heading.office.regency_code)
    return {question: found[question.name] for question in _PRINTED}


def _division(answers: dict[Question, list[Row]], question: Question, family: str, head: str) -> Division:
    return Division(question.title, head, labelled(answers[question], family), overlaps=question is q.BY_GROUP)


def _day_told(continuity: list[Row], year: int) -> date:
    """The day of which the table tells: the year's last, or that of the build before it."""
    told = {row["day"] for row in continuity if "day" in row}
    return date.fromisoformat(min(told)) if told else date(year, 12, 31)


def _month(row: Row) -> int:
    return date.fromisoformat(row["month"]).month


def _by_action(total: Row) -> list[tuple[str, int | str]]:
    """Return the year's changes by action, without empty ones."""
    return [(label("action", action), total[f"{action}s"]) for action in _ACTIONS if total.get(f"{action}s")]


def _findings(target: Row, payments: list[Row], payments_total: Row, differences: list[Row]) -> list[str]:
    """Return the irregularities, each as one sentence with its consequence."""
    found = []
    if waiting := [row for row in payments if not row["is_settled"]]:
        found.append(_unpaid(len(waiting), payments_total["amount"], payments_total["paid_amount"]))
    open_months = less(target["paid_months"], target["confirmed_months"])
    if isinstance(open_months, str):
        found.append(say("paper.finding.unconfirmed_suppressed", "id"))
    elif open_months > 0:
        found.append(say("paper.finding.unconfirmed", "id", months=open_months))
    for row in differences:
        kind = label("difference", row["kind"])
        if row["cases"] == SUPPRESSED:
            found.append(say("paper.finding.difference_suppressed", "id", kind=kind))
        else:
            found.append(_difference(row["cases"], kind, row["amount"], is_vain=row["kind"] in _IN_VAIN))
    short, amount = (
        less(target["target_months"], target["paid_months"]),
        less(target["target_amount"], target["paid_amount"]),
    )
    if isinstance(short, int) and short > 0:
        found.append(say("paper.finding.short", "id", months=short, amount=amount))
    return found or [say("paper.finding.none", "id")]


def _difference(cases: int, kind: str, amount: int, *, is_vain: bool) -> str:
    if is_vain and amount > 0:
        return say("paper.finding.in_vain", "id", cases=cases, kind=kind, amount=amount)
    sense = "less" if amount < 0 else "more" if amount > 0 else "equal"
    return say(f"paper.finding.difference.{sense}", "id", cases=cases, kind=kind, amount=abs(amount))


def _unpaid(bills: int, billed: int | str, paid: int | str) -> str:
    if isinstance(billed, str) or isinstance(paid, str):
        return say("paper.finding.unpaid_suppressed", "id", bills=bills)
    return say("paper.finding.unpaid", "id", bills=bills, amount=billed - paid)
