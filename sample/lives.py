"""Lives: deaths, moves, wage employment and refusals with their days, in the years 2022 to 2025, and work injuries.

Days are counted since 1970; NEVER means that the event did not happen.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sample.households import Years
from sample.seeded_random import Ids, SeededRandom

NEVER = np.iinfo(np.int64).max
FIRST_YEAR, LAST_YEAR = 2022, 2025
_EPOCH = date(1970, 1, 1).toordinal()


def days(year: int, month: int = 1, day: int = 1) -> int:
    return date(year, month, day).toordinal() - _EPOCH


_YEARS = np.array([days(year) for year in range(FIRST_YEAR, LAST_YEAR + 2)])


def happens(draws: SeededRandom, question: str, person: Ids, yearly: Years) -> Ids:
    """Return the day of the first event of this yearly probability for each person, or NEVER."""
    year = draws.uniform(question, person) / np.maximum(yearly, 1e-12)
    within = year < len(_YEARS) - 1
    index = np.where(within, year, 0).astype(np.int64)
    length = _YEARS[index + 1] - _YEARS[index]
    return np.where(within, _YEARS[index] + draws.below(question + " on", person, length), NEVER)


def deaths(draws: SeededRandom, person: Ids, age: Years) -> Ids:
    """Return days of death, by a yearly probability for each age. A worker's death of early 2025 moves to later in that year: the
    people insured in the year before are known only after the selection, and the insurer pays the full benefit from the third month
    (Permenaker 1/2025).
    """
    yearly = np.select([age < 15, age < 40, age < 55, age < 65, age < 75], [0.001, 0.002, 0.005, 0.011, 0.03], 0.08)
    died = happens(draws, "dies", person, yearly)
    early = (died >= days(2025)) & (died < days(2025, 4)) & (age > 15) & (age < 65)
    return np.where(early, days(2025, 4) + (died - days(2025)) * 3, died)


def moves(draws: SeededRandom, person: Ids, age: Years) -> Ids:
    return happens(draws, "moves", person, np.where((age > 16) & (age < 40), 0.009, 0.002))


def takes_wage(draws: SeededRandom, person: Ids, age: Years, is_worker: NDArray[np.bool_]) -> Ids:
    return happens(draws, "takes a wage", person, np.where(is_worker & (age > 17) & (age < 45), 0.008, 0.0))


def joins_service(draws: SeededRandom, person: Ids, age: Years, is_worker: NDArray[np.bool_]) -> Ids:
    return happens(draws, "joins the service", person, np.where(is_worker & (age > 20) & (age < 33), 0.002, 0.0))


def refuses(draws: SeededRandom, person: Ids, age: Years, is_worker: NDArray[np.bool_]) -> Ids:
    return happens(draws, "refuses", person, np.where(is_worker & (age > 17) & (age < 65), 0.0015, 0.0))


def hurt_at_work(draws: SeededRandom, year: int, person: Ids) -> Ids:
    """Return the day of a work injury in that year, or NEVER."""
    hurt = draws.chance(f"hurt in {year}", person, 0.008)
    return np.where(hurt, days(year) + draws.below(f"hurt in {year} on", person, 365), NEVER)
