"""Click parameter types: the notation of days, months and rupiah in options."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.errors import AmountMalformed
from cli.runtime import language
from jamsos.code_words import accepted, key_of, word_in, word_of
from jamsos.errors import MonthMalformed
from jamsos.money import grouped
from jamsos.months import Month, parse_day

T = TypeVar("T", bound=StrEnum)
FILE = click.Path(path_type=Path)


class ParsedParam(click.ParamType[Any]):
    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name, self._read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._read(value) if isinstance(value, str) else value


class CodeChoice(click.Choice[T]):
    """A closed list of codes: accepts each code and its words in both languages, shows the words of the officer's language."""

    def __init__(self, codes: Iterable[T]) -> None:
        super().__init__(codes)
        self._accepted = accepted(self.choices)

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return word_of(choice, language()) if isinstance(choice, StrEnum) else str(choice)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        if isinstance(value, str) and (code := self._accepted.get(key_of(value))):
            return code
        return super().convert(value, param, ctx)


def _step(text: str) -> str:
    """Return the code of an approval step: `usul` is `propose`; criteria may name other steps."""
    return {key_of(word_in("step", code, "id")): code for code in ("propose", "review", "approve")}.get(
        key_of(text), text
    )


def _rupiah(text: str) -> int:
    """Parse `201600000`, also with an office's notation: `Rp201.600.000`."""
    digits = text.removeprefix("Rp").strip().replace(".", "")
    if not digits.isdecimal():
        raise AmountMalformed(text=text[:30])
    return int(digits)


def _months(text: str) -> tuple[Month, Month]:
    """Parse `2024-01` or `2024-01:2024-12`."""
    first, _, last = text.partition(":")
    months = Month.parse(first), Month.parse(last or first)
    if months[1] < months[0]:
        raise MonthMalformed(text=text[:20])
    return months


class FormattedNumber(int):
    """Rupiah in a column, with digit groups of the officer's language."""

    def __str__(self) -> str:
        return grouped(int(self), language())


class Percent(float):
    """A percentage with one decimal, in the officer's notation."""

    def __str__(self) -> str:
        written = f"{float(self):.1f}"
        return written.replace(".", ",") if language() == "id" else written


DAY = ParsedParam("YYYY-MM-DD", parse_day)
MONTHS = ParsedParam("YYYY-MM[:YYYY-MM]", _months)
RUPIAH = ParsedParam("RUPIAH", _rupiah)
STEP = ParsedParam("STEP", _step)
