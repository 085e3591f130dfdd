"""`jamsos report`: the PDFs for the province and for BPJS, and their figures asked again."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from cli.desk import database_url, out, progress, t, table
from jamsos.months import today
from reports import office as offices
from reports.printing import DOCUMENTS, print_report
from reports.printing import verify as ask_again


@click.group(help=t("report.help"))
def group() -> None: ...


def _command(name: str) -> None:
    @group.command(name.replace("_", "-"), help=t(f"report.{name}.help"))
    @click.option("--year", type=int, required=True, help=t("report.year"))
    @click.option("--number", help=t("report.number"))
    @click.option("--dated", type=click.DateTime(["%Y-%m-%d"]), default=str(today()), help=t("report.dated"))
    @click.option("--office", type=click.Path(path_type=Path), default=offices.SHIPPED, help=t("report.office"))
    @click.option("--out", "folder", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
    def command(year: int, number: str | None, dated: datetime, office: Path, folder: Path) -> None:
        with progress(t(f"report.{name}.help")) as report:
            path = asyncio.run(
                print_report(
                    database_url(),
                    name,
                    offices.read_office(office),
                    year,
                    folder,
                    dated=dated.date(),
                    number=number,
                    progress=report,
                )
            )
        out.print(t("report.done", file=path))


for each in DOCUMENTS:
    _command(each)


@group.command("verify", help=t("report.verify.help"))
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    found = asyncio.run(ask_again(database_url(), file))
    words = {True: t("word.equal"), False: t("word.differs")}
    rows = [(figure.name, words[figure.intact], words[figure.holds]) for figure in found]
    table(t("report.verify.help"), [t("word.figure"), t("word.record"), t("word.warehouse")], rows)
    if not all(figure.intact and figure.holds for figure in found):
        sys.exit(1)
