"""Drawing up a list and keeping it: against the real database."""

import dataclasses
import hashlib
import json
from datetime import date, timedelta

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.errors import RegionUnknown
from jamsos.access.rules import COMMAND_LINE, Actor
from jamsos.errors import NotFound
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import FundUnknown
from jamsos.ledger.rules import FundKind, Share
from jamsos.months import Month, today
from jamsos.offices.errors import OfficeUnknown
from jamsos.offices.service import add_office
from jamsos.people.identity import Grounds, merge
from jamsos.people.service import withdraw_event
from jamsos.selection import manifest, service, verification
from jamsos.selection.errors import (
    CeilingTooLow,
    CriteriaKnown,
    CriteriaWrong,
    NobodyKnownThen,
    NobodyToChoose,
    RunBroken,
    TermsWrong,
)
from jamsos.selection.letters import explained, letter_sentences
from jamsos.selection.rules import Cut, History
from tests.officers import officer
from tests.selection.builders import MABAR, criteria, settle

TOBACCO = [Share("welfare", 5_000, True), Share("health", 4_000, False), Share("law_enforcement", 1_000, False)]


def asked(**changed):
    return {"year": 2024, "office_code": "53.15", "criteria": MABAR, "as_of": date(2024, 1, 1)} | changed


async def run(connection, **changed):
    return await service.run_selection(connection, COMMAND_LINE, **asked(**changed))


async def preview(connection, **changed):
    return await service.preview(connection, COMMAND_LINE, **asked(**changed))


async def tobacco_fund(connection, amount=1_114_448_000, **changed):
    fund = {
        "name": "DBH CHT", "kind": FundKind.tobacco_excise, "fiscal_year": 2026, "is_via_apbd": True,
        "office_code": "53.15", "shares": TOBACCO,
    }  # fmt: skip
    await ledger.add_fund(connection, COMMAND_LINE, code="DBHCHT-2026", **fund | changed)
    await ledger.deposit(
        connection, COMMAND_LINE, fund_code="DBHCHT-2026", amount=amount, day=date(2026, 1, 5), document_number="R-1"
    )


async def count(connection, table):
    return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def test_201_600_000_rupiah_protect_1_000_workers_for_a_year(connection):
    await settle(connection, 1_200)

    kept = await run(connection, ceiling=201_600_000)

    assert (kept.candidates, kept.eligible, kept.chosen, kept.cost) == (1_200, 1_200, 1_000, 201_600_000)
    assert (kept.rate, kept.worker_cost) == (16_800, 201_600)


async def test_the_story_of_2025_and_2026_comes_out_to_the_rupiah(connection):
    await settle(connection, 4_700)
    await tobacco_fund(connection)

    budget = await preview(connection, year=2025, ceiling=570_326_400)
    tied = await preview(connection, year=2026, fund_code="DBHCHT-2026")
    plan = await preview(connection, year=2026, headcount=4_649)
    wish = await preview(connection, year=2026, headcount=4_649, fund_code="DBHCHT-2026")

    assert budget.cut == Cut(2_829, 570_326_400, 0, 0)
    assert tied.cut == Cut(2_764, 557_222_400, 1_600, 0)
    assert plan.cut == Cut(4_649, 937_238_400, 0, 0)
    assert wish.cut == Cut(2_764, 557_222_400, 1_600, 380_014_400)


async def test_money_outside_the_regional_budget_reaches_further_when_contributions_are_halved(connection):
    await settle(connection, 20)
    await tobacco_fund(connection, amount=1_000_000, kind=FundKind.donation, is_via_apbd=False, shares=())

    found = await preview(connection, year=2026, fund_code="DBHCHT-2026", months=(Month(2026, 3), Month(2026, 5)))

    assert (found.terms.rate, found.terms.worker_cost) == (16_800, 16_800 + 2 * 8_400)
    assert found.cut.places == 20


async def test_the_smaller_of_ceiling_and_fund_is_the_limit(connection):
    await settle(connection, 10)
    await tobacco_fund(connection)

    assert (await preview(connection, fund_code="DBHCHT-2026", ceiling=403_200)).cut.places == 2


async def test_a_preview_writes_nothing(connection):
    await settle(connection, 3)
    await preview(connection, ceiling=403_200)

    for table in ("selection_runs", "selection_candidates", "selection_inputs", "criteria", "audit_entries"):
        assert await count(connection, table) == 0


async def test_every_person_of_the_regency_is_kept_with_outcome_and_reason(connection):
    chosen, waiting = await settle(connection, 2)
    (dead,) = await settle(connection, 1, event=("died", date(2023, 12, 31)))
    (late,) = await settle(connection, 1, event=("died", date(2024, 1, 2)), decile=4)
    (nameless,) = await settle(connection, 1, nik_sealed=None)
    await settle(connection, 1, village_code="53.10.01.2001")
    kept = await run(connection, ceiling=201_600)

    rows = await connection.execute(
        text("select person_id, outcome, reason, rank, distance from programme.selection_candidates")
    )
    found = {row.person_id: tuple(row)[1:] for row in rows}

    assert found.keys() == {chosen, waiting, dead, late, nameless}
    assert sorted([found[chosen], found[waiting]]) == [
        ("chosen", "within_budget", 1, 0),
        ("not_reached", "below_the_cut", 2, 1),
    ]
    assert found[late] == ("not_reached", "below_the_cut", 3, 2)  # died after the day that counts
    assert found[dead] == ("excluded", "died", None, None)
    assert found[nameless] == ("excluded", "nik_unusable", None, None)
    assert (kept.candidates, kept.eligible, kept.chosen) == (5, 3, 1)


