"""Linkage queries: the unmatched rows, the people near them, and the results for both."""

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
    """One spelling of a known person; `loads`: the registers with a row of that person."""

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
# Apply a decision about a row without a NIK to every identical row of the same household. Without a household, apply it
# in the same village in another version of that register. Never apply it against a person with another row of exactly
# these facts.
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
    """Return the unmatched rows by row id."""
    rows = await connection.execute(_SEEKERS)
    return {row[0]: Seeker(Record(*row[:6]), row[6]) for row in rows}


async def known(connection: AsyncConnection) -> dict[int, Known]:
    """Return the known people, each by the first row with that spelling."""
    return await _by_row(connection, _KNOWN)


async def unnumbered(connection: AsyncConnection) -> dict[int, Known]:
    """Return the known people without a NIK in the newcomers' districts, by row."""
    return await _by_row(connection, _UNNUMBERED)


async def newcomers(connection: AsyncConnection) -> dict[int, Known]:
    """Return the people with a new NIK, by row; `person_id` is the number reserved for them."""
    return await _by_row(connection, _NEWCOMERS)


async def _by_row(connection: AsyncConnection, asked: TextClause) -> dict[int, Known]:
    rows = await connection.execute(asked)
    return {row[0]: Known(Record(*row[:6]), row[6], frozenset(row[7])) for row in rows}


async def wait_while_weighing(connection: AsyncConnection) -> None:
    """Disable the idle timeout, because the transaction is idle while Python compares the records."""
    await connection.execute(text("select set_config('idle_in_transaction_session_timeout', '0', true)"))


async def decided_apart(connection: AsyncConnection) -> frozenset[tuple[int, int]]:
    """Return the pairs of row and person that an officer decided different."""
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
    """Store the results of the linkage in the working tables.

    `likely`: a pair, its person, and whether they are the same. `alike`: unmatched rows with the first row of the same
    person. `held`: rows that become no person yet.
    """
    found = [
        (pair.left, person, is_same, pair.probability, pair.name, pair.birth, pair.sex, pair.home)
        for pair, person, is_same in likely
    ]
    await _fill(connection, "likely", _LIKELY, found)
    await _fill(connection, "alike", _ALIKE, sorted(alike.items()))
    await _fill(connection, "held", _HELD, [(row,) for row in sorted(held)])


async def keep_numbered(connection: AsyncConnection, found: Sequence[tuple[Pair, int, int, bool]]) -> None:
    """Store pairs of a known person without NIK (left) and a newcomer's row (right), with both ids and whether they are the same."""
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
