"""Complaints on the command line: real processes."""

from jamsos.complaints.rules import Decision
from tests.cli.test_api import KEYS
from tests.cli.test_main import jamsos
from tests.complaints.test_service import answer, decide, file


async def test_what_was_upheld_and_not_acted_on_is_listed_with_what_is_wanted(engine, database_url, tmp_path, sealer):
    key = {
        "JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path), "JAMSOS_LANGUAGE": "en", "JAMSOS_SEAL_KEYS": KEYS,
    }  # fmt: skip
    async with engine.begin() as connection:
        await file(connection, sealer)
        await answer(connection, sealer)
        await decide(connection, sealer, decision=Decision.rejected)
        await file(connection, sealer)
        await answer(connection, sealer)
        await decide(connection, sealer, decision=Decision.upheld)

    every = jamsos("complaint", "list", **key)
    listed = jamsos("complaint", "list", "--unremedied", **key)
    opened = jamsos("complaint", "show", "2", **key)

    assert (every.stdout.count("decided ("), listed.stdout.count("decided (")) == (2, 1)
    assert "decided (upheld)" in listed.stdout and "not carried out, " in listed.stdout
    assert "Done once a decree names the person, or an officer records what was done" in opened.stdout
