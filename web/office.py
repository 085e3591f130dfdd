"""The office whose page this is: what the command door reads from the office's own file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Office:
    """`tiles`: the column and row of each district on the map, by its code; a district without one stands after the others."""

    regency_code: str
    government: str
    agency: str
    address: str
    tiles: Mapping[str, Sequence[int]]
