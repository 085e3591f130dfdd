"""Who comes first and who is left out: the rulebook."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.selection import manifest
from jamsos.selection.ranking import all_objections, choose, draw, rank
from jamsos.selection.rules import Cut, Reason, cut
from tests.selection.builders import MABAR, candidate, criteria, inputs, terms


def ranked(*candidates, of=MABAR, **changed):
    return rank(inputs(*candidates), of, terms(**changed))


def order(*candidates, **changed):
    return ranked(*candidates, **changed)["person_id"].to_list()


def reason(of=MABAR, **changed):
    return ranked(candidate(**changed), of=of)["reason"].item()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "within_budget"),
        ({"birth_date": date(2006, 1, 1)}, "within_budget"),  # 18 on 1 January 2024
        ({"birth_date": date(2006, 1, 2)}, "too_young"),
        ({"birth_date": date(1959, 1, 2)}, "within_budget"),  # still 64
        ({"birth_date": date(1959, 1, 1)}, "too_old"),  # 65 on that day
        ({"birth_date": None}, "birth_date_unknown"),
        ({"has_nik": False}, "nik_unusable"),
        ({"is_dukcapil_matched": False}, "within_budget"),
        ({"occupation": "none"}, "no_work"),
        ({"occupation": None}, "no_work"),
        ({"occupation": "employed", "groups": None}, "wage_earner"),
        ({"groups": None}, "no_group"),
        ({"decile": 4}, "within_budget"),
        ({"decile": 5}, "decile_too_high"),
        ({"decile": 5, "groups": "farmer single_mother"}, "within_budget"),
        ({"decile": 6, "groups": "farmer single_mother"}, "decile_too_high"),
        ({"decile": 6, "groups": "disability farmer"}, "within_budget"),
        ({"decile": None, "decile_source": None}, "within_budget"),  # counts as decile 4
        ({"events": "died"}, "died"),
        ({"events": "moved"}, "moved"),
        ({"events": "became_wage_earner"}, "wage_earner"),
        ({"events": "became_civil_servant"}, "civil_servant"),
        ({"events": "refused"}, "refused"),
        ({"has_other_payer": True}, "other_payer"),
        ({"is_covered": True}, "already_protected"),
        ({"is_refused_by_insurer": True}, "refused_by_insurer"),
        ({"village_code": "53.10.01.2001"}, "not_resident"),
        ({"events": "died moved", "has_nik": False}, "died"),  # the first reason is told
    ],
)
def test_the_criteria_of_manggarai_barat(changed, told):
    assert reason(**changed) == told


def test_all_that_stands_against_a_person_can_be_told():
    against = inputs(candidate(events="moved", has_nik=False, occupation="none", groups=None))

    assert all_objections(against, MABAR, terms()) == [
        Reason.moved,
        Reason.nik_unusable,
        Reason.no_work,
        Reason.no_group,
    ]


def test_the_civil_register_may_be_required():
    strict = criteria(identity={"nik": "required", "dukcapil": "required"})

    assert reason(of=strict, is_dukcapil_matched=False) == "not_in_dukcapil"
    assert reason(of=strict, is_dukcapil_matched=None) == "not_in_dukcapil"


def test_an_unknown_decile_is_left_out_where_the_criteria_do_not_say_what_it_counts_as():
    deciles = MABAR.document["deciles"] | {"unknown_counts_as": None}

    assert reason(of=criteria(deciles=deciles), decile=None) == "decile_unknown"


def test_who_was_protected_last_year_goes_first():
    poorer, continuing = (
        candidate(1, decile=1, groups="disability farmer single_mother"),
        candidate(2, is_continuing=True),
    )

    assert order(poorer, continuing) == [2, 1]


def test_points_of_several_groups_add_up_and_the_highest_is_the_group_that_counts():
    row = ranked(candidate(groups="farmer single_mother", decile=1)).row(0, named=True)

    assert (row["group_points"], row["decile_points"], row["score"]) == (90, 40, 130)
    assert row["group_code"] == "single_mother"


def test_between_equals_the_lower_decile_then_the_older_goes_first():
    of = criteria(deciles=MABAR.document["deciles"] | {"points": {}})
    younger, older, better_off = (
        candidate(1, birth_date=date(1990, 1, 1)),
        candidate(2, birth_date=date(1980, 1, 1)),
        candidate(3, decile=3, birth_date=date(1970, 1, 1)),
    )

    assert order(better_off, younger, older, of=of) == [2, 1, 3]


def test_between_complete_equals_the_draw_decides_and_another_year_draws_anew():
    equals = [candidate(person) for person in range(1, 9)]
    by_draw = sorted(range(1, 9), key=lambda person: draw("53.15:2024", person))

    assert order(*equals) == by_draw
    assert order(*equals, year=2025) != by_draw


def test_the_draw_can_be_checked_with_any_sha256_tool():
    # printf '53.15:2024:17' | sha256sum
    assert draw("53.15:2024", 17) == 0x72B2915433DB8C20


def test_excluded_candidates_have_no_rank_and_stand_last():
    rows = ranked(candidate(1, events="died"), candidate(2)).rows(named=True)

    assert [(row["person_id"], row["rank"], row["outcome"]) for row in rows] == [
        (2, 1, "chosen"),
        (1, None, "excluded"),
    ]


def test_distance_counts_places_from_the_last_one_chosen():
    rows = ranked(*(candidate(person) for person in range(1, 6)), ceiling=3 * 201_600)

    assert rows["distance"].to_list() == [-2, -1, 0, 1, 2]
    assert rows["reason"].to_list() == ["within_budget"] * 3 + ["below_the_cut"] * 2


KOMODO = {"village_code": "53.15.05.2001"}
KUWUS = {"village_code": "53.15.02.2001"}


@pytest.mark.parametrize(
    ("quotas", "chosen", "passed_over"),
    [
        ([], [1, 2, 3], []),
        ([{"region": "53.15.05", "at_most": 1}], [1, 4, 5], [2, 3]),
        ([{"group": "fisher", "at_most": 0}], [1, 3, 4], [2]),
        ([{"group": "farmer", "region": "53.15.05", "at_most": 1}], [1, 2, 4], [3]),
        ([{"region": "53.15.05", "at_most": 1}, {"region": "53.15.02", "at_most": 1}], [1, 4], [2, 3, 5]),
    ],
)
def test_a_quota_passes_over_whoever_comes_after_it_is_full(quotas, chosen, passed_over):
    people = [
        candidate(1, decile=1, birth_date=date(1970, 1, 1), **KOMODO),
        candidate(2, decile=1, birth_date=date(1971, 1, 1), groups="fisher", **KOMODO),
        candidate(3, decile=2, birth_date=date(1972, 1, 1), **KOMODO),
        candidate(4, decile=2, birth_date=date(1973, 1, 1), **KUWUS),
        candidate(5, decile=2, birth_date=date(1974, 1, 1), **KUWUS),
    ]
    of = criteria(quotas=quotas)

    rows = ranked(*people, of=of, ceiling=3 * 201_600)

    assert rows["rank"].to_list() == [1, 2, 3, 4, 5] == rows["person_id"].to_list()
    assert rows.filter(outcome="chosen")["person_id"].to_list() == chosen
    full = rows.filter(reason="quota_full")
    assert (full["person_id"].to_list(), full["distance"].null_count()) == (passed_over, len(passed_over))
    assert rows.filter(outcome="chosen")["distance"].max() == 0


def test_money_tied_to_groups_pays_for_nobody_else():
    of = criteria(funds={"tobacco_excise": {"only": ["farmer", "day_labourer"]}})
    people = [candidate(1), candidate(2, groups="fisher"), candidate(3, groups="fisher single_mother day_labourer")]

    def reasons(**changed):
        return dict(ranked(*people, of=of, **changed).select("person_id", "reason").iter_rows())

    assert reasons(fund_kind="tobacco_excise") == {1: "within_budget", 2: "not_for_this_fund", 3: "within_budget"}
    assert set(reasons(fund_kind="regional_budget").values()) == {"within_budget"}


@pytest.mark.parametrize(
    ("ceiling", "headcount", "expected"),
    [
        (201_600_000, None, Cut(1_000, 201_600_000, 0, 0)),  # decree 298/KEP/HK/2024
        (570_326_400, None, Cut(2_829, 570_326_400, 0, 0)),  # the budget of 2025
        (557_224_000, None, Cut(2_764, 557_222_400, 1_600, 0)),  # half of DBH CHT 1,114,448,000
        (937_238_400, 4_649, Cut(4_649, 937_238_400, 0, 0)),  # the plan of 2026
        (557_224_000, 4_649, Cut(2_764, 557_222_400, 1_600, 380_014_400)),
        (201_599, None, Cut(0, 0, 201_599, 0)),
        (10**12, None, Cut(5_000, 1_008_000_000, 10**12 - 1_008_000_000, 0)),  # everybody eligible
    ],
)
def test_the_money_ends_where_the_next_whole_worker_cannot_be_paid(ceiling, headcount, expected):
    assert cut(5_000, terms(ceiling=ceiling, headcount=headcount)) == expected


candidates = st.lists(
    st.builds(
        candidate,
        birth_date=st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
        decile=st.none() | st.integers(1, 10),
        groups=st.sampled_from([None, "farmer", "fisher", "disability farmer", "farmer single_mother"]),
        events=st.sampled_from([None, None, None, "died", "moved"]),
        is_continuing=st.booleans(),
        has_nik=st.booleans(),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: [row | {"person_id": number} for number, row in enumerate(rows, start=1)])


@settings(deadline=None)
@given(candidates, st.integers(0, 5_000_000))
def test_the_list_never_costs_more_than_the_ceiling_and_never_leaves_a_place_unused(rows, ceiling):
    list_ = ranked(*rows, ceiling=ceiling)
    chosen = (list_["outcome"] == "chosen").sum()

    assert chosen * 201_600 <= ceiling
    assert chosen == min(ceiling // 201_600, list_["rank"].count())


@settings(deadline=None)
@given(candidates, st.randoms())
def test_the_order_in_which_people_are_read_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))

    assert ranked(*rows).equals(ranked(*shuffled))


@settings(deadline=None)
@given(candidates)
def test_ranks_are_a_total_order_and_nobody_with_more_points_stands_behind(rows):
    eligible = ranked(*rows).filter(outcome="chosen")

    assert eligible["rank"].to_list() == list(range(1, eligible.height + 1))
    assert eligible["score"].is_sorted(descending=True)


@settings(deadline=None)
@given(candidates, st.integers(0, 25))
def test_nobody_is_skipped_for_somebody_with_a_worse_rank(rows, places):
    list_ = ranked(*rows, ceiling=places * 201_600)
    chosen, waiting = (list_.filter(outcome=outcome)["rank"] for outcome in ("chosen", "not_reached"))

    assert chosen.is_empty() or waiting.is_empty() or chosen.max() < waiting.min()


@settings(deadline=None)
@given(candidates, st.integers(0, 25))
def test_a_preview_chooses_the_same_persons_for_the_same_reasons_as_a_run(rows, places):
    alike = [row | {"birth_date": date(1984, 1, 1)} if number % 2 else row for number, row in enumerate(rows)]
    kept = ranked(*alike, ceiling=places * 201_600).sort("person_id")
    seen = choose(inputs(*alike), MABAR, terms(ceiling=places * 201_600)).sort("person_id")

    for column in ("person_id", "outcome", "reason", "score", "group_code"):
        assert seen[column].to_list() == kept[column].to_list()


@settings(deadline=None)
@given(candidates, st.integers(0, 25), st.integers(0, 5), st.integers(0, 5))
def test_quotas_are_never_exceeded_and_nobody_is_passed_over_without_need(rows, places, fishers, all_of_komodo):
    of = criteria(quotas=[{"group": "fisher", "at_most": fishers}, {"region": "53.15.05", "at_most": all_of_komodo}])
    list_ = ranked(*rows, of=of, ceiling=places * 201_600)
    chosen = list_.filter(outcome="chosen")

    assert chosen.filter(group_code="fisher").height <= fishers
    assert chosen.height <= min(places, all_of_komodo)
    if not list_.filter(reason="below_the_cut").is_empty():
        assert chosen.height == places
    assert choose(inputs(*rows), of, terms(ceiling=places * 201_600)).filter(outcome="chosen").height == chosen.height


@settings(deadline=None)
@given(candidates, st.integers(0, 25), st.integers(0, 3), st.integers(0, 5))
def test_with_quotas_the_distance_is_how_many_places_more_would_reach_her(rows, places, fishers, all_of_komodo):
    of = criteria(
        quotas=[{"group": "fisher", "at_most": fishers}, {"region": "53.15.05.2001", "at_most": all_of_komodo}]
    )
    rows = [row | {"village_code": f"53.15.05.200{1 + row['person_id'] % 2}"} for row in rows]

    def chosen(places):
        return set(ranked(*rows, of=of, ceiling=places * 201_600).filter(outcome="chosen")["person_id"])

    list_ = ranked(*rows, of=of, ceiling=places * 201_600)
    reached = list_["outcome"].eq("chosen").sum()
    for row in list_.filter(outcome="not_reached").rows(named=True):
        if row["distance"] is None:
            assert row["person_id"] not in chosen(len(rows))
        else:
            assert row["person_id"] in chosen(reached + row["distance"])
            assert row["person_id"] not in chosen(reached + row["distance"] - 1)
            assert row["reason"] == "below_the_cut"


def test_who_comes_after_the_money_ends_is_told_of_a_quota_that_is_full():
    of = criteria(quotas=[{"region": "53.15.05", "at_most": 1}, {"region": "53.15.02", "at_most": 2}])
    people = [
        candidate(n, birth_date=date(1970 + n, 1, 1), **(KUWUS if n in (2, 4, 5) else KOMODO)) for n in range(1, 7)
    ]

    rows = ranked(*people, of=of, ceiling=2 * 201_600).select("person_id", "reason", "distance").rows()

    assert rows == [
        (1, "within_budget", -1),
        (2, "within_budget", 0),
        (3, "quota_full", None),
        (4, "below_the_cut", 1),
        (5, "below_the_cut", None),  # the fourth takes the last place of Kuwus
        (6, "quota_full", None),
    ]


@settings(deadline=None)
@given(candidates)
def test_a_higher_ceiling_never_takes_a_place_away(rows):
    few, more = (
        set(ranked(*rows, ceiling=places * 201_600).filter(outcome="chosen")["person_id"]) for places in (3, 7)
    )

    assert few <= more


@pytest.mark.parametrize(
    ("fund_groups", "expected"),
    [
        (None, {1: ("within_budget", "farmer"), 2: ("within_budget", "fisher"), 3: ("within_budget", "single_mother")}),
        (
            "day_labourer farmer",
            {1: ("within_budget", "farmer"), 2: ("not_for_this_fund", "fisher"), 3: ("within_budget", "day_labourer")},
        ),
        (
            "",
            {n: ("not_for_this_fund", group) for n, group in enumerate(("farmer", "fisher", "single_mother"), start=1)},
        ),
    ],
)
def test_the_groups_of_a_fund_decide_whom_it_pays_for_and_as_what_they_count(fund_groups, expected):
    people = [candidate(1), candidate(2, groups="fisher"), candidate(3, groups="day_labourer single_mother")]

    rows = ranked(*people, fund_groups=fund_groups)

    assert {row["person_id"]: (row["reason"], row["group_code"]) for row in rows.to_dicts()} == expected


def test_criteria_and_fund_together_leave_only_the_groups_of_both():
    of = criteria(funds={"tobacco_excise": {"only": ["farmer", "day_labourer"]}})
    people = [candidate(1), candidate(2, groups="fisher"), candidate(3, groups="day_labourer")]

    rows = ranked(*people, of=of, fund_kind="tobacco_excise", fund_groups="farmer fisher")

    assert rows.filter(outcome="chosen")["person_id"].to_list() == [1]


def test_the_hashes_of_a_list_that_was_once_drawn_up_stay_as_they_are():
    # what stands in manifests since 2026; who changes order, columns or spelling makes every earlier run look altered
    people = inputs(
        *(
            candidate(
                number,
                decile=number % 6 or None,
                birth_date=date(1955 + number % 50, 1 + number % 12, 1) if number % 17 else None,
                groups=("farmer", "farmer single_mother", "fisher", None)[number % 4],
                events="died moved" if number % 13 == 0 else None,
                is_dukcapil_matched=(True, False, None)[number % 3],
                is_continuing=number % 11 == 0,
            )
            for number in range(1, 200)
        )
    )

    ranked = rank(people, MABAR, terms(ceiling=40 * 201_600))

    assert ranked["outcome"].value_counts().sort("outcome").rows() == [
        ("chosen", 40),
        ("not_reached", 82),
        ("excluded", 77),
    ]
    assert manifest.sha256_of(people).hex() == "e9e1512919d0f936d855e54d54f524de8b9d86eb49fbdc3ae191583466fa5eb1"
    assert manifest.sha256_of(ranked).hex() == "1765bfffa7cf3b4f46730811136573345c20c937eb5455723ec110f7e9e4d0c4"
