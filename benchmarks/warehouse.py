"""The warehouse: dbt on PostgreSQL as we ship it, beside dbt on DuckDB over the same rows and the same models.

Whoever has the marts built by DuckDB must first carry the rows over, so that time is counted. Rows: WORKERS protected for a year
each, and half as many who were considered and not reached. `JAMSOS_BENCHMARK_WORKERS` changes the count.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg2
import yaml
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos import embedded, migrations
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for, transaction
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import FundKind
from jamsos.offices.service import add_office
from jamsos.regions.service import load_regions
from warehouse.build import PROJECT, build

WORKERS = int(os.environ.get("JAMSOS_BENCHMARK_WORKERS", "100000"))
TOOLS = Path("build/benchmarks/dbt-duckdb")
AS_OF = date(2024, 12, 31)
RATE = 16_800

_PEOPLE = """
insert into programme.people (full_name, sex, birth_date, village_code, occupation, decile)
select 'P' || i, case when i % 3 = 0 then 'male' else 'female' end, date '1960-01-01' + (i * 37 % 14000)::int,
       v.code, 'farmer', 1 + i % 4
  from generate_series(1, cast(:people as int)) i
  join (select code, row_number() over (order by code) - 1 as place, count(*) over () as all from programme.villages
         where code like '53.15.%') v on v.place = i % v.all
"""
_REGISTERS = """
insert into programme.registry_loads (source, as_of, file_name, file_sha256, byte_size, header_line, columns, rows_received, rows_kept,
       rows_rejected, office_code, loaded_by)
select s, '2023-12-31', s, convert_to(s, 'UTF8'), 1, 1, '{}', n, n, 0, '53.15', 'benchmark'
  from (values ('p3ke', :people), ('dtks', :people / 2)) l (s, n);
insert into programme.registry_rows (load_id, line, full_name, name_key)
select l.id, p.id, 'R', 'R' from programme.registry_loads l, programme.people p where l.id % 2 = 1 or p.id % 2 = 0;
insert into programme.person_sources (person_id, row_id, method, score) select line, id, 'nik', 1 from programme.registry_rows;
insert into programme.person_groups (person_id, group_code)
select id, (array['farmer', 'fisher', 'driver', 'trader'])[1 + id % 4] from programme.people
"""
_SELECTION = """
insert into programme.criteria (office_code, code, version, document, document_sha256) values ('53.15', 'b', 1, '{}', '');
insert into programme.selection_runs (year, criteria_id, fund_id, ceiling, month_from, month_to, as_of, rate, worker_cost, candidates,
       eligible, chosen, cost, inputs_sha256, list_sha256, office_code, run_by)
values (2024, 1, 1, :amount, '2024-01-01', '2024-12-01', '2024-01-01', 16800, 201600, :people, :people, :workers, :amount, '', '',
       '53.15', 'benchmark');
insert into programme.selection_candidates (run_id, person_id, score, score_parts, outcome, reason, group_code, decile, village_code)
select 1, id, 1, '{}', case when id <= :workers then 'chosen' else 'not_reached' end,
       case when id <= :workers then 'within_budget' else 'below_the_cut' end, 'farmer', decile, village_code from programme.people;
insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, run_id, fund_id, rate, worker_count,
       amount, list_sha256, office_code, issued_by)
values ('1/KEP/HK/2024', 'determination', '2024-01-02', 2024, '2024-01-01', '2024-12-01', 'Perda', 1, 1, 16800, :workers, :amount, '',
       '53.15', 'benchmark');
insert into programme.decree_lines (decree_id, line, action, person_id, month_from, month_to, group_code, village_code)
select 1, id, 'inclusion', id, '2024-01-01', '2024-12-01', 'farmer', village_code from programme.people where id <= :workers
"""
_BILL = """
insert into programme.bills (billing_code, decree_id, fund_id, month_from, month_to, issued_date, worker_count, worker_months, amount,
       list_sha256, transaction_id, office_code)
values (:code, 1, 1, :month, :month, :month, :workers, :workers, :amount, '', :transaction, '53.15');
insert into programme.worker_months
       (person_id, month, bill_id, decree_line_id, fund_id, group_code, village_code, jkk_amount, jkm_amount, amount)
