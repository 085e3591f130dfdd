"""Registrations go to the insurer, and membership numbers come back."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees.rules import EndReason, Leaving, Named
from jamsos.decrees.service import amended_decree
from jamsos.enrolment import service
from jamsos.enrolment.errors import AnswersContradict, AnswersKnown, NothingToSend
from jamsos.enrolment.rules import Answer, Caution
from jamsos.errors import FileMissing, HeaderMissing, LineWrong, NotFound
from jamsos.months import Month, today
from jamsos.selection import service as selection
from jamsos.selection.errors import CeilingTooLow
from jamsos.selection.rules import History
from tests.decrees.builders import NUMBER, amend, fund, in_force, issue, line_of, run
from tests.protected import end
from tests.selection.builders import MABAR, settle

JAN, MAR, APR = (Month(2024, month) for month in (1, 3, 4))
BEFORE = Month(2023, 12)


def nik(number):
    return f"5315990101840{number:03d}"


async def decreed(connection, sealer, chosen=3, waiting=2, **changed):
    """Create a decree; return the selected and waiting persons by rank, with NIKs nik(1), nik(2), … in order of their number."""
    await fund(connection, amount=chosen * 201_600)
    persons = [
        (
            await settle(
                connection, 1, nik_sealed=sealer.seal("nik", nik(number)), full_name=f"PERSON {number}", **changed
            )
        )[0]
        for number in range(1, chosen + waiting + 1)
    ]
    kept = await run(connection)
    await issue(connection, kept.id)
    order = await connection.execute(
        text("select person_id from programme.selection_candidates where run_id = :run order by rank"), {"run": kept.id}
    )
    ranked = list(order.scalars())
    return ranked[:chosen], ranked[chosen:], {person: nik(number) for number, person in enumerate(persons, start=1)}


async def send(connection, sealer, decree_number=NUMBER, form=".csv", **changed):
    return await service.send(connection, COMMAND_LINE, sealer, decree_number=decree_number, form=form, **changed)


def answer_file(tmp_path, *rows, name="jawaban.csv", header="NIK,Nama,KPJ,Status,Keterangan,Bulan Mulai"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def accepts(nik, number=24_000_000_001, start="2024-01"):
    return f"{nik},X,{number},DITERIMA,,{start}"


def refuses(nik, why="NIK tidak valid"):
    return f"{nik},X,,DITOLAK,{why},"


async def read(connection, sealer, path):
    return await service.answers(connection, COMMAND_LINE, sealer, path)


async def count(connection, table):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def test_the_registration_file_says_what_the_insurer_needs(connection, sealer):
    chosen, _, niks = await decreed(
        connection, sealer, chosen=2, birth_date=date(1984, 3, 2), birth_place="Labuan Bajo"
    )

    sent = await send(connection, sealer)
    lines = list(csv.DictReader(io.StringIO(sent.content.decode())))

    assert (sent.sent, sent.carried) == (2, 0)
    assert {line["NIK"] for line in lines} == {niks[person] for person in chosen}
    assert lines[0] == lines[0] | {
        "No": "1", "Tempat Lahir": "Labuan Bajo", "Tanggal Lahir": "1984-03-02", "Jenis Kelamin": "P",
        "Kode Desa": "53.15.05.2001", "Program": "JKK+JKM", "Dasar Penghasilan": "1000000", "Bulan Mulai": "2024-01",
        "No SK": NUMBER,
    }  # fmt: skip


async def test_the_insurer_reads_what_somebody_works_as_in_indonesian(connection, sealer):
    await decreed(connection, sealer, chosen=1, waiting=0, occupation="artisan")

    (line,) = csv.DictReader(io.StringIO((await send(connection, sealer)).content.decode()))

    assert line["Pekerjaan"] == "perajin"


async def test_a_file_that_was_lost_on_its_way_is_written_once_more(connection, sealer):
    (first, *_), _, _ = await decreed(connection, sealer)
    sent = await send(connection, sealer)

    again = await service.rewrite(connection, COMMAND_LINE, sealer, batch_id=sent.batch_id, form=".csv")
    assert (again.content, again.sent, again.is_same) == (sent.content, 3, True)

    await connection.execute(text("update programme.people set full_name = 'LAIN' where id = :id"), {"id": first})
    later = await service.rewrite(connection, COMMAND_LINE, sealer, batch_id=sent.batch_id, form=".csv")
    assert (later.sent, later.is_same, b"LAIN" in later.content) == (3, False, True)
    assert await count(connection, "enrolment_batches") == 1
    with pytest.raises(NotFound, match="batch 77"):
        await service.rewrite(connection, COMMAND_LINE, sealer, batch_id=77, form=".csv")


async def test_a_nik_with_blanks_is_read_and_one_without_sixteen_digits_is_told_by_its_line(
    connection, sealer, tmp_path
):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    number = niks[first]
    path = answer_file(tmp_path, accepts(f"'{number[:6]} {number[6:12]}.{number[12:]}"), refuses(niks[second][:-1]))

    found = await read(connection, sealer, path)

    assert (found.recorded, found.left_aside, found.unreadable) == ({Answer.accepted: 1}, 1, [3])


async def test_a_workbook_keeps_the_sixteenth_digit(connection, sealer, tmp_path):
    chosen, _, niks = await decreed(connection, sealer)
    sent = await send(connection, sealer, form=".xlsx")
    (tmp_path / "daftar.xlsx").write_bytes(sent.content)

    read_back = pl.read_excel(tmp_path / "daftar.xlsx", infer_schema_length=0)

    assert set(read_back["NIK"]) == {niks[person] for person in chosen}


async def test_opening_the_numbers_is_one_line_in_the_trail(connection, sealer):
    chosen, _, _ = await decreed(connection, sealer)
    await send(connection, sealer)

    trail = await connection.execute(
        text("select purpose, subject_ids from programme.audit_entries where act = 'unseal'")
    )
    ((purpose, subjects),) = trail.all()

    assert purpose == f"registration with the insurer, decree {NUMBER}"
    assert set(subjects) == set(chosen)


async def test_who_was_sent_is_not_sent_again(connection, sealer):
    await decreed(connection, sealer)
    await send(connection, sealer)

    with pytest.raises(NothingToSend, match=NUMBER):
        await send(connection, sealer)


async def test_answers_give_membership_numbers_or_reasons_and_strangers_are_left_aside(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    path = answer_file(
        tmp_path,
        accepts(niks[first], 24_000_000_001),
        f"{niks[second]},X,,Ditolak,NIK tidak valid,",
        f"{niks[third]},X,24000000003,Sudah Peserta,Peserta aktif segmen Penerima Upah,",
        accepts(nik(900), 24_000_000_900),
        refuses("not a nik at all"),
    )

    found = await read(connection, sealer, path)

    assert found.recorded == {Answer.accepted: 1, Answer.refused: 1, Answer.already_member: 1}
    assert (found.known, found.differing, found.left_aside, found.unreadable) == (0, [], 2, [6])
    (line,) = await service.accepted(connection, NUMBER)
    assert (line.person_id, line.membership_number, line.start_month) == (first, "24000000001", JAN)


async def test_a_number_in_the_insurers_remark_is_not_kept(connection, sealer, tmp_path):
    (first, *_), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)

    await read(
        connection,
        sealer,
        answer_file(tmp_path, refuses(niks[first], f"NIK {niks[first]} ganda dengan {niks[first][:6]}-000000-0001")),
    )

    reasons = (await connection.execute(text("select reason from programme.enrolment_answers"))).scalars()
    assert list(reasons) == ["NIK … ganda dengan …"]


async def test_who_is_refused_or_insured_elsewhere_must_leave_from_the_start(connection, sealer, tmp_path):
    (first, second, third), (next_one, after), niks = await decreed(connection, sealer)
    await send(connection, sealer)
    elsewhere = f"{niks[third]},X,24000000003,SUDAH_PESERTA,Iuran dibayar Pemerintah Provinsi NTT,"
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first]), refuses(niks[second]), elsewhere))

    leavings = await service.left_by_answer(connection, of=await amended_decree(connection, NUMBER), billed={})
    await amend(connection, *leavings, fill_from=JAN)

    assert sorted((leaving.reason, leaving.last_month) for leaving in leavings) == [
        (EndReason.other_payer, BEFORE),
        (EndReason.refused_by_insurer, BEFORE),
    ]
    assert await in_force(connection, JAN) == {first, next_one, after}
    sent = await send(connection, sealer)
    assert (sent.sent, sent.carried) == (2, 0)


async def test_the_same_file_is_read_again_for_those_sent_since(connection, sealer, tmp_path):
    (first, second, third), (next_one, _), niks = await decreed(connection, sealer)
    await send(connection, sealer)
    rows = [accepts(niks[p], 24_000_000_000 + p) for p in (first, second, next_one)]
    path = answer_file(tmp_path, *rows, refuses(niks[third]))
    await read(connection, sealer, path)
    await amend(
        connection,
        *await service.left_by_answer(connection, of=await amended_decree(connection, NUMBER), billed={}),
        fill_from=JAN,
    )
    await send(connection, sealer)

    found = await read(connection, sealer, path)

    assert found.recorded == {Answer.accepted: 1}
    assert (found.known, found.left_aside) == (3, 0)
    assert {line.person_id for line in await service.accepted(connection, NUMBER)} == {first, second, next_one}
    with pytest.raises(AnswersKnown, match=r"jawaban\.csv was read before"):
        await read(connection, sealer, path)


async def test_a_later_file_that_says_otherwise_of_a_member_is_told_and_changes_nothing(connection, sealer, tmp_path):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first])))

    later = answer_file(
        tmp_path, refuses(niks[first], "Meninggal dunia"), accepts(niks[second], 24_000_000_002), name="b.csv"
    )
    found = await read(connection, sealer, later)

    assert (found.recorded, found.differing) == ({Answer.accepted: 1}, [first])
    assert {line.person_id for line in await service.accepted(connection, NUMBER)} == {first, second}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{0},X,2400000001,DITERIMA,,2024-01", "line 2, column KPJ: a KPJ has 11 digits"),
        ("{0},X,,DITERIMA,,2024-01", "line 2, column KPJ: the value is missing"),
        ("{0},X,24000000001,MUNGKIN,,2024-01", "line 2, column Status"),
        ("{0},X,24000000001,DITERIMA,,Januari", "line 2, column Bulan Mulai"),
        ("{0},X,24000000001,DITERIMA,,2025-05", "line 2, column Bulan Mulai: this month is after the last month"),
        (",X,24000000001,DITERIMA,,2024-01", "line 2, column NIK"),
        ("{0},X,24000000001,DITERIMA,,2024-01\n{1},X,24000000001,DITERIMA,,2024-01", "KPJ belongs to somebody else"),
    ],
)
async def test_a_wrong_answer_is_named_by_its_line_and_nothing_is_recorded(connection, sealer, tmp_path, row, says):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)

    with pytest.raises(LineWrong, match=says):
        await read(connection, sealer, answer_file(tmp_path, row.format(niks[first], niks[second])))
    assert (await count(connection, "enrolment_answers"), await count(connection, "enrolment_answer_files")) == (0, 0)


async def test_one_file_may_not_answer_twice_and_differently(connection, sealer, tmp_path):
    (first, *_), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    same, other = accepts(niks[first]), refuses(niks[first])

    with pytest.raises(AnswersContradict, match=r"jawaban\.csv line 4: .* line 2"):
        await read(connection, sealer, answer_file(tmp_path, same, same, other))
    assert (await read(connection, sealer, answer_file(tmp_path, same, same))).recorded == {Answer.accepted: 1}


async def test_a_membership_number_stays_with_its_person(connection, sealer, tmp_path):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first])))

    with pytest.raises(LineWrong, match="belongs to somebody else"):
        await read(connection, sealer, answer_file(tmp_path, accepts(niks[second]), name="b.csv"))


async def test_a_file_without_the_columns_or_that_is_not_there_is_refused(connection, sealer, tmp_path):
    with pytest.raises(HeaderMissing, match="KPJ, Status, Keterangan, Bulan Mulai"):
        await read(connection, sealer, answer_file(tmp_path, header="NIK,Nama"))
    with pytest.raises(FileMissing):
        await read(connection, sealer, tmp_path / "none.csv")
    with pytest.raises(NotFound, match="decree 7/KEP"):
        await send(connection, sealer, decree_number="7/KEP")


async def test_the_refused_are_tried_again_only_when_asked(connection, sealer, tmp_path):
    (first, *_), _, niks = await decreed(connection, sealer, chosen=1)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first])))

    with pytest.raises(NothingToSend):
        await send(connection, sealer)
    assert (await send(connection, sealer, is_retry=True)).sent == 1

    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first]), name="b.csv"))
    assert [line.person_id for line in await service.accepted(connection, NUMBER)] == [first]
    assert await service.left_by_answer(connection, of=await amended_decree(connection, NUMBER), billed={}) == []


async def test_a_member_of_last_year_is_carried_on_without_a_registration(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(
        connection,
        sealer,
        answer_file(tmp_path, *(accepts(niks[p], 24_000_000_000 + p) for p in (first, second, third))),
    )
    await fund(connection, code="APBD-2025", amount=4 * 201_600, fiscal_year=2025)
    history = await service.history(
        connection, office_code="53.15", month_from=Month(2025, 1), month_to=Month(2025, 12)
    )
    later = await run(connection, year=2025, fund_code="APBD-2025", history=history)
    await issue(connection, later.id, number="14/KEP/HK/2025", signed_date=date(2025, 1, 6))

    sent = await send(connection, sealer, decree_number="14/KEP/HK/2025")

    assert history.continuing == {first, second, third} and history.covered == frozenset()
    assert (sent.sent, sent.carried) == (1, 3)
    members = {line.person_id: line for line in await service.accepted(connection, "14/KEP/HK/2025")}
    assert members.keys() == {first, second, third}
    assert members[first].membership_number == str(24_000_000_000 + first)
    assert members[first].start_month == Month(2025, 1)


async def test_a_later_year_of_a_member_whom_only_an_older_decree_names_is_known_and_refuses_nothing(
    connection, sealer, tmp_path
):
    """The insurer's file of the next year lists all its members, including people whom the office no longer pays for."""
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first])))

    next_year = answer_file(
        tmp_path, accepts(niks[first], start="2025-01"), accepts(niks[second], 24_000_000_002), name="b.csv"
    )
    found = await read(connection, sealer, next_year)

    assert (found.recorded, found.known, found.differing) == ({Answer.accepted: 1}, 1, [])


