"""Minutes: the numbers of both sides in a month, signed once; nothing is added to the month afterwards."""

import asyncio
import hashlib
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.coverage.errors import (
    BillNotPaid,
    MinutesEmpty,
    MinutesNumberTaken,
    MinutesReopened,
    MinutesSigned,
    MinutesUnknown,
    MonthFrozen,
    MonthUnanswered,
    ReopeningWrong,
)
from jamsos.coverage.reconciliation import minutes
from jamsos.coverage.reconciliation.minutes import Numbers
from jamsos.coverage.rules import Resolution
from jamsos.errors import FileMissing
from jamsos.months import Month
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_confirmation import confirm, line, receipt
from tests.coverage.test_payments import pay
from tests.officers import officer
from tests.protected import add_people, kpj

JANUARY = Month(2024, 1)


@pytest.fixture
async def members(connection):
    """Create three workers, January billed and paid; return their membership numbers."""
    _, people = await protect(connection)
    await bill(connection)
    await pay(connection)
    return [await kpj(connection, person) for person in people]


async def sign(connection, **changed):
    facts = {"office_code": "53.15", "month": JANUARY, "number": "BA-1/2024", "day": date(2024, 2, 5)}
    by = await officer(connection, "Kepala Dinas")
    return await minutes.sign(connection, by, insurer_signatory="Kepala Kantor Cabang", **facts | changed)


async def show(connection, month=JANUARY):
    return await minutes.show(connection, COMMAND_LINE, month=month)


async def test_a_month_that_agrees_is_signed_with_both_sides_numbers(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members)))

    made = await sign(connection)

    assert made.lines == [Numbers("APBD-2024", 3, 3, 3, 3, 50_400, 50_400, 50_400)]
    assert made.lines[0].agrees
    assert made.differences == []
    assert made.text == "53.15;2024-01\nAPBD-2024;3;3;3;3;50400;50400;50400\n"
    kept = (await connection.execute(text("select lines_sha256 from programme.minutes"))).scalar_one()
    assert kept == made.sha256 == hashlib.sha256(made.text.encode()).digest()


async def test_the_minutes_stand_as_signed_whatever_comes_later(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members[:2])))
    draft = await show(connection)
    signed = await sign(connection)
    [open_] = await service.differences(connection)

    await confirm(connection, receipt(tmp_path, line(members[2]), name="late.csv"))

    assert (draft.number, signed.number) == (None, "BA-1/2024")
    assert (draft.lines, draft.differences, draft.sha256) == (signed.lines, signed.differences, signed.sha256)
    assert signed.carried == 1
    assert not signed.lines[0].agrees
    assert await show(connection) == signed
    [settled] = await service.differences(connection, is_open=False)
    assert (settled.id, settled.resolution) == (open_.id, Resolution.confirmed_later)


async def test_a_correction_agreed_on_before_is_kept_in_the_minutes(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members[:2])))
    [open_] = await service.differences(connection)
    await service.resolve(
        connection, await officer(connection), difference_id=open_.id, resolution=Resolution.credited, remark="Surat 1"
    )

    signed = await sign(connection)

    assert ([each.agreed for each in signed.differences], signed.carried) == ([Resolution.credited], 0)


async def test_a_signed_month_takes_no_more_bills_and_says_which_minutes(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members)))
    await sign(connection)

    with pytest.raises(MonthFrozen, match="The minutes BA-1/2024 of January 2024 are signed"):
        await bill(connection, "2024-01:2024-02", "B-2", is_rest=True)
    assert (await bill(connection, "2024-02", "B-2")).worker_months == 3


WORKER_MONTH = """insert into programme.worker_months
    select :person, :month, bill_id, decree_line_id, fund_id, group_code, village_code, jkk_amount, jkm_amount, amount
    from programme.worker_months limit 1"""
PAID_MONTH = """insert into programme.paid_months (person_id, month, payment_id, village_code)
    select :person, :month, payment_id, village_code from programme.paid_months limit 1"""


async def test_the_database_itself_adds_nothing_to_a_signed_month(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members)))
    await sign(connection)
    [person] = await add_people(connection, 1, first=88_000)

    for statement in (WORKER_MONTH, PAID_MONTH):
        with pytest.raises(DBAPIError, match="minutes of that month are signed"):
            async with connection.begin_nested():
                await connection.execute(text(statement), {"person": person, "month": date(2024, 1, 1)})
        await connection.execute(text(statement), {"person": person, "month": date(2024, 2, 1)})
        await slip_in(connection, person)


async def test_the_database_itself_confirms_in_a_signed_month_only_what_its_minutes_left_open(
    connection, members, tmp_path
):
    await confirm(connection, receipt(tmp_path, *map(line, members[:2])))
    await sign(connection)
    late = text(
        """insert into programme.confirmed_months (person_id, month, insurer_receipt_id, village_code)
           select w.person_id, w.month, r.id, w.village_code from programme.worker_months w, programme.insurer_receipts r
           where not exists (select from programme.confirmed_months c where c.person_id = w.person_id)"""
    )
    await connection.execute(late)
    await slip_in(connection)

    with pytest.raises(DBAPIError, match="minutes of that month are signed"):
        async with connection.begin_nested():
            await connection.execute(late)


