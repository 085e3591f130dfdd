"""The marts say what the small programme did, to the rupiah, and what the rooms themselves say."""

import asyncio
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos.db import engine_for
from jamsos.donations import unmatched_lines
from jamsos.donations.rules import LineDecision
from jamsos.ledger import service as ledger
from tests.officers import officer
from tests.warehouse.conftest import rows, write
from tests.warehouse.programme import MARCH_31
from warehouse.build import build


async def test_every_law_holds_over_a_walked_programme(built):
    _, outcome = built
    assert (outcome.relations, outcome.doubts) == (77, {})


async def test_the_year_is_target_and_realisation(ask):
    found = await ask("select * from marts.programme_years")
    assert found == [
        ("53.15", 2024, 13, 39, 655_200, 13, 26, 436_800, 12, 12, 201_600, Decimal("100.00"), Decimal("66.67"), Decimal("66.67"))
    ]  # fmt: skip


async def test_a_decree_shows_what_became_of_it(ask):
    found = await ask(
        """select decree_number, workers, worker_months, amount, amendments, replaced_workers, terminated_workers,
            sent_workers, accepted_workers, refused_workers, billed_amount, paid_amount, confirmed_amount, unspent_amount
        from marts.decrees"""
    )
    assert found == [("298/KEP/HK/2024", 13, 39, 655_200, 1, 1, 1, 13, 12, 1, 655_200, 436_800, 201_600, 218_400)]


async def test_a_change_is_told_without_the_person(ask):
    found = await ask(
        "select amendment_number, line, action, reason, month_from, month_to, district_code from marts.decree_changes order by line"
    )
    assert found == [
        ("301/KEP/HK/2024", 1, "termination", "died", date(2024, 1, 1), date(2024, 2, 1), "53.15.06"),
        ("301/KEP/HK/2024", 2, "replacement", "died", date(2024, 3, 1), date(2024, 3, 1), "53.15.05"),
    ]


async def test_a_complaint_is_told_by_its_days_and_how_it_stands(ask):
    found = await ask(
        """select kind, regency_code, run_id is not null, filed_date, due_date, state, decision, deadline, answered_date, decided_date,
            appealed_date from marts.complaints order by complaint_id"""
    )
    day = date(2024, 2, 1)
    assert found == [
        ("not_chosen", "53.15", True, day, date(2024, 4, 1), "decided", "rejected", "kept", date(2024, 2, 5), date(2024, 2, 9), None),
        ("other", "53.15", False, day, date(2024, 4, 1), "filed", None, "overdue", None, None, None),
    ]  # fmt: skip
    cases = await ask(
        "select id, kind, filed_date, due_date, state, decision, deadline from programme.complaint_cases order by id"
    )
    assert cases == await ask(
        "select complaint_id, kind, filed_date, due_date, state, decision, deadline from marts.complaints order by complaint_id"
    )


async def test_a_fund_is_received_promised_billed_paid_and_free(ask):
    found = await ask(
        """select fund_code, received_amount, usable_amount, tied_amount, committed_amount, billed_amount, paid_amount,
            free_amount, cash_amount from marts.funds order by fund_code"""
    )
    assert found == [
        ("APBD-2024", 1_000_000, 1_000_000, 0, 655_200, 655_200, 436_800, 344_800, 563_200),
        ("DBHCHT-2024", 100_000, 50_000, 50_000, 0, 0, 0, 50_000, 100_000),
        ("DONASI-2024", 50_400, 50_400, 0, 0, 0, 0, 50_400, 50_400),
    ]


async def test_the_cash_of_a_fund_runs_on_by_month(ask):
    found = await ask(
        "select month, amount, balance from marts.fund_movements where fund_code = 'APBD-2024' and account = 'cash' order by 1"
    )
    assert found == [(date(2024, 1, 1), 781_600, 781_600), (date(2024, 2, 1), -218_400, 563_200)]


async def test_a_bill_stands_beside_its_payment_and_its_receipt(ask):
    found = await ask(
        """select billing_code, worker_months, jkk_amount, jkm_amount, paid_amount, paid_date, spp_numbers, spm_numbers, sp2d_numbers,
            confirmed_months, received_amount, difference_count, difference_amount from marts.bills order by 1"""
    )
    billed = (13, 130_000, 88_400)
    assert found == [
        ("KI-2024-01", *billed, 218_400, date(2024, 1, 12), "SPP/2024-01", "SPM/2024-01", "SP2D/2024-01", 12, 201_600, 1, -16_800),
        ("KI-2024-02", *billed, 218_400, date(2024, 2, 12), "SPP/2024-02", "SPM/2024-02", "SP2D/2024-02", 0, 0, 0, 0),
        ("KI-2024-03", *billed, 0, None, None, None, None, 0, 0, 0, 0),
    ]  # fmt: skip


