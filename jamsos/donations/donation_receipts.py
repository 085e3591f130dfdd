"""Donation receipts: what arrived under a pledge's code and stayed. Anybody with the code may check a receipt, which names nobody."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.donations import rules, store
from jamsos.donations.errors import DonorsSeveral
from jamsos.errors import NotFound
from jamsos.sealing import Sealer


class Gift(NamedTuple):
    """A donation. `amount`: rupiah that entered the fund, less refunds; 0 where nothing arrived, or all of it was refunded."""

    code: str
    fund_code: str
    year: int
    amount: int
    arrived_date: date | None


async def gift(connection: AsyncConnection, code: str) -> Gift:
    """Return the donation with this code, in any spelling. Raises NotFound."""
    row = await store.gift_by_code(connection, rules.plain(code))
    if row is None:
        raise NotFound(what="pledge", which=rules.plain(code)[:25])
    return Gift(**row)


async def of_donor(connection: AsyncConnection, codes: Sequence[str]) -> list[str]:
    """Return these codes and those of every other pledge under the same telephone numbers, oldest first. Raises NotFound."""
    wanted = [rules.plain(code) for code in codes]
    found = await store.codes_of_donor(connection, wanted)
    if missing := [code for code in wanted if code not in found]:
        raise NotFound(what="pledge", which=missing[0][:25])
    return found


async def refuse_several_donors(connection: AsyncConnection, codes: Sequence[str]) -> None:
    """Raise DonorsSeveral where a code shares neither name nor telephone number with the first: a year has one donor."""
    first, *others = (rules.plain(code) for code in codes)
    if apart := await store.codes_of_others(connection, first, set(others) - {first}):
        raise DonorsSeveral(code=apart[0])


async def donor_name(connection: AsyncConnection, sealer: Sealer, code: str) -> str | None:
    """Return the name of a donor who wants to be named, for documents of the office only, not for anybody with a code."""
    sealed = await store.donor_name(connection, rules.plain(code))
    return sealer.unseal("donor", sealed) if sealed else None
