"""A wrong life event is withdrawn: it remains without effect, and may be recorded again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import NotFound
from jamsos.people import identity, service
from jamsos.people.errors import EventWithdrawn, PersonEnded, ReasonNamesSomebody, ReasonNeeded
from jamsos.people.identity import Grounds
from jamsos.people.rules import LifeEvent
from tests.officers import officer
from tests.people.builders import Office

SECOND = "5315994505857001"
GROUNDS = Grounds("Ternyata dua orang")
DIED = {"kind": LifeEvent.died, "day": date(2025, 1, 2), "evidence": "peristiwa.csv:2"}


@pytest.fixture
async def office(connection, sealer, tmp_path):
    """Maria, alive."""
    office = Office(connection, sealer, tmp_path)
    await office.load("dtks")
    await office.match()
    return office


async def only(office):
    [(person,)] = await office.people("id")
    return person


async def record(office, person, **changed):
    return await service.record_event(office.connection, COMMAND_LINE, person_id=person, **DIED | changed)


async def withdraw(office, event, reason="NIK salah ketik"):
    act = {"event_id": event, "reason": reason}
    return await service.withdraw_event(office.connection, await officer(office.connection), **act)


async def events(office):
    return [event for (event,) in await office.rows("select id from programme.life_events order by id")]


async def standing(office):
    return await office.rows("select person_id, kind, event_date from programme.standing_life_events order by id")


async def later(office, load):
    """That load came an hour after all else."""
    await office.connection.execute(text("set local session_replication_role = replica"))
    moved = "update programme.registry_loads set loaded_at = loaded_at + interval '1 hour' where id = :id"
    await office.connection.execute(text(moved), {"id": load.load_id})
    await office.connection.execute(text("set local session_replication_role = origin"))


async def test_a_withdrawn_event_stays_on_record_with_who_withdrew_it_and_why(office):
    maria = await only(office)
    await record(office, maria)
    [event] = await events(office)

    assert await withdraw(office, event) == maria

    [told] = (await service.portrait(office.connection, office.sealer, maria)).events
    assert (told["id"], told["kind"], told["withdrawn_by"], told["reason"]) == (
        event, "died", "Maria Jebarus", "NIK salah ketik",
    )  # fmt: skip
    assert await standing(office) == []
    assert await office.rows(
        "select subject_ids, details from programme.audit_entries where act = 'withdraw_event'"
    ) == [([maria], {"events": [event], "kind": "died"})]
    [village] = await office.rows("select village_code from programme.life_event_withdrawals")
    assert [village] == await office.rows("select village_code from programme.life_events")


async def test_what_cannot_be_withdrawn_is_refused_and_nothing_is_kept(office):
    await record(office, await only(office))
    [event] = await events(office)
    for refusal, act in (
        (NotFound, lambda: withdraw(office, 999_999)),
        (ReasonNeeded, lambda: withdraw(office, event, reason="")),
    ):
        with pytest.raises(refusal):
            await act()
    assert await office.rows("select 1 from programme.life_event_withdrawals") == []

    await withdraw(office, event)
    with pytest.raises(EventWithdrawn, match=f"Event {event} was withdrawn before"):
        await withdraw(office, event)


@pytest.mark.parametrize(
    "statement",
    [
        "update programme.life_event_withdrawals set reason = 'x'",
        "delete from programme.life_event_withdrawals",
        "truncate programme.life_event_withdrawals",
    ],
)
async def test_the_database_keeps_a_withdrawal_as_it_is(office, statement):
    await record(office, await only(office))
    await withdraw(office, *await events(office))

    with pytest.raises(DBAPIError, match="only grow"):
        async with office.connection.begin_nested():
            await office.connection.execute(text(statement))


async def test_what_was_withdrawn_can_be_recorded_anew_once(office):
    maria = await only(office)
    await record(office, maria)
    [first] = await events(office)
    await withdraw(office, first)

    assert [await record(office, maria), await record(office, maria)] == [True, False]

    assert await office.rows("select follows_id from programme.life_events order by id") == [(None,), (first,)]
    assert await standing(office) == [(maria, "died", date(2025, 1, 2))]
    await withdraw(office, (await events(office))[-1])
    assert await record(office, maria)


async def test_an_event_is_known_until_the_instant_of_its_withdrawal(office):
    maria = await only(office)
    await record(office, maria)
    await withdraw(office, *await events(office))
    await office.connection.execute(text("set local session_replication_role = replica"))
    await office.connection.execute(
        text("update programme.life_event_withdrawals set recorded_at = recorded_at + interval '1 hour'")
    )
    [(now,)] = await office.rows("select now()")

    async def known(at):
        asked = (maria, LifeEvent.died, date(2025, 3, 1), at)
        return await service.event_before(office.connection, *asked)

    assert (await known(now))["evidence"] == "peristiwa.csv:2"
    assert await known(now + timedelta(hours=1)) is None


async def test_matching_again_does_not_bring_back_what_registers_told_before_the_withdrawal(office):
    await office.load("dtsen", {"keberadaan": "MENINGGAL"})
    await office.load("dtsen", {"keberadaan": "MENINGGAL", "periode": "2025-Q1"}, as_of=date(2025, 3, 31))
    assert (await office.match()).events_new == 1
    await withdraw(office, *await events(office))
    await office.load("p3ke")

    assert (await office.match()).events_new == 0
    assert await standing(office) == []


@pytest.mark.parametrize("as_of", [date(2024, 12, 31), date(2025, 3, 31)])
async def test_a_register_that_comes_after_the_withdrawal_and_says_so_again_counts(office, as_of):
    await office.load("dtsen", {"keberadaan": "MENINGGAL"})
    await office.match()
    await withdraw(office, *await events(office))
    await later(office, await office.load("dtsen", {"keberadaan": "MENINGGAL", "desil": "3"}, as_of=as_of))

    assert (await office.match()).events_new == 1
    assert await standing(office) == [(await only(office), "died", as_of)]


async def test_a_letter_that_was_wrong_does_not_silence_a_register(office):
    await record(office, await only(office), day=date(2023, 1, 1))
    await office.load("dtsen", {"keberadaan": "MENINGGAL"})
    assert (await office.match()).events_new == 0
    await withdraw(office, *await events(office))
    await office.load("p3ke")

    assert (await office.match()).events_new == 1


async def other(office, **changed):
    """Somebody else, of whom another register speaks."""
    facts = {"nik": SECOND, "nama_lengkap": "MERI JELITA", "tanggal_lahir": "1985-06-05"}
    await office.load("dtsen", facts | changed)
    await office.match()
    return [person for (person,) in await office.people("id")]


async def merge(office, stays, ends):
    await identity.merge(
        office.connection, await officer(office.connection), person_id=stays, other_id=ends, grounds=GROUNDS
    )


async def part(office, person, **what):
    return await identity.split(
        office.connection, await officer(office.connection), person_id=person, grounds=GROUNDS, **what
    )


async def test_a_merge_taken_back_takes_the_death_of_the_other_along(office):
    maria, dead = await other(office)
    await record(office, dead)
    await record(office, maria, kind=LifeEvent.refused)
    await merge(office, maria, dead)
    assert len(await standing(office)) == 3

    await part(office, maria, back_id=dead)

    day = date(2025, 1, 2)
    assert await standing(office) == [(dead, "died", day), (maria, "refused", day)]
    assert await office.rows("select officer, reason from programme.life_event_withdrawals") == [
        ("Maria Jebarus", "Ternyata dua orang")
    ]
    await office.load("p3ke")
    assert (await office.match()).events_new == 0
    await merge(office, maria, dead)
    assert (maria, "died", day) in await standing(office)


async def test_a_death_that_a_parted_row_told_is_of_whom_the_row_speaks_of_now(office):
    maria = await only(office)
    await office.load("dtsen", {"keberadaan": "MENINGGAL"})
    await office.match()
    assert await standing(office) == [(maria, "died", date(2024, 12, 31))]
    rows = await office.rows("select row_id from programme.person_rows where person_id = :p order by 1", p=maria)

    done = await part(office, maria, row_ids=[rows[-1][0]])

    assert await standing(office) == [(done.person_id, "died", date(2024, 12, 31))]


async def test_what_was_withdrawn_of_an_id_is_not_told_of_the_one_in_whom_it_ends(office):
    maria, ends = await other(office, keberadaan="MENINGGAL")
    await withdraw(office, *await events(office))

    await merge(office, maria, ends)

    assert await standing(office) == []
    with pytest.raises(PersonEnded, match=f"use {maria}"):
        await withdraw(office, *await events(office))


@pytest.mark.parametrize("number", ["5315994505850001", "531599-450585-0001", "5315 9945 0585 0001"])
async def test_a_reason_that_holds_somebodys_number_is_not_kept(office, number):
    maria = await only(office)
    await record(office, maria)
    [event] = await events(office)

    with pytest.raises(ReasonNamesSomebody):
        await withdraw(office, event, reason=f"NIK salah ketik, maksudnya {number}")
    with pytest.raises(ReasonNamesSomebody):
        Grounds(f"sama dengan {number}.").check()
    with pytest.raises(ReasonNamesSomebody):
        await record(office, maria, kind=LifeEvent.moved, remark=f"ikut {number}")

    assert len(await standing(office)) == 1


async def an_hour_passes(office):
    await office.connection.execute(text("set local session_replication_role = replica"))
    for table in ("life_events", "life_event_withdrawals", "identity_events"):
        await office.connection.execute(
            text(f"update programme.{table} set recorded_at = recorded_at - interval '1 hour'")
        )
    await office.connection.execute(text("set local session_replication_role = origin"))


async def of(office, person):
    found = await office.rows(
        "select kind, event_date from programme.standing_life_events where person_id = :p order by 1", p=person
    )
    return dict(found)


DAY = date(2025, 1, 2)


async def test_what_is_withdrawn_of_the_one_who_lives_is_withdrawn_of_the_id_it_came_from(office):
    maria, ended = await other(office)
    await record(office, ended)
    await merge(office, maria, ended)
    [event] = [one for (one,) in await office.rows("select max(id) from programme.life_events")]

    await withdraw(office, event)

    assert await standing(office) == []
    [(details,)] = await office.rows("select details from programme.audit_entries where act = 'withdraw_event'")
    assert len(details["events"]) == 2
    await part(office, maria, back_id=ended)
    assert await standing(office) == []
    await merge(office, maria, ended)
    assert await standing(office) == []


async def test_what_happened_to_the_one_who_lives_is_not_told_of_an_id_that_is_brought_back(office):
    maria, ended = await other(office)
    await merge(office, maria, ended)
    await record(office, maria)
    await part(office, maria, back_id=ended)

    assert (await of(office, maria), await of(office, ended)) == ({"died": DAY}, {})
    await withdraw(office, *await events(office))
    await merge(office, maria, ended)
    assert await standing(office) == []


async def test_what_was_withdrawn_of_an_id_before_it_ended_leaves_what_the_other_lived(office):
    maria, ended = await other(office)
    await record(office, ended)
    await withdraw(office, *await events(office))
    await record(office, maria)
    await an_hour_passes(office)
    await merge(office, maria, ended)
    assert await of(office, maria) == {"died": DAY}

    await part(office, maria, back_id=ended)

    assert (await of(office, maria), await of(office, ended)) == ({"died": DAY}, {})


async def test_a_death_that_came_by_two_merges_leaves_both_with_whom_it_came(office):
    maria, middle = await other(office)
    last = (await other(office, nik="5315994505867002", nama_lengkap="YULIANA SURTI", tanggal_lahir="1986-05-05"))[-1]
    await record(office, last)
    await merge(office, middle, last)
    await merge(office, maria, middle)
    assert [await of(office, each) for each in (maria, middle, last)] == [{"died": DAY}] * 3

    await part(office, maria, back_id=last)

    assert [await of(office, each) for each in (maria, middle, last)] == [{}, {}, {"died": DAY}]
    await part(office, maria, back_id=middle)
    assert [await of(office, each) for each in (maria, middle, last)] == [{}, {}, {"died": DAY}]


async def test_what_a_row_told_is_told_of_whom_it_speaks_of_when_it_leaves_after_a_merge(office):
    maria, ended = await other(office, keberadaan="MENINGGAL")
    [(row,)] = await office.rows("select row_id from programme.person_rows where person_id = :p", p=ended)
    await office.load("province", {"nik": SECOND, "nama": "MERI JELITA", "tanggal_lahir": "05/06/1985"})
    await office.match()
    await merge(office, maria, ended)
    await office.load("p3ke")
    await office.match()
    assert (await of(office, maria)).keys() == (await of(office, ended)).keys() == {"died"}

    done = await part(office, maria, row_ids=[row])

    assert done.person_id == ended
    assert ((await of(office, maria)).keys(), (await of(office, ended)).keys()) == (set(), {"died"})


async def test_an_event_withdrawn_and_recorded_anew_of_the_one_who_lives_stays_hers_when_the_other_is_brought_back(
    office,
):
    maria, ended = await other(office)
    await record(office, ended)
    await merge(office, maria, ended)
    await an_hour_passes(office)
    await withdraw(office, (await events(office))[-1])
    await record(office, maria)
    assert (await of(office, maria), await of(office, ended)) == ({"died": DAY}, {})

    await part(office, maria, back_id=ended)

    assert (await of(office, maria), await of(office, ended)) == ({"died": DAY}, {})


async def test_a_file_that_is_loaded_again_does_not_tell_what_was_withdrawn_of_it_and_says_so(office):
    maria = await only(office)
    path = office.folder / "peristiwa.csv"
    path.write_text(
        f"nik,orang,peristiwa,tanggal,keterangan\n,{maria},MENINGGAL,2025-01-02,\n,{maria},MENOLAK,2025-01-02,\n"
    )

    async def load(path):
        return await service.load_events(office.connection, COMMAND_LINE, office.sealer, path)

    await load(path)
    await withdraw(office, (await events(office))[0])
    again = await load(path)

    assert (again.recorded, again.known, again.withdrawn_lines) == (0, 1, [2])
    assert (await of(office, maria)).keys() == {"refused"}
    other = await load(path.rename(office.folder / "peristiwa-2.csv"))
    assert (other.recorded, other.known, other.withdrawn_lines) == (1, 1, [])
