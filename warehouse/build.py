"""Build: runs dbt in this process and tells what came of it.

Takes the database's URL and a folder for dbt's papers (its manifest and its log); hands back what was built and checked. A build has two
steps: the marts for analysts, then those that are published. Between them the program decides which cells are suppressed.
Staging and marts lie in the same database, in schemas that dbt's role owns. Marts are replaced one by one, each in a
transaction of its own: a build that stops in the middle leaves every mart whole, some of them newer than others.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from warehouse.errors import LawBroken, ModelFailed, WarehouseUnready
from warehouse.locking import cancel_on_interrupt, exclusive_build
from warehouse.profile import profile_for
from warehouse.suppression import small_public_cells, write_suppressed_cells

PROJECT = Path(__file__).parent / "dbt"
PUBLISHED = "tag:published"  # built last, from what is suppressed
Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Outcome:
    """How many relations were built and checks passed; `doubts` are laws that only warn, with the rows they found."""

    relations: int
    checks: int
    doubts: dict[str, int]
    seconds: float


def build(url: str, papers: Path, *, as_of: date, full_refresh: bool = False, report: Report | None = None) -> Outcome:
    """Build every view and mart and check every law. Raises ModelFailed, LawBroken, WarehouseBusy, WarehouseUnready,
    DatabaseUnreachable; KeyboardInterrupt after Ctrl-C, with every mart whole.

    Unit tests check the models and not the programme, so they run in `check` only.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test"] + ["--full-refresh"] * full_refresh
    steps = [[*arguments, "--exclude", PUBLISHED], [*arguments, "--select", PUBLISHED]]
    outcome = _run(url, papers, steps, as_of, report, between=lambda: write_suppressed_cells(url))
    return _with_disclosure(outcome, url, papers)


def check(url: str, papers: Path, *, as_of: date, report: Report | None = None) -> Outcome:
    """Check every law on the marts as they stand, and every model on its examples. Raises what `build` raises."""
    return _with_disclosure(_run(url, papers, [["test"]], as_of, report), url, papers)


def write_docs(url: str, papers: Path, page: Path, *, as_of: date) -> None:
    """One HTML file that describes every model, column, test and exposure. Raises WarehouseUnready, WarehouseBusy."""
    _run(url, papers, [["docs", "generate", "--static"]], as_of, None)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes((papers / "target" / "static_index.html").read_bytes())


def _run(
    url: str, papers: Path, steps: Sequence[Sequence[str]], as_of: date, report: Report | None,
    between: Callable[[], object] = lambda: None,
) -> Outcome:  # fmt: skip
    """Run dbt once for each step, and `between` after each but the last; the first step that fails ends it."""
    from dbt.cli.main import dbtRunner  # three seconds, which `jamsos --help` need not wait for

    started, papers = monotonic(), papers.resolve()  # dbt takes a relative path from its own project
    settings = [
        "--project-dir", PROJECT, "--target-path", papers / "target", "--log-path", papers / "logs",
        "--vars", json.dumps({"as_of": as_of.isoformat()}), "--quiet", "--log-level", "none", "--log-level-file", "info",
    ]  # fmt: skip
    results: list[Any] = []
    with exclusive_build(url) as connection, cancel_on_interrupt(connection), profile_for(url) as profiles:
        runner = dbtRunner(callbacks=[_progress(report)] if report else [])
        for number, step in enumerate(steps):
            if number:
                between()
            answer = runner.invoke([*step, *map(str, settings), "--profiles-dir", str(profiles)])
            results += _results(answer, papers / "logs" / "dbt.log")
    return _outcome(results, monotonic() - started)


def _with_disclosure(outcome: Outcome, url: str, papers: Path) -> Outcome:
    """Return the outcome with one more law: no cell of the public marts is small. dbt has no count to compare with. Raises LawBroken."""
    if small := small_public_cells(url):
        raise LawBroken(
            law="no_public_cell_is_small", rows=small, others="-", log=papers.resolve() / "logs" / "dbt.log"
        )
    return replace(outcome, checks=outcome.checks + 1)


def _results(answer: Any, log: Path) -> list[Any]:
    """Raises KeyboardInterrupt, WarehouseUnready, ModelFailed, LawBroken."""
    if _was_interrupted(answer.exception):
        raise KeyboardInterrupt
    if answer.exception:
        raise WarehouseUnready(reason=_first_line(answer.exception), log=log) from answer.exception
    results = list(getattr(answer.result, "results", []))
    _refuse(results, log)
    return results


def _was_interrupted(wrong: BaseException | None) -> bool:
    """Whether Ctrl-C stopped dbt, which may report only what went wrong while it stopped."""
    return wrong is not None and (isinstance(wrong, KeyboardInterrupt) or _was_interrupted(wrong.__context__))


def _progress(report: Report) -> Callable[[Any], None]:
    """dbt says each node's beginning with the count of all, and each node's end."""
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
    """The first thing that went wrong, a model before a law. Raises ModelFailed, LawBroken."""
    for result in results:
        if result.status == "error":
            raise ModelFailed(model=result.node.name, reason=_first_line(result.message), log=log)
    broken = [result for result in results if result.status == "fail"]
    if broken:
        others = ", ".join(result.node.name for result in broken[1:]) or "-"
        raise LawBroken(law=broken[0].node.name, rows=broken[0].failures or 0, others=others, log=log)


def _outcome(results: Sequence[Any], seconds: float) -> Outcome:
    kinds = Counter(result.node.resource_type.value for result in results)
    doubts = {result.node.name: result.failures or 0 for result in results if result.status == "warn"}
    checks = kinds["test"] + kinds["unit_test"]
    return Outcome(relations=kinds["model"], checks=checks, doubts=doubts, seconds=seconds)


def _first_line(message: object) -> str:
    """dbt's messages carry SQL after the first lines; the log has them whole."""
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(message).__name__
