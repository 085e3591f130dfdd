"""The migrations create the tables of the code, and can run again."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos import migrations
from jamsos.db import engine_for
from jamsos.errors import DatabaseVersionUnknown
from jamsos.migrations.draft import BASELINE, baseline, statements

CATALOGUE = {
    "columns": """select table_name, column_name, ordinal_position, data_type, is_nullable, column_default, collation_name,
        is_identity, generation_expression from information_schema.columns where table_schema = 'programme'""",
    "constraints": """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'programme'::regnamespace""",
    "indexes": "select indexdef from pg_indexes where schemaname = 'programme'",
    "triggers": """select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger
        where not tgisinternal and tgrelid::regclass::text like 'programme.%'""",
    "functions": "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'programme'::regnamespace",
    "policies": "select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies",
    "grants": """select table_name, grantee, privilege_type from information_schema.role_table_grants
        where table_schema = 'programme' and grantee like 'jamsos%'""",
    "views": "select viewname, definition from pg_views where schemaname = 'programme'",
    "security": """select relname, relrowsecurity, reloptions::text from pg_class
        where relnamespace = 'programme'::regnamespace""",
}


async def catalogue(url):
    engine = engine_for(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = {}
        for name, query in CATALOGUE.items():
            rows = await connection.execute(text(query))
            found[name] = sorted(str(tuple(row)) for row in rows if "alembic_version" not in str(row))
    await engine.dispose()
    return found


@pytest.fixture
async def drafted(empty_database_url):
    engine = engine_for(empty_database_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("create schema programme")
        for statement in statements():
            await connection.exec_driver_sql(statement)
    await engine.dispose()
    return empty_database_url


async def test_the_migrations_build_what_the_tables_say(database_url, drafted):
    migrated, described = await catalogue(database_url), await catalogue(drafted)

    assert migrated == described
    assert all(migrated.values())


def test_the_baseline_is_what_the_tables_say():
    is_current = BASELINE.read_text(encoding="utf-8") == baseline()

    assert is_current, "a table changed: run `make baseline` (python -m jamsos.migrations.draft)"


async def test_two_processes_may_upgrade_an_empty_database_at_once(empty_database_url):
    engines = [engine_for(empty_database_url, poolclass=NullPool) for _ in range(3)]

    await asyncio.gather(*(migrations.upgrade(engine) for engine in engines))

    assert await migrations.is_current(engines[0])


async def test_a_database_of_an_unknown_version_is_refused_and_stays_as_it_is(empty_database_url):
    engine = engine_for(empty_database_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("create schema programme"))
        await connection.execute(text("create table programme.alembic_version (version_num varchar(32))"))
        await connection.execute(text("insert into programme.alembic_version values ('0001_baseline_of_before')"))

    with pytest.raises(DatabaseVersionUnknown, match="0001_baseline_of_before"):
        await migrations.upgrade(engine)
    with pytest.raises(DatabaseVersionUnknown):
        await migrations.is_current(engine)

    async with engine.connect() as connection:
        tables = await connection.execute(
            text("select table_name from information_schema.tables where table_schema = 'programme'")
        )
        assert tables.scalars().all() == ["alembic_version"]
    await engine.dispose()
