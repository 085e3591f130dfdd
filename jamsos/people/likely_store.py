"""Likely queries: the rows that are left, the people near them, and what was found of both."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Numeric, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people import store
from jamsos.people.likeness import Pair, Record


class Seeker(NamedTuple):
    record: Record
    load_id: int


class Known(NamedTuple):
    """One of the ways in which a person is written down; `loads`: the registers that list that person in some row."""

    record: Record
    person_id: int
    loads: frozenset[int]


_SEEKERS = text("""
    select l.row_id, l.name_key, l.birth_date, l.sex, l.village_code, coalesce(h.homes, '{}') as homes, l.load_id
      from temp_left l
      left join (select row_id, array_agg(distinct encode(household, 'hex')) as homes from temp_kin group by 1) h on h.row_id = l.row_id
     order by l.row_id
""")
_KNOWN = text("""
    with ways as (
        select s.person_id, min(s.row_id) as row_id, r.name_key, r.birth_date, r.sex, r.village_code
          from temp_near n
          join programme.person_rows s on s.person_id = n.person_id
          join programme.registry_rows r on r.id = s.row_id
         group by 1, 3, 4, 5, 6
    ),
    loads as (
        select s.person_id, array_agg(distinct r.load_id) as loads
          from temp_near n
          join programme.person_rows s on s.person_id = n.person_id
          join programme.registry_rows r on r.id = s.row_id
         group by 1
    ),
    homes as (
        select person_id, array_agg(distinct encode(household, 'hex')) as homes
          from (select id as person_id, kk_sealed as household from programme.people
                 where kk_sealed is not null and id in (select person_id from temp_near)
                union all
                select person_id, household from temp_witnesses) h
         group by 1
    )
    select w.row_id, w.name_key, w.birth_date, w.sex, w.village_code, coalesce(h.homes, '{}') as homes, w.person_id, l.loads
      from ways w
      join loads l on l.person_id = w.person_id
      left join homes h on h.person_id = w.person_id
     order by w.row_id
""")
_APART = text("""
    select v.row_id, coalesce(p.merged_into_id, p.id)
      from programme.match_reviews v
      join programme.match_decisions d on d.review_id = v.id and d.verdict = 'different'
      join programme.people p on p.id = v.person_id
     where v.row_id in (select row_id from temp_left)
""")


async def seekers(connection: AsyncConnection) -> dict[int, Seeker]:
    """By row."""
    rows = await connection.execute(_SEEKERS)
    return {row[0]: Seeker(Record(*row[:6]), row[6]) for row in rows}


async def known(connection: AsyncConnection) -> dict[int, Known]:
    """By the first row that is written so."""
    rows = await connection.execute(_KNOWN)
    return {row[0]: Known(Record(*row[:6]), row[6], frozenset(row[7])) for row in rows}


async def wait_while_weighing(connection: AsyncConnection) -> None:
    """Nothing is asked of the database meanwhile, and a service's connection may not stand idle in a transaction for long."""
    await connection.execute(text("select set_config('idle_in_transaction_session_timeout', '0', true)"))


async def decided_apart(connection: AsyncConnection) -> frozenset[tuple[int, int]]:
    """Row and person that an officer has decided different."""
    return frozenset((row[0], row[1]) for row in await connection.execute(_APART))


_LIKELY = {
    "rows": BigInteger, "persons": BigInteger, "is_same": Boolean, "probabilities": Numeric, "names": Text, "births": Text,
    "sexes": Text, "places": Text,
}  # fmt: skip
_ALIKE = {"rows": BigInteger, "firsts": BigInteger}
_HELD = {"rows": BigInteger}


async def keep(
    connection: AsyncConnection, likely: Sequence[tuple[Pair, int, bool]], alike: Mapping[int, int], held: Iterable[int]
) -> None:
    """`likely`: a pair, its person, and whether they are one; `alike`: rows of nobody known, with the first of the same person;
    `held`: rows that become nobody yet."""
    found = [
        (pair.left, person, is_same, pair.probability, pair.name, pair.birth, pair.sex, pair.place)
        for pair, person, is_same in likely
    ]
    await _fill(connection, "likely", _LIKELY, found)
    await _fill(connection, "alike", _ALIKE, sorted(alike.items()))
    await _fill(connection, "held", _HELD, [(row,) for row in sorted(held)])


async def _fill(
    connection: AsyncConnection, name: str, columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]
) -> None:
    lists = zip(*rows, strict=True) if rows else ([] for _ in columns)
    statement = store.STEPS[name].bindparams(*(bindparam(each, type_=ARRAY(type_)) for each, type_ in columns.items()))
    await connection.execute(statement, {each: list(values) for each, values in zip(columns, lists, strict=True)})
