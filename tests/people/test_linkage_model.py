"""The probability model: the parameters, the resulting pairs, and that all data remain in memory."""

from datetime import date

import duckdb
import pytest

from jamsos.people.linkage import model as linkage_model
from jamsos.people.linkage.model import LEVELS, Record, model, weigh
from jamsos.people.rules import Likely, LikenessLevel, surely

pytestmark = pytest.mark.heavy

MARIA = Record(1, "JELITA MARIA", date(1985, 5, 5), "female", "53.15.05.2001", ("k1",))


def beside(**changes):
    """Maria as another register may write her, and how alike the two are."""
    pairs = weigh([MARIA], [MARIA._replace(key=2, **changes)])
    return [(pair.name, pair.birth, pair.sex, pair.home, pair.probability) for pair in pairs]


@pytest.mark.parametrize("comparison", LEVELS)
def test_the_levels_of_a_comparison_share_out_all_there_is(comparison):
    for side in (0, 1):
        assert sum(level[side] for level in model().levels[comparison].values()) == pytest.approx(1)
    assert LEVELS[comparison].keys() < set(LikenessLevel)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, [("same", "same", "same", "household", 0.9999)]),
        ({"homes": ()}, [("same", "same", "same", "village", 0.9999)]),
        ({"name_key": "JELITA MARI"}, [("alike", "same", "same", "household", 0.9999)]),
        ({"name_key": "JELITA YASINTA"}, [("word", "same", "same", "household", 0.9997)]),
        ({"name_key": "TUKAN YASINTA"}, [("other", "same", "same", "household", 0.8903)]),
        ({"birth_date": date(1985, 5, 6)}, [("same", "near", "same", "household", 0.9999)]),
        ({"birth_date": date(1985, 1, 1), "homes": ()}, [("same", "placeholder", "same", "village", 0.9991)]),
        ({"birth_date": None, "homes": ()}, [("same", "unknown", "same", "village", 0.9504)]),
        ({"birth_date": date(1992, 8, 1), "homes": ()}, []),
        ({"sex": "male", "homes": ()}, [("same", "same", "other", "village", 0.9989)]),
        ({"village_code": "53.15.05.2002", "homes": ()}, [("same", "same", "same", "district", 0.999)]),
        ({"village_code": "53.15.06.2002", "homes": ()}, []),
    ],
)
def test_what_speaks_for_one_person(changes, found):
    assert beside(**changes) == found


def test_day_and_month_exchanged_are_near():
    assert [pair.birth for pair in weigh(
        [MARIA._replace(birth_date=date(1985, 5, 7))], [MARIA._replace(key=2, birth_date=date(1985, 7, 5))]
    )] == ["near"]  # fmt: skip


def test_the_order_of_the_records_changes_nothing():
    others = [MARIA._replace(key=number, birth_date=date(1985, 5, number)) for number in range(2, 12)]

    assert weigh([MARIA], others) == weigh([MARIA], others[::-1])


def test_many_are_weighed_in_parts_as_if_at_once(monkeypatch):
    seekers = [MARIA._replace(key=number, village_code=f"53.15.0{number % 3 + 1}.2001") for number in range(1, 8)]
    known = [each._replace(key=each.key + 100, homes=()) for each in seekers]
    at_once = weigh(seekers, known)
    monkeypatch.setattr(linkage_model, "AT_ONCE", 2)

    assert weigh(seekers, known) == at_once != []


def test_nobody_beside_nobody_gives_nothing():
    assert weigh([], [MARIA]) == weigh([MARIA], []) == []


@pytest.mark.parametrize("written", ["copy (select 1) to '{}'", "attach '{}'", "set threads = 2", "install httpfs"])
def test_the_database_that_weighs_writes_no_file_and_takes_no_order(tmp_path, written):
    memory = linkage_model.in_memory()
    with pytest.raises(duckdb.Error):
        memory.execute(written.format(tmp_path / "out"))
    memory.close()
    assert list(tmp_path.iterdir()) == []


SURE = Likely(row_id=1, person_id=7, load_id=3, probability=0.999, is_doubtful=False, is_listed=False)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([SURE], {1: 7}),
        ([SURE._replace(probability=0.9)], {}),
        ([SURE._replace(is_doubtful=True)], {}),
        ([SURE._replace(is_listed=True)], {}),
        ([SURE, SURE._replace(person_id=8, probability=0.7)], {}),
        ([SURE._replace(row_id=2, probability=0.998), SURE], {1: 7}),
        ([SURE._replace(row_id=2, load_id=4), SURE], {1: 7, 2: 7}),
    ],
    ids=["sure", "not sure enough", "the name is another", "listed already", "somebody else is likely",
         "two rows of one register", "rows of two registers"],
)  # fmt: skip
def test_who_is_joined_without_an_officer(pairs, found):
    assert surely(pairs, same_from=0.995) == found
