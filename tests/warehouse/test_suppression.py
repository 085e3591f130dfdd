"""Which cells of the public marts are suppressed: each year of a regency is one release."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from jamsos.disclosure import is_small
from tests.attackers import follows, follows_across
from warehouse import suppression
from warehouse.suppression import Cell, decide, suppressed_cells

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
    return [
        (cell.month.month if cell.month else 0, int(cell.part_code[-2:])) for cell in cells if cell.part_code != "all"
    ]


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


def test_the_neighbour_of_a_month_of_few_is_told_by_no_sum_of_its_districts():
    counts = {JANUARY: {CODES[0]: 3}, FEBRUARY: dict(zip(CODES, (9, 40, 50, 60), strict=True))}
    states = [("53.15", 2024, "2", JANUARY, 3), ("53.15", 2024, "2", FEBRUARY, 159)]

    cells = found_in(counts, states=states)

    assert {(cell.month, cell.part_code) for cell in cells} >= {(FEBRUARY, code) for code in [*CODES, "all"]}


def released(before, now, cells=()):
    """The months that a build publishes of these districts' counts in January, and the suppressed ones, after another build."""
    division = ("53.15", "district", JANUARY)
    persons = [("53.15", 2024, None, code, count) for code, count in zip(CODES, now, strict=True)]
    answers = {
        suppression._PLACES: [("53.15", code) for code in CODES],
        suppression._AMOUNTS: [
            (*division, code, count, count * 16_800) for code, count in zip(CODES, now, strict=True)
        ],
        suppression._DISTRICTS: persons,
        **dict.fromkeys((suppression._GROUPS, suppression._MONTHS, suppression._CLAIMS, suppression._WAITING), ()),
    }
    earlier = [(*division, code, count, count * 16_800) for code, count in zip(CODES, before, strict=True)]
    counts, found = decide(answers.__getitem__, earlier, cells)
    hidden = {cell.part_code for cell in found if cell.month}
    shown = [None if code in hidden else {row[3]: row[4] for row in counts}[code] for code in CODES]
    return {row[3]: row[4:] for row in counts}, shown, [tuple(cell) for cell in found]


def test_a_month_in_which_a_part_changed_by_few_stays_as_it_was_published():
    counts, shown, _ = released((30, 40, 50, 60), (31, 40, 50, 90))

    assert shown == [30, 40, 50, 60] and counts[CODES[3]] == (60, 60 * 16_800)
    assert released((30, 40, 50, 60), (35, 40, 50, 90))[1] == [35, 40, 50, 90]
    assert released((30, 40, 50, 60), (0, 40, 50, 60))[1] == [0, 40, 50, 60]


def test_what_was_suppressed_stays_so_until_every_part_of_its_block_has_outgrown_it():
    _, shown, cells = released((3, 40, 50, 60), (3, 40, 50, 60))
    assert shown == [None, None, 50, 60]

    assert released((3, 40, 50, 60), (8, 40, 50, 60), cells)[1] == [None, None, 50, 60]  # 40 as before would tell 3
    assert released((3, 40, 50, 60), (8, 45, 50, 60), cells)[1] == [None, None, 50, 60]  # 8 can only have been 1 to 3
    assert released((3, 40, 50, 60), (9, 45, 50, 60), cells)[1] == [9, 45, 50, 60]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 9)), min_size=4, max_size=4))
@settings(deadline=None, max_examples=25)
def test_two_releases_beside_each_other_tell_no_small_count_and_no_change_of_few(parts):
    """The attacker knows both pages and both totals. Whatever part both show differs by nothing or by five at least."""
    before = tuple(count for count, _ in parts)
    now = tuple(max(0, count + change) for count, change in parts)
    counts, first, cells = released(before, before)
    published, second, _ = released(before, now, cells)

    for one, other in zip(first, second, strict=True):
        assert None in (one, other) or not is_small(abs(one - other))
    views = []
    for shown, totals in ((first, counts), (second, published)):
        total = sum(workers for workers, _ in totals.values())
        views.append((tuple(shown), None if shown == [None] * 4 else total))
        assert not [cell for cell in shown if is_small(cell or 0)] and follows(views[-1:]) == {}
    told = follows_across(*views) if all(change >= 0 for _, change in parts) else {}
    # what was small then and is not now may be told to be more now, and the other way round
    assert not [key for key in told if key[0] == 0 and is_small(before[key[1]])]


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
