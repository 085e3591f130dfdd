"""Plan: programme.toml, the whole programme in an office's words: funds, registers, decrees, bills and documents by year.

`jamsos demo` executes it; another office can write its own.
"""

from dataclasses import asdict
from typing import Any

from sample import donations, money
from sample.places import REGENCY
from sample.registers import REGISTERS, Register
from sample.story import RATE, Decree, Story, events_file


def programme(story: Story, seed: int, files: set[str]) -> dict[str, Any]:
    """Return the document; `files` are the written paths."""
    return {
        "regency": REGENCY,
        "name": "Kabupaten Manggarai Barat (contoh)",
        "rate": RATE,
        "seed": seed,
        "people": story.people,
        "funds": money.funds(story),
        "years": [_year(year, files) for year in (2024, 2025, 2026)],
        "registers": [_register(register) for register in REGISTERS],
        "decrees": [_decree(decree, files) for decree in story.decrees],
        "plans": [asdict(story.plan) | {"cost": story.plan.cost, "shortfall": story.plan.shortfall}],
    }


def _year(year: int, files: set[str]) -> dict[str, Any]:
    papers = {
        "deposits": f"dana/penerimaan-{year}.csv",
        "pledges": f"donasi/komitmen-{year}.csv",
        "bank_statement": f"donasi/rekening-koran-{year}.csv",
        "donation_fund": f"DONASI-{year}" if year in donations.PLEDGES else None,
        "answers": f"bpjs/jawaban-pendaftaran-{year}.csv",
        "payments": f"dana/pembayaran-{year}.csv",
        "events": [path for quarter in (1, 2, 3, 4) if (path := events_file(year, quarter)) in files],
        "claims": f"bpjs/klaim-{year}.csv",
    }
    return {"year": year} | {
        name: value
        for name, value in papers.items()
        if not isinstance(value, str) or "/" not in value or value in files
    }


def _register(register: Register) -> dict[str, Any]:
    """Return a register's entry. `used_from`: the year of the first selection that uses it."""
    return {
        "source": register.source,
        "file": register.file,
        "as_of": register.as_of,
        "used_from": register.used_from,
    }


def _decree(decree: Decree, files: set[str]) -> dict[str, Any]:
    return {
        "number": decree.number,
        "signed_date": decree.signed_date,
        "year": decree.year,
        "month_from": str(decree.month_from),
        "month_to": str(decree.month_to),
        "months": decree.month_to - decree.month_from + 1,
        "fund": decree.fund,
        "field": decree.fund_field,
        "ceiling": decree.ceiling,
        "headcount": decree.headcount,
        "legal_base": "Perda Kabupaten Manggarai Barat 5/2023",
        "amendments": [
            {
                "number": a.number,
                "signed_date": a.signed_date,
                "month_from": str(a.month_from),
                "after": a.events or "answers",
            }
            for a in decree.amendments
            if a.events is None or a.events in files
        ],
        "bills": [
            {"code": b.code, "month_from": str(b.month_from), "month_to": str(b.month_to), "issued_date": b.issued}
            for b in decree.bills
        ],
    }
