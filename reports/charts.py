"""Charts: the numbers behind two drawings, ready for SVG. The templates draw; nothing is worked out there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    height: float  # of 100
    part: float  # of `height`, the part that is filled darker


def bars(points: list[tuple[str, int, int]]) -> list[Bar]:
    """Bars of (label, whole, part), as high as their share of the greatest."""
    top = max((whole for _, whole, _ in points), default=0) or 1
    return [Bar(label, whole, 100 * whole / top, 100 * part / top) for label, whole, part in points]


@dataclass(frozen=True)
class Tile:
    name: str
    column: int
    row: int
    value: str
    fill: str
    ink: str


_SCALE = ("#eef3f0", "#cfe0d6", "#9fc3ae", "#639b7c", "#2f6f4f", "#174a33")


def tiles(places: dict[str, list[int]], names: dict[str, str], values: dict[str, int | str]) -> list[Tile]:
    """One tile per district that has a place; the darker the more. Hidden values stay pale and show their mark."""
    top = max((value for value in values.values() if isinstance(value, int)), default=0) or 1
    made = []
    for code, (column, row) in places.items():
        value = values.get(code, 0)
        level = min(len(_SCALE) - 1, value * len(_SCALE) // (top + 1)) if isinstance(value, int) else 0
        ink = "#ffffff" if level >= 4 else "#1c2a23"
        shown = value if isinstance(value, str) else f"{value:,}".replace(",", ".")
        made.append(Tile(names.get(code, code), column, row, shown, _SCALE[level], ink))
    return made
