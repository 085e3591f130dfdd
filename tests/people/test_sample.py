"""The sample's registers matched: nobody is joined who is two, and what was found is found once."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.people.service import match_people
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from sample.registers import REGISTERS
from sample.write import write_sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matching") / "sample"
    write_sample(folder, seed=7, people=3_000)
    return folder


def pairs(groups):
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


async def test_the_samples_people_are_found_without_joining_two_and_again_without_a_change(connection, sealer, folder):
    for register in REGISTERS:
        await load_extract(
            connection, COMMAND_LINE, sealer, folder / register.file,
            source=Source(register.source), as_of=register.as_of, regency_code="53.15",
        )  # fmt: skip

    await match_people(connection, COMMAND_LINE, sealer, regency_code="53.15")
    again = await match_people(connection, COMMAND_LINE, sealer, regency_code="53.15")

    assert {name: count for name, count in vars(again).items() if count and name != "waiting"} == {}
    said = await connection.execute(
        text("""select l.file_name, r.line, s.person_id from programme.registry_rows r
            join programme.registry_loads l on l.id = r.load_id left join programme.person_sources s on s.row_id = r.id""")
    )
    found = {(name, line): person or (name, line) for name, line, person in said}
    with (folder / "truth/rows.csv").open(newline="") as file:
        true = {(Path(row["register"]).name, int(row["line"])): row["person"] for row in csv.DictReader(file)}
    both = pairs((true[row], person) for row, person in found.items())
    assert both == pairs(found.values())
    assert both / pairs(true[row] for row in found) > 0.98
