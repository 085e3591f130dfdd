from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing import Slice, trace_money, trace_month
from jamsos.errors import NotFound
from jamsos.ledger import corrections
from jamsos.months import Month
from tests.coverage.test_billing import bill
from tests.coverage.test_paying import pay
from tests.money import add_fund, add_tobacco_fund, commit, receive
from tests.protected import add_decree, add_people

NUMBER = "298/KEP/HK/2024"


async def paid(connection, *receipts, workers=3, fund=add_fund, code="APBD-2024", months="2024-01:2024-02"):
    """Receipts by number and rupiah; workers paid for the months. The people."""
    fund_id = await fund(connection, code)
    for number, amount in receipts:
        await receive(connection, amount, code, number=number)
    due = workers * 16_800 * 2
    await commit(connection, fund_id, due, memo=NUMBER)
    people = await add_people(connection, workers)
    await add_decree(connection, fund_id, people, NUMBER)
    made = await bill(connection, months)
    await pay(connection, made.amount)
    return people


async def test_a_receipt_is_followed_to_the_months_it_bought_and_the_sum_closes(connection):
    await paid(connection, ("A", 42_000), ("B", 100_000))

    first = await trace_money(connection, fund_code="APBD-2024", reference="A")
    second = await trace_money(connection, fund_code="APBD-2024", reference="B")

    assert (first.amount, first.left, sum(each.amount for each in first.bought)) == (42_000, 0, 42_000)
    assert {str(each.month) for each in first.bought} == {"2024-01"}
    assert sum(each.amount for each in second.bought) == 6 * 16_800 - 42_000
    assert second.left == 100_000 - 58_800
    assert all(each.district_code.startswith("53.15.") for each in [*first.bought, *second.bought])


async def test_a_month_is_followed_back_to_its_sources_and_the_sum_closes(connection):
    people = await paid(connection, ("A", 42_000), ("B", 100_000))

    months = [await trace_month(connection, person_id=person, month=Month(2024, 1)) for person in people]

    assert [origin.slices for origin in months] == [
        [Slice("A", 16_800)],
        [Slice("A", 16_800)],
        [Slice("A", 8_400), Slice("B", 8_400)],
    ]
    assert {(o.fund_code, o.billing_code, o.sp2d_number, o.amount) for o in months} == {
        ("APBD-2024", "B-1", "0001/SP2D", 16_800)
    }


async def test_every_paid_month_has_sources_for_all_its_rupiah_and_every_source_its_months(connection):
    people = await paid(connection, ("A", 1), ("B", 50_000), ("C", 50_798), ("D", 1), workers=3)

    backward = [
        await trace_month(connection, person_id=person, month=Month(2024, month))
        for person in people
        for month in (1, 2)
    ]
    forward = {name: await trace_money(connection, fund_code="APBD-2024", reference=name) for name in "ABCD"}

    assert all(sum(piece.amount for piece in origin.slices) == origin.amount for origin in backward)
    for name, spent in forward.items():
        taken = sum(piece.amount for origin in backward for piece in origin.slices if piece.reference == name)
        assert sum(each.amount for each in spent.bought) == taken == spent.amount - spent.left


async def test_only_the_share_that_may_pay_is_a_source(connection):
    [person, *_] = await paid(connection, ("KM-1", 300_000), fund=add_tobacco_fund, code="DBHCHT-2026")

    spent = await trace_money(connection, fund_code="DBHCHT-2026", reference="KM-1")

    assert (spent.amount, spent.left) == (150_000, 150_000 - 100_800)
    assert (await trace_month(connection, person_id=person, month=Month(2024, 1))).slices == [Slice("KM-1", 16_800)]


async def test_a_reversed_receipt_bought_nothing(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 70, number="A")
    await receive(connection, 100_800, number="B")
    await corrections.reverse(
        connection, COMMAND_LINE, fund_code="APBD-2024", number=1, day=date(2024, 1, 2), reason="salah"
    )
    await commit(connection, fund_id, 33_600, memo=NUMBER)
    [person] = await add_people(connection, 1)
    await add_decree(connection, fund_id, [person], NUMBER)
    await bill(connection)
    await pay(connection, 16_800)

    assert (await trace_month(connection, person_id=person, month=Month(2024, 1))).slices == [Slice("B", 16_800)]
    with pytest.raises(NotFound, match="A"):
        await trace_money(connection, fund_code="APBD-2024", reference="A")


async def test_a_month_nobody_paid_has_no_origin(connection):
    [person, *_] = await paid(connection, ("A", 200_000))
    with pytest.raises(NotFound):
        await trace_month(connection, person_id=person, month=Month(2024, 5))
    assert (await connection.execute(text("select count(*) from programme.paid_months"))).scalar_one() == 6
