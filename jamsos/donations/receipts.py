"""Receipts of gifts: what arrived under a pledge's code and stayed. Anybody who holds the code may check it; nobody is named."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.donations import rules, store
from jamsos.errors import NotFound


class Gift(NamedTuple):
    """`amount`: rupiah that entered the fund, less what was given back; 0 where nothing has come, or all of it went back."""

    code: str
    fund_code: str
    year: int
    amount: int
    arrived_date: date | None


async def gift(connection: AsyncConnection, code: str) -> Gift:
    """By its code, however it is written. Raises NotFound."""
    row = await store.gift_by_code(connection, rules.plain(code))
    if row is None:
        raise NotFound(what="pledge", which=rules.plain(code)[:25])
    return Gift(**row)
