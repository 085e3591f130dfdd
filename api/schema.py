"""The schema: what can be asked and done."""

from typing import Any

from strawberry.schema.config import StrawberryConfig

from api.queries import Query
from api.reading import CompiledSchema
from api.scalars import SCALARS
from api.types import THINGS
from api.uploads import UPLOAD, Upload


def build_schema(mutation: Any = None) -> CompiledSchema:
    return CompiledSchema(THINGS, Query, mutation, config=StrawberryConfig(scalar_map={**SCALARS, Upload: UPLOAD}))
