"""Enums: the programme's closed lists in the schema, each value with its label from the catalogue.

The label of `AgencyKind.auditor` stands under that key in the messages.toml of the room that owns the list (or of this door).
"""

from enum import StrEnum

import strawberry
from strawberry.types.enum import has_enum_definition

from jamsos.messages import say


def describe(choices: type[StrEnum], description: str) -> None:
    """Put a closed list into the schema; a second time changes nothing."""
    if has_enum_definition(choices):
        return
    definition = strawberry.enum(choices, description=description).__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = say(f"{choices.__name__}.{value.name}", "en")
