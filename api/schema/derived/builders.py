"""Type builders: Strawberry types from data.

Everything is a Strawberry type, so Strawberry parses, validates and introspects. Annotations are text in the one namespace
`NAMES`, because types refer to each other in cycles.
"""

from collections.abc import Iterable
from datetime import date, datetime
from keyword import iskeyword
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import JSON
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.schema.descriptions import described
from api.schema.scalars import NIK, BigInt, Rupiah
from api.sql.entities import Column, Kind
from jamsos.months import Month

NAMES: dict[str, Any] = {
    "Rupiah": Rupiah, "BigInt": BigInt, "NIK": NIK, "Month": Month, "Date": date, "DateTime": datetime, "JSON": JSON,
    "ID": strawberry.ID, "String": str, "Int": int, "Float": float, "Boolean": bool,
}  # fmt: skip

_SHOWN = {
    Kind.text: "String", Kind.code: "String", Kind.int: "Int", Kind.bigint: "BigInt", Kind.rupiah: "Rupiah",
    Kind.float: "Float", Kind.boolean: "Boolean", Kind.month: "Month", Kind.date: "Date", Kind.instant: "DateTime",
    Kind.hash: "String", Kind.json: "JSON", Kind.texts: "list[String]", Kind.numbers: "list[BigInt]", Kind.sealed: "String",
}  # fmt: skip


def annotation_of(column: Column) -> str:
    """Return the type in the schema, without null."""
    if column.choices is not None:
        name = described(column.choices)
        NAMES[name] = column.choices
        return name
    return "NIK" if column.sealed == "nik" else _SHOWN[column.kind]


def register_name(class_: Any) -> Any:
    NAMES[class_.__name__] = class_
    return class_


def field(name: str, annotation: str, about: str, arguments: Iterable[StrawberryArgument] = ()) -> StrawberryField:
    """Return a field without a resolver, because compiled SQL answers it."""
    made = StrawberryField(python_name=_spoken(name), graphql_name=name, description=about)
    made.type_annotation = StrawberryAnnotation(annotation, namespace=NAMES)
    made.arguments = list(arguments)
    return made


def argument(name: str, annotation: str, about: str) -> StrawberryArgument:
    return StrawberryArgument(name, name, StrawberryAnnotation(annotation, namespace=NAMES), description=about)


def build_type(name: str, about: str, fields: Iterable[StrawberryField]) -> Any:
    return build_from_class(type(name, (), {}), about, fields)


def build_input(name: str, about: str, fields: Iterable[StrawberryField], *, one_of: bool = False) -> Any:
    return build_from_class(type(name, (), {}), about, fields, one_of=one_of)


def build_from_class(class_: Any, about: str, fields: Iterable[StrawberryField], **options: Any) -> Any:
    """Make `class_` a Strawberry type with these fields; with options, an input type."""
    made = {made.python_name: made for made in fields}
    annotations = {name: one.type_annotation for name, one in made.items()}
    class_.__annotations__ = dict.fromkeys(made, "Any")
    for name, one in made.items():
        setattr(class_, name, one)
    (strawberry.input if options else strawberry.type)(class_, description=about, **options)
    for one in class_.__strawberry_definition__.fields:
        if one.python_name in annotations:
            one.type_annotation = annotations[one.python_name]
    return register_name(class_)


def input_field(name: str, annotation: str, about: str) -> StrawberryField:
    made = StrawberryField(python_name=_spoken(name), graphql_name=name, description=about, default=strawberry.UNSET)
    made.type_annotation = StrawberryAnnotation(f"{annotation} | None", namespace=NAMES)
    return made


def _spoken(name: str) -> str:
    """Return a Python name for `and`, `in`, `not` and `or`, which are keywords of Python."""
    return f"{name}_" if iskeyword(name) else name