async def slip_in(connection, person=9_999):
    """Insert a worker-month of January without any guard, as only the server's owner can."""
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(
        text(f"{WORKER_MONTH} on conflict do nothing"), {"person": person, "month": date(2024, 1, 1)}
    )
    await connection.execute(text("set local session_replication_role = origin"))


async def test_a_month_is_signed_once(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members)))
    await sign(connection)

    with pytest.raises(MinutesSigned, match="number BA-1/2024, 5 February 2024"):
        await sign(connection, number="BA-2/2024")


async def test_a_number_is_that_of_one_months_minutes(connection, members, tmp_path):
    await bill(connection, "2024-02", "B-2")
    await pay(connection, billing_code="B-2", sp2d="0002/SP2D")
    for month, code in (("2024-01", "B-1"), ("2024-02", "B-2")):
        await confirm(connection, receipt(tmp_path, *(line(m, month, code=code) for m in members), name=f"{code}.csv"))
    await sign(connection)

    with pytest.raises(MinutesNumberTaken, match="BA-1/2024 is used by the minutes of January 2024"):
        await sign(connection, month=Month(2024, 2))
    assert (await sign(connection, month=Month(2024, 2), number="BA-2/2024")).number == "BA-2/2024"


async def test_a_month_that_is_not_paid_or_not_answered_is_not_signed(connection, members, tmp_path):
    with pytest.raises(MonthUnanswered, match="January 2024 of the bill B-1"):
        await sign(connection)
    await bill(connection, "2024-02", "B-2")
    await pay(connection, 16_800, "B-2", sp2d="0002/SP2D")
    with pytest.raises(BillNotPaid, match="B-2"):
        await sign(connection, month=Month(2024, 2))
    with pytest.raises(MinutesEmpty, match="March 2024"):
        await sign(connection, month=Month(2024, 3))


async def reopen(connection, **changed):
    facts = {"office_code": "53.15", "number": "BA-1/2024", "reason": "Tagihan susulan"}
    by = await officer(connection, changed.pop("name", "Maria Jebarus"))
    return await minutes.reopen(connection, by, **facts | {"day": date(2024, 3, 1)} | changed)


@pytest.fixture
async def signed(connection, members, tmp_path):
    """Sign January with one worker whom nobody has billed."""
    await confirm(connection, receipt(tmp_path, *map(line, members)))
    await sign(connection)
    return members


async def test_minutes_are_opened_again_for_their_month_only_until_others_are_signed(connection, signed, tmp_path):
    await bill(connection, "2024-02", "B-2")
    await pay(connection, billing_code="B-2", sp2d="0002/SP2D")
    await confirm(connection, receipt(tmp_path, *(line(m, "2024-02", code="B-2") for m in signed), name="B-2.csv"))
    await sign(connection, month=Month(2024, 2), number="BA-2/2024")
    before = await show(connection)
    person, other = await add_people(connection, 2, first=88_000)
    add = text(WORKER_MONTH)

    assert await reopen(connection) == JANUARY

    draft = await show(connection)
    assert (draft.number, draft.lines) == (None, before.lines)
    assert [(each.number, each.officer, each.reason, each.opened_date) for each in draft.reopened] == [
        ("BA-1/2024", "Maria Jebarus", "Tagihan susulan", date(2024, 3, 1))
    ]
    with pytest.raises(DBAPIError, match="minutes of that month are signed"):
        async with connection.begin_nested():
            await connection.execute(add, {"person": person, "month": date(2024, 2, 1)})
    await connection.execute(add, {"person": person, "month": date(2024, 1, 1)})
    with pytest.raises(BillNotPaid, match="B-1"):
        await sign(connection, number="BA-3/2024")
    await connection.execute(text(PAID_MONTH), {"person": person, "month": date(2024, 1, 1)})
    await connection.execute(
        text(
            """insert into programme.confirmed_months (person_id, month, insurer_receipt_id, village_code)
               select :person, '2024-01-01', insurer_receipt_id, village_code from programme.confirmed_months limit 1"""
        ),
        {"person": person},
    )

    again = await sign(connection, number="BA-3/2024", day=date(2024, 3, 2))

    assert (again.number, again.lines[0].billed, again.lines[0].confirmed) == ("BA-3/2024", 4, 4)
    assert [each.number for each in again.reopened] == ["BA-1/2024"]
    rows = await connection.execute(
        text(
            """select m.number, r.number, m.lines_sha256
               from programme.minutes m left join programme.minutes r on r.id = m.replaces_id order by m.id"""
        )
    )
    assert [tuple(row) for row in rows] == [
        ("BA-1/2024", None, before.sha256),
        ("BA-2/2024", None, (await show(connection, Month(2024, 2))).sha256),
        ("BA-3/2024", "BA-1/2024", again.sha256),
    ]
    with pytest.raises(DBAPIError, match="minutes of that month are signed"):
        async with connection.begin_nested():
            await connection.execute(add, {"person": other, "month": date(2024, 1, 1)})
    assert await reopen(connection, number="BA-3/2024", day=date(2024, 3, 3)) == JANUARY


