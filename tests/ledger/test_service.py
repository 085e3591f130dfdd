from datetime import date

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import BudgetExceeded, DocumentKnown, FundExists, FundUnknown, RateUnknown, SharesWrong
from jamsos.ledger import service
from jamsos.ledger.rules import FundKind, Rate, Share
from jamsos.months import Month

TOBACCO = [Share("welfare", 5_000, True), Share("health", 4_000, False), Share("law_enforcement", 1_000, False)]


async def add_fund(connection, code="APBD-2024", **changed):
    fund = {
        "name": "APBD Kabupaten Manggarai Barat",
        "kind": FundKind.regional_budget,
        "fiscal_year": 2024,
        "is_via_apbd": True,
        "regency_code": "53.15",
    }
    return await service.add_fund(connection, COMMAND_LINE, code=code, **fund | changed)


async def receive(connection, amount, fund_code="APBD-2024", number="STS-1", day=date(2024, 1, 2)):
    return await service.receive(
        connection, COMMAND_LINE, fund_code=fund_code, amount=amount, day=day, document_number=number
    )


async def commit(connection, fund_id, amount, memo="298/KEP/HK/2024"):
    return await service.commit_decree(
        connection, COMMAND_LINE, fund_id=fund_id, amount=amount, day=date(2024, 1, 2), memo=memo
    )


@pytest.mark.parametrize(
    ("month", "is_via_apbd", "sector", "rate"),
    [
        (Month(2024, 1), True, None, Rate(10_000, 6_800)),
        (Month(2026, 6), True, None, Rate(10_000, 6_800)),
        (Month(2026, 6), True, "transport", Rate(10_000, 6_800)),
        (Month(2026, 3), False, None, Rate(10_000, 6_800)),
        (Month(2026, 4), False, None, Rate(5_000, 3_400)),
        (Month(2026, 12), False, None, Rate(5_000, 3_400)),
        (Month(2027, 1), False, None, Rate(10_000, 6_800)),
        (Month(2026, 1), False, "transport", Rate(5_000, 3_400)),
        (Month(2027, 3), False, "transport", Rate(5_000, 3_400)),
        (Month(2027, 4), False, "transport", Rate(10_000, 6_800)),
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
    assert rate == Rate(14_000, 6_800, 28_000)


async def test_a_month_before_the_first_rate_is_refused(connection):
    with pytest.raises(RateUnknown, match="December 2019"):
        await service.monthly_rate(connection, month=Month(2019, 12), is_via_apbd=True)


async def test_loading_the_rates_again_adds_nothing(connection):
    assert await service.load_rates(connection) == 0


async def test_money_received_into_a_whole_fund_is_free(connection):
    await add_fund(connection)

    await receive(connection, 201_600_000)

    assert await service.free_to_spend(connection, "APBD-2024") == 201_600_000


async def test_half_of_the_tobacco_share_may_pay_contributions(connection):
    await add_fund(connection, "DBHCHT-2026", kind=FundKind.tobacco_excise, fiscal_year=2026, shares=TOBACCO)

    parts = await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    assert parts == {"welfare": 557_224_000, "health": 445_779_200, "law_enforcement": 111_444_800}
    assert await service.free_to_spend(connection, "DBHCHT-2026") == 557_224_000


async def test_what_a_decree_commits_is_no_longer_free(connection):
    fund_id = await add_fund(connection)
    await receive(connection, 201_600_000)

    await commit(connection, fund_id, 16_800)

    assert await service.free_to_spend(connection, "APBD-2024") == 201_583_200


async def test_a_decree_beyond_the_free_money_is_refused_with_the_figures(connection):
    fund_id = await add_fund(connection, "DBHCHT-2026", kind=FundKind.tobacco_excise, fiscal_year=2026, shares=TOBACCO)
    await receive(connection, 1_114_448_000, "DBHCHT-2026", day=date(2026, 1, 5))

    with pytest.raises(BudgetExceeded, match=r"DBHCHT-2026.*Rp937\.238\.400.*Rp557\.224\.000"):
        await commit(connection, fund_id, 937_238_400)

    assert await service.free_to_spend(connection, "DBHCHT-2026") == 557_224_000


async def test_a_receipt_is_recorded_once(connection):
    await add_fund(connection)
    await receive(connection, 100)

    with pytest.raises(DocumentKnown, match="STS-1"):
        await receive(connection, 100)

    assert await service.free_to_spend(connection, "APBD-2024") == 100


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
