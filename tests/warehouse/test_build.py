"""Building: from nothing, again, after changes, and when something is wrong."""

import asyncio
import contextlib
from datetime import date

import psycopg2
import pytest
from sqlalchemy import text

from jamsos.people.tables import life_events
from jamsos.worker_groups import Group
from tests.warehouse import programme
from tests.warehouse.conftest import rows, write
from warehouse.build import build, check, write_docs
from warehouse.errors import LawBroken, ModelFailed, WarehouseBusy, WarehouseUnready

MONTHS = "select month, state, min(xmin::text) from store.coverage_months group by 1, 2 order by 1, 2"


async def build_on(url, papers, **changed):
    return await asyncio.to_thread(build, url, papers, **{"as_of": programme.MARCH_31} | changed)


async def test_a_programme_without_a_single_fact_has_a_warehouse_and_progress_is_told(database_url, papers):
    heard = []
    outcome = await build_on(database_url, papers, report=lambda done, total: heard.append((done, total)))

    assert (outcome.relations, outcome.doubts) == (77, {})
    assert await rows(database_url, "select count(*) from marts.coverage_months") == [(0,)]
    assert await rows(database_url, "select count(*) from marts.regions") == [(3442,)]
    steps = outcome.relations + outcome.checks + 1  # dbt takes the two exposures for steps; one law is ours
    assert heard[-1] == (steps, steps)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


async def pay_march(connection):
    """March is paid after the first build; one of its workers, it turns out, died in February."""
    found = await connection.execute(
        text("select person_id, village_code, bill_id from programme.worker_months where month = '2024-03-01'")
    )
    march = found.all()
    (fund_id,) = (await connection.execute(text("select id from programme.funds where code = 'APBD-2024'"))).one()
    workers = {row.person_id: row.village_code for row in march}
    await programme.pay(connection, fund_id, march[0].bill_id, date(2024, 3, 1), workers)
    died = {"person_id": march[0].person_id, "kind": "died", "event_date": date(2024, 2, 3), "evidence": "test"}
    await programme.put(connection, life_events, **died)


async def test_only_the_months_that_changed_are_written_again_and_a_full_refresh_gives_the_same(built_again, papers):
    url = built_again
    before = {(month, state): mark for month, state, mark in await rows(url, MONTHS)}

    await write(url, pay_march)
    again = await build_on(url, papers)

    after = {(month, state): mark for month, state, mark in await rows(url, MONTHS)}
    january, february, march = (date(2024, month, 1) for month in (1, 2, 3))
    assert set(before) - set(after) == {(march, "billed")}
    assert set(after) - set(before) == {(march, "paid")}
    assert {key: mark for key, mark in after.items() if key[0] != march} == {
        key: before[key] for key in [(january, "confirmed"), (january, "paid"), (february, "paid")]
    }
    assert again.doubts == {"assert_nobody_is_billed_after_death": 1}
    vain = await rows(url, "select month, kind, billing_code, amount, state, is_open from marts.vain_months")
    assert vain == [(march, "died", "KI-2024-03", 16_800, "paid", True)]

    held = await rows(url, await everything_in_marts(url))
    await build_on(url, papers, full_refresh=True)
    assert await rows(url, await everything_in_marts(url)) == held


async def everything_in_marts(url):
    marts = await rows(
        url, "select viewname from pg_views where schemaname = 'marts' and viewname <> 'releases' order by 1"
    )
    return " union all ".join(
        f"select '{mart}', md5(string_agg(t::text, '|' order by t::text)) from marts.{mart} t" for (mart,) in marts
    )


async def test_a_law_that_does_not_hold_is_named_with_its_rows(built_again, papers):
    await write_each(built_again, "update store.bills set amount = amount + 1 where billing_code = 'KI-2024-03'")

    with pytest.raises(LawBroken) as refused:
        await asyncio.to_thread(check, built_again, papers, as_of=programme.MARCH_31)

    assert refused.value.fields["rows"] == 1
    named = {refused.value.fields["law"], *refused.value.fields["others"].split(", ")}
    assert named == {"bills__amount_is_jkk_and_jkm", "assert_amount_is_rate_times_months"}


async def test_a_build_that_breaks_a_law_changes_nothing_that_is_read(built_again, papers):
    """A month is said to be paid without its money; another build, once it is right again, publishes."""
    before = await rows(built_again, await everything_in_marts(built_again))
    plant = """insert into programme.paid_months (person_id, month, payment_id, village_code)
        select w.person_id, w.month, (select min(id) from programme.payments), w.village_code
        from programme.worker_months w where w.month = '2024-03-01' limit 1"""
    await write_each(built_again, plant)

    with pytest.raises(LawBroken, match="The marts that are read have not changed"):
        await build_on(built_again, papers)

    assert await rows(built_again, await everything_in_marts(built_again)) == before
    assert await rows(built_again, "select id, is_current from marts.releases") == [(1, True)]


async def test_a_model_that_cannot_be_built_is_named_and_the_marts_stay(built_again, papers):
    await write_each(built_again, "drop view programme.coverage_months cascade")

    with pytest.raises(ModelFailed, match=r"stg_jamsos__coverage_months.*does not exist"):
        await build_on(built_again, papers)
    assert await rows(built_again, "select count(*) from marts.coverage_months") == [(39,)]


async def test_two_builds_do_not_meet(database_url, papers):
    with contextlib.closing(psycopg2.connect(database_url)) as other:
        other.cursor().execute("lock table store.build_lock in exclusive mode")
        with pytest.raises(WarehouseBusy):
            await build_on(database_url, papers)


async def test_a_role_that_may_not_work_as_dbt_is_told_so(database_url, papers):
    await write_each(database_url, "create role clerk login")

    try:
        with pytest.raises(WarehouseUnready, match="permission denied to set role"):
            await build_on(database_url.replace("postgres:@", "clerk:@"), papers)
    finally:
        await write_each(database_url, "drop role clerk")


async def write_each(url, *statements):
    async def work(connection):
        for statement in statements:
            await connection.execute(text(statement))

    await write(url, work)


async def test_every_example_of_a_model_holds(built, papers):
    url, outcome = built
    checked = await asyncio.to_thread(check, url, papers, as_of=programme.MARCH_31)
    assert (checked.relations, checked.checks - outcome.checks) == (0, 11)


async def test_the_description_is_one_page_with_every_mart(built, papers, tmp_path):
    page = tmp_path / "new folder" / "warehouse.html"
    await asyncio.to_thread(write_docs, built[0], papers, page, as_of=programme.MARCH_31)
    assert "One row per worker-month: one person, one calendar month, one payer" in page.read_text()


async def test_every_group_of_the_programme_has_its_columns(ask):
    columns = await ask("select column_name from information_schema.columns where table_schema = 'marts'")
    assert {f"{group}_workers" for group in Group} <= {column for (column,) in columns}


async def test_a_small_cell_in_a_public_mart_is_a_broken_law(built_again, papers):
    change = "update store.public_coverage_by_group set workers = 3 where month = '2024-01-01'"
    await write_each(built_again, change)

    with pytest.raises(LawBroken) as refused:
        await asyncio.to_thread(check, built_again, papers, as_of=programme.MARCH_31)

    assert (refused.value.fields["law"], refused.value.fields["rows"]) == ("no_public_cell_is_small", 1)
