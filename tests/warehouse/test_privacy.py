"""What stays in the programme: no column and no value of the warehouse tells who somebody is."""

import re

import pytest

from tests.warehouse.programme import CANARIES

SCHEMAS = ("staging", "intermediate", "marts")
PERSONAL = re.compile(
    r"nik|^kk|phone|bank_account|full_name|donor|birth|address|membership|sealed|description|relation|marital"
)
NAMES = {"village_name", "district_name", "regency_name", "province_name", "fund_name", "account_name"}


@pytest.fixture
async def columns(ask):
    return await ask(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_schema in ('staging', 'intermediate', 'marts')"
    )


async def test_no_column_holds_what_identifies_a_person(columns):
    assert [column for *_, column, _ in columns if PERSONAL.search(column)] == []
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


async def test_the_canaries_are_where_they_belong(ask):
    """Else the tests above would find nothing in a programme that holds nothing."""
    for table, count in {"people": 15, "registry_rows": 15, "pledges": 2, "claims": 1, "bank_lines": 3}.items():
        found = await ask(f"select row_to_json(t)::text from programme.{table} t")
        told = [row for (row,) in found if "kanari" in row.lower() or b"kanari".hex() in row]
        assert len(told) == count, table


async def test_only_a_person_id_points_to_a_person(columns):
    """Person rows stay pseudonymous, and the marts that tell of deaths and changes hold no person at all."""
    holders = {table for schema, table, column, _ in columns if schema == "marts" and column == "person_id"}
    assert holders == {"people", "coverage_months", "receipt_differences"}
