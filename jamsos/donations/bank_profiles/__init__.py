"""Bank profiles: the headers and words of each bank's CSV or workbook of an account, as data.

One TOML file describes one layout. `[columns]` gives the headers of each field; several headers of `text` are joined.
`footers` are the words that mark rows of balances and totals. `common.toml` has the names that banks share, for banks
without a profile.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIELDS = ("date", "text", "debit", "credit", "amount", "side", "balance", "opening", "reference")


@dataclass(frozen=True)
class Profile:
    """A layout. `columns`: the folded headers of each field, of which the first one found counts. `pending`: words in place of a date."""

    name: str
    columns: dict[str, tuple[str, ...]]
    pending: frozenset[str]

    def places(self, headers: Sequence[str]) -> dict[str, list[int]]:
        """Return the indexes of each field's columns; only the text may have several."""
        folded = [fold(header) for header in headers]
        found: dict[str, list[int]] = {}
        for field, names in self.columns.items():
            places = [folded.index(name) for name in names if name in folded]
            if places:
                found[field] = sorted(places) if field == "text" else places[:1]
        return found


def fold(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())


@cache
def profiles() -> tuple[Profile, ...]:
    """Return every profile, those of a single bank first."""
    paths = sorted(Path(__file__).parent.glob("*.toml"), key=lambda path: (path.stem == "common", path.stem))
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Profile:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = {field: tuple(map(fold, names)) for field, names in said["columns"].items()}
    return Profile(path.stem, columns, frozenset(map(fold, said.get("pending", ()))))


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Return the words that mark rows without an entry: `opening`, `closing`, `debits`, `credits`, `total`."""
    said = tomllib.loads((Path(__file__).parent / "common.toml").read_text(encoding="utf-8"))
    return {kind: tuple(map(fold, names)) for kind, names in said["footers"].items()}
