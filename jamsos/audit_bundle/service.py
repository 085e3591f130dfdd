"""Audit bundle acts: export a year's lists, decrees, bills, payments, confirmations and journal as files, as one audited act.

Persons appear by number. Membership numbers are unmasked, because the hash of a bill's list covers them.
"""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos import legal_terms
from jamsos.access.rules import Actor
from jamsos.access.service import audit_shown
from jamsos.coverage import tracing
from jamsos.coverage.tables import worker_months
from jamsos.decrees.tables import decree_lines
from jamsos.enrolment.tables import enrolment_answers
from jamsos.errors import NotFound
from jamsos.people.tables import life_events
from jamsos.selection.audit_bundle import write_bundle
from jamsos.sql_files import sql_file

MANIFEST = "manifest.json"
VERSION = 1
_LEAVING = [
    enrolment_answers.c.membership_number, decree_lines.c.group_code, worker_months.c.group_code, life_events.c.kind,
    life_events.c.event_date,
]  # fmt: skip

# A year's decrees with their amendments, and every fund that pays for them or belongs to the year.
_YEAR = """with year_decrees as (
    select * from programme.decrees where office_code = :regency and year = :year
), year_funds as (
    select * from programme.funds f where f.office_code = :regency
       and (f.fiscal_year = :year or f.id in (select fund_id from year_decrees))
), year_bills as (
    select * from programme.bills where decree_id in (select id from year_decrees)
)"""

_TABLES = {
    "funds": "select id, code, kind, fiscal_year, is_via_apbd from year_funds order by id",
    "fund_shares": """select fund_id, field, basis_points, pays_contributions, valid_from
        from programme.fund_shares where fund_id in (select id from year_funds) order by fund_id, id""",
    "postings": """select transaction_id, fund_id, field, account, amount
        from programme.postings where fund_id in (select id from year_funds) order by transaction_id, field, account""",
    "balances": """select fund_id, field, account, balance
        from programme.fund_balances where fund_id in (select id from year_funds) order by fund_id, field, account""",
    "decrees": """select id, number, kind, signed_date, year, month_from, month_to, run_id, fund_id, amends_id, rate,
        worker_count, amount, list_sha256, issued_at from year_decrees order by id""",
    "decree_lines": """select id, decree_id, line, action, person_id, replaces_line_id, reason, month_from, month_to,
        group_code, village_code
        from programme.decree_lines where decree_id in (select id from year_decrees) order by decree_id, line""",
    "approvals": """select run_id, step, list_sha256, approved_at from programme.run_approvals
        where run_id in (select run_id from year_decrees) order by id""",
    "answers": """select a.id, l.id as decree_line_id, a.person_id, a.answer, a.membership_number,
        coalesce(a.start_month, e.start_month) as start_month, a.answered_at
        from programme.enrolment_answers a join programme.enrolments e on e.id = a.enrolment_id
        join programme.decree_lines l on l.id = e.decree_line_id
        where l.decree_id in (select id from year_decrees) order by a.id""",
    "deaths": """select v.person_id, v.event_date, v.recorded_at, w.recorded_at as withdrawn_at
        from programme.life_events v left join programme.life_event_withdrawals w on w.event_id = v.id
        where v.kind = 'died' and v.person_id in
            (select person_id from programme.decree_lines where decree_id in (select id from year_decrees)) order by v.id""",
    "bills": """select id, billing_code, decree_id, fund_id, month_from, month_to, worker_count, worker_months, amount,
        list_sha256, transaction_id, recorded_at from year_bills order by id""",
    "worker_months": """select bill_id, person_id, month, decree_line_id, group_code, village_code, jkk_amount, jkm_amount, amount
        from programme.worker_months where bill_id in (select id from year_bills)
        order by bill_id, month, decree_line_id, person_id""",
    "payments": """select id, bill_id, fund_id, paid_date, amount, transaction_id
        from programme.payments where bill_id in (select id from year_bills) order by id""",
    "paid_months": """select p.payment_id, p.person_id, p.month from programme.paid_months p
        join programme.payments y on y.id = p.payment_id where y.bill_id in (select id from year_bills)
        order by p.payment_id, p.month, p.person_id""",
    "insurer_receipts": """select id, bill_id, received_date, worker_months, amount
        from programme.insurer_receipts where bill_id in (select id from year_bills) order by id""",
    "confirmed_months": """select c.insurer_receipt_id, c.person_id, c.month from programme.confirmed_months c
        join programme.insurer_receipts r on r.id = c.insurer_receipt_id where r.bill_id in (select id from year_bills)
        order by c.insurer_receipt_id, c.month, c.person_id""",
    "differences": """select d.id, d.insurer_receipt_id, d.kind, d.line, d.person_id, d.month, d.billed_amount, d.received_amount
        from programme.coverage_differences d join programme.insurer_receipts r on r.id = d.insurer_receipt_id
        where r.bill_id in (select id from year_bills) order by d.id""",
}
_JOURNAL = """select t.id, t.fund_id, t.number, t.day, t.kind, t.reference, t.memo, t.reverses_id, t.recorded_at,
    case when d.id is not null then jsonb_build_array(d.kind, d.number, to_char(d.document_date, 'YYYY-MM-DD'), d.amount,
        encode(d.file_sha256, 'hex'))::text end as document,
    t.postings_sha256, t.previous_hash, t.hash
    from programme.journal_transactions t left join programme.documents d on d.id = t.document_id
    where t.fund_id in (select id from year_funds) order by t.fund_id, t.number"""
