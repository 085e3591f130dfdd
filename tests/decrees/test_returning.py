"""A wrongly terminated person returns by a later decree, a vacant place is filled by one person, and the quota remains."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import amendments, letters, service
from jamsos.decrees.annex import annex
from jamsos.decrees.errors import DecreeDateWrong, SuccessorWrong
from jamsos.decrees.rules import AmendmentCaution, Cautioned, EndReason, Leaving, Named
from jamsos.decrees.service import amended_decree
from jamsos.errors import LineWrong
from jamsos.months import Month
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.selection.rules import History
from tests.decrees.builders import NUMBER, YEAR, amend, decreed, in_force, line_of
from tests.decrees.test_annex import leavings_file, nik
from tests.decrees.test_service import other_decree, worker_months
from tests.officers import officer
from tests.selection.builders import settle

MAR, APR, JUN, JUL, DEC = (Month(2024, month) for month in (3, 4, 6, 7, 12))
SECOND = {"number": "318/KEP/HK/2024", "signed_date": date(2024, 7, 1)}


async def left(connection, person, last=MAR, reason=EndReason.moved):
    """Terminate her line without a replacement."""
    line = await line_of(connection, person)
    await amend(connection, Leaving(line.id, reason, last), signed_date=date(2024, 4, 2))
    return line.id


async def test_who_was_ended_wrongly_comes_back_to_her_own_place(connection):
    _, [she, *others], _ = await decreed(connection)
    line = await left(connection, she)

    done = await amend(connection, **SECOND, named=[Named(line, she, JUL)])

    assert (done.ended, done.filled, done.open_places) == (0, 1, 0)
    assert await in_force(connection, JUN) == set(others)
    assert await in_force(connection, JUL) == {she, *others}
    assert await worker_months(connection) == 3 * 12 - 3


async def test_whose_death_is_withdrawn_comes_back_though_the_register_had_said_so(connection):
    _, [she, *others], _ = await decreed(connection)
    died = {"person_id": she, "kind": LifeEvent.died, "day": date(2024, 3, 10), "evidence": "peristiwa.csv:2"}
    await people.record_event(connection, COMMAND_LINE, **died)
    line = await left(connection, she, reason=EndReason.died)
    with pytest.raises(SuccessorWrong, match=f"Person number {she} .* no longer meets the criteria"):
        await amend(connection, **SECOND, named=[Named(line, she)])
    [event] = (await connection.execute(text("select id from programme.life_events"))).scalars()
    await people.withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")

    await amend(connection, **SECOND, named=[Named(line, she)])

    assert await in_force(connection, APR) == {she, *others}
    assert await worker_months(connection) == 36


async def test_whose_place_is_taken_comes_back_to_another(connection):
    _, [she, gone, third], [next_one, _] = await decreed(connection)
    mine = await line_of(connection, she)
    await amend(connection, Leaving(mine.id, EndReason.moved, MAR), fill_from=APR, signed_date=date(2024, 4, 2))
    his = (await line_of(connection, gone)).id

    with pytest.raises(SuccessorWrong, match="that place is not vacant"):
        await amend(connection, **SECOND, named=[Named(mine.id, she)])
    await amend(connection, Leaving(his, EndReason.died, JUN, she), **SECOND)

    assert await in_force(connection, JUL) == {next_one, third, she}
    assert await worker_months(connection) == 36


async def test_a_place_left_open_is_filled_by_name_without_anybody_leaving(connection):
    _, [gone, *others], [_, second] = await decreed(connection)
    line = await left(connection, gone)

    await amend(connection, **SECOND, named=[Named(line, second, JUL)])

    assert await in_force(connection, JUL) == {second, *others}


@pytest.mark.parametrize("month", [MAR, Month(2025, 1)])
async def test_a_place_is_given_only_within_its_open_months(connection, month):
    _, [she, *_], _ = await decreed(connection)
    line = await left(connection, she)

    with pytest.raises(SuccessorWrong, match="outside the vacant months"):
        await amend(connection, **SECOND, named=[Named(line, she, month)])


async def test_nobody_takes_two_places_nor_a_place_two_persons(connection):
    _, [she, other, third], _ = await decreed(connection)
    lines = [(await line_of(connection, person)).id for person in (she, other)]
    await amend(connection, *(Leaving(line, EndReason.moved, MAR) for line in lines), signed_date=date(2024, 4, 2))

    with pytest.raises(SuccessorWrong, match="named for two places"):
        await amend(connection, **SECOND, named=[Named(line, she) for line in lines])
    with pytest.raises(SuccessorWrong, match="not vacant"):
        await amend(connection, **SECOND, named=[Named(lines[0], she), Named(lines[0], other)])
    with pytest.raises(SuccessorWrong, match="protects this person in these months already"):
        await amend(connection, **SECOND, named=[Named(lines[0], third)])
    assert len(await service.all_decrees(connection)) == 2


async def test_who_was_ended_does_not_come_back_by_rank(connection):
    """An officer names her, or she does not return."""
    _, [gone, *others], [first, second] = await decreed(connection)
    await amend(connection, Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR), fill_from=APR)
    await amend(
        connection, Leaving((await line_of(connection, first)).id, EndReason.found_ineligible, JUN), fill_from=JUL, **SECOND
    )  # fmt: skip

    assert await in_force(connection, JUL) == {second, *others}


async def test_who_never_stood_on_the_list_is_not_named(connection):
    _, [she, *_], _ = await decreed(connection)
    line = await left(connection, she)
    [stranger] = await settle(connection, 1)
    with pytest.raises(SuccessorWrong, match="not on the list of the run"):
        await amend(connection, **SECOND, named=[Named(line, stranger)])


async def test_her_return_is_told_as_one(connection, sealer):
    _, [she, *_], _ = await decreed(connection, sealer=sealer)
    line = await left(connection, she)
    await amend(connection, **SECOND, named=[Named(line, she, JUL)])

    found = await letters.namings(connection, she, 2024)
    printed = (await annex(connection, COMMAND_LINE, sealer, number=SECOND["number"], form=".csv")).decode()

    assert letters.decree_sentences(found, "en")[-1] == (
        "Decree 318/KEP/HK/2024 of 1 July 2024: named again, protected from July 2024 to December 2024."
    )
    assert letters.letter_sentences(found, "id")[-1] == (
        "Keputusan 318/KEP/HK/2024 tanggal 1 Juli 2024 menetapkan Ibu/Bapak kembali sebagai penerima bantuan iuran dari Juli 2024"
        " sampai Desember 2024."
    )
    assert f"ditetapkan kembali pada tempatnya sendiri, nomor 1, {NUMBER}, Juli 2024 sampai Desember 2024" in printed


async def test_the_offices_file_names_who_takes_an_open_place(connection, sealer, tmp_path):
    _, chosen, _ = await decreed(connection, sealer=sealer)
    line = await left(connection, chosen[0])
    path = tmp_path / "kembali.csv"
    path.write_text(f"nik,alasan,bulan_terakhir,nik_pengganti,bulan_mulai\n{nik(1)},,,{nik(1)},2024-07\n")

    decree = await amended_decree(connection, NUMBER)

    assert await amendments.read_changes(connection, sealer, path, decree) == (
        [],
        [Named(line, chosen[0], JUL)],
    )
    with pytest.raises(LineWrong, match="line 2, column nik: this person left no vacant place"):
        await amendments.read_changes(
            connection,
            sealer,
            leavings_file(tmp_path, f"{nik(2)},,,{nik(1)}"),
            await amended_decree(connection, NUMBER),
        )


# --- what to look at ---------------------------------------------------------------------------------------------


async def test_an_amendment_that_reaches_back_says_so_before_it_is_approved(connection):
    _, [gone, she, _], [first, _] = await decreed(connection)
    line = await left(connection, she)
    his = await line_of(connection, gone)
    asked = {"of": await amended_decree(connection, NUMBER), "signed_date": date(2024, 9, 5), "billed": {his.id: JUN}}

    draft = await amendments.draft_amendment(
        connection, leavings=[Leaving(his.id, EndReason.died, JUN, first)], named=[Named(line, she)],
        history=History(refused=frozenset({she})), **asked,
    )  # fmt: skip

    assert draft.cautions == [
        Cautioned(AmendmentCaution.ends_in_past, [1], JUL),
        Cautioned(AmendmentCaution.starts_in_past, [2, 3], APR),
        Cautioned(AmendmentCaution.months_billed, [3], APR),
        Cautioned(AmendmentCaution.refused_before, [3], APR),
    ]


async def test_an_amendment_that_looks_ahead_has_nothing_to_look_at(connection):
    _, [gone, *_], _ = await decreed(connection)
    leaving = Leaving((await line_of(connection, gone)).id, EndReason.moved, MAR)

    done = await amend(connection, leaving, signed_date=date(2024, 4, 2), fill_from=APR)

    assert done.cautions == []


# --- in the order in which they were signed ----------------------------------------------------------------------


async def test_an_amendment_is_not_signed_before_an_earlier_one(connection):
    _, [gone, other, _], _ = await decreed(connection)
    await left(connection, gone)
    leaving = Leaving((await line_of(connection, other)).id, EndReason.moved, MAR)

    with pytest.raises(DecreeDateWrong, match="before an earlier amendment of the same decree"):
        await amend(connection, leaving, number="318/KEP/HK/2024", signed_date=date(2024, 4, 1))
    await amend(connection, leaving, number="318/KEP/HK/2024", signed_date=date(2024, 4, 2))


WRITTEN = """
    with d as (insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, fund_id,
                   amends_id, rate, worker_count, amount, list_sha256, office_code, issued_by)
               select 'X', 'amendment', cast(:signed as date), 2024, month_from, month_to, 'x', fund_id, id, rate, 0, 0, '',
                      office_code, 'x' from programme.decrees where kind = 'determination' returning id)
    insert into programme.decree_lines (decree_id, line, action, person_id, replaces_line_id, reason, month_from, month_to, village_code)
    select d.id, 1, :action, :person, l.id, 'moved', :first, :last, l.village_code
      from d, (select * from programme.decree_lines where id = :of) l
