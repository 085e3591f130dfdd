"""The API: ours, PostGraphile, Strawberry with data loaders, and hand-written SQL, over the same rows in one run.

Ours runs as with `jamsos api serve`, with a key, row-level security and masks; the others have none of these. First all four
answer every query, and their results must be equal. Then they get load in turns, in short alternating rounds, so that other work
of the machine affects all of them equally. The table contains the medians; `build/benchmarks/api.md` stores it.

`JAMSOS_BENCHMARK_WORKERS` (100,000), `_ROUNDS` (3), `_SECONDS` (2 per turn) and `_CASES` (a part of the query names) make a run
smaller. It needs wrk, npm and Linux.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from sqlalchemy import text
from sqlalchemy.pool import NullPool

from benchmarks.api.cases import NAMES, Case, Rows, cases, documents, same
from benchmarks.api.contestants import Contestant, contestants
from benchmarks.api.load import Measure, ask, press
from benchmarks.api.table import Line, table
from benchmarks.warehouse import bill_month, fill, server, vacuum
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.db import engine_for, transaction
from jamsos.sealing import add_key

WORKERS = int(os.environ.get("JAMSOS_BENCHMARK_WORKERS", "100000"))
ROUNDS = int(os.environ.get("JAMSOS_BENCHMARK_ROUNDS", "3"))
SECONDS = int(os.environ.get("JAMSOS_BENCHMARK_SECONDS", "2"))
KEPT = Path("build/benchmarks/api.md")


def main() -> None:
    chosen = os.environ.get("JAMSOS_BENCHMARK_CASES", "")
    with tempfile.TemporaryDirectory(prefix="jamsos-benchmark-api-") as home, server() as url:
        add_key(Path(home) / "seal.key")
        key, rows = asyncio.run(_rows(url))
        asked = [case for case in cases(rows) if chosen in case.name]
        with contestants(url, key, rows.villages, Path(home)) as all_four:
            for case in asked:
                _agree(case, all_four)
            print(f"{len(asked)} questions are answered alike by all four", flush=True)
            lines = [_measured(case, all_four) for case in asked]
            peaks = {name: one.peak_megabytes for name, one in all_four.items()}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(table(lines, peaks, workers=WORKERS))
    print(KEPT.read_text())


async def _rows(url: str) -> tuple[str, Rows]:
    """Create a year of a programme, and return the key of the regency's office."""
    await fill(url, WORKERS)
    await bill_month(url, 12)
    await vacuum(url)
    engine = engine_for(url, poolclass=NullPool)
    async with transaction(engine) as connection:
        office = {"code": "office", "name": "Office", "kind": AgencyKind.regency_office, "region_code": "53.15"}
        await service.register_agency(connection, COMMAND_LINE, **office)
        key = await service.issue_key(connection, COMMAND_LINE, agency_code="office", label="benchmark")
        found = await connection.execute(text("select distinct village_code from programme.people order by 1"))
        villages = list(found.scalars())
        for number, (ours, _, _) in enumerate(documents(villages)):
            await service.trust_document(connection, COMMAND_LINE, name=f"{number}.graphql", body=ours)
    await engine.dispose()
    return key, Rows(WORKERS, villages, sorted({code[:8] for code in villages}))


def _agree(case: Case, all_four: dict[str, Contestant]) -> None:
    """Compare every twentieth query, the first one, and each document, because servers with different results cannot be compared."""
    count = len(case.asked[NAMES[0]])
    for number in range(0, count, 1 if count <= 20 else 20):
        answers = {name: ask(all_four[name], case.asked[name][number]) for name in NAMES}
        if not same(answers):
            sys.exit(f"{case.name}, question {number}: different answers: " + str(answers)[:2000])


def _measured(case: Case, all_four: dict[str, Contestant]) -> Line:
    """Warm up once, then run the rounds."""
    rounds: dict[str, list[Measure]] = {name: [] for name in NAMES}
    for number in range(ROUNDS + 1):
        for name in NAMES:
            measure = press(all_four[name], case.asked[name], SECONDS if number else 1)
            rounds[name] += [measure] if number else []
    line = Line(case.name, {name: _median(measures) for name, measures in rounds.items()})
    print(line.told(), flush=True)
    return line


def _median(measures: list[Measure]) -> Measure:
    return Measure(*(median(getattr(one, name) for one in measures) for name in ("rate", "p50", "p99")))
