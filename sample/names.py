"""Names: Catholic given names and Manggarai family names, Muslim names on the coast, and their spellings in other registers."""

import tomllib
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sample.households import Role
from sample.seeded_random import Ids, SeededRandom

_GROUPS = [("catholic", "male"), ("catholic", "female"), ("muslim", "male"), ("muslim", "female")]
_SPOUSE = 1 << 41  # a spouse gets the family name of another household


@cache
def lists() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))


@cache
def spellings() -> dict[str, list[str]]:
    """Return a map from a given name on the identity card to its other spellings."""
    return {name: others for faith, sex in _GROUPS for name, others in lists()[faith][sex].items()}


@cache
def titles() -> dict[tuple[bool, bool], list[str]]:
    """Return a map from (muslim, woman) to titles before a name in a village list."""
    found = lists()["titles"]
    return {
        (muslim, woman): found[("muslim_" if muslim else "") + ("female" if woman else "male")]
        for muslim in (False, True)
        for woman in (False, True)
    }


def full_names(
    draws: SeededRandom, person: Ids, household: Ids, role: Ids, woman: NDArray[np.bool_], muslim: NDArray[np.bool_]
) -> pl.Series:
    """Return names as on the identity card: given, often a second one, and the family name; a few people have one name only."""
    group = muslim * 2 + woman
    given = _from_groups(draws, "given name", person, group, [list(lists()[f][s]) for f, s in _GROUPS])
    second = _from_groups(draws, "second name", person, group, [lists()["second"][f"{f}_{s}"] for f, s in _GROUPS])
    kin = np.where(role == Role.spouse, household + _SPOUSE, household)
    family = _from_groups(draws, "family name", kin, muslim * 1, [lists()["family"][f] for f in ("catholic", "muslim")])
    frame = pl.DataFrame(
        {
            "given": given,
            "second": second,
            "family": family,
            "has_second": draws.chance("has a second name", person, 0.35),
            "has_family": draws.chance("has a family name", person, np.where(muslim, 0.6, 0.97)),
        }
    )
    parts = [
        pl.col("given"),
        pl.when("has_second").then("second"),
        pl.when("has_family").then("family"),
    ]
    return frame.select(name=pl.concat_str(parts, separator=" ", ignore_nulls=True)).to_series()


def _from_groups(draws: SeededRandom, question: str, ids: Ids, group: Ids, choices: list[list[str]]) -> pl.Series:
    """Return for each number a word from the list of its group."""
    counts = [len(words) for words in choices]
    starts = np.array([0, *accumulate(counts)][:-1])
    index = starts[group] + draws.below(question, ids, np.array(counts)[group])
    return pl.Series([word for words in choices for word in words]).gather(index)