async def test_a_difference_is_typed_and_priced(ask):
    found = await ask(
        "select kind, billing_code, insurer_receipt_number, month, district_code, difference_amount from marts.coverage_differences"
    )
    assert found == [("not_confirmed", "KI-2024-01", "BPJS-2024-01", date(2024, 1, 1), "53.15.05", -16_800)]


async def test_a_district_counts_workers_women_groups_and_states(ask):
    found = await ask(
        """select district_code, workers, paid_workers, confirmed_workers, women, farmer_workers, ungrouped_workers, amount
        from marts.coverage_by_district where month = '2024-01-01' order by 1"""
    )
    assert found == [
        ("53.15.03", 5, 5, 5, 0, 5, 0, 84_000),
        ("53.15.05", 6, 6, 5, 6, 6, 0, 100_800),
        ("53.15.06", 2, 2, 2, 2, 2, 0, 33_600),
    ]


async def test_a_worker_month_keeps_the_decile_it_was_decided_by(ask):
    found = await ask("select month, decile, count(*) from marts.coverage_months group by 1, 2 order by 1, 2")
    assert found == [
        (date(2024, 1, 1), 1, 13),
        (date(2024, 2, 1), 1, 13),
        (date(2024, 3, 1), 1, 12),
        (date(2024, 3, 1), 3, 1),
    ]


async def test_a_person_is_told_by_band_groups_registers_and_cover(ask):
    found = await ask(
        """select age_band, sex, decile, is_farmer, is_fisher, has_disability, district_code, register_count, is_protected,
            first_covered_month, last_covered_month, consecutive_paid_months, amount, count(*)
        from marts.people group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 order by min(person_id)"""
    )
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    covered, dead = (True, january, february, 2, 33_600), (False, january, february, 0, 33_600)
    uncovered = (False, None, None, 0, 0)
    assert found == [
        ("35_44", "female", 2, True, False, False, "53.15.05", 2, *covered, 1),
        ("35_44", "female", 2, True, False, False, "53.15.05", 1, *covered, 5),
        ("35_44", "male", 2, True, False, False, "53.15.03", 1, *covered, 5),
        ("35_44", "female", 2, True, False, False, "53.15.06", 1, *covered, 1),
        ("35_44", "female", 2, True, False, False, "53.15.06", 1, *dead, 1),
        ("35_44", "female", 4, False, True, True, "53.15.05", 1, *uncovered, 1),
        ("unknown", "unknown", None, False, False, False, None, 0, *uncovered, 1),
    ]


async def test_everyone_considered_has_an_outcome_somewhere(ask):
    found = await ask(
        "select district_code, outcome, reason, candidates, women from marts.selection_outcomes order by 1, 2"
    )
    assert found == [
        ("53.15.03", "chosen", "within_budget", 5, 0),
        ("53.15.05", "chosen", "within_budget", 6, 6),
        ("53.15.05", "not_reached", "below_the_cut", 1, 1),
        ("53.15.06", "chosen", "within_budget", 2, 2),
        ("unknown", "excluded", "not_resident", 1, 0),
    ]
    assert await ask("select candidates, chosen, not_reached, excluded, cost, months from marts.selections") == [
        (15, 13, 1, 1, 655_200, 3)
    ]


async def test_gifts_and_unexplained_money_stand_apart(ask):
    found = await ask(
        """select fund_code, month, pledges, pledged_amount, gifts, matched_amount, aside_lines, aside_amount,
            outgoing_amount, booked_amount
        from marts.donations order by 1, 2"""
    )
    assert found == [
        ("DONASI-2024", date(2024, 2, 1), 1, 50_400, 1, 50_400, 0, 0, 0, 50_400),
        ("DONASI-2024", date(2024, 3, 1), 1, 16_800, 0, 0, 0, 0, 0, 0),
        ("none", date(2024, 3, 1), 0, 0, 0, 0, 1, 20_000, -5_000, 0),
    ]


async def test_money_that_somebody_gave_to_a_fund_stands_there_and_waits_no_more(built_again, sealer, papers):
    async def decide(connection):
        unknown = "select bank_line_id from programme.donation_matches where outcome = 'unknown'"
        number = (await connection.execute(text(unknown))).scalar_one()
        facts = {"decision": LineDecision.fund, "fund_code": "DONASI-2024", "reason": "surat"}
        await unmatched_lines.resolve(connection, await officer(connection), sealer, number=number, **facts)

    await write(built_again, decide)
    outcome = await asyncio.to_thread(build, built_again, papers, as_of=MARCH_31)

    assert outcome.doubts == {}
    assert await rows(
        built_again,
        "select fund_code, gifts, matched_amount, aside_lines, aside_amount, booked_amount from marts.donations order by 1, month",
    ) == [
        ("DONASI-2024", 1, 50_400, 0, 0, 50_400),
        ("DONASI-2024", 1, 20_000, 0, 0, 20_000),
        ("none", 0, 0, 0, 0, 0),
    ]


