"""Decree acts: freeze a list under a number. Other rooms query here who is protected in which month."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, officer_of
from jamsos.decrees import rules, store
from jamsos.decrees.approvals import missing_steps
from jamsos.decrees.errors import (
    DecreeDateWrong,
    DecreeIsAmendment,
    DecreeNumberMalformed,
    DecreeNumberTaken,
    DecreesOverlap,
    FundMissing,
    FundOther,
    NotApproved,
    RunDecreed,
)
from jamsos.decrees.rules import DecreeKind, Line, LineAction
from jamsos.errors import NotFound
from jamsos.ledger.service import commit_decree, fund_by_code, fund_by_id, groups_throughout, monthly_rate
from jamsos.months import ALWAYS, Month, span, today
from jamsos.selection import service as selection
from jamsos.selection.verification import must_hold


@dataclass(frozen=True)
class Decree:
    id: int
    number: str
    kind: DecreeKind
    signed_date: date
    year: int
    month_from: Month
    month_to: Month
    legal_base: str
    run_id: int | None
    fund_id: int
    amends_id: int | None
    rate: int
    worker_count: int
    amount: int
    list_sha256: bytes
    office_code: str

    @property
    def root_id(self) -> int:
        """The determination of this decree: itself, or the one that it amends."""
        return self.amends_id or self.id


@dataclass(frozen=True)
class AmendedDecree:
    """A determination with its amendments, loaded once.

    `decrees`: oldest first. `lines`: every line that holds or held a place, by id.
    """

    root: Decree
    decrees: Sequence[Decree]
    lines: Mapping[int, Line]

    @property
    def last_signed(self) -> date | None:
        """The signing date of the latest amendment."""
        return max((decree.signed_date for decree in self.decrees if decree.amends_id), default=None)


# --- called by other rooms ---------------------------------------------------------------------------------------


async def decree_by_number(connection: AsyncConnection, number: str) -> Decree:
    """Return the decree with this number. Raises NotFound."""
    found = await store.by(connection, number=number)
    if found is None:
        raise NotFound(what="decree", which=number)
    return _decree(found)


async def root_of(connection: AsyncConnection, number: str) -> Decree:
    """Return the determination that a decree is or amends. Raises NotFound."""
    decree = await decree_by_number(connection, number)
    if decree.amends_id is None:
        return decree
    found = await store.by(connection, id=decree.amends_id)
    assert found is not None  # noqa: S101 - kept by foreign key
    return _decree(found)


async def amended_decree(connection: AsyncConnection, number: str) -> AmendedDecree:
    """Return the determination that a decree is or amends, with all its amendments. Raises NotFound."""
    root = await root_of(connection, number)
    decrees = [_decree(row) for row in await store.all_of(connection, root.id)]
    lines = (line_of(row) for row in await store.holding(connection, root.id))
    return AmendedDecree(root, decrees, {line.id: line for line in lines})


async def locked_decree(connection: AsyncConnection, number: str) -> AmendedDecree:
    """Return amended_decree, and let nobody else decree, amend or bill in its regency until the transaction ends.

    Raises NotFound.
    """
    root = await root_of(connection, number)
    # the lock precedes the read, so that the lines stay as read
    await store.hold(connection, root.office_code)
    return await amended_decree(connection, number)


async def decree_to_amend(connection: AsyncConnection, number: str) -> AmendedDecree:
    """Return locked_decree of a determination. Raises NotFound, DecreeIsAmendment: an amendment cannot be amended."""
    decree = await locked_decree(connection, number)
    if number != decree.root.number:
        raise DecreeIsAmendment(decree=number, of=decree.root.number)
    return decree


async def all_decrees(connection: AsyncConnection) -> list[Decree]:
    return [_decree(row) for row in await store.all_of(connection)]


class LineInForce(NamedTuple):
    decree_line_id: int
    person_id: int
    month: Month
    village_code: str
    group_code: str | None


async def lines_in_force(
    connection: AsyncConnection, *, decree_number: str, month_from: Month, month_to: Month
) -> list[LineInForce]:
    """Return whom the decree protects in each month, after its amendments; by month, then line. Raises NotFound."""
    root = await root_of(connection, decree_number)
    rows = await store.in_force(connection, root.id, month_from.first_day, month_to.first_day)
    return [LineInForce(**{**row, "month": Month.of(row["month"])}) for row in rows]


async def protected_in(
    connection: AsyncConnection,
    *,
    office_code: str,
    month_from: Month,
    month_to: Month,
    but_for: Decree | None = None,
    known_at: datetime = ALWAYS,
) -> dict[int, str]:
    """Return the decree number of each person whom a decree of the regency protects in one of these months.

    The decree `but_for` does not count, nor do decrees issued after `known_at`.
    """
    months = {"first": month_from.first_day, "last": month_to.first_day}
    found = await store.overlapping(connection, **months, office_code=office_code, known_at=known_at)
    return {person: number for person, number in found if but_for is None or number != but_for.number}


async def of_run(connection: AsyncConnection, run_id: int) -> Decree | None:
    """Return the decree that froze the list of a run."""
    found = await store.by(connection, run_id=run_id)
    return _decree(found) if found else None


async def protected_elsewhere(connection: AsyncConnection, root: Decree) -> set[int]:
    """Return the persons whom another decree protects in a month of this one."""
    found = await store.overlapping(
        connection,
        first=root.month_from.first_day,
        last=root.month_to.first_day,
        office_code=root.office_code,
    )
    return {person for person, number in found if number != root.number}


async def workers_by_month(connection: AsyncConnection, root: Decree) -> list[tuple[Month, int]]:
    """Return how many persons the decree protects in each month, after its amendments."""
    return [(Month.of(month), workers) for month, workers in await store.workers_by_month(connection, root.id)]


# --- the office's acts -------------------------------------------------------------------------------------------


async def issue_decree(
    connection: AsyncConnection,
    actor: Actor,
    *,
    number: str,
    run_id: int,
    signed_date: date,
    legal_base: str,
    fund_code: str | None = None,
) -> Decree:
    """Freeze the chosen of a run under the Regent's number, and commit their cost from the fund.

    Raises ProofNeeded, NotFound, DecreeNumberMalformed, DecreeNumberTaken, DecreeDateWrong, RunDecreed, NotApproved, RunBroken,
    FundMissing, FundOther, FundUnknown, DecreesOverlap, BudgetExceeded.
    """
    officer = officer_of(actor)
    run = await selection.run_by_id(connection, run_id)
    await store.hold(connection, run.office_code)
    await check_number(connection, run.office_code, number)
    check_day(rules.signing_mistake(signed_date, run.year, run.month_to, today()), signed_date)
    if decreed := await store.by(connection, run_id=run_id):
        raise RunDecreed(run=run_id, decree=decreed["number"])
    if missing := await missing_steps(connection, run):
        raise NotApproved(run=run_id, steps=", ".join(missing))
    fund_id = await _fund_of(connection, run, fund_code)
    await must_hold(connection, run)
    chosen = await selection.chosen_of(connection, run)
    await _refuse_strange_groups(connection, run, fund_id, chosen)
    await _refuse_overlap(connection, run, [row["person_id"] for row in chosen])
    await commit_decree(connection, actor, fund_id=fund_id, amount=run.cost, day=signed_date, memo=number)
    lines = [
        row | months_of(run.month_from, run.month_to) | {"line": line, "action": LineAction.inclusion}
        for line, row in enumerate(chosen, start=1)
    ]
    decree = await keep(
        connection,
        lines,
        number=number, kind=DecreeKind.determination, signed_date=signed_date, year=run.year,
        **months_of(run.month_from, run.month_to), legal_base=legal_base, run_id=run.id, fund_id=fund_id, rate=run.rate,
        worker_count=run.chosen, amount=run.cost, office_code=run.office_code,
        issued_by=officer.name, officer_id=officer.id,
    )  # fmt: skip
    await audit_decree(connection, actor, "issue_decree", decree)
    return decree


# --- shared with amendments --------------------------------------------------------------------------------------


async def check_number(connection: AsyncConnection, office_code: str, number: str) -> None:
    if not rules.number_is_wellformed(number):
        raise DecreeNumberMalformed(number=number[:70])
    if await store.is_number_taken(connection, office_code, rules.number_key(number)):
        raise DecreeNumberTaken(number=number)


def check_day(mistake: str | None, signed: date) -> None:
    if mistake:
        raise DecreeDateWrong(day=signed, wish=mistake)


async def _fund_of(connection: AsyncConnection, run: selection.Run, fund_code: str | None) -> int:
    """Return the fund that pays: the run's, or the named one where a worker costs the same. Raises FundMissing, FundOther."""
    if fund_code is None:
        if run.fund_id is None:
            raise FundMissing(run=run.id)
        return run.fund_id
    fund = await fund_by_code(connection, fund_code, run.office_code)
    if run.fund_id not in (None, fund.id):
        raise FundOther(run=run.id, fund=fund_code, wish="decree.fund.other")
    rates = [
        (await monthly_rate(connection, month=month, is_via_apbd=fund.is_via_apbd)).total
        for month in span(run.month_from, run.month_to)
    ]
    if sum(rates) != run.worker_cost:
        raise FundOther(run=run.id, fund=fund_code, wish="decree.fund.rate")
    return fund.id


