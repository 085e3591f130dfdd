import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.coverage.errors import BillNotPaid, BillUnknown
from jamsos.coverage.rules import Difference
from jamsos.errors import FileKnown, LineWrong
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_payments import pay, states
from tests.protected import kpj

HEADER = "Kode Iuran,Bulan,KPJ,JKK,JKM,Jumlah,Tanggal Terima"


@pytest.fixture
async def members(connection):
    """Create three workers, January and February billed, January paid; return their membership numbers."""
    _, people = await protect(connection)
    await bill(connection)
    await bill(connection, "2024-02", "B-2")
    await pay(connection)
    return [await kpj(connection, person) for person in people]


def line(number, month="2024-01", jkk=10_000, jkm=6_800, code="B-1"):
    return f"{code},{month},{number},{jkk},{jkm},{jkk + jkm},2024-01-20"


def receipt(tmp_path, *lines, name="receipt.csv"):
    path = tmp_path / name
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


async def confirm(connection, path):
    return await service.confirm_file(connection, COMMAND_LINE, path)


async def differences(connection):
    rows = await connection.execute(
        text(
            "select kind, line, billed_amount, received_amount, village_code from programme.coverage_differences order by id"
        )
    )
    return [tuple(row) for row in rows]


async def test_a_receipt_that_agrees_confirms_every_month(connection, members, tmp_path):
    [found] = await confirm(connection, receipt(tmp_path, *map(line, members)))

    assert (found.billing_code, found.confirmed, found.amount, found.differences) == ("B-1", 3, 50_400, {})
    assert await states(connection) == {"confirmed": 3, "billed": 3}


@pytest.mark.parametrize(
    ("others", "kind", "billed", "received", "confirmed"),
    [
        ([], "not_confirmed", 16_800, 0, 2),
        (["{2}", "99999999999"], "unknown_member", 0, 16_800, 3),
        (["{2}", "{2}"], "double", 0, 16_800, 3),
        (["{2}:2024-03"], "wrong_month", 0, 16_800, 2),
        (["{2}:short"], "short", 16_800, 16_799, 2),
        (["{2}:over"], "over", 16_800, 16_801, 3),
    ],
)
async def test_each_difference_has_its_kind_line_and_amounts(
    connection, members, tmp_path, others, kind, billed, received, confirmed
):
    spoilt = {"short": {"jkm": 6_799}, "over": {"jkm": 6_801}, "2024-03": {"month": "2024-03"}, "": {}}
    lines = [line(members[0]), line(members[1])]
    for other in others:
        number, _, what = other.format(*members).partition(":")
        lines.append(line(number, **spoilt[what]))

    [found] = await confirm(connection, receipt(tmp_path, *lines))

    assert found.confirmed == confirmed
    assert found.differences.pop(Difference(kind)) == 1
    row = next(row for row in await differences(connection) if row[0] == kind)
    assert row[1:4] == (None if kind == "not_confirmed" else 1 + len(lines), billed, received)
    assert row[4].startswith("53.15")


async def test_a_worker_of_another_bill_is_told_apart(connection, members, tmp_path):
    _, [stranger] = await protect(connection, 1, fund="APBD-2025", number="other", year=2025)

    [found] = await confirm(connection, receipt(tmp_path, *map(line, members), line(await kpj(connection, stranger))))

    assert (found.confirmed, found.differences) == (3, {Difference.not_billed: 1})


async def test_a_month_confirmed_beyond_what_we_paid_is_told_apart(connection, members, tmp_path):
    await pay(connection, 16_800, "B-2", sp2d="0002/SP2D")

    [found] = await confirm(
        connection, receipt(tmp_path, line(members[0], "2024-02", code="B-2"), line(members[1], "2024-02", code="B-2"))
    )

    assert (found.confirmed, found.differences) == (1, {Difference.not_paid: 1})


async def test_a_receipt_for_a_bill_that_is_not_paid_waits_for_the_payment(connection, members, tmp_path):
    file = receipt(tmp_path, line(members[0], "2024-02", code="B-2"))
    with pytest.raises(BillNotPaid, match=r"receipt\.csv line 2: No payment of the bill B-2"):
        await confirm(connection, file)
    await pay(connection, billing_code="B-2", sp2d="0002/SP2D")

    [found] = await confirm(connection, file)

    assert found.confirmed == 1


async def test_what_was_paid_and_the_differences_explain_what_the_insurer_received(connection, members, tmp_path):
    lines = [line(members[0], jkm=6_700), line(members[1], jkm=7_000), line("99999999999"), line(members[1])]

    [found] = await confirm(connection, receipt(tmp_path, *lines))

    apart = sum(received - billed for _, _, billed, received, _ in await differences(connection))
    assert 3 * 16_800 + apart == found.amount == 16_700 + 17_000 + 16_800 + 16_800


async def test_a_second_receipt_confirms_what_the_first_left_out_and_nothing_twice(connection, members, tmp_path):
    await confirm(connection, receipt(tmp_path, line(members[0])))

    [found] = await confirm(connection, receipt(tmp_path, *map(line, members), name="second.csv"))

    assert (found.confirmed, found.differences) == (2, {Difference.double: 1})
    assert await states(connection) == {"confirmed": 3, "billed": 3}


async def test_the_same_receipt_is_refused(connection, members, tmp_path):
    file = receipt(tmp_path, *map(line, members))
    await confirm(connection, file)
    with pytest.raises(FileKnown, match=r"receipt\.csv"):
        await confirm(connection, file)


@pytest.mark.parametrize(
    ("wrong", "refusal", "complaint"),
    [
        ("B-9,2024-01,1,10000,6800,16800,2024-01-20", BillUnknown, "line 3: The billing code B-9"),
        ("B-1,2024-01,1,10000,6800,16801,2024-01-20", LineWrong, "line 3, column Jumlah: JKK and JKM"),
        ("B-1,01/2024,1,10000,6800,16800,2024-01-20", LineWrong, "line 3, column Bulan"),
    ],
)
async def test_a_wrong_line_refuses_the_receipt(connection, members, tmp_path, wrong, refusal, complaint):
    with pytest.raises(refusal, match=complaint):
        async with connection.begin_nested():
            await confirm(connection, receipt(tmp_path, line(members[0]), wrong))
    assert await states(connection) == {"paid": 3, "billed": 3}
