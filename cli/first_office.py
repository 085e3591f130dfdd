"""The first office of an installation: that of its office file."""

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import COMMAND_LINE
from jamsos.offices import store
from jamsos.offices.service import add_office
from jamsos.settings import settings
from reports.office import SHIPPED, read_office


async def first_office(connection: AsyncConnection) -> None:
    """Add the office of the office file where there is none yet. Raises FileMissing, OfficeFileWrong, RegionUnknown."""
    if not await store.codes(connection):
        office = read_office(settings().office_file or SHIPPED)
        await add_office(connection, COMMAND_LINE, office.regency_code, office.government)
