"""What stays in the programme: no column and no value of the warehouse tells who somebody is. What that is, the data classes say."""

import re
from pathlib import Path

import pytest

from jamsos.data_classes import HANDLING, class_of, macro_of
from jamsos.tables import metadata
from tests.warehouse import programme
from tests.warehouse.programme import CANARIES

SCHEMAS = ("staging", "intermediate", "build", "store", "marts", "marts_at")
STAGING = sorted((Path(__file__).parents[2] / "warehouse/dbt/models/staging/jamsos").glob("*.sql"))
STAYING = [
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if not HANDLING[class_of(column)].in_warehouse
]
# Names of columns that stay, as a model might shorten them; but for those of columns that the warehouse reads.
READ = {column.name for table in metadata.sorted_tables for column in table.columns if column not in STAYING}
PERSONAL = (
    {name for column in STAYING for name in (column.name, column.name.removesuffix("_sealed"))} - READ - {"answer"}
)
NAMES = {"village_name", "district_name", "regency_name", "province_name", "fund_name", "account_name"}


@pytest.mark.parametrize("model", STAGING, ids=lambda path: path.stem)
def test_a_staging_model_names_no_column_that_stays(model):
    """Pure: a model that names one fails before anything is built."""
    text = re.sub(r"--.*", "", model.read_text())
    (table,) = re.findall(r"source\('jamsos', '(\w+)'\)", text)
    staying = {column.name: column for column in STAYING if column.table.name == table}
    for name, column in staying.items():
        if macro := macro_of(column):
            text = re.sub(rf"{macro}\('{name}'\)", "", text)

    assert staying.keys() & set(re.findall(r"\w+", text)) == set()


@pytest.fixture
async def columns(ask):
    return await ask(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        f"where table_schema in {SCHEMAS}"
    )


async def test_no_column_holds_what_identifies_a_person(columns):
    assert {"full_name", "nik", "birth_date", "donor_name", "address", "membership_number", "officer"} < PERSONAL
    assert {column for *_, column, _ in columns} & PERSONAL == set()
    assert {column for *_, column, _ in columns if column.endswith("name")} == NAMES
    assert "bytea" not in {kind for *_, kind in columns}


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_no_value_holds_what_identifies_a_person(ask, schema, columns):
    tables = {table for found, table, *_ in columns if found == schema}
    assert tables

    for table in sorted(tables):
        for (row,) in await ask(f"select row_to_json(t)::text from {schema}.{table} t"):
            assert not any(canary in row.lower() for canary in CANARIES), (table, row)
            assert not re.search(r"(?<![0-9a-f])\d{16}(?![0-9a-f])", row), (table, row)


async def test_every_column_that_stays_holds_a_canary(ask):
    """Else the tests above would find nothing in a programme that holds nothing."""
    bare, found = [], 0
    for column in STAYING:
        table = column.table
        if programme.can_hold_a_canary(column) and await ask(f"select 1 from {table.fullname} limit 1"):
            values = await ask(f"select {column.name} from {table.fullname} where {column.name} is not null")
            told = [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for (value,) in values]
            found += 1
            if not any(canary in text.lower() for text in told for canary in CANARIES):
                bare.append(str(column))

    assert bare == []
    assert found > 40


async def test_only_a_person_id_points_to_a_person(columns):
    """Person rows stay pseudonymous, and the marts that tell of deaths and changes hold no person at all."""
    holders = {table for schema, table, column, _ in columns if schema == "marts" and column == "person_id"}
    assert holders == {"people", "coverage_months", "coverage_differences", "worker_spells", "vain_months"}
