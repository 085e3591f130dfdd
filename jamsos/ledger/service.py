"""Ledger acts: funds, receipts, and what a decree commits. Other rooms ask here for rates and for what is free to spend."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import BudgetExceeded, DocumentKnown, FundExists, FundUnknown, RateUnknown, SharesWrong
from jamsos.ledger import rules, store
from jamsos.ledger.rules import (
    WHOLE,
    Account,
    Act,
    DocumentKind,
    Fund,
    FundKind,
    Parts,
    PayerClass,
    Programme,
    Rate,
    Share,
)
from jamsos.months import Month, today
from jamsos.papers import Line, read_paper

JKK_JKM = (Programme.JKK, Programme.JKM)
SHIPPED_RATES = Path(__file__).parent / "data" / "contribution_rates.csv"
_RATE_HEADERS = [
    "programme", "payer_class", "sector", "income_from", "base_amount", "amount", "valid_from", "valid_to", "source", "verified_on",
]  # fmt: skip


# --- asked by other rooms ----------------------------------------------------------------------------------------


async def monthly_rate(
    connection: AsyncConnection,
    *,
    month: Month,
    is_via_apbd: bool,
    programmes: Sequence[str] = JKK_JKM,
    sector: str | None = None,
    income: int = 0,
) -> Rate:
    """Rupiah a month for one non-wage worker, by programme; 16,800 together, 8,400 where PP 50/2025 halves them.

    The class of the money decides: what passes through APBD is never halved. Raises RateUnknown.
    """
    payer = PayerClass.public_budget if is_via_apbd else PayerClass.other
    amounts = {}
    for programme in map(Programme, programmes):
        amount = await store.rate_on(
            connection, programme=programme, payer_class=payer, month=month.first_day, income=income, sector=sector
        )
        if amount is None:
            raise RateUnknown(programme=programme, month=month)
        amounts[programme.lower()] = amount
    return Rate(**{"jkk": 0, "jkm": 0} | amounts)


async def fund_by_code(connection: AsyncConnection, code: str) -> Fund:
    """Raises FundUnknown."""
    return await _fund(connection, code, code=code)


async def fund_by_id(connection: AsyncConnection, fund_id: int) -> Fund:
    """Raises FundUnknown."""
    return await _fund(connection, str(fund_id), id=fund_id)


async def _fund(connection: AsyncConnection, which: str, **key: object) -> Fund:
    found = await store.fund_by(connection, **key)
    if found is None:
        raise FundUnknown(fund=which)
    return Fund(**{name: found[name] for name in Fund.__dataclass_fields__} | {"kind": FundKind(found["kind"])})


async def free_to_spend(connection: AsyncConnection, fund_code: str) -> int:
    """Rupiah of the fund that may still be committed to contributions, as of now. Raises FundUnknown."""
    fund = await fund_by_code(connection, fund_code)
    held = await store.balances(connection, fund.id)
    return sum((await _spendable(connection, fund.id, held)).values())


async def _spendable(connection: AsyncConnection, fund_id: int, held: dict[Account, dict[str, int]]) -> Parts:
    """Free rupiah by field, of the fields that may pay contributions."""
    tied = {
        share.field for share in await store.shares_on(connection, fund_id, today()) if not share.pays_contributions
    }
    return {field: -balance for field, balance in held[Account.free].items() if field not in tied}


async def commit_decree(
    connection: AsyncConnection, actor: Actor, *, fund_id: int, amount: int, day: date, memo: str
) -> int:
    """Promise free money of the fund to a decree, whose number is `memo`; the transaction's id. Raises BudgetExceeded.

    Until the end of the transaction nobody else can commit from this fund, so two decrees cannot promise the same rupiah.
    """
    held = await store.hold(connection, fund_id)
    parts = await _drawn(connection, fund_id, amount, await _spendable(connection, fund_id, held))
    transaction_id = await store.post(
        connection, fund_id=fund_id, day=day, act=Act.commit, postings=rules.committing(parts), reference=memo
    )
    await audit(
        connection,
        actor,
        "commit_decree",
        subject="fund",
        subject_ids=[fund_id],
        details={"amount": amount, "decree": memo},
    )
    return transaction_id


async def _drawn(connection: AsyncConnection, fund_id: int, amount: int, available: Parts) -> Parts:
    """Raises BudgetExceeded."""
    parts = rules.draw(amount, available)
    if parts is None:
        fund = await fund_by_id(connection, fund_id)
        raise BudgetExceeded(fund=fund.code, needed=amount, free=sum(available.values()))
    return parts


# --- the office's acts -------------------------------------------------------------------------------------------


async def add_fund(
    connection: AsyncConnection,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: FundKind,
    fiscal_year: int,
    is_via_apbd: bool,
    regency_code: str,
    regulation: str | None = None,
    account_code: str | None = None,
    account_name: str | None = None,
    shares: Sequence[Share] = (),
) -> int:
    """A fund of one fiscal year; shares, where its regulation ties parts of it, add up to the whole.

    Raises FundExists, SharesWrong.
    """
    if shares and sum(share.basis_points for share in shares) != WHOLE:
        raise SharesWrong(fund=code, total=f"{sum(share.basis_points for share in shares) / 100:g}")
    fund_id = await store.add_fund(
        connection,
        code=code,
        name=name,
        kind=kind,
        fiscal_year=fiscal_year,
        is_via_apbd=is_via_apbd,
        regency_code=regency_code,
        regulation=regulation,
        account_code=account_code,
        account_name=account_name,
    )
    if fund_id is None:
        raise FundExists(fund=code)
    if shares:
        since = {"fund_id": fund_id, "source": regulation or code, "valid_from": date(fiscal_year, 1, 1)}
        await store.add_shares(connection, [share._asdict() | since for share in shares])
    await audit(connection, actor, "add_fund", subject="fund", subject_ids=[fund_id])
    return fund_id


async def receive(
    connection: AsyncConnection,
    actor: Actor,
    *,
    fund_code: str,
    amount: int,
    day: date,
    document_number: str,
    description: str | None = None,
    file_sha256: bytes | None = None,
) -> Parts:
    """Money comes in; freed by field as the fund's shares say, which is handed back. Raises FundUnknown, DocumentKnown."""
    fund = await fund_by_code(connection, fund_code)
    document_id = await keep_document(
        connection, fund, kind=DocumentKind.receipt, number=document_number, day=day, amount=amount,
        description=description, file_sha256=file_sha256,
    )  # fmt: skip
    parts = rules.divide(amount, await store.shares_on(connection, fund.id, day))
    await store.post(
        connection, fund_id=fund.id, day=day, act=Act.receive, postings=rules.receiving(parts),
        reference=document_number, document_id=document_id, memo=description,
    )  # fmt: skip
    await audit(connection, actor, "receive", subject="fund", subject_ids=[fund.id], details={"amount": amount})
    return parts


