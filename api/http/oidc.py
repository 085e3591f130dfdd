"""OpenID Connect: tokens of the one configured issuer, verified with its published keys (JWKS).

Only asymmetric signatures are accepted. Issuer, audience, expiry and times are checked with a minute of clock skew. A token must
contain the code of its agency; its scopes never exceed those of that kind of agency (access.service.recognise_agency).
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt

from api.errors import IssuerUnreachable, TokenNotRecognised
from jamsos.settings import Settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SKEW_SECONDS = 60
KEYS_FRESH_SECONDS = 600
# An unknown key id in a token triggers a new request to the issuer, but not more often than this.
KEYS_AGAIN_SECONDS = 10


@dataclass(frozen=True)
class Claims:
    subject: str
    agency: str
    scopes: frozenset[str]
    until: datetime | None = field(default=None, compare=False)


class Issuer:
    """The issuer of the settings."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.name = settings.oidc_issuer or ""
        self._issuer, self._audience = settings.oidc_issuer, settings.oidc_audience
        self._url = settings.oidc_jwks_url or ""
        self._agency_claim, self._scope_claim = settings.oidc_agency_claim, settings.oidc_scope_claim
        self._transport = transport
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = -KEYS_FRESH_SECONDS * 1.0
        self._fetching = asyncio.Lock()

    async def claims(self, token: str) -> Claims:
        """Return the verified claims. Raises TokenNotRecognised with the reason, never with the token."""
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            found = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=SKEW_SECONDS,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWTError as wrong:
            raise TokenNotRecognised(reason=type(wrong).__name__) from None
        return self._read(found)

    def _read(self, found: dict[str, Any]) -> Claims:
        agency, scopes = found.get(self._agency_claim), found.get(self._scope_claim, "")
        if not isinstance(agency, str) or not isinstance(scopes, str | list):
            raise TokenNotRecognised(reason=f"no {self._agency_claim}")
        listed = scopes.split() if isinstance(scopes, str) else [str(scope) for scope in scopes]
        return Claims(str(found["sub"])[:255], agency, frozenset(listed), datetime.fromtimestamp(found["exp"], UTC))

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        async with self._fetching:
            age = time.monotonic() - self._fetched
            if age > KEYS_FRESH_SECONDS or (kid not in self._keys and age > KEYS_AGAIN_SECONDS):
                await self._fetch()
        if kid not in self._keys:
            raise jwt.InvalidKeyError("unknown key id")
        return self._keys[kid]

    async def _fetch(self) -> None:
        """Fetch the keys. Known keys remain valid while the issuer is unreachable."""
        self._fetched = time.monotonic()
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=5) as client:
                answer = (await client.get(self._url)).raise_for_status().json()
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer).keys}
        except (httpx.HTTPError, jwt.PyJWTError, ValueError):
            if not self._keys:
                raise IssuerUnreachable() from None
