"""The table of the measurements, as Markdown."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.api.cases import FLOOR, NAMES, OURS, POSTGRAPHILE
from benchmarks.api.load import Measure

TIMES, COST = (
    2.0,
    1.25,
)  # aims: at least this multiple of PostGraphile's rate, at most this multiple of the lower bound's cost


@dataclass(frozen=True, slots=True)
class Line:
    case: str
    by: Mapping[str, Measure]

    @property
    def times_postgraphile(self) -> float:
        return self.by[OURS].rate / self.by[POSTGRAPHILE].rate

    @property
    def cost_of_floor(self) -> float:
        return self.by[FLOOR].rate / self.by[OURS].rate

    def told(self) -> str:
        rates = ", ".join(f"{name} {one.rate:,.1f}/s" for name, one in self.by.items())
        return f"{self.case}: {rates}; {self._ratios()}"

    def _ratios(self) -> str:
        return f"{self.times_postgraphile:.2f} × PostGraphile, {self.cost_of_floor:.2f} × the floor's cost"

    def row(self) -> str:
        measures = " | ".join(f"{one.rate:,.1f} ({one.p50:,.1f} / {one.p99:,.1f})" for one in self.by.values())
        times = _marked(self.times_postgraphile, self.times_postgraphile >= TIMES)
        return f"| {self.case} | {measures} | {times} | {_marked(self.cost_of_floor, self.cost_of_floor <= COST)} |"


def _marked(ratio: float, is_reached: bool) -> str:
    return f"**{ratio:.2f}**" if is_reached else f"{ratio:.2f}"


def table(lines: Sequence[Line], peaks: Mapping[str, float], *, workers: int) -> str:
    """Return the table; reached aims are bold."""
    head = [
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {workers:,} workers, {workers * 12:,} worker-months, {platform.machine()}, "
        "one process and eight connections each.",
        "Requests a second (p50 / p99 in ms); the last two columns want at least 2 and at most 1.25.",
        "",
        f"| question | {' | '.join(NAMES)} | times PostGraphile | cost of the floor |",
        f"|---|{'---:|' * (len(NAMES) + 2)}",
    ]
    memory = " | ".join(f"{peaks[name]:,.0f}" for name in NAMES)
    return "\n".join([*head, *(line.row() for line in lines), f"| peak memory, MB | {memory} | | |", ""])
