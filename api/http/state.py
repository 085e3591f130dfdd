"""The door: what one process of the API holds while it serves, shared by every request."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from strawberry import Schema
from strawberry.types import ExecutionResult

from api.compiled_schema import CompiledSchema, read
from api.context import Context
from api.http.auth import Authenticator
from api.operations import Operation, Operations
from api.pools import Pools
from api.printer import DocumentPrinter
from api.trusted_documents import Documents
from jamsos.access.rules import Actor
from jamsos.messages import Language
from jamsos.rate_limit import RateLimiter
from jamsos.sealing import Sealer
from jamsos.settings import Settings

PURPOSE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class AppState:
    settings: Settings
    schema: Schema
    sealer: Sealer
    pools: Pools
    gate: Authenticator
    rates: RateLimiter
    operations: Operations
    documents: Documents
    press: DocumentPrinter | None = None

    async def admit(self, request: Request, weight: float = 1) -> Actor:
        """Who asks. Raises KeyMissing, KeyNotRecognised, TokenNotRecognised, TooManyRequests.

        A key has a rate of its own; unnamed askers and keys not seen lately share the rate of their address.
        """
        credential = request.headers.get("authorization")
        known = self.gate.remembered(credential)
        if known is None:
            self.rates.take(request.client and request.client.host, weight)
        if credential:
            self.rates.take(credential, weight)
        purpose, request_id = _purpose(request), request.scope["state"]["request_id"]
        if known is None:
            actor = await self.gate.actor(credential, purpose, request_id)
        else:
            actor = known.asking(purpose, request_id)
        request.scope["state"]["agency_id"] = actor.agency_id
        return actor

    def context(self, request: Request, actor: Actor, operation: Operation) -> Context:
        return Context(
            actor=actor,
            pools=self.pools,
            sealer=self.sealer,
            settings=self.settings,
            language=language_of(request),
            operation=operation,
            gate=self.gate,
            _press=self.press,
        )

    async def execute(self, context: Context, variables: dict[str, Any]) -> ExecutionResult:
        """Run the operation of `context`, which was checked before: compiled where it can be, else by Strawberry."""
        operation = context.operation
        assert operation is not None  # noqa: S101 (every context of a request has one)
        if isinstance(self.schema, CompiledSchema) and not operation.is_mutation:
            result = await read(self.schema, operation.document, operation.node, variables, context)
            if result is not None:
                return result
        return await self.schema.execute(
            operation.text, variable_values=variables, context_value=context, operation_name=operation.name
        )


def state_of(request: Request) -> AppState:
    app_state: AppState = request.scope["app"].state.door
    return app_state


def language_of(request: Request) -> Language:
    """The first of `Accept-Language` that we speak, else the office's, else English."""
    accepted = request.headers.get("accept-language")
    if accepted and (spoken := _first_spoken(accepted)):
        return spoken
    app_state: AppState | None = getattr(request.app.state, "door", None)
    return (app_state and app_state.settings.language) or "en"


@lru_cache(1000)
def _first_spoken(accepted: str) -> Language | None:
    for part in accepted.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in ("id", "en"):
            return "id" if tag == "id" else "en"
    return None


def _purpose(request: Request) -> str | None:
    """Headers arrive as Latin-1; a purpose may be UTF-8."""
    stated = request.headers.get("x-purpose")
    return (stated and stated.encode("latin-1").decode("utf-8", "replace").strip()[:PURPOSE_LENGTH]) or None
