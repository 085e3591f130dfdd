"""A small programme's answers, by the name of the question: what the marts would say of a year."""

from datetime import date

from reports.documents import contribution_reconciliation, coverage_statement
from reports.marts import Marts, plain

DISTRICTS = ["Macang Pacar", "Kuwus", "Lembor", "Sano Nggoang", "Komodo", "Boleng", "Welak", "Ndoso", "Lembor Selatan"]
DISTRICTS += ["Mbeliling", "Pacar", "Kuwus Barat"]
WORKERS = [90, 75, 120, 88, 160, 70, 84, 62, 95, 77, 3, 76]


def months(**facts):
    return [{"month": date(2024, m, 1)} | facts for m in range(1, 13)]


def bill(month):
    first = date(2024, month, 1)
    return {
        "billing_code": f"531524{month:02}001", "decree_number": "298/KEP/HK/2024", "fund_code": "APBD-2024", "month_from": first,
        "month_to": first, "workers": 1000, "worker_months": 1000, "jkk_amount": 10_000_000, "jkm_amount": 6_800_000,
        "amount": 16_800_000, "paid_amount": 16_800_000, "paid_date": date(2024, month, 12), "sp2d_numbers": f"{month:04}/SP2D-LS/2024",
        "confirmed_months": 1000, "confirmed_amount": 16_800_000, "received_months": 1000, "received_amount": 16_800_000,
        "received_date": date(2024, month, 14), "difference_count": 0, "difference_amount": 0,
    }  # fmt: skip


ANSWERS = {
    "target dan realisasi": [{
        "target_workers": 1000, "target_months": 12_000, "target_amount": 201_600_000, "paid_workers": 1021, "paid_months": 12_000,
        "paid_amount": 201_600_000, "confirmed_workers": 1021, "confirmed_months": 12_000, "confirmed_amount": 201_600_000,
        "workers_percent": "102.10", "months_percent": "100.00", "amount_percent": "100.00",
    }],
    "wilayah": [{"regency_name": "Kabupaten Manggarai Barat", "province_name": "Nusa Tenggara Timur"}],
    "realisasi menurut kecamatan": [
        {"district_code": f"53.15.{i:02}", "district_name": name, "workers": n, "months": n * 12, "amount": n * 201_600}
        for i, (name, n) in enumerate(zip(DISTRICTS, WORKERS, strict=True), 1)
    ],
    "realisasi menurut bulan": months(workers=1000, paid=1000, confirmed=1000, amount=16_800_000),
    "pembayaran": [bill(month) for month in range(1, 13)],
    "tagihan dan penerimaan": [bill(month) for month in range(1, 13)],
    "klaim": [{"kind": "death", "claims": 4, "amount": 168_000_000}],
    "selisih": [],
    "keputusan": [{
        "decree_number": "298/KEP/HK/2024", "signed_date": date(2024, 1, 4), "fund_code": "APBD-2024", "legal_base": "Perda 5/2023",
        "month_from": date(2024, 1, 1), "month_to": date(2024, 12, 1), "rate": 16_800, "workers": 1000, "worker_months": 12_000,
        "amount": 201_600_000, "amendments": 2, "replaced_workers": 21, "terminated_workers": 0, "paid_months": 12_000,
        "paid_amount": 201_600_000, "confirmed_months": 12_000, "unspent_amount": 0,
    }],
    "sumber dana": [{
        "fund_code": "APBD-2024", "fund_name": "APBD Kabupaten Manggarai Barat 2024", "regulation": "Perda 5/2023",
        "account_code": "5.1.02.02.02.0006", "account_name": "Belanja Iuran", "received_amount": 201_600_000,
        "usable_amount": 201_600_000, "tied_amount": 0, "committed_amount": 201_600_000, "paid_amount": 201_600_000,
        "free_amount": 0, "cash_amount": 0,
    }],
    "menurut jenis kelamin": [
        {"part": "female", "workers": 560, "months": 6700, "amount": 112_560_000},
        {"part": "male", "workers": 461, "months": 5300, "amount": 89_040_000},
    ],
    "menurut kelompok": [
        {"part": "farmer", "workers": 620, "months": 7300, "amount": 122_640_000},
        {"part": "single_mother", "workers": 398, "months": 4664, "amount": 78_355_200},
        {"part": "disability", "workers": 3, "months": 36, "amount": 604_800},
    ],
    "menurut desil": [{"part": 1, "workers": 1021, "months": 12_000, "amount": 201_600_000}],
    "menurut disabilitas": [
        {"part": True, "workers": 41, "months": 480, "amount": 8_064_000},
        {"part": False, "workers": 980, "months": 11_520, "amount": 193_536_000},
    ],
    "perubahan": [{
        "amendment_number": "317/KEP/HK/2024", "amendment_date": date(2024, 1, 8), "month_from": date(2024, 1, 1),
        "action": "replacement", "reason": "refused_by_insurer", "lines": 21,
    }],
    "donasi": [],
    "angka rekonsiliasi": months(
        fund_code="APBD-2024", billed=1000, paid=1000, confirmed=1000, jkk=10_000_000, jkm=6_800_000, billed_amount=16_800_000,
        paid_amount=16_800_000, confirmed_amount=16_800_000, least_rate=16_800, greatest_rate=16_800,
    ),
    "nama dalam keputusan": [
        {"fund_code": "APBD-2024", "month_from": date(2024, 1, 1), "month_to": date(2024, 12, 1), "named": 1000}
    ],
}  # fmt: skip


class Remembered(Marts):
    """Answers from this file instead of a database; everything else is the report's own road."""

    def __init__(self, **changed):
        super().__init__(connection=None)
        self.answers = ANSWERS | {key.replace("_", " "): rows for key, rows in changed.items()}

    async def ask(self, name, query, **parameters):
        rows = [{key: plain(value) for key, value in row.items()} for row in self.answers[name]]
        self.asked.append(
            {"name": name, "query": query, "parameters": {k: plain(v) for k, v in parameters.items()}, "rows": rows}
        )
        return rows


DOCUMENTS = {module.NAME: module for module in (coverage_statement, contribution_reconciliation)}
