"""Who may read what: the marts are for reports and analysts, everything before them is not."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from jamsos import embedded, migrations
from jamsos.db import engine_for
from jamsos.policies import ANALYST, API, DBT, REPORTS
from tests.warehouse.conftest import rows
from tests.warehouse.programme import MARCH_31
from warehouse.build import build

pytestmark = pytest.mark.heavy

MARTS = "select count(*) from pg_class where relnamespace = 'marts'::regnamespace and relkind = 'v'"


@pytest.mark.parametrize("role", [REPORTS, ANALYST])
async def test_reports_and_analysts_read_every_mart(ask, role):
    readable = f"{MARTS} and has_table_privilege('{role}', oid, 'select')"
    assert await ask(readable) == await ask(MARTS) == [(28,)]  # and the list of releases
    assert await ask("select count(*) from marts.coverage_months", role) == [(39,)]


@pytest.mark.parametrize("role", [REPORTS, ANALYST])
@pytest.mark.parametrize(
    "table",
    [
        "programme.people",
        "programme.funds",
        "staging.stg_jamsos__people",
        "intermediate.int_decrees_rooted",
        "build.funds",
        "store.funds",
        "store.releases",
    ],
)
async def test_reports_and_analysts_read_nothing_before_the_marts(ask, role, table):
    with pytest.raises(ProgrammingError, match="permission denied for schema"):
        await ask(f"select count(*) from {table}", role)


@pytest.mark.parametrize("role", [REPORTS, ANALYST, API])
async def test_nobody_but_dbt_writes_a_mart(built, role):
    for statement in ("delete from marts.funds", "create table marts.mine (a int)", "drop view marts.funds"):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            await rows(built[0], statement, role)


async def test_dbt_writes_nothing_in_the_programme(built):
    for statement in ("delete from programme.people", "insert into programme.provinces values ('99', 'x')"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await rows(built[0], statement, DBT)


async def test_the_api_reads_no_mart(ask):
    with pytest.raises(ProgrammingError, match="permission denied for schema"):
        await ask("select count(*) from marts.funds", API)


async def test_an_owner_who_is_no_superuser_migrates_and_builds(papers):
    """As on a managed PostgreSQL; the password is in no file of dbt's."""
    folder = Path(tempfile.mkdtemp(prefix="jamsos-office-"))
    server = embedded.start(folder / "postgres")
    try:
        for statement in (
            "create role office login createrole password 'kata-sandi'",
            "create database jamsos owner office",
        ):
            await autocommit(server.get_uri(), statement)
        url = server.get_uri("jamsos").replace("postgres:@", "office:kata-sandi@")
        engine = engine_for(url, poolclass=NullPool)
        await migrations.upgrade(engine)
        await engine.dispose()

        outcome = await asyncio.to_thread(build, url, papers, as_of=MARCH_31)

        assert outcome.relations == 77
        assert await rows(url, "select count(*) from marts.funds", ANALYST) == [(0,)]
        assert not [path for path in papers.rglob("*") if path.is_file() and b"kata-sandi" in path.read_bytes()]
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def autocommit(url, statement):
    engine = engine_for(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
