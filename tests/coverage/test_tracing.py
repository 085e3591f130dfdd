from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing.service import Slice, Step, trace_money, trace_month
from jamsos.errors import NotFound, OutsideSight
from jamsos.ledger import corrections
from jamsos.ledger.rules import MovementKind
from jamsos.ledger.service import give_back, take_gift
from jamsos.months import Month
from tests.coverage.test_billing import bill
from tests.coverage.test_payments import pay
from tests.money import add_fund, add_tobacco_fund, commit, receive
from tests.officers import officer
from tests.protected import add_decree, add_people

NUMBER, DAY = "298/KEP/HK/2024", date(2024, 1, 1)


async def paid(connection, *deposits, workers=3, fund=add_fund, code="APBD-2024", months="2024-01:2024-02"):
    """Create deposits by number and rupiah, and workers paid for in these months; return the people."""
    fund_id = await fund(connection, code)
    for number, amount in deposits:
        await receive(connection, amount, code, number=number)
    due = workers * 16_800 * 2
    await commit(connection, fund_id, due, memo=NUMBER)
    people = await add_people(connection, workers)
    await add_decree(connection, fund_id, people, NUMBER)
    made = await bill(connection, months)
    await pay(connection, made.amount)
    return people


async def test_a_deposit_is_followed_to_the_months_it_bought_and_the_sum_closes(connection):
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
        [Slice("APBD-2024", "A", 16_800, MovementKind.receive)],
        [Slice("APBD-2024", "A", 16_800, MovementKind.receive)],
        [Slice("APBD-2024", "A", 8_400, MovementKind.receive), Slice("APBD-2024", "B", 8_400, MovementKind.receive)],
    ]
    assert {(o.fund_code, o.decree_number, o.billing_code, o.sp2d_number, o.amount) for o in months} == {
        ("APBD-2024", NUMBER, "B-1", "0001/SP2D", 16_800)
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
    assert (await trace_month(connection, person_id=person, month=Month(2024, 1))).slices == [
        Slice("DBHCHT-2026", "KM-1", 16_800, MovementKind.receive)
    ]


async def test_a_reversed_deposit_bought_nothing(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 70, number="A")
    await receive(connection, 100_800, number="B")
    await corrections.reverse(
        connection, await officer(connection), fund_code="APBD-2024", number=1, day=date(2024, 1, 2), reason="salah"
    )
    await commit(connection, fund_id, 33_600, memo=NUMBER)
    [person] = await add_people(connection, 1)
    await add_decree(connection, fund_id, [person], NUMBER)
    await bill(connection)
    await pay(connection, 16_800)

    assert (await trace_month(connection, person_id=person, month=Month(2024, 1))).slices == [
        Slice("APBD-2024", "B", 16_800, MovementKind.receive)
    ]
    with pytest.raises(NotFound, match="A"):
        await trace_money(connection, fund_code="APBD-2024", reference="A")


async def test_a_month_nobody_paid_has_no_origin(connection):
    [person, *_] = await paid(connection, ("A", 200_000))
    with pytest.raises(NotFound):
        await trace_month(connection, person_id=person, month=Month(2024, 5))
    assert (await connection.execute(text("select count(*) from programme.paid_months"))).scalar_one() == 6


async def test_the_last_month_of_one_source_and_the_first_of_the_next_count_for_both_and_say_so(connection):
    await paid(connection, ("A", 42_000), ("B", 100_000))

    first = await trace_money(connection, fund_code="APBD-2024", reference="A")
    second = await trace_money(connection, fund_code="APBD-2024", reference="B")

    assert [(spent.worker_months, spent.shared) for spent in (first, second)] == [(3, 1), (4, 1)]
    assert first.steps == [Step("APBD-2024", 42_000, 42_000, 0, 0)]
    assert second.steps == [Step("APBD-2024", 100_000, 58_800, 0, 41_200)]


async def give(connection, fund_id, code, amount):
    """Record a gift, or part of one, that its bank confirmed."""
    document_id = (
        await connection.execute(
            text(
                "insert into programme.documents (kind, number, document_date, office_code)"
                " values ('bank_statement', gen_random_uuid(), '2024-01-01', '53.15') returning id"
            )
        )
    ).scalar_one()
    return {"fund_id": fund_id, "amount": amount, "day": DAY, "reference": code, "document_id": document_id}


async def test_a_second_payment_of_a_pledge_stands_behind_what_came_before_it(connection):
    fund_id = await add_fund(connection)
    for code, amount in (("A", 16_800), ("B", 33_600), ("A", 33_600)):
        await take_gift(connection, COMMAND_LINE, **await give(connection, fund_id, code, amount))
    people = await bought(connection, fund_id, workers=5)

    slices = [(await trace_month(connection, person_id=person, month=Month(2024, 1))).slices for person in people]

    assert [piece.reference for [piece] in slices] == ["A", "B", "B", "A", "A"]
    assert (await trace_money(connection, fund_code="APBD-2024", reference="A")).worker_months == 3


async def test_what_went_back_is_taken_from_the_newest_of_a_gift_and_bought_nothing(connection):
    fund_id = await add_fund(connection)
    for code, amount in (("A", 16_800), ("B", 33_600), ("A", 33_600)):
        await take_gift(connection, COMMAND_LINE, **await give(connection, fund_id, code, amount))
    await give_back(connection, COMMAND_LINE, **await give(connection, fund_id, "A", 40_000))
    people = await bought(connection, fund_id, workers=2)

    slices = [(await trace_month(connection, person_id=person, month=Month(2024, 1))).slices for person in people]

    assert slices == [
        [Slice("APBD-2024", "A", 10_400, MovementKind.donate), Slice("APBD-2024", "B", 6_400, MovementKind.donate)],
        [Slice("APBD-2024", "B", 16_800, MovementKind.donate)],
    ]
    assert (await trace_money(connection, fund_code="APBD-2024", reference="A")).amount == 10_400


async def bought(connection, fund_id, workers, number=NUMBER, month="2024-01", first=0):
    """Create workers of a separate decree, paid for one month. `first`: different for each of several calls."""
    await commit(connection, fund_id, workers * 16_800, memo=number)
    people = await add_people(connection, workers, first=first)
    await add_decree(connection, fund_id, people, number)
    made = await bill(connection, month, decree_number=number, billing_code=f"B-{first or 1}")
    await pay(connection, made.amount, billing_code=f"B-{first or 1}", sp2d=f"{first or 1:04}/SP2D")
    return people


async def test_money_carried_to_another_year_is_followed_there_and_back(connection):
    old, new = await add_fund(connection), await add_fund(connection, "APBD-2025", fiscal_year=2025)
    await receive(connection, 20_000, number="A")
    await receive(connection, 30_000, number="B")
    [first] = await bought(connection, old, workers=1)
    await receive(connection, 1_000, "APBD-2025", number="C")
    facts = {"from_code": "APBD-2024", "to_code": "APBD-2025", "day": date(2025, 1, 2)}
    await corrections.carry_over(connection, await officer(connection), **facts)
    people = await commit_and_pay_again(connection, new)

    spent = await trace_money(connection, fund_code="APBD-2024", reference="A")
    months = [await trace_month(connection, person_id=person, month=Month(2024, 2)) for person in people]

    assert spent.steps == [Step("APBD-2024", 20_000, 16_800, 3_200, 0), Step("APBD-2025", 3_200, 3_200, 0, 0)]
    assert [(each.fund_code, each.amount, each.shared) for each in spent.bought] == [
        ("APBD-2024", 16_800, 0),
        ("APBD-2025", 3_200, 1),
    ]
    assert [origin.slices for origin in months] == [
        [
            Slice("APBD-2025", "C", 1_000, MovementKind.receive),
            Slice("APBD-2024", "A", 3_200, MovementKind.receive),
            Slice("APBD-2024", "B", 12_600, MovementKind.receive),
        ],
        [Slice("APBD-2024", "B", 16_800, MovementKind.receive)],
    ]
    rest = await trace_money(connection, fund_code="APBD-2024", reference="B")
    assert rest.steps == [Step("APBD-2024", 30_000, 0, 30_000, 0), Step("APBD-2025", 30_000, 29_400, 0, 600)]
    assert first not in people


async def commit_and_pay_again(connection, fund_id):
    """Pay two workers' February from another fund."""
    number = "299/KEP/HK/2024"
    await commit(connection, fund_id, 2 * 16_800, memo=number)
    people = await add_people(connection, 2, first=50)
    await add_decree(connection, fund_id, people, number)
    made = await bill(connection, "2024-02", decree_number=number, billing_code="B-2")
    await pay(connection, made.amount, billing_code="B-2", sp2d="0002/SP2D")
    return people


async def test_who_sees_a_part_of_the_workers_only_is_told_nothing_rather_than_something_wrong(connection):
    [person, *_] = await paid(connection, ("A", 200_000))
    await connection.execute(text("set local role jamsos_api"))
    await connection.execute(
        text(
            "select set_config('jamsos.sight_from', '53.15.05.2002', true), set_config('jamsos.sight_to', '53.15.05.2003', true)"
        )
    )

    with pytest.raises(OutsideSight):
        await trace_money(connection, fund_code="APBD-2024", reference="A")
    with pytest.raises((OutsideSight, NotFound)):
        await trace_month(connection, person_id=person, month=Month(2024, 1))


async def walked(connection, sources):
    """Return rupiah by source and worker-month, computed by hand: the money is used up month by month."""
    rows = await connection.execute(
        text(
            "select p.person_id, p.month, w.amount from programme.paid_months p join programme.worker_months w"
            " using (person_id, month) order by p.payment_id, p.month, w.decree_line_id, p.person_id"
        )
    )
    purse, found = [list(source) for source in sources], {}
    for person, month, due in rows:
        while due:
            part = min(due, purse[0][1])
            if part:
                found[person, Month.of(month)] = [*found.get((person, Month.of(month)), []), (purse[0][0], part)]
            due, purse[0][1] = due - part, purse[0][1] - part
            if not purse[0][1]:
                purse.pop(0)
    return found


async def test_bills_paid_in_turns_and_in_parts_are_traced_like_a_purse_emptied_month_by_month(connection):
    sources = [
        (f"S{n}", amount) for n, amount in enumerate((5_000, 70_001, 16_800, 1, 99_999, 40_000, 33_600, 200_000))
    ]
    fund_id = await add_fund(connection)
    for number, amount in sources:
        await receive(connection, amount, number=number)
    for turn, (number, code) in enumerate(((NUMBER, "B-1"), ("299/KEP/HK/2024", "B-2"))):
        await commit(connection, fund_id, 12 * 16_800, memo=number)
        await add_decree(connection, fund_id, await add_people(connection, 4, first=100 * turn), number)
        await bill(connection, "2024-01:2024-03", decree_number=number, billing_code=code)
    for turn, (code, months) in enumerate((("B-1", 2), ("B-2", 7), ("B-1", 3), ("B-2", 5), ("B-1", 6))):
        await pay(connection, months * 16_800, billing_code=code, sp2d=f"{turn}/SP2D")

    known = await walked(connection, sources)
    backward = {
        (person, month): [(piece.reference, piece.amount) for piece in origin.slices]
        for person, month in known
        if (origin := await trace_month(connection, person_id=person, month=month))
    }
    forward = {name: await trace_money(connection, fund_code="APBD-2024", reference=name) for name, _ in sources}

    assert len(known) == 23 and backward == known
    for name, spent in forward.items():
        parts = [(piece, month) for month, pieces in known.items() for piece in pieces if piece[0] == name]
        assert sum(each.amount for each in spent.bought) == sum(piece[1] for piece, _ in parts)
        assert spent.worker_months == len(parts)
        assert spent.shared == sum(piece[1] < 16_800 for piece, _ in parts)
