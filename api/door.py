"""The door: what one process of the API holds while it serves, shared by every request."""

from dataclasses import dataclass

from starlette.requests import Request
from strawberry import Schema

from api.auth import Gate
from api.documents import Documents
from api.operations import Operations
from api.pools import Pools
from api.rates import Rates
from jamsos.access.rules import Actor
from jamsos.messages import Language
from jamsos.sealing import Sealer
from jamsos.settings import Settings

PURPOSE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Door:
    settings: Settings
    schema: Schema
    sealer: Sealer
    pools: Pools
    gate: Gate
    rates: Rates
    operations: Operations
    documents: Documents

    async def admit(self, request: Request) -> Actor:
        """Who asks. Raises KeyMissing, KeyNotRecognised, TokenNotRecognised, TooManyRequests.

        A key has a rate of its own; unnamed askers and keys not seen lately share the rate of their address.
        """
        credential = request.headers.get("authorization")
        if not self.gate.remembers(credential):
            self.rates.take(request.client and request.client.host)
        if credential:
            self.rates.take(credential)
        actor = await self.gate.actor(credential, _purpose(request), request.state.request_id)
        request.state.agency_id = actor.agency_id
        return actor


def of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


def language_of(request: Request) -> Language:
    """The first of `Accept-Language` that we speak, else the office's, else English."""
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in ("id", "en"):
            return "id" if tag == "id" else "en"
    door: Door | None = getattr(request.app.state, "door", None)
    return (door and door.settings.language) or "en"


def _purpose(request: Request) -> str | None:
    """Headers arrive as Latin-1; a purpose may be UTF-8."""
    stated = request.headers.get("x-purpose", "").encode("latin-1").decode("utf-8", "replace").strip()
    return stated[:PURPOSE_LENGTH] or None
