"""The programme's two years and its plan, to the rupiah (the figures of the decrees and the budgets)."""

from datetime import date

from jamsos.ledger.rules import Position
from jamsos.ledger.service import free_to_spend, positions, verify
from jamsos.months import Month
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_payments import pay, states
from tests.money import add_tobacco_fund, receive


async def year(connection, year, workers, number, fund):
    await protect(connection, workers, fund=fund, year=year, number=number)
    bills = []
    for month in (Month(year, 1) + n for n in range(12)):
        code = f"{fund}/{month}"
        made = await bill(connection, str(month), code, number)
        await pay(connection, made.amount, code, f"{month}/SP2D")
        bills.append(made.amount)
    return bills


async def test_two_years_are_received_committed_billed_and_paid_to_the_rupiah(connection):
    bills_2024 = await year(connection, 2024, 1_000, "298/KEP/HK/2024", "APBD-2024")
    bills_2025 = await year(connection, 2025, 2_829, "301/KEP/HK/2025", "APBD-2025")

    assert bills_2024 == [16_800_000] * 12
    assert bills_2025 == [47_527_200] * 12
    empty = {"carried": 0, "free": 0, "committed": 0, "payable": 0, "refunded": 0, "cash": 0}
    assert await positions(connection) == [
        Position("APBD-2024", "general", received=201_600_000, paid=201_600_000, **empty),
        Position("APBD-2025", "general", received=570_326_400, paid=570_326_400, **empty),
    ]
    assert await states(connection) == {"paid": 12_000 + 33_948}
    assert [(head.fund, head.number) for head in await verify(connection)] == [("APBD-2024", 26), ("APBD-2025", 26)]


async def test_half_of_the_tobacco_share_carries_2764_workers_for_a_year(connection):
    await add_tobacco_fund(connection)
    await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    free = await free_to_spend(connection, "DBHCHT-2026")

    assert free == 557_224_000
    assert divmod(free, 16_800 * 12) == (2_764, 1_600)
    assert 4_649 * 16_800 * 12 - free == 380_014_400
