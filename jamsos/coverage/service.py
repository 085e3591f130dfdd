"""Coverage acts, and one worker's calendar: the months billed, paid and confirmed, and the benefits that they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos import legal_terms
from jamsos.coverage import store
from jamsos.coverage.billing.payments import pay, pay_file
from jamsos.coverage.billing.service import bill, last_billed, write_list
from jamsos.coverage.reconciliation.confirmation import confirm_file
from jamsos.coverage.reconciliation.differences import differences, resolve
from jamsos.coverage.rules import (
    BenefitState,
    CoverageState,
    Run,
    Spell,
    Waiting,
    WaitingPeriod,
    benefit_state,
    consecutive,
    gaps,
    runs,
)
from jamsos.errors import NotFound
from jamsos.legal_terms import Term
from jamsos.months import Month
from jamsos.people import service as people

__all__ = [
    "bill",
    "confirm_file",
    "differences",
    "last_billed",
    "pay",
    "pay_file",
    "resolve",
    "write_list",
]  # exported for other rooms


@dataclass(frozen=True)
class CalendarMonth:
    month: Month
    state: CoverageState
    fund_code: str
    billing_code: str
    amount: int
    consecutive: int
    person_id: int  # the id under which the month was billed: it may have been merged since


@dataclass(frozen=True)
class Calendar:
    """A worker's months in order, the gaps between them, the spells of cover, and the cover on the day asked about."""

    person_id: int
    months: Sequence[CalendarMonth]
    gaps: Sequence[Run]
    spells: Sequence[Spell]
    benefit_state: BenefitState


async def calendar(connection: AsyncConnection, *, person: str, day: date) -> Calendar:
    """Return the calendar of a person, by id or by membership number (KPJ), and the cover on `day`. Raises NotFound."""
    person_id = await _person(connection, person)
    ids = await people.ids_of(connection, person_id)
    months = await months_of(connection, person_id)
    if not months:
        raise NotFound(what="worker_months", which=person)
    paid = runs(each.month for each in months if each.state != CoverageState.billed)
    spells = await store.spells(connection, ids)
    return Calendar(person_id, months, gaps(paid), spells, benefit_state(spells, day, waiting_in(Month.of(day))))


async def months_of(connection: AsyncConnection, person_id: int) -> list[CalendarMonth]:
    """Return every billed month of a worker, under any of the worker's ids, in order."""
    rows = await store.calendar(connection, await people.ids_of(connection, person_id))
    paid = runs(Month.of(row["month"]) for row in rows if row["state"] != CoverageState.billed)
    return [_month(row, paid) for row in rows]


def _month(row: RowMapping, paid: Sequence[Run]) -> CalendarMonth:
    month = Month.of(row["month"])
    facts = row["fund_code"], row["billing_code"], row["amount"]
    return CalendarMonth(month, CoverageState(row["state"]), *facts, consecutive(paid, month), row["person_id"])


async def _person(connection: AsyncConnection, person: str) -> int:
    """Return the id of a person. A number of eleven digits is a KPJ, because ids are shorter. Raises NotFound."""
    if len(person) != 11 and person.isdecimal():
        return int(person)
    if (found := await store.person_of(connection, person)) is None:
        raise NotFound(what="membership_number", which=person)
    return found


def waiting_in(month: Month) -> Waiting:
    """Return the waiting periods in force in a month."""
    found = {period: legal_terms.in_force(Term(f"{period}_months"), month) for period in WaitingPeriod}
    return {period: months for period, months in found.items() if months is not None}
