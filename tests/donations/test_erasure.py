"""Erasure of donors: names and numbers of unpaid pledges, and of a donor who asks; no other data change."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import donation_receipts, erasure
from jamsos.errors import NotFound
from tests.donations.test_matching import match, office, pledge, statement

__all__ = ["office"]
MADE = date(2024, 2, 1)


async def forget(office, today):
    return await erasure.forget_unpaid(office, COMMAND_LINE, today=today, days=365)


async def known(office):
    """Return the codes of pledges with a known donor."""
    rows = await office.execute(
        text(
            "select code from programme.pledges where donor_name_sealed is not null or phone_sealed is not null order by id"
        )
    )
    return list(rows.scalars())


@pytest.fixture
async def codes(office, sealer, tmp_path):
    """Create two pledges of a named donor: the first is paid, the second never."""
    paid, unpaid = [await pledge(office, sealer, amount=amount, is_named=True) for amount in (100, 200)]
    await match(office, sealer, statement(tmp_path, (paid, 100)))
    return paid, unpaid


async def test_a_pledge_that_nobody_paid_in_a_year_no_longer_says_who_made_it(office, codes):
    assert await forget(office, MADE + timedelta(days=365)) == 0
    assert await known(office) == list(codes)

    assert await forget(office, MADE + timedelta(days=366)) == 1
    assert await known(office) == [codes[0]]
    assert await forget(office, MADE + timedelta(days=366)) == 0


async def test_the_pledge_itself_stays_and_may_still_be_paid(office, sealer, codes, tmp_path):
    await forget(office, MADE + timedelta(days=400))

    row = (
        await office.execute(
            text("select amount, is_named, pledged_date from programme.pledges where code = :code"), {"code": codes[1]}
        )
    ).one()
    assert tuple(row) == (200, True, MADE)
    await match(office, sealer, statement(tmp_path, (codes[1], 200), name="nanti.csv"))
    assert (await donation_receipts.gift(office, codes[1])).amount == 200
    assert await donation_receipts.donor_name(office, sealer, codes[1]) is None


async def test_a_donor_who_asks_is_forgotten_paid_or_not_and_the_gift_stays(office, sealer, codes):
    assert await donation_receipts.donor_name(office, sealer, codes[0]) == "Yosefina Jelita"

    assert await erasure.forget_donor(office, COMMAND_LINE, codes=[codes[0].lower(), codes[1]]) == 2

    assert await known(office) == []
    assert await donation_receipts.donor_name(office, sealer, codes[0]) is None
    assert (await donation_receipts.gift(office, codes[0])).amount == 100
    trail = await office.execute(text("select subject_ids from programme.audit_entries where act = 'donations.erase'"))
    assert [len(ids) for ids in trail.scalars()] == [2]


async def test_one_unknown_code_forgets_nobody(office, codes):
    with pytest.raises(NotFound):
        await erasure.forget_donor(office, COMMAND_LINE, codes=[codes[0], "DONTIDAKAD"])
    assert await known(office) == list(codes)


async def test_afterwards_a_fact_still_refuses_every_change(office, codes):
    await forget(office, MADE + timedelta(days=400))
    for change in ("donor_name_sealed = null", "amount = 1"):
        with pytest.raises(DBAPIError, match="only grow"):
            async with office.begin_nested():
                await office.execute(text(f"update programme.pledges set {change}"))
