"""`jamsos database`: upgrade the tables."""

import asyncio

import click

from cli.first_office import first_office
from cli.runtime import database_url, out, t
from jamsos import migrations
from jamsos.db import engine_for
from jamsos.ledger.service import load_rates
from jamsos.regions.service import load_regions


@click.group(help=t("database.help"))
def group() -> None: ...


@group.command("upgrade", help=t("database.upgrade.help"))
def upgrade() -> None:
    asyncio.run(_upgrade())
    out.print(t("database.upgrade.done"))


async def _upgrade() -> None:
    engine = engine_for(database_url())
    try:
        await migrations.upgrade(engine, load_regions, load_rates, first_office)
    finally:
        await engine.dispose()
