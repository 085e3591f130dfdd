from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.coverage.billing.payments import DisbursementOrder, Payment
from jamsos.coverage.errors import (
    BillUnknown,
    PaymentExceedsBill,
    PaymentForOtherMonths,
    PaymentFromOtherFund,
    PaymentNotWhole,
)
from jamsos.errors import FileKnown, LineWrong, NotFound
from jamsos.ledger.errors import AmountWrong, DocumentKnown
from jamsos.ledger.service import positions, verify
from jamsos.months import Month
from tests.coverage.test_billing import bill, protect
from tests.protected import end, kpj

HEADER = (
    "Kode Iuran,Bulan Dari,Bulan Sampai,Kode Dana,No SPP,Tanggal SPP,No SPM,Tanggal SPM,No SP2D,Tanggal SP2D,Jumlah"
)


async def pay(connection, amount=50_400, billing_code="B-1", sp2d="0001/SP2D", **changed):
    facts = {"billing_code": billing_code, "amount": amount, "sp2d": DisbursementOrder(sp2d, date(2024, 1, 15))}
    return await service.pay(connection, COMMAND_LINE, **facts | changed)


async def states(connection):
    rows = await connection.execute(text("select state, count(*) from programme.coverage_months group by 1"))
    return {row[0]: row[1] for row in rows}


async def test_a_bill_is_paid_by_an_sp2d_from_its_fund(connection):
    await protect(connection)
    await bill(connection)

    made = await pay(
        connection, spp=DisbursementOrder("1/SPP", date(2024, 1, 10)), spm=DisbursementOrder("1/SPM", date(2024, 1, 12))
    )

    assert made == Payment("B-1", 50_400, worker_months=3, still_open=0)
    assert await states(connection) == {"paid": 3}
    assert [(p.payable, p.paid, p.cash) for p in await positions(connection)] == [(0, 50_400, 554_400)]


async def test_a_part_pays_worker_months_in_order_and_the_next_part_the_rest(connection):
    await protect(connection)
    await bill(connection, "2024-01:2024-02")

    first = await pay(connection, 67_200)
    second = await pay(connection, 33_600, sp2d="0002/SP2D")

    assert (first.worker_months, first.still_open) == (4, 33_600)
    assert (second.worker_months, second.still_open) == (2, 0)
    by_payment = await connection.execute(
        text(
            "select min(month), max(month), count(*) from programme.paid_months group by payment_id order by payment_id"
        )
    )
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    assert [tuple(row) for row in by_payment] == [(january, february, 4), (february, february, 2)]


async def test_a_part_that_would_leave_half_a_month_is_refused(connection):
    await protect(connection)
    await bill(connection)
    with pytest.raises(PaymentNotWhole, match=r"Rp20\.000 on the bill B-1 .* Rp16\.800 would"):
        await pay(connection, 20_000)
    assert await states(connection) == {"billed": 3}


@pytest.mark.parametrize(
    ("changed", "refusal", "complaint"),
    [
        ({"amount": 50_401}, PaymentExceedsBill, r"Rp50\.401 is more than the unpaid part of the bill B-1, Rp50\.400"),
        ({"amount": 0}, AmountWrong, "above zero"),
        ({"billing_code": "B-9"}, BillUnknown, "B-9"),
        ({"fund_code": "APBD-2025"}, PaymentFromOtherFund, "APBD-2024, not APBD-2025"),
    ],
)
async def test_a_payment_that_does_not_fit_is_refused_and_nothing_moves(connection, changed, refusal, complaint):
    await protect(connection)
    await bill(connection)
    with pytest.raises(refusal, match=complaint):
        await pay(connection, **changed)
    assert await states(connection) == {"billed": 3}
    assert [p.paid for p in await positions(connection)] == [0]


async def test_nothing_is_paid_twice(connection):
    await protect(connection)
    await bill(connection)
    await pay(connection)
    with pytest.raises(PaymentExceedsBill, match="Rp0"):
        await pay(connection, sp2d="0002/SP2D")
    await bill(connection, "2024-02", "B-2")
    with pytest.raises(DocumentKnown, match="SP2D 0001/SP2D"):
        await pay(connection, billing_code="B-2")


def payments(tmp_path, *lines):
    path = tmp_path / "payments.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


