"""`jamsos report`: print the PDFs for the province and for BPJS, and verify a PDF."""

import asyncio
from datetime import datetime
from pathlib import Path

import click

from cli.errors import OfficeElsewhere
from cli.param_types import FILE
from cli.printer import letterhead
from cli.runtime import act, database_url, out, progress, t
from cli.tables import table
from cli.verdict import tell
from jamsos.issuance.service import listed
from jamsos.months import today
from jamsos.settings import settings
from reports.issuing import print_report
from reports.office import Office
from reports.printing import DOCUMENTS
from reports.record import Heading
from reports.verify import verify as check


@click.group(help=t("report.help"))
def group() -> None: ...


def _command(name: str) -> None:
    @group.command(name.replace("_", "-"), help=t(f"report.{name}.help"))
    @click.option("--year", type=click.IntRange(1900, 2199), required=True, help=t("report.year"))
    @click.option("--regency", help=t("report.regency"))
    @click.option("--number", help=t("report.number"))
    @click.option("--dated", type=click.DateTime(["%Y-%m-%d"]), help=t("report.dated"))
    @click.option("--letterhead", "office", type=FILE, help=t("report.office"))
    @click.option("--for", "printed_for", help=t("report.for"))
    @click.option("--out", "folder", type=FILE, default=Path("out"), show_default=True, help=t("report.out"))
    def command(
        year: int, regency: str | None, number: str | None, dated: datetime | None, office: Path | None,
        printed_for: str | None, folder: Path,
    ) -> None:  # fmt: skip
        paper = _office(office, regency)
        heading = Heading(
            name, year, number or None, dated.date() if dated else today(), paper, public_url=settings().public_url
        )
        _ready()
        with progress(t(f"report.{name}.title")) as report:
            path = asyncio.run(print_report(database_url(), heading, folder, printed_for=printed_for, progress=report))
        out.print(t("report.done", file=path))


for each in DOCUMENTS:
    _command(each)


def _office(path: Path | None, regency: str | None) -> Office:
    office = letterhead(path)
    if regency and regency != office.regency_code:
        raise OfficeElsewhere(found=office.regency_code, asked=regency)
    return office


def _ready() -> None:
    """Upgrade the database, or refuse, before the marts are read."""

    async def nothing(_: object) -> None: ...

    act(nothing)


@group.command("list", help=t("report.list.help"))
def list_command() -> None:
    rows = [
        (name.replace("_", "-"), t(f"report.{name}.help"), len(DOCUMENTS[name].QUESTIONS.printed)) for name in DOCUMENTS
    ]
    table(t("report.list"), [t("report.command"), t("report.about"), t("report.figures")], rows)


@group.command("verify", help=t("report.verify.help"))
@click.argument("file", type=FILE)
@click.option("--offline", is_flag=True, help=t("report.offline"))
@click.pass_context
def verify(context: click.Context, file: Path, offline: bool) -> None:
    if not offline:
        _ready()
    context.exit(tell(asyncio.run(check(file, None if offline else database_url())), file))


@group.command("register", help=t("report.register.help"))
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help=t("report.register.most"))
def register(most: int) -> None:
    names = ("serial", "kind", "number", "dated", "issued", "printed_by", "printed_for", "sha256")
    papers = act(lambda connection: listed(connection, most))
    table(
        t("report.register"),
        [t(f"verdict.column.{name}") for name in names],
        [
            (
                paper.serial, t(f"verdict.kind.{paper.kind}"), paper.number or "–", paper.dated,
                f"{paper.issued_at:%Y-%m-%d %H:%M}", paper.printed_by, paper.printed_for or "–", paper.sha256.hex(),
            )
            for paper in papers
        ],
    )  # fmt: skip
