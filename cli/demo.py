"""`jamsos demo`: the whole programme on invented people, by the same commands as an officer's, then the API.

The plan is the sample's programme.toml. Every command is printed before it runs, and recorded after it. A stopped demo therefore
continues where it was, and the next start takes seconds.
"""

import os
import shlex
import shutil
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.decree import changes
from cli.errors import DemoNeedsEmptyDatabase
from cli.runtime import act, err, out, proven, t
from jamsos.access.officers import accept, invite, register_officer
from jamsos.access.rules import COMMAND_LINE, Actor, AgencyKind, OfficerRole, Scope
from jamsos.access.service import issue_key
from jamsos.coverage.service import last_billed
from jamsos.decrees.amendments import Draft, draft_amendment, left_by_event
from jamsos.decrees.service import amended_decree
from jamsos.enrolment.service import left_by_answer
from jamsos.errors import JamsosError
from jamsos.months import Month
from jamsos.selection.service import run_by_id
from jamsos.settings import settings

AGENCIES = (
    ("mabar", "Dinas Nakertranskopukm Manggarai Barat", AgencyKind.regency_office, "53.15"),
    ("desa-komodo", "Kantor Desa Komodo", AgencyKind.village_office, "53.15.05.2001"),
    ("ntt", "Dinas Kopnakertrans Provinsi NTT", AgencyKind.province, "53"),
    ("bpjs-labuan-bajo", "BPJS Ketenagakerjaan Labuan Bajo", AgencyKind.bpjs_branch, "53.15"),
    ("inspektorat", "Inspektorat Manggarai Barat", AgencyKind.auditor, "53.15"),
    ("analis", "Bappeda Manggarai Barat", AgencyKind.analyst, "53.15"),
)
# The officer of each approval step, each with a personal key.
OFFICERS = {"propose": "Maria Jebarus", "review": "Yosef Hambur", "approve": "Agnes Nurti"}
# The officer who invites the others; the operator invites only this one.
ADMINISTRATOR = "Rikardus Jani"
# What the operator of the server does without a key; all else is an officer's act.
OPERATORS = {"access", "sample", "warehouse", "report", ("registry", "load"), ("people", "match"), ("ledger", "verify")}
# The insurer's receipt of this month comes with differences, so that a reconciliation has something to show.
MONTH_WITH_DIFFERENCES = "2025-11"
SHOWN = 4  # lines of a command's output

Command = list[str]
Steps = Callable[[], Iterator[Command]]