"""


async def write(connection, of, person, action, first, last, signed=date(2024, 9, 1)):
    """Insert rows directly, without the rules."""
    async with connection.begin_nested():
        months = {"first": first.first_day, "last": last.first_day}
        values = {"of": of, "person": person, "action": action, "signed": signed}
        await connection.execute(text(WRITTEN), values | months)


async def test_the_database_itself_takes_no_amendment_signed_before_another(connection):
    _, [gone, other, _], _ = await decreed(connection)
    await left(connection, gone)
    line = await line_of(connection, other)
    for signed in (date(2024, 1, 3), date(2024, 4, 1)):
        with pytest.raises(DBAPIError, match="signed before one that it follows"):
            await write(connection, line.id, other, "termination", YEAR[0], MAR, signed)
    await write(connection, line.id, other, "termination", YEAR[0], MAR, date(2024, 4, 2))


@pytest.mark.parametrize(
    ("of", "who", "action", "first", "last"),
    [
        ("held", "waiting", "replacement", APR, DEC),  # the place is held
        ("open", "waiting", "replacement", MAR, DEC),  # not yet open then
        ("open", "waiting", "replacement", APR, Month(2025, 1)),  # over by then
        ("open", "waiting", "replacement", JUL, JUN),  # no month
        ("held", "gone", "termination", YEAR[0], MAR),  # somebody else's line
        ("held", "other", "termination", YEAR[0], DEC),  # ends nothing
        ("held", "other", "termination", YEAR[0], Month(2023, 11)),  # before it began
        ("held", "waiting", "inclusion", APR, DEC),  # a name more
    ],
)
async def test_the_database_itself_takes_no_line_that_fits_no_place(connection, of, who, action, first, last):
    _, [gone, other, _], [waiting, _] = await decreed(connection)
    opened = await left(connection, gone)
    lines = {"open": opened, "held": (await line_of(connection, other)).id}
    persons = {"gone": gone, "other": other, "waiting": waiting}

    with pytest.raises(DBAPIError, match="line 1 fits no place of its decree"):
        await write(connection, lines[of], persons[who], action, first, last)


async def test_a_line_of_another_decree_is_not_ended(connection):
    _, [gone, *_], _ = await decreed(connection)
    line = await line_of(connection, gone)
    second = await other_decree(connection)
    other = WRITTEN.replace("where kind = 'determination'", f"where id = {second}")

    with pytest.raises(DBAPIError, match="fits no place"):
        async with connection.begin_nested():
            values = {"of": line.id, "person": gone, "action": "termination", "signed": date(2024, 9, 1)}
            months = {"first": YEAR[0].first_day, "last": MAR.first_day}
            await connection.execute(text(other), values | months)
