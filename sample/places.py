"""Places: the 169 villages of Manggarai Barat (Kepmendagri 300.2.2-2138/2025), each inland, on the coast or in town."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jamsos.regions.service import SHIPPED

REGENCY = "53.15"
INLAND, COAST, TOWN = range(3)
KINDS = ("inland", "coast", "town")


@dataclass(frozen=True)
class Villages:
    """Parallel arrays, in the order of the codes."""

    code: NDArray[np.object_]
    name: NDArray[np.object_]
    district: NDArray[np.object_]
    kind: NDArray[np.int64]
    size: NDArray[np.int64]
    muslim_percent: NDArray[np.int64]


@cache
def places() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "places.toml").read_text(encoding="utf-8"))


@cache
def villages() -> Villages:
    districts = {row[0]: row[1] for row in _rows("districts.csv", "code", "name")}
    rows = [row for row in _rows("villages.csv", "code", "name", "district_code") if row[0].startswith(REGENCY + ".")]
    kind = [_kind(code) for code, _, _ in rows]
    return Villages(
        code=_texts([code for code, _, _ in rows]),
        name=_texts([name for _, name, _ in rows]),
        district=_texts([districts[district] for _, _, district in rows]),
        kind=np.array(kind),
        size=np.array([places()[KINDS[k]]["size"] for k in kind]),
        muslim_percent=np.array([places()[KINDS[k]]["muslim_percent"] for k in kind]),
    )


def _kind(code: str) -> int:
    return next((k for k in (TOWN, COAST) if code in places()[KINDS[k]]["codes"]), INLAND)


def _rows(file: str, *columns: str) -> list[tuple[str, ...]]:
    with (SHIPPED / file).open(encoding="utf-8", newline="") as lines:
        return [tuple(row[column] for column in columns) for row in csv.DictReader(lines)]


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
