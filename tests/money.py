"""Builders for the rooms of money: a fund, a deposit, a commitment, each with one changed fact."""

from datetime import date

from jamsos.access.rules import COMMAND_LINE
from jamsos.ledger import service
from jamsos.ledger.rules import FundKind, Share

TOBACCO = [Share("welfare", 5_000, True), Share("health", 4_000, False), Share("law_enforcement", 1_000, False)]


async def add_fund(connection, code="APBD-2024", **changed):
    fund = {
        "name": "APBD Kabupaten Manggarai Barat",
        "kind": FundKind.regional_budget,
        "fiscal_year": 2024,
        "is_via_apbd": True,
        "office_code": "53.15",
    }
    return await service.add_fund(connection, COMMAND_LINE, code=code, **fund | changed)


async def add_tobacco_fund(connection, code="DBHCHT-2026", **changed):
    facts = {"kind": FundKind.tobacco_excise, "fiscal_year": 2026, "shares": TOBACCO}
    return await add_fund(connection, code, **facts | changed)


async def receive(connection, amount, fund_code="APBD-2024", number="STS-1", day=date(2024, 1, 2)):
    return await service.deposit(
        connection, COMMAND_LINE, fund_code=fund_code, amount=amount, day=day, document_number=number
    )


async def commit(connection, fund_id, amount, memo="298/KEP/HK/2024", day=date(2024, 1, 2)):
    return await service.commit_decree(connection, COMMAND_LINE, fund_id=fund_id, amount=amount, day=day, memo=memo)


async def free(connection, code="APBD-2024"):
    return await service.free_to_spend(connection, code)
