"""Village matching: find a village by its code, else by its name within its district, else by the office's aliases."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from jamsos.regions.rules import name_key
from jamsos.registry import rules
from jamsos.registry.rules import Defect

LIKENESS = 85
Village = tuple[str, str, str]


class Alias(NamedTuple):
    """Another name or an old code of a village; `district`: the district beside which it is written, or None for any."""

    id: int
    name: str
    district: str | None
    village_code: str


class Found(NamedTuple):
    """A village's code, the defect to note about the match, and the alias used."""

    code: str | None
    how: Defect | None = None
    alias_id: int | None = None


class Villages:
    """The villages of a regency as (code, name, district name), with the office's aliases."""

    def __init__(self, villages: Sequence[Village], aliases: Sequence[Alias] = ()) -> None:
        self.codes = {code.replace(".", ""): code for code, _, _ in villages}
        self.regency = villages[0][0][:5].replace(".", "") if villages else ""
        self.named: dict[str, list[str]] = {}
        self.placed: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str | None, ...], Found] = {}
        for code, name, district in villages:
            self.named.setdefault(name_key(name), []).append(code)
            self.placed[name_key(district), name_key(name)] = code
        self._names = {code: key for key, codes in self.named.items() for code in codes}
        self._aliases = {(name_key(each.district or ""), name_key(each.name)): each for each in aliases}

    def find(self, code: str | None, name: str | None, district: str | None) -> Found:
        key = code, name, district
        if key not in self._found:
            self._found[key] = self._find(code, name_key(name or ""), name_key(district or ""))
        return self._found[key]

    def _find(self, code: str | None, name: str, district: str) -> Found:
        bare = re.sub(rules.BESIDE, "", (code or "").strip().removesuffix(".0"))
        if known := self.codes.get(bare):
            return Found(known, None if self._may_be(known, name, district) else Defect.village_contradicts_name)
        if old := self._aliased(bare, district):
            return old
        if len(bare) == 10 and bare.isdigit() and not bare.startswith(self.regency):
            return Found(None, Defect.outside_regency)
        return self._by_name(name, district)

    def _may_be(self, code: str, name: str, district: str) -> bool:
        """Return whether a name may mean the village of a code: its own name, a similar one, an alias, or no name at all."""
        if not name or code in self.named.get(name, ()):
            return True
        if (alias := self._aliased(name, district)) and alias.code == code:
            return True
        return name not in self.named and fuzz.ratio(name, self._names[code]) >= LIKENESS

    def _aliased(self, name: str, district: str) -> Found | None:
        alias = self._aliases.get((district, name)) or self._aliases.get(("", name))
        return Found(alias.village_code, Defect.village_by_alias, alias.id) if alias else None

    def _by_name(self, name: str, district: str) -> Found:
        if placed := self.placed.get((district, name)):
            return Found(placed, Defect.village_by_name)
        if alias := self._aliased(name, district):
            return alias
        alone = self.named.get(name, [])
        if len(alone) == 1 and not district:
            return Found(alone[0], Defect.village_by_name)
        near = [key for place, key in self.placed if place == district]
        like = self._like(name, near or list(self.named))
        if near and alone:
            # districts get split: the name may belong to its former district, unless a similar name is there
            is_split = not like and len(alone) == 1
            return Found(alone[0], Defect.village_by_likeness) if is_split else Found(None, Defect.village_unknown)
        if like and (len(like) == 1 or like[0][1] > like[1][1]):
            found = [self.placed[district, like[0][0]]] if near else self.named[like[0][0]]
            if len(found) == 1:
                return Found(found[0], Defect.village_by_likeness)
        return Found(None, Defect.village_unknown)

    def _like(self, name: str, names: Sequence[str]) -> list[tuple[str, float, int]]:
        """Return the two most similar names, with their similarity."""
        return process.extract(name, names, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2) if name else []
