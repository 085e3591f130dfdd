"""The trace: what each deposit of a fund bought, over a million paid worker-months, beside the query that a user would write by hand.

By hand: both sides laid out by running sums over the bare tables, and joined where they overlap; one query for all deposits at once.
Ours is asked deposit by deposit, as the command, the page and the API ask it. Both must tell the same.
"""

import asyncio
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.ledger import MONTHS, WORKERS, add_funds, database, enrol
from jamsos import embedded
from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service as coverage
from jamsos.coverage.billing.payments import DisbursementOrder
from jamsos.coverage.tracing.service import Spent, trace_money
from jamsos.ledger import service as ledger
from jamsos.months import Month

RATE = 16_800
WHOLE = WORKERS * MONTHS * RATE
DEPOSITS = {"A": WHOLE // 2 + 5_000, "GIFT": 3 * RATE, "B": WHOLE // 2 - 5_000 - 3 * RATE}
TURNS = 5

BY_HAND = text(
    """
    with months as (
        select w.village_code, w.month, w.amount,
               sum(w.amount) over (order by p.payment_id, w.month, w.decree_line_id, w.person_id) as ends
          from programme.worker_months w join programme.paid_months p using (person_id, month) where w.fund_id = 1
    ), sources as (
        select t.reference, p.amount, sum(p.amount) over (order by t.number) as ends
          from programme.journal_transactions t join programme.postings p on p.transaction_id = t.id and p.account = 'cash'
         where t.fund_id = 1 and t.kind = 'receive'
    )
    select s.reference, left(m.village_code, 8), m.month, count(*),
           sum(least(m.ends, s.ends) - greatest(m.ends - m.amount, s.ends - s.amount))
      from sources s join months m on m.ends > s.ends - s.amount and m.ends - m.amount < s.ends
     group by 1, 2, 3
    """
)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        asyncio.run(_run(server.get_uri("{database}")))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(server: str) -> None:
    async with database(server, "trace") as engine:
        async with engine.begin() as connection:
            await _buy(connection)
        async with engine.begin() as connection:
            await connection.execute(text("analyze"))
        async with engine.begin() as connection:
            await _beside(connection)


async def _buy(connection: AsyncConnection) -> None:
    """Bill a million worker-months in one bill, and pay it by four disbursement orders."""
    [fund_id] = await add_funds(connection, 1)
    day = date(2024, 1, 2)
    for number, amount in DEPOSITS.items():
        facts: dict[str, Any] = {"fund_code": "F0", "amount": amount, "day": day, "document_number": number}
        await ledger.deposit(connection, COMMAND_LINE, **facts)
    await enrol(connection, fund_id)
    await coverage.bill(
        connection, COMMAND_LINE, decree_number="1/X", month_from=Month(2024, 1), month_to=Month(2024, 12), billing_code="B", day=day,
    )  # fmt: skip
    for part in range(4):
        order = DisbursementOrder(f"{part}/SP2D", day)
        await coverage.pay(connection, COMMAND_LINE, billing_code="B", amount=WHOLE // 4, sp2d=order)


async def _beside(connection: AsyncConnection) -> None:
    by_hand, rows = await _by_hand(connection)
    ours = 0.0
    for reference, amount in DEPOSITS.items():
        seconds, spent = await _traced(connection, reference)
        assert (spent.amount, spent.left) == (amount, 0)
        assert rows[reference] == {
            (each.district_code, each.month): (each.worker_months, each.amount) for each in spent.bought
        }
        print(
            f"{reference}: Rp{amount:,} bought {spent.worker_months:,} worker-months, traced in {seconds * 1000:.0f} ms"
        )
        ours += seconds
    count = WORKERS * MONTHS
    print(
        f"the whole fund over {count:,} worker-months: {ours:.2f} s; by hand {by_hand:.1f} s, {by_hand / ours:.0f} times that"
    )


async def _traced(connection: AsyncConnection, reference: str) -> tuple[float, Spent]:
    """Return the median of five runs."""
    seconds = []
    for _ in range(TURNS):
        started = time.perf_counter()
        spent = await trace_money(connection, fund_code="F0", reference=reference)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[TURNS // 2], spent


async def _by_hand(connection: AsyncConnection) -> tuple[float, dict[str, dict[Any, Any]]]:
    """Return the better of two runs, and its result by deposit, district and month."""
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        found = (await connection.execute(BY_HAND)).all()
        seconds.append(time.perf_counter() - started)
    rows: dict[str, dict[Any, Any]] = {}
    for reference, district, month, months, amount in found:
        rows.setdefault(reference, {})[district, Month.of(month)] = (months, int(amount))
    return min(seconds), rows
