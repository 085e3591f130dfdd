"""The walk of a year by hand: the commands for this sample's files."""

import shlex
from typing import Any

from sample import money
from sample.places import REGENCY
from sample.registers import REGISTERS, Register
from sample.story import Story, events_file


def commands(story: Story, year: int, files: set[str]) -> list[str]:
    """Return lines for a shell, in the order of the walk, only for written files. Decree, enrolment and bills come in between."""
    funds = [fund for fund in money.funds(story) if fund["fiscal_year"] == year]
    decree = next(decree for decree in story.decrees if decree.year == year)
    office = ["access", "agency", "mabar", "Dinas Nakertranskopukm", "--kind", "regency_office", "--region", REGENCY]
    lines = [
        *([office] if year == 2024 else []),
        *(_fund(fund) for fund in funds),
        ["ledger", "deposit", f"dana/penerimaan-{year}.csv"],
        *(_load(register) for register in REGISTERS if register.used_from == year),
        ["people", "match"],
        ["selection", "run", "--year", str(year), "--fund", decree.fund, "--as-of", str(decree.signed_date)],
        *(["people", "events", path] for quarter in (1, 2, 3, 4) if (path := events_file(year, quarter)) in files),
        *([room, act, path] for room, act, path in _papers(year) if path in files),
    ]
    return [shlex.join(["jamsos", *line]) for line in lines]


def _papers(year: int) -> list[tuple[str, str, str]]:
    return [
        ("donations", "pledge", f"donasi/komitmen-{year}.csv"),
        ("donations", "match", f"donasi/rekening-koran-{year}.csv"),
        ("coverage", "pay", f"dana/pembayaran-{year}.csv"),
        ("claims", "load", f"bpjs/klaim-{year}.csv"),
    ]


def _fund(fund: dict[str, Any]) -> list[str]:
    known = {
        "--name": "name",
        "--kind": "kind",
        "--year": "fiscal_year",
        "--regulation": "regulation",
        "--account-code": "account_code",
    }
    options = [part for option, key in known.items() if key in fund for part in (option, str(fund[key]))]
    shares = [
        part
        for share in fund.get("shares", [])
        for part in (
            "--share",
            f"{share['field']}={share['percent']}" + (":pays" if share["pays_contributions"] else ""),
        )
    ]
    return [
        "ledger",
        "fund",
        fund["code"],
        *options,
        *shares,
        *(part for each in fund.get("groups", []) for part in ("--group", each)),
        "--via-apbd" if fund["is_via_apbd"] else "--not-via-apbd",
    ]


def _load(register: Register) -> list[str]:
    return ["registry", "load", register.file, "--source", register.source, "--as-of", str(register.as_of)]
