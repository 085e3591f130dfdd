"""Rows put aside or noted go to the village office in a workbook, and its answers stand in their place."""

from datetime import date

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.people.service import match_people
from jamsos.registry import service
from jamsos.registry.rules import Source
from tests.extracts import dtks, row

STAND = """insert into programme.registry_repairs (load_id, line, repaired_load_id, repaired_line, village_code)
    values (:load, 2, :repaired, 2, '53.15.05.2001')"""


async def load(connection, sealer, path, **options):
    return await service.load_extract(
        connection, COMMAND_LINE, sealer, path,
        **{"source": Source.dtks, "as_of": date(2024, 1, 1), "regency_code": "53.15"} | options,
    )  # fmt: skip


async def people(connection):
    rows = await connection.execute(text("select full_name, occupation from programme.people order by full_name"))
    return [tuple(row) for row in rows]


async def test_a_row_that_another_stands_for_is_used_no_more(connection, sealer, tmp_path):
    first = await load(connection, sealer, dtks(tmp_path / "1.csv", row(status_kawin="KAWIN", no_hp="")))
    later = await load(connection, sealer, dtks(tmp_path / "2.csv", row(status_kawin="", nama_art="MARIA YELITA")))
    await connection.execute(text(STAND), {"load": later.load_id, "repaired": first.load_id})

    await match_people(connection, COMMAND_LINE, sealer, regency_code="53.15")

    assert await people(connection) == [("MARIA YELITA", "artisan")]
    assert (await connection.execute(text("select marital_status from programme.people"))).scalars().all() == [None]


async def test_a_row_matched_before_it_was_repaired_says_nothing_any_more(connection, sealer, tmp_path):
    first = await load(connection, sealer, dtks(tmp_path / "1.csv", row(status_kawin="KAWIN")))
    await match_people(connection, COMMAND_LINE, sealer, regency_code="53.15")
    later = await load(connection, sealer, dtks(tmp_path / "2.csv", row(status_kawin="")))
    await connection.execute(text(STAND), {"load": later.load_id, "repaired": first.load_id})

    await match_people(connection, COMMAND_LINE, sealer, regency_code="53.15")

    assert (await connection.execute(text("select marital_status from programme.people"))).scalars().all() == [None]
