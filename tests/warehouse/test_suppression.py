"""Which cells of the public marts are suppressed: each year of a regency is one release."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.disclosure import is_small
from tests.attackers import follows
from warehouse import suppression
from warehouse.suppression import Cell, suppressed_cells

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
CODES = ["53.15.01", "53.15.02", "53.15.03", "53.15.04"]


def found_in(months, persons=None, *, claims=(), waiting=(), states=None):
    """The suppressed cells of a year with these counts by district. Groups and months of all districts are not looked at."""
    rows = [
        ("53.15", 2024, month, code, count)
        for month, counts in months.items()
        for code, count in counts.items()
        if count
    ]
    persons = persons or {code: max((counts.get(code, 0) for counts in months.values()), default=0) for code in CODES}
    answers = {
        suppression._PLACES: [("53.15", code) for code in CODES],
        suppression._DISTRICTS: [
            *rows,
            *(("53.15", 2024, None, code, count) for code, count in persons.items() if count),
        ],
        suppression._GROUPS: [],
        suppression._MONTHS: states or [],
        suppression._CLAIMS: claims,
        suppression._WAITING: waiting,
    }
    return list(suppressed_cells(answers.__getitem__))


def named(cells):
    return [(cell.month.month if cell.month else 0, int(cell.part_code[-2:])) for cell in cells]


def test_a_small_month_takes_its_pair_out_of_every_month_and_of_the_year():
    counts = {
        JANUARY: dict(zip(CODES, (3, 40, 50, 60), strict=True)),
        FEBRUARY: dict(zip(CODES, (9, 40, 50, 60), strict=True)),
    }

    assert named(found_in(counts)) == [(1, 1), (1, 2), (2, 1), (2, 2), (0, 1), (0, 2)]


def test_of_a_month_of_few_not_even_the_empty_districts_are_told_nor_any_sum_of_the_year():
    counts = {JANUARY: {CODES[0]: 2}, FEBRUARY: dict(zip(CODES, (9, 40, 50, 60), strict=True))}

    assert named(found_in(counts)) == [
        *((1, number) for number in (1, 2, 3, 4)),
        *((0, number) for number in (1, 2, 3, 4)),
    ]


def test_a_month_of_few_in_all_the_regency_goes_with_its_neighbour():
    states = [
        ("53.15", 2024, state, month, count) for state in "123" for month, count in ((JANUARY, 3), (FEBRUARY, 90))
    ]

    assert found_in({}, {}, states=states) == [
        Cell("53.15", "month", 2024, month, "all") for month in (JANUARY, FEBRUARY)
    ]


def test_benefits_since_the_beginning_are_told_only_where_no_year_has_few():
    few = Cell("53.15", "figure", 0, None, "claims")

    assert found_in({}, {}, claims=[("53.15", 2024, 9), ("53.15", 2025, 3)]) == [few]
    assert found_in({}, {}, claims=[("53.15", 2024, 9), ("53.15", 2025, 8)]) == []
    assert found_in({}, {}, waiting=[("53.15", 4), ("53.16", 0), ("53.17", 5)]) == [
        Cell("53.15", "figure", 0, None, "waiting")
    ]


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))


@given(st.lists(st.tuples(COUNTS, st.integers(-2, 3), st.integers(0, 2)), min_size=4, max_size=4))
@settings(deadline=None, max_examples=20)
def test_months_districts_and_different_persons_of_a_year_tell_no_small_count(parts):
    months = {
        JANUARY: dict(zip(CODES, (first for first, _, _ in parts), strict=True)),
        FEBRUARY: dict(zip(CODES, (max(0, first + more) for first, more, _ in parts), strict=True)),
    }
    persons = {
        code: min(max(month[code] for month in months.values()) + more, sum(month[code] for month in months.values()))
        for code, (_, _, more) in zip(CODES, parts, strict=True)
    }
    away = {(cell.month, cell.part_code) for cell in found_in(months, persons)}
    view = [
        (tuple(None if (month, code) in away else counts[code] for code in CODES), _total(counts, month, away))
        for month, counts in [*months.items(), (None, persons)]
    ]

    assert not [cell for cells, _ in view for cell in cells if is_small(cell or 0)]
    assert follows(view, has_persons=None not in [total for _, total in view]) == {}


def _total(counts, month, away):
    """Nothing is told of a column whose empty districts are suppressed."""
    return (
        None
        if any((month, code) in away and not counts[code] for code in CODES) or len(away) >= 12
        else sum(counts.values())
    )