async def test_payments_are_read_from_a_file_with_their_papers(connection, tmp_path):
    await protect(connection)
    await bill(connection)
    await bill(connection, "2024-02", "B-2")
    file = payments(
        tmp_path,
        "B-1,2024-01,2024-01,APBD-2024,1/SPP,2024-01-10,1/SPM,2024-01-12,1/SP2D,2024-01-15,50400",
        "B-2,2024-02,2024-02,APBD-2024,,,,,TRF-2,2024-02-15,50400",
    )

    made = await service.pay_file(connection, COMMAND_LINE, file)

    assert [payment.still_open for payment in made] == [0, 0]
    papers = await connection.execute(
        text("select kind, number from programme.documents where kind <> 'deposit' order by id")
    )
    assert [tuple(row) for row in papers] == [("spp", "1/SPP"), ("spm", "1/SPM"), ("sp2d", "1/SP2D"), ("sp2d", "TRF-2")]
    with pytest.raises(FileKnown):
        await service.pay_file(connection, COMMAND_LINE, file)
    await verify(connection)


@pytest.mark.parametrize(
    ("line", "refusal", "complaint"),
    [
        (
            "B-2,2024-02,2024-03,APBD-2024,,,,,X,2024-02-15,50400",
            PaymentForOtherMonths,
            "February 2024 to February 2024",
        ),
        ("B-2,2024-02,2024-02,APBD-2024,1/SPP,,,,X,2024-02-15,50400", LineWrong, "column Tanggal SPP"),
        ("B-2,2024-02,2024-02,APBD-2024,,,,,1/SP2D,2024-02-15,50400", DocumentKnown, "1/SP2D"),
        ("B-9,2024-02,2024-02,APBD-2024,,,,,X,2024-02-15,50400", BillUnknown, "B-9"),
        ("B-2,2024-02,2024-02,APBD-2024,,,,,X,2024-02-15,50.400", LineWrong, "column Jumlah"),
    ],
)
async def test_a_wrong_line_refuses_all_payments_of_the_file(connection, tmp_path, line, refusal, complaint):
    await protect(connection)
    await bill(connection)
    await bill(connection, "2024-02", "B-2")
    file = payments(tmp_path, "B-1,2024-01,2024-01,APBD-2024,,,,,1/SP2D,2024-01-15,50400", line)

    with pytest.raises(refusal, match=rf"payments\.csv line 3.*{complaint}"):
        async with connection.begin_nested():
            await service.pay_file(connection, COMMAND_LINE, file)

    assert await states(connection) == {"billed": 6}


# --- one worker's calendar ---------------------------------------------------------------------------------------


async def test_a_calendar_shows_months_gaps_and_what_they_are_worth(connection):
    _, [person] = await protect(connection, 1)
    for code, months in (("B-1", "2024-01:2024-02"), ("B-2", "2024-05:2024-06"), ("B-3", "2024-07")):
        made = await bill(connection, months, code)
        if code != "B-3":
            await pay(connection, made.amount, code, sp2d=code)

    found = await service.calendar(connection, person=await kpj(connection, person), day=date(2024, 6, 30))

    assert [(str(m.month), m.state, m.consecutive) for m in found.months] == [
        ("2024-01", "paid", 1), ("2024-02", "paid", 2), ("2024-05", "paid", 1), ("2024-06", "paid", 2),
        ("2024-07", "billed", 0),
    ]  # fmt: skip
    assert [(str(gap.first), str(gap.last)) for gap in found.gaps] == [("2024-03", "2024-04")]
    assert (found.benefit_state.is_protected, found.benefit_state.consecutive) == (True, 2)
    assert found == await service.calendar(connection, person=str(person), day=date(2024, 6, 30))


async def test_the_months_of_an_id_that_has_ended_are_the_months_of_the_one_who_lives_on(connection):
    _, (lives, ends, _) = await protect(connection)
    made = await bill(connection, "2024-01:2024-03")
    await pay(connection, made.amount)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(
        text(f"delete from programme.worker_months where person_id = {lives} and month < '2024-03-01'")
    )
    await connection.execute(
        text(f"delete from programme.worker_months where person_id = {ends} and month = '2024-03-01'")
    )
    await end(connection, ends, lives)

    for asked in (lives, ends):
        found = await service.calendar(connection, person=str(asked), day=date(2024, 3, 31))
        assert [(each.month.month, each.person_id) for each in found.months] == [(1, ends), (2, ends), (3, lives)]
        assert (found.benefit_state.consecutive, found.benefit_state.has_full_death_benefit) == (3, True)


async def test_a_person_without_months_has_no_calendar(connection):
    with pytest.raises(NotFound, match="worker-month of the worker 77"):
        await service.calendar(connection, person="77", day=date(2024, 6, 30))
    with pytest.raises(NotFound, match="membership number 99999999999"):
        await service.calendar(connection, person="99999999999", day=date(2024, 6, 30))


def test_waiting_periods_are_those_of_the_month():
    assert service.waiting_in(Month(2024, 12)) == {"lapse": 3, "scholarship": 36}
    assert service.waiting_in(Month(2025, 1)) == {"lapse": 3, "scholarship": 36, "full_death_benefit": 3}
