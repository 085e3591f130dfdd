"""Probabilistic record linkage: rows without a NIK find the person they match with certainty; doubtful pairs wait for an officer.

A step of matching (service.py), within its transaction; what it finds stands in temp_likely and temp_alike. An officer's decision
goes before it: rows like a decided one never come here, and a pair decided different is not weighed again.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.people import store
from jamsos.people.linkage import store as linkage_store
from jamsos.people.linkage.model import Model, Pair, model, weigh
from jamsos.people.linkage.store import Known, Seeker
from jamsos.people.rules import Likely, ReviewKind, surely

MOST = 3  # persons an officer is asked about for one row


class Found(NamedTuple):
    """`alike`: rows of nobody known that are one person, each with the first of them. `held`: rows that become nobody yet: they
    hang on another row, and are weighed again when it is a person."""

    likely: list[tuple[Pair, int, bool]]
    alike: dict[int, int]
    held: Set[int]


async def adopt(connection: AsyncConnection) -> None:
    """Somebody known without a NIK whom a newcomer with one surely is keeps the number and gets the NIK."""
    unnumbered = await linkage_store.unnumbered(connection)
    newcomers = await linkage_store.newcomers(connection) if unnumbered else {}
    found: list[tuple[Pair, int, int, bool]] = []
    if newcomers:
        await linkage_store.wait_while_weighing(connection)
        known, coming = ([each.record for each in side.values()] for side in (unnumbered, newcomers))
        found = mutual_best_matches(await asyncio.to_thread(weigh, known, coming), unnumbered, newcomers, model())
    await linkage_store.keep_numbered(connection, found)
    for name in ("adopt_numbered", "adopt_newcomers", "adopt_matched", "adopt_found"):
        await store.step(connection, name)


def mutual_best_matches(
    pairs: Sequence[Pair], unnumbered: Mapping[int, Known], newcomers: Mapping[int, Known], by: Model
) -> list[tuple[Pair, int, int, bool]]:
    """Return mutual best matches. A match is certain when neither side has another candidate and no register lists both."""
    best: dict[tuple[int, int], Pair] = {}
    for pair in pairs:
        best.setdefault((unnumbered[pair.left].person_id, newcomers[pair.right].person_id), pair)
    met = Counter(person for both in best for person in both)
    asked: Counter[int] = Counter()
    found = []
    for (person, newcomer), pair in best.items():
        is_listed = not unnumbered[pair.left].loads.isdisjoint(newcomers[pair.right].loads)
        is_sure = pair.probability >= by.same_from and not (_speaks_against(pair) or is_listed)
        asked[person] += 1
        if asked[person] <= MOST:
            found.append((pair, person, newcomer, is_sure and met[person] == met[newcomer] == 1))
    return found


async def find(connection: AsyncConnection) -> int:
    """How many rows found their person."""
    for name in ("left", "left_known", "near", "near_known"):
        await store.step(connection, name)
    seekers = await linkage_store.seekers(connection)
    found = Found([], {}, set())
    if seekers:
        known = await linkage_store.known(connection)
        apart = await linkage_store.decided_apart(connection)
        await linkage_store.wait_while_weighing(connection)
        records = [*(each.record for each in known.values()), *(each.record for each in seekers.values())]
        pairs = await asyncio.to_thread(weigh, [each.record for each in seekers.values()], records)
        found = sort(pairs, seekers, known, apart, model())
    await linkage_store.keep(connection, found.likely, found.alike, found.held)
    return await store.step(connection, "matched_by_likeness", **store.LIKENESS)


async def ask_newcomers(connection: AsyncConnection) -> int:
    """Keeps what was weighed in `adopt`; how many new reviews of newcomers who are only likely somebody known without a NIK."""
    await store.step(connection, "numbered_likenesses", model=model().version)
    return await store.step(connection, "numbered_ones", second_nik=str(ReviewKind.second_nik))


async def ask(connection: AsyncConnection) -> int:
    """Keeps what every likeness rests on; how many new reviews of rows that are only likely somebody's."""
    await store.step(connection, "likenesses", model=model().version)
    return await store.step(connection, "likely_ones", likely=str(ReviewKind.likely))


