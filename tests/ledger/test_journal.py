"""Refusals of the database for every client, and the findings of a verification after a change without guards."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from jamsos.access.rules import COMMAND_LINE
from jamsos.ledger import corrections, rules, service, store
from jamsos.ledger.errors import (
    BudgetExceeded,
    CarryRefused,
    JournalBroken,
    ReversalRefused,
    StampUnknown,
    TransactionUnknown,
)
from jamsos.ledger.rules import Account, FundKind, MovementKind, Posting, Share
from jamsos.offices.service import add_office
from jamsos.worker_groups import Group
from tests.money import TOBACCO, add_fund, add_tobacco_fund, commit, free, receive
from tests.officers import officer

DAY = date(2024, 1, 2)


async def post(connection, fund_id, *postings):
    moves = [Posting("general", Account(account), amount) for account, amount in postings]
    async with connection.begin_nested():
        return await store.post(connection, fund_id=fund_id, day=DAY, kind=MovementKind.receive, postings=moves)


async def count(connection, table="postings"):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


@pytest.mark.parametrize(
    "postings",
    [
        [("cash", 100), ("received", -99)],
        [("budget", 100), ("free", -99)],
        [("cash", 100), ("free", -100)],
        [("cash", 100), ("received", -100), ("budget", 90), ("free", -90)],
        [("cash", 100), ("received", -100)],
    ],
)
async def test_a_transaction_that_is_not_whole_is_refused(connection, postings):
    fund_id = await add_fund(connection)
    with pytest.raises(DBAPIError, match="does not sum to zero"):
        await post(connection, fund_id, *postings)
    assert await count(connection) == 0


async def test_a_transaction_that_balances_only_across_fields_is_refused(connection):
    fund_id = await add_tobacco_fund(connection)
    moves = [*rules.receiving({"welfare": 5})[:3], Posting("health", Account.free, -5)]
    with pytest.raises(DBAPIError, match="does not sum to zero"):
        await store.post(connection, fund_id=fund_id, day=DAY, kind=MovementKind.receive, postings=moves)


async def test_a_transaction_without_postings_is_refused_at_commit(engine):
    async with engine.begin() as connection:
        fund_id = await add_fund(connection)
    with pytest.raises(DBAPIError, match="has no postings"):
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    """insert into programme.journal_transactions (fund_id, number, day, kind, postings_sha256, hash)
                       values (:fund, 0, '2024-01-02', 'receive', '', '')"""
                ),
                {"fund": fund_id},
            )
    async with engine.begin() as connection:
        assert await count(connection, "journal_transactions") == 0


@pytest.mark.parametrize(
    ("postings", "guard"),
    [
        (
            "('general', 'cash', 5), ('general', 'received', -5), ('general', 'budget', 5), ('general', 'free', -5)",
            "unique",
        ),
        (
            "('x', 'cash', 5), ('x', 'received', -5), ('x', 'budget', 5), ('x', 'free', -5)",
            "not those it was recorded with",
        ),
        (
            "('general', 'cash', 100), ('general', 'received', -100), ('general', 'budget', 100), ('general', 'free', -100)",
            "unique",
        ),
    ],
)
async def test_nothing_is_added_to_a_transaction_later_not_even_if_it_balances(connection, postings, guard):
    await add_fund(connection)
    await receive(connection, 100)
    with pytest.raises(DBAPIError, match=guard):
        await connection.execute(
            text(
                f"""insert into programme.postings (transaction_id, fund_id, field, account, amount)
                    select t.id, t.fund_id, a.field, a.account, a.amount
                    from programme.journal_transactions t, (values {postings}) a (field, account, amount)"""
            )
        )


async def test_postings_of_another_fund_are_refused(connection):
    await add_fund(connection)
    other = await add_fund(connection, "APBD-2025")
    with pytest.raises(DBAPIError, match="not those it was recorded with"):
        await connection.execute(
            text(
                """with t as (insert into programme.journal_transactions (fund_id, number, day, kind, postings_sha256, hash)
                              select min(id), 0, '2024-01-02', 'receive', :digest, '' from programme.funds returning id)
                   insert into programme.postings (transaction_id, fund_id, account, amount)
                   select t.id, :other, a.account, a.amount
                   from t, (values ('cash', 5), ('received', -5), ('budget', 5), ('free', -5)) a (account, amount)"""
            ),
            {"digest": rules.digest(rules.receiving({"general": 5})), "other": other},
        )


async def test_the_digest_must_be_that_of_the_postings(connection):
    await add_fund(connection)
    with pytest.raises(DBAPIError, match="not those it was recorded with"):
        await connection.execute(
            text(
                """with t as (insert into programme.journal_transactions (fund_id, number, day, kind, postings_sha256, hash)
                              select id, 0, '2024-01-02', 'receive', 'x', '' from programme.funds returning id, fund_id)
                   insert into programme.postings (transaction_id, fund_id, account, amount)
                   select t.id, t.fund_id, a.account, a.amount
                   from t, (values ('cash', 5), ('received', -5), ('budget', 5), ('free', -5)) a (account, amount)"""
            )
        )


@pytest.mark.parametrize(
    ("postings", "guard"),
    [
        ([("cash", -1), ("contribution", 1), ("budget", -1), ("payable", 1)], "fund_balances"),
        ([("free", 101), ("committed", -101)], "fund_balances_promised_check"),
        ([("committed", 1), ("payable", -1)], "fund_balances_promised_check"),
    ],
)
async def test_the_database_refuses_an_overspent_fund_whoever_posts(connection, postings, guard):
    fund_id = await add_fund(connection)
    await receive(connection, 100)
    with pytest.raises(DBAPIError, match=guard):
        await post(connection, fund_id, *postings)
    assert await free(connection) == 100


@pytest.mark.parametrize("table", ["fund_balances", "fund_days", "journal_heads"])
async def test_only_the_journal_itself_moves_balances(connection, table):
    fund_id = await add_fund(connection)
    await connection.execute(text("set local role jamsos_api"))
    for statement in (f"update programme.{table} set fund_id = {fund_id}", f"delete from programme.{table}"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with connection.begin_nested():
                await connection.execute(text(statement))


async def test_the_api_role_can_do_the_acts(connection):
    fund_id = await add_fund(connection)
    await connection.execute(text("set local role jamsos_api"))
    await connection.execute(
        text("select set_config('jamsos.sight_from', '53.15', true), set_config('jamsos.sight_to', '53.15~', true)")
    )

    await receive(connection, 100)
    await commit(connection, fund_id, 40)

    assert await free(connection) == 60
    await connection.execute(text("set constraints all immediate"))


# --- verification ------------------------------------------------------------------------------------------------


async def story(connection):
    """Create four transactions: three in APBD-2024, one in APBD-2025."""
    fund_id = await add_fund(connection)
    await receive(connection, 100)
    await receive(connection, 50, number="STS-2")
    await commit(connection, fund_id, 120)
    await add_fund(connection, "APBD-2025", fiscal_year=2025)
    await receive(connection, 10, "APBD-2025", number="STS-3")


async def behind_its_back(connection, statement):
    """Disable the triggers, as somebody with all rights can."""
    await connection.execute(text("set constraints all immediate"))
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.execute(text(statement))
    await connection.execute(text("set local session_replication_role = origin"))


async def test_a_sound_journal_gives_the_head_of_every_chain(connection):
    await story(connection)

    heads = await service.verify(connection)

    assert [(head.fund, head.number, len(head.hash)) for head in heads] == [("APBD-2024", 3, 32), ("APBD-2025", 1, 32)]
    assert await service.verify(connection) == heads


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("update journal_transactions set day = '2023-12-31' where number = 2", "number 2: this link differs"),
        ("update journal_transactions set memo = 'x' where number = 2", "number 2: this link differs"),
        ("update documents set amount = 51 where number = 'STS-2'", "number 2: this link differs"),
        ("update documents set number = 'STS-9' where number = 'STS-2'", "number 2: this link differs"),
        ("update journal_transactions set recorded_at = '2020-01-01' where number = 3", "number 3: this link differs"),
        ("update journal_transactions set hash = 'x' where number = 2", "number 2: this link differs"),
        ("update postings set amount = amount * 2 where transaction_id = (select id from journal_transactions where number = 2)",
         "number 2: its postings"),
        ("delete from postings where account = 'cash' and amount = 50", "number 2: its postings"),
        ("delete from journal_transactions where number = 2", "number 3: the previous transaction"),
        ("delete from journal_transactions where number = 3", "number 3: the transactions after it"),
        ("update fund_balances set balance = balance - 1 where account = 'free'", "the fund's balances differ"),
        ("update fund_days set day = day + 1, amount = amount - 1 where account = 'cash'", "the fund's balances differ"),
        ("delete from fund_balances where account = 'cash'", "the fund's balances differ"),
    ],
)  # fmt: skip
async def test_what_was_changed_behind_the_journals_back_is_found_and_placed(connection, tampering, place):
    await story(connection)
    await connection.execute(text("set local search_path = programme"))
    await behind_its_back(connection, tampering)

    with pytest.raises(JournalBroken, match=f"APBD-202[45].*{place}"):
        await service.verify(connection)


async def test_a_stamp_from_earlier_minutes_is_found_again_or_missed(connection):
    await story(connection)
    [head, _] = await service.verify(connection)
    await receive(connection, 1, number="STS-9")

    assert await service.stamped(connection, head.hash.hex()) == head
    with pytest.raises(StampUnknown, match="abc"):
        await service.stamped(connection, "abc")


# --- corrections -------------------------------------------------------------------------------------------------


async def reverse(connection, number, fund_code="APBD-2024"):
    return await corrections.reverse(
        connection, await officer(connection), fund_code=fund_code, number=number, day=DAY, reason="salah dana"
    )


async def test_a_reversal_takes_a_deposit_back_and_leaves_both_on_record(connection):
    await story(connection)

    await reverse(connection, 1, "APBD-2025")

    assert await free(connection, "APBD-2025") == 0
    assert [head.number for head in await service.verify(connection)] == [3, 2]


async def test_nothing_is_reversed_twice_or_when_the_money_is_promised(connection):
    await story(connection)
    with pytest.raises(BudgetExceeded, match="Rp100 is needed, Rp30"):
        await reverse(connection, 1)
    await reverse(connection, 1, "APBD-2025")

    with pytest.raises(ReversalRefused, match="reversed already"):
        await reverse(connection, 1, "APBD-2025")
    with pytest.raises(TransactionUnknown, match="99"):
        await reverse(connection, 99)
    assert await free(connection) == 30


async def test_what_a_decree_was_promised_is_not_reversed_by_itself(connection):
    await story(connection)

    with pytest.raises(ReversalRefused, match="allocations to decrees, bills and payments are corrected where"):
        await reverse(connection, 3)
    assert await free(connection) == 30


async def test_what_is_left_is_carried_over_field_by_field(connection):
    await add_tobacco_fund(connection, "DBHCHT-2026")
    await add_tobacco_fund(connection, "DBHCHT-2027", fiscal_year=2027)
    await receive(connection, 1_000, "DBHCHT-2026", day=date(2026, 1, 2))

    carried = await corrections.carry_over(
        connection, await officer(connection), from_code="DBHCHT-2026", to_code="DBHCHT-2027", day=date(2026, 12, 31)
    )

    assert carried == {"welfare": 500, "health": 400, "law_enforcement": 100}
    assert (await free(connection, "DBHCHT-2026"), await free(connection, "DBHCHT-2027")) == (0, 500)
    assert {(p.fund, p.field): (p.received, p.carried, p.cash) for p in await service.positions(connection)} == {
        ("DBHCHT-2026", "health"): (400, -400, 0),
        ("DBHCHT-2026", "law_enforcement"): (100, -100, 0),
        ("DBHCHT-2026", "welfare"): (500, -500, 0),
        ("DBHCHT-2027", "health"): (0, 400, 400),
        ("DBHCHT-2027", "law_enforcement"): (0, 100, 100),
        ("DBHCHT-2027", "welfare"): (0, 500, 500),
    }
    await service.verify(connection)


async def test_a_carry_is_taken_back_in_both_funds_or_in_none(connection):
    await add_tobacco_fund(connection, "DBHCHT-2026")
    later = await add_tobacco_fund(connection, "DBHCHT-2027", fiscal_year=2027)
    await receive(connection, 1_000, "DBHCHT-2026", day=date(2026, 1, 2))
    facts = {"from_code": "DBHCHT-2026", "to_code": "DBHCHT-2027", "day": date(2026, 12, 31)}
    await corrections.carry_over(connection, await officer(connection), **facts)

    await reverse(connection, 1, "DBHCHT-2027")

    assert (await free(connection, "DBHCHT-2026"), await free(connection, "DBHCHT-2027")) == (500, 0)
    with pytest.raises(ReversalRefused, match="reversed already"):
        await reverse(connection, 2, "DBHCHT-2026")
    await corrections.carry_over(connection, await officer(connection), **facts)
    await commit(connection, later, 500)
    with pytest.raises(BudgetExceeded):
        await reverse(connection, 4, "DBHCHT-2026")
    assert (await free(connection, "DBHCHT-2026"), await free(connection, "DBHCHT-2027")) == (0, 0)


OTHER_RULES = {
    "kind": ({"kind": FundKind.csr, "fiscal_year": 2027, "shares": TOBACCO}, "of another kind"),
    "payer": ({"is_via_apbd": False, "fiscal_year": 2027}, "another payer pays from it"),
    "year": ({"fiscal_year": 2026}, "its fiscal year is not later"),
    "field": (
        {"fiscal_year": 2027, "shares": [Share("welfare", 5_000, True), Share("health", 5_000, True)]},
        "a field has other rules",
    ),
    "untied": ({"fiscal_year": 2027, "shares": []}, "a field has other rules"),
    "office": ({"office_code": "53.13", "fiscal_year": 2027}, "belongs to another office"),
}


@pytest.mark.parametrize("case", OTHER_RULES)
async def test_money_is_not_carried_to_a_fund_of_other_rules(connection, case):
    facts, says = OTHER_RULES[case]
    await add_office(connection, COMMAND_LINE, "53.13")
    await add_tobacco_fund(connection, "FROM")
    await add_tobacco_fund(connection, "TO", **facts)
    await receive(connection, 1_000, "FROM", day=date(2026, 1, 2))
    asked = {"from_code": "FROM", "to_code": "TO", "day": date(2026, 12, 31)}

    with pytest.raises(CarryRefused, match=says):
        await corrections.carry_over(connection, await officer(connection), **asked)

    assert await free(connection, "FROM") == 500
    assert await free(connection, "TO") == 0


async def test_money_does_not_leave_before_it_came(connection):
    await add_tobacco_fund(connection, "FROM")
    await add_tobacco_fund(connection, "TO", fiscal_year=2027)
    await receive(connection, 1_000, "FROM", day=date(2026, 6, 2))
    asked = {"from_code": "FROM", "to_code": "TO", "day": date(2026, 6, 1)}

    with pytest.raises(CarryRefused, match="has moved again after that day"):
        await corrections.carry_over(connection, await officer(connection), **asked)


@pytest.mark.parametrize("case", [*OTHER_RULES, "groups"])
async def test_the_database_refuses_the_same_whoever_posts(connection, monkeypatch, case):
    facts, _ = OTHER_RULES.get(case, ({"fiscal_year": 2027}, ""))
    groups = [Group.disability] if case == "groups" else []
    if "office_code" in facts:
        await add_office(connection, COMMAND_LINE, "53.13")
    await add_tobacco_fund(connection, "FROM", groups=groups)
    await add_tobacco_fund(connection, "TO", **facts)
    await receive(connection, 1_000, "FROM", day=date(2026, 1, 2))
    monkeypatch.setattr("jamsos.ledger.rules.carry_mistake", lambda *_: None)

    await corrections.carry_over(
        connection, await officer(connection), from_code="FROM", to_code="TO", day=date(2026, 12, 31)
    )

    with pytest.raises(IntegrityError, match="carries"):
        await connection.execute(text("set constraints all immediate"))
