"""Publication: marts of a hand-made schema become releases, whole, while others read, and only where nothing fails."""

import asyncio
import contextlib
import threading
from datetime import UTC, date, datetime

import psycopg2
import pytest

from jamsos.policies import ANALYST
from tests.warehouse.conftest import rows
from warehouse.errors import MartHeld, MartUsed, PublicationFailed, RowsRepeated, WarehouseBusy
from warehouse.locking import exclusive_build
from warehouse.publication import Facts, Mart, publish

NOON = datetime(2024, 3, 31, 4, tzinfo=UTC)
FACTS = Facts(NOON, date(2024, 3, 31), NOON, {"bills": {"rows": 3, "newest": None}}, [], "0", "1")
MARTS = (Mart("funds", "One row per fund.", (("amount", "Rupiah."),)), Mart("years", "One row per year."))


@pytest.fixture
def sql(database_url):
    """Run statements as the owner, who works as dbt."""

    def run(*statements):
        with (
            contextlib.closing(psycopg2.connect(database_url)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def release(database_url, sql):
    """Publish marts made of these values, {fund: amount} and the year's sum of them."""

    def of(amounts, *, marts=MARTS):
        listed = ", ".join(f"('{code}'::text, {amount}::bigint)" for code, amount in amounts.items())
        sql(
            "set role jamsos_dbt",
            "drop table if exists build.funds, build.years",
            f"create table build.funds as select * from (values {listed}) f (fund_code, amount)",
            "create unique index on build.funds (fund_code)",
            "create table build.years as select 2024 as year, sum(amount)::bigint as amount from build.funds",
        )
        return publish(database_url, marts, FACTS, built="build")

    return of


FUNDS = "select fund_code, amount from marts.funds order by 1"


async def test_a_release_is_published_with_what_it_says_of_itself(release, sql):
    release({"A": 1, "B": 2})
    second = release({"A": 1, "B": 3})

    assert sql(FUNDS) == [("A", 1), ("B", 3)]
    assert (second.id, second.marts["funds"]["rows"]) == (2, 2)
    assert [(m["added"], m["removed"]) for m in second.marts.values()] == [(1, 1), (1, 1)]
    listed = sql("select id, in_schema, as_of_date, is_current, inputs, sha256 from marts.releases order by id")
    assert [row[:5] for row in listed] == [
        (1, "marts", date(2024, 3, 31), False, FACTS.inputs), (2, "marts", date(2024, 3, 31), True, FACTS.inputs)
    ]  # fmt: skip
    assert listed[1][5] == second.sha256 != listed[0][5]


async def test_rows_that_did_not_change_are_not_touched_and_the_hash_is_that_of_the_rows(release, sql):
    first = release({"A": 1, "B": 2})
    before = sql("select fund_code, xmin::text from store.funds order by 1")
    again = release({"B": 2, "A": 1})

    assert sql("select fund_code, xmin::text from store.funds order by 1") == before
    assert again.sha256 == first.sha256
    assert {mart["added"] + mart["removed"] for mart in again.marts.values()} == {0}


async def test_a_past_release_can_be_read_and_two_can_be_compared(release, sql):
    for amounts in ({"A": 1, "B": 2}, {"A": 1, "C": 5}, {"A": 1, "B": 2}):
        release(amounts)
    past = "select fund_code, amount from marts_at.funds order by 1"

    assert sql("set jamsos.release = '1'", past) == sql(past) == sql(FUNDS) == [("A", 1), ("B", 2)]
    assert sql("set jamsos.release = '2'", past) == [("A", 1), ("C", 5)]
    assert sql("set jamsos.release = '2'", "select * from marts_at.years") == [(2024, 6)]
    with pytest.raises(psycopg2.Error, match="there is no release 9"):
        sql("set jamsos.release = '9'", past)


async def test_a_reader_keeps_one_whole_release_while_others_are_published(release, database_url):
    """What one transaction reads of two marts is of one release, and never empty."""
    release({"A": 0, "B": 0})
    ended, seen, wrong = threading.Event(), set(), []

    def read():
        with contextlib.closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            while not ended.is_set():
                cursor.execute("select amount from marts.funds order by fund_code")
                amounts = [amount for (amount,) in cursor.fetchall()]
                cursor.execute("select y.amount, r.id from marts.years y, marts.releases r where r.is_current")
                told = cursor.fetchall()
                if len(amounts) != 2 or told != [(sum(amounts), amounts[0] + 1)]:
                    wrong.append((amounts, told))
                seen.add(amounts[0] if amounts else None)
                connection.rollback()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        await asyncio.to_thread(release, {"A": number, "B": number * 7})
    ended.set()
    for reader in readers:
        reader.join()

    assert wrong == []
    assert len(seen) > 1


async def test_an_idle_reader_neither_waits_nor_is_waited_for(release, database_url):
    release({"A": 1})
    with contextlib.closing(psycopg2.connect(database_url)) as idle, idle.cursor() as cursor:
        idle.set_session(isolation_level="REPEATABLE READ")
        cursor.execute("select count(*) from marts.years")
        release({"A": 2})
        cursor.execute(FUNDS)
        assert cursor.fetchall() == [("A", 1)]


async def test_a_publication_that_fails_in_the_middle_leaves_nothing_new(release, sql, database_url):
    release({"A": 1})
    before = sql(
        "select relname, relkind from pg_class where relnamespace in ('store'::regnamespace, 'marts'::regnamespace) order by 1"
    )
    sql("set role jamsos_dbt", "create table build.late (a int)")
    missing = Mart("without_a_table", "")

    with pytest.raises(PublicationFailed):
        release({"A": 9}, marts=(*MARTS, Mart("late"), missing))

    assert sql(FUNDS) == [("A", 1)]
    assert sql("select id from marts.releases") == [(1,)]
    assert before == sql(
        "select relname, relkind from pg_class where relnamespace in ('store'::regnamespace, 'marts'::regnamespace) order by 1"
    )


async def test_a_row_that_comes_twice_is_refused(release, sql, database_url):
    release({"A": 1})
    sql("set role jamsos_dbt", "insert into build.years select * from build.years")

    with pytest.raises(RowsRepeated):
        await asyncio.to_thread(publish, database_url, MARTS, FACTS, built="build")
    assert sql("select count(*) from marts.years") == [(1,)]


OWN_VIEW = "create view public.mine as select fund_code, amount * 2 as twice from marts.funds"


async def test_rights_comments_and_views_of_others_survive(release, sql, database_url):
    release({"A": 1})
    sql(
        OWN_VIEW, f"revoke select on marts.years from {ANALYST}", f"grant select on public.mine to {ANALYST}",
        "comment on view marts.funds is 'ours'", "grant select on marts.funds to public",
    )  # fmt: skip
    release({"A": 4})

    assert await rows(database_url, "select * from public.mine", ANALYST) == [("A", 8)]
    assert sql("select obj_description('marts.funds'::regclass), col_description('marts.funds'::regclass, 2)") == [
        ("ours", "Rupiah.")
    ]
    allowed = "select has_table_privilege('{role}', '{mart}', 'select')"
    assert sql(allowed.format(role=ANALYST, mart="marts.years")) == [(False,)]
    assert sql(allowed.format(role=ANALYST, mart="marts_at.years")) == [(False,)]
    assert sql(allowed.format(role="jamsos_api", mart="marts_at.funds")) == [(True,)]


async def test_a_column_that_came_stands_at_the_end_and_no_right_is_lost(release, sql, database_url):
    release({"A": 1})
    sql(OWN_VIEW, "grant select on marts.funds to public")
    sql("set role jamsos_dbt", "alter table build.funds add kind text default 'budget'")
    await asyncio.to_thread(publish, database_url, MARTS, FACTS, built="build")

    assert sql("select * from marts.funds") == [("A", 1, "budget")]
    assert sql("select twice from public.mine") == [(2,)]
    assert sql("set jamsos.release = '1'", "select * from marts_at.funds") == [("A", 1, None)]


async def test_a_column_that_left_is_refused_while_a_view_uses_the_mart_and_done_after(release, sql, database_url):
    release({"A": 1})
    sql(OWN_VIEW, "grant select on marts.funds to jamsos_api", f"revoke select on marts.funds from {ANALYST}")
    sql("set role jamsos_dbt", "alter table build.funds alter amount type numeric(18, 2)")

    with pytest.raises(MartUsed, match=r"funds.*mine"):
        await asyncio.to_thread(publish, database_url, MARTS, FACTS, built="build")
    assert sql(FUNDS) == [("A", 1)]

    sql("drop view public.mine")
    await asyncio.to_thread(publish, database_url, MARTS, FACTS, built="build")
    assert sql("select pg_typeof(amount)::text, amount from marts.funds") == [("numeric", 1)]
    assert sql("select amount_until_2 from store.funds_past") == [(1,)]
    assert sql(f"select has_table_privilege('{ANALYST}', 'marts.funds', 'select')") == [(False,)]
    assert sql("select has_table_privilege('jamsos_api', 'marts.funds', 'select')") == [(True,)]


async def test_a_mart_that_a_reader_holds_cannot_lose_a_column_meanwhile(release, sql, database_url):
    release({"A": 1})
    sql("set role jamsos_dbt", "alter table build.funds drop amount")
    with contextlib.closing(psycopg2.connect(database_url)) as reader, reader.cursor() as cursor:
        cursor.execute(FUNDS)
        with pytest.raises(MartHeld):
            await asyncio.to_thread(publish, database_url, MARTS, FACTS, built="build")
    assert sql(FUNDS) == [("A", 1)]


async def test_a_mart_that_no_model_makes_any_more_is_not_shown(release, sql):
    release({"A": 1})
    release({"A": 1}, marts=MARTS[:1])

    assert sql("select viewname from pg_views where schemaname in ('marts', 'marts_at') order by 1") == [
        ("funds",), ("funds",), ("releases",)
    ]  # fmt: skip
    assert sql("select count(*) from store.years") == [(1,)]


async def test_no_reader_can_take_the_lock_of_a_build(database_url, sql, tmp_path):
    with contextlib.closing(psycopg2.connect(database_url)) as analyst, analyst.cursor() as cursor:
        cursor.execute(f"set role {ANALYST}")
        cursor.execute("select pg_advisory_lock(hashtext('jamsos.warehouse'))")
        with pytest.raises(psycopg2.Error, match="permission denied"):
            cursor.execute("lock table store.build_lock in access share mode")
        analyst.rollback()
        with (
            exclusive_build(database_url, tmp_path),
            pytest.raises(WarehouseBusy),
            exclusive_build(database_url, tmp_path),
        ):
            pass
