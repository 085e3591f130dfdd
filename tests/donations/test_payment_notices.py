"""The payment provider's notices and the bank statement: the same money is recorded once, whichever comes first."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import donation_receipts, payment_notices
from jamsos.donations.errors import NoticeRepeated
from jamsos.donations.matching import Matched
from jamsos.donations.payment_notices import Call
from jamsos.donations.rules import MatchOutcome
from jamsos.donations.snap import Notice, NoticeStatus
from jamsos.ledger.errors import BudgetExceeded
from jamsos.ledger.service import verify
from tests.donations.test_matching import match, office, pledge, statement
from tests.money import commit, free

__all__ = ["office"]
FUND = "DONASI-2024"


async def take(office, sealer, said, amount=201_600, reference="RRN0001", call="1", status=NoticeStatus.paid):
    told = Notice(reference, status, amount, f"{reference}\n{said}\nYOSEFINA")
    return await payment_notices.take(office, COMMAND_LINE, sealer, told, Call(call, date(2024, 2, 2), said.encode()))


async def test_a_notice_that_names_a_pledge_is_money_at_once(office, sealer):
    code = await pledge(office, sealer)

    assert await take(office, sealer, f"DONASI {code}") == MatchOutcome.exact

    assert await free(office, FUND) == 201_600
    assert (await donation_receipts.gift(office, code)).amount == 201_600
    await verify(office)


@pytest.mark.parametrize(
    ("amount", "outcome", "booked"),
    [
        (201_600, MatchOutcome.exact, 201_600),
        (50_400, MatchOutcome.partial, 50_400),
        (300_000, MatchOutcome.over, 300_000),
    ],
)
async def test_a_notice_is_judged_like_a_line_of_the_bank(office, sealer, amount, outcome, booked):
    code = await pledge(office, sealer)
    assert await take(office, sealer, code, amount=amount) == outcome
    assert await free(office, FUND) == booked


async def test_what_names_no_pledge_or_one_that_is_paid_is_kept_aside(office, sealer):
    code = await pledge(office, sealer)
    await take(office, sealer, code)

    assert await take(office, sealer, code, reference="RRN0002", call="2") == MatchOutcome.duplicate
    assert await take(office, sealer, "TANPA KODE", reference="RRN0003", call="3") == MatchOutcome.unknown
    assert await free(office, FUND) == 201_600


async def test_the_same_call_is_refused_and_the_same_payment_told_again_does_nothing(office, sealer):
    code = await pledge(office, sealer)
    await take(office, sealer, code)

    with pytest.raises(NoticeRepeated):
        await take(office, sealer, code, reference="RRN0002")
    assert await take(office, sealer, code, call="2") is None
    assert await free(office, FUND) == 201_600
    assert (await office.execute(text("select count(*) from programme.payment_notices"))).scalar_one() == 1


async def test_the_statement_that_tells_of_the_same_money_later_books_nothing(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await take(office, sealer, code)

    found = await match(office, sealer, statement(tmp_path, (f"QRIS {code}", 201_600), (f"QRIS {code}", 201_600)))

    assert found == Matched({MatchOutcome.duplicate: 1, MatchOutcome.settled: 1}, repeated=0, booked=0, refunded=0)
    assert await free(office, FUND) == 201_600
    await verify(office)


async def test_a_line_with_the_providers_reference_is_the_same_money_even_less_a_fee(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await take(office, sealer, code)

    found = await match(office, sealer, statement(tmp_path, ("SETTLEMENT QRIS RRN0001", 200_189)))

    assert (found.lines, found.booked) == ({MatchOutcome.settled: 1}, 0)


async def test_a_notice_that_comes_after_the_statement_books_nothing(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await match(office, sealer, statement(tmp_path, (f"QRIS {code}", 201_600)))

    assert await take(office, sealer, code) == MatchOutcome.settled
    assert await take(office, sealer, code, reference="RRN0002", call="2") == MatchOutcome.duplicate
    assert await free(office, FUND) == 201_600


async def test_a_transfer_of_another_amount_beside_a_notice_is_another_gift(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await take(office, sealer, code, amount=100_000)

    found = await match(office, sealer, statement(tmp_path, (f"TRSF {code}", 101_600)))

    assert (found.lines, found.booked) == ({MatchOutcome.exact: 1}, 101_600)


async def test_a_refund_is_known_by_the_payments_reference_and_the_statement_tells_of_it_once(office, sealer, tmp_path):
    code = await pledge(office, sealer)
    await take(office, sealer, code)

    refunded = await take(office, sealer, "", call="2", status=NoticeStatus.refunded)
    rows = ((f"QRIS {code}", 201_600), (f"REFUND {code}", -201_600))
    found = await match(office, sealer, statement(tmp_path, *rows))

    assert refunded == MatchOutcome.refunded
    assert (found.lines, found.booked, found.refunded) == ({MatchOutcome.settled: 2}, 0, 0)
    assert await free(office, FUND) == 0
    await verify(office)


async def test_a_refund_of_money_promised_meanwhile_is_refused_and_leaves_nothing(office, sealer):
    code = await pledge(office, sealer)
    await take(office, sealer, code)
    await commit(office, (await receipts_fund(office)), 201_600)

    with pytest.raises(BudgetExceeded):
        async with office.begin_nested():
            await take(office, sealer, "", call="2", status=NoticeStatus.refunded)
    assert (await office.execute(text("select count(*) from programme.payment_notices"))).scalar_one() == 1


async def receipts_fund(office):
    return (
        await office.execute(text("select id from programme.funds where code = :code"), {"code": FUND})
    ).scalar_one()


async def test_what_moved_nothing_is_not_kept(office, sealer):
    assert await take(office, sealer, await pledge(office, sealer), status=None) is None
    assert (await office.execute(text("select count(*) from programme.bank_lines"))).scalar_one() == 0


async def test_what_a_notice_says_of_its_giver_stands_sealed(office, sealer):
    await take(office, sealer, await pledge(office, sealer))
    for table in ("bank_lines", "payment_notices", "documents", "audit_entries", "journal_transactions"):
        rows = await office.execute(text(f"select t::text from programme.{table} t"))
        assert not any("YOSEFINA" in row[0] for row in rows)
