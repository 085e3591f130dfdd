"""Payment notice queries: the provider's notices, and the bank lines that report the same money."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Date, Text, bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import of_office, office_of_row
from jamsos.donations.rules import Pledge
from jamsos.donations.store import pledges_by_code
from jamsos.donations.tables import bank_lines, donation_matches, notice_settlements, payment_notices, pledges


async def call_known(connection: AsyncConnection, external_id: str, day: date) -> bool:
    n = payment_notices.c
    found = select(n.bank_line_id).where(n.external_id == external_id, n.called_date == day, of_office(payment_notices))
    return (await connection.execute(found)).first() is not None


async def notice_known(connection: AsyncConnection, reference: str, status: str) -> bool:
    n = payment_notices.c
    found = select(n.bank_line_id).where(n.reference == reference, n.status == status, of_office(payment_notices))
    return (await connection.execute(found)).first() is not None


async def add_notice(connection: AsyncConnection, **values: Any) -> None:
    of = office_of_row(bank_lines, values["bank_line_id"])
    await connection.execute(insert(payment_notices).values(**values, office_code=of))


async def add_settlement(connection: AsyncConnection, *, notice_id: int, bank_line_id: int) -> None:
    of = office_of_row(bank_lines, bank_line_id)
    await connection.execute(
        insert(notice_settlements).values(notice_id=notice_id, bank_line_id=bank_line_id, office_code=of)
    )


async def pledge_of_notice(connection: AsyncConnection, reference: str) -> Pledge | None:
    """Return the pledge of the payment with this reference."""
    code = (
        select(pledges.c.code)
        .join(donation_matches)
        .join(payment_notices, payment_notices.c.bank_line_id == donation_matches.c.bank_line_id)
        .where(payment_notices.c.reference == reference, of_office(payment_notices))
    )
    codes: list[str] = list((await connection.execute(code)).scalars())
    found = await pledges_by_code(connection, codes)
    return found[0] if found else None


# The same money: first by the provider's own reference (the bank may have deducted a fee), else by pledge and rupiah within two weeks.
_SAME = """
    and (l.amount = :amount and m.pledge_id = :pledge and l.booked_date between :day - {before} and :day + {after} or {referred})
    order by {referred} desc, l.booked_date, l.id limit 1
"""
_NOTICE = text(
    """
    select l.id from programme.payment_notices n
      join programme.bank_lines l on l.id = n.bank_line_id
      join programme.donation_matches m on m.bank_line_id = l.id
     where m.outcome <> 'settled' and l.office_code = (select o.office_code from programme.documents o where o.id = :document)
       and not exists (select from programme.notice_settlements s where s.notice_id = n.bank_line_id)
    """
    + _SAME.format(
        before=14,
        after=1,
        referred="(n.reference = any(:references) and sign(l.amount) = sign(:amount) and abs(l.amount) >= abs(:amount))",
    )
).bindparams(
    bindparam("day", type_=Date),
    bindparam("references", type_=ARRAY(Text)),
    bindparam("amount", type_=BigInteger),
    bindparam("pledge", type_=BigInteger),
)
_LINE = text(
    """
    select l.id from programme.bank_lines l
      join programme.donation_matches m on m.bank_line_id = l.id
     where m.transaction_id is not null and l.office_code = (select o.office_code from programme.documents o where o.id = :document)
       and not exists (select from programme.payment_notices n where n.bank_line_id = l.id)
       and not exists (select from programme.notice_settlements s where s.bank_line_id = l.id)
    """
    + _SAME.format(
        before=14, after=1, referred="(coalesce(l.reference = :reference, false) and sign(l.amount) = sign(:amount))"
    )
).bindparams(
    bindparam("day", type_=Date),
    bindparam("reference", type_=Text),
    bindparam("amount", type_=BigInteger),
    bindparam("pledge", type_=BigInteger),
)


async def notice_told_before(
    connection: AsyncConnection,
    *,
    amount: int,
    day: date,
    pledge_id: int | None,
    document_id: int,
    references: Collection[str],
) -> int | None:
    """Return the unsettled notice that reported the money of a bank line."""
    values = {
        "amount": amount,
        "day": day,
        "pledge": pledge_id,
        "document": document_id,
        "references": sorted(references),
    }
    found: int | None = (await connection.execute(_NOTICE, values)).scalar()
    return found


async def line_told_before(
    connection: AsyncConnection, *, amount: int, day: date, pledge_id: int | None, document_id: int, reference: str
) -> int | None:
    """Return the booked bank line that reported the money of a notice and settles no notice yet."""
    values = {"amount": amount, "day": day, "pledge": pledge_id, "document": document_id, "reference": reference}
    found: int | None = (await connection.execute(_LINE, values)).scalar()
    return found