async def _refuse_strange_groups(
    connection: AsyncConnection, run: selection.Run, fund_id: int, chosen: Sequence[Mapping[str, Any]]
) -> None:
    """Raise FundOther where the fund may not pay for everybody on the list: its rules may have changed since the run."""
    allowed = await groups_throughout(connection, fund_id, span(run.month_from, run.month_to))
    if allowed is not None and any(row["group_code"] not in allowed for row in chosen):
        fund = await fund_by_id(connection, fund_id)
        raise FundOther(run=run.id, fund=fund.code, wish="decree.fund.groups")


async def _refuse_overlap(connection: AsyncConnection, run: selection.Run, persons: Sequence[int]) -> None:
    protected = await protected_in(
        connection, office_code=run.office_code, month_from=run.month_from, month_to=run.month_to
    )
    both = [protected[person] for person in persons if person in protected]
    if both:
        raise DecreesOverlap(count=len(both), decree=both[0])


async def keep(connection: AsyncConnection, lines: Sequence[Mapping[str, Any]], **decree: Any) -> Decree:
    row = await store.add_decree(connection, **decree, list_sha256=digest(lines))
    if row is None:  # another transaction issued the number since check_number
        raise DecreeNumberTaken(number=decree["number"])
    await store.add_lines(connection, [{**line, "decree_id": row["id"]} for line in lines])
    return _decree(row)


