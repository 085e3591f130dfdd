"""People rules: when two rows are the same worker, and the groups of a worker."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from jamsos.people.errors import ReasonNamesSomebody, ReasonNeeded
from jamsos.registry.rules import MaritalStatus, Occupation, Relation, Sex
from jamsos.worker_groups import Group

# a NIK or family card's number: in one piece, in the parts of a NIK, or in fours
_NUMBER = re.compile(r"(?<!\d)(?:\d{16}|\d{6}[ .-]\d{6}[ .-]\d{4}|\d{4}(?:[ .-]\d{4}){3})(?!\d)")


def holds_number(words: str) -> bool:
    """Return whether unsealed words contain a person's number."""
    return _NUMBER.search(words) is not None


def without_numbers(words: str) -> str:
    """Return external words with each person's number replaced, because the words are stored unsealed."""
    return _NUMBER.sub("…", words)


def check_reason(reason: str) -> None:
    """Raise ReasonNeeded or ReasonNamesSomebody."""
    if not reason.strip():
        raise ReasonNeeded()
    check_words(reason)


def check_words(words: str) -> None:
    """Raise ReasonNamesSomebody where the words contain a person's number."""
    if holds_number(words):
        raise ReasonNamesSomebody()


class LifeEvent(StrEnum):
    died = "died"
    moved = "moved"
    became_wage_earner = "became_wage_earner"
    became_civil_servant = "became_civil_servant"
    refused = "refused"


class MatchMethod(StrEnum):
    nik = "nik"
    household = "household"
    probabilistic = "probabilistic"
    human = "human"


class ReviewKind(StrEnum):
    """Why an officer must compare a row and a person."""

    other_name = "other_name"  # the row has the person's NIK and clearly another name
    # name, birth date and place equal or resemble the person's; the NIK differs, or one of both has none
    second_nik = "second_nik"
    several = "several"  # household, name and birth date fit more than one person
    likely = "likely"  # no number matches; name, birth date, sex and place make the match probable


class Verdict(StrEnum):
    """An officer's decision of a review."""

    same = "same"
    different = "different"


class IdentityEvent(StrEnum):
    """How rows can move from one person to another."""

    merged = "merged"
    parted = "parted"
    moved = "moved"


class LikenessLevel(StrEnum):
    """The similarity of a row and a person in one comparison: name, birth date, sex or place."""

    same = "same"
    alike = "alike"
    word = "word"
    placeholder = "placeholder"
    near = "near"
    household = "household"
    village = "village"
    district = "district"
    other = "other"
    unknown = "unknown"


class Likely(NamedTuple):
    """A row that may be a person's.

    `is_doubtful`: name or birth date contradict the match. `is_listed`: the row's register already has another row of
    that person.
    """

    row_id: int
    person_id: int
    load_id: int
    probability: float
    is_doubtful: bool
    is_listed: bool


def surely(pairs: Sequence[Likely], same_from: float) -> dict[int, int]:
    """Return the person of each row that needs no officer: certain, without other candidates, and the only such row of its register.

    `pairs` contains all likely pairs. Of two rows of one register the more probable takes the person and the other
    waits. A household also contains twins, juniors and newborns, so both name and birth date must be nearly the same.
    """
    persons = Counter(row_id for row_id, _ in {(pair.row_id, pair.person_id) for pair in pairs})
    taken: set[tuple[int, int]] = set()
    found: dict[int, int] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.probability, pair.row_id)):
        place = (pair.load_id, pair.person_id)
        is_sure = pair.probability >= same_from and not (pair.is_doubtful or pair.is_listed)
        if is_sure and persons[pair.row_id] == 1 and place not in taken:
            taken.add(place)
            found[pair.row_id] = pair.person_id
    return found


# The certainty of a match: the same NIK; the same household, name and birth date; an officer who compared both.
SCORES = {MatchMethod.nik: 1.0, MatchMethod.household: 0.98, MatchMethod.human: 1.0}


class EventWord(StrEnum):
    """The words for the events in the events file."""

    MENINGGAL = "MENINGGAL"
    PINDAH = "PINDAH"
    PENERIMA_UPAH = "PENERIMA_UPAH"
    ASN = "ASN"
    MENOLAK = "MENOLAK"


EVENT_WORDS = dict(zip(EventWord, LifeEvent, strict=True))