async def keep_document(
    connection: AsyncConnection,
    fund: Fund,
    *,
    kind: DocumentKind,
    number: str,
    day: date,
    amount: int | None = None,
    description: str | None = None,
    file_sha256: bytes | None = None,
) -> int:
    """A paper of the office by kind and number; its id. Raises DocumentKnown."""
    document_id = await store.add_document(
        connection, kind=kind, number=number, document_date=day, amount=amount, fund_id=fund.id,
        file_sha256=file_sha256, description=description, regency_code=fund.regency_code,
    )  # fmt: skip
    if document_id is None:
        raise DocumentKnown(kind=kind, number=number)
    return document_id


async def load_rates(connection: AsyncConnection, path: Path = SHIPPED_RATES) -> int:
    """Read dated contribution rates; how many were new. A corrected row is a new reading of its rule, and goes before.

    Raises what read_paper raises, LineWrong.
    """
    return await store.add_rates(connection, [_rate(line) for line in read_paper(path, _RATE_HEADERS).lines])


def _rate(line: Line) -> dict[str, Any]:
    return {
        "programme": line.one_of("programme", Programme),
        "payer_class": line.one_of("payer_class", PayerClass),
        "sector": line.maybe("sector"),
        "income_from": line.rupiah("income_from", at_least=0),
        "base_amount": line.rupiah("base_amount"),
        "amount": line.rupiah("amount"),
        "valid_from": line.month("valid_from").first_day,
        "valid_to": line.month("valid_to").first_day if line.maybe("valid_to") else None,
        "source": line.text("source"),
        "verified_on": line.day("verified_on") if line.maybe("verified_on") else None,
    }
