"""Letters: what the decrees of a year decided about one person, in plain words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.decrees import store
from jamsos.decrees.rules import EndReason, LineAction
from jamsos.messages import Language, say
from jamsos.months import Month
from jamsos.people import service as people


class Naming(NamedTuple):
    """A line of a decree about the person. Where the last month precedes the first, the person was never protected."""

    number: str
    signed_date: date
    action: LineAction
    reason: EndReason | None
    month_from: Month
    month_to: Month
    is_return: bool = False  # the decree names the person again after an earlier line


async def namings(connection: AsyncConnection, person_id: int, year: int) -> list[Naming]:
    """Return what decrees decided about the person, under any of the person's ids, for months of that year; oldest first."""
    persons = await people.ids_of(connection, person_id)
    rows = await store.about(connection, persons, Month(year, 1).first_day, Month(year, 12).first_day)
    months = ("month_from", "month_to")
    return [Naming(**{**row, **{name: Month.of(row[name]) for name in months}}) for row in rows]


def decree_sentences(found: Sequence[Naming], language: Language) -> list[str]:
    """Return one sentence a line; no sentence names the person."""
    return list(_sentences(found, language))


def letter_sentences(found: Sequence[Naming], language: Language) -> list[str]:
    """Return the same sentences, addressed to the person."""
    return list(_sentences(found, language, ".you"))


def _sentences(found: Sequence[Naming], language: Language, to_her: str = "") -> Iterator[str]:
    for each in found:
        never = each.action == LineAction.termination and each.month_to < each.month_from
        said = "return" if each.is_return else f"{each.action}{'.never' if never else ''}"
        yield say(
            f"named.{said}{to_her}", language,
            number=each.number, day=each.signed_date, month_from=each.month_from, month_to=each.month_to,
            reason=f"end.{each.reason}",
        )  # fmt: skip
