"""A year as the marts would tell it: the example of 2024, a thousand workers of Manggarai Barat, one fact changed at a time."""

from datetime import date

from reports.documents import contribution_reconciliation as minutes
from reports.documents import coverage_statement as statement
from reports.documents import questions as q
from reports.marts import Answer, Recorded, plain
from reports.office import read_office
from reports.record import Heading

DISTRICTS = """
53.15.01 Macang Pacar    90
53.15.02 Kuwus           75
53.15.03 Lembor         120
53.15.04 Sano Nggoang    88
53.15.05 Komodo         160
53.15.06 Boleng          70
53.15.07 Welak           84
53.15.08 Ndoso           62
53.15.09 Lembor Selatan  95
53.15.10 Mbeliling       77
53.15.11 Pacar           24
53.15.12 Kuwus Barat     76
"""
DECREE, FUND = "298/KEP/HK/2024", "APBD-2024"


def heading(report, **changed):
    facts = {
        "year": 2024,
        "number": "560/117/NAKERTRANSKOPUKM/I/2025",
        "dated": date(2025, 1, 20),
        "office": read_office(),
    }
    return Heading(report=report, **facts | changed)


def january(month=1):
    return date(2024, month, 1)


def districts():
    for line in DISTRICTS.strip().splitlines():
        code, name, workers = line[:8], line[9:23].strip(), int(line[23:])
        yield {"district_code": code, "district_name": name} | counted(workers)


def counted(workers, months=None):
    months = workers * 12 if months is None else months
    return {"workers": workers, "months": months, "amount": months * 16_800}


def parts(*facts):
    return [{"part": part} | counted(workers, months) for part, workers, months in facts]


def bill(month):
    return {
        "billing_code": f"531524{month:02}0001", "decree_number": DECREE, "fund_code": FUND, "month_from": january(month),
        "month_to": january(month), "workers": 1000, "worker_months": 1000, "jkk_amount": 10_000_000, "jkm_amount": 6_800_000,
        "amount": 16_800_000, "spp_numbers": f"{month:04}/SPP-LS/2024", "spm_numbers": f"{month:04}/SPM-LS/2024",
        "sp2d_numbers": f"{month:04}/SP2D-LS/2024", "paid_date": date(2024, month, 12), "paid_amount": 16_800_000,
        "confirmed_months": 1000, "confirmed_amount": 16_800_000, "received_months": 1000, "received_amount": 16_800_000,
        "received_date": date(2024, month, 14), "difference_count": 0, "difference_amount": 0,
    }  # fmt: skip


def with_total(part, rows, **changed):
    """The rows, and the row of their total as a query with grouping sets gives it."""
    sums = {
        name: "all" if name == part else sum(row[name] for row in rows) if isinstance(rows[0][name], int) else None
        for name in rows[0]
    }
    return [*rows, sums | changed]


def paid_bill(month):
    wanted = ("received_months", "received_amount", "received_date", "difference_count", "difference_amount")
    return {name: value for name, value in bill(month).items() if name not in wanted} | {"is_settled": True}


