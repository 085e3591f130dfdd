"""Clerical review: an officer compares a row and a person, and decides whether they are the same person.

A decision is permanent and applies to every identical row in any later version of a register: matching never asks the
same question again. To correct a wrong decision, merge or split the persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit, audit_shown, officer_of
from jamsos.errors import NotFound
from jamsos.people import identity, identity_store, store
from jamsos.people.errors import PersonOnList, ReviewDecided, ReviewOutdated
from jamsos.people.identity import Grounds
from jamsos.people.linkage import review_store
from jamsos.people.linkage.model import LEVELS, model
from jamsos.people.linkage.service import MOST
from jamsos.people.rules import LikenessLevel, ReviewKind, Verdict
from jamsos.people.tables import people
from jamsos.registry.rules import Source
from jamsos.sealing import Sealer, mask

BESIDE = (
    "nik", "kk", "full_name", "sex", "birth_place", "birth_date", "village_code", "address", "relation", "marital_status",
    "occupation", "disability", "decile",
)  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """One fact of both sides. `differs`: both have a value, and the values differ."""

    fact: str
    row: Any
    person: Any
    differs: bool


class Compared(NamedTuple):
    """One comparison of a pair. `factor`: how many times likelier the level is for one person than for two; None for older parameters."""

    comparison: str
    level: LikenessLevel
    factor: float | None


class Weighed(NamedTuple):
    model: str
    probability: Decimal
    comparisons: list[Compared]


@dataclass(frozen=True)
class Opened:
    """A review with both records; `weighed` where the linkage model raised the review."""

    review: RowMapping
    row: RowMapping
    facts: list[Beside]
    weighed: Weighed | None


async def open_review(
    connection: AsyncConnection, actor: Actor, sealer: Sealer, review_id: int, *, purpose: str | None = None
) -> Opened:
    """Return a review with masked numbers and only the year of birth, or unmasked with a purpose, which is audited.

    Raises NotFound.
    """
    review = await _found(connection, review_id)
    row = await review_store.row_of(connection, review["row_id"])
    person = (await store.by_ids(connection, [review["now_id"]]))[review["now_id"]]
    if purpose:
        named, opened = (
            replace(actor, purpose=purpose),
            [people.c[name] for name in ("nik_sealed", "kk_sealed", "birth_date")],
        )
        await audit_shown(
            connection, named, "unseal", opened, purpose=purpose, subject="person", subject_ids=[person["id"]]
        )
    sides = [{fact: _fact(sealer, side, fact) for fact in BESIDE} for side in (row, person)]
    facts = [_beside(fact, *(side[fact] for side in sides), is_open=bool(purpose)) for fact in BESIDE]
    return Opened(review, row, facts, await _weighed(connection, review))


async def _weighed(connection: AsyncConnection, review: RowMapping) -> Weighed | None:
    found = await review_store.likeness_of(connection, review["id"])
    if found is None:
        return None
    factors = model().levels if found["model"] == model().version else {}
    return Weighed(found["model"], found["probability"], [
        Compared(each, level := LikenessLevel(found[f"{each}_likeness"]), _factor(factors.get(each, {}), level)) for each in LEVELS
    ])  # fmt: skip


def _factor(levels: Mapping[str, tuple[float, float]], level: LikenessLevel) -> float | None:
    return levels[level][0] / levels[level][1] if level in levels else None


def _fact(sealer: Sealer, side: RowMapping, fact: str) -> Any:
    if fact not in ("nik", "kk"):
        return side[fact]
    sealed = side[f"{fact}_sealed"]
    return sealer.unseal(fact, sealed) if sealed else None


def _beside(fact: str, row: Any, person: Any, *, is_open: bool) -> Beside:
    differs = row is not None and person is not None and _plain(row) != _plain(person)
    shown = (row, person) if is_open else (_shown(fact, row), _shown(fact, person))
    return Beside(fact, *shown, differs)


def _plain(value: Any) -> Any:
    """Return a value for comparison, without case and spacing."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def _shown(fact: str, value: Any) -> Any:
    if value is None:
        return None
    if fact in ("nik", "kk"):
        return mask(value)
    return value.year if fact == "birth_date" else value


