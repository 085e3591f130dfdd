"""Schema descriptions: the text for columns, relations and enum values, from descriptions.toml.

A column is described under its own name, or under `Type.column` if it has another meaning in one type. A column without a
description is described by its name.
"""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

import strawberry

from jamsos.access.rules import Scope


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the descriptions: `columns` by name, `values` by `Enum.value`, `enums` by name."""
    return tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text(encoding="utf-8"))


def column_words(thing: str, column: str, mask: Scope | None = None) -> str:
    """Return one or two sentences; the second names the scope that unmasks the column."""
    found = words()["columns"]
    said = found.get(f"{thing}.{column}") or found.get(column) or _by_name(column)
    return f"{said} Masked without {mask.value} and a purpose." if mask else said


def relation_words(thing: str, relation: str, target: str) -> str:
    found = words()["relations"]
    return found.get(f"{thing}.{relation}") or found.get(relation) or f"{_by_name(relation)[:-1]}: {target}."


def _by_name(name: str) -> str:
    text = name.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}."


def described(enum: type[StrEnum]) -> str:
    """Add the enum to the schema, with descriptions for itself and its values; return its name there."""
    found, called = words(), enum.__name__
    name = found["names"].get(called, called)
    if "__strawberry_definition__" not in vars(enum):
        strawberry.enum(enum, name=name, description=found["enums"].get(called, _by_name(called)))
        for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
            value.description = found["values"].get(f"{called}.{value.name}", _by_name(value.name))
    return name