_FUNDS = "select id from year_funds order by id"
_LINES = sql_file(str(tracing.__file__), "first_in_first_out")
_SOURCES = """select :fund as fund_id, 'source' as side, id as transaction_id, starts, ends from sources
    union all select :fund, 'outflow', id, starts, ends from outflows order by 2, 4"""


async def write_year(
    connection: AsyncConnection, actor: Actor, *, office_code: str, year: int, purpose: str
) -> dict[str, bytes]:
    """Return the files of a year by name. Raise NotFound where nothing was decreed, ScopeMissing."""
    asked = {"regency": office_code, "year": year}
    runs = await _runs(connection, asked)
    if not runs:
        raise NotFound(what="decree", which=str(year))
    files = {f"{name}.csv": _csv(await _rows(connection, query, asked)) for name, query in _TABLES.items()}
    files["journal.jsonl"] = _jsonl(await _rows(connection, _JOURNAL, asked))
    files["sources.csv"] = _csv(await _sources(connection, asked))
    files["legal_terms.csv"] = legal_terms.SHIPPED.read_bytes()
    for run in runs:
        handed = await write_bundle(connection, replace(actor, purpose=purpose), run, purpose=purpose)
        files |= {f"runs/{run}/{name}": content for name, content in handed.items()}
    files[MANIFEST] = _manifest(files, asked, purpose)
    await audit_shown(
        connection, actor, "audit_bundle", _LEAVING, purpose=purpose, subject="decree", details={"year": year}
    )
    return dict(sorted(files.items()))


async def _runs(connection: AsyncConnection, asked: dict[str, Any]) -> list[int]:
    found = await connection.execute(
        text(f"{_YEAR} select run_id from year_decrees where run_id is not null order by 1"), asked
    )
    return list(found.scalars())


async def _rows(connection: AsyncConnection, query: str, asked: dict[str, Any]) -> tuple[list[str], Sequence[Any]]:
    found = await connection.execute(text(f"{_YEAR} {query}"), asked)
    return list(found.keys()), found.all()


async def _sources(connection: AsyncConnection, asked: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """Return every source and outflow of the year's funds with its position on the fund's line of rupiah."""
    rows: list[Any] = []
    for (fund,) in (await _rows(connection, _FUNDS, asked))[1]:
        found = await connection.execute(text(f"with {_LINES} {_SOURCES}".replace(":fund", str(int(fund)))))
        rows += found.all()
    return ["fund_id", "side", "transaction_id", "starts", "ends"], rows


def _csv(table: tuple[list[str], Sequence[Any]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows([_plain(value) for value in row] for row in table[1])
    return file.getvalue().encode()


def _jsonl(table: tuple[list[str], Sequence[Any]]) -> bytes:
    """Return one JSON object a line, because CSV cannot distinguish null from an empty text."""
    names, rows = table
    records = [dict(zip(names, map(_plain_or_none, row), strict=True)) for row in rows]
    for record in records:
        record["document"] = json.loads(record["document"]) if record["document"] else None
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records).encode()


def _plain_or_none(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    """Return days as ISO 8601, instants in UTC with six decimals of the second, bytes as hexadecimal digits."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return "" if value is None else str(value)


def _manifest(files: dict[str, bytes], asked: dict[str, Any], purpose: str) -> bytes:
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    document = {"version": VERSION, **asked, "purpose": purpose, "files": listed}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
