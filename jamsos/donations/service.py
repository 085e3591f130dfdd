"""Donation acts: record pledges from the page, from options or from printed forms. matching.py reads the bank's statement.

No act returns or logs anything about donors.
"""

from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.donations import rules, store
from jamsos.donations.errors import DonationFundNeeded, PledgeCodeWrong, PledgeKnown
from jamsos.errors import LineWrong
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import AmountWrong
from jamsos.sealing import Sealer
from jamsos.table_reader import Line, gathered, read_paper

PLEDGE_HEADERS = ["kode", "tanggal", "nama", "anonim", "no_hp", "jumlah"]
_ANONYMOUS = {"YA": True, "TIDAK": False}


async def pledge(
    connection: AsyncConnection,
    actor: Actor,
    sealer: Sealer,
    *,
    amount: int,
    day: date,
    donor_name: str | None = None,
    is_named: bool = False,
    phone: str | None = None,
    fund_code: str | None = None,
) -> str:
    """Record a pledge and return its code, which the donor writes into the transfer.

    Raises DonationFundNeeded, FundUnknown, AmountWrong.
    """
    fund_id = await fund_for(connection, fund_code, day.year)
    facts = _facts(sealer, fund_id, amount, day, donor_name, is_named, phone)
    while (pledge_id := await store.add_pledge(connection, code=(code := rules.fresh_code()), **facts)) is None:
        continue
    await audit(connection, actor, "donations.pledge", subject="pledge", subject_ids=[pledge_id])
    return code


async def load_pledges(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, path: Path, *, fund_code: str | None = None
) -> int:
    """Record pledges from printed forms, with the codes printed on them, all or none, and return how many.

    Raises PledgeKnown, PledgeCodeWrong, and the errors of pledge and read_paper.
    """
    lines = read_paper(path, PLEDGE_HEADERS).lines
    gathered(lines, _checked)
    for line in lines:
        with line.asking():
            await _keep(connection, sealer, line, fund_code)
    await audit(connection, actor, "donations.load_pledges", subject="pledge", details={"count": len(lines)})
    return len(lines)


def _checked(line: Line) -> bool:
    """Return whether the donor stays anonymous, after checking every field of the line. Raises LineWrong."""
    line.text("kode"), line.day("tanggal"), line.rupiah("jumlah")
    if (anonymous := _ANONYMOUS.get(line.text("anonim").upper())) is None:
        raise LineWrong(file=line.file, line=line.number, field="anonim", wish="paper.choice")
    return anonymous


async def _keep(connection: AsyncConnection, sealer: Sealer, line: Line, fund_code: str | None) -> None:
    code, day, anonymous = rules.plain(line.text("kode")), line.day("tanggal"), _checked(line)
    if not 4 <= len(code) <= 25:
        raise PledgeCodeWrong(code=code[:30])
    fund_id = await fund_for(connection, fund_code, day.year)
    facts = _facts(sealer, fund_id, line.rupiah("jumlah"), day, line.maybe("nama"), not anonymous, line.maybe("no_hp"))
    if await store.add_pledge(connection, code=code, **facts) is None:
        raise PledgeKnown(code=code)


def _facts(
    sealer: Sealer, fund_id: int, amount: int, day: date, donor_name: str | None, is_named: bool, phone: str | None
) -> dict[str, object]:
    """Return the facts of a pledge. An anonymous donor's name is not stored; other names are sealed."""
    if amount <= 0:
        raise AmountWrong(amount=amount)
    return {
        "fund_id": fund_id,
        "pledged_date": day,
        "amount": amount,
        "donor_name_sealed": sealer.seal("donor", donor_name) if is_named and donor_name else None,
        "is_named": is_named and donor_name is not None,
        "phone_sealed": sealer.seal("phone", phone) if phone else None,
    }


async def fund_for(connection: AsyncConnection, fund_code: str | None, year: int) -> int:
    """Return the given fund, else the only donation fund of the year. Raises FundUnknown, DonationFundNeeded."""
    if fund_code:
        return (await ledger.fund_by_code(connection, fund_code)).id
    found = await store.donation_funds(connection, year)
    if len(found) != 1:
        raise DonationFundNeeded(year=year, count=len(found))
    return found[0]
