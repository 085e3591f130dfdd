"""What the figures of a report lose before anybody sees them: its tables, its totals and the public page are one release."""

import pytest

from jamsos.disclosure import SUPPRESSED, is_small
from jamsos.linked_tables import Release
from reports.documents import coverage_statement as statement
from reports.documents import questions as q
from reports.documents.coverage_relations import RELEASE, relations
from reports.printing import DOCUMENTS
from reports.suppression import Figures, FigureUndeclared, collected, less, split
from tests.reports import example

FIGURES = {question.name: question.figures for question in statement.QUESTIONS.all}


def stars(rows, column):
    return [row[column] for row in rows]


def decree(number, workers, months=12, fund="APBD-2024"):
    return example.ANSWERS[q.DECREES][0] | {
        "decree_number": number, "workers": workers, "worker_months": workers * months, "amount": workers * months * 16_800,
        "paid_amount": 0, "unspent_amount": 0, "fund_code": fund,
    }  # fmt: skip


def run(number, workers, run_id):
    return {
        "run_id": run_id, "decree_number": number, "ceiling": workers * 201_600, "candidates": workers + 90, "eligible": workers + 60,
        "chosen": workers, "not_reached": 60, "excluded": 30,
    }  # fmt: skip


def small_decree():
    decrees = [decree("A", 3), decree("B", 90, 6), decree("C", 40), decree("D", 50)]
    target = example.ANSWERS[q.TARGET][0] | {
        "target_workers": 183, "target_months": 1656, "target_amount": 1656 * 16_800
    }  # fmt: skip
    return {
        q.DECREES: decrees,
        q.SELECTIONS: [run(each["decree_number"], each["workers"], place) for place, each in enumerate(decrees)],
        q.TARGET: [target],
        q.PAYMENTS: [],
    }


def test_the_workers_of_a_small_decree_are_those_chosen_and_stand_in_no_table():
    found = example.released(small_decree())

    assert stars(found[q.DECREES], "workers") == ["*", "*", 40, 50]
    assert stars(found[q.SELECTIONS], "chosen") == ["*", "*", 40, 50]
    assert stars(found[q.SELECTIONS], "ceiling") == ["*", "*", 40 * 201_600, 50 * 201_600]
    assert stars(found[q.SELECTIONS], "not_reached") == ["*", "*", 60, 60]
    assert stars(found[q.SELECTIONS], "candidates") == [93, 180, 130, 140]


def test_months_and_rupiah_of_all_decrees_would_tell_how_many_each_has_and_go():
    """3 and 90 workers of 12 and 6 months: two sums, two unknowns."""
    [target] = example.released(small_decree())[q.TARGET]

    assert target["target_workers"] == 183
    assert [target[name] for name in ("target_months", "target_amount", "months_percent")] == ["*", "*", "*"]


def test_a_fund_of_a_small_decree_tells_what_it_received_and_not_what_it_owes():
    answers = small_decree()
    answers[q.DECREES][0]["fund_code"] = "DONASI-2024"
    fund = example.ANSWERS[q.FUNDS][0]

    found = example.released(answers | {q.FUNDS: [fund, fund | {"fund_code": "DONASI-2024"}]})[q.FUNDS]

    assert stars(found, "committed_amount")[1] == stars(found, "free_amount")[1] == "*"
    assert stars(found, "received_amount") == [201_600_000, 201_600_000]


def test_few_who_are_not_confirmed_are_told_by_no_difference_of_two_sums():
    months = [dict(row) for row in example.ANSWERS[q.MONTHS]]
    for place in (0, -1):
        months[place] |= {"confirmed": months[place]["paid"] - 2, "confirmed_amount": 9}
    target = example.ANSWERS[q.TARGET][0] | {"confirmed_months": 11_998}

    found = example.released({q.MONTHS: months, q.TARGET: [target], q.PAYMENTS: []})

    assert (found[q.MONTHS][0]["paid"], found[q.MONTHS][0]["confirmed"]) == (1000, "*")
    assert found[q.MONTHS][-1]["confirmed"] == found[q.TARGET][0]["confirmed_months"] == "*"


def test_terminations_are_one_count_in_the_table_of_decrees_and_in_that_of_reasons():
    few = {"inclusions": 0, "terminations": 2, "replacements": 0, "amendment_date": None}
    changes = example.with_total("amendment_number", [few | {"amendment_number": each} for each in "ABC"])

    found = example.released({q.CHANGES: changes, q.REASONS: [{"reason": "died", "lines": 6}]})

    assert stars(found[q.CHANGES], "terminations") == ["*"] * 4
    assert stars(found[q.REASONS], "lines") == ["*"]


def test_a_bill_of_few_goes_with_the_other_bills_of_its_month():
    bills = [example.paid_bill(month) for month in (1, 2)]
    few, rest = 3, 997
    small = [
        bills[0] | {"billing_code": code, "workers": count, "worker_months": count, "confirmed_months": count}
        for code, count in (("A", few), ("B", rest))
    ]

    found = example.released({q.PAYMENTS: example.with_total("billing_code", [*small, bills[1]], workers=None)})

    assert stars(found[q.PAYMENTS], "workers") == ["*", "*", 1000, None]
    assert stars(found[q.PAYMENTS], "amount")[:3] == ["*", "*", 16_800_000]


