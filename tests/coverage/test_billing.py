import csv
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.coverage.errors import BillExists, BillUnknown, GroupNotPayable, MonthsBilled, NothingToBill
from jamsos.decrees.service import lines_in_force
from jamsos.errors import NotFound
from jamsos.ledger.errors import CommitmentExceeded
from jamsos.ledger.rules import FundKind
from jamsos.ledger.service import positions, verify
from jamsos.months import Month
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from tests.money import add_fund, commit, receive
from tests.officers import officer
from tests.protected import accept, add_decree, add_people, kpj

NUMBER = "298/KEP/HK/2024"


async def protect(
    connection, count=3, amount=None, fund="APBD-2024", occupation="farmer", number=NUMBER, year=2024, **facts
):
    """Create a fund with the committed cost of a decree for a year; return the decree's id and the people."""
    fund_id = await add_fund(connection, fund, fiscal_year=year, **facts)
    amount = count * 16_800 * 12 if amount is None else amount
    await receive(connection, amount, fund, number=f"STS-{fund}", day=date(year, 1, 2))
    await commit(connection, fund_id, amount, memo=number, day=date(year, 1, 2))
    people = await add_people(connection, count, first=year * 10_000, occupation=occupation)
    return await add_decree(connection, fund_id, people, number, (date(year, 1, 1), date(year, 12, 1))), people


async def bill(connection, months="2024-01", billing_code="B-1", number=NUMBER, **changed):
    first, _, last = months.partition(":")
    span = {"month_from": Month.parse(first), "month_to": Month.parse(last or first)}
    facts = {"decree_number": number, "billing_code": billing_code, "day": date(2024, 1, 5)}
    return await service.bill(connection, COMMAND_LINE, **span | facts | changed)


async def count(connection, table="worker_months"):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def test_a_month_of_a_decree_is_billed_at_the_rate_of_the_month(connection):
    await protect(connection)

    made = await bill(connection)

    assert (made.workers, made.worker_months, made.amount) == (3, 3, 50_400)
    rows = await connection.execute(text("select jkk_amount, jkm_amount, amount, month from programme.worker_months"))
    assert {tuple(row) for row in rows} == {(10_000, 6_800, 16_800, date(2024, 1, 1))}
    assert [(p.committed, p.payable) for p in await positions(connection)] == [(554_400, 50_400)]


async def test_several_months_are_billed_in_advance_by_one_bill(connection):
    await protect(connection)

    made = await bill(connection, "2024-01:2024-12")

    assert (made.workers, made.worker_months, made.amount) == (3, 36, 604_800)


async def test_nobody_is_billed_after_the_month_they_are_known_to_have_died_in(connection):
    _, [gone, *_] = await protect(connection)
    await connection.execute(
        text(
            """insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
               select id, 'died', '2024-02-29', 'test', village_code from programme.people where id = :id"""
        ),
        {"id": gone},
    )

    made = await bill(connection, "2024-01:2024-04")

    assert (made.workers, made.worker_months, made.amount, made.after_death) == (3, 10, 168_000, 2)
    months = text("select month from programme.worker_months where person_id = :id order by month")
    assert list((await connection.execute(months, {"id": gone})).scalars()) == [date(2024, 1, 1), date(2024, 2, 1)]


async def test_who_was_wrongly_told_dead_is_billed_once_it_is_withdrawn(connection):
    _, [alive, *_] = await protect(connection)
    died = {"person_id": alive, "kind": LifeEvent.died, "day": date(2024, 1, 31), "evidence": "peristiwa.csv:2"}
    await people.record_event(connection, COMMAND_LINE, **died)
    before = await bill(connection, "2024-02")
    [event] = (await connection.execute(text("select id from programme.life_events"))).scalars()
    await people.withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")

    after = await bill(connection, "2024-03", "B-2")

    assert [(made.workers, made.after_death) for made in (before, after)] == [(2, 1), (3, 0)]


async def test_donations_pay_half_while_the_law_says_so_and_drivers_have_dates_of_their_own(connection):
    gifts = {"kind": FundKind.donation, "is_via_apbd": False, "year": 2026}
    await protect(connection, fund="DONASI-2026", number="A", **gifts)
    await protect(connection, fund="DONASI-B", number="B", occupation="driver", **gifts | {"year": 2027})

    months = [(await bill(connection, m, f"A{m}", "A")).amount for m in ("2026-03", "2026-04", "2026-12")]
    drivers = [(await bill(connection, m, f"B{m}", "B")).amount for m in ("2027-03", "2027-04")]

    assert months == [50_400, 25_200, 25_200]
    assert drivers == [25_200, 50_400]


async def test_a_public_budget_never_pays_half(connection):
    await protect(connection, fund="APBD-2026", year=2026, number="A", occupation="driver")
    assert (await bill(connection, "2026-06", number="A")).amount == 50_400


