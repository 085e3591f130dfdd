"""The exported schema, and the requirements for every entity in it."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.mutations import Mutation
from api.schema.build import build_schema
from api.schema.descriptions import words
from api.schema.types import ENTITIES
from api.sql.plan_nodes import OF, SUBJECT, TYPE
from jamsos.tables import metadata
from tests.test_policies import GUARDS

SCHEMA = build_schema(Mutation)
TYPES = SCHEMA._schema.type_map
EXPORTED = Path("schema.graphql")


def test_the_exported_schema_is_the_one_that_is_served():
    assert EXPORTED.read_text(encoding="utf-8") == SCHEMA.as_str() + "\n", "python -m cli api schema > schema.graphql"


def test_no_name_is_longer_than_the_database_takes():
    longest = max((name for type_ in TYPES.values() for name in getattr(type_, "fields", {})), key=len)

    assert len(longest) <= 63
    assert not [key for key in (SUBJECT, OF, TYPE) if re.fullmatch(r"[_A-Za-z][_0-9A-Za-z]*", key)]


def test_every_argument_is_described():
    fields = {
        f"{name}.{field}": made
        for name, type_ in TYPES.items()
        if isinstance(type_, GraphQLInputObjectType)
        for field, made in type_.fields.items()
    }

    assert len(fields) > 1_000
    assert [name for name, field in fields.items() if not field.description] == []


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
def test_what_is_sealed_is_masked_and_never_compared(thing):
    for column in thing.columns.values():
        if column.sealed:
            assert column.mask, column.name
            assert column.name not in TYPES[f"{thing.name}Filter"].fields
            assert column.name not in TYPES[f"{thing.name}Order"].fields


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
def test_a_thing_is_described_column_by_column(thing):
    said = words()["columns"]

    assert thing.about
    assert [c.sql for c in thing.columns.values() if c.sql not in said and f"{thing.name}.{c.sql}" not in said] == []
    assert [one.name for one in thing.ones.values() if one.name not in words()["relations"]] == []


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
def test_a_list_is_described_value_by_value(thing):
    lists = {column.choices for column in thing.columns.values() if column.choices}

    assert [f"{one.__name__}.{v}" for one in lists for v in one if f"{one.__name__}.{v}" not in words()["values"]] == []


@pytest.mark.parametrize("thing", list(ENTITIES), ids=lambda thing: thing.name)
def test_a_row_that_may_be_out_of_sight_may_be_null(thing):
    # everyone reads a national table, such as the region codes, completely; only writing is guarded
    guarded = {t.fullname for t in metadata.sorted_tables if (GUARDS - {"national"}) & t.info.keys()}

    assert guarded
    assert [one.name for one in thing.ones.values() if one.table in guarded and not one.nullable] == []


def test_every_table_of_persons_names_the_scope_it_needs():
    for thing in ENTITIES:
        if thing.subject[1] == "person_id" or {"full_name", "village_code"} & {c.sql for c in thing.columns.values()}:
            assert thing.needs, thing.name


def test_a_root_field_answers_a_thing_a_page_or_figures():
    query = SCHEMA._schema.query_type.fields

    assert get_named_type(query["people"].type).name == "PersonConnection"
    assert set(query["people"].args) == {"first", "after", "last", "before", "filter", "orderBy"}
    assert set(query["decrees"].args) == {"first", "after", "last", "before", "filter", "orderBy", "asOf"}
    assert set(query["coverageMonthsAggregate"].args) == {"filter", "groupBy", "asOf"}
