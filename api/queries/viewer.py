"""Viewer: the identity of the client as the API sees it, shown to that client only."""

from datetime import datetime

import strawberry

from api.resolvers import Info, field
from jamsos.access.rules import AgencyKind


@strawberry.type(description="The client's identity, scopes and expiry.")
class Viewer:
    name: str = strawberry.field(
        description="The agency's code; with a token its subject behind it; `public` without either."
    )
    kind: AgencyKind | None = strawberry.field(description="The kind of agency.")
    region_code: str | None = strawberry.field(
        description="The region whose rows are in sight, with all below it; `ID` is the country, null is none."
    )
    scopes: list[str] = strawberry.field(description="The scopes of the key or token, in order.")
    purpose: str | None = strawberry.field(description="The `X-Purpose` of the request.")
    until: datetime | None = strawberry.field(description="When the key or token ends; null where it does not.")


@strawberry.type
class Viewers:
    @field
    async def viewer(self, info: Info) -> Viewer:
        """Your agency, region, scopes and their expiry. No scope is needed."""
        actor = info.context.actor
        return Viewer(
            name=actor.name,
            kind=actor.kind,
            region_code=actor.region_code,
            scopes=sorted(map(str, actor.scopes)),
            purpose=actor.purpose,
            until=actor.until,
        )
