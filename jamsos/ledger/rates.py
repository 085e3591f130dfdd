"""Contribution rates: the dated legal cost of one month for one worker.

No legal value is a constant in code. Rates are rows with their regulation and the day on which somebody verified them. A
correction is a later row of the same rule and replaces the earlier one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.ledger import store
from jamsos.ledger.errors import RateUnknown
from jamsos.ledger.rules import PayerClass, Programme, Rate
from jamsos.months import Month
from jamsos.table_reader import Line, read_paper

SHIPPED = Path(__file__).parent / "data" / "contribution_rates.csv"
JKK_JKM = (Programme.JKK, Programme.JKM)
_HEADERS = [
    "programme", "payer_class", "sector", "income_from", "base_amount", "amount", "valid_from", "valid_to", "regulation", "verified_on",
]  # fmt: skip


async def monthly_rate(
    connection: AsyncConnection,
    *,
    month: Month,
    is_via_apbd: bool,
    programmes: Sequence[str] = JKK_JKM,
    sector: str | None = None,
    income: int = 0,
) -> Rate:
    """Return the rupiah a month for one non-wage worker, by programme: 16,800 together, 8,400 where PP 50/2025 halves them.

    The class of the money decides: money that passes through APBD is never halved. Raises RateUnknown.
    """
    payer = PayerClass.public_budget if is_via_apbd else PayerClass.other
    amounts, base = {}, 0
    for programme in map(Programme, programmes):
        found = await store.rate_on(
            connection, programme=programme, payer_class=payer, month=month.first_day, income=income, sector=sector
        )
        if found is None:
            raise RateUnknown(programme=programme, month=month)
        amounts[programme.lower()], base = found["amount"], max(base, found["base_amount"])
    return Rate(**{"jkk": 0, "jkm": 0} | amounts, base=base)


async def load_rates(connection: AsyncConnection, path: Path = SHIPPED, *, actor: Actor | None = None) -> int:
    """Read dated contribution rates and return how many are new. Only a load by an actor is audited, not the first load of a database.

    Raises LineWrong and the errors of read_paper.
    """
    count = await store.add_rates(connection, [_rate(line) for line in read_paper(path, _HEADERS).lines])
    if actor is not None:
        await audit(connection, actor, "ledger.rates", subject="contribution_rate", details={"new": count})
    return count


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
        "regulation": line.text("regulation"),
        "verified_on": line.day("verified_on") if line.maybe("verified_on") else None,
    }
