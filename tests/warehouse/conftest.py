"""A warehouse built once over the small programme, and a way to ask it."""

import asyncio
import os

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos.db import engine_for
from tests.warehouse import programme
from warehouse.build import build


@pytest.fixture(scope="session")
async def walked(server, template):
    """The URL of a database in which the small programme was walked; nobody writes to it."""
    name = f"jamsos_walked_{os.getpid()}"
    admin = engine_for(server.replace("{database}", "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f"drop database if exists {name} with (force)"))
        await connection.execute(text(f"create database {name} template {template}"))
    await admin.dispose()
    url = server.replace("{database}", name)
    await write(url, programme.walk)
    return url


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """dbt's folder, shared by all builds of a run: what one has parsed, the next need not."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
async def built(walked, papers):
    """The same database, its warehouse built as of the end of March 2024; hands on (url, outcome)."""
    return walked, await asyncio.to_thread(build, walked, papers, as_of=programme.MARCH_31)


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