def sort(
    pairs: Sequence[Pair],
    seekers: Mapping[int, Seeker],
    known: Mapping[int, Known],
    apart: frozenset[tuple[int, int]],
    by: Model,
) -> Found:
    """What is done about each row. `pairs` come surest first; records are named by their row.

    Of rows that are surely one person, and likely somebody known, one is asked about; the others wait for the answer. Asked about
    each, two answers "different" would make two persons of one.
    """
    best: dict[tuple[int, int], Pair] = {}
    for pair in pairs:
        if pair.right in known and (pair.left, known[pair.right].person_id) not in apart:
            best.setdefault((pair.left, known[pair.right].person_id), pair)
    loads = {each.person_id: each.loads for each in known.values()}
    likely = [
        Likely(
            row,
            person,
            seekers[row].load_id,
            pair.probability,
            _speaks_against(pair),
            seekers[row].load_id in loads[person],
        )
        for (row, person), pair in best.items()
    ]
    same = surely(likely, by.same_from)
    near = {row for row, _ in best}
    follow = _alike(_among(pairs, near - same.keys()), seekers, by)
    asked: Counter[int] = Counter()
    kept = []
    for (row, person), pair in best.items():
        asked[row] += 1
        if asked[row] <= MOST and row not in follow:
            kept.append((pair, person, same.get(row) == person))
    free = _among(pairs, seekers.keys() - near)
    alike = _alike(free, seekers, by)
    return Found(kept, alike, _held(free, seekers, alike) | follow.keys())


def _among(pairs: Sequence[Pair], rows: Set[int]) -> list[Pair]:
    """Of two of these rows."""
    return [pair for pair in pairs if pair.left != pair.right and pair.left in rows and pair.right in rows]


def _alike(pairs: Sequence[Pair], seekers: Mapping[int, Seeker], by: Model) -> dict[int, int]:
    """Rows that are surely one person's, each with the first of them; never two of one register, not even by way of a third."""
    bundles: dict[int, frozenset[int]] = {}
    for pair in pairs:
        one, other = (bundles.get(row, frozenset((row,))) for row in (pair.left, pair.right))
        is_sure = pair.probability >= by.same_from and not _speaks_against(pair)
        if is_sure and _loads(one, seekers).isdisjoint(_loads(other, seekers)):
            bundles.update(dict.fromkeys(one | other, one | other))
    return {row: first for row, rows in bundles.items() if row != (first := min(rows))}


def _loads(rows: Set[int], seekers: Mapping[int, Seeker]) -> set[int]:
    return {seekers[row].load_id for row in rows}


def _held(free: Sequence[Pair], seekers: Mapping[int, Seeker], alike: Mapping[int, int]) -> Set[int]:
    """Of rows (or bundles of rows that are one person) that are only likely alike, each that is like an earlier one which is not held
    itself: nobody waits for one that waits, and of those that become persons no two are likely one.

    One register lists two lines because they are two people, twins above all: there only the same name is asked about.
    """
    earlier: dict[int, set[int]] = {}
    for pair in free:
        one, other = sorted((alike.get(pair.left, pair.left), alike.get(pair.right, pair.right)))
        is_two = seekers[pair.left].load_id == seekers[pair.right].load_id and _speaks_against(pair)
        is_one = (pair.name, pair.birth, pair.home) == ("same", "same", "household")  # the next step joins them
        if one != other and not (is_one or is_two):
            earlier.setdefault(other, set()).add(one)
    held: set[int] = set()
    for row in sorted(earlier):
        if earlier[row] - held:
            held.add(row)
    return {row for row in seekers if alike.get(row, row) in held}


def _speaks_against(pair: Pair) -> bool:
    return pair.name not in ("same", "alike") or pair.birth in ("other", "unknown")