async def test_cover_by_another_payer_counts_only_in_the_same_months(connection):
    await settle(connection, 1, other_payer_from=date(2023, 1, 1), other_payer_to=date(2023, 12, 1))
    await settle(connection, 1, other_payer_from=date(2024, 12, 1), other_payer_to=None)
    first_half = (Month(2024, 1), Month(2024, 6))

    assert (await preview(connection, ceiling=10**9)).eligible == 1
    assert (await preview(connection, ceiling=10**9, months=first_half)).eligible == 2


async def test_what_later_rooms_know_is_heard(connection):
    continuing, covered, refused, ordinary = await settle(connection, 4)
    history = History(frozenset({continuing}), frozenset({covered}), frozenset({refused}))

    found = (await preview(connection, ceiling=201_600, history=history)).ranked

    assert found.filter(outcome="chosen")["person_id"].to_list() == [continuing]
    assert dict(found.select("person_id", "reason").iter_rows()) == {
        continuing: "within_budget",
        ordinary: "below_the_cut",
        covered: "already_protected",
        refused: "refused_by_insurer",
    }


async def test_a_trial_can_be_made_on_what_an_earlier_run_knew(connection):
    people = await settle(connection, 3)
    kept = await run(connection, ceiling=403_200)
    await connection.execute(text("update programme.people set decile = 9"))
    await settle(connection, 2, decile=1)

    now = await preview(connection, ceiling=604_800)
    then = await preview(connection, ceiling=604_800, known_to=kept.id)

    assert sorted(now.seen.filter(outcome="chosen")["person_id"]) == sorted(set(now.seen["person_id"]) - set(people))
    assert sorted(then.seen.filter(outcome="chosen")["person_id"]) == people
    assert then.inputs.height == 3


async def yesterday(connection):
    """All that is known was recorded yesterday, as the triggers never let anybody write it."""
    await connection.execute(text("set local session_replication_role = replica"))
    for table, column in KNOWN.items():
        await connection.execute(text(f"update programme.{table} set {column} = {column} - interval '1 day'"))
    await connection.execute(text("set local session_replication_role = origin"))


KNOWN = {
    "person_versions": "recorded_at",
    "person_groups": "since",
    "life_events": "recorded_at",
    "life_event_withdrawals": "recorded_at",
    "identity_events": "recorded_at",
    "journal_transactions": "recorded_at",
    "fund_groups": "recorded_at",
}


async def test_a_trial_can_be_made_on_what_was_known_at_the_end_of_a_past_day(connection):
    moved, died, left, merged, stays = await settle(connection, 5)
    await yesterday(connection)
    [new] = await settle(connection, 1)
    await connection.execute(text(f"update programme.people set village_code = '53.10.01.2001' where id = {moved}"))
    await connection.execute(text(f"update programme.people set decile = 9 where id = {stays}"))
    await connection.execute(text(f"delete from programme.person_groups where person_id = {left}"))
    await connection.execute(
        text(
            f"insert into programme.life_events (person_id, kind, event_date, evidence) values ({died}, 'died', '2023-12-01', 'x')"
        )
    )
    await merge(connection, await officer(connection), person_id=stays, other_id=merged, grounds=Grounds("sama"))

    now = await preview(connection, ceiling=2_016_000)
    then = await preview(connection, ceiling=2_016_000, known_on=today() - timedelta(days=1))

    chosen = sorted(then.seen.filter(outcome="chosen")["person_id"])
    assert chosen == [moved, died, left, merged, stays] == sorted(then.inputs["person_id"])
    assert sorted(now.seen.filter(outcome="chosen")["person_id"]) == [new]
    assert sorted(now.inputs["person_id"]) == [died, left, stays, new]


async def test_a_trial_on_a_past_day_has_the_money_and_the_rules_of_the_fund_of_that_day(connection, tmp_path):
    await settle(connection, 3)
    await settle(connection, 1, groups=("fisher",))
    await tobacco_fund(connection, amount=403_200 * 2)
    await yesterday(connection)
    await ledger.deposit(
        connection, COMMAND_LINE, fund_code="DBHCHT-2026", amount=10**9, day=date(2026, 1, 5), document_number="R-2"
    )
    rules = tmp_path / "rules.csv"
    rules.write_text(
        "fund_code,group_code,is_allowed,valid_from,regulation,verified_on\nDBHCHT-2026,fisher,yes,2026-01,PMK 72/2024,\n"
    )
    await ledger.load_groups(connection, COMMAND_LINE, rules)
    asked = {"year": 2026, "fund_code": "DBHCHT-2026"}

    now = await preview(connection, **asked)
    then = await preview(connection, **asked, known_on=today() - timedelta(days=1))
    same = await preview(connection, **asked, known_on=today())

    assert (then.terms.ceiling, then.terms.fund_groups, then.cut.places) == (403_200, None, 2)
    assert (now.terms.ceiling, now.terms.fund_groups, now.cut.places) == (500_403_200, "fisher", 1)
    assert same.terms == now.terms


