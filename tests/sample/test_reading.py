"""The sample is read like a user's files: what the rooms find in it is what the truth says was put in."""

import csv
from collections import Counter

import pytest

from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.access.service import register_agency
from jamsos.donations.matching import match_statement
from jamsos.donations.service import load_pledges
from jamsos.ledger.rules import FundKind
from jamsos.registry.rules import Reading, Source
from jamsos.registry.service import load_extract
from sample import village_exports
from sample.registers import REGISTERS
from sample.write import write_sample
from tests.money import add_fund

# Codes of the registry and the defect of the sample that each tells.
TOLD = {
    "nik_scientific": "nik_scientific",
    "nik_letters": "nik_letters",
    "nik_length": "nik_length",
    "nik_kk_swapped": "nik_kk_swapped",
    "birth_two_digits": "date_two_digits",
    "birth_serial": "date_serial",
    "birth_missing": "date_missing",
}
PUT_ASIDE = {
    "nik_scientific",
    "nik_rounded",
    "nik_length",
    "nik_letters",
    "village_code_missing",
    "village_misspelt",
    "row_broken",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("read") / "sample"
    write_sample(folder, seed=11, people=4_000)
    return folder


def defects_of(folder, register):
    """The defects of each row of a register, as sets."""
    with (folder / "truth/rows.csv").open(newline="") as file:
        return [
            set(row["defects"].split("|")) - {""} for row in csv.DictReader(file) if row["register"] == register.file
        ]


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.file)
async def test_the_registry_finds_in_a_register_what_was_put_in(connection, sealer, folder, register):
    rows = defects_of(folder, register)

    result = await load_extract(
        connection, COMMAND_LINE, sealer, folder / register.file,
        source=Source(register.source), as_of=register.as_of, office_code="53.15",
    )  # fmt: skip

    assert result.rows_received == len(rows)
    assert 0 <= result.rows_rejected <= sum(bool(row & PUT_ASIDE) for row in rows)
    for code, defect in TOLD.items():  # a second defect in the same row may hide the first
        assert sum(row == {defect} for row in rows) <= result.defects.get(code, 0) <= sum(defect in row for row in rows)


@pytest.mark.parametrize("form", ["csv", "sta", "xml"])
@pytest.mark.parametrize("year", [2024, 2025])
async def test_the_donations_match_as_the_truth_says_in_every_form(connection, sealer, folder, year, form):
    facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
    await register_agency(connection, COMMAND_LINE, **facts)
    await add_fund(connection, f"DONASI-{year}", kind=FundKind.donation, fiscal_year=year, is_via_apbd=False)
    with (folder / "truth/donations.csv").open(newline="") as file:
        told = Counter(row["outcome"] for row in csv.DictReader(file) if row["year"] == str(year))

    await load_pledges(connection, COMMAND_LINE, sealer, folder / f"donasi/komitmen-{year}.csv")
    found = await match_statement(connection, COMMAND_LINE, sealer, folder / f"donasi/rekening-koran-{year}.{form}")

    repeated = told.pop("repeated")
    assert found.repeated == (repeated if form == "csv" else 0)  # the other forms print nothing twice
    assert found.lines == told
    other = "xml" if form == "csv" else "csv"
    again = await match_statement(connection, COMMAND_LINE, sealer, folder / f"donasi/rekening-koran-{year}.{other}")
    assert (again.lines, again.booked, again.repeated) == ({}, 0, told.total() + (repeated if other == "csv" else 0))


@pytest.mark.parametrize("year", [2024, 2025])
async def test_klikbca_s_file_holds_the_same_lines(connection, sealer, folder, year):
    facts = {"code": "mabar", "name": "Dinas", "kind": AgencyKind.regency_office, "region_code": "53.15"}
    await register_agency(connection, COMMAND_LINE, **facts)
    await add_fund(connection, f"DONASI-{year}", kind=FundKind.donation, fiscal_year=year, is_via_apbd=False)
    with (folder / "truth/donations.csv").open(newline="") as file:
        told = Counter(row["outcome"] for row in csv.DictReader(file) if row["year"] == str(year))
    await load_pledges(connection, COMMAND_LINE, sealer, folder / f"donasi/komitmen-{year}.csv")

    found = await match_statement(connection, COMMAND_LINE, sealer, folder / f"donasi/klikbca-{year}.csv")

    told.pop("repeated")
    assert (found.lines, found.repeated) == (told, 0)


async def test_an_export_of_opensid_and_one_of_siak_tell_the_same_people(connection, sealer, folder):
    with (folder / "truth/people.csv").open(newline="") as file:
        village = next(csv.DictReader(file))["village_code"]
    done = [
        await load_extract(
            connection, COMMAND_LINE, sealer, folder / path,
            source=None, as_of=village_exports.DAY, office_code="53.15", reading=Reading(village_code=village_code),
        )
        for path, village_code in ((village_exports.OPENSID, village), (village_exports.SIAK, None))
    ]  # fmt: skip

    assert [each.source for each in done] == [Source.village, Source.civil_registry]
    assert done[0].rows_kept == done[1].rows_kept == done[0].rows_received > 0
