"""The executable schema: types, queries and mutations put together."""

from functools import cache
from typing import Any

from strawberry.schema.config import StrawberryConfig

from api.compiled_schema import CompiledSchema
from api.http.uploads import UPLOAD, Upload
from api.queries.root import Query
from api.schema.scalars import SCALARS
from api.schema.types import ENTITIES


@cache
def build_schema(mutation: Any = None) -> CompiledSchema:
    """Return the schema with these mutations. A process builds it once, because this takes long and the schema never changes."""
    return CompiledSchema(ENTITIES, Query, mutation, config=StrawberryConfig(scalar_map={**SCALARS, Upload: UPLOAD}))