ANSWERS = {
    q.TARGET: [{
        "target_workers": 1000, "target_months": 12_000, "target_amount": 201_600_000, "paid_workers": 1021, "paid_months": 12_000,
        "paid_amount": 201_600_000, "confirmed_workers": 1021, "confirmed_months": 12_000, "confirmed_amount": 201_600_000,
        "workers_percent": "102.10", "months_percent": "100.00", "amount_percent": "100.00",
    }],
    q.REGION: [{"regency_name": "Kabupaten Manggarai Barat", "province_name": "Nusa Tenggara Timur"}],
    q.DECREES: [{
        "decree_number": DECREE, "signed_date": date(2024, 1, 4), "fund_code": FUND, "month_from": january(), "month_to": january(12),
        "rate": 16_800, "workers": 1000, "worker_months": 12_000, "amount": 201_600_000,
        "paid_amount": 201_600_000, "unspent_amount": 0,
    }],
    q.SELECTIONS: [{
        "run_id": 1, "decree_number": DECREE, "ceiling": 201_600_000, "candidates": 4871, "eligible": 3904, "chosen": 1000,
        "not_reached": 2904, "excluded": 967,
    }],
    q.FUNDS: [{
        "fund_code": FUND, "fund_name": "APBD Kabupaten Manggarai Barat 2024", "regulation": "Perda Kab. Manggarai Barat 5/2023",
        "account_code": "5.1.02.02.02.0006", "account_name": "Belanja Iuran Jaminan Kecelakaan Kerja bagi Non ASN", "carried_amount": 0,
        "received_amount": 201_600_000, "refunded_amount": 0, "usable_amount": 201_600_000, "tied_amount": 0,
        "committed_amount": 201_600_000, "paid_amount": 201_600_000, "free_amount": 0, "cash_amount": 0,
    }],
    q.MONTHS: with_total("month", [
        {"month": january(month), "workers": 1000, "paid": 1000, "confirmed": 1000, "amount": 16_800_000,
         "paid_amount": 16_800_000, "confirmed_amount": 16_800_000}
        for month in range(1, 13)
    ]),
    q.DISTRICTS: list(districts()),
    q.BY_SEX: parts(("female", 560, 6700), ("male", 461, 5300)),
    q.BY_GROUP: parts(("farmer", 620, 7300), ("single_mother", 398, 4664), ("fisher", 211, 2500), ("disability", 41, 480)),
    q.BY_BASIS: parts(("single_mother", 398, 4664), ("farmer", 372, 4390), ("fisher", 210, 2466), ("disability", 41, 480)),
    q.BY_DECILE: parts((1, 702, 8300), (2, 319, 3700)),
    q.BY_DISABILITY: parts((True, 41, 480), (False, 980, 11_520)),
    q.CONTINUITY: [{"part": "below_3", "workers": 23}, {"part": "from_3", "workers": 998}],
    q.PAYMENTS: with_total("billing_code", [paid_bill(month) for month in range(1, 13)], workers=None, is_settled=True),
    q.CHANGES: with_total("amendment_number", [
        {"amendment_number": f"{number}/KEP/HK/2024", "amendment_date": day, "inclusions": 0, "terminations": lines, "replacements": lines}
        for number, day, lines in [(317, date(2024, 1, 22), 17), (342, date(2024, 6, 10), 14)]
    ]),
    q.REASONS: [{"reason": "died", "lines": 14}, {"reason": "refused_by_insurer", "lines": 17}],
    q.CLAIMS: with_total("kind", [
        {"kind": "death", "claims": 14, "amount": 588_000_000}, {"kind": "work_injury", "claims": 12, "amount": 67_500_000},
    ]),
    q.DONATIONS: [{
        "fund_code": "DONASI-2024", "pledges": 31, "pledged_amount": 4_200_000, "gifts": 27, "matched_amount": 3_649_600,
        "aside_amount": 250_000, "refunded_amount": 0, "outgoing_amount": -34_000, "booked_amount": 3_649_600,
    }],
    q.DIFFERENCES: [],
    minutes.NUMBERS: [
        {"month": january(month), "fund_code": FUND, "named": 1000, "confirmed": 1000, "billed": 1000, "paid": 1000,
         "jkk_amount": 10_000_000, "jkm_amount": 6_800_000, "amount": 16_800_000, "paid_amount": 16_800_000,
         "confirmed_amount": 16_800_000}
        for month in range(1, 13)
    ],
    minutes.RECEIPTS: [bill(month) for month in range(1, 13)],
    minutes.DIFFERENCES: [],
    minutes.SIGNED: [],
    minutes.RATES: [
        {"billing_code": f"531524{month:02}0001", "month_from": january(month), "month_to": january(month), "jkk_rate": 10_000,
         "jkm_rate": 6_800, "worker_months": 1000, "billed_amount": 16_800_000}
        for month in range(1, 13)
    ],
}  # fmt: skip


def marts(changed=None, year=2024):
    """Marts that answer like the example, some questions otherwise."""
    answers = ANSWERS | (changed or {})
    asked = {"regency": "53.15", "year": year, "first": f"{year}-01-01", "last": f"{year}-12-01"}
    kept = {
        question.name: Answer(
            question,
            {name: value for name, value in asked.items() if f":{name}" in question.query},
            [{k: plain(v) for k, v in row.items()} for row in rows],
        )
        for question, rows in answers.items()
    }
    return Recorded(kept)


def released(changed=None, earlier=None):
    """The answers of the statement as the warehouse would tell them, some questions otherwise: suppressed over all of them."""
    answers = ANSWERS | (changed or {})
    rows = {
        question.name: [{k: plain(v) for k, v in row.items()} for row in answers.get(question, [])]
        for question in statement.QUESTIONS.all
    }
    for row in rows[q.BY_GROUP.name]:
        row["without"] = 1021 - row["workers"]
    found = statement.QUESTIONS.released(rows, earlier)
    return {question: found[question.name] for question in statement.QUESTIONS.printed}
