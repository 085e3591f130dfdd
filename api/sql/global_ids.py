"""Relay global ids: the type and the key of a row.

Ids are readable in a log and contain no personal data: keys are numbers, codes, months and random numbers. No key contains a
masked column (the start refuses such entities), so an id reveals nothing that a mask hides, and guesses find nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from api.errors import IdMalformed
from api.sql.entities import Entity, EntityRegistry, Kind
from jamsos.errors import JamsosError, MonthMalformed
from jamsos.months import Month

_LARGEST = 2**63 - 1


def key_of(thing: Entity, text: str) -> tuple[Any, ...]:
    """Return the key's values for the database. Raises IdMalformed."""
    name, *parts = text.split(":", len(thing.key))
    if name != thing.name or len(parts) != len(thing.key):
        raise IdMalformed(id=text[:80], type=thing.name)
    try:
        return tuple(_stored(column.kind, part) for column, part in zip(thing.key, parts, strict=True))
    except (ValueError, MonthMalformed):
        raise IdMalformed(id=text[:80], type=thing.name) from None


def named_by(things: EntityRegistry, text: str) -> Entity:
    """Return the entity of an id's type. Raises IdMalformed."""
    name = text.partition(":")[0]
    if name not in things:
        raise IdMalformed(id=text[:80], type="Node")
    return things[name]


def id_of(thing: Entity, *key: Any) -> str:
    """Return the id of a row by its key; a month is written `2024-07`."""
    return ":".join((thing.name, *map(str, key)))


def _stored(kind: Kind, text: str) -> Any:
    if kind is Kind.bigint or kind is Kind.int:
        if not (text.isascii() and text.removeprefix("-").isdigit()) or abs(int(text)) > _LARGEST:
            raise ValueError(text)
        return int(text)
    if kind is Kind.uuid:
        return _canonical(text)
    if kind is Kind.month:
        return Month.parse(text).first_day
    if "\0" in text or not text.isascii():
        raise ValueError(text)
    return text


def _canonical(text: str) -> UUID:
    """Refuse other spellings of the same number, so that an id has one text. Raises ValueError."""
    found = UUID(text)
    if str(found) != text:
        raise ValueError(text)
    return found


def type_names(ids: list[str]) -> list[str]:
    return [text.partition(":")[0] for text in ids]


def key_texts(things: EntityRegistry) -> Callable[[list[str]], list[str | None]]:
    """Return the keys of ids of any type, as text that the database casts; None for an invalid id."""
    return lambda ids: [text.partition(":")[2] if _problem(things, text) is None else None for text in ids]


def problems_of(
    things: EntityRegistry, refused: Mapping[str, JamsosError]
) -> Callable[[list[str]], list[tuple[int, JamsosError]]]:
    """Return the failed ids of a list, by position, with reasons; `refused`: the reason why a type may not be read."""

    def problems(ids: list[str]) -> list[tuple[int, JamsosError]]:
        found = [refused.get(text.partition(":")[0]) or _problem(things, text) for text in ids]
        return [(place, problem) for place, problem in enumerate(found) if problem is not None]

    return problems


def _problem(things: EntityRegistry, text: str) -> IdMalformed | None:
    try:
        key_of(named_by(things, text), text)
    except IdMalformed as problem:
        return problem
    return None
