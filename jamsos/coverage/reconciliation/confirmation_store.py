"""Confirmation queries: compare the insurer receipt with bill and payments in one set-based statement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Text, bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.coverage.tables import insurer_receipts
from jamsos.sql_files import sql_file


async def add_insurer_receipt(connection: AsyncConnection, **values: Any) -> int:
    statement = insert(insurer_receipts).values(**values).returning(insurer_receipts.c.id)
    return int((await connection.execute(statement)).scalar_one())


# Each row of the receipt gets one result, the first that applies. A row that agrees, or exceeds the bill, is confirmed.
_CONFIRM = text(sql_file(__file__, "confirmation")).bindparams(
    bindparam("lines", type_=ARRAY(BigInteger)),
    bindparam("months", type_=ARRAY(Date)),
    bindparam("numbers", type_=ARRAY(Text)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
)


async def confirm(
    connection: AsyncConnection,
    *,
    bill_id: int,
    insurer_receipt_id: int,
    office_code: str,
    rows: Sequence[tuple[int, date, str, int]],
) -> dict[str, tuple[int, int, int]]:
    """Compare a receipt's (line, month, KPJ, rupiah) with the bill, and record the result.

    Return the count, the rupiah expected and the rupiah received, by kind of difference and under `confirmed`.
    """
    lines, months, numbers, amounts = (list(column) for column in zip(*rows, strict=True))
    values = {"bill_id": bill_id, "insurer_receipt_id": insurer_receipt_id, "office_code": office_code}
    values |= {"lines": lines, "months": months, "numbers": numbers, "amounts": amounts}
    found = (await connection.execute(_CONFIRM, values)).mappings()
    return {row["kind"]: (row["count"], row["billed"], row["received"]) for row in found}
