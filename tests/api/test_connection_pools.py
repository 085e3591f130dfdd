"""The pools: each client sees the rows of its region, on any connection."""

import asyncio

import pytest
from sqlalchemy import text

from api.context import Context
from api.errors import TooBusy
from api.pools import open_pools
from jamsos.access.rules import COUNTRY, NOTHING, Actor, sight_of
from jamsos.errors import DatabaseUnreachable, QueryTooSlow
from jamsos.settings import Settings

COUNT = "select count(*) from programme.people"
EAST, WEST = Actor(name="east", region_code="53.10"), Actor(name="west", region_code="53.15")


@pytest.fixture
async def pools(engine, database_url):
    async with engine.begin() as connection:
        for village in ("53.15.05.2001", "53.15.05.2002", "53.10.01.2001", None):
            await connection.execute(
                text("insert into programme.people (full_name, village_code) values ('x', :v)"), {"v": village}
            )
    async with open_pools(database_url, Settings(api_pool_size=1, api_statement_seconds=1)) as pools:
        yield pools


async def test_one_connection_serves_askers_of_different_sight_in_turn(pools):
    seen = [await pools.answer(sight_of(region), COUNT) for region in ("53.15", "53.10", None, "ID", "53.15")]

    assert seen == [2, 1, 0, 3, 2]


async def test_a_cancelled_answer_leaves_no_wrong_sight_behind(pools):
    for _ in range(20):
        asking = asyncio.ensure_future(pools.answer(COUNTRY, COUNT))
        await asyncio.sleep(0.001)
        asking.cancel()
        assert await pools.answer(NOTHING, COUNT) == 0


async def test_reading_cannot_write(pools):
    with pytest.raises(Exception, match="read-only transaction"):
        await pools.answer(COUNTRY, "insert into programme.people (full_name) values ('y') returning 1")


async def test_json_comes_as_the_bytes_the_database_wrote(pools):
    assert await pools.answer(NOTHING, "select '{\"a\" : 1}'::json") == b'{"a" : 1}'


async def test_a_slow_statement_is_stopped_and_named(pools):
    with pytest.raises(QueryTooSlow):
        await pools.answer(COUNTRY, "select pg_sleep(3)")


async def test_a_value_of_the_wrong_type_is_not_asked_again(pools):
    with pytest.raises(Exception, match="expected str"):
        await pools.answer(COUNTRY, "select $1::text", 5)


async def test_a_database_that_is_not_there_is_said_to_be_unreachable():
    async with open_pools("postgresql://postgres@127.0.0.1:1/none", Settings()) as nowhere:
        with pytest.raises(DatabaseUnreachable, match="cannot be reached"):
            await nowhere.answer(COUNTRY, COUNT)


async def test_an_act_sees_its_region_and_what_it_just_wrote(pools, sealer):
    context = Context(actor=WEST, pools=pools, sealer=sealer, settings=Settings())
    async with context.acting() as connection:
        await connection.execute(
            text("insert into programme.people (full_name, village_code) values ('new', '53.15.05.2003')")
        )
        assert await context.answer(COUNT) == 3
        assert await context.answer("select '[1]'::json") == b"[1]"
        assert await pools.answer(WEST.sight, COUNT) == 2

    assert await context.answer(COUNT) == 3


async def test_a_raised_error_undoes_the_act(pools, sealer):
    context = Context(actor=EAST, pools=pools, sealer=sealer, settings=Settings())
    with pytest.raises(ZeroDivisionError):
        async with context.acting() as connection:
            await connection.execute(
                text("insert into programme.people (full_name, village_code) values ('new', '53.10.01.2002')")
            )
            raise ZeroDivisionError

    assert await context.answer(COUNT) == 1


async def test_whoever_waits_too_long_for_a_connection_is_told_so(pools, monkeypatch):
    monkeypatch.setattr("api.read_pool.WAIT_SECONDS", 0.05)
    async with pools.reading(WEST.sight):
        with pytest.raises(TooBusy):
            await pools.answer(WEST.sight, COUNT)

    assert await pools.answer(WEST.sight, COUNT) == 2


async def test_a_connection_left_in_a_transaction_is_not_lent_again(pools):
    async with pools._readers.lease(COUNTRY) as reader:
        await reader.execute("begin")
        backend = await reader.fetchval("select pg_backend_pid()")

    assert await pools.answer(COUNTRY, "select pg_backend_pid()") != backend