async def through_the_door(connection, region="53.15"):
    """As the API reads: with the rights of its role, within the sight of an agency."""
    await connection.execute(
        text("""select set_config('role', 'jamsos_api', true), set_config('jamsos.sight_from', :first, true),
                       set_config('jamsos.sight_to', :beyond, true)"""),
        {"first": region, "beyond": f"{region}~"},
    )


async def moved_in(connection, kind):
    """Somebody of another regency, of whom its office recorded an event, who lives in Mabar now."""
    [person] = await settle(connection, 1, village_code="53.10.01.2001")
    facts = {"id": person, "kind": kind}
    await connection.execute(
        text("""insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
                values (:id, :kind, '2023-05-05', 'x', '53.10.01.2001')"""),
        facts,
    )
    for table, key in (("people", "id"), ("person_groups", "person_id")):
        await connection.execute(
            text(f"update programme.{table} set village_code = '53.15.05.2001' where {key} = :id"), {"id": person}
        )
    return person


@pytest.mark.parametrize("known_on", [None, today()])
async def test_both_doors_draw_up_the_same_list_whoever_moved_in_or_out(connection, known_on):
    [stays, left] = await settle(connection, 2)
    dead, moved = await moved_in(connection, "died"), await moved_in(connection, "moved")
    await connection.execute(text(f"update programme.people set village_code = '53.10.01.2001' where id = {left}"))

    at_the_desk = await preview(connection, ceiling=2_016_000, known_on=known_on)
    await through_the_door(connection)
    over_the_api = await preview(connection, ceiling=2_016_000, known_on=known_on)

    assert over_the_api.inputs.equals(at_the_desk.inputs)
    assert dict(at_the_desk.seen.select("person_id", "reason").iter_rows()) == {
        stays: "within_budget", dead: "died", moved: "within_budget",
    }  # fmt: skip


async def test_the_database_tells_no_events_beyond_the_sight(connection):
    await moved_in(connection, "died")
    events = text("select count(*) from programme.events_from_elsewhere(:first, :beyond, '2024-01-01')")
    here = {"first": "53.15", "beyond": "53.15~"}
    assert (await connection.execute(events, here)).scalar_one() == 1

    await through_the_door(connection, "53.10")

    assert (await connection.execute(events, here)).scalar_one() == 0
    assert (await connection.execute(events, {"first": "53", "beyond": "53~"})).scalar_one() == 0
    for known in ("residents_known", "groups_known"):
        asked = text(f"select count(*) from programme.{known}(:first, :beyond, now() + interval '1 day')")
        assert (await connection.execute(asked, here)).scalar_one() == 0


async def test_a_role_without_a_sight_is_told_nothing_and_others_may_not_ask(connection):
    await moved_in(connection, "died")
    asked = text("select count(*) from programme.residents_known('53.15', '53.15~', now() + interval '1 day')")
    assert (await connection.execute(asked)).scalar_one() == 1

    await connection.execute(text("select set_config('role', 'jamsos_api', true)"))
    assert (await connection.execute(asked)).scalar_one() == 0

    await connection.execute(text("reset role"))
    await connection.execute(
        text("select set_config('role', 'jamsos_dbt', true), set_config('jamsos.sight_from', '0', true)")
    )
    with pytest.raises(DBAPIError, match="permission denied for function"):
        await connection.execute(asked)


async def withdraw(connection, person):
    [event] = (
        await connection.execute(text("select id from programme.life_events where person_id = :id"), {"id": person})
    ).scalars()
    await withdraw_event(connection, await officer(connection), event_id=event, reason="NIK salah ketik")


async def test_who_was_wrongly_told_dead_is_a_candidate_again_once_it_is_withdrawn(connection):
    dead, _ = await settle(connection, 2, event=("died", date(2023, 12, 1)))
    [alive] = await settle(connection, 1)
    await yesterday(connection)
    before = await preview(connection, ceiling=2_016_000)
    await withdraw(connection, dead)

    now = await preview(connection, ceiling=2_016_000)
    then = await preview(connection, ceiling=2_016_000, known_on=today() - timedelta(days=1))

    before, now, then = (sorted(each.seen.filter(outcome="chosen")["person_id"]) for each in (before, now, then))
    assert (before, now, then) == ([alive], [dead, alive], [alive])


async def test_what_was_withdrawn_by_a_past_day_is_not_known_on_it(connection):
    [dead] = await settle(connection, 1, event=("died", date(2023, 12, 1)))
    await withdraw(connection, dead)
    await yesterday(connection)

    then = await preview(connection, ceiling=2_016_000, known_on=today() - timedelta(days=1))

    assert list(then.seen.filter(outcome="chosen")["person_id"]) == [dead]


