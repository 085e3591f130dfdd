"""Resolvers that call services: the rights they ask for, their read-only transaction, their description."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from api.context import Context
from jamsos.access.errors import ScopeMissing, SightMissing
from jamsos.access.rules import Scope

Info = strawberry.Info[Context, None]


def need(info: Info, *scopes: Scope) -> None:
    """Raise ScopeMissing unless the actor has every one of these scopes."""
    for scope in scopes:
        if not info.context.actor.may(scope):
            raise ScopeMissing(scope=scope.value)


def need_any(info: Info, *scopes: Scope) -> None:
    """Raise ScopeMissing unless the actor has one of these scopes."""
    if not any(info.context.actor.may(scope) for scope in scopes):
        raise ScopeMissing(scope=scopes[0].value)


@asynccontextmanager
async def snapshot(info: Info) -> AsyncIterator[AsyncConnection]:
    """Open a read-only transaction. One operation uses one connection, so its resolvers run one after the other.

    Raises SightMissing for an actor without a region: invisible data must not look like missing data.
    """
    if info.context.actor.region_code is None:
        raise SightMissing()
    async with info.context.turn, info.context.pools.looking(info.context.actor) as connection:
        yield connection


def field(resolver: Callable[..., Any]) -> Any:
    """Return a field whose description is the resolver's docstring."""
    return strawberry.field(resolver, description=inspect.getdoc(resolver))
