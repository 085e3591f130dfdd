"""The same list by a second program: one person after the other, written from the criteria's words and not from ranking.py."""

import hashlib
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.months import Month, age_on
from jamsos.selection.criteria import REASON_OF
from jamsos.selection.ranking import all_objections, choose, rank
from jamsos.selection.rules import Reason
from tests.selection.builders import MABAR, candidate, criteria, inputs, terms

VILLAGES = ["53.15.05.2001", "53.15.05.2002", "53.15.06.2001", "53.10.01.2001"]


def against(row, groups, paid, decile, limit, of, registered):
    """Every reason against a person, in the order in which it is told."""
    age = age_on(row["birth_date"], registered) if row["birth_date"] else None
    happened = {REASON_OF[event] for event in of.exclusions.events if event in (row["events"] or "").split()}
    true = happened | {
        reason
        for reason, stands in {
            Reason.wage_earner: row["occupation"] == "employed",
            Reason.not_resident: not any(f"{row['village_code']}.".startswith(f"{r}.") for r in of.residence.regions),
            Reason.other_payer: row["has_other_payer"] and of.exclusions.other_payer,
            Reason.already_protected: row["is_covered"],
            Reason.refused_by_insurer: row["is_refused_by_insurer"],
            Reason.nik_unusable: not row["has_nik"] and of.identity.nik == "required",
            Reason.not_in_dukcapil: not row["is_dukcapil_matched"] and of.identity.dukcapil == "required",
            Reason.birth_date_unknown: age is None,
            Reason.too_young: age is not None and age < of.age.at_least,
            Reason.too_old: age is not None and age >= of.age.limit(Month.of(registered)),
            Reason.no_work: row["occupation"] in (None, "none") and of.work.required,
            Reason.no_group: not groups,
            Reason.not_for_this_fund: not paid,
            Reason.decile_unknown: decile is None,
            Reason.decile_too_high: decile is not None and decile > limit,
        }.items()
        if stands
    }
    return [reason for reason in Reason if reason in true]


def judged(row, of, asked):
    """(reasons against, points, the group that counts, what stands in the order before the draw)."""
    rule = of.funds.get(asked.fund_kind)
    ties = [set(rule.only)] if rule else []
    ties += [set(asked.fund_groups.split())] if asked.fund_groups is not None else []
    groups = [merit for merit in of.groups if merit.code in (row["groups"] or "").split()]
    paid = [merit for merit in groups if all(merit.code in tie for tie in ties)]
    decile = row["decile"] or of.deciles.unknown_counts_as
    admitted = of.deciles.at_most.get(row["decile_source"], of.deciles.otherwise)
    limit = max([admitted, *(merit.decile_at_most or 0 for merit in groups)])
    points = sum(merit.points for merit in groups) + of.deciles.points.get(decile, 0)
    points += of.continuity.points if row["is_continuing"] else 0
    counts = max(paid or groups, key=lambda merit: merit.points, default=None)
    standing = [{"decile": decile, "older": row["birth_date"]}[tie] for tie in of.order.ties[:-1]]
    reasons = against(row, groups, paid or not ties, decile, limit, of, asked.month_from.first_day)
    return reasons, points, counts and counts.code.value, standing


