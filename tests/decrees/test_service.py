"""A decree freezes a list; later decrees replace people, and the quota remains."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import amendments, service
from jamsos.decrees.errors import (
    DecreeDateWrong,
    DecreeIsAmendment,
    DecreeNumberMalformed,
    DecreeNumberTaken,
    DecreesOverlap,
    FundMissing,
    FundOther,
    LeavingWrong,
    NothingToAmend,
    RunDecreed,
    SuccessorWrong,
)
from jamsos.decrees.rules import DecreeKind, EndReason, Leaving
from jamsos.errors import NotFound
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import BudgetExceeded
from jamsos.ledger.rules import FundKind
from jamsos.months import Month
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.selection.errors import RunBroken
from jamsos.selection.rules import History
from tests.decrees.builders import NUMBER, YEAR, amend, decreed, fund, in_force, issue, line_of, run
from tests.officers import officer
from tests.selection.builders import settle

JAN, MAR, APR, DEC = (Month(2024, month) for month in (1, 3, 4, 12))
BEFORE = Month(2023, 12)


async def count(connection, table="decrees"):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def worker_months(connection, number=NUMBER):
    lines = await service.lines_in_force(connection, decree_number=number, month_from=YEAR[0], month_to=YEAR[1])
    return len(lines)


async def test_decree_298_names_1_000_workers_and_promises_their_cost(connection):
    await fund(connection)
    await settle(connection, 1_100)
    kept = await run(connection)

    decree = await issue(connection, kept.id)

    assert (decree.kind, decree.worker_count, decree.amount) == (DecreeKind.determination, 1_000, 201_600_000)
    assert await ledger.free_to_spend(connection, "APBD-2024") == 0
    assert await worker_months(connection) == 12_000
    assert await count(connection, "decree_lines") == 1_000


async def test_the_annex_is_numbered_by_village_and_then_by_rank(connection):
    await fund(connection, amount=4 * 201_600)
    far = await settle(connection, 2, village_code="53.15.11.2001", decile=1)
    near = await settle(connection, 2, village_code="53.15.01.2001", decile=2)
    await issue(connection, (await run(connection)).id)

    rows = await connection.execute(
        text("select line, person_id, village_code from programme.decree_lines order by line")
    )
    lines = rows.all()

    assert [row.line for row in lines] == [1, 2, 3, 4]
    assert {row.person_id for row in lines[:2]} == set(near) and {row.person_id for row in lines[2:]} == set(far)


async def test_issued_lines_cannot_be_changed_even_by_the_owner(connection):
    await decreed(connection)
    with pytest.raises(DBAPIError, match="only grow"):
        await connection.execute(text("update programme.decree_lines set month_to = '2024-06-01'"))


@pytest.mark.parametrize(
    ("changed", "refusal", "says"),
    [
        ({"number": "298 <KEP>"}, DecreeNumberMalformed, "298 <KEP>"),
        ({"signed_date": date(2030, 1, 1)}, DecreeDateWrong, "has not come yet"),
        ({"signed_date": date(2021, 1, 1)}, DecreeDateWrong, "1 January 2021"),
        ({"fund_code": "OTHER"}, FundOther, "drawn up for another fund"),
    ],
)
async def test_a_decree_that_makes_no_sense_is_refused_and_nothing_is_kept(connection, changed, refusal, says):
    await fund(connection)
    await fund(connection, code="OTHER")
    await settle(connection, 2)
    kept = await run(connection)

    with pytest.raises(refusal, match=says):
        await issue(connection, kept.id, **changed)

    assert (await count(connection), await count(connection, "decree_lines")) == (0, 0)
    assert await ledger.free_to_spend(connection, "APBD-2024") == 201_600_000


async def test_a_number_belongs_to_one_decree_and_a_run_to_one_decree(connection):
    await fund(connection)
    await settle(connection, 2)
    one, other = await run(connection, ceiling=201_600), await run(connection, ceiling=201_600)
    await issue(connection, one.id)

    for written in (NUMBER, NUMBER.lower(), "298 / kep / HK / 2024"):
        with pytest.raises(DecreeNumberTaken, match=written):
            await issue(connection, other.id, number=written)
    with pytest.raises(RunDecreed, match=f"run {one.id} is in decree {NUMBER}"):
        await issue(connection, one.id, number="299/KEP/HK/2024")
    assert await count(connection) == 1


async def test_an_unknown_run_is_named(connection):
    with pytest.raises(NotFound, match="selection run 77"):
        await issue(connection, 77)


async def test_a_fund_that_holds_less_refuses_the_decree(connection):
    await fund(connection, amount=403_200)
    await settle(connection, 4)
    first = await run(connection, ceiling=403_200)
    await issue(connection, first.id)
    later = await run(connection, ceiling=403_200, fund_code=None, history=await covered(connection))

    with pytest.raises(BudgetExceeded):
        await issue(connection, later.id, number="299/KEP/HK/2024", fund_code="APBD-2024")
    assert await count(connection) == 1


async def covered(connection, months=YEAR):
    protected = await service.protected_in(connection, office_code="53.15", month_from=months[0], month_to=months[1])
    return History(covered=frozenset(protected))


async def test_a_run_without_a_fund_needs_one_at_the_same_rate(connection):
    await fund(connection)
    await fund(connection, code="DONASI-2026", kind=FundKind.donation, is_via_apbd=False, fiscal_year=2026)
    await settle(connection, 2)
    kept = await run(connection, year=2026, ceiling=201_600, fund_code=None)

    with pytest.raises(FundMissing, match="name one with --fund"):
        await issue(connection, kept.id, signed_date=date(2026, 1, 5))
    with pytest.raises(FundOther, match="the contribution from this fund differs"):
        await issue(connection, kept.id, signed_date=date(2026, 1, 5), fund_code="DONASI-2026")
    assert (await issue(connection, kept.id, signed_date=date(2026, 1, 5), fund_code="APBD-2024")).amount == 201_600


async def test_nobody_is_named_for_the_same_month_by_two_decrees(connection):
    await fund(connection)
    await settle(connection, 2)
    one = await run(connection, ceiling=403_200)
    same_people = await run(connection, ceiling=403_200, months=(Month(2024, 7), DEC))
    await issue(connection, one.id)

    with pytest.raises(DecreesOverlap, match=f"Decree {NUMBER} or others protect 2 people of this list"):
        await issue(connection, same_people.id, number="371/KEP/HK/2024")
    assert await count(connection) == 1


async def test_a_second_decree_protects_others_in_the_same_months(connection):
    await fund(connection)
    await settle(connection, 3)
    await issue(connection, (await run(connection, ceiling=403_200)).id)
    half = await run(connection, ceiling=1_000_000, months=(Month(2024, 7), DEC), history=await covered(connection))

    second = await issue(connection, half.id, number="371/KEP/HK/2024", signed_date=date(2024, 6, 24))

    assert (second.worker_count, second.amount) == (1, 6 * 16_800)
    assert len(await in_force(connection, Month(2024, 7), number="371/KEP/HK/2024")) == 1
    assert await in_force(connection, Month(2024, 6), number="371/KEP/HK/2024") == set()


async def test_a_list_changed_behind_our_back_is_not_decreed(connection):
    await fund(connection)
    await settle(connection, 2)
    kept = await run(connection, ceiling=201_600)
    await connection.execute(text("alter table programme.selection_candidates disable trigger refuse_change"))
    await connection.execute(
        text("update programme.selection_candidates set outcome = 'chosen', reason = 'within_budget'")
    )

    with pytest.raises(RunBroken, match="does not match its run manifest"):
        await issue(connection, kept.id)


async def test_the_next_in_line_takes_the_place_of_who_died_and_the_quota_stays(connection):
    _, (dead, *others), (next_one, _) = await decreed(connection)

    done = await amend(
        connection, Leaving((await line_of(connection, dead)).id, EndReason.died, MAR), fill_from=APR, billed={}
    )

    assert (done.ended, done.filled, done.open_places, done.decree.amount) == (1, 1, 0, 0)
    assert await in_force(connection, MAR) == {dead, *others}
    assert await in_force(connection, APR) == {next_one, *others}
    assert await worker_months(connection) == 3 * 12


async def test_who_was_refused_by_the_insurer_never_started(connection):
    _, (refused, *others), (next_one, _) = await decreed(connection)

    await amend(
        connection,
        Leaving((await line_of(connection, refused)).id, EndReason.refused_by_insurer, BEFORE),
        fill_from=JAN,
    )

    assert await in_force(connection, JAN) == {next_one, *others}
    assert await worker_months(connection) == 36


async def test_a_replacement_can_be_replaced_by_the_one_after(connection):
    _, (first, *others), (second, third) = await decreed(connection)
    await amend(connection, Leaving((await line_of(connection, first)).id, EndReason.moved, MAR), fill_from=APR)

    await amend(
        connection,
        Leaving((await line_of(connection, second)).id, EndReason.refused_by_insurer, MAR),
        number="318/KEP/HK/2024",
        fill_from=APR,
    )

    assert await in_force(connection, MAR) == {first, *others}
    assert await in_force(connection, APR) == {third, *others}
    assert await worker_months(connection) == 36


async def test_a_place_nobody_can_fill_stays_open_and_is_filled_by_a_later_decree(connection):
    _, (gone, *_), waiting = await decreed(connection, waiting=0)
    assert waiting == []
    done = await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR), fill_from=APR)
    assert (done.filled, done.open_places) == (0, 1)

    with pytest.raises(NothingToAmend):
        await amend(connection, number="318/KEP/HK/2024", fill_from=APR)


async def test_a_place_left_open_can_be_filled_later_from_a_later_month(connection):
    _, (gone, *others), (next_one, _) = await decreed(connection)
    await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR))

    await amend(connection, number="318/KEP/HK/2024", fill_from=Month(2024, 6))

    assert await in_force(connection, Month(2024, 5)) == set(others)
    assert await in_force(connection, Month(2024, 6)) == {next_one, *others}


async def test_billed_months_never_move(connection):
    _, (dead, *others), _ = await decreed(connection)
    line = await line_of(connection, dead)

    with pytest.raises(
        LeavingWrong, match=r"Line 1 of the annex of 298/KEP/HK/2024 .* later months are billed and cannot change"
    ):
        await amend(connection, Leaving(line.id, EndReason.died, JAN), billed={line.id: MAR}, fill_from=APR)
    await amend(connection, Leaving(line.id, EndReason.died, MAR), billed={line.id: MAR}, fill_from=APR)

    assert await in_force(connection, MAR) == {dead, *others}


async def test_who_waits_is_passed_over_when_life_has_gone_on(connection):
    _, (gone, *others), (dead, refused, third) = await decreed(connection, waiting=3)
    await connection.execute(
        text(
            "insert into programme.life_events (person_id, kind, event_date, evidence, village_code)"
            " values (:id, 'died', '2024-01-05', 'test', '53.15.05.2001')"
        ),
        {"id": dead},
    )
    leaving = Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR)

    await amend(connection, leaving, fill_from=APR, history=History(refused=frozenset({refused})))

    assert await in_force(connection, APR) == {third, *others}


async def test_a_named_successor_goes_before_the_rank(connection):
    _, (gone, *others), (_, second) = await decreed(connection)

    await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR, second))

    assert await in_force(connection, APR) == {second, *others}


async def test_somebody_who_does_not_wait_cannot_be_named(connection):
    _, (gone, still_there, _), (waiting, _) = await decreed(connection)
    leaving = Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR)
    other = Leaving((await line_of(connection, still_there)).id, EndReason.moved, MAR, waiting)

    with pytest.raises(SuccessorWrong, match=f"Person number {still_there} cannot"):
        await amend(connection, leaving._replace(successor_id=still_there))
    with pytest.raises(SuccessorWrong, match="named for two places"):
        await amend(connection, leaving._replace(successor_id=waiting), other)
    assert await count(connection) == 1


async def test_amendments_that_make_no_sense_are_refused_and_nothing_is_kept(connection):
    _, (gone, *_), _ = await decreed(connection)
    line = await line_of(connection, gone)
    leaving = Leaving(line.id, EndReason.moved, MAR)
    await amend(connection, leaving)

    with pytest.raises(LeavingWrong, match="ended already"):
        await amend(connection, leaving, number="318/KEP/HK/2024")
    with pytest.raises(NotFound, match="decree line 999999"):
        await amend(connection, leaving._replace(line_id=999_999), number="318/KEP/HK/2024")
    with pytest.raises(DecreeIsAmendment, match=f"amend {NUMBER} instead"):
        await amend(connection, leaving, number="318/KEP/HK/2024", of="317/KEP/HK/2024")
    with pytest.raises(DecreeDateWrong, match="before the decree it amends"):
        await amend(connection, leaving, number="318/KEP/HK/2024", signed_date=date(2024, 1, 3))
    with pytest.raises(DecreeNumberTaken):
        await amend(connection, leaving, number=NUMBER)
    with pytest.raises(NothingToAmend):
        await amend(connection, number="318/KEP/HK/2024")
    assert await count(connection) == 2


async def test_an_amendment_belongs_to_the_first_decrees_number(connection):
    decree, (gone, *_), _ = await decreed(connection)
    await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR), fill_from=APR)

    assert await service.root_of(connection, "317/KEP/HK/2024") == decree
    assert await in_force(connection, APR, number="317/KEP/HK/2024") == await in_force(connection, APR)


async def test_life_events_tell_who_must_leave_and_when(connection):
    _, (dead, moved, _), _ = await decreed(connection)
    for person, kind, day in (
        (dead, "died", "2024-02-10"),
        (moved, "moved", "2023-11-30"),
        (dead, "moved", "2024-09-01"),
    ):
        await connection.execute(
            text(
                "insert into programme.life_events (person_id, kind, event_date, evidence, village_code)"
                " values (:id, :kind, cast(:day as text)::date, 'test', '53.15.05.2001')"
            ),
            {"id": person, "kind": kind, "day": day},
        )
    first, second = await line_of(connection, dead), await line_of(connection, moved)

    async def left(**billed):
        found = await amendments.left_by_event(
            connection,
            of=await service.amended_decree(connection, NUMBER),
            as_of=date(2024, 3, 31),
            billed=billed.get("billed", {}),
        )
        return sorted(found)

    assert await left() == sorted(
        [Leaving(first.id, EndReason.died, Month(2024, 2)), Leaving(second.id, EndReason.moved, BEFORE)]
    )
    assert await left(billed={first.id: MAR, second.id: MAR}) == sorted(
        [Leaving(first.id, EndReason.died, MAR), Leaving(second.id, EndReason.moved, MAR)]
    )


async def test_who_was_wrongly_told_dead_need_not_leave_once_it_is_withdrawn(connection):
    _, (alive, *_), _ = await decreed(connection)
    died = {"person_id": alive, "kind": LifeEvent.died, "day": date(2024, 2, 10), "evidence": "peristiwa.csv:2"}
    await people.record_event(connection, COMMAND_LINE, **died)
    asked = {"of": await service.amended_decree(connection, NUMBER), "as_of": date(2024, 3, 31), "billed": {}}
    assert len(await amendments.left_by_event(connection, **asked)) == 1
    [event] = (await connection.execute(text("select id from programme.life_events"))).scalars()

    await people.withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")

    assert await amendments.left_by_event(connection, **asked) == []


async def test_the_decrees_of_a_year_come_with_their_amendments(connection):
    decree, (gone, *_), _ = await decreed(connection)
    await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR))

    assert [found.number for found in await service.all_decrees(connection)] == [NUMBER, "317/KEP/HK/2024"]
    assert [found.kind for found in (await service.amended_decree(connection, decree.number)).decrees] == [
        "determination",
        "amendment",
    ]


async def test_two_clerks_cannot_name_the_same_people_at_once(engine):
    """The second one waits for the first, and then sees its decree."""
    async with engine.begin() as first:
        await fund(first)
        await settle(first, 2)
        one, other = await run(first, ceiling=403_200), await run(first, ceiling=403_200)
    async with engine.connect() as first, engine.connect() as second:
        await first.begin()
        await second.begin()
        await issue(first, one.id)
        waiting = asyncio.ensure_future(issue(second, other.id, number="299/KEP/HK/2024"))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await first.commit()
        with pytest.raises(DecreesOverlap):
            await waiting
        await second.rollback()


async def test_an_issued_decree_takes_no_more_names_whoever_writes(engine):
    async with engine.begin() as connection:
        await fund(connection)
        await settle(connection, 2)
        await issue(connection, (await run(connection, ceiling=403_200)).id)
    more = """
        insert into programme.decree_lines (decree_id, line, action, person_id, month_from, month_to, village_code)
        select decree_id, 3, action, person_id, month_from, month_to, village_code from programme.decree_lines where line = 1
    """

    with pytest.raises(DBAPIError, match="frozen"):
        async with engine.begin() as connection:
            await connection.execute(text(more))

    async with engine.connect() as connection:
        assert await count(connection, "decree_lines") == 2


async def test_an_office_issues_and_amends_through_the_door_with_its_own_sight(connection):
    await fund(connection, amount=403_200)
    await settle(connection, 3)
    kept = await run(connection)
    await connection.execute(text("set local role jamsos_api"))
    await connection.execute(
        text("select set_config('jamsos.sight_from', '53.15', true), set_config('jamsos.sight_to', '53.15~', true)")
    )
    decree = await issue(connection, kept.id)
    (gone, *_) = (await service.amended_decree(connection, decree.number)).lines.values()

    done = await amend(connection, Leaving(gone.id, EndReason.moved, MAR), fill_from=APR)

    assert done.filled == 1
    assert len(await in_force(connection, APR)) == 2


SECOND = """insert into programme.decree_lines (decree_id, line, action, person_id, month_from, month_to, village_code)
    select :decree, 1, 'inclusion', person_id, :first, :last, village_code from programme.decree_lines where line = 1 limit 1"""


async def test_the_database_itself_wants_a_run_behind_a_determination(connection):
    await decreed(connection)

    with pytest.raises(DBAPIError, match="decrees_origin_check"):
        async with connection.begin_nested():
            await write_decree(connection, None)


async def other_decree(connection):
    """Create a second determination, of a separate run."""
    return await write_decree(connection, (await run(connection, fund_code=None, ceiling=201_600)).id)


async def write_decree(connection, run_id):
    """Insert a decree directly, without the rules."""
    copied = text(
        """insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, fund_id, rate,
                                           worker_count, amount, list_sha256, office_code, issued_by, run_id)
           select '999/KEP/HK/2024', kind, signed_date, year, month_from, '2025-03-01', legal_base, fund_id, rate, 1, 0, '', office_code,
                  'test', cast(:run as bigint) from programme.decrees limit 1 returning id"""
    )
    return (await connection.execute(copied, {"run": run_id})).scalar_one()


async def test_the_database_itself_protects_nobody_twice_in_a_month(connection):
    await decreed(connection)
    second = await other_decree(connection)

    with pytest.raises(DBAPIError, match="protects somebody of this list in the same months"):
        async with connection.begin_nested():
            await connection.execute(
                text(SECOND), {"decree": second, "first": date(2024, 12, 1), "last": date(2025, 3, 1)}
            )
    await connection.execute(text(SECOND), {"decree": second, "first": date(2025, 1, 1), "last": date(2025, 3, 1)})


async def test_whose_line_was_ended_may_be_protected_by_another_decree_from_then_on(connection):
    _, [first, *_], _ = await decreed(connection)
    line = text("select id from programme.decree_lines where person_id = :person")
    number = (await connection.execute(line, {"person": first})).scalar_one()
    await amend(connection, Leaving(number, EndReason.moved, Month(2024, 6)))
    second = await other_decree(connection)
    mine = SECOND.replace("line = 1", f"person_id = {first}")

    with pytest.raises(DBAPIError, match="in the same months"):
        async with connection.begin_nested():
            await connection.execute(
                text(mine), {"decree": second, "first": date(2024, 6, 1), "last": date(2024, 12, 1)}
            )
    await connection.execute(text(mine), {"decree": second, "first": date(2024, 7, 1), "last": date(2024, 12, 1)})