async def test_who_was_named_under_an_id_that_has_ended_is_heard_of_by_both(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first]), accepts(niks[second], 24_000_000_002)))
    one, two = await settle(connection, 2)
    await end(connection, first, one)
    await end(connection, second, two)

    history = await service.history(
        connection, office_code="53.15", month_from=Month(2024, 7), month_to=Month(2024, 12)
    )
    next_year = await service.history(
        connection, office_code="53.15", month_from=Month(2025, 1), month_to=Month(2025, 12)
    )

    assert history.covered == {first, second, third, one, two} and history.refused == {first, one}
    assert next_year.continuing == {first, second, third, one, two}


async def test_a_member_under_an_id_that_has_ended_is_a_member_still(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[first], 24_000_000_001)))
    [lives] = await settle(connection, 1, nik_sealed=sealer.seal("nik", "5315990101999999"))
    await end(connection, first, lives)
    await fund(connection, code="APBD-2025", amount=201_600, fiscal_year=2025)
    history = await service.history(
        connection, office_code="53.15", month_from=Month(2025, 1), month_to=Month(2025, 12)
    )
    later = await run(
        connection, year=2025, fund_code="APBD-2025", history=replace(history, covered=frozenset({second, third}))
    )
    await issue(connection, later.id, number="14/KEP/HK/2025", signed_date=date(2025, 1, 6))

    sent = await send(connection, sealer, decree_number="14/KEP/HK/2025")

    assert (sent.sent, sent.carried) == (0, 1)
    [member] = await service.accepted(connection, "14/KEP/HK/2025")
    assert (member.person_id, member.membership_number) == (lives, "24000000001")