async def test_a_claim_leads_to_the_fund_of_its_month(ask):
    found = await ask("select kind, event_month, amount, district_code, valid_month, fund_code from marts.claims")
    assert found == [("death", date(2024, 2, 1), 10_000_000, "53.15.06", date(2024, 2, 1), "APBD-2024")]


async def test_premiums_stand_beside_benefits_by_fund_and_group(ask):
    found = await ask(
        "select fund_code, group_code, claims, benefit_amount from marts.premiums_and_benefits where claims > 0"
    )
    assert [(fund, claims, amount) for fund, _, claims, amount in found] == [("APBD-2024", 1, 10_000_000)]
    [sums] = await ask("select sum(paid_months), sum(premium_amount), sum(claims) from marts.premiums_and_benefits")
    assert [sums] == await ask("""select sum(worker_months), sum(amount), (select count(*) from marts.claims)
        from marts.coverage_counts where state in ('paid', 'confirmed')""")


async def test_a_region_is_told_with_everything_above_it(ask):
    found = await ask("select * from marts.regions where village_code = '53.15.05.2001'")
    above = ("53.15.05", "Komodo", "53.15", "Kabupaten Manggarai Barat", "53", "Nusa Tenggara Timur")
    assert found == [("53.15.05.2001", "Komodo", "desa", *above)]


FIGURES = [("figure", None, 2), ("protected", None, 3)]  # one who waits, one benefit; today's districts


async def test_the_public_sees_no_small_cell_and_cannot_compute_it(ask):
    districts = await ask(
        "select district_code, is_hidden, workers, amount from marts.public_coverage_by_district where month = '2024-01-01' order by 1"
    )
    assert districts == [(f"53.15.{number}", True, None, None) for number in ("03", "05", "06")]
    cells = await ask("select dimension, month, count(*) from marts.suppressed_cells group by 1, 2 order by 1, 2")
    assert cells == [
        ("district", date(2024, 1, 1), 3),
        ("district", date(2024, 2, 1), 3),
        ("district", None, 3),
        *FIGURES,
    ]
    groups = await ask("select distinct group_code, is_hidden, workers from marts.public_coverage_by_group")
    assert groups == [("farmer", False, 13)]


async def test_the_public_programme_tells_who_is_protected_on_the_day_and_no_small_count(ask):
    """March is billed but not paid, and in grace; one worker died, one waits and one benefit was paid: too few to be told."""
    (found,) = await ask("select * from marts.public_programmes")
    place = ("53.15", "Kabupaten Manggarai Barat", "Nusa Tenggara Timur")
    assert found == (
        *place, date(2024, 3, 31), date(2024, 3, 1), 12, 26, 436_800, 2024, None, 16_800, None, None,
    )  # fmt: skip


async def test_the_ledger_and_the_marts_say_the_same_of_every_fund(built, ask):
    engine = engine_for(built[0], poolclass=NullPool)
    async with engine.connect() as connection:
        said = {}
        for position in await ledger.positions(connection):
            figures = (position.received, position.carried, position.refunded, position.paid, position.cash)
            before = said.get(position.fund, (0,) * len(figures))
            said[position.fund] = tuple(a + b for a, b in zip(before, figures, strict=True))
    await engine.dispose()

    found = await ask(
        "select fund_code, received_amount, carried_amount, refunded_amount, paid_amount, cash_amount from marts.funds"
    )
    assert {code: tuple(figures) for code, *figures in found} == said
    assert len(said) == 3


async def test_the_programme_and_the_marts_count_the_same_worker_months(ask):
    """The same figure from the tables that the API asks and from every mart that tells it."""
    programme = """select count(*), sum(amount), count(distinct person_id) from programme.coverage_months
        where state in ('paid', 'confirmed')"""
    for mart in (
        "select sum(paid_months), sum(paid_amount), sum(paid_workers) from marts.programme_years",
        "select sum(worker_months), sum(amount), (select count(*) from marts.people where worker_months > 0) "
        "from marts.coverage_counts where state in ('paid', 'confirmed')",
        "select sum(paid_workers), sum(paid_amount), 13 from marts.coverage_by_district",
        "select sum(paid_months), sum(paid_amount), 13 from marts.bills",
        "select sum(paid_months), sum(paid_amount), 13 from marts.decrees",
    ):
        assert await ask(mart) == await ask(programme) == [(26, 436_800, 13)], mart
