"""Differences between decree, bill and insurer receipt: owner, age, one settlement, and carrying until then."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.coverage import service
from jamsos.coverage.errors import DifferenceSettled, ResolutionWrong
from jamsos.coverage.rules import OWNERS, Difference, Owner, Resolution
from jamsos.errors import NotFound
from jamsos.months import Month, today
from jamsos.people import service as people
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_confirmation import confirm, line, receipt
from tests.coverage.test_payments import pay
from tests.money import commit, receive
from tests.officers import officer
from tests.protected import DECREE, LINES, accept, add_people, kpj


@pytest.fixture
async def workers(connection):
    """Create three workers of a decree, January billed and paid."""
    _, people = await protect(connection)
    await bill(connection)
    await pay(connection)
    return people


async def numbers(connection, people):
    return [await kpj(connection, person) for person in people]


async def happened(connection, person, kind, day):
    await connection.execute(
        text(
            """insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
               select id, :kind, :day, 'test', village_code from programme.people where id = :id"""
        ),
        {"id": person, "kind": kind, "day": day},
    )


async def resolve(connection, number, resolution=Resolution.corrected, **changed):
    facts = {"difference_id": number, "resolution": resolution, "remark": "Surat BPJS 12/2024", "day": date(2024, 2, 3)}
    return await service.resolve(connection, await officer(connection), **facts | changed)


async def test_a_difference_has_an_owner_and_an_age(connection, workers, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, (await numbers(connection, workers))[:2])))

    [found] = await service.differences(connection)
    settled = await resolve(connection, found.id)

    assert (found.kind, found.owner, found.person_id, found.month) == (
        Difference.not_confirmed, Owner.insurer, workers[2], Month(2024, 1),
    )  # fmt: skip
    assert found.age > settled.age == 14
    assert (settled.resolution, settled.remark) == (Resolution.corrected, "Surat BPJS 12/2024")
    assert await service.differences(connection) == []
    assert [each.id for each in await service.differences(connection, is_open=False)] == [found.id]


async def test_the_database_gives_every_kind_the_owner_of_the_rule(connection, workers, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    await connection.execute(
        text(
            """insert into programme.coverage_differences (insurer_receipt_id, kind, billed_amount, received_amount, village_code)
               select r.id, k.kind, 0, 0, '53.15' from programme.insurer_receipts r, unnest(cast(:kinds as text[])) k (kind)"""
        ),
        {"kinds": [str(kind) for kind in Difference]},
    )

    assert {each.kind: each.owner for each in await service.differences(connection)} == OWNERS


async def test_a_difference_is_settled_once(connection, workers, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, (await numbers(connection, workers))[:2])))
    [found] = await service.differences(connection)
    await resolve(connection, found.id)

    with pytest.raises(DifferenceSettled, match=f"The difference {found.id} was settled on 3 February 2024"):
        await resolve(connection, found.id)


async def test_nobody_says_what_only_the_books_can_say(connection):
    with pytest.raises(ResolutionWrong, match="confirmed_later"):
        await resolve(connection, 1, Resolution.confirmed_later)


async def test_an_unknown_difference_is_named(connection):
    with pytest.raises(NotFound, match="difference 99"):
        await resolve(connection, 99)


async def test_a_later_receipt_settles_what_it_confirms(connection, workers, tmp_path):
    members = await numbers(connection, workers)
    await confirm(connection, receipt(tmp_path, *map(line, members[:2])))
    await confirm(connection, receipt(tmp_path, line(members[2]), name="second.csv"))

    [found] = await service.differences(connection, is_open=False)

    assert found.resolution is Resolution.confirmed_later
    assert found.remark.startswith("B-1/")


async def test_what_is_open_is_carried_to_each_next_bill_of_the_fund_until_it_is_settled(connection, workers, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, (await numbers(connection, workers))[:2])))
    await protect(connection, 1, fund="APBD-2025", number="other", year=2025)

    second = await bill(connection, "2024-02", "B-2")
    other = await bill(connection, "2025-01", "C-1", number="other")
    [found] = await service.differences(connection)
    await resolve(connection, found.id)
    third = await bill(connection, "2024-03", "B-3")

    assert (second.carried, second.carried_amount) == (1, -16_800)
    assert (other.carried, third.carried) == (0, 0)
    assert found.carried == 1


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("died", Difference.died),
        ("moved", Difference.moved),
        ("became_wage_earner", Difference.other_payer),
        ("became_civil_servant", Difference.other_payer),
    ],
)
async def test_a_month_paid_in_vain_is_found_when_the_event_becomes_known(connection, workers, tmp_path, event, kind):
    await bill(connection, "2024-02", "B-2")
    await pay(connection, billing_code="B-2", sp2d="0002/SP2D")
    members = await numbers(connection, workers)
    for month, code in (("2024-01", "B-1"), ("2024-02", "B-2")):
        await confirm(connection, receipt(tmp_path, *(line(m, month, code=code) for m in members), name=f"{code}.csv"))
    assert await service.differences(connection) == []
    await happened(connection, workers[0], event, date(2024, 1, 20))

    await bill(connection, "2024-03", "B-3")
    await bill(connection, "2024-04", "B-4")

    [found] = await service.differences(connection)
    assert (found.kind, found.owner, found.billing_code, found.month) == (kind, Owner.office, "B-2", Month(2024, 2))
    assert (found.billed_amount, found.received_amount, found.carried) == (16_800, 16_800, 2)


async def test_nothing_was_paid_in_vain_after_an_event_that_was_withdrawn(connection, workers, tmp_path):
    await happened(connection, workers[0], "moved", date(2023, 12, 20))
    [event] = (await connection.execute(text("select id from programme.life_events"))).scalars()
    await people.withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")

    [found] = await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))

    assert (found.confirmed, found.differences) == (3, {})


async def withdrawn(connection, number=-1):
    """Withdraw the event at that position in the order of recording."""
    event = list((await connection.execute(text("select id from programme.life_events order by id"))).scalars())[number]
    await people.withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")


async def told(connection):
    """Return kind, settlement and settling officer of every difference, in the order of detection."""
    found = await connection.execute(
        text("""select d.kind, s.resolution, s.remark, s.resolved_by from programme.coverage_differences d
            left join programme.difference_resolutions s on s.difference_id = d.id order by d.id""")
    )
    return list(map(tuple, found))


CLOSED = ("withdrawn", "NIK salah ketik", "Maria Jebarus")
OPEN = (None, None, None)


async def test_a_difference_closes_with_the_event_it_rests_on_and_is_found_anew_when_it_is_said_again(
    connection, workers, tmp_path
):
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    assert await told(connection) == [("died", *OPEN)]

    await withdrawn(connection)

    assert await told(connection) == [("died", *CLOSED)]
    await bill(connection, "2024-03", "B-3")
    assert await told(connection) == [("died", *CLOSED)]
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    await bill(connection, "2024-04", "B-4")
    await bill(connection, "2024-05", "B-5")
    assert await told(connection) == [("died", *CLOSED), ("died", *OPEN)]
    await withdrawn(connection)
    assert await told(connection) == [("died", *CLOSED)] * 2


async def test_a_month_that_another_event_still_makes_vain_is_told_by_that_one_at_once(connection, workers, tmp_path):
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    await happened(connection, workers[0], "moved", date(2023, 12, 21))
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    assert await told(connection) == [("died", *OPEN)]

    await withdrawn(connection, 0)

    assert await told(connection) == [("died", *CLOSED), ("moved", *OPEN)]


async def test_a_difference_settled_by_hand_stays_settled_when_its_event_is_withdrawn_and_said_again(
    connection, workers, tmp_path
):
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    [found] = await service.differences(connection)
    await resolve(connection, found.id, Resolution.refunded)

    await withdrawn(connection)
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    await bill(connection, "2024-03", "B-3")

    assert await told(connection) == [("died", "refunded", "Surat BPJS 12/2024", "Maria Jebarus")]


async def test_a_difference_that_rests_on_another_payer_closes_when_the_register_says_so_no_longer(
    connection, workers, tmp_path
):
    paid = "update programme.people set other_payer_from = :month where id = :id"
    await connection.execute(text(paid), {"id": workers[1], "month": date(2023, 7, 1)})
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    assert await told(connection) == [("other_payer", *OPEN)]

    await connection.execute(text(paid), {"id": workers[1], "month": None})
    await bill(connection, "2024-03", "B-3")

    assert await told(connection) == [("other_payer", "withdrawn", "B-3", "command line")]


async def test_a_worker_paid_for_under_two_ids_is_found_when_they_become_one_and_not_when_they_are_two_again(
    connection, workers, tmp_path
):
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    become = "update programme.people set merged_into_id = :into where id = :id"
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text(become), {"id": workers[2], "into": workers[0]})
    await connection.execute(text("set local session_replication_role = origin"))

    await bill(connection, "2024-03", "B-3")
    await bill(connection, "2024-04", "B-4")

    [found] = await service.differences(connection)
    assert (found.kind, found.person_id, found.month, found.received_amount) == (
        Difference.double, workers[2], Month(2024, 1), 16_800,
    )  # fmt: skip
    await connection.execute(text(become), {"id": workers[2], "into": None})
    await bill(connection, "2024-05", "B-5")
    assert await told(connection) == [("double", "withdrawn", "B-5", "command line")]


async def test_months_that_a_register_says_another_pays_are_found_within_them(connection, workers, tmp_path):
    await connection.execute(
        text(
            """update programme.people set other_payer_from = '2023-07-01', other_payer_to = '2024-01-01' where id = :id"""
        ),
        {"id": workers[1]},
    )

    [found] = await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))

    assert (found.confirmed, found.differences) == (3, {Difference.other_payer: 1})


async def test_who_is_named_and_never_billed_is_not_registered_until_a_bill_asks_for_the_month(
    connection, workers, tmp_path
):
    decree_id, [late] = await _named_only(connection)
    members = await numbers(connection, workers)

    [found] = await confirm(connection, receipt(tmp_path, *map(line, members)))
    [open_] = await service.differences(connection)
    again = await confirm(connection, receipt(tmp_path, line(members[0]), name="again.csv"))
    await _accept(connection, decree_id)
    await bill(connection, "2024-01", "B-9", is_rest=True)

    assert found.differences == {Difference.not_registered: 1}
    assert (open_.kind, open_.owner, open_.person_id, open_.billed_amount) == (
        Difference.not_registered, Owner.office, late, 0,
    )  # fmt: skip
    assert Difference.not_registered not in again[0].differences
    settled = await service.differences(connection, is_open=False)
    assert [each.resolution for each in settled if each.id == open_.id] == [Resolution.billed_later]


async def _named_only(connection):
    """Create an amendment with one worker without an answer of the insurer; return its id and the person."""
    root, fund = (
        await connection.execute(text("select id, fund_id from programme.decrees where amends_id is null"))
    ).one()
    people = await add_people(connection, 1, first=77_000)
    span = {"month_from": date(2024, 1, 1), "month_to": date(2024, 12, 1)}
    facts = {"number": "300/KEP/HK/2024", "kind": "amendment", "fund_id": fund, "amends_id": root, "count": 1}
    decree_id = (await connection.execute(text(DECREE), facts | span)).scalar_one()
    # an additional name, which the database refuses in every amendment
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text(LINES), {"decree_id": decree_id, "people": people} | span)
    await connection.execute(text("set local session_replication_role = origin"))
    return decree_id, people


async def _accept(connection, decree_id):
    fund = (
        await connection.execute(text("select fund_id from programme.decrees where amends_id is null"))
    ).scalar_one()
    await receive(connection, 201_600, "APBD-2024", number="STS-2", day=date(2024, 1, 2))
    await commit(connection, fund, 201_600, memo="300/KEP/HK/2024", day=date(2024, 1, 2))
    await accept(connection, decree_id)


async def test_a_settlement_is_never_changed(connection, workers, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, (await numbers(connection, workers))[:2])))
    [found] = await service.differences(connection)
    await resolve(connection, found.id)

    with pytest.raises(DBAPIError, match="only grow"):
        async with connection.begin_nested():
            await connection.execute(text("update programme.difference_resolutions set resolution = 'refunded'"))


VAIN = "select month, kind, state, amount, is_open, due_date from programme.vain_months where person_id = :id order by month"


async def vain(connection, person):
    return [tuple(row) for row in await connection.execute(text(VAIN), {"id": person})]


async def test_a_year_paid_ahead_for_the_dead_is_listed_to_the_rupiah_as_soon_as_the_death_is_recorded(connection):
    _, [dead, *_] = await protect(connection)
    made = await bill(connection, "2024-01:2024-12")
    await pay(connection, made.amount)
    assert await vain(connection, dead) == []

    await happened(connection, dead, "died", date(2024, 4, 20))

    found = await vain(connection, dead)
    assert [(month.month, *rest[:4]) for month, *rest in found] == [
        (month, "died", "paid", 16_800, True) for month in range(5, 13)
    ]
    assert {due for *_, due in found} == {date(today().year, 12, 31)}
    assert await service.differences(connection) == []  # no receipt has spoken of them yet


async def test_a_death_recorded_after_the_confirmation_is_a_difference_in_the_same_transaction(
    connection, workers, tmp_path
):
    await confirm(connection, receipt(tmp_path, *map(line, await numbers(connection, workers))))
    assert await service.differences(connection) == []

    await happened(connection, workers[0], "died", date(2023, 12, 20))

    [found] = await service.differences(connection)
    assert (found.kind, found.month, found.billed_amount) == (Difference.died, Month(2024, 1), 16_800)
    await resolve(connection, found.id, Resolution.credited)
    assert [row[1:5] for row in await vain(connection, workers[0])] == [("died", "confirmed", 16_800, False)]


async def test_what_the_dead_need_not_be_paid_is_listed_until_the_death_is_withdrawn(connection, workers):
    await happened(connection, workers[0], "died", date(2023, 12, 20))
    assert len(await vain(connection, workers[0])) == 1

    await withdrawn(connection)

    assert await vain(connection, workers[0]) == []
