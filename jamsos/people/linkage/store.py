"""Likely queries: the rows that are left, the people near them, and what was found of both."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Numeric, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people import store
from jamsos.people.linkage.model import Pair, Record
from jamsos.sql_files import sql_file


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
_KNOWN = text(sql_file(__file__, "known_people"))
# What was decided of a row without a NIK holds for every row that says the same of the same household; without one, of the same village
# in another version of that register; never against a person of whom another row says just that.
_APART = text(sql_file(__file__, "decided_apart"))
_UNNUMBERED = text(sql_file(__file__, "people_without_nik"))
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
        (pair.left, person, is_same, pair.probability, pair.name, pair.birth, pair.sex, pair.home)
        for pair, person, is_same in likely
    ]
    await _fill(connection, "likely", _LIKELY, found)
    await _fill(connection, "alike", _ALIKE, sorted(alike.items()))
    await _fill(connection, "held", _HELD, [(row,) for row in sorted(held)])


async def keep_numbered(connection: AsyncConnection, found: Sequence[tuple[Pair, int, int, bool]]) -> None:
    """A pair with the newcomer's row on the right, the person it may be, the number that awaits it, and whether they are one."""
    rows = [
        (pair.right, person, newcomer, is_same, pair.probability, pair.name, pair.birth, pair.sex, pair.home)
        for pair, person, newcomer, is_same in found
    ]
    await _fill(connection, "numbered", _NUMBERED, rows)


async def _fill(
    connection: AsyncConnection, name: str, columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]
) -> None:
    lists = zip(*rows, strict=True) if rows else ([] for _ in columns)
    statement = store.STEPS[name].bindparams(*(bindparam(each, type_=ARRAY(type_)) for each, type_ in columns.items()))
    await connection.execute(statement, {each: list(values) for each, values in zip(columns, lists, strict=True)})
