from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE, Actor
from jamsos.errors import FileKnown, LineWrong
from jamsos.ledger import service
from jamsos.ledger.errors import (
    AmountWrong,
    BudgetExceeded,
    DocumentKnown,
    FundExists,
    FundMalformed,
    FundUnknown,
    RateUnknown,
    SharesWrong,
)
from jamsos.ledger.rules import Position, Rate, Share
from jamsos.months import Month
from jamsos.offices.errors import OfficeNeeded, OfficeUnknown
from jamsos.offices.service import add_office
from tests.money import TOBACCO, add_fund, add_tobacco_fund, commit, free, receive


@pytest.mark.parametrize(
    ("month", "is_via_apbd", "sector", "rate"),
    [
        (Month(2024, 1), True, None, Rate(10_000, 6_800, base=1_000_000)),
        (Month(2026, 6), True, None, Rate(10_000, 6_800, base=1_000_000)),
        (Month(2026, 6), True, "transport", Rate(10_000, 6_800, base=1_000_000)),
        (Month(2026, 3), False, None, Rate(10_000, 6_800, base=1_000_000)),
        (Month(2026, 4), False, None, Rate(5_000, 3_400, base=1_000_000)),
        (Month(2026, 12), False, None, Rate(5_000, 3_400, base=1_000_000)),
        (Month(2027, 1), False, None, Rate(10_000, 6_800, base=1_000_000)),
        (Month(2026, 1), False, "transport", Rate(5_000, 3_400, base=1_000_000)),
        (Month(2027, 3), False, "transport", Rate(5_000, 3_400, base=1_000_000)),
        (Month(2027, 4), False, "transport", Rate(10_000, 6_800, base=1_000_000)),
    ],
)
async def test_pp_50_2025_halves_the_rate_for_a_time_but_never_for_public_budgets(
    connection, month, is_via_apbd, sector, rate
):
    assert await service.monthly_rate(connection, month=month, is_via_apbd=is_via_apbd, sector=sector) == rate


async def test_the_rate_follows_income_and_programmes(connection):
    rate = await service.monthly_rate(
        connection, month=Month(2024, 1), is_via_apbd=True, programmes=("JKK", "JKM", "JHT"), income=1_450_000
    )
    assert rate == Rate(14_000, 6_800, 28_000, base=1_400_000)


async def test_a_month_before_the_first_rate_is_refused(connection):
    with pytest.raises(RateUnknown, match="December 2019"):
        await service.monthly_rate(connection, month=Month(2019, 12), is_via_apbd=True)


async def test_loading_the_rates_again_adds_nothing(connection):
    assert await service.load_rates(connection) == 0
    made = text("select actor, details from programme.audit_entries where act = 'ledger.rates'")
    assert (await connection.execute(made)).all() == []

    await service.load_rates(connection, actor=COMMAND_LINE)
    assert [tuple(row) for row in await connection.execute(made)] == [("command line", {"new": 0})]


async def test_money_received_into_a_whole_fund_is_free(connection):
    await add_fund(connection)

    await receive(connection, 201_600_000)

    assert await free(connection) == 201_600_000


async def test_half_of_the_tobacco_share_may_pay_contributions(connection):
    await add_tobacco_fund(connection)

    parts = await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    assert parts == {"welfare": 557_224_000, "health": 445_779_200, "law_enforcement": 111_444_800}
    assert await free(connection, "DBHCHT-2026") == 557_224_000


async def test_money_that_comes_before_the_funds_year_is_tied_no_less(connection):
    await add_tobacco_fund(connection)

    await receive(connection, 1_000, "DBHCHT-2026", day=date(2025, 12, 30))

    assert await free(connection, "DBHCHT-2026") == 500


async def test_what_a_decree_commits_is_no_longer_free(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 201_600_000)

    await commit(connection, fund_id, 16_800)

    assert await free(connection) == 201_583_200


async def test_a_decree_beyond_the_free_money_is_refused_with_the_figures(connection):
    fund_id = await add_tobacco_fund(connection)
    await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    with pytest.raises(BudgetExceeded, match=r"DBHCHT-2026.*Rp937\.238\.400.*Rp557\.224\.000"):
        await commit(connection, fund_id, 937_238_400)

    assert await free(connection, "DBHCHT-2026") == 557_224_000


async def test_a_deposit_is_recorded_once(connection):
    await add_fund(connection)
    await receive(connection, 100)

    with pytest.raises(DocumentKnown, match="STS-1"):
        await receive(connection, 100)

    assert await free(connection) == 100


async def test_a_fund_code_stands_for_one_fund(connection):
    await add_fund(connection)
    with pytest.raises(FundExists, match="APBD-2024"):
        await add_fund(connection)


async def test_an_unknown_fund_is_named(connection):
    with pytest.raises(FundUnknown, match="APBD-1999"):
        await service.fund_by_code(connection, "APBD-1999")


async def test_shares_that_do_not_make_a_whole_are_refused(connection):
    with pytest.raises(SharesWrong, match="90%"):
        await add_fund(connection, shares=TOBACCO[:2])
    with pytest.raises(FundUnknown):
        await service.fund_by_code(connection, "APBD-2024")


async def test_nothing_and_less_than_nothing_cannot_be_booked(connection):
    fund_id = await add_fund(connection)
    for amount in (0, -5):
        with pytest.raises(AmountWrong):
            await receive(connection, amount, number=f"STS{amount}")
        with pytest.raises(AmountWrong):
            await commit(connection, fund_id, amount)


