"""Population: the true people of the sample, in chunks of households, before any register has errors about them.

A chunk is a polars frame with one row per person. All contents of the files are derived from it, and `truth/` stores it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sample import households, livelihoods, lives, names, numbers
from sample.households import Kind, Members, Plan, Role
from sample.places import KINDS, places, villages
from sample.seeded_random import Ids, SeededRandom

CHUNK = 6_000  # households; about 24,000 people
_BORN_BEFORE = lives.days(2024)
RELATIONS = ["Kepala Keluarga", "Istri", "Suami", "Anak", "Orang Tua", "Famili Lain"]
MARITAL = ["Belum Kawin", "Kawin", "Cerai Hidup", "Cerai Mati"]
SINGLE, MARRIED, DIVORCED, WIDOWED = range(4)
DECILES = [58, 54, 44, 34, 8, 5, 3, 2, 1, 1]


class Population:
    """All people, in the order of their numbers."""

    def __init__(self, draws: SeededRandom, people: int) -> None:
        self.draws = draws
        self.people = people
        self.plan: Plan = households.plan(draws, people)

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Yield frames of whole households; serial numbers continue from chunk to chunk."""
        nik_serials, kk_serials = numbers.Serials(), numbers.Serials()
        for first in range(0, len(self.plan), CHUNK):
            last = min(first + CHUNK, len(self.plan))
            members = households.members(self.draws, self.plan, first, last)
            yield _people(self.draws, self.plan, members, nik_serials, kk_serials)


def _people(
    draws: SeededRandom, plan: Plan, members: Members, nik_serials: numbers.Serials, kk_serials: numbers.Serials
) -> pl.DataFrame:
    person, household, woman, age = members.person, members.household, members.woman, members.age
    village = plan.village[household]
    place = villages().kind[village]
    born = _BORN_BEFORE - 1 - (age * 365.25).astype(np.int64)
    occupation = livelihoods.occupation(draws, person, members.role, woman, age, place)
    is_employed = livelihoods.of_kind("employed")[occupation]
    is_worker = livelihoods.of_kind("worker")[occupation]
    muslim = draws.chance("muslim", household, villages().muslim_percent[village] / 100)
    nik = numbers.niks(nik_serials, *_as_registered(draws, person, born, woman))
    frame = pl.DataFrame(
        {
            "person": person,
            "household": household,
            "role": members.role,
            "woman": woman,
            "muslim": muslim,
            "age": age,
            "birth_date": _dates(born),
            "nik": pl.Series(nik).cast(pl.String),
            "nik_contradicts": _was_corrected(draws, person),
            "name": names.full_names(draws, person, household, members.role, woman, muslim),
            "birth_place": _of_place(draws, "birth_places", person, place),
            "marital": pl.Series(MARITAL).gather(_marital(draws, plan, members)),
            "relation": pl.Series(RELATIONS).gather(_relation(members)),
            "occupation": livelihoods.texts().gather(occupation),
            "occupation_index": occupation,
            "is_worker": is_worker,
            "is_employed": is_employed,
            "education": livelihoods.education(draws, person, age, is_employed),
            "disability": livelihoods.disability(draws, person, age),
            "kpj": pl.Series(numbers.kpjs(person)).cast(pl.String),
            "phone": _phone(draws, person, age),
            **_lives(draws, person, age, is_worker),
            **_home(draws, plan, household, village, place, kk_serials),
        }
    )
    paid = (pl.col("decile_2024") <= 4) & pl.col("is_worker") & pl.col("age").is_between(18, 62)
    return frame.with_columns(**_kin()).with_columns(
        is_province_paid=paid & pl.Series(draws.chance("paid by the province", person, 0.06))
    )


def _as_registered(
    draws: SeededRandom, person: Ids, born: Ids, woman: NDArray[np.bool_]
) -> tuple[Ids, NDArray[np.bool_]]:
    """Return the registered birth dates: a few were corrected after the NIK was issued, which does not change (PP 40/2019 art. 30)."""
    return np.where(_was_corrected(draws, person), born + 31 + draws.below("old birth date", person, 300), born), woman


def _was_corrected(draws: SeededRandom, person: Ids) -> NDArray[np.bool_]:
    return draws.chance("birth date was corrected", person, 0.003)


def _marital(draws: SeededRandom, plan: Plan, members: Members) -> Ids:
    household, role = members.household, members.role
    kind, has_spouse = plan.kind[household], plan.has_spouse[household] == 1
    left = np.array([WIDOWED, DIVORCED, SINGLE])[draws.pick("lives without", members.person, [60, 28, 12])]
    parent_couple = (role == Role.parent) & (plan.parents[household] == 2)
    conditions = [
        np.isin(role, [Role.head, Role.spouse]) & has_spouse | parent_couple,
        (role == Role.head) & np.isin(kind, [Kind.mother_alone, Kind.father_alone]),
        (role == Role.parent) | ((role == Role.head) & (kind == Kind.elders)),
    ]
    return np.select(conditions, [np.full(len(role), MARRIED), left, np.full(len(role), WIDOWED)], SINGLE)


def _relation(members: Members) -> Ids:
    role, woman = members.role, members.woman
    spouse = np.where(woman, RELATIONS.index("Istri"), RELATIONS.index("Suami"))
    return np.select([role == Role.head, role == Role.spouse], [np.zeros(len(role), dtype=np.int64), spouse], role + 1)


