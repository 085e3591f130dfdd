"""Filters: the printed form of figures and days, in Bahasa Indonesia."""

from datetime import date
from typing import Any

from jamsos.disclosure import SUPPRESSED
from jamsos.messages import day_text, month_text
from jamsos.money import grouped, in_words, rupiah_text
from reports.pictures import verification_picture

BLANK = "." * 40
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def money(amount: int | str) -> str:
    """Format `Rp570.326.400,00`, negative `(Rp50.400,00)`; a suppressed figure is its mark."""
    if isinstance(amount, str):
        return amount
    return f"({rupiah_text(-amount)},00)" if amount < 0 else f"{rupiah_text(amount)},00"


def number(value: int | str | None) -> str:
    """Format `1.021`, negative `(1.021)`; a suppressed count is its mark, a missing one a dash."""
    if value is None or isinstance(value, str):
        return "–" if value is None else value
    return f"({grouped(-value, 'id')})" if value < 0 else grouped(value, "id")


def percent(value: str | int | None) -> str:
    """Format `98.50` as `98,50%`."""
    if value is None or value == SUPPRESSED:
        return "–" if value is None else SUPPRESSED
    whole, _, part = str(value).partition(".")
    return f"{whole},{part or '00'}%"


def day(value: str | date | None) -> str:
    return "–" if value is None else day_text(_day(value), "id")


def short_day(value: str | None) -> str:
    """Format `12-01-2024`, for narrow columns."""
    return "–" if value is None else f"{_day(value):%d-%m-%Y}"


def day_in_words(value: date) -> str:
    """Format a day as in minutes: `Senin tanggal dua puluh bulan Januari tahun dua ribu dua puluh lima`."""
    name = day_text(value, "id").split()[1]
    return f"{_WEEKDAYS[value.weekday()]} tanggal {in_words(value.day)} bulan {name} tahun {in_words(value.year)}"


def month(value: str | None) -> str:
    return "–" if value is None else month_text((_day(value).year, _day(value).month), "id")


def months(row: dict[str, Any]) -> str:
    """Format `Januari 2024`, `Januari – Maret 2024` or `November 2024 – Januari 2025` from a row's month_from and month_to."""
    first, last = _day(row["month_from"]), _day(row["month_to"])
    if first == last:
        return month(row["month_from"])
    start = month(row["month_from"])
    return f"{start.split()[0] if first.year == last.year else start} – {month(row['month_to'])}"


def words(amount: int | str) -> str:
    """Return the usual terbilang; a suppressed figure is its mark."""
    return amount if isinstance(amount, str) else f"{in_words(amount)} rupiah"


def blank(value: str | None) -> str:
    """Return the value, or a line to write on."""
    return value or BLANK


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


FILTERS: dict[str, Any] = {
    each.__name__: each
    for each in (
        money,
        number,
        percent,
        day,
        short_day,
        day_in_words,
        month,
        months,
        words,
        blank,
        verification_picture,
    )
}
