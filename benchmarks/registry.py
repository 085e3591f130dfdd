"""The registry: an extract read, checked, sealed and kept, beside a bare COPY of the rows that it kept.

The rows are the sample's, repeated under other NIKs until there are ROWS of them (a DTSEN file as CSV) and XLSX_ROWS (a P3KE
workbook); XLSX_ROWS=0 leaves the workbook out. Two bare COPYs: into a table without anything, and into one with the same
indexes and checks. Each load runs in a process of its own, whose peak memory is printed. Beside the workbook's: what it takes merely to
unpack it, and to read its cells once with calamine and, where it is installed (`--group benchmark`), with openpyxl, and to COPY them as
they are.
"""

import asyncio
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import fastexcel
import polars as pl
from sqlalchemy import text

from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.offices.service import add_office
from jamsos.regions.service import load_regions
from jamsos.registry import service
from jamsos.registry.rules import Source
from jamsos.sealing import Sealer
from sample.write import write_sample

ROWS, XLSX_ROWS = int(os.environ.get("ROWS", "1000000")), int(os.environ.get("XLSX_ROWS", "200000"))
SEALER = Sealer({1: bytes(range(64))})
SAMPLED = 10_000
BARE, LIKE_OURS = "bare COPY", "bare COPY with our indexes and checks"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        url = server.get_uri("postgres")
        asyncio.run(_settle(url))
        write_sample(folder / "sample", seed=298, people=SAMPLED)
        _measure(url, _csv(folder), Source.dtsen)
        if XLSX_ROWS:
            _measure(url, _workbook(folder), Source.p3ke)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(url: str, path: Path, source: Source) -> None:
    print(f"  {path.name}, {path.stat().st_size / 2**20:,.0f} MB", flush=True)
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, kept, rejected, peak = pool.apply(_loaded, (url, path, source))
    rate = (kept + rejected) / seconds
    print(f"    loaded: {kept:,} kept, {rejected:,} put aside {seconds:30.2f} s  {rate:9,.0f} rows/s  peak {peak:,} MB")
    others = dict(asyncio.run(_bare(url, path)))
    if path.suffix == ".xlsx":
        for label, read in READERS.items():
            with context.Pool(1) as pool:
                others[label] = pool.apply(_seconds, (read, path))
            others[f"{label}, then a {LIKE_OURS}"] = others[label] + others[LIKE_OURS]
    for label, other in others.items():
        print(f"    {label:<70}{other:9.2f} s  loading takes {seconds / other:.2f} times that")


def _seconds(work: Callable[[Path], None], path: Path) -> float:
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def _calamine(path: Path) -> None:
    fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()


def _unpacked(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            with book.open(name) as member:
                while member.read(1 << 20):
                    pass


def _openpyxl(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True)
    for _ in book.worksheets[0].iter_rows(values_only=True):
        pass


READERS = {"unpacking, no cell read": _unpacked, "calamine, cells to text": _calamine}
if find_spec("openpyxl"):
    import openpyxl

    READERS["openpyxl, read-only, cells to values"] = _openpyxl


def _loaded(url: str, path: Path, source: Source) -> tuple[float, int, int, int]:
    async def load() -> tuple[float, int, int, int]:
        engine = engine_for(url)
        start = time.perf_counter()
        async with engine.begin() as connection:
            done = await service.load_extract(
                connection, COMMAND_LINE, SEALER, path, source=source, as_of=date(2025, 12, 31), office_code="53.15"
            )
        seconds = time.perf_counter() - start
        await engine.dispose()
        return seconds, done.rows_kept, done.rows_rejected, _peak()

    return asyncio.run(load())


def _peak() -> int:
    """Return the MB of this process alone, because getrusage begins with the parent's value."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def _bare(url: str, path: Path) -> list[tuple[str, float]]:
    """Return the seconds of a COPY of the last load's rows into a table without indexes, and into one like ours."""
    engine, out = engine_for(url), path.with_suffix(".copy")
    likes = {BARE: "including identity", LIKE_OURS: "including all"}
    found = []
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        columns = [row[0] for row in await connection.execute(text(_COLUMNS))]
        driver = (await connection.get_raw_connection()).driver_connection
        kept = f"select {', '.join(columns)} from programme.registry_rows where load_id = (select max(id) from programme.registry_loads)"
        await driver.copy_from_query(kept, output=out, format="csv")
        for label, like in likes.items():
            await connection.execute(text("drop table if exists bare"))
            await connection.execute(text(f"create table bare (like programme.registry_rows {like})"))
            start = time.perf_counter()
            await driver.copy_to_table("bare", source=out, columns=columns, format="csv")
            found.append((label, time.perf_counter() - start))
    await engine.dispose()
    return found


_COLUMNS = """
    select attname from pg_attribute where attrelid = 'programme.registry_rows'::regclass and attnum > 0 and attname <> 'id'
    order by attnum
"""


async def _settle(url: str) -> None:
    engine = engine_for(url)
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await load_regions(connection)
        await add_office(connection, COMMAND_LINE, "53.15")
    await engine.dispose()


def _csv(folder: Path) -> Path:
    header, *lines = (
        (folder / "sample/register/dtsen-2025-q4.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    path = folder / "dtsen.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        for start in range(0, ROWS, len(lines)):
            file.write("".join(lines[: ROWS - start]).replace("531599", _prefix(start // len(lines))))
    return path


def _workbook(folder: Path) -> Path:
    rows = pl.read_excel(
        folder / "sample/register/p3ke-2023.xlsx", read_options={"header_row": 2}, infer_schema_length=0
    )
    copies = [
        rows.with_columns(pl.col("NIK").str.replace("531599", _prefix(number), literal=True))
        for number in range(XLSX_ROWS // len(rows) + 1)
    ]
    path = folder / "p3ke.xlsx"
    pl.concat(copies).head(XLSX_ROWS).write_excel(path, worksheet="Individu")
    return path


def _prefix(copy: int) -> str:
    """Return a district that does not exist, different for each copy."""
    return f"53{10 + copy // 10:02}{90 + copy % 10}"