@pytest.mark.parametrize(
    ("changed", "refusal", "said"),
    [
        ({"number": "BA-9/2024"}, MinutesUnknown, "no minutes with the number BA-9/2024 in the region 53.15"),
        ({"name": "Kepala Dinas"}, ReopeningWrong, "BA-1/2024 cannot be reopened: another officer must reopen"),
        ({"reason": " "}, ReopeningWrong, "a reason must be given"),
        ({"day": date(2024, 2, 4)}, ReopeningWrong, "between the signing and today"),
        ({"day": date(2199, 1, 1)}, ReopeningWrong, "between the signing and today"),
    ],
)
async def test_minutes_that_may_not_be_opened_again_stay_closed(connection, signed, changed, refusal, said):
    with pytest.raises(refusal, match=said):
        await reopen(connection, **changed)
    assert (await show(connection)).number == "BA-1/2024"
    with pytest.raises(MonthFrozen):
        await bill(connection, "2024-01", "B-2", is_rest=True)


async def test_minutes_are_opened_again_once_and_their_number_is_used_once(connection, signed):
    await reopen(connection)

    with pytest.raises(MinutesReopened, match="BA-1/2024 were reopened already on 1 March 2024"):
        await reopen(connection)
    with pytest.raises(MinutesNumberTaken):
        await sign(connection)


SECOND = """insert into programme.minutes (number, month, signed_date, office_signatory, officer_id, insurer_signatory,
                                           lines_sha256, office_code, recorded_by, replaces_id)
    select 'BA-7', month, signed_date, office_signatory, officer_id, insurer_signatory, lines_sha256, office_code, recorded_by, {replaces}
      from programme.minutes where number = 'BA-1/2024'"""
OPENED = """insert into programme.minutes_reopenings (minutes_id, officer, officer_id, reason, opened_date, recorded_by)
    select id, 'Somebody', :officer, 'x', :day, 'test' from programme.minutes"""


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        (SECOND.format(replaces="null"), {}, "the minutes of that month stand"),
        (SECOND.format(replaces="id"), {}, "the minutes of that month stand"),
        (OPENED, {"officer": "Kepala Dinas", "day": date(2024, 3, 1)}, "whoever signed does not open again"),
        (OPENED, {"officer": "Maria", "day": date(2024, 2, 1)}, "nor before the signing"),
    ],
)
async def test_the_database_itself_keeps_one_minutes_a_month_and_signers_from_opening_them(
    connection, signed, statement, values, said
):
    if "officer" in values:
        values = values | {"officer": (await officer(connection, values["officer"])).officer_id}
    with pytest.raises(DBAPIError, match=said):
        await connection.execute(text(statement), values)


async def test_the_database_itself_wants_the_minutes_that_were_opened_again_to_be_named(connection, signed):
    await reopen(connection)
    for replaces in ("null", "id + 1"):
        with pytest.raises(DBAPIError, match="not the ones named"):
            async with connection.begin_nested():
                await connection.execute(text(SECOND.format(replaces=replaces)))
    await connection.execute(text(SECOND.format(replaces="id")))


async def test_the_signed_paper_is_kept_by_its_hash(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, *map(line, members)))
    with pytest.raises(FileMissing, match=r"nowhere\.pdf"):
        await sign(connection, file=tmp_path / "nowhere.pdf")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF signed")

    await sign(connection, file=tmp_path / "scan.pdf")

    kept = (await connection.execute(text("select file_sha256 from programme.minutes"))).scalar_one()
    assert kept == hashlib.sha256(b"%PDF signed").digest()


async def test_minutes_wait_for_whoever_is_adding_to_a_month(engine, tmp_path):
    """With two connections, a receipt in an open transaction is in the minutes, never beside them."""
    async with engine.begin() as connection:
        _, people = await protect(connection)
        await bill(connection)
        await pay(connection)
        numbers = [await kpj(connection, person) for person in people]
        await confirm(connection, receipt(tmp_path, *map(line, numbers[:2])))
    async with engine.connect() as reading, engine.connect() as signing, reading.begin():
        await confirm(reading, receipt(tmp_path, line(numbers[2]), name="late.csv"))
        async with signing.begin():
            waiting = asyncio.create_task(sign(signing))
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            assert not done
            await reading.commit()
            signed = await waiting

    assert signed.lines[0].confirmed == 3
