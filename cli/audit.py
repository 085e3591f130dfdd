"""`jamsos audit`: a year as files that an auditor can recompute elsewhere."""

from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.param_types import FILE
from cli.runtime import act, out, t
from jamsos.access.rules import COMMAND_LINE
from jamsos.audit_bundle.service import write_year
from jamsos.offices.service import office_of
from jamsos.table_writer import must_be_writable, write


@click.group(help=t("audit.help"))
def group() -> None: ...


@group.command("bundle", help=t("audit.bundle.help"))
@click.argument("folder", type=FILE)
@click.option("--year", type=click.IntRange(1900, 2199), required=True, help=t("report.year"))
@click.option("--purpose", required=True, help=t("audit.bundle.purpose"))
@click.option("--regency", help=t("report.regency"))
def bundle(folder: Path, year: int, purpose: str, regency: str | None) -> None:
    async def work(connection: AsyncConnection) -> dict[str, bytes]:
        code = await office_of(connection, COMMAND_LINE, regency)
        return await write_year(connection, COMMAND_LINE, office_code=code, year=year, purpose=purpose)

    must_be_writable(folder / "manifest.json" if folder.is_dir() else folder)
    files = act(work)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, content)
    out.print(t("audit.bundle.done", count=len(files), folder=folder))
