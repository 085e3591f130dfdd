"""A warehouse built once over the small programme, and a way to ask it."""

import asyncio
import itertools
import os

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.pool import NullPool

from jamsos.db import engine_for
from tests.warehouse import programme
from warehouse.build import build

_numbers = itertools.count(1)


async def _copy(server, template):
    """A database made from another, to which nobody may be connected; its URL."""
    name = f"jamsos_warehouse_{os.getpid()}_{next(_numbers)}"
    await _admin(server, f"create database {name} template {template}")
    return server.replace("{database}", name)


async def _admin(server, statement):
    admin = engine_for(server.replace("{database}", "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(statement))
    await admin.dispose()


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """dbt's folder, shared by all builds of a run: what one has parsed, the next need not."""
    return tmp_path_factory.mktemp("home") / "warehouse"


@pytest.fixture(scope="session")
async def built(server, template, papers):
    """A database in which the small programme was walked and its warehouse built as of the end of March 2024: (url, outcome)."""
    url = await _copy(server, template)
    await write(url, programme.walk)
    return url, await asyncio.to_thread(build, url, papers, as_of=programme.MARCH_31)


@pytest.fixture
async def built_again(server, built):
    """The URL of a copy of it, for tests that write or break something."""
    url = await _copy(server, make_url(built[0]).database)
    yield url
    await _admin(server, f"drop database {make_url(url).database} with (force)")


@pytest.fixture
def ask(built):
    async def answer(query, role=None):
        return await rows(built[0], query, role)

    return answer


async def write(url, work):
    engine = engine_for(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await work(connection)
    await engine.dispose()


async def rows(url, query, role=None):
    """Rows as tuples, asked as the owner or as a role."""
    engine = engine_for(url, role=role, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]
    finally:
        await engine.dispose()
