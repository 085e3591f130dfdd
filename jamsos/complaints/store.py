"""Complaint queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.complaints.tables import complaint_cases, complaint_steps, complaints


async def show(connection: AsyncConnection, code_sha256: bytes) -> None:
    """Make the complaint with this code visible until the transaction ends, without a sight of its region, and no other."""
    await connection.execute(text("select set_config('jamsos.complaint', :code, true)"), {"code": code_sha256.hex()})


async def add(connection: AsyncConnection, **values: Any) -> int | None:
    """Insert a complaint and return its id; None when the run does not exist.

    The complainant may not see runs, so only the foreign key can check the run.
    """
    try:
        async with connection.begin_nested():
            added = await connection.execute(insert(complaints).values(**values).returning(complaints.c.id))
            return int(added.scalar_one())
    except IntegrityError as wrong:
        if "run_id" not in str(wrong.orig):
            raise
        return None


async def by(connection: AsyncConnection, **key: object) -> RowMapping | None:
    """Return a complaint and lock it until the transaction ends, so that two officers cannot do its next step at once."""
    (column, value), *_ = key.items()
    found = select(complaints).where(complaints.c[column] == value)
    row = (await connection.execute(found)).mappings().one_or_none()
    if row is not None:
        await connection.execute(
            text("select pg_advisory_xact_lock(hashtext('jamsos.complaints'), :id)"), {"id": row["id"] % 2**31}
        )
    return row


async def due_date(connection: AsyncConnection, complaint_id: int) -> date:
    """Return the day by which the complaint, or its appeal, must be decided (cases.sql)."""
    due: date = (
        await connection.execute(select(complaint_cases.c.due_date).where(complaint_cases.c.id == complaint_id))
    ).scalar_one()
    return due


async def steps(connection: AsyncConnection, complaint_id: int) -> Sequence[RowMapping]:
    found = select(complaint_steps).where(complaint_steps.c.complaint_id == complaint_id)
    return (await connection.execute(found.order_by(complaint_steps.c.id))).mappings().all()


async def add_step(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(complaint_steps).values(**values))


_RUN = """
    select d.run_id from programme.decrees d join programme.selection_candidates c on c.run_id = d.run_id and c.person_id = any(:ids)
    where d.office_code = :regency order by d.signed_date desc, d.id desc limit 1
"""


async def decreed_run(connection: AsyncConnection, ids: Sequence[int], office_code: str) -> int | None:
    """Return the run of the regency's newest decreed list with the person as a candidate, under any of the person's ids."""
    found = await connection.execute(text(_RUN), {"ids": ids, "regency": office_code})
    run_id: int | None = found.scalar_one_or_none()
    return run_id


_OPEN = """
    select id, kind, office_code, run_id, person_id, filed_date, due_date, nullif(state, 'filed') as step, decision,
           upheld_date, remedy, remedied_date
    from programme.complaint_cases
    where office_code >= :first and office_code < :beyond and id = coalesce(cast(:id as bigint), id)
    order by due_date, id
"""


async def all_within(
    connection: AsyncConnection, first: str, beyond: str, complaint_id: int | None = None
) -> Sequence[RowMapping]:
    """Return the complaints of a region, or one of them, with their last step, the earliest deadline first."""
    values = {"first": first, "beyond": beyond, "id": complaint_id}
    return (await connection.execute(text(_OPEN), values)).mappings().all()
