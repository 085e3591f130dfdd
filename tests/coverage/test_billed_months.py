"""A billed month never changes: the database refuses it for every client."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.coverage.test_billing import bill, protect


async def end(connection, action, month_from, month_to):
    await connection.execute(
        text(
            """
            with d as (insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, fund_id,
                           amends_id, rate, worker_count, amount, list_sha256, office_code, issued_by)
                       select 'X', 'amendment', '2024-04-04', 2024, month_from, month_to, 'x', fund_id, id, rate, 0, 0, '', '53.15', 'x'
                       from programme.decrees where kind = 'determination' returning id)
            insert into programme.decree_lines (decree_id, line, action, person_id, replaces_line_id, reason, month_from, month_to,
                                                village_code)
            select d.id, 1, :action, l.person_id, l.id, case :action when 'termination' then 'moved' end,
                   :first, :last, l.village_code
            from d, (select * from programme.decree_lines order by id limit 1) l
            """
        ),
        {"action": action, "first": month_from, "last": month_to},
    )


@pytest.mark.parametrize(
    ("action", "month_from", "month_to"),
    [
        ("termination", date(2024, 1, 1), date(2024, 2, 1)),
        ("replacement", date(2024, 3, 1), date(2024, 12, 1)),
    ],
)
async def test_a_line_billed_to_march_ends_not_before_and_nobody_follows_before(
    connection, action, month_from, month_to
):
    await protect(connection)
    await bill(connection, "2024-01:2024-03")

    with pytest.raises(DBAPIError, match="billed beyond that month"):
        await end(connection, action, month_from, month_to)


async def test_it_may_end_with_march_and_somebody_follow_from_april(connection):
    await protect(connection)
    await bill(connection, "2024-01:2024-03")

    await end(connection, "termination", date(2024, 1, 1), date(2024, 3, 1))
