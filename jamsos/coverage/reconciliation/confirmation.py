"""Confirmation: compare the insurer receipt with bills and payments. Every difference has a kind and a line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.coverage import store
from jamsos.coverage.errors import BillNotPaid, BillUnknown
from jamsos.coverage.reconciliation import confirmation_store
from jamsos.coverage.reconciliation.differences import find_beside
from jamsos.coverage.rules import Difference
from jamsos.errors import LineWrong
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import DocumentKind
from jamsos.table_reader import Line, Paper, gathered, read_paper

HEADERS = ["Kode Iuran", "Bulan", "KPJ", "JKK", "JKM", "Jumlah", "Tanggal Terima"]


@dataclass(frozen=True)
class InsurerReceipt:
    """The insurer's confirmation of one bill: months confirmed, rupiah received, and differences by kind."""

    billing_code: str
    confirmed: int
    amount: int
    differences: Mapping[Difference, int]


async def confirm_file(connection: AsyncConnection, actor: Actor, path: Path) -> list[InsurerReceipt]:
    """Record an insurer receipt for one bill or several, all or none, and return the result by bill.

    Raises FileKnown, BillUnknown, BillNotPaid, LineWrong.
    """
    paper = read_paper(path, HEADERS)
    await ledger.refuse_known_file(connection, paper)
    bills: dict[str, list[Line]] = defaultdict(list)
    for line, code in zip(paper.lines, gathered(paper.lines, _code), strict=True):
        bills[code].append(line)
    return [await _confirm(connection, actor, paper, code, lines) for code, lines in bills.items()]


async def _confirm(
    connection: AsyncConnection, actor: Actor, paper: Paper, billing_code: str, lines: Sequence[Line]
) -> InsurerReceipt:
    bill = await store.bill(connection, billing_code)
    if bill is None:
        raise BillUnknown(billing_code=billing_code).at(paper.name, lines[0].number)
    if not bill["paid"]:
        raise BillNotPaid(billing_code=billing_code).at(paper.name, lines[0].number)
    await ledger.hold_fund(connection, bill["fund_id"])
    rows = [(line.number, line.month("Bulan").first_day, line.text("KPJ"), _amount(line)) for line in lines]
    day, amount = max(line.day("Tanggal Terima") for line in lines), sum(row[3] for row in rows)
    number = f"{billing_code}/{paper.sha256.hex()[:12]}"
    document_id = await ledger.keep_document(
        connection, kind=DocumentKind.insurer_receipt, number=number, day=day,
        amount=amount, fund_id=bill["fund_id"], office_code=bill["office_code"], file_sha256=paper.sha256,
    )  # fmt: skip
    insurer_receipt_id = await confirmation_store.add_insurer_receipt(
        connection, bill_id=bill["id"], document_id=document_id, received_date=day, worker_months=len(rows),
        amount=amount, office_code=bill["office_code"],
    )  # fmt: skip
    found = await confirmation_store.confirm(
        connection,
        bill_id=bill["id"],
        insurer_receipt_id=insurer_receipt_id,
        office_code=bill["office_code"],
        rows=rows,
    )
    beside = await find_beside(
        connection,
        actor,
        office_code=bill["office_code"],
        bill_id=bill["id"],
        insurer_receipt_id=insurer_receipt_id,
        number=number,
    )
    await audit(connection, actor, "coverage.confirm", subject="insurer_receipt", subject_ids=[insurer_receipt_id])
    counts = {kind: found[kind][0] for kind in Difference if kind in found} | beside
    differences = {kind: counts[kind] for kind in Difference if kind in counts}
    return InsurerReceipt(billing_code, found["confirmed"][0], amount, differences)


def _code(line: Line) -> str:
    """Return the billing code of a line after checking all its fields. Raises LineWrong."""
    code = line.text("Kode Iuran")
    line.month("Bulan"), line.text("KPJ"), line.day("Tanggal Terima"), _amount(line)
    return code


def _amount(line: Line) -> int:
    """Return the amount of a line. Raises LineWrong when JKK and JKM do not add up to it."""
    amount = line.rupiah("Jumlah")
    if line.rupiah("JKK", at_least=0) + line.rupiah("JKM", at_least=0) != amount:
        raise LineWrong(file=line.file, line=line.number, field="Jumlah", wish="coverage.sum")
    return amount
