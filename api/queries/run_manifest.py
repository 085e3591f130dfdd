"""Run manifest: the inputs and results of a run, so that it can be recomputed elsewhere.

As with the money trace, a service answers in a read-only transaction. The manifest contains no personal data.
"""

from typing import Annotated, Any, cast

import strawberry
from strawberry.scalars import JSON

from api.resolvers import Info, field, need_any, snapshot
from api.schema.types import ENTITIES
from api.schema.types.base import EITHER
from api.sql.global_ids import key_of
from jamsos.errors import NotFound
from jamsos.selection.service import criteria_of_run, run_by_id

RunId = Annotated[strawberry.ID, strawberry.argument(description="The SelectionRun.")]


@strawberry.type(
    description="The manifest of a list, for recomputing it elsewhere (`jamsos selection manifest`, `verify`)."
)
class RunManifest:
    inputs_sha256: str = strawberry.field(description="SHA-256 of `inputs.csv`, what the list was decided on, in hex.")
    criteria_sha256: str = strawberry.field(description="SHA-256 of `criteria.json`, in hex.")
    list_sha256: str = strawberry.field(description="SHA-256 of `list.csv`, in hex.")
    manifest_sha256: str | None = strawberry.field(
        description="SHA-256 of `manifest.json`, in hex: the approved hash. Null for an older list; its own hash is approved."
    )
    criteria_code: str = strawberry.field(description="The code of its criteria.")
    criteria_version: int = strawberry.field(description="Their version.")
    manifest: JSON = strawberry.field(description="The whole of `manifest.json`: terms, counts and hashes.")


@strawberry.type
class RunManifests:
    @field
    async def run_manifest(self, info: Info, run: RunId) -> RunManifest | None:
        """The manifest of a list; null if none is visible. Needs read:people or read:money."""
        need_any(info, *EITHER)
        (number,) = key_of(ENTITIES["SelectionRun"], run)
        try:
            async with snapshot(info) as connection:
                kept = await run_by_id(connection, number)
                criteria = await criteria_of_run(connection, kept)
        except NotFound:
            return None
        whole: dict[str, Any] = kept.stated(criteria)
        hashes = {name: whole[name] for name in ("inputs_sha256", "criteria_sha256", "list_sha256")}
        return RunManifest(
            criteria_code=criteria.code, criteria_version=criteria.version, manifest=cast(JSON, whole), **hashes,
            manifest_sha256=kept.manifest_sha256.hex() if kept.manifest_sha256 else None,
        )  # fmt: skip
