from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing.fund_flow import DisbursementOrder, Movement, fund_flow_of
from jamsos.errors import OutsideSight
from jamsos.ledger import corrections
from jamsos.ledger.errors import FundUnknown
from jamsos.ledger.rules import FundKind, MovementKind
from jamsos.ledger.service import give_back, take_gift
from jamsos.months import Month
from tests.coverage.test_tracing import NUMBER, bought, give, paid
from tests.money import add_fund, receive
from tests.officers import officer

JANUARY, SECOND = Month(2024, 1), date(2024, 1, 2)


async def test_a_fund_is_followed_from_its_deposits_to_its_months_and_every_step_closes(connection):
    await paid(connection, ("A", 42_000), ("B", 100_000))

    flow = await fund_flow_of(connection, "APBD-2024")

    assert flow.movements[:2] == [
        Movement(MovementKind.receive, "A", SECOND, 42_000),
        Movement(MovementKind.receive, "B", SECOND, 100_000),
    ]
    assert flow.orders == [
        DisbursementOrder("0001/SP2D", date(2024, 1, 15), "B-1", NUMBER, JANUARY, Month(2024, 2), None)
    ]  # fmt: skip
    assert (flow.money_in, flow.paid, flow.bought, flow.worker_months, flow.held) == (
        142_000,
        100_800,
        100_800,
        None,
        41_200,
    )
    assert flow.closes


async def test_of_few_workers_only_the_rupiah_are_told(connection):
    await paid(connection, ("A", 500_000), workers=3)

    flow = await fund_flow_of(connection, "APBD-2024")

    assert (flow.months, flow.districts, flow.worker_months) == ({}, {}, None)
    assert flow.closes and flow.paid == flow.bought == 100_800


async def test_a_district_of_few_workers_is_not_told_however_many_their_months(connection):
    """Every worker lives in a different village; two in the second district, paid for two months each."""
    count = await villages_of_the_first_district(connection)
    await paid(connection, ("A", 5_000_000), workers=count + 2)

    flow = await fund_flow_of(connection, "APBD-2024")

    assert flow.worker_months == 2 * count + 4 and flow.districts == {}
    assert {each.worker_months for each in flow.months.values()} == {count + 2}


async def villages_of_the_first_district(connection):
    first = (
        "select count(*) from programme.villages where starts_with(code,"
        " (select min(code) from programme.districts where starts_with(code, '53.15')))"
    )
    return (await connection.execute(text(first))).scalar_one()


async def test_no_fund_is_told_by_district_where_another_has_few_for_the_sum_of_all_is_public(connection):
    await paid(connection, ("A", 50_000_000), workers=169)
    assert len((await fund_flow_of(connection, "APBD-2024")).districts) > 1
    donation = await add_fund(connection, "DONASI-2024", kind=FundKind.donation)
    await receive(connection, 500_000, "DONASI-2024", number="B")

    await bought(
        connection, donation, workers=await villages_of_the_first_district(connection) + 2, number="9/X", first=900
    )

    for code in ("APBD-2024", "DONASI-2024"):
        flow = await fund_flow_of(connection, code)
        assert flow.districts == {} and not flow.hides


async def test_a_month_of_few_workers_and_its_neighbour_are_told_by_no_order(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 5_000_000)
    for number, (month, workers) in enumerate([("2024-01", 9), ("2024-02", 2), ("2024-03", 8), ("2024-04", 7)]):
        await bought(connection, fund_id, workers, f"{number}/X", month, first=900 + 20 * number)

    flow = await fund_flow_of(connection, "APBD-2024")

    assert [each.worker_months for each in flow.months.values()] == [None, None, 8, 7]
    assert [order.amount for order in flow.orders] == [None, None, 8 * 16_800, 7 * 16_800]
    assert (flow.worker_months, flow.paid, flow.hides, flow.closes) == (26, 26 * 16_800, True, True)


async def test_counts_that_are_not_small_are_told_and_add_up(connection):
    await paid(connection, ("A", 50_000_000), workers=169)

    flow = await fund_flow_of(connection, "APBD-2024")

    assert not flow.hides and [str(month) for month in flow.months] == ["2024-01", "2024-02"]
    for sums in (flow.months, flow.districts):
        assert sum(each.amount for each in sums.values()) == flow.paid
        assert sum(each.worker_months for each in sums.values()) == flow.worker_months == 338


async def test_gifts_and_refunds_are_one_sum_each_without_their_codes(connection):
    fund_id = await add_fund(connection)
    for code, amount in (("DONA", 16_800), ("DONB", 33_600)):
        await take_gift(connection, COMMAND_LINE, **await give(connection, fund_id, code, amount))
    await give_back(connection, COMMAND_LINE, **await give(connection, fund_id, "DONA", 6_800))
    await bought(connection, fund_id, workers=2)

    flow = await fund_flow_of(connection, "APBD-2024")

    assert [(each.kind, each.reference, each.amount) for each in flow.movements if each.kind != MovementKind.pay] == [
        (MovementKind.donate, None, 50_400),
        (MovementKind.refund, None, -6_800),
    ]
    assert flow.closes and flow.held == 10_000


async def test_what_was_carried_and_what_was_reversed_close_too(connection):
    old = await add_fund(connection)
    await add_fund(connection, "APBD-2025", fiscal_year=2025)
    await receive(connection, 70, number="X")
    await receive(connection, 50_000, number="A")
    await corrections.reverse(
        connection, await officer(connection), fund_code="APBD-2024", number=1, day=SECOND, reason="salah"
    )
    await bought(connection, old, workers=1)
    facts = {"from_code": "APBD-2024", "to_code": "APBD-2025", "day": date(2025, 1, 2)}
    await corrections.carry_over(connection, await officer(connection), **facts)

    before, after = await fund_flow_of(connection, "APBD-2024"), await fund_flow_of(connection, "APBD-2025")

    assert [(each.kind, each.reference, each.amount) for each in before.sources] == [
        (MovementKind.receive, "A", 50_000)
    ]
    assert [(each.reference, each.amount) for each in before.away] == [("APBD-2025", -33_200)]
    assert [(each.reference, each.amount) for each in after.sources] == [("APBD-2024", 33_200)]
    assert before.closes and after.closes and (before.held, after.held) == (0, 33_200)


async def test_a_fund_that_is_not_there_or_only_partly_in_sight_is_refused(connection):
    await paid(connection, ("A", 200_000))
    with pytest.raises(FundUnknown):
        await fund_flow_of(connection, "APBD-2031")
    await connection.execute(text("set local role jamsos_api"))
    sight = "select set_config('jamsos.sight_from', '53.15.05.2002', true), set_config('jamsos.sight_to', '53.15.05.2003', true)"
    await connection.execute(text(sight))
    with pytest.raises((OutsideSight, FundUnknown)):
        await fund_flow_of(connection, "APBD-2024")
