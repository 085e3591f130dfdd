"""Builders: registers of a few rows, loaded and matched."""

from datetime import date

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.people import service
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from tests.extracts import register

DAYS = {
    "p3ke": date(2023, 12, 31), "dtks": date(2023, 11, 30), "disability": date(2024, 3, 1), "dtsen": date(2024, 12, 31),
    "province": date(2025, 1, 10),
}  # fmt: skip


class Office:
    """Loads registers and matches, in one connection."""

    def __init__(self, connection, sealer, folder):
        self.connection, self.sealer, self.folder = connection, sealer, folder
        self.loads = 0

    async def load(self, source, *changes, as_of=None):
        self.loads += 1
        path = register(self.folder / f"{self.loads}-{source}.csv", source, *changes)
        return await load_extract(
            self.connection, COMMAND_LINE, self.sealer, path,
            source=Source(source), as_of=as_of or DAYS[source], office_code="53.15",
        )  # fmt: skip

    async def match(self):
        return await service.match_people(self.connection, COMMAND_LINE, self.sealer, office_code="53.15")

    async def rows(self, sql, **values):
        return [tuple(row) for row in await self.connection.execute(text(sql), values)]

    async def people(self, *columns):
        return await self.rows(f"select {', '.join(columns)} from programme.people order by id")

    async def supported(self):
        """Full name of the person and (register, line) of each row behind."""
        found = await self.rows(
            """select p.full_name, l.source, r.line, s.method from programme.person_sources s
               join programme.people p on p.id = s.person_id join programme.registry_rows r on r.id = s.row_id
               join programme.registry_loads l on l.id = r.load_id order by p.id, l.id, r.line"""
        )
        return found
