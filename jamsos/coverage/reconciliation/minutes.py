"""Minutes (berita acara rekonsiliasi): both sides' numbers of a month, the differences and what was agreed on; signed, they freeze it.

Per month and fund: workers named by the decrees (N1), confirmed by the insurer (N2), billed (N3) and paid (N4). Afterwards no
worker-month of it is billed or paid; what was open is carried to the next bill and may still be confirmed by a later receipt.
Signed minutes are never changed: they are opened again by somebody who signed neither side, for a reason, and others follow on them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
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
from jamsos.decrees.rules import officer_key
from jamsos.errors import FileMissing
from jamsos.months import Month, today
from jamsos.offices.service import office_of

NUMBERS = ("named", "confirmed", "billed", "paid", "billed_amount", "paid_amount", "confirmed_amount")


@dataclass(frozen=True)
class Numbers:
    """Workers of one fund, and whole rupiah."""

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
    """A difference of the month and the correction agreed on; without one it is carried to the next bill."""

    difference_id: int
    kind: Difference
    owner: Owner
    billed_amount: int
    received_amount: int
    agreed: Resolution | None


@dataclass(frozen=True)
class Reopened:
    """Minutes of the month that were signed and opened again."""

    id: int
    number: str
    officer: str
    reason: str
    opened_date: date


@dataclass(frozen=True)
class Minutes:
    """`number` and `signed_date` are empty while nobody has signed. `sha256` is over lines and differences as text().

    `reopened`: minutes of the same month that stood before, oldest first.
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
        """One line a fund and one a difference, values parted by `;`: what the hash is over."""
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
    """As they were signed, or as they would be today. Raises MinutesEmpty."""
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
    """The month's numbers and differences as they stand. Raises MinutesEmpty."""
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
    office_signatory: str,
    insurer_signatory: str,
    file: Path | None = None,
) -> Minutes:
    """Keep the minutes as both sides signed them, and with them the month; where minutes were opened again, in their place.

    Every worker-month billed of it must be paid, and answered by the insurer: confirmed, or different.
    Raises MinutesSigned, MinutesNumberTaken, MinutesEmpty, BillNotPaid, MonthUnanswered, FileMissing.
    """
    office_code = await office_of(connection, actor, office_code)
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
        "number": number, "month": first, "signed_date": day, "office_signatory": office_signatory,
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
    officer: str,
    reason: str,
    day: date,
) -> Month:
    """Lift the freeze of signed minutes, which stay as they are, until others of their month are signed; the month.

    Raises MinutesUnknown, MinutesReopened, ReopeningWrong.
    """
    office_code = await office_of(connection, actor, office_code)
    await store.lock(connection)
    found = await store.signed_as(connection, office_code, number)
    if found is None:
        raise MinutesUnknown(number=number[:70], region=office_code)
    month = Month.of(found["month"])
    before = {each.id: each for each in await _reopened(connection, office_code, month)}
    if earlier := before.get(found["id"]):
        raise MinutesReopened(number=number, day=earlier.opened_date)
    signers = {officer_key(found["office_signatory"]), officer_key(found["insurer_signatory"])}
    if mistake := reopening_mistake(signers, officer_key(officer), reason, (found["signed_date"], day, today())):
        raise ReopeningWrong(number=number, wish=mistake)
    await store.add_reopening(
        connection, minutes_id=found["id"], officer=officer.strip(), reason=reason.strip(), opened_date=day,
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
    """Raises BillNotPaid, MonthUnanswered."""
    found = await store.waiting(connection, office_code, month.first_day)
    if found is None:
        return
    if found["is_unpaid"]:
        raise BillNotPaid(billing_code=found["billing_code"])
    raise MonthUnanswered(month=month, billing_code=found["billing_code"])


async def refuse_frozen(connection: AsyncConnection, office_code: str, months: Iterable[Month]) -> None:
    """Raises MonthFrozen with the first month whose minutes are signed."""
    found = await store.signed(connection, office_code, [month.first_day for month in months])
    if found:
        raise MonthFrozen(month=Month.of(found["month"]), number=found["number"])
