"""`jamsos warehouse`: build and check the marts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path

import click

from cli.runtime import act, database_url, err, out, progress, t
from jamsos.months import OFFICE, today
from jamsos.settings import settings
from warehouse.analysts import admit
from warehouse.build import Outcome, build, check, write_docs
from warehouse.errors import BuildStopped, InstantMalformed
from warehouse.replay import replay, schema_of


@click.group(help=t("warehouse.help"))
def group() -> None: ...


@group.command("build", help=t("warehouse.build.help"))
@click.option("--full-refresh", is_flag=True)
@click.option("--as-of", "at", metavar="INSTANT")
def build_command(full_refresh: bool, at: str | None) -> None:
    instant = _instant(at) if at else None
    _ready()
    with _stoppable("warehouse.building") as report:
        if instant:
            outcome = replay(database_url(), papers(), at=instant, report=report)
        else:
            outcome = build(database_url(), papers(), as_of=today(), full_refresh=full_refresh, report=report)
    _doubts(outcome)
    out.print(_done(outcome, instant))


def _instant(text: str) -> datetime:
    """An instant by the office's clock; a day alone means its end. Raise InstantMalformed."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InstantMalformed(text=text[:30]) from None
    if len(text) <= len("2025-03-31"):
        instant = datetime.combine(instant, time.max)
    return instant if instant.tzinfo else instant.replace(tzinfo=OFFICE)


def _done(outcome: Outcome, instant: datetime | None) -> str:
    release = outcome.release
    assert release is not None  # noqa: S101
    told = {
        "release": release.id,
        "sha256": release.sha256,
        "checks": outcome.checks,
        "seconds": f"{outcome.seconds:.1f}",
    }
    if instant is None:
        return t("warehouse.build.done", relations=outcome.relations, **told)
    at = instant.astimezone(OFFICE).isoformat(" ", "seconds")
    return t("warehouse.build.replayed", at=at, schema=schema_of(instant), **told)


@group.command("test", help=t("warehouse.test.help"))
def test_command() -> None:
    _ready()
    with _stoppable("warehouse.testing") as report:
        outcome = check(database_url(), papers(), as_of=today(), report=report)
    _doubts(outcome)
    out.print(t("warehouse.test.done", checks=outcome.checks, seconds=f"{outcome.seconds:.1f}"))


@group.command("analyst", help=t("warehouse.analyst.help"))
@click.argument("name")
def analyst_command(name: str) -> None:
    _ready()
    limits = ", ".join(f"{limit} {value}" for limit, value in admit(database_url(), name).items())
    out.print(t("warehouse.analyst.done", name=name, limits=limits))


@group.command("docs", help=t("warehouse.docs.help"))
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), default=Path("out/warehouse.html"))
def docs_command(page: Path) -> None:
    _ready()
    write_docs(database_url(), papers(), page, as_of=today())
    out.print(t("warehouse.docs.done", page=page))


@contextmanager
def _stoppable(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show progress; on Ctrl-C report the state of the marts, because some may have been replaced."""
    try:
        with progress(t(label)) as report:
            yield report
    except BuildStopped as stopped:
        err.print(t("warehouse.interrupted"))
        sys.exit(128 + stopped.number)


def papers() -> Path:
    """Return the folder of dbt's manifest, which makes the next start faster, and of its log."""
    return settings().home.resolve() / "warehouse"


def _ready() -> None:
    """Upgrade the database, or refuse, before dbt uses it."""

    async def nothing(_: object) -> None: ...

    act(nothing)


def _doubts(outcome: Outcome) -> None:
    for law, rows in outcome.doubts.items():
        out.print(t("warehouse.doubt", law=law, rows=rows))
