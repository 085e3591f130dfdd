"""Minutes (berita acara rekonsiliasi): the numbers of both sides for a month, the differences and the agreed corrections.

Per month and fund they count the workers named by the decrees (N1), confirmed by the insurer (N2), billed (N3) and paid
(N4). Signed minutes freeze the month: no worker-month of it is billed or paid afterwards. The next bill carries
unresolved differences, and a later receipt may still confirm them. Signed minutes never change. An officer who signed
for neither side can reopen them for a reason, and new minutes then replace them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, officer_of
from jamsos.coverage.errors import (
    BillNotPaid,
    MinutesEmpty,
    MinutesNumberTaken,
    MinutesReopened,
    MinutesSigned,
    MinutesUnknown,
    MonthFrozen,
    MonthUnanswered,
    ReopeningWrong,
)
from jamsos.coverage.reconciliation import minutes_store as store
from jamsos.coverage.rules import Difference, Owner, Resolution, reopening_mistake
from jamsos.errors import FileMissing
from jamsos.months import Month, today
from jamsos.offices.service import office_of

NUMBERS = ("named", "confirmed", "billed", "paid", "billed_amount", "paid_amount", "confirmed_amount")


@dataclass(frozen=True)
class Numbers:
    """The counts of workers and the whole rupiah of one fund."""

    fund_code: str
    named: int
    confirmed: int
    billed: int
    paid: int
    billed_amount: int
    paid_amount: int
    confirmed_amount: int

    @property
    def agrees(self) -> bool:
        return len({self.named, self.confirmed, self.billed, self.paid}) == 1


@dataclass(frozen=True)
class Agreed:
    """A difference of the month and the agreed correction. Without a correction the next bill carries it."""

    difference_id: int
    kind: Difference
    owner: Owner
    billed_amount: int
    received_amount: int
    agreed: Resolution | None


@dataclass(frozen=True)
class Reopened:
    """Minutes of the month that were signed and later reopened."""

    id: int
    number: str
    officer: str
    reason: str
    opened_date: date


@dataclass(frozen=True)
class Minutes:
    """The minutes of a month. `number` and `signed_date` are empty before the signing. `sha256` is the hash of `text`.

    `reopened`: earlier minutes of the same month, oldest first.
    """

    office_code: str
    month: Month
    lines: Sequence[Numbers]
    differences: Sequence[Agreed]
    number: str | None = None
    signed_date: date | None = None
    reopened: Sequence[Reopened] = ()

    @property
    def text(self) -> str:
        """The hashed text: one line a fund and one a difference, values separated by `;`."""
        numbers = [(n.fund_code, *(getattr(n, name) for name in NUMBERS)) for n in self.lines]
        agreed = [
            (d.difference_id, d.kind, d.billed_amount, d.received_amount, d.agreed or "carried")
            for d in self.differences
        ]
        rows = [(self.office_code, self.month), *numbers, *agreed]
        return "".join(";".join(map(str, row)) + "\n" for row in rows)

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def carried(self) -> int:
        return sum(each.agreed is None for each in self.differences)


async def show(connection: AsyncConnection, actor: Actor, *, month: Month, office_code: str | None = None) -> Minutes:
    """Return the minutes as signed, or else as they would be today. Raises MinutesEmpty."""
    office_code = await office_of(connection, actor, office_code)
    found = await store.signed(connection, office_code, [month.first_day])
    minutes = (
        await _signed(connection, found)
        if found
        else _minutes(office_code, month, *await _now(connection, office_code, month))
    )
    return replace(minutes, reopened=await _reopened(connection, office_code, month))


async def _reopened(connection: AsyncConnection, office_code: str, month: Month) -> list[Reopened]:
    return [Reopened(**row) for row in await store.reopened(connection, office_code, month.first_day)]


async def _signed(connection: AsyncConnection, found: RowMapping) -> Minutes:
    return Minutes(
        found["office_code"],
        Month.of(found["month"]),
        [_numbers(row) for row in await store.signed_numbers(connection, found["id"])],
        [_agreed(row) for row in await store.signed_differences(connection, found["id"])],
        found["number"],
        found["signed_date"],
    )


async def _now(
    connection: AsyncConnection, office_code: str, month: Month
) -> tuple[Sequence[RowMapping], Sequence[RowMapping]]:
    """Return the present numbers and differences of the month. Raises MinutesEmpty."""
    rows = await store.numbers(connection, office_code, month.first_day)
    if not any(row["billed"] for row in rows):
        raise MinutesEmpty(month=month, region=office_code)
    return rows, await store.differences(connection, office_code, month.first_day)


def _minutes(office_code: str, month: Month, rows: Sequence[RowMapping], apart: Sequence[RowMapping]) -> Minutes:
    return Minutes(office_code, month, list(map(_numbers, rows)), list(map(_agreed, apart)))


def _numbers(row: RowMapping) -> Numbers:
    return Numbers(row["fund_code"], *(row[name] for name in NUMBERS))


def _agreed(row: RowMapping) -> Agreed:
    agreed = Resolution(row["agreed"]) if row["agreed"] else None
    amounts = row["billed_amount"], row["received_amount"]
    return Agreed(row["id"], Difference(row["kind"]), Owner(row["owner"]), *amounts, agreed)


async def sign(
    connection: AsyncConnection,
    actor: Actor,
    *,
    office_code: str | None = None,
    month: Month,
    number: str,
    day: date,
    insurer_signatory: str,
    file: Path | None = None,
) -> Minutes:
    """Record the minutes that both sides signed, and freeze the month. They replace reopened minutes of the month.

    The acting officer signs for the office. The insurer's signatory is only a printed name, without proof. Every billed
    worker-month of the month must be paid, and the insurer must have confirmed it or named a difference.
    Raises ProofNeeded, MinutesSigned, MinutesNumberTaken, MinutesEmpty, BillNotPaid, MonthUnanswered, FileMissing.
    """
    office_code = await office_of(connection, actor, office_code)
    officer = officer_of(actor)
    await store.lock(connection)
    first = month.first_day
    if found := await store.signed(connection, office_code, [first]):
        raise MinutesSigned(month=month, number=found["number"], day=found["signed_date"])
    if other := await store.signed_as(connection, office_code, number):
        raise MinutesNumberTaken(number=number[:70], month=Month.of(other["month"]))
    rows, apart = await _now(connection, office_code, month)
    await _refuse_waiting(connection, office_code, month)
    sha256 = _minutes(office_code, month, rows, apart).sha256
    before = await _reopened(connection, office_code, month)
    facts = {
        "number": number, "month": first, "signed_date": day, "office_signatory": officer.name,
        "officer_id": officer.id,
        "insurer_signatory": insurer_signatory, "lines_sha256": sha256, "office_code": office_code,
        "file_sha256": _hash_of(file) if file else None, "recorded_by": actor.name,
        "replaces_id": before[-1].id if before else None,
    }  # fmt: skip
    lines = [{name: row[name] for name in ("fund_id", *NUMBERS)} for row in rows]
    agreed = [
        {"difference_id": row["id"], "agreed": row["agreed"], "village_code": row["village_code"]} for row in apart
    ]
    id_ = await store.add(connection, facts, lines, agreed)
    await audit(connection, actor, "coverage.sign_minutes", subject="minutes", subject_ids=[id_])
    return await show(connection, actor, office_code=office_code, month=month)


async def reopen(
    connection: AsyncConnection,
    actor: Actor,
    *,
    office_code: str | None = None,
    number: str,
    reason: str,
    day: date,
) -> Month:
    """Reopen signed minutes and return their month. The minutes stay as signed; the month is open until new ones are signed.

    Raises ProofNeeded, MinutesUnknown, MinutesReopened, ReopeningWrong.
    """
    office_code = await office_of(connection, actor, office_code)
    officer = officer_of(actor)
    await store.lock(connection)
    found = await store.signed_as(connection, office_code, number)
    if found is None:
        raise MinutesUnknown(number=number[:70], region=office_code)
    month = Month.of(found["month"])
    before = {each.id: each for each in await _reopened(connection, office_code, month)}
    if earlier := before.get(found["id"]):
        raise MinutesReopened(number=number, day=earlier.opened_date)
    if mistake := reopening_mistake(found["officer_id"] == officer.id, reason, (found["signed_date"], day, today())):
        raise ReopeningWrong(number=number, wish=mistake)
    await store.add_reopening(
        connection, minutes_id=found["id"], officer=officer.name, officer_id=officer.id, reason=reason.strip(), opened_date=day,
        recorded_by=actor.name,
    )  # fmt: skip
    await audit(connection, actor, "coverage.reopen_minutes", subject="minutes", subject_ids=[found["id"]])
    return month


def _hash_of(file: Path) -> bytes:
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError as wrong:
        raise FileMissing(file=file.name) from wrong


async def _refuse_waiting(connection: AsyncConnection, office_code: str, month: Month) -> None:
    """Raise BillNotPaid or MonthUnanswered where a bill of the month is unpaid or unconfirmed."""
    found = await store.waiting(connection, office_code, month.first_day)
    if found is None:
        return
    if found["is_unpaid"]:
        raise BillNotPaid(billing_code=found["billing_code"])
    raise MonthUnanswered(month=month, billing_code=found["billing_code"])


async def refuse_frozen(connection: AsyncConnection, office_code: str, months: Iterable[Month]) -> None:
    """Raise MonthFrozen for the first month whose minutes are signed."""
    found = await store.signed(connection, office_code, [month.first_day for month in months])
    if found:
        raise MonthFrozen(month=Month.of(found["month"]), number=found["number"])