async def test_money_walks_from_received_to_paid(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 201_600_000)
    await commit(connection, fund_id, 201_600_000)

    await service.post_bill(
        connection, COMMAND_LINE, fund_id=fund_id, amount=16_800_000, day=date(2024, 1, 10), billing_code="B-1"
    )
    sp2d = await service.keep_document(
        connection, kind="sp2d", number="0001/SP2D", day=date(2024, 1, 12), office_code="53.15", fund_id=fund_id
    )
    await service.post_payment(
        connection, COMMAND_LINE, fund_id=fund_id, amount=16_800_000, day=date(2024, 1, 12), billing_code="B-1",
        document_id=sp2d,
    )  # fmt: skip

    assert await service.positions(connection) == [
        Position(
            "APBD-2024", "general", received=201_600_000, carried=0, free=0, committed=184_800_000, payable=0,
            paid=16_800_000, refunded=0, cash=184_800_000,
        )
    ]  # fmt: skip
    assert await service.positions(connection, as_of=date(2024, 1, 10)) == [
        Position(
            "APBD-2024", "general", received=201_600_000, carried=0, free=0, committed=184_800_000, payable=16_800_000,
            paid=0, refunded=0, cash=201_600_000,
        )
    ]  # fmt: skip
    assert await service.positions(connection, as_of=date(2024, 1, 1)) == []


async def test_no_more_is_billed_than_was_committed_nor_paid_than_was_billed(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 100)
    await commit(connection, fund_id, 60)

    with pytest.raises(BudgetExceeded, match="Rp61 is needed, Rp60"):
        await service.post_bill(
            connection, COMMAND_LINE, fund_id=fund_id, amount=61, day=date(2024, 1, 2), billing_code="B"
        )
    with pytest.raises(BudgetExceeded, match="Rp1 is needed, Rp0"):
        await service.post_payment(
            connection, COMMAND_LINE, fund_id=fund_id, amount=1, day=date(2024, 1, 2), billing_code="B", document_id=1
        )


async def test_a_commitment_that_is_not_needed_becomes_free_again(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 100)
    await commit(connection, fund_id, 60)

    await service.release_commitment(
        connection, COMMAND_LINE, fund_id=fund_id, amount=20, day=date(2024, 12, 31), decree_number="298/KEP/HK/2024"
    )

    assert await free(connection) == 60


async def test_a_fund_belongs_to_the_only_office_until_there_are_two_and_none_is_given(connection):
    await add_fund(connection, "A", office_code=None)
    await add_office(connection, COMMAND_LINE, "53.10")
    with pytest.raises(OfficeNeeded, match=r"53\.10, 53\.15"):
        await add_fund(connection, "C", office_code=None)
    with pytest.raises(OfficeUnknown, match=r"53\.09"):
        await add_fund(connection, "C", office_code="53.09")
    await service.add_fund(
        connection, Actor("manggarai", region_code="53.10"), code="B", name="B", kind="csr", fiscal_year=2024,
        is_via_apbd=False,
    )  # fmt: skip

    assert (await service.fund_by_code(connection, "A")).office_code == "53.15"
    assert (await service.fund_by_code(connection, "B")).office_code == "53.10"


def deposits(tmp_path, *lines, name="deposits.csv"):
    path = tmp_path / name
    path.write_text("\n".join(["Fund Code;Received_Date;document number;AMOUNT;description", *lines]) + "\n")
    return path


async def test_deposits_are_read_from_a_file(connection, tmp_path):
    await add_fund(connection)
    file = deposits(tmp_path, "APBD-2024;2024-01-02;STS-1;100;DPA", "APBD-2024;03/01/2024;STS-2;50;")

    assert await service.deposit_file(connection, COMMAND_LINE, file) == [("APBD-2024", 100), ("APBD-2024", 50)]

    assert await free(connection) == 150
    with pytest.raises(FileKnown, match=r"deposits\.csv"):
        await service.deposit_file(connection, COMMAND_LINE, file)


async def test_a_wrong_line_refuses_the_file_by_line_and_field(connection, tmp_path):
    await add_fund(connection)
    for line, complaint in [
        ("APBD-2024;2024-01-02;STS-2;1.5;", "line 3, column amount"),
        ("APBD-2024;2024-01-02;STS-2;0;", "line 3, column amount"),
        ("APBD-2024;2024-13-02;STS-2;5;", "line 3, column received_date"),
        ("APBD-2024;2024-01-02;;5;", "line 3, column document_number"),
        ("APBD-2024;2024-01-02;STS-2;5", "line 3, column 4"),
    ]:
        file = deposits(tmp_path, "APBD-2024;2024-01-02;STS-1;100;", line)
        with pytest.raises(LineWrong, match=complaint):
            async with connection.begin_nested():
                await service.deposit_file(connection, COMMAND_LINE, file)
    assert await free(connection) == 0


async def test_a_refused_act_of_a_file_names_its_line(connection, tmp_path):
    await add_fund(connection)
    with pytest.raises(FundUnknown, match=r"deposits\.csv line 3: The fund NOWHERE is unknown"):
        await service.deposit_file(
            connection, COMMAND_LINE, deposits(tmp_path, "APBD-2024;2024-01-02;1;1;", "NOWHERE;2024-01-02;2;1;")
        )


@pytest.mark.parametrize(
    "changed",
    [
        {"fiscal_year": 99_999},
        {"shares": [Share("Big Field", 10_000, True)]},
        {"shares": [Share("a", 10_001, True), Share("b", -1, True)]},
        {"shares": [Share("a", 5_000, True), Share("a", 5_000, True)]},
    ],
)
async def test_a_fund_that_cannot_be_is_refused(connection, changed):
    with pytest.raises(FundMalformed):
        await add_fund(connection, **changed)
    with pytest.raises(FundUnknown):
        await service.fund_by_code(connection, "APBD-2024")