async def test_this_years_answers_are_heard_by_the_next_selection(connection, sealer, tmp_path):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    elsewhere = f"{niks[second]},X,24000000002,SUDAH_PESERTA,,"
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first]), elsewhere))

    history = await service.history(
        connection, office_code="53.15", month_from=Month(2024, 7), month_to=Month(2024, 12)
    )
    next_year = await service.history(
        connection, office_code="53.15", month_from=Month(2025, 1), month_to=Month(2025, 1)
    )

    assert (history.refused, history.insured_elsewhere) == ({first}, {second})
    assert (next_year.refused, next_year.insured_elsewhere) == (frozenset(), frozenset())


async def test_what_was_not_known_on_a_past_day_is_not_heard(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first])))
    asked = {"office_code": "53.15", "month_from": Month(2024, 7), "month_to": Month(2024, 12)}

    today_ = await service.history(connection, **asked, known_on=today())
    before = await service.history(connection, **asked, known_on=today() - timedelta(days=1))

    assert today_ == await service.history(connection, **asked)
    assert (today_.covered, today_.continuing, today_.refused) == (
        {first, second, third},
        {first, second, third},
        {first},
    )
    assert before == History()


async def test_a_decreed_list_is_thought_away_with_its_answers_and_its_money(connection, sealer, tmp_path):
    (first, second, third), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first])))
    [kept] = await selection.runs(connection)
    asked = {"office_code": "53.15", "month_from": Month(2024, 1), "month_to": Month(2024, 12)}

    as_it_is = await service.history(connection, **asked)
    away = await service.history(connection, **asked, instead_of=kept.id)
    again = await preview(connection, history=away)

    assert (as_it_is.covered, as_it_is.refused) == ({first, second, third}, {first})
    assert (away.covered, away.refused) == (frozenset(), frozenset())
    with pytest.raises(CeilingTooLow):
        await preview(connection, history=as_it_is)
    assert again.cut.places == 3
    chosen = again.seen.filter(outcome="chosen")["person_id"]
    assert set(chosen) == {first, second, third}


