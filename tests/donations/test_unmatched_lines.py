"""Unmatched lines: listed, decided once, each decision beside the earlier match."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing.donation_receipts import receipt_of
from jamsos.donations import donation_receipts, unmatched_lines
from jamsos.donations.errors import BankLineSettled, DecisionUnclear
from jamsos.donations.rules import LineDecision, MatchOutcome
from jamsos.errors import NotFound
from jamsos.ledger.errors import FundUnknown
from jamsos.ledger.service import verify
from tests.donations.test_matching import match, office, pledge, statement
from tests.money import free
from tests.officers import officer

__all__ = ["office"]
FUND = "DONASI-2024"


async def resolve(office, sealer, number, decision, reason="surat 12/2024 dari Ibu Kristina", **facts):
    return await unmatched_lines.resolve(
        office, await officer(office), sealer, number=number, decision=decision, reason=reason, **facts
    )


async def waiting(office, sealer, **options):
    found = await unmatched_lines.lines_aside(office, COMMAND_LINE, sealer, **options)
    return [(each.outcome, each.amount) for each in found]


@pytest.fixture
async def aside(office, sealer, tmp_path):
    """Create a pledge of Rp100 paid twice, and Rp75 without a pledge; return the code, and the numbers of the two lines."""
    code = await pledge(office, sealer, amount=100)
    await match(office, sealer, statement(tmp_path, (code, 100), (code, 100), ("HAMBA ALLAH", 75), ("BIAYA", -5)))
    twice, unknown = [each.number for each in await unmatched_lines.lines_aside(office, COMMAND_LINE, sealer)]
    return code, twice, unknown


async def test_lines_that_wait_are_listed_with_their_text_only_where_it_is_asked_for(office, sealer, aside):
    plain = await unmatched_lines.lines_aside(office, COMMAND_LINE, sealer)
    with_text = await unmatched_lines.lines_aside(office, COMMAND_LINE, sealer, with_text=True)

    assert [(e.day, e.amount, e.outcome, e.pledge_code, e.text) for e in plain] == [
        (date(2024, 2, 2), 100, MatchOutcome.duplicate, aside[0], None),
        (date(2024, 2, 3), 75, MatchOutcome.unknown, None, None),
    ]
    assert [each.text for each in with_text] == [aside[0], "HAMBA ALLAH"]
    looks = await office.execute(
        text("select subject_ids from programme.audit_entries where act = 'read_unmasked' and subject = 'bank_line'")
    )
    assert [list(row[0]) for row in looks] == [list(aside[1:])]


async def test_money_that_named_nobody_is_given_to_a_pledge_and_counts_on_its_receipt(office, sealer, aside):
    _, _, unknown = aside
    other = await pledge(office, sealer, amount=75)

    assert await resolve(office, sealer, unknown, LineDecision.pledge, pledge_code=other.lower()) == MatchOutcome.exact

    assert (await donation_receipts.gift(office, other)).amount == 75
    assert await free(office, FUND) == 175
    assert await waiting(office, sealer) == [(MatchOutcome.duplicate, 100)]
    await verify(office)


async def test_a_second_payment_may_be_a_larger_gift_of_the_same_pledge(office, sealer, aside):
    code, twice, _ = aside

    assert await resolve(office, sealer, twice, LineDecision.pledge, pledge_code=code) == MatchOutcome.over
    assert (await receipt_of(office, code)).amount == 200


async def test_money_without_a_pledge_enters_a_fund_under_its_own_number(office, sealer, aside):
    assert await resolve(office, sealer, aside[2], LineDecision.fund, fund_code=FUND) == MatchOutcome.assigned

    references = await office.execute(
        text("select reference from programme.journal_transactions where kind = 'donate' order by id")
    )
    assert list(references.scalars()) == [aside[0], f"MUTASI-{aside[2]}"]
    assert await free(office, FUND) == 175


async def test_what_goes_back_and_what_was_told_elsewhere_move_nothing(office, sealer, aside, tmp_path):
    code, twice, unknown = aside

    assert await resolve(office, sealer, twice, LineDecision.giver) == MatchOutcome.returning
    assert await resolve(office, sealer, unknown, LineDecision.told) == MatchOutcome.settled

    assert await waiting(office, sealer) == [] and await free(office, FUND) == 100
    back = statement(tmp_path, (f"RETUR {code}", -100), name="retur.csv")
    assert (await match(office, sealer, back)).lines == {MatchOutcome.refunded: 1}
    assert await free(office, FUND) == 100, "the money that came twice went back, not the gift"


async def test_what_was_found_first_still_stands_beside_the_decision(office, sealer, aside):
    await resolve(office, sealer, aside[2], LineDecision.giver)
    rows = await office.execute(
        text(
            "select outcome, replaces_id is not null, reason_sealed from programme.donation_matches where bank_line_id = :line order by id"
        ),
        {"line": aside[2]},
    )
    (first, is_first_later, none), (then, is_then_later, reason) = [tuple(row) for row in rows]
    assert (first, is_first_later, none, then, is_then_later) == ("unknown", False, None, "returning", True)
    assert sealer.unseal("bank_line", reason) == "surat 12/2024 dari Ibu Kristina"


@pytest.mark.parametrize(
    ("decision", "facts", "refusal"),
    [
        (LineDecision.pledge, {}, DecisionUnclear),
        (LineDecision.pledge, {"pledge_code": "DON1", "fund_code": FUND}, DecisionUnclear),
        (LineDecision.fund, {}, DecisionUnclear),
        (LineDecision.giver, {"fund_code": FUND}, DecisionUnclear),
        (LineDecision.giver, {"reason": "  "}, DecisionUnclear),
        (LineDecision.pledge, {"pledge_code": "DONTIDAKAD"}, NotFound),
        (LineDecision.fund, {"fund_code": "TIDAK-ADA"}, FundUnknown),
    ],
)
async def test_a_decision_that_cannot_be_done_changes_nothing(office, sealer, aside, decision, facts, refusal):
    with pytest.raises(refusal):
        await resolve(office, sealer, aside[2], decision, **facts)
    assert len(await waiting(office, sealer)) == 2 and await free(office, FUND) == 100


async def test_a_line_is_decided_about_once_and_only_where_it_waits(office, sealer, aside):
    await resolve(office, sealer, aside[2], LineDecision.fund, fund_code=FUND)
    booked = (await office.execute(text("select min(id) from programme.bank_lines"))).scalar_one()
    fee = (await office.execute(text("select id from programme.bank_lines where amount < 0"))).scalar_one()

    for number in (aside[2], booked, fee):
        with pytest.raises(BankLineSettled):
            await resolve(office, sealer, number, LineDecision.fund, fund_code=FUND)
    with pytest.raises(NotFound):
        await resolve(office, sealer, 10**9, LineDecision.giver)
    assert await free(office, FUND) == 175


async def test_a_reason_stands_sealed(office, sealer, aside):
    await resolve(office, sealer, aside[2], LineDecision.giver)
    for table in ("donation_matches", "audit_entries"):
        rows = await office.execute(text(f"select t::text from programme.{table} t"))
        assert not any("Kristina" in row[0] for row in rows)