@click.command(help=t("demo.help"))
@click.option("--no-serve", is_flag=True, help=t("demo.no_serve"))
@click.option("--people", type=click.IntRange(200, 1_000_000), default=12_000, show_default=True, help=t("demo.people"))
@click.option("--seed", type=int, default=298, show_default=True, help=t("demo.seed"))
@click.option("--out", "folder", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
def group(no_serve: bool, people: int, seed: int, folder: Path) -> None:
    demo = Demo(settings().home / "demo", folder.resolve())
    demo.begin()
    demo.run([["sample", "write", str(demo.sample), "--seed", str(seed), "--people", str(people)]])
    demo.run(Walk(demo, tomllib.loads((demo.sample / "programme.toml").read_text())).commands())
    out.print(t("demo.done", folder=folder))
    _print_keys(demo.keys() | demo.personal_keys())
    if not no_serve:
        _run(["api", "serve"])


def _run(command: Command) -> None:
    from cli.main import jamsos  # the command group imports its modules, including this one

    jamsos.main(command, standalone_mode=False)


def _print_keys(keys: dict[str, str]) -> None:
    host, port = settings().api_host, settings().api_port
    if settings().web:
        out.print(t("demo.page", url=f"http://{host}:{port}/"))
    out.print(t("demo.address", url=f"http://{host}:{port}/graphql"))
    for agency, key in keys.items():
        out.print(f"  {agency:18} {key}")


@dataclass
class Demo:
    """The demo's folder, and its completed steps."""

    home: Path
    reports: Path

    @property
    def sample(self) -> Path:
        return self.home / "sample"

    @property
    def log(self) -> Path:
        return self.home / "done"

    def begin(self) -> None:
        """Check that the database is empty, because invented people must not be mixed with real ones. Raises DemoNeedsEmptyDatabase."""
        for folder in ("sent", "answers", "bills", "receipts"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        if not self.log.exists():
            if act(_is_used):
                raise DemoNeedsEmptyDatabase()
            self.log.touch()

    def run(self, commands: Iterator[Command] | list[Command]) -> None:
        """Run the steps that are not done yet. The first one may have finished just before the demo was stopped."""
        done = set(self.log.read_text().splitlines())
        is_first = bool(done)
        for command in commands:
            line = shlex.join(command)
            if line in done:
                continue
            self._step(command, line, is_first)
            is_first = False

    def _step(self, command: Command, line: str, may_be_done: bool) -> None:
        shown = line.replace(f"{self.home}/", "")
        err.print(f"$ jamsos {shown}", style="dim")
        is_operators = tuple(command[:2]) in OPERATORS or command[0] in OPERATORS
        by = nullcontext() if is_operators or "JAMSOS_KEY" in os.environ else self.acting(OFFICERS["propose"])
        try:
            with out.capture() as said, by:
                _run(command)
            for part in takewhile(lambda part: "┏" not in part, _without_titles(said.get().splitlines())[:SHOWN]):
                out.print(f"  {part}")
        except JamsosError as refusal:
            if not (may_be_done and refusal.is_repetition):
                raise
        with self.log.open("a") as log:
            log.write(line + "\n")
            log.flush()
            os.fsync(log.fileno())

    def keys(self) -> dict[str, str]:
        """Return one key of a program per agency."""
        return self._stored("keys.toml", _program_keys)

    def personal_keys(self) -> dict[str, str]:
        """Return the personal keys of the officers, by name."""
        self.keys()  # issued before an administrator exists
        return self._stored("officers.toml", _personal_keys)

    @contextmanager
    def acting(self, officer: str) -> Iterator[None]:
        """Run commands as that officer, with the officer's personal key, until the block ends."""
        os.environ["JAMSOS_KEY"] = self.personal_keys()[officer]
        try:
            yield
        finally:
            del os.environ["JAMSOS_KEY"]

    def _stored(self, file: str, issue: Callable[[AsyncConnection], Awaitable[dict[str, str]]]) -> dict[str, str]:
        """Return keys by name. They are stored beside the demo, readable by its owner only, because a demo is started more than once."""
        path = self.home / file
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
                kept.writelines(f'"{name}" = "{key}"\n' for name, key in act(issue).items())
        return tomllib.loads(path.read_text())


async def _program_keys(connection: AsyncConnection) -> dict[str, str]:
    return {code: await issue_key(connection, COMMAND_LINE, agency_code=code, label="demo") for code, *_ in AGENCIES}


async def _personal_keys(connection: AsyncConnection) -> dict[str, str]:
    """Return the keys that the officers make by invitations: the operator invites the administrator, who invites the others."""
    administrator = await _joined(connection, COMMAND_LINE, ADMINISTRATOR, OfficerRole.administrator)
    inviter = await proven(connection, administrator, Scope.act_access)
    names = OFFICERS.values()
    return {name: await _joined(connection, inviter, name, OfficerRole.staff) for name in names} | {
        ADMINISTRATOR: administrator
    }


async def _joined(connection: AsyncConnection, inviter: Actor, name: str, role: OfficerRole) -> str:
    await register_officer(connection, inviter, agency_code="mabar", name=name, roles=[role])
    return (await accept(connection, code=await invite(connection, inviter, agency_code="mabar", name=name))).key


def _without_titles(said: list[str]) -> list[str]:
    """Print the text before a table, without the table and its title."""
    return [part for part, following in zip(said, [*said[1:], ""], strict=True) if "┏" not in following]


async def _is_used(connection: AsyncConnection) -> bool:
    for table in ("agencies", "people", "funds", "registry_loads"):
        if (await connection.execute(text(f"select exists (select from programme.{table})"))).scalar_one():
            return True
    return False


async def _run_of(connection: AsyncConnection, decree: str) -> int:
    """Return the run of the decree, or the latest run before the decree exists."""
    found = text(
        """select coalesce((select run_id from programme.decrees where number = :decree),
                           (select max(id) from programme.selection_runs))"""
    )
    return int((await connection.execute(found, {"decree": decree})).scalar_one())


async def _list_of(connection: AsyncConnection, run_id: int) -> str:
    return (await run_by_id(connection, run_id)).approved_sha256.hex()


async def _left_by_answer(connection: AsyncConnection, of: str) -> int:
    return len(
        await left_by_answer(
            connection, of=await amended_decree(connection, of), billed=await last_billed(connection, decree_number=of)
        )
    )


async def _left_by_event(connection: AsyncConnection, of: str, as_of: date) -> int:
    billed = await last_billed(connection, decree_number=of)
    return len(await left_by_event(connection, of=await amended_decree(connection, of), as_of=as_of, billed=billed))


def _next(number: str) -> str:
    """Convert `317/KEP/HK/2024` to `318/KEP/HK/2024`."""
    first, _, rest = number.partition("/")
    return f"{int(first) + 1}/{rest}"


class Walk:
    """The commands of a programme.toml, in the chronological order of an office."""

    def __init__(self, demo: Demo, plan: dict[str, Any]) -> None:
        self.demo, self.plan = demo, plan

    def commands(self) -> Iterator[Command]:
        for code, name, kind, region in AGENCIES:
            yield ["access", "agency", code, name, "--kind", kind.value, "--region", region]
        for year in self.plan["years"]:
            yield from self._year(year)
        yield ["ledger", "verify"]
        yield ["warehouse", "build"]
        for year in (2024, 2025):
            for name in ("coverage-statement", "contribution-reconciliation"):
                yield ["report", name, "--year", str(year), "--out", str(self.demo.reports)]

    def _file(self, name: str) -> str:
        return str(self.demo.sample / name)

    def _year(self, papers: dict[str, Any]) -> Iterator[Command]:
        year = papers["year"]
        for fund in self.plan["funds"]:
            if fund["fiscal_year"] == year:
                yield self._fund(fund)
        yield ["ledger", "deposit", self._file(papers["deposits"])]
        if "pledges" in papers:
            yield ["donations", "pledge", self._file(papers["pledges"]), "--fund", papers["donation_fund"]]
            yield ["donations", "match", self._file(papers["bank_statement"])]
        for register in self.plan["registers"]:
            if register["used_from"] == year:
                yield self._register(register)
        yield ["people", "match"]
        for plan in (plan for plan in self.plan["plans"] if plan["year"] == year):
            yield [
                "selection", "preview", "--year", str(plan["year"]), "--headcount", str(plan["headcount"]),
                "--ceiling", str(plan["cost"]), "--as-of", f"{plan['year']}-01-06",
            ]  # fmt: skip
        decrees = [decree for decree in self.plan["decrees"] if decree["year"] == year]
        for _, steps in sorted(self._dated(decrees, papers), key=lambda pair: pair[0]):
            yield from steps()
        if "payments" in papers:
            yield ["coverage", "pay", self._file(papers["payments"])]
            yield from self._confirmed(decrees)
            yield ["claims", "load", self._file(papers["claims"])]

    def _fund(self, fund: dict[str, Any]) -> Command:
        command = ["ledger", "fund", fund["code"], "--name", fund["name"], "--kind", fund["kind"]]
        command += ["--year", str(fund["fiscal_year"]), "--via-apbd" if fund["is_via_apbd"] else "--not-via-apbd"]
        for option in ("regulation", "account_code", "account_name"):
            if option in fund:
                command += [f"--{option.replace('_', '-')}", fund[option]]
        for share in fund.get("shares", ()):
            pays = ":pays" if share["pays_contributions"] else ""
            command += ["--share", f"{share['field']}={share['percent']}{pays}"]
        for group in fund.get("groups", ()):
            command += ["--group", group]
        return command

    def _register(self, register: dict[str, Any]) -> Command:
        file, source, as_of = self._file(register["file"]), register["source"], str(register["as_of"])
        return ["registry", "load", file, "--source", source, "--as-of", as_of]

    def _dated(self, decrees: list[dict[str, Any]], papers: dict[str, Any]) -> Iterator[tuple[tuple[date, int], Steps]]:
        """Return steps with their day; on one day decrees come before events, amendments and bills."""
        for decree in decrees:
            yield (decree["signed_date"], 0), partial(self._decreed, decree, papers)
            for amendment in decree.get("amendments", ()):
                yield (amendment["signed_date"], 2), partial(self._amended, decree, amendment, papers)
            for bill in decree.get("bills", ()):
                yield (bill["issued_date"], 3), partial(self._billed, decree, bill)
        year = papers["year"]
        for quarter, file in enumerate(papers.get("events", ()), start=1):
            yield ((Month(year, 1) + 3 * quarter).first_day, 1), partial(self._lived, file)

    def _lived(self, file: str) -> Iterator[Command]:
        yield ["people", "events", self._file(file)]

    def _decreed(self, decree: dict[str, Any], papers: dict[str, Any]) -> Iterator[Command]:
        number, signed = decree["number"], str(decree["signed_date"])
        months = f"{decree['month_from']}:{decree['month_to']}"
        yield [
            "selection", "run", "--year", str(decree["year"]), "--fund", decree["fund"], "--ceiling", str(decree["ceiling"]),
            "--headcount", str(decree["headcount"]), "--months", months, "--as-of", signed,
        ]  # fmt: skip
        run = str(act(lambda connection: _run_of(connection, number)))
        yield from self._approved(run, act(lambda connection: _list_of(connection, int(run))))
        yield ["decree", "issue", number, "--run", run, "--signed", signed, "--legal-base", decree["legal_base"]]
        if decree.get("bills"):
            yield from self._enrolled(number, number, papers)
            if not decree.get("amendments"):
                yield from self._filled(decree, _next(number), signed, decree["month_from"], papers)

    def _approved(self, run: str, sha256: str) -> Iterator[Command]:
        """Run each approval step as another officer, then the command itself with the last officer's key."""
        for step, officer in OFFICERS.items():
            with self.demo.acting(officer):
                yield ["decree", "approve", run, step, "--hash", sha256]

    def _enrolled(self, decree: str, latest: str, papers: dict[str, Any]) -> Iterator[Command]:
        """Send the names that were not sent yet to the insurer, and read its answers."""
        name = latest.replace("/", "-")
        yield ["enrolment", "send", decree, str(self.demo.home / "sent" / f"{name}.xlsx")]
        # the insurer answers each file with another file
        answers = self.demo.home / "answers" / f"{name}.csv"
        shutil.copyfile(self._file(papers["answers"]), answers)
        yield ["enrolment", "answers", str(answers)]

    def _amended(self, decree: dict[str, Any], amendment: dict[str, Any], papers: dict[str, Any]) -> Iterator[Command]:
        number, signed = amendment["number"], str(amendment["signed_date"])
        if amendment["after"] != "answers":
            root, as_of = decree["number"], amendment["signed_date"]
            if act(lambda connection: _left_by_event(connection, root, as_of)):
                yield from self._amend(decree, number, signed, amendment["month_from"], "events")
                yield from self._enrolled(root, number, papers)
            number = _next(number)
        yield from self._filled(decree, number, signed, amendment["month_from"], papers)

    def _filled(
        self, decree: dict[str, Any], number: str, signed: str, month: str, papers: dict[str, Any]
    ) -> Iterator[Command]:
        """Replace everyone whom the insurer refuses by the next on the list, until nobody is refused."""
        while act(lambda connection: _left_by_answer(connection, decree["number"])):
            yield from self._amend(decree, number, signed, month, "answers")
            yield from self._enrolled(decree["number"], number, papers)
            number = _next(number)

    def _amend(self, decree: dict[str, Any], number: str, signed: str, month: str, why: str) -> Iterator[Command]:
        """Approve an amendment as its preview shows it, then issue it."""
        asked = {"of": decree["number"], "file": None, "signed_date": date.fromisoformat(signed)}
        asked |= {"from_answers": why == "answers", "from_events": why == "events", "fill_from": Month.parse(month)}

        async def draft(connection: AsyncConnection) -> Draft:
            return await draft_amendment(connection, **await changes(connection, **asked))

        found = act(draft)
        yield from self._approved(str(found.root.run_id), found.list_sha256.hex())
        yield [
            "decree",
            "amend",
            number,
            "--of",
            decree["number"],
            "--signed",
            signed,
            f"--from-{why}",
            "--fill",
            month,
        ]

    def _billed(self, decree: dict[str, Any], bill: dict[str, Any]) -> Iterator[Command]:
        listed = self.demo.home / "bills" / f"{bill['code']}.csv"
        months = f"{bill['month_from']}:{bill['month_to']}"
        yield [
            "coverage", "bill", decree["number"], "--months", months, "--billing-code", bill["code"],
            "--date", str(bill["issued_date"]), "--out", str(listed),
        ]  # fmt: skip

    def _confirmed(self, decrees: list[dict[str, Any]]) -> Iterator[Command]:
        for bill in (bill for decree in decrees for bill in decree["bills"]):
            receipt = self.demo.home / "receipts" / f"{bill['code']}.csv"
            differences = ["--differences"] if bill["month_from"] == MONTH_WITH_DIFFERENCES else []
            listed = self.demo.home / "bills" / f"{bill['code']}.csv"
            yield ["sample", "insurer-receipt", str(listed), str(receipt), *differences]
            yield ["coverage", "confirm", str(receipt)]
