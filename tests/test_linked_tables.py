"""Linked tables: a count that stands in several tables is one unknown, and an attacker who solves all of them finds no small one."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.linked_tables import Line, Release, Table, Weighted

A, B, C, ALL = ("a",), ("b",), ("c",), ("all",)


def table(total, *keys, months=1):
    return Table([Line({key: key for key in keys}, total, months)], keys)


def test_a_suppressed_total_takes_the_table_below_it_whole_and_its_neighbour_above():
    below, small = [("a", place) for place in range(3)], 2
    counts = {**dict.fromkeys(below, small), A: 6, B: 50, C: 50, ALL: 106}

    hidden = Release(counts, [table(A, *below), table(ALL, A, B, C)]).suppressed()

    assert hidden == {*below, A, B}  # three twos of six tell each other


def test_one_count_in_two_tables_is_suppressed_in_both():
    other, rest = ("x",), ("y",)
    counts = {A: 3, B: 60, ALL: 63, other: 40, rest: 43}

    assert Release(counts, [table(ALL, A, B), table(rest, A, other)]).suppressed() == {A, B, other}


def test_two_sums_of_two_counts_are_never_both_published():
    counts = {A: 3, B: 90, ALL: 93}
    months = Weighted(("months",), {A: 12, B: 6})

    assert Release(counts, [table(ALL, A, B)], [months]).suppressed() == {A, B, ("months",)}
    assert Release(counts, [table(ALL, A, B)], [months]).told({A, B}) == {A: (3, 3)}  # b is known, and is not small


def test_what_is_published_already_stays_and_what_was_suppressed_before_stays_so():
    counts = {A: 30, B: 60, C: 70, ("d",): 80, ALL: 240}
    linked = [table(ALL, A, B, C, ("d",))]

    assert Release(counts, linked, marked={C}).suppressed() == {C, ("d",)}
    assert Release(counts, linked, marked={C}, published={("d",)}).suppressed() >= {C}
    assert Release(counts, linked, follows=[({A}, {C})], marked={A}).suppressed() == {A, B, C, ("d",)}


def test_worker_months_are_small_up_to_four_for_each_month():
    assert Release({A: 24, B: 60, ALL: 84}, [table(ALL, A, B, months=6)]).suppressed() == {A, B}
    assert Release({A: 25, B: 60, ALL: 85}, [table(ALL, A, B, months=6)]).suppressed() == set()


def test_tables_that_narrow_a_count_together_go_whole():
    """a + b = 60 and b + c = 58: a is two more than c, so it cannot be 1, 2 or more than c and 2."""
    counts = {A: 4, B: 56, C: 2, ALL: 60, ("other",): 58}
    release = Release(counts, [table(ALL, A, B), table(("other",), C, B)])

    assert release.told({A, B, C}) == {A: (3, 59)}
    assert release.suppressed() == {A, B, C, ALL}
    assert release.told(release.suppressed()) == {}


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))


@given(
    st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=3, max_size=3), st.lists(COUNTS, min_size=3, max_size=3)
)
@settings(deadline=None, max_examples=25)
def test_arithmetic_over_rows_columns_and_a_second_division_finds_no_small_count(cells, others):
    """A table by two traits: its rows, its columns, and a third division of one row."""
    counts = {(row, column): cells[row][column] for row, column in product(range(3), repeat=2)}
    rows = [table(("row", row), *((row, column) for column in range(3))) for row in range(3)]
    columns = [table(("column", column), *((row, column) for row in range(3))) for column in range(3)]
    counts |= {("row", row): sum(cells[row]) for row in range(3)}
    counts |= {("column", column): sum(each[column] for each in cells) for column in range(3)}
    counts |= {("part", place): count for place, count in enumerate(others)} | {("parts",): sum(others)}
    total = {("all",): sum(map(sum, cells))}
    whole = [table(ALL, *(("row", row) for row in range(3))), table(ALL, *(("column", column) for column in range(3)))]
    linked = [*rows, *columns, *whole, table(("parts",), *(("part", place) for place in range(3)))]
    release = Release(
        counts | total, linked, [Weighted(("months",), {("part", place): place + 2 for place in range(3)})]
    )

    hidden = release.suppressed()

    assert release.told(hidden) == {}
    assert not [key for key, count in release.counts.items() if 0 < count < 5 and key not in hidden]


@given(st.lists(st.tuples(COUNTS, COUNTS, st.integers(0, 3)), min_size=2, max_size=4))
@settings(deadline=None, max_examples=15)
def test_the_months_of_a_year_and_its_different_persons_are_solved_together(parts):
    order = list(range(len(parts)))
    january, february = ({("m", month, part): parts[part][month] for part in order} for month in (0, 1))
    persons = {("p", part): min(max(a, b) + more, a + b) for part, (a, b, more) in enumerate(parts)}
    lines = [
        Line({key[-1]: key for key in keys}, ("sum", number))
        for number, keys in enumerate((january, february, persons))
    ]
    counts = {**january, **february, **persons}
    counts |= {line.total: sum(counts[key] for key in line.cells.values()) for line in lines}
    release = Release(counts, [Table(lines, order, has_persons=True)])

    assert release.told(release.suppressed()) == {}
