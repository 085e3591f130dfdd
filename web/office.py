"""The office of the page: the data of the office file, which the command line reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Office:
    """`tiles`: the column and row of each district on the map, by its code; a district without one follows after the others."""

    regency_code: str
    government: str
    agency: str
    address: str
    tiles: Mapping[str, Sequence[int]]
