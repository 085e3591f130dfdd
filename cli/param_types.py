"""Click parameter types: how officers write days, months and rupiah as options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli.errors import AmountMalformed
from cli.runtime import language
from jamsos.errors import MonthMalformed
from jamsos.money import grouped
from jamsos.months import Month, parse_day

FILE = click.Path(path_type=Path)
MABAR = "53.15"  # the first regency; every command that asks for one takes --region


class ParsedParam(click.ParamType[Any]):
    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name, self._read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._read(value) if isinstance(value, str) else value


def _rupiah(text: str) -> int:
    """`201600000`, also as an office writes it: `Rp201.600.000`."""
    digits = text.removeprefix("Rp").strip().replace(".", "")
    if not digits.isdecimal():
        raise AmountMalformed(text=text[:30])
    return int(digits)


def _months(text: str) -> tuple[Month, Month]:
    """`2024-01` or `2024-01:2024-12`."""
    first, _, last = text.partition(":")
    months = Month.parse(first), Month.parse(last or first)
    if months[1] < months[0]:
        raise MonthMalformed(text=text[:20])
    return months


class FormattedNumber(int):
    """Rupiah in a column: grouped as the officer reads numbers."""

    def __str__(self) -> str:
        return grouped(int(self), language())


class Percent(float):
    """With one decimal, as the officer reads it."""

    def __str__(self) -> str:
        written = f"{float(self):.1f}"
        return written.replace(".", ",") if language() == "id" else written


DAY = ParsedParam("YYYY-MM-DD", parse_day)
MONTHS = ParsedParam("YYYY-MM[:YYYY-MM]", _months)
RUPIAH = ParsedParam("RUPIAH", _rupiah)
