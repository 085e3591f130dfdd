"""Building: from nothing, again, after changes, and when something is wrong."""

import asyncio
import contextlib
from datetime import date

import psycopg2
import pytest
from sqlalchemy import text

from jamsos.errors import LawBroken, ModelFailed, WarehouseBusy, WarehouseUnready
from jamsos.people.rules import Group
from tests.warehouse import programme
from tests.warehouse.conftest import rows, write
from warehouse.build import build, check, write_docs

MONTHS = "select month, state, count(*), min(xmin::text) from marts.coverage_months group by 1, 2 order by 1, 2"


async def build_on(url, papers, **changed):
    return await asyncio.to_thread(build, url, papers, **{"as_of": programme.MARCH_31} | changed)


async def test_a_programme_without_a_single_fact_has_a_warehouse_and_progress_is_told(database_url, papers):
    heard = []
    outcome = await build_on(database_url, papers, report=lambda done, total: heard.append((done, total)))

    assert (outcome.relations, outcome.doubts) == (56, {})
    assert await rows(database_url, "select count(*) from marts.coverage_months") == [(0,)]
    assert await rows(database_url, "select count(*) from marts.regions") == [(3442,)]
    steps = outcome.relations + outcome.checks + 2  # dbt takes the two exposures for steps
    assert heard[-1] == (steps, steps)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


async def test_only_the_months_that_changed_are_written_again(built_again, papers):
    url = built_again
    before = {(month, state): mark for month, state, _, mark in await rows(url, MONTHS)}

    async def pay_march(connection):
        found = await connection.execute(
            text("select person_id, village_code, bill_id from programme.worker_months where month = '2024-03-01'")
        )
        march = found.all()
        workers = {row.person_id: row.village_code for row in march}
        (fund_id,) = (await connection.execute(text("select id from programme.funds where code = 'APBD-2024'"))).one()
        await programme.pay(connection, fund_id, march[0].bill_id, date(2024, 3, 1), workers)

    await write(url, pay_march)
    await build_on(url, papers)

    after = {(month, state): mark for month, state, _, mark in await rows(url, MONTHS)}
    january, february, march = (date(2024, month, 1) for month in (1, 2, 3))
    assert set(after) == {(january, "confirmed"), (january, "paid"), (february, "paid"), (march, "paid")}
    assert {key: after[key] for key in before if key[0] != march} == {
        key: mark for key, mark in before.items() if key[0] != march
    }
    assert (before[march, "billed"],) != (after[march, "paid"],)


async def test_a_full_refresh_gives_the_same_marts(built_again, papers):
    url = built_again
    marts = [
        table for (table,) in await rows(url, "select tablename from pg_tables where schemaname = 'marts' order by 1")
    ]
    dump = " union all ".join(
        f"select '{m}', md5(string_agg(t::text, '|' order by t::text)) from marts.{m} t" for m in marts
    )
    before = await rows(url, dump)

    await build_on(url, papers, full_refresh=True)

    assert await rows(url, dump) == before


async def test_a_law_that_does_not_hold_is_named_with_its_rows(built_again, papers):
    async def overstate(connection):
        """A bill that says one rupiah more than its worker-months; nothing in the programme's tables forbids it."""
        await connection.execute(text("alter table programme.bills disable trigger refuse_change"))
        await connection.execute(
            text("update programme.bills set amount = amount + 1 where billing_code = 'KI-2024-03'")
        )

    await write(built_again, overstate)

    with pytest.raises(LawBroken) as refused:
        await build_on(built_again, papers)
    named = f"{refused.value.fields['law']}, {refused.value.fields['others']}"
    assert "bills__amount_is_jkk_and_jkm" in named
    assert refused.value.fields["rows"] == 1


async def test_a_worker_billed_after_death_is_told_and_stops_nothing(built_again, papers):
    async def die(connection):
        await connection.execute(
            text(
                "insert into programme.life_events (person_id, kind, event_date, source) "
                "select min(person_id), 'died', '2024-01-15', 'test' from programme.worker_months"
            )
        )

    await write(built_again, die)

    assert (await build_on(built_again, papers)).doubts == {"assert_nobody_is_billed_after_death": 2}


async def test_a_model_that_cannot_be_built_is_named_and_the_marts_stay(built_again, papers):
    async def lose(connection):
        await connection.execute(text("drop view programme.coverage_months cascade"))

    await write(built_again, lose)

    with pytest.raises(ModelFailed, match=r"stg_jamsos__coverage_months.*does not exist"):
        await build_on(built_again, papers)
    assert await rows(built_again, "select count(*) from marts.coverage_months") == [(39,)]


async def test_two_builds_do_not_meet(database_url, papers):
    with contextlib.closing(psycopg2.connect(database_url)) as other:
        other.cursor().execute("select pg_advisory_lock(hashtext('jamsos.warehouse'))")
        with pytest.raises(WarehouseBusy):
            await build_on(database_url, papers)


async def test_a_role_that_may_not_work_as_dbt_is_told_so(database_url, papers):
    await rows_of_owner(database_url, "create role clerk login", "grant connect on database postgres to clerk")
    stranger = database_url.replace("postgres:@", "clerk:@")

    try:
        with pytest.raises(WarehouseUnready, match="permission denied to set role"):
            await build_on(stranger, papers)
    finally:
        await rows_of_owner(database_url, "revoke connect on database postgres from clerk", "drop role clerk")


async def rows_of_owner(url, *statements):
    async def work(connection):
        for statement in statements:
            await connection.execute(text(statement))

    await write(url, work)


async def test_every_example_of_a_model_holds(built, papers):
    url, outcome = built
    checked = await asyncio.to_thread(check, url, papers, as_of=programme.MARCH_31)
    assert (checked.relations, checked.checks - outcome.checks) == (0, 10)


async def test_the_description_is_one_page_with_every_mart(built, papers, tmp_path):
    page = tmp_path / "new folder" / "warehouse.html"
    await asyncio.to_thread(write_docs, built[0], papers, page, as_of=programme.MARCH_31)
    assert "One row per worker-month: one person, one calendar month, one payer" in page.read_text()


async def test_every_group_of_the_programme_has_its_columns(ask):
    columns = await ask("select column_name from information_schema.columns where table_schema = 'marts'")
    assert {f"{group}_workers" for group in Group} <= {column for (column,) in columns}