def bill(code, first, last, workers):
    span = {"month_from": f"2024-{first:02}-01", "month_to": f"2024-{last:02}-01"}
    return example.paid_bill(1) | {"billing_code": code, "workers": workers, "confirmed_months": 0, **span}


def test_a_bill_of_several_months_takes_every_bill_of_them():
    given = [bill("A", 1, 1, 500), bill("B", 2, 2, 500), bill("C", 2, 3, 3), bill("D", 3, 3, 500), bill("E", 4, 4, 500)]

    found = example.released({q.PAYMENTS: given, q.MONTHS: []})

    assert "".join(row["billing_code"] for row in found[q.PAYMENTS] if row["amount"] == "*") == "BCD"


def test_a_trait_is_suppressed_where_few_have_it_not_and_a_disability_is_one_count_in_two_tables():
    groups = example.parts(("disability", 3, 31), ("farmer", 1018, 9000), ("fisher", 500, 5000))

    found = example.released({
        q.BY_GROUP: groups, q.BY_BASIS: [], q.BY_DISABILITY: example.parts((True, 3, 31), (False, 1018, 11_000)),
    })  # fmt: skip

    assert stars(found[q.BY_GROUP], "workers") == ["*", "*", 500]
    assert stars(found[q.BY_DISABILITY], "workers") == ["*", "*"]
    assert "without" not in found[q.BY_GROUP][0]


def test_what_the_page_shows_by_month_is_known_to_the_report():
    """The page shows all districts of March but the two that the year suppresses, so the year's sums hold."""
    page = [
        {"month": "2024-03-01", "part": row["district_code"], "workers": row["workers"], "is_suppressed": False, "is_published": True}
        for row in example.districts()
    ]  # fmt: skip
    districts = [row | {"is_suppressed": row["district_code"] == "53.15.05"} for row in example.districts()]

    found = example.released({q.PAGE_DISTRICTS: page, q.DISTRICTS: districts})

    assert [row["district_code"] for row in found[q.DISTRICTS] if row["workers"] == "*"] == ["53.15.05", "53.15.06"]
    assert "is_suppressed" not in found[q.DISTRICTS][0] and q.PAGE_DISTRICTS not in found


def test_a_second_print_tells_no_change_of_few_and_nothing_that_the_first_suppressed():
    first = example.released()
    earlier = {question.name: rows for question, rows in first.items()}
    sexes = example.parts(("female", 562, 6720), ("male", 459, 5280))
    deciles = example.parts((1, 602, 7200), (2, 419, 4800))

    again = example.released({q.BY_SEX: sexes, q.BY_DECILE: deciles}, earlier)

    assert stars(again[q.BY_SEX], "workers") == ["*", "*"]  # two more women
    assert stars(again[q.BY_DECILE], "workers") == [602, 419]
    assert stars(
        example.released({}, {question.name: rows for question, rows in again.items()})[q.BY_SEX], "workers"
    ) == ["*", "*"]


def test_a_number_of_which_nothing_is_said_is_refused():
    with pytest.raises(FigureUndeclared, match="wilayah: people"):
        example.released({q.REGION: [{"regency_name": "Manggarai Barat", "people": 7}]})
    assert Figures(plain=["rate"]).undeclared({"rate": 16_800, "name": "x", "is_open": True}) == ["is_open"]


def test_every_published_document_says_what_its_numbers_count():
    """One without relations is not published, and its paper says so."""
    private = {name for name, module in DOCUMENTS.items() if module.QUESTIONS.relations is None}

    assert private == {"contribution_reconciliation"}
    for name in DOCUMENTS.keys() - private:
        assert set(DOCUMENTS[name].QUESTIONS.all) == set(RELEASE), name
    for question, rows in example.ANSWERS.items():
        if question in statement.QUESTIONS.all:
            assert [question.figures.undeclared(row) for row in rows] == [[]] * len(rows), question.name


def test_one_name_with_two_values_is_two_counts_of_which_none_is_shown_alone():
    counts = collected({"a": Figures(counts={"n": "x", "m": "x"})}, {"a": [{"n": 3, "m": 90}]})

    assert counts.values == {("x", "all"): 3, ("x", "all", "other"): 90}
    assert counts.same == [(("x", "all"), ("x", "all", "other")), (("x", "all", "other"), ("x", "all"))]


def test_no_suppressed_count_of_the_example_is_told_by_all_tables_together():
    """The attacker solves every relation of the statement at once."""
    for changed in ({}, small_decree()):
        rows = {
            each.name: [{k: example.plain(v) for k, v in row.items()} for row in (example.ANSWERS | changed).get(each, [])]
            for each in statement.QUESTIONS.all
        }  # fmt: skip
        for row in rows[q.BY_GROUP.name]:
            row["without"] = 1021 - row["workers"]
        release = relations(collected(FIGURES, rows), rows)
        hidden = release.suppressed()

        assert isinstance(release, Release) and hidden and release.told(hidden) == {}
        assert not [key for key, count in release.counts.items() if is_small(count) and key not in hidden]


def test_a_difference_of_a_suppressed_figure_is_suppressed():
    assert (less(9, 4), less("*", 4), less(9, SUPPRESSED)) == (5, "*", "*")
    assert split([{"part": "a"}, {"part": "all", "n": 1}], "part") == ([{"part": "a"}], {"part": "all", "n": 1})
    assert split([], "part") == ([], {})
