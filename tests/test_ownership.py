"""Every fact has its office in its keys, so that the database cannot mix offices and no unique key tells of another's facts."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import OFFICE
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import FundKind
from jamsos.offices.service import add_office
from jamsos.ownership import is_owned, loose_keys, mixing_references, same_office_guard
from jamsos.tables import metadata
from tests.officers import officer

OWNED = [table for table in metadata.sorted_tables if is_owned(table)]
# What an office owns by the keys of its row.
KEYED = {
    "bank_lines", "bills", "claims", "complaints", "criteria", "decrees", "documents", "donation_matches", "enrolment_answer_files",
    "enrolment_batches", "funds", "insurer_receipts", "issued_papers", "journal_transactions", "minutes", "notice_settlements",
    "payment_notices", "payments", "pledges", "registry_loads", "run_approvals", "selection_inputs", "selection_runs",
}  # fmt: skip
# Rows of several offices' persons, regions and rights.
SHARED = {
    "act_counts", "agencies", "api_keys", "audit_entries", "contribution_rates", "districts", "idempotency_keys", "identity_events",
    "life_event_withdrawals", "life_events", "officer_invitations", "officer_subjects", "officer_terms", "officers", "offices",
    "people", "person_groups", "person_groups_left", "person_sums", "person_versions", "provinces", "regencies",
    "registry_layouts", "trusted_documents", "village_aliases", "villages",
}  # fmt: skip


def test_every_table_is_owned_or_shared_for_a_reason():
    views = {table.name for table in metadata.sorted_tables if "view" in table.info}

    assert {table.name for table in metadata.sorted_tables} - {table.name for table in OWNED} - views == SHARED
    assert {table.name for table in OWNED if OFFICE in table.columns} == KEYED


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_what_refers_to_several_owned_rows_is_of_one_office_by_key_or_by_guard(table):
    if mixing := mixing_references(table):
        assert OFFICE not in table.columns, [key.name for key in mixing]
        if file := table.info.get("same_office"):
            assert list(Path("jamsos").rglob(f"{file}.sql"))
        else:
            assert len(list(same_office_guard(table))) == 2


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_no_unique_key_tells_of_another_offices_facts(table):
    assert loose_keys(table) == []


@pytest.fixture
async def two(connection):
    """Two offices, each with a fund of the same code."""
    await add_office(connection, COMMAND_LINE, "53.10")
    fund = {
        "code": "APBD-2024",
        "name": "APBD",
        "kind": FundKind.regional_budget,
        "fiscal_year": 2024,
        "is_via_apbd": True,
    }
    return connection, {
        code: await ledger.add_fund(connection, COMMAND_LINE, office_code=code, **fund) for code in ("53.15", "53.10")
    }


async def refused(connection, statement, **values):
    with pytest.raises(IntegrityError):
        async with connection.begin_nested():
            await connection.execute(text(statement), values)


async def test_the_database_refuses_a_row_that_refers_to_another_offices_row(two):
    connection, funds = two
    document = "insert into programme.documents (office_code, kind, number, document_date, fund_id) values (:o, 'deposit', 'R', now(), :f)"

    await refused(connection, document, o="53.15", f=funds["53.10"])
    await connection.execute(text(document), {"o": "53.15", "f": funds["53.15"]})
    await connection.execute(text(document), {"o": "53.10", "f": funds["53.10"]})


async def test_the_database_compares_the_offices_of_rows_that_have_no_office_themselves(two):
    connection, funds = two
    minutes = """insert into programme.minutes (office_code, number, month, signed_date, office_signatory, officer_id, insurer_signatory,
                     lines_sha256, recorded_by)
                 values ('53.15', 'BA-1', '2024-01-01', '2024-02-01', 'A', :officer, 'B', '', 'test') returning id"""
    minutes_id = (
        await connection.execute(text(minutes), {"officer": (await officer(connection)).officer_id})
    ).scalar_one()
    line = """insert into programme.minute_lines (minutes_id, fund_id, named, confirmed, billed, paid, billed_amount, paid_amount,
                  confirmed_amount) values (:m, :f, 1, 1, 1, 1, 16800, 16800, 16800)"""

    await refused(connection, line, m=minutes_id, f=funds["53.10"])
    await connection.execute(text(line), {"m": minutes_id, "f": funds["53.15"]})
