"""Disclosure control, and attackers who know its rules: no suppressed count is told to be one of 1 to 4."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.disclosure import Column, Suppression, is_small, suppress, suppress_counts
from tests.attackers import SMALL, linear_bounds, minimality_values, published, unknown

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[1]
CASES = [
    ("6 5", "6 5"),  # nothing is small
    ("1 1 50", "* * *"),  # two ones of 52 would follow from their sum: the third goes with them
    ("6 2 5 9", "* * 5 9"),  # a small count and its neighbour
    ("40 3 4 9", "* * * *"),  # one small count in each pair
    ("40 30 1 2 9 8", "* * * * 9 8"),  # 1 and 2 are told by their sum, so their block is joined to the next
    ("9 8 40 3 7", "9 8 * * 7"),
    ("9 8 40 7 3", "9 8 * * *"),  # a last one without a neighbour joins the pair before it
    ("9 8 7 6 9 9 3 1 1 2", "9 8 7 6 * * * * * *"),  # and so does a last block
    ("0 3 5 9", "0 * * 9"),  # nobody is nobody's secret, and no help
    ("0 0 7", "0 0 7"),
    ("9 9 9 9 9 9 9 9 3", "9 9 9 9 9 9 * * *"),
    ("3", "* of *"),
    ("3 3", "* *"),  # each may be 1 to 5
    ("2 3", "* * of *"),  # their total tells them, so it goes too
    ("2 2 2", "* * * of *"),
    ("2 2 3", "* * *"),
    ("1 1 1 1", "* * * * of *"),
    ("", ""),
]


@pytest.mark.parametrize(("counts", "shown"), CASES)
def test_a_small_count_goes_with_its_neighbour_and_as_many_more_as_its_sum_needs(counts, shown):
    order = list(range(len(counts.split())))
    found = suppress_counts(dict(zip(order, map(int, counts.split()), strict=True)))

    said = " ".join("*" if found.hides(part) else each for part, each in zip(order, counts.split(), strict=True))
    assert said + (" of *" if found.whole else "") == shown
    assert bool(found) == ("*" in shown)


def test_a_part_that_is_small_in_one_month_is_suppressed_in_all_so_that_no_year_tells_it():
    january, february = {"a": 3, "b": 9, "c": 8, "d": 7}, {"a": 9, "b": 9, "c": 9, "d": 9}

    found = suppress([Column(january), Column(february)], "abcd")

    assert found.parts == {"a", "b"} and found.hides("a", 1) and not found.hides("c", 0)


def test_a_month_of_few_persons_is_suppressed_whole_and_takes_no_other_month_with_it():
    found = suppress([Column({"a": 2, "b": 0}), Column({"a": 9, "b": 9})], "ab")

    assert (found.whole, found.parts) == ({0}, set())
    assert found.hides("b", 0) and not found.hides("a", 1)


def test_a_count_alone_in_its_block_is_shown_for_the_total_tells_it():
    found = suppress([Column({"a": 3, "b": 9}), Column({"a": 0, "b": 9})], "ab")

    assert found.hides("b", 0) and not found.hides("b", 1)


def test_worker_months_are_small_where_each_of_their_months_may_be():
    assert [is_small(count, months=6) for count in (0, 1, 24, 25)] == [False, True, True, False]
    assert suppress_counts({"a": 24, "b": 60, "c": 60, "d": 60}, months=6).parts == {"a", "b"}
    assert suppress_counts({"a": 12, "b": 13, "c": 60, "d": 60}, months=6).parts == set("abcd")


def test_the_public_order_decides_who_is_whose_neighbour():
    counts = {"a": 3, "b": 9, "c": 9, "d": 9}

    assert suppress_counts(counts).parts == {"a", "b"} and suppress_counts(counts, "dabc").parts == {"a", "d"}


def test_months_suppressed_whole_say_nothing_of_the_different_persons_of_their_year():
    found = suppress([Column({"a": 3}), Column({"b": 3})], "ab", persons=Column({"a": 3, "b": 3}))

    assert (found.whole, found.parts) == ({0, 1}, {"a", "b"})


def test_what_another_table_suppresses_is_suppressed_here_too():
    assert suppress([Column({"a": 9, "b": 9, "c": 9, "d": 9})], "abcd", marked={"c"}).parts == {"c", "d"}
    alone = Column({"a": 9})
    assert suppress([alone], "a", marked={"a"}) == Suppression((), frozenset({0}), (alone,))


@pytest.mark.parametrize(
    ("january", "february", "persons", "parts"),
    [
        ("3 40 50 60", "3 40 50 60", "3 40 50 60", "ab"),
        ("3 40 50 60", "0 0 50 60", "3 40 50 60", "ab"),
        ("40 50 3", "40 50 3", "40 50 3", "abc"),
        (
            "40 50 3",
            "40 0 3",
            "40 50 3",
            None,
        ),  # c opened the block: beside it and an empty b, a has no room in February
        ("3 40 50 60", "3 40 50 60", "6 80 100 120", None),  # nobody stayed, so persons are as many as worker-months
        # who left after January is told by the year's persons, which are those of January: the next block gives no room either
        ("3 40 50 60", "0 40 50 60", "3 40 50 60", None),
        ("3 40 50 60", "0 40 50 60", "3 44 55 66", "abcd"),
        ("3 40 50 60", "0 44 50 60", "3 45 50 60", "abcd"),
    ],
)
def test_months_beside_their_year_leave_the_different_persons_room(january, february, persons, parts):
    columns = [Column(dict(zip("abcd", map(int, each.split()), strict=False))) for each in (january, february, persons)]

    found = suppress(columns[:2], "abcd"[: len(columns[0].counts)], persons=columns[2])

    assert found.whole == (frozenset() if parts else {0, 1, 2}) and found.parts == set(parts or "")


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))
SMALL_TABLES = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(lambda counts: sum(counts) <= 20)


@given(SMALL_TABLES)
@settings(deadline=None, max_examples=60)
def test_who_knows_that_no_more_is_suppressed_than_needed_finds_nothing_out(counts):
    order = list(range(len(counts)))
    view = published([Column(dict(zip(order, counts, strict=True)))], order)
    most = 6 if len(unknown(view)) > 4 else 9

    for place, values in minimality_values(view, order, most).items():
        assert values >= set(SMALL), (counts, view, place, values)


@given(st.lists(st.lists(COUNTS, min_size=7, max_size=7), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_arithmetic_over_months_finds_no_small_count(months):
    order = range(7)
    view = published([Column(dict(zip(order, month, strict=True))) for month in months], order)

    for (_, total), month in zip(view, months, strict=True):
        assert total in (None, sum(month))
    for low, high in linear_bounds(view).values():
        assert low <= 1 and high >= 5
    for cells, _ in view:
        assert not [cell for cell in cells if cell and is_small(cell)]


@given(
    st.lists(
        st.tuples(COUNTS, st.lists(st.integers(-3, 3), min_size=2, max_size=2), st.integers(0, 3)),
        min_size=2,
        max_size=7,
    )
)
@settings(deadline=None, max_examples=15)
def test_arithmetic_over_months_and_the_different_persons_of_their_year_finds_no_small_count(parts):
    order = range(len(parts))
    months = [[first for first, _, _ in parts]] + [[max(0, f + c[m]) for f, c, _ in parts] for m in (0, 1)]
    persons = [
        min(max(month[place] for month in months) + more, sum(month[place] for month in months))
        for place, (_, _, more) in enumerate(parts)
    ]
    columns = [Column(dict(zip(order, column, strict=True))) for column in (*months, persons)]
    view = published(columns[:3], order, columns[3])

    for low, high in linear_bounds(view, has_persons=None not in [total for _, total in view]).values():
        assert low <= 1 and high >= 4


def test_a_month_of_which_a_block_holds_nobody_leaves_the_block_to_the_other_months():
    order = ["a", "b", "c"]
    january, february = Column({"a": 0, "b": 0, "c": 40}), Column({"a": 2, "b": 30, "c": 40})
    hidden = suppress([january, february], order, persons=Column({"a": 2, "b": 30, "c": 50}))

    assert hidden.blocks == (frozenset({"a", "b"}),)
    assert [hidden.hides("a", column) for column in range(3)] == [False, True, True]
    assert not any(hidden.hides("c", column) for column in range(3))


COMPARED = re.compile(r"(<|>=|lt;)\s*5\b|(<=|>)\s*4\b|SMALLEST|smallest_cell|largest_small")
CODE = [
    path
    for room in ("jamsos", "api", "reports", "web", "warehouse", "cli")
    for path in (ROOT / room).rglob("*")
    if path.suffix in {".py", ".sql", ".yml", ".html"} and "graphiql" not in path.parts
]


def test_no_other_place_compares_a_count_with_the_threshold():
    found = {str(path.relative_to(ROOT)) for path in CODE if COMPARED.search(_compared(path))}

    assert len(CODE) > 300 and found == {"jamsos/disclosure.py"}


def _compared(path):
    """A template compares only between its marks."""
    said = path.read_text(encoding="utf-8")
    return " ".join(re.findall(r"\{[%{].*?[%}]\}", said)) if path.suffix == ".html" else said
