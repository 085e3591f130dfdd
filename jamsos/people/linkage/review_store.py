"""Review queries: pairs of a row and a person for an officer, and the decisions about them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people.tables import match_decisions
from jamsos.sql_files import sql_file

# A review is open until it is decided, or until another act answers its question. Such an act joins row and person, or
# finds the person of a waiting row. `now_id`: the person of the review, as of now; `row_person_id`: the person of the
# row.
_REVIEWS = """
    select v.id, v.kind, v.row_id, v.raised_at, v.village_code, coalesce(p.merged_into_id, p.id) as now_id,
           s.person_id as row_person_id, d.verdict, d.officer, d.remark, d.decided_at,
           d.id is null and s.person_id is distinct from coalesce(p.merged_into_id, p.id)
               and not (v.kind in ('several', 'likely') and s.person_id is not null) as is_open
      from programme.match_reviews v
      join programme.people p on p.id = v.person_id
      left join programme.person_rows s on s.row_id = v.row_id
      left join programme.match_decisions d on d.review_id = v.id
"""


async def by_id(connection: AsyncConnection, review_id: int) -> RowMapping | None:
    found = await connection.execute(text(f"{_REVIEWS} where v.id = :id"), {"id": review_id})
    return found.mappings().one_or_none()


async def open_ones(
    connection: AsyncConnection, limit: int, *, after: int, region: str, source: str | None
) -> tuple[Sequence[RowMapping], int]:
    """Return the oldest open reviews of a region and register after a number, and their total number."""
    found = await connection.execute(
        text(f"""select o.*, r.line, r.full_name as row_name, l.source, n.full_name as person_name, count(*) over () as total
            from ({_REVIEWS}) o
            join programme.registry_rows r on r.id = o.row_id
            join programme.registry_loads l on l.id = r.load_id
            join programme.people n on n.id = o.now_id
            where o.is_open and o.id > :after and starts_with(coalesce(o.village_code, ''), :region)
              and l.source = coalesce(:source, l.source)
            order by o.id limit :limit"""),
        {"limit": limit, "after": after, "region": region, "source": source},
    )
    rows = found.mappings().all()
    return rows, int(rows[0]["total"]) if rows else 0


async def open_of(connection: AsyncConnection, person_id: int) -> int:
    """Return how many reviews of a person are open."""
    found = await connection.execute(
        text(f"select count(*) from ({_REVIEWS}) o where o.now_id = :person_id and o.is_open"), {"person_id": person_id}
    )
    return int(found.scalar_one())


async def is_asked_still(connection: AsyncConnection, row_id: int) -> bool:
    """Return whether another review of the row is open."""
    found = await connection.execute(
        text(f"select exists (select from ({_REVIEWS}) o where o.row_id = :row_id and o.is_open)"), {"row_id": row_id}
    )
    return bool(found.scalar_one())


async def may_be_asked_more(connection: AsyncConnection, review: RowMapping, most: int) -> bool:
    """Return whether a matching may raise more reviews of a likely row.

    Either the officer did not review every candidate, or another likely row became a new person and was never compared
    with this row.
    """
    found = await connection.execute(
        text(sql_file(__file__, "may_be_asked_more")),
        {"row_id": review["row_id"], "person_id": review["now_id"], "most": most},
    )
    return bool(found.scalar_one())


async def row_of(connection: AsyncConnection, row_id: int) -> RowMapping:
    """Return the row as received, with its register."""
    found = await connection.execute(
        text("""select r.*, l.source, l.as_of, l.file_name from programme.registry_rows r
            join programme.registry_loads l on l.id = r.load_id where r.id = :id"""),
        {"id": row_id},
    )
    return found.mappings().one()


async def likeness_of(connection: AsyncConnection, review_id: int) -> RowMapping | None:
    """Return the newest likeness of a review's row and person."""
    found = await connection.execute(
        text("""select l.* from programme.match_reviews v
            join programme.match_likenesses l on l.row_id = v.row_id and l.person_id = v.person_id
            where v.id = :id order by l.id desc limit 1"""),
        {"id": review_id},
    )
    return found.mappings().first()


async def add_decision(connection: AsyncConnection, **values: Any) -> int:
    added = await connection.execute(insert(match_decisions).values(**values).returning(match_decisions.c.id))
    return int(added.scalar_one())
