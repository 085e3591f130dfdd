"""Application state: the resources of one API process, shared by all requests."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql.execution.values import get_variable_values
from strawberry import Schema
from strawberry.types import ExecutionResult

from api.compiled_schema import CompiledSchema, read
from api.context import Context
from api.errors import TooBusy
from api.http.auth import Authenticator
from api.http.cpu_budget import CpuBudget
from api.http.introspection import Introspected, Introspection
from api.http.request_context import GraphQLParams, RequestContext, RequestHead
from api.http.telemetry import Metrics
from api.operations import AGENCY, STRANGER, Operation, Operations
from api.pools import Pools
from api.printer import DocumentPrinter
from api.trusted_documents import Documents
from jamsos.access.rules import Actor
from jamsos.rate_limit import RateLimiter
from jamsos.sealing import Sealer
from jamsos.settings import Settings

T = TypeVar("T")
INLINE = 2_000  # a document up to this length is parsed at once; a longer one in a thread
WAITING = 50  # clients that may wait for that thread
EXPORTS, PRINTS = 2, 1  # at once


@dataclass(frozen=True, slots=True)
class AppState:
    settings: Settings
    schema: Schema
    sealer: Sealer
    pools: Pools
    gate: Authenticator
    rates: RateLimiter
    cpu: CpuBudget
    operations: Operations
    introspection: Introspection
    documents: Documents
    metrics: Metrics
    printer: DocumentPrinter | None = None
    exports: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(EXPORTS))
    prints: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PRINTS))
    _threads: "tuple[_Turn, _Turn]" = field(default_factory=lambda: (_Turn(), _Turn()))

    async def admit(self, head: RequestHead, weight: float = 1) -> Actor:
        """Authenticate the client and check its rate. Raises KeyMissing, KeyNotRecognised, TokenNotRecognised, TooManyRequests.

        A known key has its own rate. Clients without a key, and keys not seen lately, share the rate of their address.
        """
        credential = head.credential
        known = self.gate.remembered(credential)
        if known is None:
            self.rates.take(head.network, weight)
        if credential:
            self.rates.take(hashlib.sha256(credential.encode()).digest(), weight)
        if known is None:
            actor = await self.gate.actor(credential, head.purpose, head.request_id)
        else:
            actor = known.asking(head.purpose, head.request_id)
        head.notes["agency_id"] = actor.agency_id
        return actor

    async def find(
        self, asked: RequestContext[Any], text: str, name: str | None, *, is_trusted: bool = False
    ) -> Operation:
        """Return the operation of a document. A document that is not cached is parsed and validated at the client's expense.

        Raises DocumentRefused, TooManyRequests, TooBusy and the refusals of api/http/limits.py.
        """
        allowed = STRANGER if asked.actor.agency_id is None and not is_trusted else AGENCY
        if self.operations.is_known(text):
            return self.operations.find(text, name, allowed)
        return await self._at_expense_of(
            asked, lambda: self.operations.find(text, name, allowed), is_short=len(text) < INLINE
        )

    async def introspect(self, asked: RequestContext[GraphQLParams], operation: Operation) -> Introspected:
        """Return the description of the schema. Raises GraphQLError, IntrospectionTooLarge, TooManyRequests, TooBusy."""
        variables = self._variables(operation, asked.params.variables)
        if (known := self.introspection.known(operation, variables)) is not None:
            return known
        return await self._at_expense_of(
            asked,
            lambda: self.introspection.answer(operation, variables, is_kept=asked.actor.agency_id is not None),
            is_short=False,
            is_free=self.introspection.is_of_tools(operation),  # once for all clients
        )

    def _variables(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
        definitions = operation.node.variable_definitions or ()
        found = get_variable_values(self.schema._schema, definitions, given, 5, hide_suggestions=True)
        if isinstance(found, list):
            raise found[0]
        return found.coerced

    async def _at_expense_of(
        self, asked: RequestContext[Any], work: Callable[[], T], *, is_short: bool, is_free: bool = False
    ) -> T:
        """Run long work in a thread, one job at a time, so that other requests continue. Clients without a key wait only for each
        other."""

        def charged() -> T:
            if is_free:
                return work()
            with self.cpu.spending(asked.actor.agency_id, asked.network):
                return work()

        if is_short:
            return charged()
        async with self._threads[asked.actor.agency_id is None]:
            return await asyncio.to_thread(charged)

    def context(self, asked: RequestContext[Any], operation: Operation) -> Context:
        return Context(
            actor=asked.actor,
            pools=self.pools,
            sealer=self.sealer,
            settings=self.settings,
            language=asked.language,
            network=asked.network,
            operation=operation,
            gate=self.gate,
            prints=self.prints,
            _printer=self.printer,
        )

    async def execute(self, context: Context, variables: dict[str, Any]) -> ExecutionResult:
        """Run the checked operation of `context`: compiled if possible, otherwise by Strawberry."""
        operation = context.operation
        assert operation is not None  # noqa: S101 (every context of a request has one)
        if isinstance(self.schema, CompiledSchema) and not operation.is_mutation:
            result = await read(self.schema, operation, variables, context)
            if result is not None:
                return result
        if operation.is_mixed:
            self.introspection.check_small(operation, self._variables(operation, variables))
        return await self.schema.execute(
            operation.text, variable_values=variables, context_value=context, operation_name=operation.name
        )


class _Turn:
    """Allows one job at a time, and a limited number of waiting ones. Raises TooBusy beyond that."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0

    async def __aenter__(self) -> None:
        if self._waiting >= WAITING:
            raise TooBusy()
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *wrong: object) -> None:
        self._lock.release()
