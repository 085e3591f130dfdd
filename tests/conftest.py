"""A real PostgreSQL for every test: one embedded server, one migrated template, a transaction or a database per test."""

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import NullPool

from jamsos import embedded, migrations
from jamsos.db import engine_for
from jamsos.ledger.service import load_rates
from jamsos.offices import store as offices
from jamsos.regions.service import load_regions
from jamsos.sealing import Sealer

gc.enable()
TEMPLATE = "jamsos_template"
SETTINGS = (
    # statistics would count rolled-back rows as none, and the planner would treat the next test's thousands of rows as few
    "autovacuum = off",
    # no test needs durability; with it creating and dropping a database takes 1.5 seconds, without it 0.15
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
)
PATIENT = {"slow", "browser", "kill", "year", "conformance", "stress"}
MARKS = pytest.StashKey[dict[str, set[str]]]()
_numbers = itertools.count(1)
_admins: dict[str, "asyncpg.Connection[Any]"] = {}


def _memory() -> str | None:
    """Return a folder in memory if it has enough space, because a database consists of a thousand small files; otherwise a temporary
    folder."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > 4 << 30 else None


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[str]:
    """Yield the URL of a server without a database's name: `postgresql://…/{database}?…`."""
    if given := os.environ.get("JAMSOS_TEST_SERVER"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="jamsos-tests-", dir=_memory()))
    running = embedded.start(folder / "postgres")
    try:
        for setting in SETTINGS:
            running.psql(f"alter system set {setting}")
        running.psql("select pg_reload_conf()")
        yield running.get_uri("{database}")
    finally:
        for connection in _admins.values():
            await connection.close()
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark light tests without a database, and record every test's marks before any is deselected."""
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "server" not in getattr(item, "fixturenames", ()) and not marks & (PATIENT | {"heavy"}):
            item.add_marker("pure")
    config.stash[MARKS] = {item.nodeid: {mark.name for mark in item.iter_markers()} for item in items}


def pytest_collection_finish() -> None:
    """Exclude modules and schema from garbage collection, because they exist until the end."""
    gc.collect()
    gc.freeze()


async def _admin(server: str, *statements: str) -> None:
    """Run statements about whole databases, on one connection that stays open."""
    if server not in _admins:
        _admins[server] = await asyncpg.connect(server.replace("{database}", "postgres"))
    for statement in statements:
        await _admins[server].execute(statement)


@pytest.fixture(scope="session")
async def template(server: str) -> str:
    """Build a migrated database with the regions of province 53 and the contribution rates; tests that commit copy it."""
    await _admin(server, f"drop database if exists {TEMPLATE}", f"create database {TEMPLATE}")
    engine = engine_for(server.replace("{database}", TEMPLATE), poolclass=NullPool)
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await load_regions(connection)
        await load_rates(connection)
        await offices.add(connection, code="53.15", name="Kabupaten Manggarai Barat", kind="regency")
    await engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
async def shared_engine(server: str, template: str) -> AsyncIterator[AsyncEngine]:
    name = "jamsos_shared"
    await _admin(server, f"drop database if exists {name}", f"create database {name} template {template}")
    engine = engine_for(server.replace("{database}", name))
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(shared_engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Yield a transaction as the owner that never commits."""
    async with shared_engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


async def _own_database(server: str, template: str) -> AsyncIterator[str]:
    name = f"jamsos_test_{os.getpid()}_{next(_numbers)}"
    await _admin(server, f"create database {name} template {template}")
    yield server.replace("{database}", name)
    await _admin(server, f"drop database {name} with (force)")


@pytest.fixture
async def database_url(server: str, template: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Yield a separate database for tests that commit, compete or crash; with agencies if the test uses their `keys`."""
    wanted = request.getfixturevalue("keyed_template")[0] if "keys" in request.fixturenames else template
    async for url in _own_database(server, wanted):
        yield url


@pytest.fixture(scope="module")
async def module_database_url(server: str) -> AsyncIterator[str]:
    """Yield an empty database for the tests of one module."""
    async for url in _own_database(server, "template0"):
        yield url


@pytest.fixture
async def empty_database_url(server: str) -> AsyncIterator[str]:
    """Yield a database without any table of ours."""
    async for url in _own_database(server, "template0"):
        yield url


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    return Sealer({1: bytes(range(64))})