async def test_an_old_list_is_explained_by_the_event_that_was_withdrawn_since(connection):
    [dead] = await settle(connection, 1, event=("died", date(2023, 12, 1)))
    await settle(connection, 1)
    await yesterday(connection)
    kept = await run(connection, ceiling=201_600)
    await withdraw(connection, dead)
    await connection.execute(text("set local session_replication_role = replica"))
    later = "update programme.life_event_withdrawals set recorded_at = recorded_at + interval '1 hour'"
    await connection.execute(text(later))

    found = await verification.explain(connection, COMMAND_LINE, kept.id, dead)

    assert [(said.name, said.day) for said in found.evidence] == [("test", date(2023, 12, 1))]


async def test_what_is_known_today_is_the_same_asked_either_way(connection):
    await settle(connection, 3)
    _, ended, lives = await settle(connection, 3, groups=("farmer", "single_mother"), event=("moved", date(2023, 1, 1)))
    await connection.execute(
        text(f"delete from programme.person_groups where person_id = {lives} and group_code = 'farmer'")
    )
    await merge(connection, await officer(connection), person_id=lives, other_id=ended, grounds=Grounds("sama"))

    now = await preview(connection, ceiling=2_016_000)
    then = await preview(connection, ceiling=2_016_000, known_on=today())

    assert now.inputs.equals(then.inputs) and now.inputs.height == 5


@pytest.mark.parametrize("known", [{"known_on": date(2999, 1, 1)}, {"known_on": date(2024, 1, 1), "known_to": 1}])
async def test_a_trial_on_a_day_to_come_or_on_two_days_is_refused(connection, known):
    await settle(connection, 1)
    with pytest.raises(TermsWrong, match="must not be in the future"):
        await preview(connection, ceiling=604_800, **known)


async def test_a_trial_on_what_nobody_knew_is_refused(connection):
    await settle(connection, 1)
    with pytest.raises(NotFound, match="run 99"):
        await preview(connection, ceiling=604_800, known_to=99)


async def test_a_trial_on_a_day_before_anybody_was_known_names_the_day(connection):
    await settle(connection, 1)
    with pytest.raises(
        NobodyKnownThen, match=r"^At the end of 31 January 2020 the office had recorded nobody in region 53\.15;"
    ):
        await preview(connection, ceiling=604_800, known_on=date(2020, 1, 31))


async def test_a_run_comes_out_the_same_after_the_people_have_changed(connection):
    await settle(connection, 30)
    kept = await run(connection, ceiling=2_016_000)
    await connection.execute(text("update programme.people set decile = 9, birth_date = '2020-01-01'"))

    verdict = await verification.verify(connection, COMMAND_LINE, kept.id)

    assert verdict.is_equal
    assert verdict.parts == dict.fromkeys(("manifest", "inputs", "criteria", "list", "kept", "figures"), True)


@pytest.mark.parametrize(
    ("tampered", "broken", "columns"),
    [
        ("selection_runs set chosen = chosen + 1", {"manifest", "figures"}, None),
        ("selection_runs set cost = cost + 1", {"manifest", "figures"}, None),
        ("selection_runs set eligible = 1", {"manifest", "figures"}, None),
        ("selection_runs set candidates = 1", {"manifest", "figures"}, None),
        (
            "selection_runs set ceiling = ceiling + 201600",
            {"manifest", "list", "figures"},
            {"outcome", "reason", "distance"},
        ),
        ("selection_runs set inputs_sha256 = list_sha256", {"manifest", "inputs"}, None),
        ("selection_candidates set score = score + 1 where rank = 2", {"kept"}, {"score"}),
        ("selection_candidates set group_code = 'fisher' where rank = 2", {"kept"}, {"group_code"}),
        ("selection_inputs set content = '\\x00'::bytea", {"inputs", "list", "figures"}, None),
        ("selection_inputs set run_id = 0", {"inputs", "list", "figures"}, None),
        ("selection_inputs set last_person_id = first_person_id", {"inputs"}, None),
        ("criteria set code = 'other'", {"criteria"}, None),
        ("criteria set version = version + 1", {"criteria"}, None),
        ("selection_candidates set village_code = '53.15.01.2001' where rank = 2", {"kept"}, {"village_code"}),
        ("selection_candidates set decile = 1 where rank = 2", {"kept"}, {"decile"}),
        (
            'selection_candidates set score_parts = \'{"continuity": 60, "groups": 0, "decile": 0}\' where rank = 2',
            {"kept"},
            {"continuity_points", "decile_points"},
        ),
        (
            "criteria set document = jsonb_set(document, '{age,below}', '40')",
            {"manifest", "criteria", "list", "figures"},
            None,
        ),
    ],
)
async def test_whatever_the_owner_changes_in_a_kept_run_is_named(connection, tampered, broken, columns):
    await settle(connection, 3)
    kept = await run(connection, ceiling=201_600)
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.exec_driver_sql(f"update programme.{tampered}")

    verdict = await verification.verify(connection, COMMAND_LINE, kept.id)

    assert {part for part, holds in verdict.parts.items() if not holds} == broken and not verdict.is_equal
    if columns:
        assert columns <= {column for difference in verdict.differences for column in difference.columns}