async def test_money_is_freed_that_was_promised_by_the_day_that_is_asked_about(connection, sealer):
    await decreed(connection, sealer)
    [kept] = await selection.runs(connection)
    asked = {"office_code": "53.15", "month_from": Month(2024, 1), "month_to": Month(2024, 12), "instead_of": kept.id}

    now, on_the_day, before = [
        await service.history(connection, **asked, known_on=day) for day in (None, today(), today() - timedelta(days=1))
    ]

    assert list(now.freed.values()) == list(on_the_day.freed.values()) == [604_800]
    assert list(before.freed.values()) == [0]


async def preview(connection, **changed):
    asked = {"year": 2024, "office_code": "53.15", "criteria": MABAR, "as_of": date(2024, 1, 1)}
    return await selection.preview(connection, COMMAND_LINE, **asked | {"fund_code": "APBD-2024"} | changed)


async def test_the_office_is_told_whom_to_look_at(connection, sealer):
    (first, *_), _, _ = await decreed(connection, sealer, birth_date=date(1959, 6, 1))

    sent = await send(connection, sealer)

    assert sent.cautions.keys() == {Caution.reaches_age_limit}
    assert first in sent.cautions[Caution.reaches_age_limit] and len(sent.cautions[Caution.reaches_age_limit]) == 3


