"""A load that is killed leaves nothing behind, and the same command then succeeds; two loads at once are separate."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import text

from tests.extracts import dtks, row, workbook

pytestmark = pytest.mark.kill

TABLES = ("registry_loads", "registry_rows", "registry_rejects", "registry_arrivals", "registry_parts", "audit_entries")
# The point of the kill: a lock on the next written table blocks the load there.
MOMENTS = {
    "as its first rows arrive": "registry_rows",
    "when rows have arrived and none was put aside": "registry_rejects",
    "when every row has arrived": "registry_loads",
    "while the file itself is kept": "registry_parts",
    "a moment before its end": "audit_entries",
}
WAITING = "select count(*) from pg_locks where not granted and relation = cast(:name as regclass)"


@pytest.fixture
def office(database_url, tmp_path):
    """Start the command in a separate process, as an officer does."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    settings = inherited | {"LANG": "C.UTF-8", "JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path)}
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "cli", *map(str, arguments)]
        process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    assert start("seal", "key").wait() == 0
    yield start
    for process in started:
        process.kill()
        process.communicate()


def loading(office, path):
    return office("registry", "load", path, "--source", "dtks", "--as-of", "2023-11-30")


def extract(path, first=1, rows=3_000):
    """Write correct rows, and one that is set aside."""
    niks = (f"53159945{number:08}" for number in range(first, first + rows))
    found = [*(row(nik_art=nik, tanggal_lahir="") for nik in niks), row(nik_art="5,31E+15")]
    if path.suffix == ".csv":
        return dtks(path, *found)
    return workbook(path, [list(found[0]), *(list(each.values()) for each in found)])


async def held_up(connection, table, process):
    """Wait until the load waits for the table; it must not have ended before."""
    for _ in range(3_000):
        if (await connection.execute(text(WAITING), {"name": f"programme.{table}"})).scalar_one():
            return
        assert process.poll() is None, process.communicate()
        await asyncio.sleep(0.01)
    raise AssertionError(f"nobody came for {table}")


async def kept(engine):
    async with engine.connect() as connection:
        return {
            name: (await connection.execute(text(f"select count(*) from programme.{name}"))).scalar_one()
            for name in TABLES
        }


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        *((moment, "dtks.csv") for moment in MOMENTS),
        ("as its first rows arrive", "dtks.xlsx"),
        ("while the file itself is kept", "dtks.xlsx"),
    ],
)
async def test_killed_at_any_moment_it_leaves_nothing_and_the_same_command_then_succeeds(
    office, engine, tmp_path, moment, name
):
    path = extract(tmp_path / name)
    before = await kept(engine)
    async with engine.connect() as connection:
        await connection.execute(text(f"lock table programme.{MOMENTS[moment]} in share mode"))
        killed = loading(office, path)
        await held_up(connection, MOMENTS[moment], killed)
        killed.send_signal(signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
        await connection.rollback()

    left = await kept(engine)
    again = loading(office, path)
    said, wrong = again.communicate()

    assert left == before
    assert again.returncode == 0, wrong
    assert "3,001 rows received, 3,000 used, 1 rejected" in said
    after = await kept(engine)
    assert {name: after[name] - before[name] for name in ("registry_loads", "registry_rows", "registry_rejects")} == {
        "registry_loads": 1, "registry_rows": 3_000, "registry_rejects": 1,
    }  # fmt: skip


async def test_two_commands_at_once_load_two_files_and_each_is_whole(office, engine, tmp_path):
    paths = [extract(tmp_path / f"{number}.csv", first=1 + number * 10_000) for number in range(2)]
    async with engine.connect() as connection:
        await connection.execute(text("lock table programme.registry_loads in share mode"))
        together = [loading(office, path) for path in paths]
        for _ in range(3_000):
            waiting = await connection.execute(text(WAITING), {"name": "programme.registry_loads"})
            if waiting.scalar_one() == 2:  # both have brought every row, neither has ended
                break
            await asyncio.sleep(0.01)
        await connection.rollback()

    for process in together:
        assert process.wait() == 0

    async with engine.connect() as connection:
        found = await connection.execute(
            text("""select l.file_name, l.rows_kept, count(r.id), count(distinct r.nik_sealed) from programme.registry_loads l
                    join programme.registry_rows r on r.load_id = l.id group by l.id order by l.file_name""")
        )
        assert [tuple(each) for each in found] == [("0.csv", 3_000, 3_000, 3_000), ("1.csv", 3_000, 3_000, 3_000)]


async def test_of_one_file_brought_twice_at_once_one_command_says_that_it_is_known(office, engine, tmp_path):
    path = extract(tmp_path / "dtks.csv")
    together = [loading(office, path) for _ in range(2)]

    said = [process.communicate() for process in together]

    assert sorted(process.returncode for process in together) == [0, 1]
    assert sum("EXTRACT_KNOWN" in wrong for _, wrong in said) == 1
    assert (await kept(engine))["registry_loads"] == 1