async def test_a_month_billed_twice_for_a_person_is_refused_with_count_and_month(connection):
    await protect(connection)
    await bill(connection, "2024-02")

    with pytest.raises(MonthsBilled, match="3 worker-months were billed already, the first in February 2024"):
        await bill(connection, "2024-01:2024-12", "B-2")

    assert await count(connection) == 3
    assert await count(connection, "bills") == 1


async def test_the_rest_of_the_months_is_billed_on_request(connection):
    await protect(connection)
    await bill(connection, "2024-02")

    made = await bill(connection, "2024-01:2024-03", "B-2", is_rest=True)

    assert (made.worker_months, await count(connection)) == (6, 9)


async def test_only_workers_whom_the_insurer_accepted_are_billed_and_only_from_their_start(connection):
    _, people = await protect(connection)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(
        text("update programme.enrolment_answers set answer = 'refused' where person_id = :id"), {"id": people[0]}
    )
    await connection.execute(
        text("update programme.enrolment_answers set start_month = '2024-03-01' where person_id = :id"),
        {"id": people[1]},
    )
    await connection.execute(text("set local session_replication_role = origin"))

    assert (await bill(connection, "2024-02")).workers == 1
    assert (await bill(connection, "2024-03", "B-2")).workers == 2


async def amend(connection, fund_id, amends_id, lines):
    """Create an amending decree with lines of (action, person, ended line, first month, last month)."""
    amendment = await add_decree(connection, fund_id, [], "12/KEP/HK/2024", amends_id=amends_id)
    for number, (action, person, replaces, first, last) in enumerate(lines, start=1):
        await connection.execute(
            text(
                """insert into programme.decree_lines
                   (decree_id, line, action, person_id, replaces_line_id, month_from, month_to, village_code, reason)
                   values (:decree, :line, :action, :person, :replaces, :first, :last, '53.15.01.2001', 'died')"""
            ),
            {
                "decree": amendment, "line": number, "action": action, "person": person, "replaces": replaces,
                "first": first, "last": last,
            },
        )  # fmt: skip
    await accept(connection, amendment)


async def test_who_was_ended_or_replaced_by_a_later_decree_is_billed_no_longer(connection):
    decree_id, people = await protect(connection)
    fund_id, lines = (
        await connection.execute(
            text(
                """select max(d.fund_id), array_agg(l.id order by l.line)
                   from programme.decree_lines l join programme.decrees d on d.id = l.decree_id"""
            )
        )
    ).one()  # fmt: skip
    [newcomer] = await add_people(connection, 1, first=9_000_000)
    last = date(2024, 12, 1)
    await amend(
        connection, fund_id, decree_id,
        [("termination", people[0], lines[0], date(2024, 1, 1), date(2024, 4, 1)),
         ("termination", people[1], lines[1], date(2024, 1, 1), date(2024, 5, 1)),
         ("replacement", newcomer, lines[1], date(2024, 6, 1), last)],
    )  # fmt: skip

    made = await bill(connection, "2024-01:2024-12")

    assert made.worker_months == 4 + 5 + 12 + 7
    in_force = await lines_in_force(
        connection, decree_number=NUMBER, month_from=Month(2024, 1), month_to=Month(2024, 12)
    )
    assert made.worker_months == len(in_force)
    assert await service.last_billed(connection, decree_number=NUMBER) == {
        line.decree_line_id: line.month for line in in_force
    }
    per_person = await connection.execute(
        text("select person_id, min(month), max(month), count(*) from programme.worker_months group by 1 order by 1")
    )
    assert [tuple(row) for row in per_person] == [
        (people[0], date(2024, 1, 1), date(2024, 4, 1), 4),
        (people[1], date(2024, 1, 1), date(2024, 5, 1), 5),
        (people[2], date(2024, 1, 1), last, 12),
        (newcomer, date(2024, 6, 1), last, 7),
    ]


async def test_a_decree_is_not_billed_beyond_its_own_commitment(connection):
    await protect(connection, amount=3 * 16_800 * 11)
    await protect(connection, fund="APBD-2025", year=2025, number="other")
    await bill(connection, "2024-01:2024-11")

    with pytest.raises(CommitmentExceeded, match=r"298/KEP/HK/2024.*the bill is Rp50\.400, Rp0"):
        await bill(connection, "2024-12", "B-2")
    assert await count(connection) == 33


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"number": "1/X"}, NotFound),
        ({"months": "2025-01"}, NothingToBill),
        ({"billing_code": "B-0"}, BillExists),
    ],
)
async def test_what_cannot_be_billed_is_refused_and_nothing_moves(connection, changed, refusal):
    await protect(connection)
    await bill(connection, "2024-05", "B-0")
    with pytest.raises(refusal):
        await bill(connection, **changed)
    assert await count(connection) == 3
    assert [head.number for head in await verify(connection)] == [3]


