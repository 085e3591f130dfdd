"""An officer at the command line: the settings of a process that works under her key."""

import pytest

from tests.officers import agency, personal_key


@pytest.fixture
async def own_key(engine):
    """The setting with the personal key of an officer of the regency."""
    async with engine.begin() as connection:
        await agency(connection)
        return {"JAMSOS_KEY": await personal_key(connection, "mabar", "Maria Jebarus")}
