"""Filters: how paper writes figures, in Bahasa Indonesia."""

from datetime import date
from typing import Any

from jamsos.messages import day_text, month_text
from jamsos.money import grouped, in_words, rupiah_text

BLANK = "." * 40


def money(amount: int) -> str:
    """`Rp570.326.400,00`: as totals stand on paper."""
    return f"{rupiah_text(amount)},00"


def number(value: int | str | None) -> str:
    return "–" if value is None else value if isinstance(value, str) else grouped(value, "id")


def percent(value: str | int | None) -> str:
    """`98,50%`."""
    return "–" if value is None else f"{float(value):.2f}".replace(".", ",") + "%"


def day(value: str | None) -> str:
    return "–" if value is None else day_text(date.fromisoformat(value), "id")


def month(value: str | None) -> str:
    return "–" if value is None else month_text((int(value[:4]), int(value[5:7])), "id")


def words(amount: int) -> str:
    """The terbilang in its usual form."""
    return f"{in_words(amount)} rupiah"


def blank(value: str | None) -> str:
    return value or BLANK


FILTERS: dict[str, Any] = {
    "money": money,
    "number": number,
    "percent": percent,
    "day": day,
    "month": month,
    "words": words,
    "blank": blank,
}
