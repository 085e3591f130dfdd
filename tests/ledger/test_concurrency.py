"""Many clients at one fund at once: nothing lost, nothing twice, never more than the balance."""

import asyncio

import pytest

from jamsos.db import engine_for
from jamsos.errors import JamsosError
from jamsos.ledger import service
from jamsos.ledger.errors import BudgetExceeded, DocumentKnown
from tests.money import add_fund, commit, free, receive


@pytest.fixture
async def crowd(database_url):
    engine = engine_for(database_url, pool_size=50)
    yield engine
    await engine.dispose()


async def outcomes(engine, *acts):
    async def one(act):
        async with engine.begin() as connection:
            await act(connection)

    return await asyncio.gather(*(one(act) for act in acts), return_exceptions=True)


async def test_fifty_decrees_on_one_fund_commit_as_much_as_it_holds(crowd):
    async with crowd.begin() as connection:
        fund_id = await add_fund(connection)
        await receive(connection, 1_000)

    found = await outcomes(crowd, *(lambda c, n=n: commit(c, fund_id, 30, memo=f"{n}") for n in range(50)))

    refused = [outcome for outcome in found if isinstance(outcome, BudgetExceeded)]
    assert (found.count(None), len(refused)) == (33, 17)
    assert all(refusal.fields["free"] == 10 for refusal in refused)
    async with crowd.begin() as connection:
        assert await free(connection) == 10
        assert [head.number for head in await service.verify(connection)] == [34]


async def test_one_deposit_entered_by_ten_desks_counts_once(crowd):
    async with crowd.begin() as connection:
        await add_fund(connection)

    found = await outcomes(crowd, *[lambda c: receive(c, 100)] * 10)

    assert (found.count(None), sum(isinstance(outcome, DocumentKnown) for outcome in found)) == (1, 9)
    async with crowd.begin() as connection:
        assert await free(connection) == 100


async def test_acts_on_many_funds_at_once_keep_every_chain_whole(crowd):
    async with crowd.begin() as connection:
        funds = [await add_fund(connection, f"F{n}") for n in range(5)]
        for n in range(5):
            await receive(connection, 100, f"F{n}", number=f"S{n}")

    found = await outcomes(
        crowd,
        *(lambda c, n=n: receive(c, 7, f"F{n % 5}", number=f"R{n}") for n in range(25)),
        *(lambda c, n=n: commit(c, funds[n % 5], 3, memo=f"D{n}") for n in range(25)),
    )

    assert not [outcome for outcome in found if isinstance(outcome, JamsosError)]
    async with crowd.begin() as connection:
        assert [await free(connection, f"F{n}") for n in range(5)] == [100 + 5 * 7 - 5 * 3] * 5
        assert [head.number for head in await service.verify(connection)] == [11] * 5
