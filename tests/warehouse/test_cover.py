"""Marts, page and report count by the programme's spells: a year paid ahead by some and month by month by others, in two regencies."""

import asyncio
from datetime import date
from functools import reduce

from sqlalchemy import text

from reports.documents.questions import CONTINUITY, FUNDS
from tests.coverage.test_spells import CALENDAR, DAYS, expected, write_calendar
from tests.warehouse.conftest import rows, write
from warehouse.build import PUBLISHED, _dbt
from web.statistics import DISTRICTS, PROGRAMME

AUGUST = date(2024, 8, 10)
VIEW = "select pg_get_viewdef('intermediate.int_people_protected')"


async def test_the_mart_says_of_every_day_what_the_calendar_says(database_url, papers):
    workers = {}

    async def year(connection):
        workers.update(await write_calendar(connection))
        for digits, number in (
            ("53.10", 0),
            ("53.15", 5),
        ):  # of two regencies; the newest month of one is not the other's
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.execute(
                text("update programme.worker_months set village_code = :code where person_id = any(:ids)"),
                {"code": f"{digits}.01.2001", "ids": list(workers.values())[number : number + 5]},
            )

    await write(database_url, year)
    # without the laws: the months were taken away and their money was not
    steps, variables = [["run", "--exclude", PUBLISHED]], {"as_of": AUGUST.isoformat()}
    await asyncio.to_thread(_dbt, database_url, papers, steps, variables, None)

    (view,) = [found for (found,) in await rows(database_url, VIEW)]
    day = f"'{AUGUST}'::date"
    assert day in view
    values = ", ".join(f"(date '{each}')" for each in DAYS)
    of_day = view.replace(day, "d.day").rstrip(";")
    asked = f"select d.day, c.person_id, c.consecutive_months from (values {values}) d (day) cross join lateral ({of_day}) c"
    said = {(each, person): count for each, person, count in await rows(database_url, asked)}
    known = {
        (each, workers[name]): expected(*facts, each)[1]
        for name, facts in CALENDAR.items()
        for each in DAYS
        if expected(*facts, each)[0]
    }
    assert said == known

    protected = {name for name, facts in CALENDAR.items() if expected(*facts, AUGUST)[0]}
    assert protected == {"paid ahead", "a month behind", "a gap in grace", "lapsed and back", "moved, paid ahead"}
    marts = await rows(database_url, "select person_id from marts.people where is_protected")
    assert {person for (person,) in marts} == {workers[name] for name in protected}
    counted = await rows(
        database_url, "select regency_code, workers from intermediate.int_programmes where workers > 0 order by 1"
    )
    assert sum(count for _, count in counted) == len(protected) and len(counted) == 2


async def test_page_and_report_read_the_count_of_the_day(ask, built):
    """Twelve of thirteen are alive at the end of March; their March is not paid yet."""
    asked = str(PROGRAMME).replace(":regency", "'53.15'")
    assert [row[4] for row in await ask(asked)] == [12]
    districts = await ask(str(DISTRICTS).replace(":regency", "'53.15'"))
    assert {hidden for code, _, hidden, _ in districts if code in ("53.15.03", "53.15.05", "53.15.06")} == {True}
    said = await ask(CONTINUITY.query.replace(":regency", "'53.15'").replace(":last", "'2024-12-01'"))
    assert said == [("below_3", date(2024, 3, 31), 12)]
    people = await ask("select count(*) from marts.people where is_protected")
    assert people == [(12,)]


async def test_a_fund_of_before_is_told_in_a_later_year_with_the_cash_that_it_began_with(ask):
    """Nothing moved in 2025: what each fund of 2024 still holds is its balance at the beginning and at the end."""
    asked = FUNDS.query.replace(":regency", "'53.15'")

    def of_year(year):
        days = {":first": f"date '{year}-01-01'", ":last": f"date '{year}-12-01'", ":year": str(year)}
        return reduce(lambda query, each: query.replace(*each), days.items(), asked)

    own = await ask(of_year(2024))
    assert own == await ask(
        """select fund_code, fund_name, regulation, account_code, account_name, carried_amount, received_amount, refunded_amount,
            usable_amount, tied_amount, committed_amount, paid_amount, free_amount, cash_amount from marts.funds order by fund_code"""
    )
    later = await ask(of_year(2025))
    assert [(row[0], row[5], row[6], row[-1]) for row in later] == [
        ("APBD-2024", 563_200, 0, 563_200),
        ("DBHCHT-2024", 100_000, 0, 100_000),
        ("DONASI-2024", 50_400, 0, 50_400),
    ]