async def test_no_fairness_is_told_of_inputs_that_are_not_the_runs(connection):
    await settle(connection, 2)
    kept = await run(connection, ceiling=201_600)
    inputs = (await service.kept_inputs(connection, kept)).with_columns(sex=pl.lit("male"))
    await connection.execute(text("set local session_replication_role = replica"))
    [block] = manifest.blocks_of(inputs)
    await connection.execute(
        text("update programme.selection_inputs set content = :content where run_id = :run"),
        {"content": block.content, "run": kept.id},
    )

    with pytest.raises(RunBroken):
        await verification.seen(connection, COMMAND_LINE, kept.id)


async def tampered(connection, run, change):
    await connection.execute(text("set local session_replication_role = replica"))
    await connection.exec_driver_sql(f"update programme.selection_runs set {change} where id = {run.id}")
    return await verification.verify(connection, COMMAND_LINE, run.id)


# No list comes out otherwise by any of these.
@pytest.mark.parametrize(
    ("change", "term"),
    [
        ("ceiling = ceiling + 1", "ceiling"),
        ("headcount = 50", "headcount"),
        ("as_of = '2024-06-30'", "as_of"),
        ("rate = rate + 1", "rate"),
        ("worker_cost = worker_cost - 1", "worker_cost"),
        ("month_to = '2024-11-01'", "month_to"),
        ("month_from = '2024-02-01'", "month_from"),
        ("fund_kind = 'donation'", "fund_kind"),
        ("fund_groups = 'farmer'", "fund_groups"),
        ("fund_id = (select max(id) from programme.funds)", "fund_code"),
        ("run_by = 'somebody'", "run_by"),
        ("run_at = run_at - interval '1 day'", "run_at"),
        ("year = 2025", "year"),
    ],
)
async def test_each_term_that_the_owner_changes_in_a_kept_run_is_named(connection, change, term):
    await settle(connection, 1)
    await tobacco_fund(connection)
    kept = await run(connection, ceiling=201_600)
    assert (await verification.verify(connection, COMMAND_LINE, kept.id)).is_equal

    verdict = await tampered(connection, kept, change)

    assert not verdict.is_equal and not verdict.parts["manifest"]
    assert term in [changed.name for changed in verdict.changed]
    assert verdict.parts["list"] or term == "worker_cost" or verdict.differences


async def test_a_manifest_that_is_changed_with_its_run_is_noticed(connection):
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)

    verdict = await tampered(
        connection, kept, "ceiling = 201601, manifest = jsonb_set(manifest, '{ceiling}', '201601')"
    )

    assert [part for part, holds in verdict.parts.items() if not holds] == ["manifest"]


async def test_a_run_of_old_has_no_manifest_and_verifying_says_so(connection):
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)
    assert not (await verification.verify(connection, COMMAND_LINE, kept.id)).is_of_old

    verdict = await tampered(connection, kept, "manifest = null, manifest_sha256 = null")

    assert verdict.is_equal and verdict.is_of_old and "manifest" not in verdict.parts
    assert verdict.sha256 == kept.list_sha256


async def test_any_program_works_the_hash_of_a_manifest_out_from_what_is_kept(connection):
    await settle(connection, 1)
    kept = await run(connection, headcount=1)

    lines = [f"{json.dumps(name)}:{json.dumps(kept.manifest[name])}" for name in sorted(kept.manifest)]

    assert hashlib.sha256(f"{{{','.join(lines)}}}".encode()).digest() == kept.manifest_sha256
    assert kept.manifest | {"run_at": "", "inputs_sha256": "", "list_sha256": ""} == {
        "year": 2024, "office_code": "53.15", "month_from": "2024-01", "month_to": "2024-12", "as_of": "2024-01-01",
        "ceiling": 201_600, "headcount": 1, "rate": 16_800, "worker_cost": 201_600, "fund_code": None, "fund_kind": None,
        "fund_groups": None, "candidates": 1, "eligible": 1, "chosen": 1, "cost": 201_600, "seed": "53.15:2024",
        "criteria_sha256": MABAR.sha256.hex(), "inputs_sha256": "", "list_sha256": "", "run_by": COMMAND_LINE.name, "run_at": "",
    }  # fmt: skip


async def test_an_office_below_the_regency_verifies_and_compares_nothing_of_it(connection):
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)
    village_office = Actor(name="komodo", region_code="53.15.05.2001")

    for act in (verification.verify, verification.seen):
        with pytest.raises(NotFound):
            await act(connection, village_office, kept.id)


async def test_lists_of_two_regencies_are_not_laid_side_by_side(connection):
    await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)

    assert await service.run_beside(connection, COMMAND_LINE, kept.id, "53.15") == kept
    with pytest.raises(TermsWrong, match="same regency"):
        await service.run_beside(connection, COMMAND_LINE, kept.id, "53.10")


