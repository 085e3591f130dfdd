"""Billed: how far each line of a decree is billed, for whoever amends it: a billed month never moves."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.decrees.service import root_of
from jamsos.months import Month

_LAST = text(
    """
    select w.decree_line_id, max(w.month) as month
    from programme.worker_months w
    join programme.decree_lines l on l.id = w.decree_line_id
    join programme.decrees d on d.id = l.decree_id
    where d.id = :root or d.amends_id = :root
    group by 1
    """
)


async def last_billed(connection: AsyncConnection, decree_number: str) -> dict[int, Month]:
    """Line → the last month billed of it, for the decree and its amendments; lines without a bill are left out.

    Raises NotFound.
    """
    root = await root_of(connection, decree_number)
    rows = await connection.execute(_LAST, {"root": root.id})
    return {row.decree_line_id: Month.of(row.month) for row in rows}
