"""Probabilistic record linkage: match rows without a NIK where the match is certain; leave doubtful pairs to an officer.

This is a step of matching (people/service.py) in its transaction; temp_likely and temp_alike contain its results. An
officer's decision takes
precedence: rows identical to a decided one never reach this step, and a pair decided different is not compared again.
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

MOST = 3  # largest number of reviews for one row


class Found(NamedTuple):
    """The result of the linkage. `alike`: unmatched rows that are one person, each with the first of them.

    `held`: rows that become no person yet; they depend on another row and are compared again when that row has a
    person.
    """

    likely: list[tuple[Pair, int, bool]]
    alike: dict[int, int]
    held: Set[int]


async def adopt(connection: AsyncConnection) -> None:
    """Give the NIK of a newcomer to the known person without a NIK who certainly is the same; that person's id survives."""
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
    """Return pairs of a known person and a newcomer, the most probable first, and whether each match is certain.

    A match is certain when neither side has another candidate and no register lists both. Each person has at most MOST
    pairs.
    """
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
    """Match the remaining rows, and return how many found their person."""
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
    """Store the pairs of `adopt`, and return the number of new reviews of newcomers who are only likely a known person."""
    await store.step(connection, "numbered_likenesses", model=model().version)
    return await store.step(connection, "numbered_ones", second_nik=str(ReviewKind.second_nik))


async def ask(connection: AsyncConnection) -> int:
    """Store the basis of every likeness, and return the number of new reviews of likely rows."""
    await store.step(connection, "likenesses", model=model().version)
    return await store.step(connection, "likely_ones", likely=str(ReviewKind.likely))


def sort(
    pairs: Sequence[Pair],
    seekers: Mapping[int, Seeker],
    known: Mapping[int, Known],
    apart: frozenset[tuple[int, int]],
    by: Model,
) -> Found:
    """Decide what happens to each row. `pairs` are sorted by probability; records are identified by their row.

    Several rows may certainly be one person, and likely a known person. Only one of them is reviewed and the others
    wait. With a review for each, two answers "different" would turn one person into two.
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
    """Return the pairs of two different rows of `rows`."""
    return [pair for pair in pairs if pair.left != pair.right and pair.left in rows and pair.right in rows]


def _alike(pairs: Sequence[Pair], seekers: Mapping[int, Seeker], by: Model) -> dict[int, int]:
    """Return rows that certainly are one person, each with the first of them.

    Two rows of one register are never joined, even indirectly.
    """
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
    """Return the rows, or bundles of rows, that are only likely the same as an earlier row or bundle that is not held itself.

    So no row waits for a waiting row, and no two new persons are likely the same. Two lines of one register are two
    people, above all twins, so there only equal names matter.
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