async def test_verifying_names_the_persons_whose_kept_place_was_changed(connection):
    first, *_ = await settle(connection, 3)
    kept = await run(connection, ceiling=201_600)
    await connection.execute(text("alter table programme.selection_candidates disable trigger refuse_change"))
    await connection.execute(
        text("update programme.selection_candidates set outcome = 'chosen', rank = 1 where person_id = :id"),
        {"id": first},
    )
    await connection.execute(
        text("update programme.selection_candidates set reason = 'within_budget', rank = 99 where person_id = :id"),
        {"id": first},
    )

    verdict = await verification.verify(connection, COMMAND_LINE, kept.id)

    assert not verdict.is_equal
    assert [(difference.person_id, difference.kept_rank) for difference in verdict.differences] == [(first, 99)]


async def test_two_runs_of_the_same_people_have_the_same_hashes_and_another_ceiling_another_list(connection):
    await settle(connection, 5)
    one, again, other = [await run(connection, ceiling=ceiling) for ceiling in (403_200, 403_200, 604_800)]

    assert (one.inputs_sha256, one.list_sha256) == (again.inputs_sha256, again.list_sha256)
    assert one.inputs_sha256 == other.inputs_sha256
    assert one.list_sha256 != other.list_sha256


async def test_a_person_is_told_all_reasons_and_the_asking_is_in_the_trail(connection):
    await settle(connection, 1)
    (person,) = await settle(connection, 1, nik_sealed=None, occupation="none")
    kept = await run(connection, ceiling=201_600)

    found = await verification.explain(connection, COMMAND_LINE, kept.id, person)

    assert (found.outcome, found.reason, found.rank) == ("excluded", "nik_unusable", None)
    assert found.objections == ["nik_unusable", "no_work"]
    asked_about = await connection.execute(
        text("select subject_ids from programme.audit_entries where act = 'explain'")
    )
    assert asked_about.scalar_one() == [person]


async def test_what_the_money_left_over_already_pays_is_not_asked_for_again(connection):
    await settle(connection, 3)
    kept = await run(connection, ceiling=2 * 201_600 + 1_600)
    last = await person_of_rank(connection, kept.id, 3)

    told = explained(await verification.explain(connection, COMMAND_LINE, kept.id, last), "en")

    assert told[-1] == "Rp200.000 more would have reached this rank."


async def test_where_the_places_end_the_list_nobody_is_told_that_money_would_help(connection):
    await settle(connection, 3)
    kept = await run(connection, ceiling=10 * 201_600, headcount=2)
    last = await person_of_rank(connection, kept.id, 3)

    told = explained(await verification.explain(connection, COMMAND_LINE, kept.id, last), "en")

    assert told[-2] == "Distance to the end of the list: 1 places."
    assert told[-1] == "The list was for 2 people at most; more money alone would not have reached this rank."


async def test_who_was_found_since_to_be_the_same_is_explained_under_her_number_of_that_day(connection):
    [ended] = await settle(connection, 1)
    kept = await run(connection, ceiling=201_600)
    [lives] = await settle(connection, 1)
    await merge(connection, await officer(connection), person_id=lives, other_id=ended, grounds=Grounds("sama"))

    found = await verification.explain(connection, COMMAND_LINE, kept.id, lives)

    assert (found.person_id, found.outcome) == (ended, "chosen")


async def test_an_event_that_came_after_the_list_is_no_evidence_for_it(connection):
    [moved] = await settle(connection, 1, event=("moved", date(2023, 6, 1)))
    kept = await run(connection, ceiling=201_600)
    await connection.execute(
        text(
            "insert into programme.life_events (person_id, kind, event_date, evidence, recorded_at)"
            " values (:id, 'moved', '2023-01-01', 'later', now() + interval '1 hour')"
        ),
        {"id": moved},
    )

    found = await verification.explain(connection, COMMAND_LINE, kept.id, moved)

    assert [(said.name, said.day) for said in found.evidence] == [("test", date(2023, 6, 1))]


async def test_a_quota_that_bars_her_is_told_and_no_money_is_promised(connection):
    await settle(connection, 5)
    of = criteria(quotas=[{"region": "53.15.05", "at_most": 2}])
    full, ends = [await run(connection, ceiling=ceiling, criteria=of) for ceiling in (10 * 201_600, 201_600)]
    quota = "  The quota that applies: At most 2 people of region 53.15.05 Komodo."

    passed, beyond = [
        explained(
            await verification.explain(connection, COMMAND_LINE, kept.id, await person_of_rank(connection, kept.id, 5)),
            "en",
        )
        for kept in (full, ends)
    ]

    assert "the quota of the region or group is full" in passed[1] and passed[-1] == quota
    assert beyond[-2:] == [
        "The quota would be full before this rank; more money alone would not have reached it.",
        quota,
    ]


