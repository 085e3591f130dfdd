"""What the database itself refuses."""

import pytest
from sqlalchemy import Date, DateTime, text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.offices.service import add_office
from jamsos.tables import metadata

GROWING = [table.name for table in metadata.sorted_tables if table.info.get("grows")]
TEMPORAL = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    if "view" not in table.info
    for column in table.columns
    if isinstance(column.type, Date | DateTime)
]
GUARDS = {"sight", "umbrella", "through", "within", "national", "seen"}
SEEN = [table.name for table in metadata.sorted_tables if GUARDS & table.info.keys()]
# Seen by every asker, each for a reason.
PUBLIC = {
    "criteria": "published rules",
    "trusted_documents": "questions, not answers",
    "api_keys": "only hashes, not in the schema, read before it is known who asks",
    "registry_layouts": "how files are read, nobody's rows",
    "act_counts": "only hashes and counts, not in the schema",
    "idempotency_keys": "only sealed answers, not in the schema",
    "coverage_months": "a view with the rights of its reader",
    "registry_defects": "a view with the rights of its reader",
    "person_rows": "a view with the rights of its reader",
    "standing_life_events": "a view with the rights of its reader",
    "legal_terms": "the law's terms, nobody's",
    "worker_spells": "a view with the rights of its reader",
    "vain_months": "a view with the rights of its reader",
    "unneeded_months": "a view with the rights of its reader",
    "complaint_cases": "a view with the rights of its reader",
    "complaint_acts": "a view with the rights of its reader",
}


async def as_api(connection, sight_from, sight_to):
    await connection.execute(text("set local role jamsos_api"))
    await connection.execute(
        text("select set_config('jamsos.sight_from', :a, true), set_config('jamsos.sight_to', :b, true)"),
        {"a": sight_from, "b": sight_to},
    )


async def add_people(connection):
    for name, village in [("A", "53.15.05.2001"), ("B", "53.10.01.2001"), ("nowhere", None)]:
        await connection.execute(
            text("insert into programme.people (full_name, village_code) values (:name, :village)"),
            {"name": name, "village": village},
        )


async def seen(connection):
    return (await connection.execute(text("select full_name from programme.people order by 1"))).scalars().all()


@pytest.mark.parametrize("table", GROWING)
async def test_a_fact_has_a_guard_against_change_and_truncation(connection, table):
    found = await connection.execute(
        text("select tgname from pg_trigger where tgrelid = cast(:name as regclass) and tgname like 'refuse%'"),
        {"name": f"programme.{table}"},
    )
    assert set(found.scalars()) >= {"refuse_change", "refuse_truncate"}


async def test_a_fact_cannot_be_changed_or_deleted_even_by_the_owner(connection):
    await connection.execute(text("insert into programme.audit_entries (actor, act) values ('a', 'looked')"))
    for statement in ("update programme.audit_entries set act = 'x'", "delete from programme.audit_entries"):
        with pytest.raises(DBAPIError, match="only grow"):
            async with connection.begin_nested():
                await connection.execute(text(statement))


async def test_no_day_and_no_instant_of_any_table_may_be_infinite(connection):
    found = await connection.execute(
        text("""
            select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
            where contype = 'c' and connamespace = 'programme'::regnamespace
        """)
    )
    checks = [(name.removeprefix("programme."), text) for name, text in found]
    unbounded = [
        f"{table}.{column}"
        for table, column in TEMPORAL
        if not any(
            name == table and f"({column} >= '1900" in text and f"({column} <= '2" in text for name, text in checks
        )
    ]

    assert unbounded == []
    for wrong in ("infinity", "-infinity", "9999-12-31"):
        with pytest.raises(DBAPIError, match="people_birth_date_check"):
            async with connection.begin_nested():
                await connection.exec_driver_sql(
                    f"insert into programme.people (full_name, birth_date) values ('A', '{wrong}')"
                )


@pytest.mark.parametrize("table", SEEN)
async def test_a_table_with_sight_has_row_security(connection, table):
    found = await connection.execute(
        text("select relrowsecurity from pg_class where oid = cast(:name as regclass)"),
        {"name": f"programme.{table}"},
    )
    assert found.scalar_one() is True


async def test_a_regency_sees_its_own_people_and_nobody_without_a_region(connection):
    await add_people(connection)
    await as_api(connection, "53.15", "53.15~")
    assert await seen(connection) == ["A"]


