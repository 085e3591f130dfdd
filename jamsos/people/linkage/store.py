"""Likely queries: the rows that are left, the people near them, and what was found of both."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Numeric, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people import store
from jamsos.people.linkage.model import Pair, Record


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
# What was decided of a row without a NIK holds for every row that says the same of the same household; without one, of the same village
# in another version of that register; never against a person of whom another row says just that.
_APART = text("""
    with decided as materialized (
        select w.id as row_id, coalesce(p.merged_into_id, p.id) as person_id, w.name_key, w.birth_date, w.village_code,
               coalesce(w.kk_sealed, w.household_sealed) as household, w.load_id, o.source
          from programme.match_reviews v
          join programme.match_decisions d on d.review_id = v.id and d.verdict = 'different'
          join programme.people p on p.id = v.person_id
          join programme.registry_rows w on w.id = v.row_id and w.nik_sealed is null
          join programme.registry_loads o on o.id = w.load_id
    )
    select l.row_id, d.person_id from temp_left l join decided d on d.row_id = l.row_id
    union
    select l.row_id, d.person_id
      from temp_left l
      join programme.registry_rows r on r.id = l.row_id
      join programme.registry_repairs x on x.load_id = r.load_id and x.line = r.line
      join programme.registry_rows w on w.load_id = x.repaired_load_id and w.line = x.repaired_line
      join decided d on d.row_id = w.id and (d.name_key = l.name_key or d.birth_date = l.birth_date)
    union
    select l.row_id, d.person_id
      from temp_left l
      join programme.registry_rows r on r.id = l.row_id
      join programme.registry_loads o on o.id = r.load_id
      join decided d on d.name_key = l.name_key and d.birth_date = l.birth_date and d.load_id <> r.load_id
       and (d.household = coalesce(r.kk_sealed, r.household_sealed)
            or d.household is null and coalesce(r.kk_sealed, r.household_sealed) is null
               and d.village_code = l.village_code and d.source = o.source)
     where not exists (select from programme.person_rows s join programme.registry_rows w on w.id = s.row_id
                        where s.person_id = d.person_id and w.name_key = l.name_key and w.birth_date = l.birth_date)
""")
_UNNUMBERED = text("""
    with reach as (
        select distinct left(r.village_code, 8) as district from temp_newcomers n
          join temp_arrivals a on a.nik_sealed = n.nik_sealed join programme.registry_rows r on r.id = a.row_id
         where not exists (select from programme.people p where p.id = n.person_id)
    )
    select r.id, r.name_key, r.birth_date, r.sex, r.village_code, coalesce(h.homes, '{}') as homes, p.id,
           array_agg(r.load_id) over (partition by p.id) as loads
      from programme.people p
      join programme.person_rows s on s.person_id = p.id
      join programme.registry_rows r on r.id = s.row_id
      left join (select row_id, array_agg(distinct encode(household, 'hex')) as homes from temp_kin group by 1) h on h.row_id = r.id
     where p.nik_sealed is null and left(p.village_code, 8) in (select district from reach)
       and not exists (select from temp_newcomers n where n.person_id = p.id)
     order by r.id
""")
_NEWCOMERS = text("""
    select r.id, r.name_key, r.birth_date, r.sex, r.village_code,
           array(select encode(h, 'hex') from unnest(array[r.kk_sealed, r.household_sealed]) h where h is not null) as homes,
           n.person_id, array_agg(r.load_id) over (partition by n.person_id) as loads
      from temp_newcomers n
      join temp_arrivals a on a.nik_sealed = n.nik_sealed and not a.is_stranger
      join programme.registry_rows r on r.id = a.row_id
     where not exists (select from programme.people p where p.id = n.person_id)
     order by r.id
""")


async def seekers(connection: AsyncConnection) -> dict[int, Seeker]:
    """By row."""
    rows = await connection.execute(_SEEKERS)
    return {row[0]: Seeker(Record(*row[:6]), row[6]) for row in rows}


async def known(connection: AsyncConnection) -> dict[int, Known]:
    """By the first row that is written so."""
    return await _by_row(connection, _KNOWN)


async def unnumbered(connection: AsyncConnection) -> dict[int, Known]:
    """Whoever is known without a NIK where newcomers live, by row."""
    return await _by_row(connection, _UNNUMBERED)


async def newcomers(connection: AsyncConnection) -> dict[int, Known]:
    """Whoever comes with a NIK that nobody has, by row; `person_id` is the number that awaits them."""
    return await _by_row(connection, _NEWCOMERS)


async def _by_row(connection: AsyncConnection, asked: TextClause) -> dict[int, Known]:
    rows = await connection.execute(asked)
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
_NUMBERED = {"rows": BigInteger, "persons": BigInteger, "newcomers": BigInteger} | {
    name: type_ for name, type_ in _LIKELY.items() if name not in ("rows", "persons")
}
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


async def keep_numbered(connection: AsyncConnection, found: Sequence[tuple[Pair, int, int, bool]]) -> None:
    """A pair with the newcomer's row on the right, the person it may be, the number that awaits it, and whether they are one."""
    rows = [
        (pair.right, person, newcomer, is_same, pair.probability, pair.name, pair.birth, pair.sex, pair.place)
        for pair, person, newcomer, is_same in found
    ]
    await _fill(connection, "numbered", _NUMBERED, rows)


async def _fill(
    connection: AsyncConnection, name: str, columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]
) -> None:
    lists = zip(*rows, strict=True) if rows else ([] for _ in columns)
    statement = store.STEPS[name].bindparams(*(bindparam(each, type_=ARRAY(type_)) for each, type_ in columns.items()))
    await connection.execute(statement, {each: list(values) for each, values in zip(columns, lists, strict=True)})