async def test_nobody_follows_whom_a_quota_bars(connection):
    await settle(connection, 5)
    kept = await run(connection, ceiling=201_600, criteria=criteria(quotas=[{"region": "53.15.05", "at_most": 2}]))
    await tobacco_fund(connection)
    fund = await ledger.fund_by_code(connection, "DBHCHT-2026")

    found = await service.waiting_of(
        connection,
        kept,
        fund_id=fund.id,
        months=(kept.month_from, kept.month_to),
        as_of=date(2024, 1, 1),
        history=History(),
    )

    assert list(found) == [await person_of_rank(connection, kept.id, 2)]


async def test_where_nobody_is_chosen_everybody_is_told_why(connection):
    [person] = await settle(connection, 1)
    kept = await run(connection, ceiling=201_600, criteria=criteria(quotas=[{"group": "farmer", "at_most": 0}]))

    found = await verification.explain(connection, COMMAND_LINE, kept.id, person)

    assert kept.chosen == 0
    assert "Rank 1 of 1; nobody was chosen." in explained(found, "en")
    assert letter_sentences(found, "id")[0].endswith("kuota wilayah atau kelompoknya sudah penuh.")


async def test_a_number_that_decides_is_told_beside_the_reason(connection):
    await settle(connection, 1)
    [rich] = await settle(connection, 1, decile=7, birth_date=date(1950, 1, 1))
    kept = await run(connection, ceiling=201_600)

    told = explained(await verification.explain(connection, COMMAND_LINE, kept.id, rich), "en")

    to_her = letter_sentences(await verification.explain(connection, COMMAND_LINE, kept.id, rich), "en")

    assert to_her[:2] == [
        "You do not meet the criteria, because: has reached the age limit of registration. The age counts on 1 January 2024: at least 18 "
        "and not yet 65 years.",
        "Also: the welfare decile is above the limit. The decile that counts is 7; at most 4 is admitted.",
    ]
    assert told[2] == "  The age counts on 1 January 2024: at least 18 and not yet 65 years."
    assert told[4] == "  The decile that counts is 7; at most 4 is admitted."


async def test_a_letter_says_first_what_became_of_her_and_no_formula(connection):
    await settle(connection, 2)
    kept = await run(connection, ceiling=201_600)
    last = await person_of_rank(connection, kept.id, 2)

    told = letter_sentences(await verification.explain(connection, COMMAND_LINE, kept.id, last), "id")

    assert told == [
        "Ibu/Bapak memenuhi syarat, tetapi belum terpilih: daftar berakhir sebelum urutan Ibu/Bapak.",
        f"Untuk daftar tahun 2024 (daftar seleksi {kept.id}) ada 2 calon; 2 memenuhi syarat.",
        "Poin Ibu/Bapak 60: 30 karena kelompok (dihitung sebagai petani), 30 karena desil kesejahteraan.",
        "Urutan Ibu/Bapak 2 dari 2 orang yang memenuhi syarat; 1 orang terpilih, yang terakhir dengan 60 poin.",
        "Poin Ibu/Bapak sama dengan poin yang terakhir terpilih; di antara poin yang sama didahulukan: desil yang lebih rendah, "
        "yang lebih tua, undian yang tidak dapat diatur siapa pun.",
        "Ibu/Bapak berada 1 tempat di bawah batas daftar.",
        "Dengan tambahan dana Rp201.600 urutan ini akan tercapai.",
    ]


async def test_who_is_protected_elsewhere_is_not_told_that_she_fails_and_the_dead_are_spoken_of_gently(connection):
    await settle(connection, 1)
    [paid] = await settle(connection, 1, other_payer_from=date(2024, 1, 1))
    [dead] = await settle(connection, 1, event=("died", date(2023, 5, 5)))
    kept = await run(connection, ceiling=201_600)

    paid, dead = [
        letter_sentences(await verification.explain(connection, COMMAND_LINE, kept.id, each), "en")
        for each in (paid, dead)
    ]

    assert paid[0].startswith(
        "Another payer covers you in the same months, so your name was not put on this list a second time."
    )
    assert dead[0].startswith("This name was not put on the list, because our records say that the person has died.")


async def person_of_rank(connection, run_id, rank):
    statement = text("select person_id from programme.selection_candidates where run_id = :run and rank = :rank")
    return (await connection.execute(statement, {"run": run_id, "rank": rank})).scalar_one()


async def test_who_has_the_points_of_the_last_one_chosen_is_told_what_decided(connection):
    older, younger, poorer = (
        (await settle(connection, 1, birth_date=date(1970, 1, 1)))[0],
        (await settle(connection, 1, birth_date=date(1980, 1, 1)))[0],
        (await settle(connection, 1, decile=1))[0],
    )
    kept = await run(connection, ceiling=403_200)

    told = explained(await verification.explain(connection, COMMAND_LINE, kept.id, younger), "en")
    first = explained(await verification.explain(connection, COMMAND_LINE, kept.id, poorer), "en")

    assert told[4] == "Rank 3 of 3; 2 were chosen, the last of them with 60 points."
    assert "first comes: the lower decile, the older person, the draw" in told[5]
    assert told[6:] == ["Distance to the end of the list: 1 places.", "Rp201.600 more would have reached this rank."]
    assert not any("equal" in sentence for sentence in first)
    assert (await verification.explain(connection, COMMAND_LINE, kept.id, older)).distance == 0


