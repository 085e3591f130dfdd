"""Places: a village found by its code, else by its name within its district, else by a name almost like it."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from jamsos.regions.rules import name_key
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
        bare = (code or "").replace(".", "").strip()
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
        near = [key for place, key in self.placed if place == district] or list(self.named)
        like = process.extract(name, near, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2) if name else []
        if like and (len(like) == 1 or like[0][1] > like[1][1]):
            return self.placed.get((district, like[0][0])) or self.named[like[0][0]][0], Defect.village_by_likeness
        return None, Defect.village_unknown
