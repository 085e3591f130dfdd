"""Release of a commitment: a decree keeps what its places may still cost."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.billing.release import promise_of, release_promise
from jamsos.coverage.errors import PromiseNeeded
from jamsos.decrees.service import amended_decree
from jamsos.ledger import service as ledger
from tests.coverage.test_billing import NUMBER, bill, protect
from tests.coverage.test_confirmation import confirm, line, receipt
from tests.coverage.test_minutes import sign
from tests.coverage.test_payments import pay
from tests.officers import officer
from tests.protected import kpj

DAY = date(2024, 3, 1)


async def promise(connection):
    found = await promise_of(connection, await amended_decree(connection, NUMBER))
    return found.committed, found.billed, found.needed, found.releasable


async def release(connection, amount=None, number=NUMBER):
    return await release_promise(connection, await officer(connection), decree_number=number, amount=amount, day=DAY)


async def test_what_a_decree_in_force_needs_is_not_released(connection):
    await protect(connection, 3)
    await bill(connection)

    with pytest.raises(PromiseNeeded) as refused:
        await release(connection, 16_800)

    assert (refused.value.fields["free"], refused.value.fields["needed"]) == (0, 3 * 11 * 16_800)
    assert await promise(connection) == (604_800, 50_400, 554_400, 0)


async def test_what_was_committed_beyond_the_need_is_released_whole_without_an_amount(connection):
    await protect(connection, 3, amount=700_000)

    assert await release(connection) == 95_200

    assert await promise(connection) == (604_800, 0, 604_800, 0)
    with pytest.raises(PromiseNeeded):
        await release(connection)


async def test_a_place_that_was_vacant_in_a_month_with_signed_minutes_needs_nothing_for_it(connection, tmp_path):
    _, [gone, *others] = await protect(connection, 3)
    await connection.execute(
        text(
            """insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
               select id, 'died', '2023-12-30', 'test', village_code from programme.people where id = :id"""
        ),
        {"id": gone},
    )
    await bill(connection)
    await pay(connection, amount=33_600)
    await confirm(connection, receipt(tmp_path, *[line(await kpj(connection, person)) for person in others]))

    before = await promise(connection)
    await sign(connection)

    assert before == (604_800, 33_600, 571_200, 0)
    assert await promise(connection) == (604_800, 33_600, 554_400, 16_800)
    assert await release(connection) == 16_800


async def test_the_database_refuses_a_release_whoever_posts_it(connection):
    await protect(connection, 3)
    fund = (await ledger.fund_by_code(connection, "APBD-2024")).id
    facts = {"fund_id": fund, "amount": 16_800, "day": DAY, "decree_number": NUMBER}

    with pytest.raises(DBAPIError, match="still promised"):
        async with connection.begin_nested():
            await ledger.release_commitment(connection, COMMAND_LINE, **facts)
            await connection.execute(text("set constraints all immediate"))


async def test_a_release_under_another_number_takes_nothing_from_a_decree(connection):
    await protect(connection, 3)
    fund = (await ledger.fund_by_code(connection, "APBD-2024")).id
    facts = {"fund_id": fund, "amount": 16_800, "day": DAY, "decree_number": "no decree"}

    with pytest.raises(DBAPIError, match="still promised"):
        async with connection.begin_nested():
            await ledger.release_commitment(connection, COMMAND_LINE, **facts)
            await connection.execute(text("set constraints all immediate"))


async def test_a_rate_that_rises_is_needed_at_the_rate_of_its_month(connection):
    await protect(connection, 1)
    values = {"programme": "JKM", "payer_class": "public_budget", "sector": None}
    insert = """insert into programme.contribution_rates
        (programme, payer_class, sector, income_from, base_amount, amount, valid_from, regulation)
        values (:programme, :payer_class, :sector, 0, 1000000, 7800, '2024-11-01', 'test')"""
    before = await promise(connection)
    await connection.execute(text(insert), values)
    await connection.execute(text(insert), values | {"payer_class": "other"})

    assert (before[2], (await promise(connection))[2]) == (201_600, 203_600)