async def test_the_country_sees_everyone_who_has_a_region(connection):
    await add_people(connection)
    await as_api(connection, "0", "~")
    assert await seen(connection) == ["A", "B"]


async def test_a_viewer_without_sight_sees_nobody(connection):
    await add_people(connection)
    await connection.execute(text("set local role jamsos_api"))
    assert await seen(connection) == []


async def test_the_api_cannot_write_outside_its_sight(connection):
    await as_api(connection, "53.15", "53.15~")
    with pytest.raises(DBAPIError, match="row-level security"):
        await connection.execute(
            text("insert into programme.people (full_name, village_code) values ('B', '53.10.01.2001')")
        )


async def test_a_public_act_from_above_is_seen_but_not_written_from_below(connection):
    add = "insert into programme.agencies (code, name, kind, region_code) values (:code, 'x', 'province', :region)"
    await connection.execute(text(add), {"code": "ntt", "region": "53"})
    await as_api(connection, "53.15", "53.15~")
    seen_from_below = await connection.execute(text("select code from programme.agencies"))
    assert seen_from_below.scalars().all() == ["ntt"]
    with pytest.raises(DBAPIError, match="row-level security"):
        await connection.execute(text(add), {"code": "ours", "region": "53"})


def test_every_table_has_a_guard_or_a_reason_to_have_none():
    assert {table.name for table in metadata.sorted_tables} - set(SEEN) == set(PUBLIC)


async def a_fund_with_money_and_a_pledge(connection, regency):
    add = """with f as (insert into programme.funds (code, name, kind, fiscal_year, is_via_apbd, office_code)
        values (:code, 'x', 'donation', 2026, false, :regency) returning id, office_code)
        insert into programme.pledges (office_code, code, fund_id, pledged_date, amount, is_named)
        select office_code, :code, id, '2026-01-01', 1, false from f"""
    await connection.execute(text(add), {"code": f"F{regency}", "regency": regency})


async def test_what_hangs_on_a_fund_is_seen_only_where_the_fund_lies(connection):
    await add_office(connection, COMMAND_LINE, "53.10")
    for regency in ("53.15", "53.10"):
        await a_fund_with_money_and_a_pledge(connection, regency)

    await as_api(connection, "53.15", "53.15~")
    pledges = await connection.execute(text("select code from programme.pledges"))
    assert pledges.scalars().all() == ["F53.15"]
    await as_api(connection, "53.15.05", "53.15.05~")
    assert (await connection.execute(text("select code from programme.pledges"))).scalars().all() == []
    assert (await connection.execute(text("select code from programme.funds"))).scalars().all() == ["F53.15"]


async def test_the_trail_of_another_region_is_not_seen(connection):
    for code, region in (("ours", "53.15"), ("theirs", "53.10"), ("above", "53")):
        await connection.execute(
            text("""with a as (insert into programme.agencies (code, name, kind, region_code)
                values (:code, 'x', 'auditor', :region) returning id)
                insert into programme.audit_entries (actor, act, agency_id) select :code, 'looked', id from a"""),
            {"code": code, "region": region},
        )
    await add_office(connection, COMMAND_LINE, "53.10")
    for actor, office in (("command line", ""), ("for us", "53.15"), ("for them", "53.10")):
        await connection.execute(text("select set_config('jamsos.office', :office, true)"), {"office": office})
        add = "insert into programme.audit_entries (actor, act) values (:actor, 'looked')"
        await connection.execute(text(add), {"actor": actor})
    trail = text("select actor from programme.audit_entries where act = 'looked' order by id")

    await as_api(connection, "53.15", "53.15~")
    assert (await connection.execute(trail)).scalars().all() == ["ours", "for us"]
    await as_api(connection, "0", "~")
    assert (await connection.execute(trail)).scalars().all() == [
        "ours",
        "theirs",
        "above",
        "command line",
        "for us",
        "for them",
    ]


async def test_law_is_seen_by_everyone_and_written_by_the_country(connection):
    add = text("insert into programme.provinces (code, name) values ('99', 'Nowhere')")
    await as_api(connection, "53.15", "53.15~")
    assert (await connection.execute(text("select count(*) from programme.provinces"))).scalar_one() > 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with connection.begin_nested():
            await connection.execute(add)

    await as_api(connection, "0", "~")
    await connection.execute(add)
