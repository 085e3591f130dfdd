"""The door: what the public pages of one process share: the office, its figures, and two ways to the database.

Figures are asked as the role that reads marts and nothing else; pledges are made as the API's role, in the office's sight.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from jamsos.db import engine_for, transaction
from jamsos.guards import REPORTS
from jamsos.sealing import Sealer
from jamsos.settings import Settings
from web.figures import Figures, read_figures
from web.keeping import Kept
from web.office import Office

KEPT_SECONDS = 60
_ONE_INSTANT = text("set transaction isolation level repeatable read read only")


@dataclass(frozen=True)
class Door:
    settings: Settings
    sealer: Sealer
    office: Office
    figures: Kept[Figures]


@asynccontextmanager
async def open_door(settings: Settings, url: str, sealer: Sealer, office: Office) -> AsyncIterator[Door]:
    limits = {"statement_timeout": f"{settings.api_statement_seconds}s"}
    marts = engine_for(url, role=REPORTS, limits=limits, pool_size=2, max_overflow=0, pool_pre_ping=True)
    try:
        yield Door(settings, sealer, office, Kept(lambda: _figures(marts, office), KEPT_SECONDS))
    finally:
        await marts.dispose()


async def _figures(marts: AsyncEngine, office: Office) -> Figures:
    async with transaction(marts) as connection:
        await connection.execute(_ONE_INSTANT)
        return await read_figures(connection, office)


def of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
