"""Claim queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.claims.tables import claims
from jamsos.coverage.tables import paid_months
from jamsos.enrolment.rules import Answer
from jamsos.enrolment.tables import enrolment_answers
from jamsos.months import Month
from jamsos.people.tables import people


class Member(NamedTuple):
    person_id: int
    village_code: str


async def file_known(connection: AsyncConnection, file_sha256: bytes) -> bool:
    statement = select(claims.c.id).where(claims.c.file_sha256 == file_sha256).limit(1)
    return (await connection.execute(statement)).first() is not None


async def members_by_number(connection: AsyncConnection, numbers: Collection[str]) -> dict[str, Member]:
    """Accepted members by membership number; the last answer speaks."""
    c = enrolment_answers.c
    statement = select(c.membership_number, c.person_id, c.village_code).where(
        c.membership_number.in_(numbers), c.answer == Answer.accepted
    )
    rows = await connection.execute(statement.order_by(c.id))
    return {row[0]: Member(row[1], row[2]) for row in rows}


async def members_by_nik(connection: AsyncConnection, sealed: Collection[bytes]) -> dict[bytes, Member]:
    """Accepted members by sealed NIK."""
    c = enrolment_answers.c
    statement = (
        select(people.c.nik_sealed, c.person_id, c.village_code)
        .join(people, people.c.id == c.person_id)
        .where(people.c.nik_sealed.in_(sealed), c.answer == Answer.accepted)
    )
    rows = await connection.execute(statement.order_by(c.id))
    return {row[0]: Member(row[1], row[2]) for row in rows}


async def paid_months_of(connection: AsyncConnection, person_ids: Collection[int]) -> dict[int, set[Month]]:
    c = paid_months.c
    found: dict[int, set[Month]] = defaultdict(set)
    asked = any_(literal(list(person_ids), ARRAY(BigInteger)))
    for row in await connection.execute(select(c.person_id, c.month).where(c.person_id == asked)):
        found[row[0]].add(Month.of(row[1]))
    return found


async def add_claims(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """The numbers that were new."""
    if not rows:
        return set()
    statement = upsert(claims).values(list(rows)).on_conflict_do_nothing(index_elements=["number"])
    return set((await connection.execute(statement.returning(claims.c.number))).scalars())