def _phone(draws: SeededRandom, person: Ids, age: NDArray[np.float64]) -> pl.Series:
    """Return numbers with 0810, which is no operator's prefix, so that they belong to nobody."""
    has = (age > 16) & draws.chance("has a telephone", person, 0.45)
    number = pl.Series(81_000_000_000 + draws.below("telephone", person, 100_000_000)).cast(pl.String)
    return pl.select(pl.when(pl.Series(has)).then("0" + number)).to_series()


def _of_place(draws: SeededRandom, what: str, ids: Ids, place: Ids) -> pl.Series:
    lists = [places()[what][kind] for kind in KINDS]
    starts = np.cumsum([0, *map(len, lists)])[:-1]
    index = starts[place] + draws.below(what, ids, np.array([len(each) for each in lists])[place])
    return pl.Series([word for each in lists for word in each]).gather(index)


def _lives(
    draws: SeededRandom, person: Ids, age: NDArray[np.float64], is_worker: NDArray[np.bool_]
) -> dict[str, pl.Series]:
    """Return the events of each life; nothing happens after death, and nothing is known after a move."""
    died = lives.deaths(draws, person, age)
    moved = lives.moves(draws, person, age)
    end = np.minimum(died, moved)
    others = {
        "took_wage": lives.takes_wage(draws, person, age, is_worker),
        "joined_service": lives.joins_service(draws, person, age, is_worker),
        "refused": lives.refuses(draws, person, age, is_worker),
        "hurt_2024": lives.hurt_at_work(draws, 2024, person),
        "hurt_2025": lives.hurt_at_work(draws, 2025, person),
    }
    before_end = {name: np.where(day < end, day, lives.NEVER) for name, day in others.items()}
    return {
        "died": _dates(np.where(died <= moved, died, lives.NEVER)),
        "moved": _dates(np.where(moved < died, moved, lives.NEVER)),
        **{name: _dates(day) for name, day in before_end.items()},
    }


def _home(
    draws: SeededRandom, plan: Plan, household: Ids, village: Ids, place: Ids, kk_serials: numbers.Serials
) -> dict[str, Any]:
    """Return the shared data of a household. The KK number is issued once per household, in order."""
    unique, where = np.unique(household, return_inverse=True)
    issued = lives.days(2009) + draws.below("KK issued", unique, 14 * 365)
    former = lives.days(2001) + draws.below("former KK issued", unique, 7 * 365)
    kk, former_kk = numbers.kks(kk_serials, issued), numbers.kks(kk_serials, former)
    decile = _deciles(draws, plan, unique)
    return {
        "kk": pl.Series(kk[where]).cast(pl.String),
        "former_kk": pl.Series(former_kk[where]).cast(pl.String),
        "village": village,
        "village_code": pl.Series(villages().code.tolist()).gather(village),
        "village_name": pl.Series(villages().name.tolist()).gather(village),
        "district_name": pl.Series(villages().district.tolist()).gather(village),
        "hamlet": _of_place(draws, "hamlets", household // 12, place),
        "rt": 1 + draws.below("RT", household, 12),
        "rw": 1 + draws.below("RW", household, 4),
        **{name: values[where] for name, values in decile.items()},
    }


def _deciles(draws: SeededRandom, plan: Plan, household: Ids) -> dict[str, Ids]:
    """Return the register's decile by year: most stay, some move by one each year, few leave poverty."""
    first = 1 + draws.pick("decile", household, DECILES)
    alone = plan.kind[household] == Kind.mother_alone
    found = {"decile_2023": np.clip(first - alone * draws.chance("poorer", household, 0.5), 1, 10)}
    for year in (2024, 2025):
        step = np.array([0, 1, -1, 4])[draws.pick(f"decile of {year}", household, [86, 7, 6, 1])]
        found[f"decile_{year}"] = np.clip(found[f"decile_{year - 1}"] + step, 1, 10)
    return found


def _kin() -> dict[str, pl.Expr]:
    """Return from the household: its head, the NIK of another member, and whether there are children."""
    by_household = "household"
    first, second = pl.col("nik").first().over(by_household), pl.col("nik").get(1, null_on_oob=True).over(by_household)
    child = (pl.col("role") == Role.child) & (pl.col("age") < 18)
    is_parent = pl.col("role").is_in([Role.head, Role.spouse])
    alone = is_parent & (pl.col("marital") != MARITAL[MARRIED])
    has_children = is_parent & child.any().over(by_household)
    return {
        "head_person": pl.col("person").first().over(by_household),
        "head_name": pl.col("name").first().over(by_household),
        "head_birth_date": pl.col("birth_date").first().over(by_household),
        "head_is_woman": pl.col("woman").first().over(by_household),
        "head_nik": first,
        "other_nik": pl.when(pl.col("role") == Role.head).then(second).otherwise(first),
        "has_children": has_children,
        "is_single_mother": alone & has_children & pl.col("woman"),
    }


def _dates(days: Ids) -> pl.Series:
    """Convert days since 1970 to dates; NEVER to null."""
    known = pl.Series(np.where(days == lives.NEVER, 0, days)).cast(pl.Int32).cast(pl.Date)
    return pl.select(pl.when(pl.Series(days != lives.NEVER)).then(known)).to_series()
