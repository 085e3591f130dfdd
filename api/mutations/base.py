"""Mutation base: one scope, one savepoint, and one payload, which may hold a refusal."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.context import Context
from api.errors import ActNotAlone, TooManyActs
from api.resolvers import Info, need
from jamsos.access.quotas import Quota, spend
from jamsos.access.rules import Scope
from jamsos.access.service import officer_of
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable, JamsosError


@strawberry.type(description="One value that a refusal names: a line, a number, a limit.")
class RefusalField:
    name: str = strawberry.field(description="The name of the value, for instance `line`.")
    value: str = strawberry.field(description="The value, as text.")


@strawberry.type(description="Why an act was refused. The act has changed nothing.")
class Refusal:
    code: str = strawberry.field(description="Stable, for programs: `BUDGET_EXCEEDED`. `GET /refusals` lists them.")
    message: str = strawberry.field(
        description="One sentence in the language of Accept-Language: the problem and the remedy."
    )
    fields: list[RefusalField] = strawberry.field(description="The values in the sentence, each by its name.")


@strawberry.interface(description="The result of a mutation, or the refusal.")
class Payload:
    refusal: Refusal | None = strawberry.field(default=None, description="Set when the act was refused.")


def to_refusal(error: JamsosError, context: Context) -> Refusal:
    fields = [RefusalField(name=name, value=str(value)) for name, value in error.fields.items()]
    return Refusal(code=error.code, message=error.sentence(context.language), fields=fields)


STRANGER_ACTS = 5  # per request without a key
_LONG: set[str] = set()  # mutations that open their own transactions, because they continue without one


def is_long(context: Context) -> bool:
    """Return whether the mutation of the request opens its own transactions. Raises ActNotAlone if another mutation is beside it,
    TooManyActs."""
    fields = context.operation.fields if context.operation else ()
    long = sorted(_LONG.intersection(fields))
    if long and len(fields) > 1:
        raise ActNotAlone(act=long[0])
    if context.actor.agency_id is None and len(fields) > STRANGER_ACTS:
        raise TooManyActs(count=len(fields), limit=STRANGER_ACTS)
    return bool(long)


Quotas = Callable[[Context, Any], Iterator[Quota]]


class MutationField(FieldExtension):
    """Checks the scope of a mutation, and converts a refusal into a payload."""

    def __init__(
        self, scope: Scope | None, *, binds: bool = False, is_long: bool = False, quotas: "Quotas | None" = None
    ) -> None:
        self.scope, self.binds = scope, binds
        self._is_long, self._quotas = is_long, quotas

    def apply(self, field: StrawberryField) -> None:
        for argument in field.arguments:
            argument.description = argument.description or "The scope that the mutation needs."

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        context = info.context
        try:
            if self.scope is not None:
                need(info, self.scope)
            if self.binds:
                officer_of(context.actor)
            for quota in self._quotas(context, arguments["input"]) if self._quotas else ():
                # outside the savepoint, because refused attempts count, too
                await spend(context.connection, context.sealer, quota)
            if self._is_long:
                return await next_(source, info, **arguments)
            async with context.connection.begin_nested():
                return await next_(source, info, **arguments)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None or isinstance(refusal, DatabaseUnreachable):
                raise
            payload: Any = info.return_type
            return payload(refusal=to_refusal(refusal, context))


def mutation(
    scope: Scope | None, *, binds: bool = False, is_long: bool = False, quotas: "Quotas | None" = None
) -> Callable[[Callable[..., Any]], Any]:
    """Return a mutation that needs `scope`; its docstring becomes its description in the schema. Without a scope, every client may call
    it.

    `binds`: it binds the office, so it needs the personal key of an officer.
    `quotas`: how often it may be called, from an address or with a secret.
    `is_long`: it reads in a transaction of its own and then runs for seconds without one, so it needs a request of its own.
    """

    def mutation(resolver: Callable[..., Any]) -> Any:
        if is_long:
            _LONG.add(to_camel_case(resolver.__name__))
        extension = MutationField(scope, binds=binds, is_long=is_long, quotas=quotas)
        told = inspect.getdoc(resolver)
        description = f"{told}\n\nNeeds the personal key of an officer." if binds else told
        return strawberry.mutation(resolver, description=description, extensions=[extension])

    return mutation
