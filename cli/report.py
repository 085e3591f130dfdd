"""`jamsos report`: the PDFs for the province and for BPJS, and a PDF's figures checked."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from cli.errors import OfficeElsewhere
from cli.param_types import FILE
from cli.printer import letterhead
from cli.runtime import act, database_url, out, progress, t
from cli.tables import table
from jamsos.months import today
from reports.office import Office
from reports.printing import DOCUMENTS, print_report
from reports.record import Heading
from reports.verify import Checked, Verification
from reports.verify import verify as check

SHOWN = 5  # differing cells of one figure


@click.group(help=t("report.help"))
def group() -> None: ...


def _command(name: str) -> None:
    @group.command(name.replace("_", "-"), help=t(f"report.{name}.help"))
    @click.option("--year", type=int, required=True, help=t("report.year"))
    @click.option("--regency", help=t("report.regency"))
    @click.option("--number", help=t("report.number"))
    @click.option("--dated", type=click.DateTime(["%Y-%m-%d"]), help=t("report.dated"))
    @click.option("--office", type=FILE, help=t("report.office"))
    @click.option("--out", "folder", type=FILE, default=Path("out"), show_default=True, help=t("report.out"))
    def command(
        year: int, regency: str | None, number: str | None, dated: datetime | None, office: Path | None, folder: Path
    ) -> None:
        paper = _office(office, regency)
        heading = Heading(name, year, number or None, dated.date() if dated else today(), paper)
        _ready()
        with progress(t(f"report.{name}.title")) as report:
            path = asyncio.run(print_report(database_url(), heading, folder, progress=report))
        out.print(t("report.done", file=path))


for each in DOCUMENTS:
    _command(each)


def _office(path: Path | None, regency: str | None) -> Office:
    office = letterhead(path)
    if regency and regency != office.regency_code:
        raise OfficeElsewhere(found=office.regency_code, asked=regency)
    return office


def _ready() -> None:
    """Bring the database to today's tables, or refuse, before the marts are read."""

    async def nothing(_: object) -> None: ...

    act(nothing)


@group.command("list", help=t("report.list.help"))
def list_command() -> None:
    rows = [(name.replace("_", "-"), t(f"report.{name}.help"), len(DOCUMENTS[name].QUESTIONS)) for name in DOCUMENTS]
    table(t("report.list"), [t("report.command"), t("report.about"), t("report.figures")], rows)


@group.command("verify", help=t("report.verify.help"))
@click.argument("file", type=FILE)
@click.option("--offline", is_flag=True, help=t("report.offline"))
def verify(file: Path, offline: bool) -> None:
    if not offline:
        _ready()
    found = asyncio.run(check(file, None if offline else database_url()))
    _tell(found)
    if not found.holds:
        sys.exit(1)


def _tell(found: Verification) -> None:
    heading = found.kept.heading
    headers = [t("word.figure"), t("word.record"), t("word.warehouse")]
    rows = [(figure.title, _whole(figure), _same(figure)) for figure in found.figures]
    table(t("report.verified", report=t(f"report.{heading.report}.title"), year=heading.year), headers, rows)
    for figure in found.figures:
        _where(figure)
    out.print(t(f"report.pages.{found.pages}", page=found.page or 0))
    out.print(t("report.holds" if found.holds else "report.broken"))


def _whole(figure: Checked) -> str:
    return t("word.whole" if figure.intact else "word.changed")


def _same(figure: Checked) -> str:
    if figure.asked is None:
        return t("word.not_asked")
    same = t("word.differs") if figure.differences else t("word.equal")
    return same if figure.asked else t("report.other_question", same=same)


def _where(figure: Checked) -> None:
    for each in figure.differences[:SHOWN]:
        key = "report.cell" if each.line else "report.row_count"
        out.print(
            t(key, file=f"{figure.name}.csv", line=each.line, column=each.column, printed=each.printed, now=each.now)
        )
    if (more := len(figure.differences) - SHOWN) > 0:
        out.print(t("report.more", count=more))