async def test_a_trial_tells_whom_to_look_at_and_writes_nothing(connection, sealer):
    await decreed(connection, sealer, birth_date=date(1959, 6, 30))
    before = {table: await count(connection, table) for table in ("enrolment_batches", "enrolments", "audit_entries")}

    found = await service.preview(connection, decree_number=NUMBER)
    after = {table: await count(connection, table) for table in before}
    sent = await send(connection, sealer)

    assert after == before
    assert found == (sent.sent, sent.carried, sent.cautions) == (3, 0, sent.cautions)
    assert found.cautions.keys() == {Caution.reaches_age_limit}
    with pytest.raises(NothingToSend):
        await service.preview(connection, decree_number=NUMBER)


async def test_who_was_refused_and_ended_is_registered_anew_with_her_new_line(connection, sealer, tmp_path):
    [she, *_], _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[she])))
    line = await line_of(connection, she)
    await amend(connection, Leaving(line.id, EndReason.refused_by_insurer, BEFORE), signed_date=date(2024, 2, 1))
    await amend(
        connection, number="318/KEP/HK/2024", signed_date=date(2024, 10, 1), named=[Named(line.id, she, Month(2024, 10))],
        history=History(refused=frozenset({she})),
    )  # fmt: skip

    assert await service.preview(connection, decree_number=NUMBER) == (
        1,
        0,
        {},
    )  # her first line never protected her: no gap
    assert (await send(connection, sealer)).sent == 1
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[she], start="2024-10"), name="jawaban-2.csv"))
    assert [each.person_id for each in await service.accepted(connection, NUMBER)] == [she]


async def test_who_left_before_being_sent_is_not_sent(connection, sealer):
    (first, *_), _, _ = await decreed(connection, sealer)
    line = (
        await connection.execute(text("select id from programme.decree_lines where person_id = :p"), {"p": first})
    ).scalar_one()
    await amend(connection, Leaving(line, EndReason.died, BEFORE))

    assert (await send(connection, sealer)).sent == 2