select person_id, :month, currval('programme.bills_id_seq'), id, 1, group_code, village_code, 10000, 6800, 16800 from programme.decree_lines
"""
_PAYMENT = """
insert into programme.payments (bill_id, fund_id, sp2d_id, paid_date, amount, transaction_id, office_code)
values (currval('programme.bills_id_seq'), 1, :document, :month, :amount, :transaction, '53.15');
insert into programme.paid_months (person_id, month, payment_id, village_code)
select person_id, month, currval('programme.payments_id_seq'), village_code from programme.worker_months where month = :month;
insert into programme.insurer_receipts (bill_id, document_id, received_date, worker_months, amount, office_code)
values (currval('programme.bills_id_seq'), :receipt, :month, :workers, :amount, '53.15');
insert into programme.confirmed_months (person_id, month, insurer_receipt_id, village_code)
select person_id, month, currval('programme.insurer_receipts_id_seq'), village_code from programme.worker_months where month = :month
"""


def main() -> None:
    with server() as url:
        asyncio.run(fill(url, WORKERS))
        first = _ours(url, "PostgreSQL, from nothing", full_refresh=True)
        _ours(url, "PostgreSQL, nothing changed")
        asyncio.run(bill_month(url, 12))
        _ours(url, "PostgreSQL, one month came")
        carried, built = _theirs(url)
    print(f"carrying over and DuckDB / PostgreSQL from nothing: {(carried + built) / first:.2f}")


@contextmanager
def server() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="jamsos-benchmark-"))
    server = embedded.start(folder / "postgres")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def fill(url: str, workers: int) -> None:
    """Insert eleven months of a programme directly into the tables."""
    people, amount = workers * 3 // 2, workers * RATE * 12
    values = {"people": people, "workers": workers, "amount": amount}
    engine = engine_for(url, poolclass=NullPool)
    await migrations.upgrade(engine)
    async with transaction(engine) as connection:
        await load_regions(connection)
        await add_office(connection, COMMAND_LINE, "53.15")
        await ledger.load_rates(connection)
        await ledger.add_fund(
            connection, COMMAND_LINE, code="APBD-2024", name="APBD", kind=FundKind.regional_budget, fiscal_year=2024,
            is_via_apbd=True, office_code="53.15",
        )  # fmt: skip
        about = {"amount": amount, "day": date(2024, 1, 2)}
        await ledger.deposit(connection, COMMAND_LINE, fund_code="APBD-2024", document_number="STS-1", **about)
        await ledger.commit_decree(connection, COMMAND_LINE, fund_id=1, memo="1/KEP/HK/2024", **about)
        for statement in _PEOPLE, _REGISTERS, _SELECTION:
            await _run(connection, statement, values)
    await engine.dispose()
    for month in range(1, 12):
        await bill_month(url, month)
    await vacuum(url)
    print(f"{people:,} people, {workers:,} workers, {workers * 11:,} worker-months")


async def bill_month(url: str, number: int) -> None:
    month, engine = date(2024, number, 1), engine_for(url, poolclass=NullPool)
    async with transaction(engine) as connection:
        workers = (await connection.execute(text("select count(*) from programme.decree_lines"))).scalar_one()
        values = {"code": f"KI-{number:02}", "month": month, "workers": workers, "amount": workers * RATE}
        about = {"fund_id": 1, "amount": workers * RATE, "day": month, "billing_code": values["code"]}
        values["transaction"] = await ledger.post_bill(connection, COMMAND_LINE, **about)
        await _run(connection, _BILL, values)
        for name, kind in (("document", "sp2d"), ("receipt", "insurer_receipt")):
            values[name] = await ledger.keep_document(
                connection, kind=kind, number=f"{kind}-{number}", day=month, office_code="53.15"
            )
        values["transaction"] = await ledger.post_payment(
            connection, COMMAND_LINE, document_id=values["document"], **about
        )
        await _run(connection, _PAYMENT, values)
    await engine.dispose()


async def _run(connection: Any, statements: str, values: dict[str, Any]) -> None:
    for statement in statements.split(";\n"):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(text(statement), used)


async def vacuum(url: str) -> None:
    engine = engine_for(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("vacuum analyze"))
    await engine.dispose()


def _ours(url: str, label: str, **options: Any) -> float:
    outcome = build(url, Path("build/benchmarks/dbt-postgres"), as_of=AS_OF, **options)
    print(f"{label}: {outcome.seconds:.1f} s, {outcome.checks} laws hold", flush=True)
    return outcome.seconds


# --- what a user would pick instead ------------------------------------------------------------------------------


def _theirs(url: str) -> tuple[float, float]:
    python = _dbt_duckdb()
    with tempfile.TemporaryDirectory(prefix="jamsos-benchmark-duckdb-") as folder:
        begun = monotonic()
        _export(url, Path(folder))
        subprocess.run([python, "-c", _LOAD, folder], check=True)
        carried = monotonic() - begun
        built = _dbt(python, Path(folder))
        print(f"DuckDB: {carried:.1f} s to carry the rows over, {built:.1f} s to build", flush=True)
        _compare(url, python, folder)
    return carried, built


def _dbt_duckdb() -> str:
    """Create a separate environment on the first run, because our lock does not contain dbt for DuckDB."""
    python = TOOLS / "bin" / "python"
    if not python.exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "dbt-core==1.11.16", "dbt-duckdb==1.11.1"],
            check=True,
            capture_output=True,
        )
    return str(python)


def _sources() -> list[str]:
    sources = yaml.safe_load((PROJECT / "models/staging/jamsos/_jamsos__sources.yml").read_text(encoding="utf-8"))
    return [table["name"] for table in sources["sources"][0]["tables"]]


def _export(url: str, folder: Path) -> None:
    """Export the programme's tables, and the program's decisions between the two steps of the build."""
    connection = psycopg2.connect(url)
    cursor = connection.cursor()
    for schema, table in [*(("programme", table) for table in _sources()), ("staging", "suppressed_cells")]:
        cursor.execute(
            "select column_name, data_type from information_schema.columns where table_schema = %s and table_name = %s "
            "and data_type not in ('ARRAY', 'jsonb') order by ordinal_position",
            [schema, table],
        )
        columns = dict(cursor.fetchall())
        (folder / f"{schema}.{table}.json").write_text(json.dumps(columns))
        with (folder / f"{schema}.{table}.csv").open("wb") as file:
            cursor.copy_expert(f"copy (select {', '.join(columns)} from {schema}.{table}) to stdout csv header", file)
    connection.close()


_LOAD = """
import duckdb, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
types = {"bytea": "varchar", "text": "varchar", "timestamp with time zone": "timestamptz"}
db = duckdb.connect(str(folder / "warehouse.duckdb"))
db.execute("create schema programme; create schema staging")
for path in folder.glob("*.json"):
    columns = json.loads(path.read_text())
    read = {name: types.get(kind, kind) for name, kind in columns.items()}
    shown = [f"unhex(substr({name}, 3)) as {name}" if kind == "bytea" else name for name, kind in columns.items()]
    db.execute(f"create table {path.stem} as select {', '.join(shown)} from read_csv(?, header = true, columns = {read})",
               [str(path.with_suffix(".csv"))])