async def test_changed_criteria_need_a_new_version(connection):
    await settle(connection, 1)
    await run(connection, ceiling=201_600)
    changed = criteria(continuity={"points": 7})

    with pytest.raises(CriteriaKnown, match="mabar version 2"):
        await run(connection, ceiling=201_600, criteria=changed)
    assert (await run(connection, ceiling=201_600, criteria=criteria(continuity={"points": 7}, version=3))).chosen == 1


@pytest.mark.parametrize(
    ("changed", "refusal", "says"),
    [
        ({}, TermsWrong, "name a ceiling, a fund or a headcount"),
        ({"headcount": 0}, TermsWrong, "at least one"),
        ({"ceiling": 1, "months": (Month(2024, 3), Month(2024, 2))}, TermsWrong, "in order"),
        ({"ceiling": 1, "months": (Month(2023, 3), Month(2023, 4))}, TermsWrong, "in the year"),
        ({"ceiling": 201_599}, CeilingTooLow, r"Rp201\.599 does not cover one worker; one worker costs Rp201\.600"),
        ({"ceiling": -5}, CeilingTooLow, "does not cover"),
        ({"fund_code": "NONE"}, FundUnknown, "NONE"),
        ({"ceiling": 201_600, "office_code": "53.99"}, RegionUnknown, r"53\.99"),
        ({"ceiling": 201_600, "office_code": "53"}, OfficeUnknown, "no office 53 here"),
        ({"ceiling": 201_600, "office_code": "53.15.05"}, OfficeUnknown, r"no office 53\.15\.05 here"),
        (
            {"ceiling": 201_600, "criteria": criteria(quotas=[{"region": "53.15.05.2999", "at_most": 1}])},
            CriteriaWrong,
            r"quotas\.0\.region: region 53\.15\.05\.2999 is not in the list",
        ),
        ({"ceiling": 201_600, "office_code": "53.10"}, NobodyToChoose, r"53\.10"),
    ],
)
async def test_terms_that_make_no_sense_are_refused_and_nothing_is_kept(connection, changed, refusal, says):
    await settle(connection, 1)
    await add_office(connection, COMMAND_LINE, "53.10")
    with pytest.raises(refusal, match=says):
        await run(connection, **changed)
    assert await count(connection, "selection_runs") == 0


async def test_who_sees_one_district_cannot_draw_up_the_regencys_list(connection):
    await settle(connection, 1)
    village_office = Actor(name="komodo", region_code="53.15.05")

    with pytest.raises(NotFound):
        await service.preview(connection, village_office, **asked(ceiling=201_600))


async def test_an_office_draws_up_a_list_through_the_door_with_its_own_sight(connection):
    await settle(connection, 2)
    await connection.execute(text("set local role jamsos_api"))
    await connection.execute(
        text("select set_config('jamsos.sight_from', '53.15', true), set_config('jamsos.sight_to', '53.15~', true)")
    )
    office = dataclasses.replace(COMMAND_LINE, name="mabar", region_code="53.15")

    kept = await service.run_selection(connection, office, **asked(ceiling=201_600))

    assert (await verification.verify(connection, COMMAND_LINE, kept.id)).is_equal


async def test_what_is_known_of_a_person_is_read_whatever_the_order_it_was_written_in(connection):
    (mother,) = await settle(
        connection, 1, groups=("single_mother", "farmer"), event=("moved", date(2023, 5, 5)), is_dukcapil_matched=False
    )
    (plain,) = await settle(connection, 1, groups=(), nik_sealed=None, occupation=None, decile=None, decile_source=None)
    (paid,) = await settle(connection, 1, other_payer_from=date(2023, 1, 1), is_dukcapil_matched=True, sex="male")
    await settle(connection, 1, village_code="53.10.01.2001")
    for kind, day in (("died", "2023-05-06"), ("moved", "2023-05-07"), ("refused", "2024-01-02")):
        await connection.execute(
            text(
                "insert into programme.life_events (person_id, kind, event_date, evidence) values (:id, :kind, cast(:day as date), 'test')"
            ),
            {"id": mother, "kind": kind, "day": date.fromisoformat(day)},
        )
    await connection.execute(
        text("update programme.people set full_name = 'X' where id = :id"), {"id": mother}
    )  # written last

    found = await preview(
        connection,
        ceiling=403_200,
        history=History(continuing=frozenset({plain}), insured_elsewhere=frozenset({plain})),
    )

    born, place = date(1984, 1, 1), "53.15.05.2001"
    assert found.inputs.rows() == [
        (
            mother,
            place,
            born,
            "female",
            True,
            False,
            "farmer",
            2,
            "p3ke",
            "farmer single_mother",
            "died moved",
            False,
            False,
            False,
            False,
        ),
        (plain, place, born, "female", False, None, None, None, None, None, None, True, True, False, False),
        (paid, place, born, "male", True, True, "farmer", 2, "p3ke", "farmer", None, True, False, False, False),
    ]
