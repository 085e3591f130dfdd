"""Command runtime: the officer's language, one transaction per command, keys, and progress."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli.errors import DatabaseBehind
from cli.first_office import first_office
from jamsos import embedded, migrations
from jamsos.access.errors import KeyNeeded, KeyNotRecognised, ScopeMissing
from jamsos.access.rules import COMMAND_LINE, Actor, Scope
from jamsos.access.service import recognise
from jamsos.access.store import look
from jamsos.db import engine_for, transaction
from jamsos.errors import SettingWrong
from jamsos.ledger.service import load_rates
from jamsos.messages import Language, say
from jamsos.offices import store as offices
from jamsos.offices.errors import OfficeNeeded
from jamsos.offices.service import need_office
from jamsos.policies import API
from jamsos.regions.service import load_regions
from jamsos.sealing import Sealer, add_key, read_key_file, read_keys
from jamsos.settings import Settings, settings

T = TypeVar("T")
office_given: str | None = None  # by --office
# no markup, because the output may contain a file name or a citizen's text
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@cache
def language() -> Language:
    """Return JAMSOS_LANGUAGE, or Indonesian if LANG is Indonesian, or English."""
    with suppress(SettingWrong):  # the first command that needs a setting reports the error again
        if chosen := settings().language:
            return chosen
    return "id" if os.environ.get("LANG", "").startswith("id") else "en"


def t(key: str, **fields: Any) -> str:
    """Return the text of the catalogue in the officer's language."""
    return say(key, language(), **fields)


def shown(numbers: Sequence[int], most: int = 10) -> str:
    """Return `3, 5, 8`, limited to the first entries."""
    return ", ".join(map(str, numbers[:most])) + (", …" if len(numbers) > most else "")


_CODED = ("sex", "relation", "marital_status", "occupation", "disability")


def said(fact: str, value: Any) -> str:
    """Return a value in the officer's words; a dash for a missing one."""
    if value in (None, ""):
        return "–"
    return t(f"{fact}.{value}") if fact in _CODED else str(value)


@cache
def database_url() -> str:
    """Return the configured database, or the embedded one, started and migrated."""
    if url := settings().database_url:
        return url
    server = embedded.start(embedded.data_folder(settings().home))
    return server.get_uri()


@cache
def sealer() -> Sealer:
    """Return the office's sealing keys; a first key is created only on the first use of the embedded database."""
    if keys := settings().seal_keys:
        return read_keys(keys.get_secret_value(), "JAMSOS_SEAL_KEYS")
    path = settings().seal_key_path
    if not path.exists() and settings().database_url is None:
        add_key(path)
    return read_key_file(path)


def act(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Run `work` in one transaction as the database's owner; a refusal or an interrupt changes nothing."""

    async def for_office(connection: AsyncConnection) -> T:
        await _work_for_office(connection)
        return await work(connection)

    return asyncio.run(_in_transaction(for_office))


def act_as(scope: Scope, work: Callable[[AsyncConnection, Actor], Awaitable[T]], *, purpose: str | None = None) -> T:
    """Run `work` in one transaction as the officer of the given key; a refusal or an interrupt changes nothing.

    Row-level security applies as in the API: the database uses the API's role with the officer's region. The default purpose is
    the command. Raises KeyNeeded, KeyNotRecognised, ScopeMissing.
    """
    key, command = personal_key(), click.get_current_context().command_path

    async def proven_work(connection: AsyncConnection) -> T:
        actor = replace(await proven(connection, key, scope), purpose=purpose or command)
        await _work_for_office(connection, actor.region_code)
        await connection.execute(_WORK_AS_API)
        await look(connection, actor.sight)
        return await work(connection, actor)

    return asyncio.run(_in_transaction(proven_work))


def act_as_or_operate(scope: Scope, work: Callable[[AsyncConnection, Actor], Awaitable[T]]) -> T:
    """Run `work` as the officer of JAMSOS_KEY, or without that setting as the server's operator, for installation and bulk loading."""
    if Settings().key:
        return act_as(scope, work)
    return act(lambda connection: work(connection, COMMAND_LINE))


_WORK_AS_API = text(f"set local role {API}")


def personal_key() -> str:
    """Return JAMSOS_KEY, or the input of the terminal. Raises KeyNeeded."""
    # read on each call, because the demo acts as several officers in one process
    if key := Settings().key:
        return key.get_secret_value()
    if not sys.stdin.isatty():
        raise KeyNeeded(command=click.get_current_context().command_path)
    # prompted, not given as an option, because a shell stores its command lines
    asked: str = click.prompt(t("runtime.prompt.key"), hide_input=True, err=True)
    return asked


async def proven(connection: AsyncConnection, key: str, scope: Scope) -> Actor:
    """Return the holder of the key, authenticated as in the API. Raises KeyNotRecognised, ScopeMissing."""
    actor = await recognise(connection, key)
    if actor is None:
        raise KeyNotRecognised
    if not actor.may(scope):
        raise ScopeMissing(scope=scope.value)
    return actor


async def _in_transaction(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    engine = engine_for(database_url())
    try:
        await ready(engine)
        async with transaction(engine) as connection:
            return await work(connection)
    finally:
        await engine.dispose()


def of_office(command: Any) -> Any:
    """Give a command `--region`, which says as `--office` before the command does for whom it works."""

    def choose(context: click.Context, option: click.Parameter, value: str | None) -> None:
        global office_given
        office_given = value or office_given

    return click.option("--region", callback=choose, expose_value=False, help=t("jamsos.option.office"))(command)


# Commands over the whole installation, which no office owns.
_OF_NO_OFFICE = {"access", "api", "database", "demo", "office", "regions", "sample", "seal", "warehouse"}


async def _work_for_office(connection: AsyncConnection, region: str | None = None) -> None:
    """Let the transaction work for the office given, else for that of the officer's region, else for the only one.

    Raises OfficeUnknown, OfficeNeeded.
    """
    # read anew: the demo acts for several offices in one process
    if given := office_given or Settings().office:
        await offices.work_for(connection, await need_office(connection, given))
        return
    every = await offices.codes(connection)
    codes = [code for code in every if region and code in (region, region[:5])] or every
    context = click.get_current_context(silent=True)
    room = context.find_root().invoked_subcommand if context else None
    if len(codes) > 1 and room not in _OF_NO_OFFICE:
        raise OfficeNeeded(offices=", ".join(every))
    await offices.work_for(connection, codes[0] if len(codes) == 1 else None)


async def ready(engine: AsyncEngine) -> None:
    """Upgrade the embedded database automatically; an office's database is upgraded only on purpose, otherwise refused."""
    if await migrations.is_current(engine):
        return
    if settings().database_url:
        raise DatabaseBehind
    await migrations.upgrade(engine, load_regions, load_rates, first_office)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a progress bar on standard error; yields `report(done, total)`. Without a terminal it shows nothing."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
