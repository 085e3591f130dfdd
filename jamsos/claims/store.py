"""Claim queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.claims.tables import claims
from jamsos.db import of_office
from jamsos.enrolment.rules import Answer
from jamsos.enrolment.tables import enrolment_answers
from jamsos.months import Month
from jamsos.people.tables import people
from jamsos.sql_files import sql_file


class Member(NamedTuple):
    person_id: int
    village_code: str


async def file_known(connection: AsyncConnection, file_sha256: bytes) -> bool:
    statement = select(claims.c.id).where(claims.c.file_sha256 == file_sha256, of_office(claims)).limit(1)
    return (await connection.execute(statement)).first() is not None


async def members_by_number(connection: AsyncConnection, numbers: Collection[str]) -> dict[str, Member]:
    """Return accepted members by membership number; the last answer decides."""
    c = enrolment_answers.c
    statement = select(c.membership_number, c.person_id, c.village_code).where(
        c.membership_number.in_(numbers), c.answer == Answer.accepted
    )
    rows = await connection.execute(statement.order_by(c.id))
    return {row[0]: Member(row[1], row[2]) for row in rows}


async def members_by_nik(connection: AsyncConnection, sealed: Collection[bytes]) -> dict[bytes, Member]:
    """Return accepted members by sealed NIK, including those accepted under an id that was merged since."""
    c, then = enrolment_answers.c, people.alias()
    statement = (
        select(people.c.nik_sealed, c.person_id, c.village_code)
        .join(then, then.c.id == c.person_id)
        .join(people, people.c.id.in_([then.c.id, then.c.merged_into_id]))
        .where(people.c.nik_sealed.in_(sealed), c.answer == Answer.accepted)
    )
    rows = await connection.execute(statement.order_by(c.id))
    return {row[0]: Member(row[1], row[2]) for row in rows}


_PAID = text("""
    with asked as (select p.id, coalesce(p.merged_into_id, p.id) as lives from programme.people p where p.id = any(:ids)),
    selves as (
        select id as asked, lives as id from asked
        union all select a.id, p.id from asked a join programme.people p on p.merged_into_id = a.lives
    )
    select s.asked, m.month, m.person_id from selves s join programme.paid_months m on m.person_id = s.id
""").bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def paid_months_of(connection: AsyncConnection, person_ids: Collection[int]) -> dict[int, dict[Month, int]]:
    """Return for each person the paid months, with the id under which each was paid."""
    found: dict[int, dict[Month, int]] = defaultdict(dict)
    for row in await connection.execute(_PAID, {"ids": list(person_ids)}):
        found[row.asked][Month.of(row.month)] = row.person_id
    return found


class Balance(NamedTuple):
    """The premiums of a fund's group, and the benefits of the months so paid. None: no month was paid."""

    fund_code: str | None
    group_code: str | None
    paid_months: int
    premiums: int
    claims: int
    benefits: int


_BALANCE = text(sql_file(__file__, "premiums_and_benefits"))


async def balance(connection: AsyncConnection) -> list[Balance]:
    """Return the balance by fund and group; claims without a paid month come last."""
    return [Balance(**row) for row in (await connection.execute(_BALANCE)).mappings()]


async def add_claims(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert the claims whose number is new, and return those numbers."""
    if not rows:
        return set()
    statement = upsert(claims).values(list(rows)).on_conflict_do_nothing(index_elements=["office_code", "number"])
    return set((await connection.execute(statement.returning(claims.c.number))).scalars())
