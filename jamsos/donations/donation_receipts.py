"""Receipts of gifts: what arrived under a pledge's code and stayed. Anybody who holds the code may check it; nobody is named."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.donations import rules, store
from jamsos.donations.errors import DonorsSeveral
from jamsos.errors import NotFound
from jamsos.sealing import Sealer


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


async def of_donor(connection: AsyncConnection, codes: Sequence[str]) -> list[str]:
    """These codes and those of every other pledge under the same telephone numbers, oldest first. Raises NotFound."""
    wanted = [rules.plain(code) for code in codes]
    found = await store.codes_of_donor(connection, wanted)
    if missing := [code for code in wanted if code not in found]:
        raise NotFound(what="pledge", which=missing[0][:25])
    return found


async def refuse_several_donors(connection: AsyncConnection, codes: Sequence[str]) -> None:
    """A donor's year is one donor's: each code shares the donor's name or telephone number with the first. Raises DonorsSeveral."""
    first, *others = (rules.plain(code) for code in codes)
    if apart := await store.codes_of_others(connection, first, set(others) - {first}):
        raise DonorsSeveral(code=apart[0])


async def donor_name(connection: AsyncConnection, sealer: Sealer, code: str) -> str | None:
    """Of a donor who wants to be named; for paper that the office hands out, not for whoever types a code."""
    sealed = await store.donor_name(connection, rules.plain(code))
    return sealer.unseal("donor", sealed) if sealed else None
