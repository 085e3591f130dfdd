"""Donation queries."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import of_office, office_of_row
from jamsos.donations.rules import WAITING, MatchOutcome, Pledge
from jamsos.donations.tables import (
    bank_lines,
    donation_matches,
    pledge_pages,
    pledges,
)
from jamsos.ledger.rules import FundKind
from jamsos.ledger.tables import documents, funds
from jamsos.offices.store import one_of_office

_later = donation_matches.alias("later")
_IS_LAST = ~exists().where(_later.c.replaces_id == donation_matches.c.id)
# money for a pledge that is not in the fund, not reported twice, and without another decision
_IS_ASIDE = (
    donation_matches.c.transaction_id.is_(None) & (donation_matches.c.outcome != MatchOutcome.settled) & _IS_LAST
)


async def wait_turn(connection: AsyncConnection) -> None:
    """Lock donations, so that two concurrent lines never pay the same open amount."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('jamsos.donations'))"))


async def donation_funds(connection: AsyncConnection, year: int) -> list[int]:
    statement = select(funds.c.id).where(
        funds.c.kind == FundKind.donation, funds.c.fiscal_year == year, of_office(funds)
    )
    return list((await connection.execute(statement)).scalars())


async def add_pledge(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert a pledge and return its id; None when the code is taken."""
    of = office_of_row(funds, values["fund_id"])
    statement = upsert(pledges).values(**values, office_code=of).on_conflict_do_nothing().returning(pledges.c.id)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def pledges_by_code(connection: AsyncConnection, codes: Collection[str]) -> list[Pledge]:
    """Return the pledges with these codes and the state of each."""
    c = donation_matches.c
    paid = func.coalesce(func.sum(c.amount).filter(c.transaction_id.is_not(None)), 0)
    aside = func.coalesce(func.sum(c.amount).filter(_IS_ASIDE), 0)
    statement = (
        select(
            pledges.c.id,
            pledges.c.code,
            pledges.c.fund_id,
            pledges.c.amount - paid,
            paid,
            aside,
        )
        .outerjoin(donation_matches)
        .where(pledges.c.code.in_(codes), of_office(pledges))
        .group_by(pledges.c.id)
    )
    return [Pledge(*map(_number, row)) for row in await connection.execute(statement)]


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


async def add_bank_line(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert a bank line and return its id; None when the same line was read before."""
    statement = (
        upsert(bank_lines)
        .values(**values, office_code=office_of_row(documents, values["statement_id"]))
        .on_conflict_do_nothing(index_elements=["office_code", "line_sha256"])
        .returning(bank_lines.c.id)
    )
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def add_match(connection: AsyncConnection, **values: Any) -> None:
    of = office_of_row(bank_lines, values["bank_line_id"])
    await connection.execute(insert(donation_matches).values(**values, office_code=of))


# --- erasure of donors -------------------------------------------------------------------------------------------

_KNOWN = pledges.c.donor_name_sealed.is_not(None) | pledges.c.phone_sealed.is_not(None)


async def unpaid_before(connection: AsyncConnection, day: date) -> list[int]:
    """Return the older pledges with personal data that no bank line and no notice names."""
    is_named = exists().where(donation_matches.c.pledge_id == pledges.c.id)
    statement = select(pledges.c.id).where(pledges.c.pledged_date < day, ~is_named, _KNOWN).order_by(pledges.c.id)
    return list((await connection.execute(statement)).scalars())


async def forget_donors(connection: AsyncConnection, pledge_ids: Collection[int]) -> list[int]:
    """Delete the sealed names and telephone numbers of pledges, and return the ids that had any. Only the owner may."""
    mode = "select set_config('jamsos.rotation', :mode, true)"
    await connection.execute(text(mode), {"mode": "on"})
    statement = (
        update(pledges)
        .where(pledges.c.id.in_(pledge_ids), _KNOWN)
        .values(donor_name_sealed=None, phone_sealed=None)
        .returning(pledges.c.id)
    )
    forgotten = sorted((await connection.execute(statement)).scalars())
    await connection.execute(text(mode), {"mode": "off"})
    return forgotten


# --- lines that wait for a decision ------------------------------------------------------------------------------


class Line(TypedDict):
    """A bank line with its latest outcome."""

    match_id: int
    outcome: str
    pledge_id: int | None
    amount: int
    sen: int
    booked_date: date
    statement_id: int


async def line_aside(connection: AsyncConnection, bank_line_id: int) -> Line | None:
    m, b = donation_matches.c, bank_lines.c
    statement = (
        select(m.id.label("match_id"), m.outcome, m.pledge_id, b.amount, b.sen, b.booked_date, b.statement_id)
        .join(bank_lines, b.id == m.bank_line_id)
        .where(b.id == bank_line_id, _IS_LAST)
    )
    found = (await connection.execute(statement)).mappings().one_or_none()
    return Line(**found) if found else None  # type: ignore[typeddict-item]


async def lines_aside(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Return every line that waits for a decision, the oldest first."""
    m, b = donation_matches.c, bank_lines.c
    statement = (
        select(
            b.id.label("number"), b.booked_date.label("day"), b.amount, m.outcome, pledges.c.code.label("pledge_code"),
            b.reference, b.description_sealed,
        )
        .join(bank_lines, b.id == m.bank_line_id)
        .outerjoin(pledges, pledges.c.id == m.pledge_id)
        .where(m.outcome.in_(WAITING), b.amount > 0, _IS_LAST, of_office(bank_lines))
        .order_by(b.booked_date, b.id)
    )  # fmt: skip
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


# --- pages of pledges --------------------------------------------------------------------------------------------


async def wait_for_page(connection: AsyncConnection, address_sha256: bytes) -> None:
    """Lock a page address, so that a form sent twice at the same time is one pledge."""
    key = int.from_bytes(address_sha256[:8], signed=True)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def add_page(connection: AsyncConnection, code: str, address_sha256: bytes) -> None:
    pledge_id = select(pledges.c.id).where(pledges.c.code == code, of_office(pledges)).scalar_subquery()
    await connection.execute(insert(pledge_pages).values(pledge_id=pledge_id, address_sha256=address_sha256))


async def promise_on(connection: AsyncConnection, address_sha256: bytes) -> dict[str, Any] | None:
    """Return the pledge at an address with the sealed name, and the rupiah that entered its fund, left it, or wait for a decision."""
    c = donation_matches.c
    booked = c.transaction_id.is_not(None)
    statement = (
        select(
            pledges.c.code,
            pledges.c.amount,
            pledges.c.pledged_date,
            pledges.c.donor_name_sealed,
            func.coalesce(func.sum(c.amount).filter(booked, c.amount > 0), 0).label("arrived"),
            -func.coalesce(func.sum(c.amount).filter(booked, c.amount < 0), 0).label("returned"),
            func.coalesce(func.sum(c.amount).filter(_IS_ASIDE), 0).label("aside"),
        )
        .join(pledge_pages)
        .outerjoin(donation_matches)
        .where(pledge_pages.c.address_sha256 == address_sha256)
        .group_by(pledges.c.id)
    )
    found = (await connection.execute(statement)).mappings().one_or_none()
    return {name: _number(value) for name, value in found.items()} if found else None


async def gift_by_code(connection: AsyncConnection, code: str) -> dict[str, Any] | None:
    """Return the rupiah that entered the fund under a code and stayed, and the day of the first arrival."""
    c = donation_matches.c
    statement = (
        select(
            pledges.c.code,
            funds.c.code.label("fund_code"),
            funds.c.fiscal_year.label("year"),
            func.coalesce(func.sum(c.amount), 0).label("amount"),
            func.min(bank_lines.c.booked_date).label("arrived_date"),
        )
        .join(funds, funds.c.id == pledges.c.fund_id)
        .outerjoin(donation_matches, (c.pledge_id == pledges.c.id) & c.transaction_id.is_not(None))
        .outerjoin(bank_lines, bank_lines.c.id == c.bank_line_id)
        .where(pledges.c.code == code)
        .group_by(pledges.c.id, funds.c.id)
    )
    found = await one_of_office(connection, statement, pledges)
    return {name: _number(value) for name, value in found.items()} if found else None


async def codes_of_donor(connection: AsyncConnection, codes: Collection[str]) -> list[str]:
    """Return the known codes among these, and the codes of pledges under the same telephone numbers."""
    known = select(pledges.c.phone_sealed).where(pledges.c.code.in_(codes), pledges.c.phone_sealed.is_not(None))
    statement = (
        select(pledges.c.code)
        .where(pledges.c.code.in_(codes) | pledges.c.phone_sealed.in_(known))
        .order_by(pledges.c.pledged_date, pledges.c.id)
    )
    return list((await connection.execute(statement)).scalars())


async def codes_of_others(connection: AsyncConnection, first: str, codes: Collection[str]) -> list[str]:
    """Return those codes whose pledge shares neither the donor's name nor the telephone number with the first."""
    known = pledges.alias()
    is_same = (pledges.c.donor_name_sealed == known.c.donor_name_sealed) | (
        pledges.c.phone_sealed == known.c.phone_sealed
    )
    same = select(pledges.c.code).join(known, is_same).where(known.c.code == first)
    statement = select(pledges.c.code).where(pledges.c.code.in_(codes), pledges.c.code.not_in(same))
    return list((await connection.execute(statement.order_by(pledges.c.code))).scalars())


async def donor_name(connection: AsyncConnection, code: str) -> bytes | None:
    """Return the sealed name; None where the donor wants to stay anonymous."""
    found: bytes | None = (
        await connection.execute(select(pledges.c.donor_name_sealed).where(pledges.c.code == code, pledges.c.is_named))
    ).scalar_one_or_none()
    return found
