"""The schema: what can be asked and done."""

from functools import cache
from typing import Any

from strawberry.schema.config import StrawberryConfig

from api.queries import Query
from api.reading import CompiledSchema
from api.scalars import SCALARS
from api.types import THINGS
from api.uploads import UPLOAD, Upload


@cache
def build_schema(mutation: Any = None) -> CompiledSchema:
    """Return the schema with these mutations; built once in a process, because that takes long and nobody changes it."""
    return CompiledSchema(THINGS, Query, mutation, config=StrawberryConfig(scalar_map={**SCALARS, Upload: UPLOAD}))
