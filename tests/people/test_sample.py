"""Matching of the sample's registers: different people are never joined, and each pair is found once."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.matching import strike_out_niks, true_people
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
            source=Source(register.source), as_of=register.as_of, office_code="53.15",
        )  # fmt: skip

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    again = await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

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


async def test_registers_that_come_one_by_one_without_numbers_first_give_nobody_a_second_id_unasked(
    connection, sealer, tmp_path
):
    write_sample(tmp_path / "sample", seed=7, people=600)
    strike_out_niks(tmp_path / "sample")
    for register in sorted(REGISTERS, key=lambda each: each.source != "p3ke"):
        await load_extract(
            connection, COMMAND_LINE, sealer, tmp_path / "sample" / register.file,
            source=Source(register.source), as_of=register.as_of, office_code="53.15",
        )  # fmt: skip
        await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    rows = await connection.execute(
        text("""select s.person_id, l.file_name, r.line from programme.person_rows s
            join programme.registry_rows r on r.id = s.row_id join programme.registry_loads l on l.id = r.load_id""")
    )
    asked = await connection.execute(
        text("""select s.person_id, v.person_id from programme.match_reviews v
            join programme.person_rows s on s.row_id = v.row_id""")
    )
    true = true_people(tmp_path / "sample")
    ids, said = defaultdict(set), defaultdict(set)
    for person, name, line in rows:
        ids[true[name, line]].add(person)
        said[person].add(true[name, line])
    pairs_asked = {frozenset(pair) for pair in asked}
    unasked = [two for two in ids.values() if len(two) > 1 and not any(pair <= two for pair in pairs_asked)]
    assert {len(persons) for persons in said.values()} == {1}
    assert len(unasked) <= len(ids) // 200