def worked_out(rows, of, asked):
    """Person → (rank, points, group, outcome, reasons against)."""
    found, queue = {}, []
    for row in rows:
        reasons, points, group, standing = judged(row, of, asked)
        if reasons:
            found[row["person_id"]] = (None, points, group, "excluded", reasons)
        else:
            number = f"{asked.office_code}:{asked.year}:{row['person_id']}"
            queue.append((-points, standing, hashlib.sha256(number.encode()).hexdigest()[:16], row, group))
    places = min(len(queue), asked.headcount or len(queue), asked.ceiling // asked.worker_cost)
    taken = []
    for number, (points, _, _, row, group) in enumerate(sorted(queue, key=lambda each: each[:3]), start=1):
        is_full = any(
            sum(_counts(quota, *other) for other in taken) >= quota.at_most
            for quota in of.quotas
            if _counts(quota, row["village_code"], group)
        )
        is_chosen = not is_full and len(taken) < places
        taken += [(row["village_code"], group)] if is_chosen else []
        found[row["person_id"]] = (number, -points, group, "chosen" if is_chosen else "not_reached", [])
    return found


def _counts(quota, village, group):
    return f"{village}.".startswith(f"{quota.region or village}.") and quota.group in (None, group)


# around 18 and 65 years before the first day of each month that a list here begins with
births = st.none() | st.builds(
    lambda year, years, month, days: date(year - years, month, 1) + timedelta(days),
    st.just(2024), st.sampled_from([18, 40, 65]), st.sampled_from([1, 3]), st.integers(-2, 2),
)  # fmt: skip
rows = st.lists(
    st.builds(
        candidate, village_code=st.sampled_from(VILLAGES), birth_date=births, has_nik=st.booleans(),
        is_dukcapil_matched=st.none() | st.booleans(), occupation=st.sampled_from(["farmer", "fisher", "employed", "none", None]),
        decile=st.none() | st.integers(1, 7), decile_source=st.sampled_from([None, "p3ke", "dtsen"]),
        groups=st.sampled_from([None, "farmer", "fisher", "disability farmer", "farmer single_mother", "artisan driver"]),
        events=st.sampled_from([None, None, None, "died", "died moved", "refused"]), is_continuing=st.booleans(),
    ),
    min_size=1, max_size=20,
).map(lambda found: [row | {"person_id": number} for number, row in enumerate(found, start=1)])  # fmt: skip
documents = st.fixed_dictionaries(
    {
        "identity": st.fixed_dictionaries(dict.fromkeys(("nik", "dukcapil"), st.sampled_from(["required", "ignored"]))),
        "work": st.fixed_dictionaries({"required": st.booleans()}),
        "residence": st.sampled_from([{"regions": ["53.15"]}, {"regions": ["53.15.05.2001", "53.15.06"]}]),
        "order": st.sampled_from([{"ties": ["draw"]}, {"ties": ["older", "decile", "draw"]}]),
        "quotas": st.lists(
            st.fixed_dictionaries(
                {"at_most": st.integers(0, 3), "region": st.sampled_from(VILLAGES[:3])},
                optional={"group": st.sampled_from(["farmer", "fisher"])},
            ),
            max_size=2,
        ),
        "funds": st.sampled_from([{}, {"tobacco_excise": {"only": ["farmer", "driver"]}}]),
        "deciles": st.sampled_from(
            [MABAR.document["deciles"], MABAR.document["deciles"] | {"unknown_counts_as": None}]
        ),
    }
).map(lambda changed: criteria(**changed))
asking = st.builds(
    terms, month_from=st.sampled_from([Month(2024, 1), Month(2024, 3)]), ceiling=st.integers(0, 12 * 201_600),
    headcount=st.none() | st.integers(1, 9), fund_kind=st.sampled_from([None, "tobacco_excise"]),
    fund_groups=st.sampled_from([None, "driver fisher", ""]),
)  # fmt: skip


@settings(deadline=None)
@given(rows, documents, asking)
def test_a_second_program_draws_up_the_same_list_for_the_same_reasons(rows, of, asked):
    table = inputs(*rows)

    ranked, seen = rank(table, of, asked), choose(table, of, asked)

    again = worked_out(rows, of, asked)
    columns = ("person_id", "rank", "score", "group_code", "outcome")
    assert {person: tuple(rest) for person, *rest in ranked.select(columns).iter_rows()} == {
        person: told[:4] for person, told in again.items()
    }
    assert dict(seen.select("person_id", "outcome").iter_rows()) == {person: told[3] for person, told in again.items()}
    for row in rows[:4]:
        told = again[row["person_id"]][4]
        assert all_objections(table.filter(person_id=row["person_id"]), of, asked) == told
        assert not told or ranked.filter(person_id=row["person_id"])["reason"].item() == told[0]
