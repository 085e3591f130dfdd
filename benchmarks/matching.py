"""The matching: every register of the sample loaded and matched, and what it found held to the sample's truth.

Pairs of rows that are said to be one person, against the pairs that are: precision, recall, F1. A row that waits for an officer
is a person of its own here, so a review costs recall. PEOPLE (20,000 unless said) invented people, in up to six registers each.
"""

import asyncio
import csv
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.people.service import match_people
from jamsos.regions.service import load_regions
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from jamsos.sealing import Sealer
from sample.registers import REGISTERS
from sample.write import write_sample

PEOPLE = int(os.environ.get("PEOPLE", "20000"))
SEALER = Sealer({1: bytes(range(64))})


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        write_sample(folder / "sample", seed=298, people=PEOPLE)
        asyncio.run(_run(server.get_uri("postgres"), folder / "sample"))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(url: str, sample: Path) -> None:
    engine = engine_for(url)
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await load_regions(connection)
        for register in REGISTERS:
            await load_extract(
                connection, COMMAND_LINE, SEALER, sample / register.file,
                source=Source(register.source), as_of=register.as_of, regency_code="53.15",
            )  # fmt: skip
    for label in ("matched", "matched again"):
        start = time.perf_counter()
        async with engine.begin() as connection:
            done = await match_people(connection, COMMAND_LINE, SEALER, regency_code="53.15")
        seconds = time.perf_counter() - start
        rows = done.rows_by_nik + done.rows_by_household + done.waiting
        print(
            f"  {label:<16}{rows:10,} rows, {done.people_new:9,} new persons, {done.waiting:6,} waiting {seconds:9.2f} s"
        )
    async with engine.connect() as connection:
        said = await _said(connection)
    await engine.dispose()
    _score(said, _true(sample))


async def _said(connection: AsyncConnection) -> dict[tuple[str, int], Hashable]:
    """(file, line) → person; a row that waits is alone."""
    rows = await connection.execute(
        text("""select l.file_name, r.line, s.person_id from programme.registry_rows r
            join programme.registry_loads l on l.id = r.load_id left join programme.person_sources s on s.row_id = r.id""")
    )
    return {(name, line): person or (name, line) for name, line, person in rows}


def _true(sample: Path) -> dict[tuple[str, int], str]:
    with (sample / "truth/rows.csv").open(newline="") as file:
        return {(Path(row["register"]).name, int(row["line"])): row["person"] for row in csv.DictReader(file)}


def _score(said: dict[tuple[str, int], Hashable], true: dict[tuple[str, int], str]) -> None:
    both = _pairs((true[row], person) for row, person in said.items())
    precision, recall = both / _pairs(said.values()), both / _pairs(true[row] for row in said)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"  {len(said):,} rows: precision {precision:.5f}, recall {recall:.5f}, F1 {f1:.5f}")


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())
