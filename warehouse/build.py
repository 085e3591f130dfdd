"""Build: runs dbt in this process and reports the result.

It needs the database's URL and a folder for dbt's artifacts (manifest and log), and returns the numbers of relations and checks.
A build has two steps: the marts for analysts, then the published marts. Between them the program decides which cells are
suppressed. Staging and marts are in the same database, in schemas of dbt's role. Each mart is replaced in its own transaction: a
build that stops leaves every mart complete, some of them newer than others.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

from jamsos.months import now
from warehouse.errors import LawBroken, ModelFailed, WarehouseUnready
from warehouse.inputs import count_inputs
from warehouse.locking import exclusive_build, stoppable_build
from warehouse.profile import profile_for
from warehouse.publication import Facts, Mart, Release, publish
from warehouse.suppression import small_public_cells, write_suppressed_cells

PROJECT = Path(__file__).parent / "dbt"
PUBLISHED = "tag:published"  # built last, because they need the suppressed cells
APART = "build"  # the schema in which marts are built and checked before anybody reads them
Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Outcome:
    """The numbers of built relations and passed checks; `doubts` are tests of severity warn, with their number of rows."""

    relations: int
    checks: int
    doubts: dict[str, int]
    seconds: float
    release: Release | None = None


@dataclass(frozen=True)
class Run:
    """What dbt did: a result for each model and each law."""

    results: list[Any]
    small_cells: int

    @property
    def marts(self) -> list[Mart]:
        """Return the marts that were built."""
        nodes = [result.node for result in self.results if result.node.resource_type.value == "model"]
        return [
            Mart(
                node.alias,
                node.description,
                tuple((column.name, column.description) for column in node.columns.values()),
            )
            for node in nodes
            if "marts" in node.fqn
        ]

    @property
    def laws(self) -> list[dict[str, Any]]:
        """Return every law with its result and the rows it found."""
        found = [
            {"name": result.node.name, "status": str(result.status), "rows": result.failures or 0}
            for result in self.results
            if result.node.resource_type.value == "test"
        ]
        return [
            *sorted(found, key=lambda law: law["name"]),
            {"name": _SMALL, "status": "pass", "rows": self.small_cells},
        ]


_SMALL = "no_public_cell_is_small"


def build(url: str, papers: Path, *, as_of: date, full_refresh: bool = False, report: Report | None = None) -> Outcome:
    """Build every view and mart, check every law, and publish. Raise ModelFailed, LawBroken, WarehouseBusy, WarehouseUnready,
    DatabaseUnreachable, what `publish` raises, and BuildStopped after Ctrl-C or SIGTERM; then nothing that is read has changed.

    Unit tests check the models and not the programme, so they run in `check` only.
    """
    started, built_at, log = monotonic(), now(), log_of(papers)
    arguments = ["build", "--exclude-resource-type", "unit_test"] + ["--full-refresh"] * full_refresh
    steps = [[*arguments, "--exclude", PUBLISHED], [*arguments, "--select", PUBLISHED]]
    schemas = {"marts": APART}
    variables = {"as_of": as_of.isoformat(), "schemas": schemas, "is_copied": True}
    with exclusive_build(url, log) as connection, stoppable_build(connection), ThreadPoolExecutor(1) as pool:
        inputs = pool.submit(count_inputs, url)
        done = run(url, papers, steps, variables, report, between=lambda: write_suppressed_cells(url, schemas))
        facts = facts_of(done, built_at, as_of, built_at, inputs.result())
        # in a thread, so that a signal is heard meanwhile
        release = pool.submit(publish, url, done.marts, facts, built=APART).result()
    return replace(outcome_of(done, monotonic() - started), release=release)


def facts_of(done: Run, as_of: datetime, day: date, built_at: datetime, inputs: dict[str, Any]) -> Facts:
    """Return what a release says of itself."""
    return Facts(as_of, day, built_at, inputs, done.laws, version("jamsos"), version("dbt-core"))


def check(url: str, papers: Path, *, as_of: date, report: Report | None = None) -> Outcome:
    """Run every test on the current marts, and the unit tests of the models. Raises the same as `build`."""
    started = monotonic()
    with exclusive_build(url, log_of(papers)) as connection, stoppable_build(connection):
        done = run(url, papers, [["test"]], {"as_of": as_of.isoformat()}, report)
    return outcome_of(done, monotonic() - started)


def write_docs(url: str, papers: Path, page: Path, *, as_of: date) -> None:
    """Write one HTML file that describes every model, column, test and exposure. Raises WarehouseUnready, WarehouseBusy."""
    with exclusive_build(url, log_of(papers)) as connection, stoppable_build(connection):
        _dbt(url, papers, [["docs", "generate", "--static"]], {"as_of": as_of.isoformat()}, None)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes((_target(papers, {}) / "static_index.html").read_bytes())


def run(
    url: str, papers: Path, steps: Sequence[Sequence[str]], variables: dict[str, Any], report: Report | None,
    between: Callable[[], object] = lambda: None,
) -> Run:  # fmt: skip
    """Run dbt, and one law more: no cell of the public marts is small. dbt has no count to compare with. Raises LawBroken."""
    results = _dbt(url, papers, steps, variables, report, between)
    if small := small_public_cells(url, variables.get("schemas", {})):
        raise LawBroken(law=_SMALL, rows=small, others="-", log=log_of(papers))
    return Run(results, small)


def _dbt(
    url: str, papers: Path, steps: Sequence[Sequence[str]], variables: dict[str, Any], report: Report | None,
    between: Callable[[], object] = lambda: None,
) -> list[Any]:  # fmt: skip
    """Run dbt once for each step, and `between` after each but the last; the first step that fails ends it."""
    from dbt.cli.main import dbtRunner  # imported here, because the import takes three seconds

    settings = [
        "--project-dir", PROJECT, "--target-path", _target(papers, variables), "--log-path", log_of(papers).parent,
        "--vars", json.dumps(variables), "--quiet", "--log-level", "none", "--log-level-file", "info",
    ]  # fmt: skip
    results: list[Any] = []
    with profile_for(url) as profiles:
        runner = dbtRunner(callbacks=[_progress(report)] if report else [])
        for number, step in enumerate(steps):
            if number:
                between()
            answer = runner.invoke([*step, *map(str, settings), "--profiles-dir", str(profiles)])
            results += _results(answer, log_of(papers))
    return results


def log_of(papers: Path) -> Path:
    return papers.resolve() / "logs" / "dbt.log"  # dbt resolves a relative path from its own project


def _target(papers: Path, variables: dict[str, Any]) -> Path:
    """Return the folder of what dbt has parsed: one for each place of the marts, for dbt parses anew when its variables change."""
    marts: str = variables.get("schemas", {}).get("marts", "marts")
    return papers.resolve() / "target" / marts


def _results(answer: Any, log: Path) -> list[Any]:
    """Return the results. Raises KeyboardInterrupt, WarehouseUnready, ModelFailed, LawBroken."""
    if _was_interrupted(answer.exception):
        raise KeyboardInterrupt
    if answer.exception:
        raise WarehouseUnready(reason=_first_line(answer.exception), log=log) from answer.exception
    results = list(getattr(answer.result, "results", []))
    _refuse(results, log)
    return results


def _was_interrupted(wrong: BaseException | None) -> bool:
    """Return whether Ctrl-C stopped dbt; dbt may report only the errors of its stop."""
    return wrong is not None and (isinstance(wrong, KeyboardInterrupt) or _was_interrupted(wrong.__context__))


def _progress(report: Report) -> Callable[[Any], None]:
    """Report progress: dbt logs the beginning of each node with the total count, and the end of each node."""
    state: Counter[str] = Counter()

    def hear(event: Any) -> None:
        if event.info.name == "LogStartLine":
            if state["done"] == state["total"]:  # the next step begins
                state["before"] = state["done"]
            state["total"] = state["before"] + event.data.total
        elif event.info.name == "NodeFinished":
            state["done"] += 1
        else:
            return
        report(state["done"], state["total"] or None)

    return hear


def _refuse(results: Sequence[Any], log: Path) -> None:
    """Raise the first failure, a model before a test. Raises ModelFailed, LawBroken."""
    for result in results:
        if result.status == "error":
            raise ModelFailed(model=result.node.name, reason=_first_line(result.message), log=log)
    broken = [result for result in results if result.status == "fail"]
    if broken:
        others = ", ".join(result.node.name for result in broken[1:]) or "-"
        raise LawBroken(law=broken[0].node.name, rows=broken[0].failures or 0, others=others, log=log)


def outcome_of(run: Run, seconds: float) -> Outcome:
    kinds = Counter(result.node.resource_type.value for result in run.results)
    doubts = {result.node.name: result.failures or 0 for result in run.results if result.status == "warn"}
    checks = kinds["test"] + kinds["unit_test"] + 1  # one law is ours
    return Outcome(relations=kinds["model"], checks=checks, doubts=doubts, seconds=seconds)


def _first_line(message: object) -> str:
    """Return the first line, because dbt's messages contain SQL after it; the log has the whole message."""
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(message).__name__
