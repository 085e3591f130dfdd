"""Households: the members of each family card (KK), and their ages.

The whole plan of a regency is a few small numbers per household, so each chunk of households can be generated separately.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sample.places import villages
from sample.seeded_random import Ids, SeededRandom

Years = NDArray[np.float64]


class Kind(IntEnum):
    family = 0
    extended = 1
    mother_alone = 2
    father_alone = 3
    couple = 4
    elders = 5
    lone = 6


class Role(IntEnum):
    head = 0
    spouse = 1
    child = 2
    parent = 3
    sibling = 4


# Percent of households; registers of the poor contain more single mothers than a census.
SHARES = [52, 17, 13, 2, 6, 6, 4]
HEAD_AGES = [(23, 62), (27, 60), (24, 60), (28, 60), (21, 63), (62, 88), (20, 62)]
CHILDREN = [15, 32, 28, 16, 6, 2, 1]  # none, one, two … among households that may have children
YEARS_BETWEEN_CHILDREN = 2.4
AGE_AT_FIRST_CHILD = 20
LEAVES_HOME_AT = 34


@dataclass(frozen=True)
class Plan:
    """One entry per household, in the order of the villages; `start` is the number of its first person."""

    kind: Ids
    village: Ids
    head_age: Years
    spouse_age: Years
    has_spouse: Ids
    children: Ids
    parents: Ids
    size: Ids
    start: Ids

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def people(self) -> int:
        return int(self.start[-1] + self.size[-1])


@dataclass(frozen=True)
class Members:
    """One entry per person of a run of households. `age` in years on 1 January 2024."""

    person: Ids
    household: Ids
    role: Ids
    woman: NDArray[np.bool_]
    age: Years


def plan(draws: SeededRandom, people: int) -> Plan:
    """Return households for exactly this many people; the last one gets the remaining people."""
    ids = np.arange(people // 2 + 20)
    kind = draws.pick("household", ids, SHARES)
    low, high = np.array(HEAD_AGES, dtype=float)[kind].T
    head_age = low + (high - low) * draws.between("head's age", ids, 0, 1)
    spouse_age = np.maximum(18, head_age - draws.between("spouse younger by", ids, -3, 9))
    has_spouse = _with_spouse(draws, ids, kind)
    children = _children(draws, ids, kind, np.where(has_spouse == 1, spouse_age, head_age))
    parents = np.where(kind == Kind.extended, 1 + draws.chance("both parents", ids, 0.3), 0)
    siblings = np.where(kind == Kind.extended, draws.chance("sibling", ids, 0.5), False).astype(np.int64)
    size = 1 + has_spouse + children + parents + siblings
    ends = np.cumsum(size)
    start = ends - size
    count = int(np.searchsorted(ends, people)) + 1
    size[count - 1] -= ends[count - 1] - people
    kept = slice(count)
    return Plan(
        kind[kept],
        _villages(count),
        head_age[kept],
        spouse_age[kept],
        has_spouse[kept],
        children[kept],
        parents[kept],
        size[kept],
        start[kept],
    )


def _with_spouse(draws: SeededRandom, ids: Ids, kind: Ids) -> Ids:
    always = np.isin(kind, [Kind.family, Kind.extended, Kind.couple])
    elder_couple: NDArray[np.bool_] = (kind == Kind.elders) & draws.chance("elder couple", ids, 0.4)
    return (always | elder_couple).astype(np.int64)


def _children(draws: SeededRandom, ids: Ids, kind: Ids, mother_age: Years) -> Ids:
    wished = draws.pick("children", ids, CHILDREN)
    alone = np.isin(kind, [Kind.mother_alone, Kind.father_alone])
    wished = np.where(alone, 1 + wished % 3, wished)
    room = np.ceil((mother_age - AGE_AT_FIRST_CHILD) / YEARS_BETWEEN_CHILDREN).astype(np.int64)
    may = alone | np.isin(kind, [Kind.family, Kind.extended])
    return np.where(may, np.clip(wished, 0, np.maximum(room, alone)), 0)


def _villages(households: int) -> Ids:
    """Return the village of each household: villages in order, each repeated by its size."""
    bounds = np.cumsum(villages().size)
    place = (np.arange(households) * 2 + 1) * int(bounds[-1]) // (households * 2)
    return np.searchsorted(bounds, place, side="right").astype(np.int64)


def members(draws: SeededRandom, plan: Plan, first: int, last: int) -> Members:
    """Return the people of households first ≤ h < last."""
    household = np.repeat(np.arange(first, last), plan.size[first:last])
    person = plan.start[first] + np.arange(len(household))
    position = person - plan.start[household]
    role = _role(plan, household, position)
    woman = _woman(draws, plan, household, person, role)
    return Members(person, household, role, woman, _age(draws, plan, household, person, position, role))


def _role(plan: Plan, household: Ids, position: Ids) -> Ids:
    after_spouse = 1 + plan.has_spouse[household]
    after_children = after_spouse + plan.children[household]
    after_parents = after_children + plan.parents[household]
    conditions = [position == 0, position < after_spouse, position < after_children, position < after_parents]
    return np.select(conditions, [Role.head, Role.spouse, Role.child, Role.parent], Role.sibling).astype(np.int64)


def _woman(draws: SeededRandom, plan: Plan, household: Ids, person: Ids, role: Ids) -> NDArray[np.bool_]:
    kind = plan.kind[household]
    head_share = np.array([0.03, 0.03, 1, 0, 0.03, 0.6, 0.4])[kind]
    lone_elder = (kind == Kind.elders) & (plan.has_spouse[household] == 0)
    head_share = np.where((kind == Kind.elders) & ~lone_elder, 0.03, head_share)
    head = draws.chance("head is a woman", household, head_share)
    others = draws.chance("woman", person, np.where(role == Role.parent, 0.65, 0.49))
    return np.select([role == Role.head, role == Role.spouse], [head, ~head], others).astype(bool)


def _age(draws: SeededRandom, plan: Plan, household: Ids, person: Ids, position: Ids, role: Ids) -> Years:
    head, spouse = plan.head_age[household], plan.spouse_age[household]
    return np.select(
        [role == Role.head, role == Role.spouse, role == Role.child, role == Role.parent],
        [
            head,
            spouse,
            _child_age(draws, plan, household, person, position),
            np.clip(head + draws.between("parent older by", person, 18, 34), 50, 93),
        ],
        draws.between("sibling's age", person, 17, 46),
    )


def _child_age(draws: SeededRandom, plan: Plan, household: Ids, person: Ids, position: Ids) -> Years:
    """Return a child's age: the eldest was born some years after the mother's twentieth; grown children at home are under thirty-four."""
    has_spouse = plan.has_spouse[household]
    mother = np.where(has_spouse == 1, plan.spouse_age[household], plan.head_age[household])
    slack = np.maximum(mother - AGE_AT_FIRST_CHILD - YEARS_BETWEEN_CHILDREN * plan.children[household], 0)
    eldest = mother - AGE_AT_FIRST_CHILD - slack * draws.uniform("first child later by", household) * 0.6
    order = position - 1 - has_spouse
    age = eldest - order * YEARS_BETWEEN_CHILDREN - draws.uniform("child's months", person)
    grown = 17 + draws.uniform("grown child's age", person) * (LEAVES_HOME_AT - 17)
    return np.where(age > LEAVES_HOME_AT, grown, np.maximum(age, draws.uniform("infant's age", person) * 2))
