"""What a report's rows lose before anybody sees them."""

import pytest

from reports.suppression import alone, bills, chosen_of_candidates, either, parts, split

PERSONS = parts("part", "workers", others=("months",))


def rows(*workers, total=None, **marked):
    made = [
        {"part": part, "workers": count, "months": count * 12} for part, count in zip("abcdef", workers, strict=False)
    ]
    made = [row | {"is_suppressed": True} if row["part"] in marked else row for row in made]
    return made if total is None else [*made, {"part": "all", "workers": total, "months": total * 12}]


@pytest.mark.parametrize(
    ("workers", "shown"),
    [
        ((10, 20), [10, 20]),
        ((1, 1, 50), ["*", "*", "*"]),  # both ones would follow from the total
        ((10, 3, 20, 9), ["*", "*", 20, 9]),
        ((0, 3, 5, 9), [0, "*", "*", 9]),  # nobody is nobody's secret
        ((3,), ["*"]),
    ],
)
def test_rows_of_few_workers_lose_every_figure_and_their_neighbours_too(workers, shown):
    found = PERSONS(rows(*workers))

    assert [row["workers"] for row in found] == shown
    assert [row["months"] for row in found] == ["*" if each == "*" else each * 12 for each in shown]


def test_the_total_goes_where_it_tells_its_parts_and_stays_otherwise():
    few, many = PERSONS(rows(1, 2, total=3)), PERSONS(rows(1, 20, total=21))

    assert split(few, "part")[1] == {"part": "all", "workers": "*", "months": "*"}
    assert split(many, "part")[1] == {"part": "all", "workers": 21, "months": 252}
    assert split([], "part") == ([], {})


def test_what_the_public_marts_suppress_is_suppressed_here_and_the_mark_itself_is_not_told():
    found = PERSONS(rows(9, 9, 9, 9, c=True))

    assert [row["workers"] for row in found] == [9, 9, "*", "*"] and "is_suppressed" not in found[2]


def test_a_trait_is_suppressed_where_few_have_it_or_few_have_it_not():
    rule = either("workers", "without", others=("months",))
    given = [
        {"part": part, "workers": a, "without": b, "months": 9}
        for part, a, b in [("x", 3, 97), ("y", 97, 3), ("z", 50, 50)]
    ]

    assert rule(given) == [
        {"part": "x", "workers": "*", "months": "*"},
        {"part": "y", "workers": "*", "months": "*"},
        {"part": "z", "workers": 50, "months": 9},
    ]


def test_counts_that_add_up_to_nothing_go_alone():
    assert alone("pledges", "gifts")([{"pledges": 4, "gifts": 0, "amount": 7}]) == [
        {"pledges": "*", "gifts": 0, "amount": 7}
    ]


@pytest.mark.parametrize(
    ("excluded", "waiting", "gone"),
    [
        (90, 60, ""),
        (3, 60, "candidates excluded"),
        (90, 2, "candidates eligible not_reached"),
        (1, 1, "candidates eligible excluded not_reached"),
    ],
)
def test_few_who_were_excluded_or_wait_go_with_every_sum_that_holds_them(excluded, waiting, gone):
    row = {
        "candidates": 50 + excluded + waiting,
        "eligible": 50 + waiting,
        "chosen": 50,
        "excluded": excluded,
        "not_reached": waiting,
    }

    [found] = chosen_of_candidates([row])

    assert " ".join(sorted(name for name, value in found.items() if value == "*")) == gone


def bill(code, first, last, workers, marked=False):
    figures = (
        "worker_months",
        "jkk_amount",
        "jkm_amount",
        "amount",
        "paid_amount",
        "confirmed_months",
        "confirmed_amount",
    )
    span = {"month_from": f"2024-{first:02}-01", "month_to": f"2024-{last:02}-01"}
    return {"billing_code": code, "workers": workers, "is_suppressed": marked, **span, **dict.fromkeys(figures, 9)}


def test_a_bill_of_few_workers_goes_with_every_bill_of_its_months_whose_sum_is_public():
    given = [
        bill("A", 1, 1, 500),
        bill("B", 2, 2, 500),
        bill("C", 2, 3, 3),
        bill("D", 3, 3, 500),
        bill("E", 4, 4, 500),
        bill("F", 5, 5, 9, True),
    ]
    found = bills([*given, bill("all", 1, 1, None)])

    assert "".join(row["billing_code"][0] for row in found if row["amount"] == "*") == "BCDF"
    assert bills([bill("A", 1, 1, 3), bill("all", 1, 1, None)])[-1]["amount"] == "*"
