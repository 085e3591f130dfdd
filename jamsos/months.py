"""Months: calendar months of coverage, and the office's days.

A contribution is due per calendar month, so a month is a value type. Months are ordered, counted, printed as `2024-07`,
and stored as the date of the first day. Days are those of the office (Asia/Makassar, WITA); instants are UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jamsos.errors import DateMalformed, DateOutOfRange, MonthMalformed

OFFICE = ZoneInfo("Asia/Makassar")
# Every day lies between these bounds: in files, commands, acts and the database.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Month(NamedTuple):
    """A calendar month. `Month(2024, 12) + 1 == Month(2025, 1)`; the difference of two is the number of months between."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month of a text such as `2024-07`, of the years 1900 to 2199. Raises MonthMalformed."""
        found = re.fullmatch(r"((?:19|20|21)\d\d)-(0[1-9]|1[0-2])", text.strip(), re.ASCII)
        if not found:
            raise MonthMalformed(text=text[:20])
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def __add__(self, months: int) -> Month:  # type: ignore[override]
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, month + 1)

    def __sub__(self, other: Month) -> int:
        return (self.year - other.year) * 12 + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def span(first: Month, last: Month) -> list[Month]:
    """Return every month from `first` to `last`, both included; empty when `last` is earlier."""
    return [first + step for step in range(last - first + 1)]


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the office's day, which begins eight hours before that of UTC."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Return the office's day of an instant."""
    return instant.astimezone(OFFICE).date()


ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)  # an instant after every record


def end_of(day: date) -> datetime:
    """Return the instant at which the office's day ends."""
    return datetime.combine(day + timedelta(days=1), time(), OFFICE).astimezone(UTC)


def age_on(birth: date, day: date) -> int:
    """Return the whole years lived on `day`. In common years a person born on 29 February ages on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_day(text: str) -> date:
    """Return the date of `31/12/1985`, `31-12-1985` or `1985-12-31`. Never guess the century.

    Raises DateMalformed, DateOutOfRange.
    """
    text = text.strip()
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return bounded(datetime.strptime(text, pattern).date())
        except ValueError:
            continue
    raise DateMalformed(text=text[:20])


def bounded(day: date) -> date:
    """Return the same day. Raises DateOutOfRange."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(first=FIRST_DAY, last=LAST_DAY)
    return day
