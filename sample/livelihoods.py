"""Livelihoods: occupation, education and disability."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sample.households import Role, Years
from sample.seeded_random import Ids, SeededRandom

LEARNERS, IDLE = "PELAJAR/MAHASISWA", "BELUM/TIDAK BEKERJA"
EDUCATIONS = ["Tidak/belum sekolah", "SD/sederajat", "SMP/sederajat", "SMA/sederajat", "D1/D2/D3", "D4/S1"]
DISABILITIES = ["Fisik", "Netra", "Rungu/Wicara", "Intelektual", "Mental", "Ganda"]


@cache
def occupations() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "livelihoods.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["occupation"]  # type: ignore[no-any-return]


def texts() -> pl.Series:
    return pl.Series([each["text"] for each in occupations()])


def index_of(text: str) -> int:
    return [each["text"] for each in occupations()].index(text)


def of_kind(kind: str) -> NDArray[np.bool_]:
    """Return for each occupation whether it is of this kind."""
    return np.array([each["kind"] == kind for each in occupations()])


def occupation(
    draws: SeededRandom, person: Ids, role: Ids, woman: NDArray[np.bool_], age: Years, place: Ids
) -> NDArray[np.int64]:
    """Return indices into `occupations()`. Half of the people over 64 continue to work; children are pupils."""
    adult = np.zeros(len(person), dtype=np.int64)
    column = place * 2 + woman
    for each in range(6):
        here = column == each
        adult[here] = draws.pick("occupation", person[here], [o["share"][each] for o in occupations()])
    learner, idle = index_of(LEARNERS), index_of(IDLE)
    studies = (age < 23) & (role == Role.child) & draws.chance("studies", person, 0.2)
    rests = (age >= 65) & (draws.chance("rests", person, 0.5) | of_kind("employed")[adult])
    return np.select([age < 6, (age < 18) | studies, rests], [idle, learner, idle], adult).astype(np.int64)


def education(draws: SeededRandom, person: Ids, age: Years, is_employed: NDArray[np.bool_]) -> pl.Series:
    grown = draws.pick("education", person, [12, 48, 18, 20, 1, 1])
    reached = np.select([age < 7, age < 13, age < 16], [0, 1, 2], 5)
    level = np.where(is_employed, 3 + draws.below("diploma", person, 3), np.minimum(grown, reached))
    return pl.Series(EDUCATIONS).gather(level)


def disability(draws: SeededRandom, person: Ids, age: Years) -> NDArray[np.int64]:
    """Return indices into DISABILITIES, −1 for most people."""
    share = np.select([age < 18, age < 65], [0.012, 0.022], 0.08)
    kind = draws.pick("disability", person, [40, 18, 16, 12, 9, 5])
    return np.where(draws.chance("lives with a disability", person, share), kind, -1)
