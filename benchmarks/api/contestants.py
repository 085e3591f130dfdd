"""Contestants: the four servers, each in its own process and port, with eight connections to the same database."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from benchmarks.api.cases import FLOOR, LOADERS, OURS, POSTGRAPHILE, documents
from jamsos.access.service import document_id

TOOLS = Path("build/benchmarks/postgraphile")
PACKAGES = (
    "node@24",
    "postgraphile@5.1.5",
    "@grafserv/persisted@1.0.0",
    "postgraphile-plugin-connection-filter@4.0.1",
)
START_SECONDS = 60
# Required additions for PostGraphile on these tables: unique names, keys of views, and a view for the sums.
_PEERS = r"""
create schema if not exists peers;
create or replace view peers.coverage_by_district_month as
    select left(village_code, 8) as district_code, month, count(*) as count, sum(amount)::bigint as amount
    from programme.coverage_months group by 1, 2;
comment on view peers.coverage_by_district_month is
    E'@primaryKey district_code,month\n@foreignKey (district_code) references programme.districts (code)';
comment on view programme.coverage_months is
    E'@primaryKey person_id,month\n@foreignKey (person_id) references programme.people (id)\n'
    '@foreignKey (fund_id) references programme.funds (id)';
do $$ declare name text; begin
    for name in select table_name from information_schema.columns where table_schema = 'programme' and column_name = 'row_id' loop
        execute format('comment on column programme.%I.row_id is %L', name, '@name registryRowId');
    end loop;
end $$;
do $$ declare link record; begin
    for link in select conname, conrelid::regclass as table_name from pg_constraint
                 where contype = 'f' and conrelid = confrelid and connamespace = 'programme'::regnamespace loop
        execute format('comment on constraint %I on %s is %L', link.conname, link.table_name, '@foreignSingleFieldName follower');
    end loop;
end $$;
"""
# Settings of a careful operator, the same for all servers.
_TUNED = ("jit = off", "random_page_cost = 1.1")


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def peak_megabytes(self) -> float:
        """Return the largest memory of this process, as the system measures it."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def contestants(url: str, key: str, villages: list[str], home: Path) -> Iterator[dict[str, Contestant]]:
    """Yield all four servers when they are ready; stop them at the end, by their process ids."""
    _prepare(url)
    module = [sys.executable, "-m"]
    settings = {
        "JAMSOS_DATABASE_URL": url,
        "JAMSOS_HOME": str(home),
        "JAMSOS_SEAL_KEY_FILE": str(home / "seal.key"),
        "JAMSOS_API_REQUESTS_PER_SECOND": "1000000",
    }
    production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    with ExitStack() as stack:

        def start(name: str, command: list[str], more: dict[str, str], headers: dict[str, str] | None = None) -> None:
            ports[name] = _free_port()
            line = [part.replace("PORT", str(ports[name])) for part in command]
            begun[name] = Contestant(name, ports[name], stack.enter_context(_running(line, more)), headers or {})

        ports: dict[str, int] = {}
        begun: dict[str, Contestant] = {}
        start(OURS, [*module, "cli", "api", "serve", "--port", "PORT"], settings, {"Authorization": f"Bearer {key}"})
        start(POSTGRAPHILE, [*_postgraphile(villages), url, "PORT", "documents.json"], production)
        start(LOADERS, [*module, "benchmarks.api.loaders", url, "PORT"], {})
        start(FLOOR, [*module, "benchmarks.api.floor", url, "PORT"], {})
        for contestant in begun.values():
            _wait(contestant)
        yield begun


def _prepare(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(_PEERS)
    cursor.execute("select quote_ident(current_database())")
    ((database,),) = cursor.fetchall()
    for setting in _TUNED:
        cursor.execute(f"alter database {database} set {setting}")
    connection.close()


def _postgraphile(villages: list[str]) -> list[str]:
    """Install PostGraphile from npm on the first run, beside its configuration."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    if not (TOOLS / "node_modules").exists():
        (TOOLS / "package.json").write_text('{"private": true}')
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES], cwd=TOOLS, check=True)
    node = TOOLS / "node_modules/node"
    if not (node / "bin/node").exists():  # if npm runs no install scripts
        subprocess.run(["node", "installArchSpecificPackage.js"], cwd=node, check=True, capture_output=True)
    shutil.copy(Path(__file__).with_name("postgraphile.mjs"), TOOLS)
    texts = {document_id(peers): peers for _, peers, _ in documents(villages)}
    (TOOLS / "documents.json").write_text(json.dumps(texts))
    return [str((node / "bin/node").absolute()), str((TOOLS / "postgraphile.mjs").absolute())]


@contextmanager
def _running(command: list[str], more: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    command = [str((TOOLS / part).absolute()) if part == "documents.json" else part for part in command]
    process = subprocess.Popen(command, env=os.environ | more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait(contestant: Contestant) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if contestant.process.poll() is not None:
            sys.exit(f"{contestant.name} ended with {contestant.process.returncode} instead of serving")
        try:
            socket.create_connection(("127.0.0.1", contestant.port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{contestant.name} did not serve within {START_SECONDS} s")
