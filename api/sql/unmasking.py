"""Unmasking plan: the positions of unmasked values in a response, the values to unseal, and their persons, for the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from api.sql.plan_nodes import (
    OF,
    SUBJECT,
    Edges,
    Groups,
    Key,
    Listed,
    Nested,
    Nodes,
    Object,
    Page,
    Root,
    Shared,
    Single,
    Value,
)
from jamsos.sealing import Sealer


@dataclass(slots=True)
class Unmasking:
    """A part of a response. `sealed`: the kind of sealed value by key; `below`: its parts with unmasked values.

    `of`: for lists of several types, the plan of each type.
    """

    subject: str = ""
    fields: frozenset[str] = frozenset()
    sealed: dict[str, str] = field(default_factory=dict)
    below: "dict[str, Unmasking]" = field(default_factory=dict)
    of: "dict[str, Unmasking]" = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.subject or self.below or self.of)


Unmasked = dict[str, tuple[set[str], set[int]]]  # fields and ids by subject


def unmaskings_of(roots: tuple[tuple[str, Root], ...]) -> Unmasking:
    """Return the unmasking plan of a whole response."""
    return Unmasking(below=_filled((key, unmasking_of(root)) for key, root in roots))


def _filled(parts: Iterator[tuple[str, Unmasking | None]]) -> dict[str, Unmasking]:
    return {key: part for key, part in parts if part}


def unmasking_of(plan: Any) -> Unmasking | None:
    match plan:
        case Single(_, object_) | Nested(_, object_) | Nodes(object_):
            return _object(object_)
        case Object():
            return _object(plan)
        case Shared(_, True, Object() as object_):
            return _object(object_)
        case Listed(objects=objects):
            return Unmasking(of={one.thing.name: _object(one) for one in objects if OF in dict(one.fields)})
        case Page(parts=fields) | Edges(fields=fields) | Groups(fields=fields) | Key(fields=fields):
            return Unmasking(below=_filled((key, unmasking_of(part)) for key, part in fields))
    return None


def _object(object_: Object) -> Unmasking:
    shown = {key: part.column for key, part in object_.fields if isinstance(part, Value) and not part.masked}
    masked = {key: column for key, column in shown.items() if column.mask}
    return Unmasking(
        subject=object_.thing.subject[0] if object_.reveals else "",
        fields=frozenset(column.name for column in masked.values()),
        sealed={key: column.sealed for key, column in masked.items() if column.sealed},
        below=_filled((key, unmasking_of(part)) for key, part in object_.fields),
    )


def unseal(value: Any, reveal: Unmasking, sealer: Sealer, seen: Unmasked) -> None:
    """Unseal the values of a response in place; remove the subjects and record them in `seen`."""
    if isinstance(value, list):
        for item in value:
            unseal(item, reveal, sealer, seen)
    elif isinstance(value, dict) and reveal.of:
        unseal(value, reveal.of[value.pop(OF)], sealer, seen)
    elif isinstance(value, dict):
        if reveal.subject:
            fields, ids = seen.setdefault(reveal.subject, (set(), set()))
            fields.update(reveal.fields)
            if (subject := value.pop(SUBJECT)) is not None:
                ids.add(subject)
        for key, kind in reveal.sealed.items():
            if value[key] is not None:
                value[key] = sealer.unseal(kind, bytes.fromhex(value[key]))
        for key, part in reveal.below.items():
            unseal(value[key], part, sealer, seen)
