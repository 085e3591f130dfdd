"""Replay: the marts as they were known at an instant come out again, whatever was recorded since."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from jamsos.months import now, today
from tests.warehouse.conftest import rows, write
from tests.warehouse.test_build import build_on, everything_in_marts, pay_march
from warehouse.errors import InstantAhead, InstantTooEarly
from warehouse.inputs import sources
from warehouse.known import KNOWN, statements
from warehouse.replay import SCHEMAS, replay, schema_of


def test_every_table_that_the_warehouse_reads_can_be_told_as_of_an_instant():
    """Pure: a new source without an instant, a parent, or a way of its own is a KeyError here."""
    made = [statement.split()[2] for statement in statements(now())]

    assert {f"{KNOWN}.{table.name}" for table in sources()} <= set(made)
    assert len(made) == len(set(made))


async def correct(connection):
    """What changes in place: a person's decile, a group that was left."""
    await connection.execute(text("update programme.people set decile = 7, sex = 'male' where decile = 2"))
    await connection.execute(text("delete from programme.person_groups where group_code = 'farmer'"))
    await pay_march(connection)


async def test_the_marts_of_an_earlier_instant_come_out_again_row_for_row(built_again, papers):
    first = await build_on(built_again, papers, as_of=today())
    held = await rows(built_again, await everything_in_marts(built_again))
    [(instant,)] = await rows(built_again, "select clock_timestamp()")
    await write(built_again, correct)

    again = await asyncio.to_thread(replay, built_again, papers, at=instant)

    schema = schema_of(instant)
    shas = {mart: change["sha256"] for mart, change in first.release.marts.items()}
    assert {mart: change["sha256"] for mart, change in again.release.marts.items()} == shas
    assert again.release.sha256 == first.release.sha256
    query = (await everything_in_marts(built_again)).replace("marts.", f"{schema}.")
    assert await rows(built_again, query, "jamsos_analyst") == held
    assert await rows(built_again, "select in_schema, is_replay, is_current from marts.releases order by id") == [
        ("marts", False, False), ("marts", False, True), (schema, True, False)
    ]  # fmt: skip
    left = f"select nspname from pg_namespace where nspname in {tuple(SCHEMAS.values())}"
    assert await rows(built_again, left) == []


async def test_an_instant_ahead_or_before_the_first_fact_is_refused_with_one_sentence(built_again, papers):
    for instant, refusal in ((now() + timedelta(days=1), InstantAhead), (now() - timedelta(days=999), InstantTooEarly)):
        with pytest.raises(refusal):
            await asyncio.to_thread(replay, built_again, papers, at=instant)
    assert await rows(built_again, "select count(*) from marts.releases") == [(1,)]