async def waiting(
    connection: AsyncConnection, limit: int, *, after: int = 0, region: str = "", source: Source | None = None
) -> tuple[Sequence[RowMapping], int]:
    """Return the oldest open reviews in sight after a number, and how many more there are.

    `region` (a code or its prefix) and `source` (a register of the row) limit the reviews.
    """
    return await review_store.open_ones(connection, limit, after=after, region=region, source=source)


class Decided(NamedTuple):
    """The person of the row after the decision; `rows_moved` by a merge."""

    person_id: int | None
    rows_moved: int


async def decide(
    connection: AsyncConnection,
    actor: Actor,
    *,
    review_id: int,
    verdict: Verdict,
    remark: str,
    despite_sex: bool = False,
) -> Decided:
    """Record that the row and the person of a review are the same person, or two persons.

    The same: the row joins the person. Two persons known by more than their name are merged; one on a list survives.
    Different: a row without other open reviews becomes a new person, unless the next matching must check the row first.
    Raises ProofNeeded, NotFound, ReasonNeeded, ReviewDecided, ReviewOutdated, SexesDiffer, PersonOnList.
    """
    officer = officer_of(actor)
    Grounds(remark).check()
    await store.begin(connection)
    review = await _found(connection, review_id)
    if review["verdict"] is not None:
        raise ReviewDecided(review=review_id)
    if verdict is Verdict.different and review["row_person_id"] == review["now_id"]:
        raise ReviewOutdated(review=review_id, person=review["now_id"])
    decision_id = await review_store.add_decision(
        connection,
        review_id=review_id,
        verdict=verdict,
        officer=officer.name,
        officer_id=officer.id,
        remark=remark,
        recorded_by=actor.name,
    )
    await audit(connection, actor, "decide_match_review", subject="match_review", subject_ids=[review_id])
    grounds = Grounds(remark, decision_id, despite_sex)
    if verdict is Verdict.same:
        return await _join(connection, actor, review, grounds)
    return await _part(connection, review)


async def _found(connection: AsyncConnection, review_id: int) -> RowMapping:
    review = await review_store.by_id(connection, review_id)
    if review is None:
        raise NotFound(what="review", which=review_id)
    return review


async def _join(connection: AsyncConnection, actor: Actor, review: RowMapping, grounds: Grounds) -> Decided:
    person, had = review["now_id"], review["row_person_id"]
    if had == person:
        return Decided(person, 0)
    if had is None:
        await identity.settle(connection, person, [review["row_id"]], (person,))
        return Decided(person, 0)
    if review["kind"] == ReviewKind.second_nik or len(await identity_store.rows_of(connection, had)) == 1:
        return await _merge_either_way(connection, actor, person, had, grounds)
    await identity.move(connection, actor, row_id=review["row_id"], from_id=had, to_id=person, grounds=grounds)
    return Decided(person, 0)


async def _merge_either_way(
    connection: AsyncConnection, actor: Actor, one: int, other: int, grounds: Grounds
) -> Decided:
    """Merge two persons. The older id survives, unless only the other id may end."""
    stays, ends = sorted((one, other))
    try:
        async with connection.begin_nested():
            rows = await identity.merge(connection, actor, person_id=stays, other_id=ends, grounds=grounds)
    except PersonOnList:
        stays, ends = ends, stays
        rows = await identity.merge(connection, actor, person_id=stays, other_id=ends, grounds=grounds)
    return Decided(stays, rows)


async def _part(connection: AsyncConnection, review: RowMapping) -> Decided:
    """Make a row without a person and without open reviews a new person, unless the next matching may raise more reviews."""
    if review["row_person_id"] is not None or await review_store.is_asked_still(connection, review["row_id"]):
        return Decided(review["row_person_id"], 0)
    if review["kind"] == ReviewKind.likely and await review_store.may_be_asked_more(connection, review, MOST):
        return Decided(None, 0)
    person_id = await identity_store.new_id(connection)
    await identity.settle(connection, person_id, [review["row_id"]], (person_id,))
    return Decided(person_id, 0)
