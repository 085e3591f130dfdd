"""Charts: the numbers of two drawings, ready for SVG. The templates draw and compute nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jamsos.money import grouped


@dataclass(frozen=True)
class Bar:
    """`height` and `part` are of 100; `part` is the darker part."""

    label: str
    value: int | str
    height: float
    part: float


def bars(points: Sequence[tuple[str, int | str, int | str]]) -> list[Bar]:
    """Return bars of (label, whole, part), scaled by the greatest; a suppressed one has no height and shows its mark."""
    top = max((whole for _, whole, _ in points if isinstance(whole, int)), default=0) or 1
    return [Bar(label, whole, _share(whole, top), _share(part, top)) for label, whole, part in points]


def _share(value: int | str, top: int) -> float:
    return round(100 * value / top, 2) if isinstance(value, int) else 0.0


@dataclass(frozen=True)
class Tile:
    name: str
    column: int
    row: int
    value: str
    fill: str
    ink: str


_SCALE = ("#eef3f0", "#cfe0d6", "#a9cab7", "#5b9475", "#2f6f4f", "#174a33")
_DARK, _LIGHT = "#16201b", "#ffffff"


def tiles(places: Mapping[str, Sequence[int]], names: Mapping[str, str], values: Mapping[str, int | str]) -> list[Tile]:
    """Return one tile per district with a position; darker means more. A suppressed value stays pale and shows its mark."""
    top = max((value for value in values.values() if isinstance(value, int)), default=0)
    return [
        _tile(names.get(code, code), column, row, values.get(code, 0), top) for code, (column, row) in places.items()
    ]


def _tile(name: str, column: int, row: int, value: int | str, top: int) -> Tile:
    shown = value if isinstance(value, str) else grouped(value, "id")
    fill = _SCALE[value * len(_SCALE) // (top + 1)] if isinstance(value, int) else _SCALE[0]
    return Tile(name, column, row, shown, fill, readable(fill))


def readable(fill: str) -> str:
    """Return the text colour with more contrast to `fill`, by WCAG 2."""
    return max(_DARK, _LIGHT, key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """Return the contrast, between 1 and 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
