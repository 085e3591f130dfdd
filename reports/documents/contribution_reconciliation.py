"""Berita Acara Rekonsiliasi Iuran: the numbers of both sides in a year, by month and fund, for BPJS Ketenagakerjaan."""

from dataclasses import dataclass

from reports.documents.labels import label, labelled, total
from reports.documents.questions import REGION, TARGET
from reports.errors import YearUnknown
from reports.marts import Marts, Question, Questions, Step
from reports.record import Heading
from reports.suppression import Row

NAME = "contribution_reconciliation"

# Workers of a determination, without terminated lines, and with replacements from their first month.
NUMBERS = Question(
    "angka-per-bulan-dan-dana",
    "Angka kedua pihak per bulan dan dana",
    """with calendar as (
        select cast(day as date) as month
        from generate_series(cast(:first as timestamp), cast(:last as timestamp), interval '1 month') day
    ), named as (
        select month, fund_code, sum(workers) as named from (
            select m.month, d.fund_code, d.workers from marts.decrees d
            join calendar m on m.month between d.month_from and d.month_to
            where d.regency_code = :regency
            union all
            select m.month, d.fund_code, case c.action when 'termination' then -1 else 1 end
            from marts.decree_changes c join marts.decrees d on d.decree_id = c.decree_id
            join calendar m on m.month <= d.month_to and (
                (c.action = 'termination' and m.month > c.month_to)
                or (c.action <> 'termination' and m.month between c.month_from and c.month_to)
            )
            where c.regency_code = :regency
        ) counted group by month, fund_code
    ), billed as (
        select month, fund_code, count(*) as billed, count(*) filter (where state in ('paid', 'confirmed')) as paid,
            count(*) filter (where state = 'confirmed') as confirmed, sum(jkk_amount) as jkk_amount,
            sum(jkm_amount) as jkm_amount, sum(amount) as amount,
            coalesce(sum(amount) filter (where state in ('paid', 'confirmed')), 0) as paid_amount,
            coalesce(sum(amount) filter (where state = 'confirmed'), 0) as confirmed_amount
        from marts.coverage_months
        where regency_code = :regency and month between :first and :last group by month, fund_code
    )
    select month, fund_code, coalesce(named, 0) as named, coalesce(confirmed, 0) as confirmed, coalesce(billed, 0) as billed,
        coalesce(paid, 0) as paid, coalesce(jkk_amount, 0) as jkk_amount, coalesce(jkm_amount, 0) as jkm_amount,
        coalesce(amount, 0) as amount, coalesce(paid_amount, 0) as paid_amount,
        coalesce(confirmed_amount, 0) as confirmed_amount
    from named full join billed using (month, fund_code) order by month, fund_code""",
)
RECEIPTS = Question(
    "tagihan-dan-penerimaan",
    "Tagihan, pembayaran dan penerimaan",
    """select billing_code, decree_number, fund_code, month_from, month_to, amount, paid_amount, sp2d_numbers, paid_date,
        received_months, received_amount, received_date, difference_count, difference_amount
    from marts.bills where regency_code = :regency and month_from between :first and :last
    order by month_from, billing_code""",
)
DIFFERENCES = Question(
    "selisih-per-tagihan",
    "Selisih per tagihan dan sebab",
    """select d.billing_code, d.month, d.kind, d.owner, count(*) as cases, count(d.resolution) as settled,
        sum(d.billed_amount) as billed_amount,
        sum(d.received_amount) as received_amount, sum(d.difference_amount) as difference_amount
    from marts.coverage_differences d join marts.bills b on b.bill_id = d.bill_id
    where d.regency_code = :regency and b.month_from between :first and :last
    group by d.billing_code, d.month, d.kind, d.owner order by d.billing_code, d.month nulls last, d.kind""",
)
SIGNED = Question(
    "bulan-yang-ditandatangani",
    "Bulan yang sudah ditandatangani",
    """select month, minutes_number, signed_date, fund_code, named, confirmed, billed, paid, lines_sha256
    from marts.minutes where regency_code = :regency and month between :first and :last order by month, fund_code""",
)
# The bill's own amount and that of its worker-months: two independent computations of the same rupiah.
RATES = Question(
    "tarif-dan-bulan-perlindungan",
    "Tarif dikali bulan perlindungan",
    """select b.billing_code, b.month_from, b.month_to, c.jkk_amount as jkk_rate, c.jkm_amount as jkm_rate,
        count(*) as worker_months, b.amount as billed_amount
    from marts.bills b join marts.coverage_months c on c.bill_id = b.bill_id
    where b.regency_code = :regency and b.month_from between :first and :last
    group by b.billing_code, b.month_from, b.month_to, c.jkk_amount, c.jkm_amount, b.amount
    order by b.month_from, b.billing_code, c.jkk_amount, c.jkm_amount""",
)
# Both parties hold the names, and the paper says that it is not published: no relations, nothing suppressed.
QUESTIONS = Questions((TARGET, REGION, NUMBERS, RECEIPTS, DIFFERENCES, SIGNED, RATES))


