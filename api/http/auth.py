"""Authentication by an API key or an OpenID Connect token. Without either, the public actor sees only codes and rates.

The SHA-256 of a recognised key is cached for ten seconds. A revoked key is therefore invalid within ten seconds in other
processes, and at once in the process that revoked it.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import replace

from api.http.oidc import Issuer
from api.pools import Pools
from jamsos.access import service
from jamsos.access.errors import KeyMissing, KeyNotRecognised
from jamsos.access.rules import DEFAULT_SCOPES, Actor, AgencyKind
from jamsos.settings import Settings

REMEMBER_SECONDS = 10
REMEMBERED = 10_000
PUBLIC = Actor(name="public", kind=AgencyKind.public, scopes=DEFAULT_SCOPES[AgencyKind.public])
AUTHENTICATOR = Actor(name="authenticator")
_MARK = "jms_"


class Authenticator:
    """Authenticates clients; one per process."""

    def __init__(self, pools: Pools, settings: Settings) -> None:
        self._pools = pools
        self._public = settings.api_public
        self._issuer = Issuer(settings) if settings.oidc_issuer else None
        self._known: OrderedDict[bytes, tuple[Actor, float]] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[Actor]] = {}

    async def actor(self, authorization: str | None, purpose: str | None, request_id: str) -> Actor:
        """Return the actor with purpose and request id. Raises KeyMissing, KeyNotRecognised, TokenNotRecognised."""
        who = self.remembered(authorization) or await self._who(authorization)
        return who.asking(purpose, request_id)

    def forget(self) -> None:
        """Clear the cache, because keys were revoked."""
        self._known.clear()
        self._asked = {}

    def remembered(self, authorization: str | None) -> Actor | None:
        """Return the cached actor of a key, if any."""
        kind, _, credential = (authorization or "").partition(" ")
        if kind.lower() != "bearer":
            return None
        actor, until = self._known.get(_digest(credential), (None, 0.0))
        return actor if until > time.monotonic() else None

    async def _who(self, authorization: str | None) -> Actor:
        if not authorization:
            if not self._public:
                raise KeyMissing()
            return PUBLIC
        kind, _, credential = authorization.partition(" ")
        if kind.lower() != "bearer" or not credential:
            raise KeyNotRecognised()
        digest, asked = _digest(credential), self._asked
        if digest not in asked:
            asked[digest] = asyncio.ensure_future(self._recognised(credential, digest))
        return await asyncio.shield(asked[digest])

    async def _recognised(self, credential: str, digest: bytes) -> Actor:
        """Concurrent requests for the same expired key share one lookup. A result is not cached if keys were revoked meanwhile."""
        asked = self._asked
        try:
            actor = await self._recognise(credential)
            if asked is self._asked:
                self._remember(digest, actor)
            return actor
        finally:
            del asked[digest]

    async def _recognise(self, credential: str) -> Actor:
        if credential.startswith(_MARK):
            async with self._pools.acting(AUTHENTICATOR) as connection:
                actor = await service.recognise(connection, credential)
        else:
            actor = await self._by_token(credential)
        if actor is None:
            raise KeyNotRecognised()
        return actor

    async def _by_token(self, token: str) -> Actor | None:
        if self._issuer is None:
            return None
        claims = await self._issuer.claims(token)
        async with self._pools.acting(AUTHENTICATOR) as connection:
            actor = await service.recognise_subject(
                connection, self._issuer.name, claims.subject, claims.agency, claims.scopes
            )
        if actor is None:
            return None
        name = actor.name if actor.officer else f"{actor.name}/{claims.subject[:64]}"
        return replace(actor, name=name, until=claims.until)

    def _remember(self, digest: bytes, actor: Actor) -> None:
        self._known[digest] = (actor, time.monotonic() + REMEMBER_SECONDS)
        self._known.move_to_end(digest)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _digest(credential: str) -> bytes:
    return hashlib.sha256(credential.encode()).digest()