_FROZEN = (
    "line",
    "action",
    "person_id",
    "replaces_line_id",
    "reason",
    "month_from",
    "month_to",
    "group_code",
    "village_code",
)


def digest(lines: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the SHA-256 of the lines in order, one a row of tab-separated values; a missing value is empty."""
    rows = ("\t".join("" if line.get(name) is None else str(line[name]) for name in _FROZEN) for line in lines)
    return hashlib.sha256("\n".join(rows).encode()).digest()


def months_of(first: Month, last: Month) -> dict[str, date]:
    return {"month_from": first.first_day, "month_to": last.first_day}


async def audit_decree(connection: AsyncConnection, actor: Actor, act: str, decree: Decree) -> None:
    await audit(
        connection,
        actor,
        act,
        subject="decree",
        subject_ids=[decree.id],
        details={"decree": decree.number, "workers": decree.worker_count, "list_sha256": decree.list_sha256.hex()},
    )


def _decree(row: RowMapping) -> Decree:
    values = {field.name: row[field.name] for field in dataclasses.fields(Decree)}
    months = {name: Month.of(row[name]) for name in ("month_from", "month_to")}
    return Decree(**values | months | {"kind": DecreeKind(row["kind"])})


def line_of(row: RowMapping) -> Line:
    return Line(
        id=row["id"],
        person_id=row["person_id"],
        month_from=Month.of(row["month_from"]),
        month_to=Month.of(row["month_to"]),
        ended=Month.of(row["ended"]) if row["ended"] else None,
        has_successor=row["has_successor"],
        number=row["line"],
        decree=row["number"],
        group_code=row["group_code"],
        village_code=row["village_code"],
    )
