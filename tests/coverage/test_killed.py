"""Billing, paying and confirming, killed between any two steps: nothing lost, nothing twice, and the books balance.

Two kinds of kill: the command's process (SIGKILL), and the server under it (SIGKILL of the working backend). The latter makes
PostgreSQL close every connection and recover from its log, as after a power failure.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cli.first_office import first_office
from jamsos import embedded, migrations
from jamsos.db import engine_for
from jamsos.ledger.rules import Position
from jamsos.ledger.service import load_rates, positions, verify
from jamsos.regions.service import load_regions
from tests.coverage.test_billing import NUMBER, protect
from tests.coverage.test_confirmation import line, receipt
from tests.officers import agency, personal_key
from tests.protected import kpj

pytestmark = pytest.mark.kill

# A lock on the next written table blocks each command, one table after the other, and the command is killed there.
STEPS = {
    "bill": ("bills", "journal_transactions", "postings", "fund_balances", "worker_months", "audit_entries"),
    "pay": ("documents", "journal_transactions", "postings", "payments", "paid_months", "audit_entries"),
    "confirm": ("documents", "insurer_receipts", "confirmed_months", "coverage_differences", "audit_entries"),
}
SAID = {
    "bill": "3 workers, 3 worker-months, Rp50.400",
    "pay": "3 worker-months",
    "confirm": "2 worker-months confirmed",
}
REPEATED = {"bill": "BILL_EXISTS", "pay": "PAYMENT_EXCEEDS_BILL", "confirm": "FILE_KNOWN"}
KEPT = (
    "documents", "journal_transactions", "postings", "bills", "worker_months", "worker_month_sums", "payments",
    "paid_months", "insurer_receipts", "confirmed_months", "coverage_differences", "audit_entries",
)  # fmt: skip
ROWS = {
    "bills": 1, "worker_months": 3, "payments": 1, "paid_months": 3, "insurer_receipts": 1, "confirmed_months": 2,
    "coverage_differences": 1, "journal_transactions": 4,
}  # fmt: skip
WAITING = "select pid from pg_locks where not granted and relation = cast(:name as regclass)"


@pytest.fixture
async def own_engine():
    """Start a server that may be killed without effect on other tests."""
    folder = Path(tempfile.mkdtemp(prefix="jamsos-killed-"))
    running = embedded.start(folder / "postgres")
    engine = engine_for(running.get_uri(), poolclass=NullPool)
    await migrations.upgrade(engine, load_regions, load_rates, first_office)
    yield engine
    await engine.dispose()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def office(own_engine, tmp_path):
    """Start a command in a separate process, as an officer does."""
    async with own_engine.begin() as connection:
        await agency(connection)
        key = await personal_key(connection, "mabar", "Maria Jebarus")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    url = own_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = inherited | {
        "LANG": "C.UTF-8",
        "JAMSOS_DATABASE_URL": url,
        "JAMSOS_HOME": str(tmp_path),
        "JAMSOS_KEY": key,
    }
    started = []

    def start(arguments):
        command = [sys.executable, "-m", "cli", "coverage", *map(str, arguments)]
        process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


async def commands(engine, tmp_path):
    """Create a decree of three workers, and the commands that bill, pay and confirm January; the receipt lacks one rupiah."""
    async with engine.begin() as connection:
        _, people = await protect(connection)
        members = [await kpj(connection, person) for person in people]
    answer = receipt(tmp_path, line(members[0]), line(members[1]), line(members[2], jkm=6_799))
    return {
        "bill": ["bill", NUMBER, "--months", "2024-01", "--billing-code", "B-1", "--date", "2024-01-05"],
        "pay": ["pay", "--billing-code", "B-1", "--sp2d", "1/SP2D", "--date", "2024-01-15", "--amount", "50400"],
        "confirm": ["confirm", answer],
    }


async def books(engine):
    """Return the row counts of the tables and the balances of the funds, after verifying the journal."""
    async with engine.connect() as connection:
        heads = [(head.fund, head.number) for head in await verify(connection)]
        rows = {
            name: (await connection.execute(text(f"select count(*) from programme.{name}"))).scalar_one()
            for name in KEPT
        }
        return heads, rows, await positions(connection)


async def worker_of(connection, table, process):
    """Return the backend that waits for the table; the command must not have ended before."""
    for _ in range(3_000):
        found = (await connection.execute(text(WAITING), {"name": f"programme.{table}"})).scalars().first()
        if found:
            return found
        assert process.poll() is None, (table, process.communicate())
        await asyncio.sleep(0.01)
    raise AssertionError(f"nobody came for {table}")


def kill_process(process, worker):
    process.kill()
    assert process.wait() == -signal.SIGKILL


def kill_server(process, worker):
    os.kill(worker, signal.SIGKILL)
    _, wrong = process.communicate()
    assert (process.returncode, "DATABASE_UNREACHABLE" in wrong) == (1, True), wrong


async def recovered(engine):
    """Wait until the server responds again."""
    for _ in range(600):
        try:
            async with engine.connect():
                return
        except (DBAPIError, OSError):
            await asyncio.sleep(0.05)
    raise AssertionError("the server did not come back")


async def die(engine, table, process, kill):
    """Kill the command when it is about to write the table."""
    running = None
    with suppress(DBAPIError, OSError):  # the server's crash may also close the lock's connection
        async with engine.connect() as connection:
            await connection.execute(text(f"lock table programme.{table} in share mode"))
            running = process()
            kill(running, await worker_of(connection, table, running))
            await connection.rollback()
    assert running and running.returncode, "nothing was killed"
    await recovered(engine)


@pytest.mark.parametrize("kill", [kill_process, kill_server])
async def test_killed_between_any_two_steps_nothing_is_lost_or_twice_and_the_same_command_then_completes(
    office, own_engine, tmp_path, kill
):
    deaths = 0
    for act, command in (await commands(own_engine, tmp_path)).items():
        before = await books(own_engine)
        for table in STEPS[act]:
            await die(own_engine, table, partial(office, command), kill)
            assert await books(own_engine) == before, (act, table)
            deaths += 1

        said, wrong = office(command).communicate()
        assert SAID[act] in said, wrong
        done = await books(own_engine)
        _, refused = office(command).communicate()
        assert REPEATED[act] in refused
        assert await books(own_engine) == done

    heads, rows, stand = done
    assert deaths == sum(map(len, STEPS.values()))
    assert heads == [("APBD-2024", 4)]
    assert {name: rows[name] for name in ROWS} == ROWS
    assert stand == [
        Position("APBD-2024", "general", received=604_800, carried=0, free=0, committed=554_400, payable=0, paid=50_400,
                 refunded=0, cash=554_400)
    ]  # fmt: skip
