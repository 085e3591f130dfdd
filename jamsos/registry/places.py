"""Places: a village found by its code, else by its name within its district, else by a name that is almost like it or that only one
village of the regency has. Never one of several."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from jamsos.regions.rules import name_key
from jamsos.registry import rules
from jamsos.registry.rules import Defect

LIKENESS = 85
Village = tuple[str, str, str]


class Villages:
    """The villages of a regency: (code, name, district name)."""

    def __init__(self, villages: Sequence[Village]) -> None:
        self.codes = {code.replace(".", ""): code for code, _, _ in villages}
        self.regency = villages[0][0][:5].replace(".", "") if villages else ""
        self.named: dict[str, list[str]] = {}
        self.placed: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str | None, ...], tuple[str | None, str | None]] = {}
        for code, name, district in villages:
            self.named.setdefault(name_key(name), []).append(code)
            self.placed[name_key(district), name_key(name)] = code

    def find(self, code: str | None, name: str | None, district: str | None) -> tuple[str | None, str | None]:
        """(village code, how it was found when not by its code)."""
        key = code, name, district
        if key not in self._found:
            self._found[key] = self._find(code, name, district)
        return self._found[key]

    def _find(self, code: str | None, name: str | None, district: str | None) -> tuple[str | None, str | None]:
        bare = re.sub(rules.BESIDE, "", (code or "").strip().removesuffix(".0"))
        if bare in self.codes:
            return self.codes[bare], None
        if len(bare) == 10 and bare.isdigit() and not bare.startswith(self.regency):
            return None, Defect.outside_regency
        return self._by_name(name_key(name or ""), name_key(district or ""))

    def _by_name(self, name: str, district: str) -> tuple[str | None, str | None]:
        if placed := self.placed.get((district, name)):
            return placed, Defect.village_by_name
        alone = self.named.get(name, [])
        if len(alone) == 1 and not district:
            return alone[0], Defect.village_by_name
        near = [key for place, key in self.placed if place == district]
        like = self._like(name, near or list(self.named))
        if near and alone:
            # districts are split: the name may stand under the one it had before, if nothing there is like it
            return (None, Defect.village_unknown) if like or len(alone) > 1 else (alone[0], Defect.village_by_likeness)
        if like and (len(like) == 1 or like[0][1] > like[1][1]):
            found = [self.placed[district, like[0][0]]] if near else self.named[like[0][0]]
            if len(found) == 1:
                return found[0], Defect.village_by_likeness
        return None, Defect.village_unknown

    def _like(self, name: str, names: Sequence[str]) -> list[tuple[str, float, int]]:
        """The two names most like this one, with their likeness."""
        return process.extract(name, names, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2) if name else []
