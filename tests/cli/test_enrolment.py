"""Registrations on the command line: real processes."""

from sqlalchemy import text

from tests.cli.test_api import KEYS
from tests.cli.test_main import jamsos
from tests.decrees.builders import NUMBER, decreed


async def test_no_batch_stands_without_its_file(engine, database_url, tmp_path, own_key):
    async with engine.begin() as connection:
        await decreed(connection)
        await connection.execute(text("update programme.people set nik_sealed = null"))
    file = tmp_path / "daftar.csv"
    asked = ("enrolment", "send", NUMBER, str(file))
    environment = {
        "JAMSOS_DATABASE_URL": database_url,
        "JAMSOS_HOME": str(tmp_path),
        "JAMSOS_SEAL_KEYS": KEYS,
    } | own_key
    (tmp_path / "daftar.csv.partial").mkdir()  # as when the disk is full in the middle

    lost = jamsos(*asked, **environment)
    async with engine.connect() as connection:
        batches = (await connection.execute(text("select count(*) from programme.enrolment_batches"))).scalar_one()
    (tmp_path / "daftar.csv.partial").rmdir()
    again = jamsos(*asked, **environment)

    assert (lost.returncode, batches, file.exists()) == (1, 0, True)
    assert (again.returncode, again.stderr, len(file.read_text().splitlines())) == (0, "", 4)
