"""The migrations lead to the tables that the code describes, and can be run again."""

import asyncio

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos import migrations
from jamsos.db import engine_for
from jamsos.migrations.draft import statements
from jamsos.regions.service import load_regions

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


@pytest.mark.parametrize("part", CATALOGUE)
async def test_the_migrations_build_what_the_tables_say(database_url, drafted, part):
    migrated, described = (await catalogue(database_url))[part], (await catalogue(drafted))[part]

    assert migrated == described
    assert migrated


async def test_two_processes_may_upgrade_an_empty_database_at_once(empty_database_url):
    engines = [engine_for(empty_database_url, poolclass=NullPool) for _ in range(3)]

    await asyncio.gather(*(migrations.upgrade(engine) for engine in engines))

    assert await migrations.is_current(engines[0])


def _upgrade_to(connection, revision):
    config = migrations._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_a_database_with_a_warehouse_is_upgraded_and_open_names_are_dropped(empty_database_url):
    engine = engine_for(empty_database_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("create schema programme"))
        await connection.run_sync(_upgrade_to, "2026_11_23_pledge_pages")
        await load_regions(connection)
        for statement in (
            """insert into programme.funds (code, name, kind, fiscal_year, is_via_apbd, regency_code)
               values ('D', 'Donasi', 'donation', 2024, false, '53.15')""",
            """insert into programme.pledges (code, fund_id, pledged_date, amount, donor_name, is_named)
               select 'DON1', id, '2024-01-02', 16800, 'Maria', true from programme.funds""",
            "create view staging.stg_jamsos__pledges as select * from programme.pledges",
        ):
            await connection.execute(text(statement))

    await migrations.upgrade(engine)

    async with engine.connect() as connection:
        kept = await connection.execute(text("select code, donor_name_sealed, is_named from programme.pledges"))
        assert [tuple(row) for row in kept] == [("DON1", None, True)]
    await engine.dispose()
