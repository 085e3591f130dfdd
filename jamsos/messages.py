"""Messages: every sentence that a person may see, in Indonesian and in English, from one catalogue.

The catalogue is the union of the `messages.toml` files of all packages: a table per key with `id` and `en`. A field of
a sentence may name a format: `{amount:rupiah}`, `{count:number}`, `{share:percent}`, `{day:date}`, `{month:month}`,
`{what:noun}`. `{wish:text}` is another key of the catalogue. `{steps:steps}` are codes of approval steps, each as its
word where the catalogue has one.
"""

import re
import string
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jamsos.money import grouped, rupiah_text

Language = Literal["id", "en"]
_MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
PACKAGES = ("jamsos", "api", "reports", "warehouse", "sample", "web", "cli")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return every key with its sentences. A duplicate key is a programming error and raises KeyError."""
    sentences: dict[str, dict[str, str]] = {}
    for path in files():
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in sentences:
                raise KeyError(f"{path}: {key} is in the catalogue already")
            sentences[key] = texts
    return sentences


def files() -> list[Path]:
    root = Path(__file__).parents[1]
    return sorted(
        path
        for package in PACKAGES
        for pattern in ("messages.toml", "messages/*.toml")
        for path in (root / package).rglob(pattern)
    )


def say(key: str, language: Language, **fields: Any) -> str:
    """Return the sentence of `key`, filled with `fields`."""
    return _Sentence(language).format(catalogue()[key][language], **fields)


def day_text(day: date, language: Language) -> str:
    """Return a day as `18 November 2025`, with the month name of the language."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def month_text(month: tuple[int, int], language: Language) -> str:
    """Return a month as text: `(2025, 11)` → `November 2025`."""
    year, number = month
    return f"{_MONTHS[language][number - 1]} {year}"


def steps_text(codes: str, language: Language) -> str:
    """Return `propose → review` with the words of the language. Steps that only the criteria define stay unchanged."""

    def word(code: re.Match[str]) -> str:
        key = f"step.{code[0]}"
        return say(key, language) if key in catalogue() else code[0]

    return re.sub(r"[a-z_]+", word, codes)


class _Sentence(string.Formatter):
    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec, value:
            case "rupiah", int() | Decimal():
                return rupiah_text(value)
            case "number", int():
                return grouped(value, self.language)
            case "percent", int() | float() | Decimal():
                whole, part = divmod(round(value * 10_000), 100)
                return f"{grouped(whole, self.language)}{',' if self.language == 'id' else '.'}{part:02d}%"
            case "date", date():
                return day_text(value, self.language)
            case "month", (int(), int()):
                return month_text(value, self.language)
            case "noun", str():
                return say(f"noun.{value}", self.language)
            case "steps", str():
                return steps_text(value, self.language)
            case "text", str():
                return say(value, self.language)
            case _:
                return str(super().format_field(value, format_spec))