"""

_BUILD = """
import json, sys, time
from dbt.cli.main import dbtRunner
project, folder, as_of = sys.argv[1:]
begun = time.monotonic()
answer = dbtRunner().invoke(["build", "--exclude-resource-type", "unit_test", "--project-dir", project, "--profiles-dir", folder, "--quiet",
    "--target-path", folder + "/target", "--log-path", folder + "/logs", "--vars", json.dumps({"as_of": as_of})])
if not answer.success:
    sys.exit(str(answer.exception or [r.node.name + ": " + str(r.message) for r in answer.result.results if r.status in ("error", "fail")]))
print(time.monotonic() - begun)
"""


def _dbt(python: str, folder: Path) -> float:
    output = {"type": "duckdb", "path": str(folder / "warehouse.duckdb"), "schema": "staging", "threads": 4}
    (folder / "profiles.yml").write_text(
        yaml.safe_dump({"jamsos": {"target": "duckdb", "outputs": {"duckdb": output}}})
    )
    arguments = [python, "-c", _BUILD, str(PROJECT), str(folder), AS_OF.isoformat()]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split()[-1])


_SUMS = """
import duckdb, json, sys
db = duckdb.connect(sys.argv[1] + "/warehouse.duckdb")
print(json.dumps([[str(value) for value in db.execute(query).fetchone()] for query in json.load(sys.stdin)]))
"""


def _compare(url: str, python: str, folder: str) -> None:
    """Check that rows and sums of every mart are equal on both engines."""
    connection = psycopg2.connect(url)
    cursor = connection.cursor()
    cursor.execute(
        "select table_name, string_agg(case when data_type in ('bigint', 'integer') then 'sum(' || column_name || ')' else "
        "'count(distinct ' || column_name || ')' end, ', ' order by ordinal_position) from information_schema.columns "
        "where table_schema = 'marts' and table_name <> 'releases' group by 1 order by 1"
    )
    queries = [f"select count(*), {sums} from marts.{mart}" for mart, sums in cursor.fetchall()]
    found = []
    for query in queries:
        cursor.execute(query)
        found.append([str(value) for value in cursor.fetchone() or ()])
    connection.close()
    asked = subprocess.run(
        [python, "-c", _SUMS, folder], input=json.dumps(queries), check=True, capture_output=True, text=True
    )
    different = [query for query, a, b in zip(queries, found, json.loads(asked.stdout), strict=True) if a != b]
    sys.exit(f"the engines differ: {different}") if different else print(f"{len(queries)} marts are equal on both")
