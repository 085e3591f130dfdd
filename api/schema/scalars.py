"""Scalars: the GraphQL notation of money, months, days, times and national numbers."""

from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON

from jamsos.errors import DateOutOfRange, MonthMalformed
from jamsos.months import Month, bounded

LARGEST = 2**53

Rupiah = NewType("Rupiah", int)
BigInt = NewType("BigInt", int)
NIK = NewType("NIK", str)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise GraphQLError("Write a whole number of at most 2^53.")
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Write it as text in quotes.")
    return value


def _nik(value: Any) -> str:
    text = _text(value)
    if len(text) != 16 or not (text.isascii() and text.isdigit()):
        raise GraphQLError("A NIK has sixteen digits.")
    return text


def _month(value: Any) -> Month:
    try:
        return Month.parse(_text(value))
    except MonthMalformed:
        raise GraphQLError("Write a month like 2024-07.") from None


def _date(value: Any) -> date:
    try:
        return bounded(date.fromisoformat(_text(value)))
    except ValueError:
        raise GraphQLError("Write a day like 2024-07-31.") from None
    except DateOutOfRange as wrong:
        raise GraphQLError(wrong.sentence()) from None


def _instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(_text(value))
    except ValueError:
        raise GraphQLError("Write an instant like 2024-07-31T12:00:00Z.") from None
    if found.tzinfo is None:
        raise GraphQLError("An instant needs its offset from UTC, for instance Z or +08:00.")
    try:
        instant = found.astimezone(UTC)
        bounded(instant.date())
    except (OverflowError, DateOutOfRange):
        raise GraphQLError("An instant lies between the years 1900 and 2199.") from None
    return instant


def _as_written(value: Any) -> Any:
    """Pass JSON of the database through; convert values of a mutation here."""
    return value.isoformat() if isinstance(value, date) else value


def _month_as_written(value: Any) -> str:
    return str(Month.of(value)) if isinstance(value, date) else str(value)


SCALARS: dict[object, Any] = {
    Rupiah: strawberry.scalar(
        name="Rupiah", description="Whole rupiah, a JSON number of at most 2^53.", parse_value=_whole
    ),
    BigInt: strawberry.scalar(
        name="BigInt", description="A whole number beyond 32 bits, a JSON number of at most 2^53.", parse_value=_whole
    ),
    NIK: strawberry.scalar(
        name="NIK",
        description="The national identity number, sixteen digits as text; masked, sixteen asterisks.",
        parse_value=_nik,
    ),
    Month: strawberry.scalar(
        name="Month",
        description='A calendar month: "2024-07".',
        serialize=_month_as_written,
        parse_value=_month,
    ),
    date: strawberry.scalar(name="Date", description='A day: "2024-07-31".', serialize=_as_written, parse_value=_date),
    datetime: strawberry.scalar(
        name="DateTime",
        description='An instant with its offset: "2024-07-31T04:00:00Z"; answered in UTC.',
        serialize=_as_written,
        parse_value=_instant,
    ),
    JSON: strawberry.scalar(name="JSON", description="A JSON value as it is.", parse_value=lambda value: value),
}
