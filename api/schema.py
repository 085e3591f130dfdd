"""The schema: what can be asked and done."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.uploads import UPLOAD, Upload


@strawberry.type(description="What can be asked.")
class Query:
    @strawberry.field(description="The programme's name.")  # type: ignore[untyped-decorator]
    def programme(self) -> str:
        return "Jamsos"


def build_schema(mutation: Any = None) -> strawberry.Schema:
    return strawberry.Schema(Query, mutation, config=StrawberryConfig(scalar_map={Upload: UPLOAD}))
