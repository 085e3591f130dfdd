"""An act through the door: one scope, one savepoint, and one payload, which may hold a refusal instead of a thing."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from api.context import Context
from api.resolvers import Info, need
from jamsos.access.rules import Scope
from jamsos.db import refusal_of
from jamsos.errors import DatabaseUnreachable, JamsosError


@strawberry.type(description="One value that a refusal names: a line, a number, a limit.")
class RefusalField:
    name: str = strawberry.field(description="What it is, for instance `line`.")
    value: str = strawberry.field(description="The value, as text.")


@strawberry.type(description="Why an act was refused. The act has changed nothing.")
class Refusal:
    code: str = strawberry.field(description="Stable, for programs: `BUDGET_EXCEEDED`. `GET /refusals` lists them.")
    message: str = strawberry.field(
        description="One sentence in the language of Accept-Language: what is wrong, what to do."
    )
    fields: list[RefusalField] = strawberry.field(description="The values in the sentence, each by its name.")


@strawberry.interface(description="What an act answers: the thing it made, or the refusal.")
class Payload:
    refusal: Refusal | None = strawberry.field(default=None, description="Set when the act was refused.")


def to_refusal(error: JamsosError, context: Context) -> Refusal:
    fields = [RefusalField(name=name, value=str(value)) for name, value in error.fields.items()]
    return Refusal(code=error.code, message=error.sentence(context.language), fields=fields)


class MutationField(FieldExtension):
    """Who may, and what a refusal becomes."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def apply(self, field: StrawberryField) -> None:
        for argument in field.arguments:
            argument.description = argument.description or "What the act needs."

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        context = info.context
        try:
            need(info, self.scope)
            async with context.connection.begin_nested():
                return await next_(source, info, **arguments)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None or isinstance(refusal, DatabaseUnreachable):
                raise
            payload: Any = info.return_type
            return payload(refusal=to_refusal(refusal, context))


def mutation(scope: Scope) -> Callable[[Callable[..., Any]], Any]:
    """A mutation that needs `scope`; its docstring becomes its description in the schema."""

    def mutation(resolver: Callable[..., Any]) -> Any:
        return strawberry.mutation(resolver, description=inspect.getdoc(resolver), extensions=[MutationField(scope)])

    return mutation
