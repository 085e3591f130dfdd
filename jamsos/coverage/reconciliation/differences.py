"""Differences between decree, bill and insurer receipt: their owner, age, resolution, and the bill that carries them on.

Reading an insurer receipt finds differences (confirmation.py). Months paid in vain are found when a death, a move,
another payer or another id of the worker becomes known. When that fact is withdrawn, the database closes the
difference; a new fact opens it again. Reconciliation with the insurer follows the practice of PMK 143/2023: both sides
settle a difference, or the next bill carries it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, officer_of
from jamsos.coverage.errors import DifferenceSettled, ResolutionWrong
from jamsos.coverage.reconciliation import differences_store as store
from jamsos.coverage.rules import FOUND, Difference, Owner, Resolution
from jamsos.errors import NotFound
from jamsos.months import Month, today


@dataclass(frozen=True)
class Found:
    """One difference. `age` is in days from the receipt to the resolution, or to today; `carried` counts the bills that carried it."""

    id: int
    billing_code: str
    kind: Difference
    owner: Owner
    person_id: int | None
    month: Month | None
    billed_amount: int
    received_amount: int
    age: int
    carried: int
    resolution: Resolution | None
    remark: str | None


async def differences(
    connection: AsyncConnection, *, billing_code: str | None = None, month: Month | None = None, is_open: bool = True
) -> list[Found]:
    """Return the differences in order of discovery, by default only the unresolved ones."""
    day = month.first_day if month else None
    rows = await store.listed(connection, billing_code=billing_code, month=day, is_open=is_open)
    return list(map(_found, rows))


def _found(row: RowMapping) -> Found:
    return Found(
        id=row["id"],
        billing_code=row["billing_code"],
        kind=Difference(row["kind"]),
        owner=Owner(row["owner"]),
        person_id=row["person_id"],
        month=Month.of(row["month"]) if row["month"] else None,
        billed_amount=row["billed_amount"],
        received_amount=row["received_amount"],
        age=((row["resolved_date"] or today()) - row["received_date"]).days,
        carried=row["carried"],
        resolution=Resolution(row["resolution"]) if row["resolution"] else None,
        remark=row["remark"],
    )


async def resolve(
    connection: AsyncConnection,
    actor: Actor,
    *,
    difference_id: int,
    resolution: Resolution,
    remark: str,
    day: date | None = None,
) -> Found:
    """Record the resolution of a difference, with a reason. Raises ProofNeeded, NotFound, DifferenceSettled, ResolutionWrong."""
    officer = officer_of(actor)
    if resolution in FOUND:
        raise ResolutionWrong(resolution=resolution)
    await store.lock(connection, difference_id)
    row = await _one(connection, difference_id)
    if row["resolution"]:
        raise DifferenceSettled(number=difference_id, day=row["resolved_date"])
    await store.add_resolution(
        connection, difference_id=difference_id, resolution=resolution, remark=remark,
        resolved_date=day or today(), resolved_by=officer.name, officer_id=officer.id,
        village_code=row["village_code"],
    )  # fmt: skip
    await audit(connection, actor, "coverage.resolve", subject="coverage_difference", subject_ids=[difference_id])
    return _found(await _one(connection, difference_id))


async def _one(connection: AsyncConnection, difference_id: int) -> RowMapping:
    """Return the difference with this id. Raises NotFound."""
    row = await store.one(connection, difference_id)
    if row is None:
        raise NotFound(what="difference", which=difference_id)
    return row


async def find_beside(
    connection: AsyncConnection, actor: Actor, *, office_code: str, bill_id: int, insurer_receipt_id: int, number: str
) -> Counter[Difference]:
    """Record the differences that a receipt reveals beyond its own lines, and return their number by kind.

    Earlier differences that the receipt corrects are resolved.
    """
    counted: Counter[Difference] = Counter()
    if count := await store.find_not_registered(connection, bill_id, insurer_receipt_id):
        counted[Difference.not_registered] = count
    rows = await _renew(connection, actor, office_code, number)
    counted.update(Difference(row["kind"]) for row in rows if row["insurer_receipt_id"] == insurer_receipt_id)
    await _settle(connection, actor, Resolution.confirmed_later, insurer_receipt_id, number)
    return counted


async def carry_to(
    connection: AsyncConnection, actor: Actor, *, office_code: str, bill_id: int, fund_id: int, billing_code: str
) -> tuple[int, int]:
    """Resolve what a new bill corrects, and carry the fund's other differences. Return how many, and rupiah received less billed."""
    await _renew(connection, actor, office_code, billing_code)
    await _settle(connection, actor, Resolution.billed_later, bill_id, billing_code)
    return await store.carry(connection, bill_id, fund_id)


async def _renew(connection: AsyncConnection, actor: Actor, office_code: str, remark: str) -> Sequence[RowMapping]:
    return await store.renew_in_vain(connection, office_code, remark=remark, day=today(), officer=actor.name)


async def _settle(connection: AsyncConnection, actor: Actor, resolution: Resolution, id_: int, remark: str) -> None:
    await store.settle(connection, resolution, id_=id_, remark=remark, day=today(), officer=actor.name)