GROUP_OF_OCCUPATION = {
    Occupation.farmer: Group.farmer,
    Occupation.farm_labourer: Group.farmer,
    Occupation.livestock: Group.farmer,
    Occupation.fisher: Group.fisher,
    Occupation.driver: Group.driver,
    Occupation.trader: Group.trader,
    Occupation.day_labourer: Group.day_labourer,
    Occupation.domestic_worker: Group.domestic_worker,
    Occupation.artisan: Group.artisan,
    Occupation.boat_crew: Group.boat_crew,
    Occupation.religious_worker: Group.religious_worker,
    Occupation.other: Group.other_worker,
}


class Circumstances(NamedTuple):
    """The facts that decide a person's groups. `has_children`: a child of the head lives in the household."""

    sex: str | None
    marital_status: str | None
    relation: str | None
    has_children: bool
    occupation: str | None
    is_disabled: bool


def groups_of(life: Circumstances) -> set[Group]:
    """Return the groups of a person. Wage earners and people without work have no occupational group."""
    groups = {GROUP_OF_OCCUPATION[Occupation(life.occupation)]} if life.occupation in GROUP_OF_OCCUPATION else set()
    if is_single_mother(life):
        groups.add(Group.single_mother)
    if life.is_disabled:
        groups.add(Group.disability)
    return groups


def is_single_mother(life: Circumstances) -> bool:
    """Return whether a woman heads her household as a widow or divorced, or unmarried with her child in the household."""
    if life.sex != Sex.female or life.relation != Relation.head:
        return False
    once_married = life.marital_status in (MaritalStatus.widowed, MaritalStatus.divorced)
    return once_married or (life.marital_status == MaritalStatus.single and life.has_children)


class Bearer(NamedTuple):
    """A name in the rows with one NIK. `trusted`: rows whose birth date and sex do not contradict the NIK."""

    name_key: str
    rows: int
    trusted: int
    is_known: bool
    first_row: int


def strangers(bearers: Sequence[Bearer]) -> set[str]:
    """Return the names that clearly do not belong to the NIK's owner.

    The owner is a known bearer. Else it is the bearer whose birth date and sex agree with the NIK, else the one with
    most rows, else the first.
    """
    kinds = _alike(bearers)
    owner = max(
        kinds,
        key=lambda names: max(
            (b.is_known, b.trusted > 0, _rows(bearers, names), -b.first_row) for b in bearers if b.name_key in names
        ),
    )
    return {bearer.name_key for bearer in bearers} - owner


def _rows(bearers: Iterable[Bearer], names: set[str]) -> int:
    return sum(bearer.rows for bearer in bearers if bearer.name_key in names)


# The allowed typing errors in a word of that length: Yohanes is not Yohana.
_SLIPS = (0, 0, 0, 0, 1, 1, 1, 1, 1, 2)


def _alike(bearers: Sequence[Bearer]) -> list[set[str]]:
    """Return the names in groups: two are in one group when they may be one person's, directly or through a third."""
    groups: list[list[Bearer]] = []
    for bearer in bearers:
        like = [group for group in groups if any(_one_person(bearer, other) for other in group)]
        groups = [group for group in groups if group not in like] + [
            [bearer, *(one for group in like for one in group)]
        ]
    return [{bearer.name_key for bearer in group} for group in groups]


def _one_person(one: Bearer, other: Bearer) -> bool:
    """Return whether two names may be one person's. Where the NIK's birth date confirms both, one shared word suffices.

    People often use another name at home.
    """
    shared = set(one.name_key.split()) & set(other.name_key.split())
    return bool(one.trusted and other.trusted and shared) or same_name(one.name_key, other.name_key)


def same_name(one: str, other: str) -> bool:
    """Return whether two name keys may be one person's: every word of the shorter has a counterpart in the longer.

    Counterparts are almost equal, or one is the beginning of the other (`FRANS`, `FRANSISKUS`), or its initial. At
    least one word must be whole: so `M JEHADU` matches `MARIA JEHADU`, and `M J` matches nothing.
    """
    few, many = sorted((one.split(), other.split()), key=len)
    left, whole = list(many), 0
    for word in sorted(few, key=len, reverse=True):
        like = max(left, key=lambda candidate: _likeness(word, candidate), default=None)
        if like is None or (likeness := _likeness(word, like)) == 0:
            return False
        left.remove(like)
        whole += likeness > 1
    return whole > 0


def _likeness(word: str, other: str) -> float:
    """Return 0 for different words, 1 for an initial or a beginning, above 1 for words that are almost or wholly equal."""
    short, long = sorted((word, other), key=len)
    slips = DamerauLevenshtein.distance(word, other)
    if slips <= _SLIPS[min(len(long), len(_SLIPS) - 1)]:
        return 2 - slips / 10
    return 1 if long.startswith(short) else 0
