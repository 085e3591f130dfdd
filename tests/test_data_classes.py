"""Every column says what it may tell of a person, and what is derived from that holds for every table."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table, Text

from api.schema.types import ENTITIES
from api.sql.entities import EntityRegistry, columns_of, key_of_table, to_ones_of
from jamsos.access.rules import Scope
from jamsos.data_classes import (
    HANDLING,
    IDENTITY,
    OPEN,
    PSEUDONYM,
    SECRET,
    VULNERABILITY,
    DataClass,
    check_classes,
    class_of,
    scopes_for,
)
from jamsos.errors import ColumnUnclassed, KeyTellsMasked
from jamsos.tables import metadata, people

ROOT = Path(__file__).parents[1]
COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]
# One name, masked in one table and not in another, each for a reason.
TWO_WAYS = {
    "programme": "an insurance programme has a rate; an aid programme tells that somebody is poor",
    "group_code": "a fund's rule speaks of groups, and of nobody in them",
    "score": "how alike a row and a person are tells nothing of their circumstances",
    "reason": "a word of a closed list, or an officer's words about a month",
}


def test_every_column_has_a_class():
    check_classes(metadata)


def test_a_column_without_a_class_stops_the_start():
    made = MetaData()
    Table("people", made, Column("id", BigInteger, primary_key=True, info=PSEUDONYM), Column("religion", Text))

    with pytest.raises(ColumnUnclassed) as refused:
        check_classes(made)
    assert refused.value.fields == {"table": "people", "column": "religion"}


def test_a_foreign_key_is_of_the_class_of_what_it_refers_to():
    made = MetaData()
    first = Table("people", made, Column("id", BigInteger, primary_key=True, info=PSEUDONYM))
    second = Table("lines", made, Column("person_id", BigInteger, ForeignKey(first.c.id)))

    assert class_of(second.c.person_id) is DataClass.pseudonym


def test_what_is_sealed_is_masked_or_secret():
    told = [str(one) for one in COLUMNS if "sealed" in one.info and not HANDLING[class_of(one)].is_masked]

    assert told == []


def test_one_name_is_masked_everywhere_or_nowhere():
    found = defaultdict(set)
    for column in COLUMNS:
        found[column.name].add(HANDLING[class_of(column)].unmasked_by is not None)

    assert {name for name, masked in found.items() if len(masked) > 1} == TWO_WAYS.keys()


def test_every_scope_that_unmasks_is_of_a_class():
    assert {one.unmasked_by for one in HANDLING.values() if one.unmasked_by} == {
        scope.value for scope in Scope if scope.startswith("unmask:")
    }


def test_scopes_for_columns_are_each_said_once():
    columns = [people.people.c[name] for name in ("nik_sealed", "sex", "full_name", "address")]

    assert scopes_for(columns) == ["unmask:identity", "unmask:contact"]


def test_a_masked_column_is_masked_in_the_schema_and_a_secret_one_is_not_there():
    for thing in ENTITIES:
        table = metadata.tables[thing.table]
        for column in table.columns:
            shown = [one for one in thing.columns.values() if one.sql == column.name]
            handling = HANDLING[class_of(column)]
            assert [one.mask for one in shown] in ([], [handling.unmasked_by]), column
            assert handling.is_asked or not shown, column


def test_a_masked_column_is_part_of_no_id_and_no_relation():
    made = MetaData(schema="programme")
    kinds = Table("kinds", made, Column("code", Text, primary_key=True, info=OPEN))
    rows = Table(
        "rows",
        made,
        Column("id", BigInteger, primary_key=True, info=OPEN),
        Column("kind_code", Text, ForeignKey(kinds.c.code), primary_key=True, info=VULNERABILITY),
    )
    things = EntityRegistry()
    things.by_table["kinds"] = ENTITIES["Village"]

    with pytest.raises(KeyTellsMasked):
        key_of_table(rows)
    with pytest.raises(KeyTellsMasked):
        to_ones_of(rows, things, "Row")


def test_a_new_column_is_a_field_masked_as_its_class_says():
    table = Table(
        "rows", MetaData(), Column("id", BigInteger, primary_key=True, info=OPEN),
        Column("religion", Text, info=IDENTITY), Column("token", Text, info=SECRET), Column("size", Text, info=OPEN),
    )  # fmt: skip

    assert {name: column.mask for name, column in columns_of(table).items()} == {
        "religion": Scope.unmask_identity,
        "size": None,
    }


def test_the_document_says_what_the_code_does():
    rows = [re.split(r"\s*\|\s*", line)[1:-1] for line in (ROOT / "docs/data-classes.md").read_text().splitlines()]
    told = {row[0].strip("`"): row[1:] for row in rows if row and row[0].startswith("`")}

    assert told == {
        name: [
            one.law,
            one.holds,
            f"`{one.unmasked_by}` and a purpose"
            if one.unmasked_by
            else "whoever may read the row"
            if one.is_asked
            else "nobody",
            "yes" if one.in_warehouse else "no",
        ]
        for name, one in HANDLING.items()
    }
