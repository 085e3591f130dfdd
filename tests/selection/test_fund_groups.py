"""A run paid by a fund that may pay for some groups only; against the real database."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import service as decrees
from jamsos.decrees.errors import FundOther
from jamsos.ledger import service as ledger
from jamsos.months import Month
from jamsos.selection import audit_bundle, service, verification
from jamsos.selection.letters import explained
from jamsos.selection.rules import History
from jamsos.worker_groups import Group
from tests.money import add_fund, receive
from tests.officers import officer
from tests.selection.builders import MABAR, criteria, settle

RULES = "fund_code,group_code,is_allowed,valid_from,regulation,verified_on\n"


@pytest.fixture
async def villagers(connection):
    """Three farmers, two fishers and a single mother who labours by the day; a fund for farmers and day labourers."""
    fund = {"fiscal_year": 2024, "regulation": "PMK 72/2024 Pasal 5", "groups": [Group.farmer, Group.day_labourer]}
    await add_fund(connection, "DBHCHT-2024", **fund)
    await receive(connection, 100 * 201_600, "DBHCHT-2024")
    farmers = await settle(connection, 3)
    fishers = await settle(connection, 2, groups=("fisher",), occupation="fisher")
    mother = await settle(connection, 1, groups=("single_mother", "day_labourer"), occupation="day_labourer")
    return farmers, fishers, mother


async def run(connection, **changed):
    asked = {
        "year": 2024,
        "office_code": "53.15",
        "criteria": MABAR,
        "as_of": date(2024, 1, 1),
        "fund_code": "DBHCHT-2024",
    }
    return await service.run_selection(connection, COMMAND_LINE, **asked | changed)


async def change(connection, folder, line):
    file = folder / "kelompok.csv"
    file.write_text(f"{RULES}{line}\n")
    assert await ledger.load_groups(connection, COMMAND_LINE, file) == 1


async def test_a_fund_takes_only_the_groups_it_may_pay_for(connection, villagers):
    farmers, fishers, mother = villagers

    kept = await run(connection)

    assert (kept.candidates, kept.eligible, kept.chosen) == (6, 4, 4)
    assert kept.fund_groups == "day_labourer farmer"
    chosen = {row["person_id"]: row["group_code"] for row in await service.chosen_of(connection, kept)}
    assert chosen == dict.fromkeys(farmers, "farmer") | {mother[0]: "day_labourer"}
    rows = await connection.execute(
        text(
            "select person_id, outcome, reason from programme.selection_candidates where outcome <> 'chosen' order by 1"
        )
    )
    assert [tuple(row) for row in rows] == [(person, "excluded", "not_for_this_fund") for person in fishers]


async def test_somebody_the_fund_may_not_pay_for_is_told_for_whom_it_may_and_by_which_rule(connection, villagers):
    kept = await run(connection)

    found = await verification.explain(connection, COMMAND_LINE, kept.id, villagers[1][0])

    assert explained(found, "en")[2:] == [
        "  This fund may pay only for: day labourers, farmers.",
        "  According to the rule of this fund, PMK 72/2024 Pasal 5, in force from 1 January 2024.",
    ]
    assert explained(found, "id")[2:] == [
        "  Dana ini hanya boleh membayar bagi: buruh harian lepas, petani.",
        "  Menurut aturan dana ini, PMK 72/2024 Pasal 5, yang berlaku sejak 1 Januari 2024.",
    ]


async def test_somebody_whom_the_criteria_keep_from_the_fund_is_told_for_whom_it_may_pay(connection, villagers):
    kind = (await ledger.fund_by_code(connection, "DBHCHT-2024")).kind
    kept = await run(connection, criteria=criteria(funds={kind: {"only": ["farmer", "fisher"]}}))

    found = await verification.explain(connection, COMMAND_LINE, kept.id, villagers[2][0])

    assert explained(found, "en")[2] == "  This fund may pay only for: farmers."


async def test_a_run_is_verified_by_the_rules_it_knew_whatever_they_became(connection, villagers, tmp_path):
    kept = await run(connection)
    await change(connection, tmp_path, "DBHCHT-2024,fisher,yes,2024-01,Perbup 11/2024,")

    assert (await verification.verify(connection, COMMAND_LINE, kept.id)).is_equal
    for name, content in (await audit_bundle.write_bundle(connection, COMMAND_LINE, kept.id, purpose="audit")).items():
        (tmp_path / name).write_bytes(content)
    assert audit_bundle.check_bundle(tmp_path).is_equal
    assert (await run(connection)).chosen == 6


async def test_a_group_must_be_allowed_in_every_month_of_the_list(connection, villagers, tmp_path):
    await change(connection, tmp_path, "DBHCHT-2024,farmer,no,2024-12,Perbup 11/2024,")

    assert (await run(connection)).chosen == 1
    assert (await run(connection, months=(Month(2024, 1), Month(2024, 11)))).chosen == 4


async def test_a_list_that_a_fund_may_not_pay_any_more_is_not_decreed_on_it(connection, villagers, tmp_path):
    kept = await run(connection)
    await change(connection, tmp_path, "DBHCHT-2024,day_labourer,no,2024-06,Perbup 11/2024,")

    with pytest.raises(FundOther, match="the fund may not pay for every group on the list"):
        await decrees.issue_decree(
            connection, await officer(connection), number="298/KEP/HK/2024", run_id=kept.id, signed_date=date(2024, 1, 4),
            legal_base="Perda 5/2023",
        )  # fmt: skip
    assert (await connection.execute(text("select count(*) from programme.decrees"))).scalar_one() == 0


async def test_who_follows_on_a_list_is_of_a_group_that_the_fund_may_pay_for_then(connection, villagers, tmp_path):
    farmers, _, _ = villagers
    kept = await run(connection, headcount=1)
    fund = await ledger.fund_by_code(connection, "DBHCHT-2024")

    async def waiting():
        months = (Month(2024, 7), Month(2024, 12))
        found = await service.waiting_of(
            connection, kept, fund_id=fund.id, months=months, as_of=date(2024, 7, 1), history=History()
        )
        return {person: row["group_code"] for person, row in found.items()}

    assert await waiting() == dict.fromkeys(farmers, "farmer")
    await change(connection, tmp_path, "DBHCHT-2024,farmer,no,2024-07,Perbup 11/2024,")
    assert await waiting() == {}
