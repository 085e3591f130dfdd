"""Numbers: NIK, KK and KPJ of invented people. Every NIK and KK begins 531599, a district that does not exist.

A NIK is region, day of birth (+40 for women), month, year and a serial, counted per day and sex in the order of people
(PP 37/2007 art. 37); a KK number is region, day of issue and a serial. KK serials begin at 2001, so that no KK is anybody's NIK.
"""

import numpy as np
from numpy.typing import NDArray

from sample.seeded_random import Ids

REGION = 531599
KK_SERIALS_AFTER = 2000
_KPJ_STEP = 618_033_989  # has no common factor with 10⁹, so every person's number is different


class Serials:
    """Counts per key, across chunks."""

    def __init__(self, keys: int = 1_000_000) -> None:
        self._issued = np.zeros(keys, dtype=np.int64)

    def issue(self, keys: Ids) -> Ids:
        """Return 1, 2, 3 … for each key in order of the calls."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        begins = np.r_[True, ordered[1:] != ordered[:-1]]
        first = np.maximum.accumulate(np.where(begins, np.arange(len(keys)), 0))
        serials = np.empty(len(keys), dtype=np.int64)
        serials[order] = self._issued[ordered] + np.arange(len(keys)) - first + 1
        np.add.at(self._issued, keys, 1)
        return serials


def six_digits(days: Ids, add_to_day: Ids | int = 0) -> Ids:
    """Convert days since 1970 to ddmmyy as a number."""
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]")
    day: Ids = (date - month).astype(np.int64) + 1 + add_to_day
    in_year: Ids = (month - year).astype(np.int64) + 1
    return day * 10_000 + in_year * 100 + (year.astype(np.int64) + 1970) % 100


def niks(serials: Serials, days: Ids, woman: NDArray[np.bool_]) -> Ids:
    digits = six_digits(days, woman * 40)
    return _numbered(digits, serials.issue(digits))


def kks(serials: Serials, days: Ids) -> Ids:
    digits = six_digits(days)
    return _numbered(digits, KK_SERIALS_AFTER + serials.issue(digits))


def _numbered(digits: Ids, serial: Ids) -> Ids:
    return (REGION * 1_000_000 + digits) * 10_000 + serial


def kpjs(person: Ids) -> Ids:
    """Return eleven digits, different for each person."""
    return 24_000_000_000 + (person * _KPJ_STEP + 271_828_183) % 1_000_000_000
