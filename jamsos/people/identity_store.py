"""Identity queries: move rows between persons, and record the events of the moves."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people.rules import SCORES, MatchMethod
from jamsos.people.tables import identity_events, people
from jamsos.sql_files import sql_file


async def rows_of(connection: AsyncConnection, person_id: int) -> dict[int, bytes | None]:
    """Return the present rows of a person, each with its sealed NIK."""
    rows = await connection.execute(
        text("""select s.row_id, r.nik_sealed from programme.person_rows s
            join programme.registry_rows r on r.id = s.row_id where s.person_id = :id order by s.row_id"""),
        {"id": person_id},
    )
    return {row[0]: row[1] for row in rows}


async def rows_brought(connection: AsyncConnection, person_id: int, by: int) -> list[int]:
    """Return the rows of a person that a merged id brought."""
    rows = await connection.execute(
        text("""select distinct o.row_id from programme.identity_events v
            join programme.ended_sources e on e.event_id = v.id
            join programme.person_sources o on o.id = e.source_id
            join programme.person_rows s on s.row_id = o.row_id and s.person_id = :person_id
            join programme.people p on p.id = :by and p.merged_into_id = :person_id
            where v.kind = 'merged' and v.from_person_id = :by order by 1"""),
        {"person_id": person_id, "by": by},
    )
    return list(rows.scalars())


async def ended_with(connection: AsyncConnection, person_id: int, niks: Iterable[bytes]) -> list[int]:
    """Return the ids that were merged into this person and had one of these NIKs."""
    found = select(people.c.id).where(people.c.merged_into_id == person_id, people.c.nik_sealed.in_(list(niks)))
    return list((await connection.execute(found.order_by(people.c.id))).scalars())


async def free(connection: AsyncConnection, niks: Iterable[bytes]) -> list[bytes]:
    """Return those NIKs that nobody has."""
    wanted = set(niks)
    taken = await connection.execute(select(people.c.nik_sealed).where(people.c.nik_sealed.in_(list(wanted))))
    return sorted(wanted - set(taken.scalars()))


async def new_id(connection: AsyncConnection) -> int:
    found = await connection.execute(text("select nextval(pg_get_serial_sequence('programme.people', 'id'))"))
    return int(found.scalar_one())


async def add_event(connection: AsyncConnection, **values: Any) -> int:
    added = await connection.execute(insert(identity_events).values(**values).returning(identity_events.c.id))
    return int(added.scalar_one())


async def end_links(connection: AsyncConnection, event_id: int, rows: Sequence[int]) -> None:
    """End the present links of these rows."""
    await connection.execute(
        text("""insert into programme.ended_sources (source_id, event_id)
            select s.id, :event_id from programme.person_rows s where s.row_id = any(cast(:rows as bigint[]))"""),
        {"event_id": event_id, "rows": list(rows)},
    )


_PLACED = (
    """create temp table temp_matched on commit drop as
       select row_id, cast(:person_id as bigint) as person_id, cast(:method as text) as method, cast(:score as numeric) as score
         from unnest(cast(:rows as bigint[])) as r (row_id)""",
    """create temp table temp_concerned on commit drop as
       select person_id from unnest(cast(:concerned as bigint[])) as c (person_id)""",
    """create temp table temp_newcomers on commit drop as
       select nik_sealed, cast(:person_id as bigint) as person_id from (values (cast(:nik as bytea))) as n (nik_sealed)
        where nik_sealed is not null""",
)


async def place(
    connection: AsyncConnection, person_id: int, rows: Sequence[int], concerned: Sequence[int], nik: bytes | None
) -> None:
    """Create the working tables of a matching with an officer's result: these rows belong to this person, who may get a NIK."""
    values = {
        "person_id": person_id, "method": str(MatchMethod.human), "score": SCORES[MatchMethod.human], "rows": list(rows),
        "concerned": list(concerned), "nik": nik,
    }  # fmt: skip
    for statement in _PLACED:
        names = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(text(statement), names)


async def end_id(connection: AsyncConnection, person_id: int, into: int, *, drops_nik: bool) -> None:
    """Merge an id, and all ids merged into it, into another person, who also gets its events."""
    for statement in (
        """update programme.people set merged_into_id = :into, nik_sealed = case when :drops_nik then null else nik_sealed end
            where id = :id""",
        "update programme.people set merged_into_id = :into where merged_into_id = :id",
        "delete from programme.person_groups where person_id = :id",
        """insert into programme.life_events (person_id, kind, event_date, evidence, remark, village_code)
           select :into, kind, event_date, evidence, remark, village_code from programme.standing_life_events where person_id = :id
           on conflict do nothing""",
    ):
        values = {"into": into, "id": person_id, "drops_nik": drops_nik}
        await connection.execute(text(statement), {name: v for name, v in values.items() if f":{name}" in statement})


async def revive(connection: AsyncConnection, person_id: int) -> bool:
    """Restore a merged id, and return whether it has a NIK."""
    revived = await connection.execute(
        text("update programme.people set merged_into_id = null where id = :id returning nik_sealed is not null"),
        {"id": person_id},
    )
    return bool(revived.scalar_one())


async def lead_back(connection: AsyncConnection, person_id: int, from_id: int) -> None:
    """Let ids that were merged into this id before its own merge refer to it again."""
    await connection.execute(
        text("""with recursive below (id) as (
                select cast(:id as bigint)
                union
                select v.from_person_id from below b
                  join programme.identity_events v on v.to_person_id = b.id and v.kind = 'merged'
                 where not exists (select from programme.identity_events w where w.from_person_id = v.from_person_id
                                      and w.kind = 'merged' and w.id > v.id))
            update programme.people set merged_into_id = :id
             where merged_into_id = :from_id and id <> :id and id in (select id from below)"""),
        {"id": person_id, "from_id": from_id},
    )


async def withdraw_with(
    connection: AsyncConnection, person_id: int, rows: Sequence[int], home_id: int, **by: Any
) -> list[int]:
    """Withdraw events that came from these rows or were copied from `home_id` by a merge. Return their ids.

    Also withdraw them from the ids merged into that person, which could be restored later. `by`: officer, reason,
    recorded_by.
    """
    withdrawn = await connection.execute(
        text(sql_file(__file__, "events_that_left")),
        {"person_id": person_id, "rows": list(rows), "home_id": home_id, **by},
    )
    return list(withdrawn.scalars())


async def drop_nik(connection: AsyncConnection, person_id: int) -> None:
    await connection.execute(text("update programme.people set nik_sealed = null where id = :id"), {"id": person_id})


async def events_of(connection: AsyncConnection, person_id: int) -> Sequence[RowMapping]:
    """Return the merges and splits of a person, oldest first."""
    mine = or_(identity_events.c.from_person_id == person_id, identity_events.c.to_person_id == person_id)
    found = select(identity_events).where(mine).order_by(identity_events.c.id)
    return (await connection.execute(found)).mappings().all()
