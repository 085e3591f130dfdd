"""Linkage model: the probability that two records are one person, by Fellegi and Sunter (1969).

The input is records without a usable NIK and records of known persons. The output is pairs with a probability and its
basis: name, birth date, sex, home. Splink on DuckDB computes them in memory, on one thread, with the dated parameters
of likeness.toml. So the same records give the same pairs on any day. Nothing is learnt, written to disk or downloaded.
"""

import logging
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jamsos.memo import remember_short
from jamsos.people.rules import same_name

if TYPE_CHECKING:  # both import slowly, and most commands do not need them
    import pyarrow
    from duckdb import DuckDBPyConnection
    from splink import SettingsCreator

MEMORY = "4GB"
AT_ONCE = 20_000  # seekers in one batch


class Record(NamedTuple):
    """A record. `key`: a number of the caller. `homes`: its households, in a form that both sides share."""

    key: int
    name_key: str
    birth_date: date | None
    sex: str | None
    village_code: str | None
    homes: Sequence[str] = ()


class Pair(NamedTuple):
    """Two records, and the level of each comparison ("unknown" where one side has no value)."""

    left: int
    right: int
    probability: float
    name: str
    birth: str
    sex: str
    home: str


@dataclass(frozen=True)
class Model:
    """The parameters. `levels`: by comparison and level, its frequency for one person (m) and for two (u)."""

    version: str
    prior: float
    same_from: float
    review_from: float
    levels: dict[str, dict[str, tuple[float, float]]]


# The conditions of the levels in DuckDB's SQL, tried in order; the last one applies to the rest.
LEVELS = {
    "name": {
        "same": "name_l = name_r",
        "alike": "name_likeness(name_l, name_r) = 2",
        "word": "name_likeness(name_l, name_r) = 1",
        "other": "ELSE",
    },
    "birth": {
        "same": "birth_l = birth_r",
        # 1 January stands for a date of which only the year is known
        "placeholder": "year(birth_l) = year(birth_r) and (strftime(birth_l, '%m%d') = '0101' or strftime(birth_r, '%m%d') = '0101')",
        # one different digit, or day and month exchanged
        "near": "hamming(cast(birth_l as varchar), cast(birth_r as varchar)) = 1"
        " or (year(birth_l) = year(birth_r) and month(birth_l) = day(birth_r) and day(birth_l) = month(birth_r))",
        "other": "ELSE",
    },
    "sex": {"same": "sex_l = sex_r", "other": "ELSE"},
    "home": {
        "household": "list_has_any(homes_l, homes_r)",
        "village": "village_l = village_r",
        "district": "district_l = district_r",
        "other": "ELSE",
    },
}
_ABSENT = {
    "name": "name_l is null or name_r is null",
    "birth": "birth_l is null or birth_r is null",
    "sex": "sex_l is null or sex_r is null",
    "home": "(village_l is null or village_r is null) and not list_has_any(homes_l, homes_r)",
}


# Neighbours with different birth dates never match, whatever else they share, and they are most of a village.
_NEIGHBOURS = """l.village = r.village and l.words = r.words and (l.birth is null or r.birth is null
    or year(l.birth) = year(r.birth) or hamming(cast(l.birth as varchar), cast(r.birth as varchar)) = 1)"""


@cache
def model() -> Model:
    """Return the parameters of likeness.toml."""
    read = tomllib.loads(Path(__file__).with_name("likeness.toml").read_text(encoding="utf-8"))
    levels = {
        each: {level: (read[each][level]["m"], read[each][level]["u"]) for level in names}
        for each, names in LEVELS.items()
    }
    return Model(read["version"], read["prior"], read["same_from"], read["review_from"], levels)


def weigh(seekers: Sequence[Record], known: Sequence[Record], by: Model | None = None) -> list[Pair]:
    """Return every pair of a seeker and a known record that needs at least a review, the most probable first.

    Blocking: a pair shares district and birth date, or a household, or village, a word of the name and nearly the birth
    date.
    """
    by = by or model()
    near = sorted(seekers, key=lambda each: (each.village_code or "", each.key))
    found: list[Pair] = []
    for start in range(0, len(near), AT_ONCE):
        some = near[start : start + AT_ONCE]
        if others := _within_reach(some, known):
            with closing(in_memory()) as memory:
                found += _weighed(memory, some, others, by)
    return sorted(found, key=lambda pair: (-pair.probability, pair.left, pair.right))


