"""Billing: turn a decree's worker-months into a bill of the insurer, each worker-month once."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.coverage.billing import store
from jamsos.coverage.errors import BillExists, BillUnknown, GroupNotPayable, MonthsBilled, NothingToBill
from jamsos.coverage.reconciliation.differences import carry_to
from jamsos.coverage.reconciliation.minutes import refuse_frozen
from jamsos.coverage.store import bill as find_bill
from jamsos.coverage.store import billed_of
from jamsos.decrees.service import AmendedDecree, Decree, locked_decree, root_of
from jamsos.enrolment.tables import enrolment_answers
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import CommitmentExceeded
from jamsos.ledger.rules import Fund
from jamsos.months import Month, span
from jamsos.people.service import unsealed
from jamsos.people.tables import people
from jamsos.sealing import Sealer

LIST_HEADER = ("Kode Iuran", "Bulan", "KPJ", "NIK", "Nama", "JKK", "JKM", "Jumlah")
_LEAVING = [enrolment_answers.c.membership_number, people.c.nik_sealed, people.c.full_name]
SECTORS = (None, "transport")  # PP 50/2025 has a separate date for drivers


@dataclass(frozen=True)
class Bill:
    id: int
    billing_code: str
    workers: int
    worker_months: int
    amount: int
    after_death: int  # worker-months omitted, because the worker is known to have died in an earlier month
    carried: int  # unresolved differences of the fund's earlier bills
    carried_amount: int  # rupiah received less rupiah billed, of these differences


async def bill(
    connection: AsyncConnection,
    actor: Actor,
    *,
    decree_number: str,
    month_from: Month,
    month_to: Month,
    billing_code: str,
    day: date,
    is_rest: bool = False,
) -> Bill:
    """Bill every month from `month_from` to `month_to` of every accepted worker of the decree.

    Months after the known month of a death are not billed. `is_rest` omits months that are already billed; without it
    they refuse the bill. The rate is that of the month and of the fund's class. Raises NotFound, BillExists,
    MonthFrozen, MonthsBilled, NothingToBill, GroupNotPayable, CommitmentExceeded, RateUnknown.
    """
    await store.wait_turn(connection)
    # a concurrent amendment and this bill wait for each other
    amended = await locked_decree(connection, decree_number)
    decree = amended.root
    if await find_bill(connection, billing_code):
        raise BillExists(billing_code=billing_code)
    months = span(month_from, month_to)
    await refuse_frozen(connection, decree.office_code, months)
    fund = await ledger.fund_by_id(connection, decree.fund_id)
    rates = await _rates(connection, fund, months)
    owed = await store.owed(connection, decree.id, rates)
    _refuse(owed, decree, month_from, month_to, is_rest)
    await _refuse_strange_groups(connection, fund, decree, rates, months)
    await _refuse_beyond_commitment(connection, fund, amended, owed.amount)
    transaction_id = await ledger.post_bill(
        connection, actor, fund_id=fund.id, amount=owed.amount, day=day, billing_code=billing_code
    )
    bill_id = await store.add_bill(
        connection, billing_code=billing_code, decree_id=decree.id, fund_id=fund.id, issued_date=day,
        month_from=month_from.first_day, month_to=month_to.first_day, worker_count=owed.workers,
        worker_months=owed.worker_months, amount=owed.amount, list_sha256=owed.sha256,
        transaction_id=transaction_id, office_code=decree.office_code,
    )  # fmt: skip
    await store.add_worker_months(connection, decree.id, rates, bill_id=bill_id, fund_id=fund.id)
    carried = await carry_to(
        connection, actor, office_code=decree.office_code, bill_id=bill_id, fund_id=fund.id, billing_code=billing_code
    )
    await audit(connection, actor, "coverage.bill", subject="bill", subject_ids=[bill_id])
    return Bill(bill_id, billing_code, owed.workers, owed.worker_months, owed.amount, owed.after_death, *carried)


async def _rates(connection: AsyncConnection, fund: Fund, months: list[Month]) -> store.Rates:
    """Return the rates by month and sector. Raises RateUnknown."""
    return {
        (month, sector): await ledger.monthly_rate(connection, month=month, is_via_apbd=fund.is_via_apbd, sector=sector)
        for month in months
        for sector in SECTORS
    }


def _refuse(owed: store.Owed, decree: Decree, month_from: Month, month_to: Month, is_rest: bool) -> None:
    if owed.billed_before and owed.first_billed and not is_rest:
        raise MonthsBilled(count=owed.billed_before, month=Month.of(owed.first_billed))
    if not owed.worker_months:
        raise NothingToBill(decree=decree.number, first=month_from, last=month_to)


async def _refuse_strange_groups(
    connection: AsyncConnection, fund: Fund, decree: Decree, rates: store.Rates, months: list[Month]
) -> None:
    """Raise GroupNotPayable for the first line whose group the fund's rules do not allow in a month."""
    allowed = await ledger.groups_by_month(connection, fund.id, months)
    if allowed is None:
        return
    if strange := await store.strange_group(connection, decree.id, rates, allowed):
        raise GroupNotPayable(
            fund=fund.code,
            decree=strange.decree,
            line=strange.line,
            group=f"group.{strange.group_code}" if strange.group_code else "group.unknown",
            month=Month.of(strange.month),
        )


async def _refuse_beyond_commitment(
    connection: AsyncConnection, fund: Fund, amended: AmendedDecree, amount: int
) -> None:
    """Raise CommitmentExceeded where the bill needs more than what was committed to the decree and its amendments."""
    await ledger.hold_fund(connection, fund.id)
    numbers = [each.number for each in amended.decrees]
    left = await ledger.committed_to(connection, fund.id, numbers) - await billed_of(connection, amended.root.id)
    if amount > left:
        raise CommitmentExceeded(decree=amended.root.number, needed=amount, left=left)


async def last_billed(connection: AsyncConnection, *, decree_number: str) -> dict[int, Month]:
    """Return the last billed month of each line of a decree and its amendments, which no amendment may move.

    Raises NotFound.
    """
    decree = await root_of(connection, decree_number)
    return {line: Month.of(day) for line, day in (await store.last_billed(connection, decree.id)).items()}


async def write_list(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, *, billing_code: str, path: Path
) -> int:
    """Write the insurer's list of a bill as CSV with unsealed NIK, and return the number of lines. Audited. Raises BillUnknown."""
    found = await find_bill(connection, billing_code)
    if found is None:
        raise BillUnknown(billing_code=billing_code)
    named = await _identities(connection, actor, sealer, found["id"], billing_code)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LIST_HEADER)
        async for month, kpj, person_id, *amounts in store.lines_of(connection, found["decree_id"], found["id"]):
            writer.writerow((billing_code, f"{month:%Y-%m}", kpj, *named[person_id], *amounts))
            count += 1
    return count


async def _identities(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, bill_id: int, billing_code: str
) -> dict[int, tuple[str | None, str]]:
    """Return NIK and name by person, unsealed in batches to limit memory."""
    persons, purpose = await store.people_of(connection, bill_id), f"coverage list {billing_code}"
    named = {}
    for start in range(0, len(persons), 10_000):
        part = persons[start : start + 10_000]
        for each in await unsealed(connection, actor, sealer, part, _LEAVING, purpose=purpose):
            named[each.person_id] = (each.nik, each.full_name)
    return named
