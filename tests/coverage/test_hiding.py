import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.coverage.hiding import SMALLEST, hidden

CASES = [
    ({"Komodo": 6, "Boleng": 5}, ""),
    ({"Komodo": 6, "Boleng": 2, "Lembor": 5}, "Boleng Lembor"),
    ({"Komodo": 40, "Boleng": 3, "Lembor": 4, "Welak": 9}, "Boleng Lembor"),
    ({"Komodo": 40, "Boleng": 1, "Lembor": 1, "Welak": 9}, "Boleng Lembor Welak"),
    ({"Komodo": 40, "Boleng": 2, "Lembor": 3, "Welak": 9}, "Boleng Lembor Welak"),
    ({"Komodo": 40, "Boleng": 0, "Lembor": 7}, ""),
    ({"Komodo": 3}, "Komodo"),
    ({"Komodo": 1, "Boleng": 1}, "Boleng Komodo"),
    ({}, ""),
]


@pytest.mark.parametrize(("counts", "expected"), CASES)
def test_only_what_is_small_or_would_tell_it_is_hidden(counts, expected):
    assert " ".join(sorted(hidden(counts))) == expected


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 12), max_size=12))
def test_from_the_total_and_the_shown_no_hidden_count_is_known_to_be_small(counts):
    away = hidden(counts)
    total = sum(counts[key] for key in away)

    assert all(counts[key] == 0 or counts[key] >= SMALLEST for key in counts.keys() - away)
    assert all(counts[key] > 0 for key in away)
    if away and {key for key in counts if counts[key]} != away:
        assert len(away) > 1 and total - (len(away) - 1) >= SMALLEST


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 12), max_size=12))
def test_no_more_is_hidden_than_needed(counts):
    away = hidden(counts)
    kept = {key for key in away if counts[key] < SMALLEST}
    if extra := sorted((counts[key], key) for key in away - kept):
        rest = [counts[key] for key in away if key != extra[-1][1]]
        assert len(rest) < 2 or sum(rest) - (len(rest) - 1) < SMALLEST
    shown = [counts[key] for key in counts.keys() - away if counts[key]]
    assert not extra or not shown or extra[-1][0] <= min(shown)
