"""Money: the funds of the story, their deposits, and the treasurer's documents for each bill (SPP, SPM, SP2D)."""

from typing import Any

from sample.story import Bill, Story, office_day

DEPOSITS_HEADER = ("fund_code", "received_date", "document_number", "amount", "description")
PAYMENTS_HEADER = (
    "Kode Iuran", "Bulan Dari", "Bulan Sampai", "Kode Dana", "No SPP", "Tanggal SPP", "No SPM", "Tanggal SPM", "No SP2D",
    "Tanggal SP2D", "Jumlah",
)  # fmt: skip
# Farm labourers come first by PMK 72/2024, fishers and artisans by the regent's decision (art. 5(9)), which is invented here.
TOBACCO_GROUPS = ("farmer", "day_labourer", "fisher", "boat_crew", "artisan")
_ACCOUNT = {
    "account_code": "5.1.02.02.02.0006",
    "account_name": "Belanja Iuran Jaminan Kecelakaan Kerja bagi Non ASN",
}


def funds(story: Story) -> list[dict[str, Any]]:
    """Return the funds as `ledger` stores them; `amount` is the sum of deposits, `file` their file."""
    amounts = {decree.fund: decree.ceiling for decree in story.decrees} | {"DBHCHT-2026": story.shared_revenue}
    return [
        _budget(2024, amounts["APBD-2024"]),
        _donations(2024),
        _budget(2025, amounts["APBD-2025"]),
        _donations(2025),
        {
            "code": "DBHCHT-2026",
            "name": "DBH CHT Kabupaten Manggarai Barat 2026",
            "kind": "tobacco_excise",
            "fiscal_year": 2026,
            "regulation": "PMK 72/2024",
            "is_via_apbd": True,
            **_ACCOUNT,
            "amount": story.shared_revenue,
            "groups": list(TOBACCO_GROUPS),
            "shares": [_share("welfare", 50), _share("health", 40), _share("law_enforcement", 10)],
        },
    ]


def _budget(year: int, amount: int) -> dict[str, Any]:
    return {
        "code": f"APBD-{year}",
        "name": f"APBD Kabupaten Manggarai Barat {year}",
        "kind": "regional_budget",
        "fiscal_year": year,
        "regulation": "Perda Kabupaten Manggarai Barat 5/2023",
        "is_via_apbd": True,
        **_ACCOUNT,
        "amount": amount,
    }


def _donations(year: int) -> dict[str, Any]:
    return {
        "code": f"DONASI-{year}",
        "name": f"Donasi masyarakat bagi pekerja rentan {year}",
        "kind": "donation",
        "fiscal_year": year,
        "is_via_apbd": False,
    }


def _share(field: str, percent: int) -> dict[str, Any]:
    return {"field": field, "percent": percent, "pays_contributions": field == "welfare"}


def deposits(story: Story, year: int) -> list[tuple[Any, ...]]:
    """Lines of the file of deposits of a year, one per fund that has an amount."""
    return [
        (fund["code"], f"{year}-01-02", f"STS-{fund['code']}-001", fund["amount"], f"Penerimaan {fund['name']}")
        for fund in funds(story)
        if fund["fiscal_year"] == year and "amount" in fund
    ]


def payments(story: Story, year: int) -> list[tuple[Any, ...]]:
    """Return the lines of a year's treasury documents, in order of months."""
    bills = sorted((bill for bill in story.bills if bill.month_from.year == year), key=lambda b: (b.month_from, b.code))
    return [_payment(number, bill) for number, bill in enumerate(bills, start=1)]


def _payment(number: int, bill: Bill) -> tuple[Any, ...]:
    year, month = bill.month_from.year, bill.month_from
    spp, spm, sp2d = office_day(month, 10), office_day(month, 12), office_day(month, 15)
    head = bill.code, str(bill.month_from), str(bill.month_to), bill.fund
    if bill.fund.startswith("DONASI"):  # without a treasury the bank transfer takes the place of the SP2D
        return *head, "", "", "", "", f"TRF-{bill.fund}-{number:03}", sp2d.isoformat(), bill.amount
    return (
        *head,
        f"{number:05}/SPP-LS/2.07/{year}", spp.isoformat(),
        f"{number:05}/SPM-LS/2.07/{year}", spm.isoformat(),
        f"{530_000 + number * 137}/SP2D-LS/{year}", sp2d.isoformat(),
        bill.amount,
    )  # fmt: skip
