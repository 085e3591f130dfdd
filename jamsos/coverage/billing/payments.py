"""Payments: the treasury documents (SPP, SPM, SP2D) pay a bill, whole or in part, from the fund to which it was billed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.coverage import store
from jamsos.coverage.errors import (
    BillUnknown,
    PaymentExceedsBill,
    PaymentForOtherMonths,
    PaymentFromOtherFund,
    PaymentNotWhole,
)
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import AmountWrong
from jamsos.ledger.rules import DocumentKind
from jamsos.months import Month
from jamsos.table_reader import Line, gathered, read_paper

HEADERS = [
    "Kode Iuran", "Bulan Dari", "Bulan Sampai", "Kode Dana", "No SPP", "Tanggal SPP", "No SPM", "Tanggal SPM", "No SP2D",
    "Tanggal SP2D", "Jumlah",
]  # fmt: skip


@dataclass(frozen=True)
class DisbursementOrder:
    """A treasury document by number and day. A donation fund has no SPP and SPM: the bank transfer replaces the SP2D."""

    number: str
    day: date


@dataclass(frozen=True)
class Payment:
    """A payment. `worker_months` are those that this payment completes; `still_open` is the unpaid rest of the bill."""

    billing_code: str
    amount: int
    worker_months: int
    still_open: int


async def pay(
    connection: AsyncConnection,
    actor: Actor,
    *,
    billing_code: str,
    amount: int,
    sp2d: DisbursementOrder,
    spp: DisbursementOrder | None = None,
    spm: DisbursementOrder | None = None,
    fund_code: str | None = None,
    file_sha256: bytes | None = None,
) -> Payment:
    """Pay a bill from its fund. A partial payment pays whole worker-months, in order of month and of the decree's lines.

    Raises BillUnknown, PaymentFromOtherFund, PaymentExceedsBill, PaymentNotWhole, DocumentKnown, AmountWrong.
    """
    bill = await _bill(connection, billing_code)
    if fund_code not in (None, bill["fund_code"]):
        raise PaymentFromOtherFund(billing_code=billing_code, fund=bill["fund_code"], given=fund_code)
    still_open = bill["amount"] - bill["paid"]
    if amount > still_open:
        raise PaymentExceedsBill(billing_code=billing_code, amount=amount, open=still_open)
    if amount <= 0:
        raise AmountWrong(amount=amount)
    if amount < still_open:
        await _refuse_half_months(connection, bill, amount)
    papers = {
        kind: await _keep(connection, bill, kind, order, amount, file_sha256)
        for kind, order in ((DocumentKind.spp, spp), (DocumentKind.spm, spm), (DocumentKind.sp2d, sp2d))
        if order
    }
    transaction_id = await ledger.post_payment(
        connection, actor, fund_id=bill["fund_id"], amount=amount, day=sp2d.day, billing_code=billing_code,
        document_id=papers[DocumentKind.sp2d],
    )  # fmt: skip
    payment_id = await store.add_payment(
        connection, bill_id=bill["id"], fund_id=bill["fund_id"], sp2d_id=papers[DocumentKind.sp2d],
        spp_id=papers.get(DocumentKind.spp), spm_id=papers.get(DocumentKind.spm), paid_date=sp2d.day, amount=amount,
        transaction_id=transaction_id, office_code=bill["office_code"],
    )  # fmt: skip
    months = await store.add_paid_months(
        connection, bill_id=bill["id"], payment_id=payment_id, before=bill["paid"], paid=bill["paid"] + amount
    )
    await audit(connection, actor, "coverage.pay", subject="payment", subject_ids=[payment_id])
    return Payment(billing_code, amount, months, still_open - amount)


async def _refuse_half_months(connection: AsyncConnection, bill: RowMapping, amount: int) -> None:
    """Raise PaymentNotWhole where the amount ends within a worker-month: nobody could say what the rest paid."""
    whole = await store.reach(connection, bill["id"], bill["paid"] + amount) - bill["paid"]
    if whole != amount:
        raise PaymentNotWhole(billing_code=bill["billing_code"], amount=amount, whole=whole)


async def _bill(connection: AsyncConnection, billing_code: str) -> RowMapping:
    """Lock the fund of a bill and return the bill, so that no other payment changes it. Raises BillUnknown."""
    found = await store.bill(connection, billing_code)
    if found is None:
        raise BillUnknown(billing_code=billing_code)
    await ledger.hold_fund(connection, found["fund_id"])
    return await store.bill(connection, billing_code) or found


async def _keep(
    connection: AsyncConnection,
    bill: RowMapping,
    kind: DocumentKind,
    order: DisbursementOrder,
    amount: int,
    sha256: bytes | None,
) -> int:
    return await ledger.keep_document(
        connection, kind=kind, number=order.number, day=order.day, amount=amount, fund_id=bill["fund_id"],
        office_code=bill["office_code"], file_sha256=sha256,
    )  # fmt: skip


async def pay_file(connection: AsyncConnection, actor: Actor, path: Path) -> list[Payment]:
    """Record the payments of a file, all or none.

    Raises FileKnown, LineWrong, PaymentForOtherMonths, and the errors of pay and read_paper.
    """
    paper = read_paper(path, HEADERS)
    await ledger.refuse_known_file(connection, paper)
    made = []
    for line, payment in zip(paper.lines, gathered(paper.lines, _payment), strict=True):
        with line.asking():
            await _refuse_other_months(connection, line)
            made.append(await pay(connection, actor, **payment, file_sha256=paper.sha256))
    return made


def _payment(line: Line) -> dict[str, Any]:
    """Return the facts of a line. Raises LineWrong."""
    line.month("Bulan Dari"), line.month("Bulan Sampai")
    return {
        "billing_code": line.text("Kode Iuran"),
        "amount": line.rupiah("Jumlah"),
        "sp2d": DisbursementOrder(line.text("No SP2D"), line.day("Tanggal SP2D")),
        "spp": _order(line, "SPP"),
        "spm": _order(line, "SPM"),
        "fund_code": line.text("Kode Dana"),
    }


def _order(line: Line, paper: str) -> DisbursementOrder | None:
    number = line.maybe(f"No {paper}")
    return DisbursementOrder(number, line.day(f"Tanggal {paper}")) if number else None


async def _refuse_other_months(connection: AsyncConnection, line: Line) -> None:
    bill = await store.bill(connection, line.text("Kode Iuran"))
    months = line.month("Bulan Dari"), line.month("Bulan Sampai")
    if bill and months != (billed := (Month.of(bill["month_from"]), Month.of(bill["month_to"]))):
        raise PaymentForOtherMonths(billing_code=bill["billing_code"], first=billed[0], last=billed[1])
