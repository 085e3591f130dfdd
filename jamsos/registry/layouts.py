"""Layouts: how a register's file is laid out, as data. One TOML file is one layout; an office adds its own without a release.

A layout gives its register, its sources, the headers of its fields, the columns that are known but unread, and the
words for public codes. A file gets the layout that explains most of its headers.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jamsos.registry.errors import LayoutWrong
from jamsos.registry.rules import FIELDS, Source, fold

FOLDER = Path(__file__).parent / "registers"
COMMON = "common"
GENERAL = "general"
_KEYS = frozenset(
    {"version", "register", "title", "sources", "unread", "columns", "codes", "codes_of", "needed", "place", "family", "dates", "adds"}
)  # fmt: skip
_CHOICES = {
    "place": ("columns", "title", "asked"),
    "family": ("column", "above"),
    "dates": ("day_first", "month_first", "digits"),
    "adds": ("rows", "families", "persons"),
}
_COUNTED = re.compile(r"[\s_]*\(\s*\d+\s*\)\s*$")


def header_key(header: str) -> str:
    """Return the form in which headers are compared: `NIK (81)`, `N I K` and `nik` are equal."""
    return fold(_COUNTED.sub("", header))


@dataclass(frozen=True)
class Layout:
    """One layout. `columns`: field → headers as written; `codes`: field → code → word; `unread`: known headers that are not read.

    `adds`: `rows` of a register, or facts of known `persons` or `families`. `content`: the file itself.
    """

    name: str
    version: int
    register: Source
    titles: Mapping[str, str]
    sources: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    unread: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    needed: tuple[str, ...]
    place: str
    family: str
    dates: str
    adds: str
    content: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True)
class Columns:
    """A header row read by a layout: the index of each field, the unread headers, and how well the layout fits."""

    layout: Layout
    places: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    score: float = 0.0


def parse(name: str, content: str) -> Layout:
    """Return the layout of a TOML text. Raises LayoutWrong with the key."""
    try:
        said = tomllib.loads(content)
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"line (\d+)", str(wrong))
        raise LayoutWrong(layout=name, part=f"TOML {found[0]}" if found else "TOML", why="layout.toml") from None
    for key in said.keys() - _KEYS:
        raise LayoutWrong(layout=name, part=key, why="layout.unknown")
    for key in ("version", "register", "title", "sources", "columns"):
        if said.get(key) in (None, "", [], {}):
            raise LayoutWrong(layout=name, part=key, why="layout.missing")
    for key, values in _CHOICES.items():
        if said.get(key, values[0]) not in values:
            raise LayoutWrong(layout=name, part=key, why="layout.choice")
    if said["register"] not in list(Source):
        raise LayoutWrong(layout=name, part="register", why="layout.choice")
    columns = _columns(name, said["columns"])
    needed = said.get("needed", ["nik", "name"])
    if lost := set(needed) - columns.keys():
        raise LayoutWrong(layout=name, part=f"needed: {', '.join(sorted(map(str, lost)))}", why="layout.no_column")
    return Layout(
        name=name,
        version=_whole(name, said["version"]),
        register=Source(said["register"]),
        titles=_titles(name, said["title"]),
        sources=tuple(_texts(name, "sources", said["sources"])),
        columns=columns,
        unread=tuple(_texts(name, "unread", said.get("unread", []))),
        codes=_codes(name, said),
        needed=tuple(needed),
        content=content,
        **{key: said.get(key, values[0]) for key, values in _CHOICES.items()},
    )


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise LayoutWrong(layout=name, part="version", why="layout.whole")
    return value


def _titles(name: str, value: Any) -> dict[str, str]:
    if (
        not isinstance(value, dict)
        or {"id", "en"} - value.keys()
        or not all(isinstance(each, str) for each in value.values())
    ):
        raise LayoutWrong(layout=name, part="title", why="layout.languages")
    return value


def _texts(name: str, key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise LayoutWrong(layout=name, part=key, why="layout.texts")
    return value


def _columns(name: str, value: Any) -> dict[str, tuple[str, ...]]:
    """Return the headers by field. Raises LayoutWrong for an unknown field, and for a header that two fields share."""
    if not isinstance(value, dict):
        raise LayoutWrong(layout=name, part="columns", why="layout.missing")
    taken: dict[str, str] = {}
    for each, headers in value.items():
        if each not in FIELDS:
            raise LayoutWrong(layout=name, part=f"columns.{each}", why="layout.unknown")
        for header in _texts(name, f"columns.{each}", headers):
            if taken.setdefault(header_key(header), each) != each:
                raise LayoutWrong(layout=name, part=f"columns.{each}: {header}", why="layout.twice")
    return {each: tuple(headers) for each, headers in value.items()}


def _codes(name: str, said: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    codes = dict(_read(said["codes_of"]).codes) if said.get("codes_of") in _names() else {}
    if "codes_of" in said and not codes:
        raise LayoutWrong(layout=name, part="codes_of", why="layout.choice")
    for each, words in said.get("codes", {}).items():
        if (
            each not in FIELDS
            or not isinstance(words, dict)
            or not all(isinstance(word, str) for word in words.values())
        ):
            raise LayoutWrong(layout=name, part=f"codes.{each}", why="layout.texts")
        codes[each] = dict(words)
    return codes


# --- the shipped layouts -------------------------------------------------------------------------------------------


def _names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != COMMON)


@cache
def shipped() -> dict[str, Layout]:
    """Return the shipped layouts by name."""
    return {name: _read(name) for name in _names()}


def _read(name: str) -> Layout:
    return parse(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def common() -> dict[str, tuple[str, ...]]:
    """Return the headers that all registers share, by field, as written."""
    return {each: tuple(headers) for each, headers in _common()["columns"].items()}


@cache
def _common() -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{COMMON}.toml").read_text(encoding="utf-8"))


@cache
def general() -> Layout:
    """Return the layout for files without a known one: the names that registers share."""
    return Layout(
        name=GENERAL, version=1, register=Source.office, titles={"id": "Daftar lain", "en": "Another list"}, sources=(),
        columns=common(), unread=(), codes={}, needed=("nik", "name"), place="columns", family="column", dates="day_first",
        adds="rows", content=(FOLDER / f"{COMMON}.toml").read_text(encoding="utf-8"),
    )  # fmt: skip


@cache
def headers_by_words() -> frozenset[str]:
    """Return the folded headers whose meaning only the words below them show."""
    return frozenset(header_key(header) for headers in _common()["by_words"].values() for header in headers)


# --- a header row --------------------------------------------------------------------------------------------------


def read_headers(headers: Sequence[str], layouts: Sequence[Layout], prefer: Source | None = None) -> Columns:
    """Return the columns by the layout that fits best; among almost equal ones, prefer one of the register `prefer`."""
    keys = [header_key(header) for header in headers]
    found = [_by(layout, headers, keys) for layout in layouts]
    found = [each for each in found if each.score > 0]
    return max(
        [_by(general(), headers, keys), *found],
        key=lambda each: each.score + (_PREFERRED if each.layout.register is prefer and each.score > _FITS else 0),
    )


def known_keys(layouts: Sequence[Layout]) -> frozenset[str]:
    """Return the folded headers of all columns that these layouts, the shipped ones, or all registers read."""
    own = [layout for layout in layouts if shipped().get(layout.name) != layout]
    return _shipped_keys() | {
        header_key(header) for each in own for headers in each.columns.values() for header in headers
    }


@cache
def _shipped_keys() -> frozenset[str]:
    found = [headers for layout in shipped().values() for headers in layout.columns.values()]
    return frozenset(header_key(header) for headers in (*found, *common().values()) for header in headers)


def _by(layout: Layout, headers: Sequence[str], keys: Sequence[str]) -> Columns:
    own, unread = _folded(layout.name, layout)
    places: dict[str, int] = {}
    explained = 0
    for at, key in enumerate(keys):
        if not key:
            continue
        each = own.get(key)
        if each is not None and each not in places:
            places[each] = at
        explained += each is not None or key in unread
    told = len(places)
    if not set(layout.needed) <= places.keys() | _common_fields(keys, unread):
        return Columns(layout)
    others = _common_keys()
    taken = set(places.values())
    for at, key in enumerate(keys):
        each = others.get(key)
        if each is not None and at not in taken and each not in places and key not in unread:
            places[each] = at
            taken.add(at)
    filled = sum(map(bool, keys))
    left = [headers[at].strip() for at, key in enumerate(keys) if key and at not in taken]
    if layout.name == GENERAL:
        return Columns(layout, places, left, _FITS)
    # the share of the header that the layout explains, and the share of the layout that is in the header
    explains, stands = explained / max(filled, 1), told / len(layout.columns)
    return Columns(layout, places, left, explains + stands if min(explains, stands) >= _AT_LEAST else 0.0)


_AT_LEAST = 0.6  # a layout that explains less is not the right one
_FITS = 2 * _AT_LEAST
_PREFERRED = 0.1


@cache
def _common_keys() -> dict[str, str]:
    return {header_key(header): each for each, headers in common().items() for header in headers}


def _common_fields(keys: Sequence[str], unread: frozenset[str]) -> set[str]:
    return {each for key in keys if key not in unread and (each := _common_keys().get(key))}


_FOLDED: dict[str, tuple[str, dict[str, str], frozenset[str]]] = {}


def _folded(name: str, layout: Layout) -> tuple[dict[str, str], frozenset[str]]:
    """Return (field by folded header, folded headers that are not read), cached until the layout's content changes."""
    if name not in _FOLDED or _FOLDED[name][0] != layout.content:
        own = {header_key(header): each for each, headers in layout.columns.items() for header in headers}
        _FOLDED[name] = layout.content, own, frozenset(map(header_key, layout.unread)) - own.keys()
    return _FOLDED[name][1], _FOLDED[name][2]