async def test_the_list_for_the_insurer_names_each_worker_and_the_trail_remembers(connection, sealer, tmp_path):
    _, people = await protect(connection, 2)
    for number, person in enumerate(people):
        await connection.execute(
            text("update programme.people set nik_sealed = :nik, full_name = :name where id = :id"),
            {"id": person, "nik": sealer.seal("nik", f"531599010180000{number}"), "name": f'Ny. "{number}", Lembor'},
        )
    await bill(connection, "2024-01:2024-02")

    written = await service.write_list(connection, COMMAND_LINE, sealer, billing_code="B-1", path=tmp_path / "list.csv")

    with (tmp_path / "list.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    numbers = [await kpj(connection, person) for person in people]
    assert rows[0] == ["Kode Iuran", "Bulan", "KPJ", "NIK", "Nama", "JKK", "JKM", "Jumlah"]
    assert rows[1:] == [
        ["B-1", month, numbers[n], f"531599010180000{n}", f'Ny. "{n}", Lembor', "10000", "6800", "16800"]
        for month in ("2024-01", "2024-02")
        for n in (0, 1)
    ]
    assert written == 4
    trail = await connection.execute(
        text("select purpose, subject_ids from programme.audit_entries where act = 'unseal'")
    )
    assert [(purpose, sorted(ids)) for purpose, ids in trail] == [("coverage list B-1", people)]
    with pytest.raises(BillUnknown, match="B-9"):
        await service.write_list(connection, COMMAND_LINE, sealer, billing_code="B-9", path=tmp_path / "x.csv")


async def test_what_is_billed_is_added_up_as_it_comes(connection):
    await protect(connection)
    await bill(connection, "2024-01:2024-02")
    await bill(connection, "2024-03", "B-2")

    added = "select month, bill_id, village_code, worker_months, amount from programme.worker_month_sums order by 1, 3"
    counted = """select month, bill_id, village_code, count(*), sum(amount)::bigint from programme.worker_months
                  group by 1, 2, 3 order by 1, 3"""
    rows = [tuple(row) for row in await connection.execute(text(added))]
    assert rows == [tuple(row) for row in await connection.execute(text(counted))]
    assert sum(count for *_, count, _ in rows) == 9
    assert sum(amount for *_, amount in rows) == 151_200


async def tie(connection, *rules, fund="APBD-2024"):
    """Add rules of (group, whether it is allowed, from when) for a fund."""
    for group, is_allowed, since in rules:
        await connection.execute(
            text(
                """insert into programme.fund_groups (fund_id, group_code, is_allowed, valid_from, regulation)
                   select id, :group, :is_allowed, :since, 'PMK 72/2024' from programme.funds where code = :fund"""
            ),
            {"group": group, "is_allowed": is_allowed, "since": since, "fund": fund},
        )


async def test_a_month_in_which_the_fund_may_not_pay_for_a_group_is_refused_by_line_group_and_month(connection):
    await protect(connection)
    await tie(connection, ("farmer", True, date(2024, 1, 1)), ("farmer", False, date(2024, 4, 1)))

    with pytest.raises(GroupNotPayable) as refused:
        await bill(connection, "2024-01:2024-04")
    assert refused.value.sentence("en") == (
        "The fund APBD-2024 may not pay for farmers in April 2024, as number 1 of the decree 298/KEP/HK/2024 is; nothing was billed."
    )
    assert (await count(connection), await count(connection, "bills")) == (0, 0)

    assert (await bill(connection, "2024-01:2024-03")).worker_months == 9


async def test_a_fund_tied_to_other_groups_pays_nobody_of_unknown_group(connection):
    await protect(connection)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text("update programme.decree_lines set group_code = null where line = 2"))
    await connection.execute(text("set local session_replication_role = origin"))
    await tie(connection, ("farmer", True, date(2024, 1, 1)))

    with pytest.raises(GroupNotPayable, match=r"an unknown group in January 2024, as number 2 of"):
        await bill(connection)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([("fisher", True, date(2024, 1, 1))], r"may not pay for line 1 \(farmer\) in 2024-02"),
        ([("farmer", True, date(2024, 3, 1))], r"may not pay for line 1 \(farmer\) in 2024-02"),
        ([("farmer", True, date(2024, 1, 1)), ("farmer", False, date(2024, 1, 1))], r"may not pay for line 1"),
        ([("farmer", False, date(2024, 1, 1)), ("farmer", True, date(2024, 1, 1))], None),
        ([("farmer", True, date(2024, 1, 1)), ("farmer", False, date(2024, 3, 1))], None),
        ([], None),
    ],
)
async def test_the_database_itself_takes_no_worker_month_its_fund_may_not_pay_for(connection, rules, said):
    await protect(connection)
    await bill(connection, "2024-01")
    await tie(connection, *rules)
    add = text(
        """insert into programme.worker_months
                  (person_id, month, bill_id, decree_line_id, fund_id, group_code, village_code, jkk_amount, jkm_amount, amount)
           select person_id, '2024-02-01', bill_id, decree_line_id, fund_id, group_code, village_code, 10000, 6800, 16800
             from programme.worker_months order by person_id"""
    )

    if said is None:
        await connection.execute(add)
        assert await count(connection) == 6
    else:
        with pytest.raises(DBAPIError, match=said):
            await connection.execute(add)
