"""The layouts: recognition of header rows of public registers, compared with the meaning of each column.

It prints the chosen layout of each source, every misread column (there should be none), the share of sources that need no
officer, and the time for finding a layout. A part of the sources was held out while the layouts were written.
"""

import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jamsos.registry.layouts import read_headers, shipped

SOURCES = Path(__file__).with_suffix(".toml")
IDENTITY = ("nik", "name")


@dataclass(frozen=True)
class Outcome:
    """One source: the chosen layout, and its columns by (meant field, read field); None for an unread column."""

    name: str
    is_kept_out: bool
    wanted: str
    layout: str
    columns: list[tuple[str | None, str | None]]

    @property
    def misread(self) -> list[tuple[str | None, str | None]]:
        return [(meant, read) for meant, read in self.columns if read is not None and meant != read]

    @property
    def missed(self) -> list[str | None]:
        return [meant for meant, read in self.columns if meant is not None and read is None]

    @property
    def is_recognised(self) -> bool:
        """Return whether the source can be loaded directly: the person of each row is read, and no column is misread."""
        read = {field for _, field in self.columns}
        known = {meant for meant, _ in self.columns}
        return not self.misread and all(field in read for field in IDENTITY if field in known)


def outcomes() -> list[Outcome]:
    """Return how each source is read."""
    return [_outcome(source) for source in tomllib.loads(SOURCES.read_text(encoding="utf-8"))["source"]]


def _outcome(source: dict[str, object]) -> Outcome:
    headers, reads = source["headers"], source["reads"]
    assert isinstance(headers, list)
    assert isinstance(reads, dict)
    found = read_headers(headers, list(shipped().values()))
    meant = {header: field for field, header in reads.items()}
    read = {headers[at]: field for field, at in found.places.items()}
    columns = [(meant.get(header), read.get(header)) for header in headers]
    return Outcome(
        str(source["name"]), bool(source["is_kept_out"]), str(source["layout"]), found.layout.name,
        [pair for pair in columns if pair != (None, None)],
    )  # fmt: skip


def main() -> None:
    found = outcomes()
    print("    layout meant → layout taken")
    for (wanted, taken), count in sorted(Counter((each.wanted or "(kept out)", each.layout) for each in found).items()):
        print(f"      {wanted:<18} → {taken:<18}{count:4}")
    pairs = Counter(pair for each in found for pair in each.columns)
    right = sum(count for (meant, read), count in pairs.items() if meant == read)
    print(f"    columns with a meaning: {sum(pairs.values())}, read as meant {right}")
    for (meant, read), count in sorted(pairs.items(), key=str):
        if meant != read:
            print(f"      {meant or '(nothing)':<18} read as {read or '(nothing)':<18}{count:4}")
    for label, some in (("all sources", found), ("kept out", [each for each in found if each.is_kept_out])):
        known = sum(each.is_recognised for each in some)
        print(f"    {label}: {known} of {len(some)} recognised ({known / len(some):.0%})")
    start = time.perf_counter()
    outcomes()
    print(f"    finding a layout: {(time.perf_counter() - start) / len(found) * 1000:.2f} ms a header row")


if __name__ == "__main__":
    main()
