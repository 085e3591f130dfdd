"""Many clients at one fund at once: each worker's month is billed once and paid once, never more than owed."""

import pytest
from sqlalchemy import text

from jamsos.coverage.errors import MonthsBilled, PaymentExceedsBill
from jamsos.db import engine_for
from jamsos.ledger.errors import DocumentKnown
from jamsos.ledger.service import positions, verify
from tests.coverage.test_billing import bill, count, protect
from tests.coverage.test_payments import pay, states
from tests.ledger.test_concurrency import outcomes


@pytest.fixture
async def crowd(database_url):
    """Open fifty connections to a decree of forty workers."""
    engine = engine_for(database_url, pool_size=50)
    async with engine.begin() as connection:
        await protect(connection, 40)
    yield engine
    await engine.dispose()


def refused(found, kind):
    return sum(isinstance(outcome, kind) for outcome in found)


async def stand(engine):
    async with engine.connect() as connection:
        [position] = await positions(connection)
        return position.payable, position.paid, position.cash, [head.number for head in await verify(connection)]


async def test_fifty_payers_of_one_bill_pay_it_once(crowd):
    async with crowd.begin() as connection:
        await bill(connection)

    found = await outcomes(crowd, *(lambda c, n=n: pay(c, 16_800, sp2d=f"{n}/SP2D") for n in range(50)))

    assert (len(found) - refused(found, Exception), refused(found, PaymentExceedsBill)) == (40, 10)
    assert await stand(crowd) == (0, 672_000, 7_392_000, [43])
    async with crowd.connect() as connection:
        assert await states(connection) == {"paid": 40}
        per_payment = await connection.execute(
            text("select count(*) from programme.paid_months group by payment_id having count(*) <> 1")
        )
        assert per_payment.all() == []


async def test_one_sp2d_entered_by_fifty_desks_pays_once(crowd):
    async with crowd.begin() as connection:
        await bill(connection)

    found = await outcomes(crowd, *[lambda c: pay(c, 16_800)] * 50)

    assert (len(found) - refused(found, Exception), refused(found, DocumentKnown)) == (1, 49)
    assert await stand(crowd) == (655_200, 16_800, 8_047_200, [4])


async def test_fifty_desks_that_bill_one_month_bill_it_once(crowd):
    found = await outcomes(crowd, *(lambda c, n=n: bill(c, billing_code=f"B-{n}") for n in range(50)))

    assert (len(found) - refused(found, Exception), refused(found, MonthsBilled)) == (1, 49)
    assert await stand(crowd) == (672_000, 0, 8_064_000, [3])
    async with crowd.connect() as connection:
        assert (await count(connection, "bills"), await count(connection)) == (1, 40)