@dataclass(frozen=True)
class ContributionReconciliation:
    """Amounts are whole rupiah. `breaks`: months and funds in which the four numbers differ.

    `carried` is the received minus the billed amount, over the bills with an insurer's receipt; `identity` has a line per bill
    and rate.
    """

    regency: str
    numbers: list[Row]
    total: Row
    breaks: list[Row]
    receipts: list[Row]
    receipts_total: Row
    differences: list[Row]
    differences_total: Row
    carried: int
    signed: list[Row]
    unanswered: list[Row]
    identity: list[Row]
    identity_broken: list[str]


async def read(marts: Marts, heading: Heading, on_step: Step = lambda: None) -> ContributionReconciliation:
    """Read the document from the marts. Raises YearUnknown, WarehouseMissing."""
    found = await marts.ask(QUESTIONS, heading.asked, on_step)
    if not found[TARGET.name]:
        raise YearUnknown(year=heading.year, regency=heading.office.regency_code)
    region, *_ = found[REGION.name]
    numbers, receipts, differences, signed, rates = (
        found[question.name] for question in (NUMBERS, RECEIPTS, DIFFERENCES, SIGNED, RATES)
    )
    identity = [row | {"expected": (row["jkk_rate"] + row["jkm_rate"]) * row["worker_months"]} for row in rates]
    answered = [row for row in receipts if row["received_date"]]
    return ContributionReconciliation(
        regency=region["regency_name"],
        numbers=numbers,
        total=total(
            numbers, "named", "confirmed", "billed", "paid", "jkk_amount", "jkm_amount", "amount", "paid_amount", "confirmed_amount"
        ),
        breaks=[row for row in numbers if len({row["named"], row["confirmed"], row["billed"], row["paid"]}) > 1],
        receipts=receipts,
        receipts_total=total(receipts, "amount", "paid_amount", "received_amount", "difference_amount"),
        differences=[
            row | {"whose": label("owner", row["owner"])} for row in labelled(differences, "difference", "kind")
        ],
        differences_total=total(differences, "cases", "settled", "billed_amount", "received_amount", "difference_amount"),
        carried=sum(row["received_amount"] - row["amount"] for row in answered),
        signed=signed,
        unanswered=[row for row in receipts if not row["received_date"]],
        identity=identity,
        identity_broken=broken(identity),
    )  # fmt: skip


def broken(identity: list[Row]) -> list[str]:
    """Return the bills whose amount differs from the sum of rate times worker-months."""
    expected: dict[str, int] = {}
    billed: dict[str, int] = {}
    for row in identity:
        expected[row["billing_code"]] = expected.get(row["billing_code"], 0) + row["expected"]
        billed[row["billing_code"]] = row["billed_amount"]
    return sorted(code for code in billed if billed[code] != expected[code])