def _within_reach(seekers: Sequence[Record], known: Sequence[Record]) -> list[Record]:
    """Return the records that share a district or a household with a seeker. Others cannot pair, and would only need memory."""
    districts = {_district(each) for each in seekers} - {None}
    homes = {home for each in seekers for home in each.homes}
    return [each for each in known if _district(each) in districts or not homes.isdisjoint(each.homes)]


def _district(record: Record) -> str | None:
    return record.village_code[:8] if record.village_code else None


def in_memory() -> "DuckDBPyConnection":
    """Return an empty in-memory database without access to files and extensions. One thread keeps floating-point sums equal."""
    import duckdb

    memory = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    memory.create_function("name_likeness", name_likeness, ["VARCHAR", "VARCHAR"], "TINYINT")
    memory.execute("set enable_external_access = false")
    memory.execute("set lock_configuration = true")
    return memory


@remember_short(100_000)  # cached: a pair asks for one level after the other
def name_likeness(one: str, other: str) -> int:
    """Return 2 where both may be one person's name, 1 where they share a word of four letters or more, else 0."""
    if same_name(one, other):
        return 2
    return int(any(len(word) > 3 for word in set(one.split()) & set(other.split())))


def _weighed(memory: "DuckDBPyConnection", seekers: Sequence[Record], known: Sequence[Record], by: Model) -> list[Pair]:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    door = DuckDBAPI(connection=memory)
    sides = [door.register(as_table(each), dataset_display_name=name) for name, each in (("a", seekers), ("b", known))]
    linker = Linker(sides, settings(by), log_level=None)
    found = linker.inference.predict(threshold_match_probability=by.review_from, warning_mode="never")
    columns = found.as_pyarrow_table().to_pydict()  # type: ignore[no-untyped-call]
    numbers = zip(*(columns[f"gamma_{each}"] for each in LEVELS), strict=True)
    names = (tuple(map(_level, LEVELS, each)) for each in numbers)
    pairs = zip(columns["unique_id_l"], columns["unique_id_r"], columns["match_probability"], names, strict=True)
    return [
        Pair(left, right, min(round(probability, 4), 0.9999), *levels) for left, right, probability, levels in pairs
    ]


def _level(comparison: str, number: int) -> str:
    """Return the name of a level. Splink numbers levels from the last, 0, and uses -1 for a missing value."""
    return "unknown" if number < 0 else list(LEVELS[comparison])[-1 - number]


def settings(by: Model) -> "SettingsCreator":
    """Return the model as Splink settings."""
    from splink import SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=by.prior,
        comparisons=[_comparison(name, by.levels[name]) for name in LEVELS],
        blocking_rules_to_generate_predictions=[
            block_on("district", "birth"),
            CustomRule(_NEIGHBOURS, arrays_to_explode=["words"]),
            block_on("homes", arrays_to_explode=["homes"]),
        ],
        retain_matching_columns=True,  # the matching columns contain the levels
    )


def _comparison(name: str, levels: dict[str, tuple[float, float]]) -> Any:
    from splink.comparison_level_library import CustomLevel
    from splink.comparison_library import CustomComparison

    absent = CustomLevel(_ABSENT[name], "unknown").configure(is_null_level=True)
    weighed = [
        CustomLevel(LEVELS[name][level], level).configure(m_probability=m, u_probability=u)
        for level, (m, u) in levels.items()
    ]
    return CustomComparison(output_column_name=name, comparison_levels=[absent, *weighed])


def as_table(records: Iterable[Record]) -> "pyarrow.Table":
    """Return the columns that levels and blocking use, one row a record."""
    import pyarrow as pa

    schema = pa.schema(
        [
            ("unique_id", pa.int64()), ("name", pa.string()), ("words", pa.list_(pa.string())), ("birth", pa.date32()),
            ("sex", pa.string()), ("village", pa.string()), ("district", pa.string()), ("homes", pa.list_(pa.string())),
        ]
    )  # fmt: skip
    rows = [
        (
            each.key, each.name_key, each.name_key.split(), each.birth_date, each.sex, each.village_code,
            _district(each), list(each.homes),
        )
        for each in records
    ]  # fmt: skip
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
