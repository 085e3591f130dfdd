"""For which groups a fund may pay: dated rules with their regulation."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import LineWrong
from jamsos.ledger import service
from jamsos.ledger.errors import FundUnknown
from jamsos.ledger.rules import GroupRule, allowed_in
from jamsos.months import Month, span
from jamsos.worker_groups import Group
from tests.money import add_fund

HEADER = "fund_code,group_code,is_allowed,valid_from,regulation,verified_on\n"
FARMERS = {"groups": [Group.farmer, Group.day_labourer], "fiscal_year": 2026, "regulation": "PMK 72/2024"}


async def load(connection, folder, *lines):
    file = folder / "kelompok.csv"
    file.write_text(HEADER + "\n".join(lines) + "\n")
    return await service.load_groups(connection, COMMAND_LINE, file)


@pytest.mark.parametrize(
    ("month", "allowed"),
    [
        (Month(2026, 1), set()),
        (Month(2026, 2), {Group.farmer}),
        (Month(2026, 3), {Group.farmer, Group.fisher}),
        (Month(2026, 4), {Group.fisher}),
        (Month(2027, 1), {Group.fisher}),
    ],
)
def test_of_the_rules_that_have_begun_the_last_of_each_group_decides(month, allowed):
    rules = [
        GroupRule(Group.farmer, Month(2026, 2), is_allowed=True),
        GroupRule(Group.fisher, Month(2026, 3), is_allowed=False),
        GroupRule(Group.fisher, Month(2026, 3), is_allowed=True),
        GroupRule(Group.farmer, Month(2026, 4), is_allowed=False),
    ]
    assert allowed_in(rules, month) == allowed


async def test_a_fund_without_rules_may_pay_for_every_group(connection):
    fund_id = await add_fund(connection)
    assert await service.groups_by_month(connection, fund_id, [Month(2024, 1)]) is None
    assert await service.groups_throughout(connection, fund_id, [Month(2024, 1)]) is None


async def test_a_fund_is_opened_with_its_groups_from_the_first_month_of_its_year(connection):
    fund_id = await add_fund(connection, "DBHCHT-2026", **FARMERS)

    rows = await connection.execute(
        text(
            "select group_code, is_allowed, valid_from, regulation, verified_on from programme.fund_groups order by id"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("farmer", True, date(2026, 1, 1), "PMK 72/2024", None),
        ("day_labourer", True, date(2026, 1, 1), "PMK 72/2024", None),
    ]
    assert await service.groups_by_month(connection, fund_id, [Month(2025, 12), Month(2026, 1)]) == {
        Month(2025, 12): frozenset(), Month(2026, 1): {Group.farmer, Group.day_labourer},
    }  # fmt: skip


async def test_rules_of_a_file_end_and_add_groups_from_their_month_and_a_second_time_add_nothing(connection, tmp_path):
    fund_id = await add_fund(connection, "DBHCHT-2026", **FARMERS)
    lines = (
        "DBHCHT-2026,day_labourer,no,2026-07,Perbup 11/2026,",
        "DBHCHT-2026,fisher,yes,2026-07,Perbup 11/2026 Pasal 4,2026-06-20",
    )

    assert await load(connection, tmp_path, *lines) == 2
    assert await load(connection, tmp_path, *lines) == 0

    year = span(Month(2026, 1), Month(2026, 12))
    allowed = await service.groups_by_month(connection, fund_id, year)
    assert [sorted(allowed[month]) for month in (Month(2026, 6), Month(2026, 7))] == [
        ["day_labourer", "farmer"], ["farmer", "fisher"],
    ]  # fmt: skip
    assert await service.groups_throughout(connection, fund_id, year) == {Group.farmer}


async def test_a_rule_is_put_right_by_a_later_reading_of_it(connection, tmp_path):
    fund_id = await add_fund(connection, "DBHCHT-2026", **FARMERS)
    again = "DBHCHT-2026,farmer,yes,2026-01,PMK 72/2024 Pasal 5,2026-11-20"

    assert await load(connection, tmp_path, again) == 1
    assert (
        await load(connection, tmp_path, "DBHCHT-2026,farmer,no,2026-01,PMK 72/2024,", again.replace("yes", "no")) == 2
    )

    assert await service.groups_throughout(connection, fund_id, [Month(2026, 1)]) == {Group.day_labourer}


@pytest.mark.parametrize(
    ("line", "refusal", "said"),
    [
        ("NOWHERE,farmer,yes,2026-01,PMK 72/2024,", FundUnknown, "kelompok.csv line 3: .*NOWHERE"),
        ("DBHCHT-2026,pelukis,yes,2026-01,PMK 72/2024,", LineWrong, "line 3.*group_code"),
        ("DBHCHT-2026,farmer,maybe,2026-01,PMK 72/2024,", LineWrong, "line 3.*is_allowed"),
        ("DBHCHT-2026,farmer,yes,2026,PMK 72/2024,", LineWrong, "line 3.*valid_from"),
        ("DBHCHT-2026,farmer,yes,2026-01,,", LineWrong, "line 3.*regulation"),
    ],
)
async def test_a_wrong_line_is_refused_by_its_number_and_field(connection, tmp_path, line, refusal, said):
    await add_fund(connection, "DBHCHT-2026", fiscal_year=2026)
    with pytest.raises(refusal, match=said):
        await load(connection, tmp_path, "DBHCHT-2026,fisher,yes,2026-01,PMK 72/2024,", line)


async def test_a_rule_is_never_changed(connection):
    await add_fund(connection, "DBHCHT-2026", **FARMERS)
    with pytest.raises(DBAPIError, match="fund_groups"):
        await connection.execute(text("update programme.fund_groups set is_allowed = false"))
