"""Enrolment queries: whom to send, the answers, and who is a member."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Row, RowMapping, Text, any_, bindparam, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import OF_OFFICE, of_office
from jamsos.decrees.store import HOLDING
from jamsos.enrolment.tables import enrolment_answer_files, enrolment_answers, enrolment_batches, enrolments
from jamsos.months import ALWAYS
from jamsos.sql_files import sql_file

# The lines in force of a decree and its amendments. Each has its last enrolment and answer, and the person's birth date
# and membership number from any decree. It also has the last earlier month in which any decree protected the person.
_STANDING = sql_file(__file__, "who_is_to_be_sent")


async def standing(connection: AsyncConnection, root_id: int) -> Sequence[RowMapping]:
    return (await connection.execute(text(_STANDING), {"root": root_id})).mappings().all()


async def add_batch(connection: AsyncConnection, **values: Any) -> int:
    added = insert(enrolment_batches).values(**values).returning(enrolment_batches.c.id)
    return int((await connection.execute(added)).scalar_one())


async def add_enrolments(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(enrolments), rows)


async def of_batch(connection: AsyncConnection, batch_id: int) -> dict[int, int]:
    """Return enrolment ids by decree_line_id."""
    found = select(enrolments.c.decree_line_id, enrolments.c.id).where(enrolments.c.batch_id == batch_id)
    return {row.decree_line_id: row.id for row in await connection.execute(found)}


_BATCH = """
    select b.file_sha256, b.office_code, d.number
    from programme.enrolment_batches b join programme.decrees d on d.id = b.decree_id where b.id = :batch
"""


async def batch(connection: AsyncConnection, batch_id: int) -> RowMapping | None:
    """Return file_sha256, office_code, and the number of the determination."""
    return (await connection.execute(text(_BATCH), {"batch": batch_id})).mappings().one_or_none()


_SENT_IN = """
    select n.person_id, n.start_month as month_from, d.number
    from programme.enrolments n
    join programme.decree_lines l on l.id = n.decree_line_id
    join programme.decrees d on d.id = l.decree_id
    left join programme.enrolment_answers a on a.enrolment_id = n.id
    where n.batch_id = :batch and a.carried_from_id is null
    order by n.decree_line_id
"""


async def sent_in(connection: AsyncConnection, batch_id: int) -> Sequence[RowMapping]:
    """Return whom the file of a batch registers, in its order. Existing members are not in the file."""
    return (await connection.execute(text(_SENT_IN), {"batch": batch_id})).mappings().all()


async def add_answers(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(enrolment_answers), rows)


_LATEST = f"""
    select distinct on (n.person_id) n.person_id, n.id as enrolment_id, n.village_code, a.id as answer_id, a.answer,
           a.membership_number, l.month_to
    from programme.enrolments n join programme.decree_lines l on l.id = n.decree_line_id
    join programme.decrees d on d.id = l.decree_id
    left join programme.enrolment_answers a on a.enrolment_id = n.id
    where n.person_id = any(:persons) and d.{OF_OFFICE.format(table="d")}
    order by n.person_id, a.id is not null, n.id desc
"""


async def latest_of(connection: AsyncConnection, persons: Sequence[int]) -> dict[int, RowMapping]:
    """Return for each person ever sent the enrolment that waits for an answer, or else the last one with its answer."""
    rows = await connection.execute(text(_LATEST), {"persons": persons})
    return {row["person_id"]: row for row in rows.mappings()}


async def holders_of(connection: AsyncConnection, numbers: Sequence[str]) -> dict[str, int]:
    """Return the person who has each membership number."""
    of = enrolment_answers.c
    found = (
        select(of.membership_number, of.person_id)
        .where(of.membership_number == any_(literal(list(numbers), ARRAY(Text))))
        .distinct()
    )
    return {row.membership_number: row.person_id for row in await connection.execute(found)}


async def file_was_read(connection: AsyncConnection, sha256: bytes) -> bool:
    found = (
        select(enrolment_answer_files.c.id)
        .where(enrolment_answer_files.c.file_sha256 == sha256, of_office(enrolment_answer_files))
        .limit(1)
    )
    return (await connection.execute(found)).first() is not None


async def add_file(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(enrolment_answer_files).values(**values))


_ACCEPTED = """
    select distinct on (l.id) l.id as decree_line_id, l.person_id, a.membership_number,
           greatest(l.month_from, coalesce(a.start_month, n.start_month)) as start_month
    from programme.decree_lines l
    join programme.decrees d on d.id = l.decree_id and (d.id = :root or d.amends_id = :root)
    join programme.enrolments n on n.decree_line_id = l.id
    join programme.enrolment_answers a on a.enrolment_id = n.id and a.answer = 'accepted'
    order by l.id, a.id desc
"""


async def accepted(connection: AsyncConnection, root_id: int) -> Sequence[RowMapping]:
    """Return decree_line_id, person_id, membership_number, start_month of every line that the insurer accepted, by line."""
    return (await connection.execute(text(_ACCEPTED), {"root": root_id})).mappings().all()


_PROTECTING = f"""
    select r.number, r.signed_date, h.line
      from ({HOLDING}) h join programme.decrees r on r.id = h.root_id
     where h.person_id = :person and h.month_from <= :last and h.last_month >= greatest(:first, h.month_from)
       and r.issued_at <= :before
     order by r.issued_at limit 1
"""


async def protecting(
    connection: AsyncConnection, person_id: int, first: date, last: date, before: datetime
) -> Row[Any] | None:
    """Return number, signed_date and line of the decree that protected a person in these months, issued before an instant."""
    values = {"person": person_id, "first": first, "last": last, "before": before}
    return (await connection.execute(text(_PROTECTING), values)).first()


_ANSWER_BEFORE = """
    select a.answer, a.answered_at, a.line,
           (select f.file_name from programme.enrolment_answer_files f where f.file_sha256 = a.file_sha256
             order by f.id limit 1) as file_name
    from programme.enrolment_answers a
    join programme.enrolments n on n.id = a.enrolment_id
    join programme.decree_lines l on l.id = n.decree_line_id
    join programme.decrees d on d.id = l.decree_id
    where a.person_id = :person and d.year = :year and a.answered_at <= :before
    order by a.id desc limit 1
"""


async def answer_before(connection: AsyncConnection, person_id: int, year: int, before: datetime) -> Row[Any] | None:
    """Return the insurer's last answer about a person for a year's decrees: answer, answered_at, file_name, line."""
    values = {"person": person_id, "year": year, "before": before}
    return (await connection.execute(text(_ANSWER_BEFORE), values)).first()


_YEAR = sql_file(__file__, "answers_of_a_year")


async def answers_of_year(
    connection: AsyncConnection,
    year: int,
    office_code: str,
    *,
    but_for: int | None = None,
    known_at: datetime = ALWAYS,
) -> Sequence[tuple[int, str]]:
    """Return (person, last answer by then) for decrees of that year, except one determination and its amendments."""
    values = {"year": year, "regency": office_code, "but_for": but_for, "known_at": known_at}
    rows = await connection.execute(text(_YEAR).bindparams(bindparam("but_for", type_=BigInteger)), values)
    return [(row.person_id, row.answer) for row in rows]
