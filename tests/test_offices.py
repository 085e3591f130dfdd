"""Two regencies and their province in one installation, with the same fund code, numbers and file: each pays for its own workers."""

from datetime import date

import pytest
from sqlalchemy import UniqueConstraint, select, text, update
from sqlalchemy.exc import IntegrityError

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import OFFICE
from jamsos.decrees import service as decrees
from jamsos.errors import FileKnown
from jamsos.ledger import service as ledger
from jamsos.ledger.errors import FundUnknown
from jamsos.ledger.rules import Position
from jamsos.offices import store as offices
from jamsos.offices.errors import OfficeNeeded
from jamsos.offices.service import add_office
from jamsos.ownership import owned_references
from jamsos.selection import service as selection
from jamsos.tables import metadata
from tests.coverage.test_billing import bill
from tests.coverage.test_payments import pay
from tests.money import add_fund
from tests.officers import officer
from tests.protected import accept
from tests.selection.builders import criteria, settle

FUND, NUMBER = "APBD-2024", "298/KEP/HK/2024"
# By office: where its workers live, and how many they are. The province takes those of a regency without a list.
WORKERS = {"53": ("53.01.04.2003", 3), "53.10": ("53.10.01.2001", 2), "53.15": ("53.15.05.2001", 4)}


async def lived(connection, office, file):
    """One office's programme until its January is paid: everything under the numbers that the others use, too."""
    village, count = WORKERS[office]
    await offices.work_for(connection, office)
    fund_id = await add_fund(connection, FUND, office_code=None)
    await ledger.deposit_file(connection, COMMAND_LINE, file)
    await settle(connection, count, village_code=village)
    run = await selection.run_selection(
        connection, COMMAND_LINE, year=2024, office_code=office, criteria=criteria(residence={"regions": [office]}), as_of=date(2024, 1, 1),
        fund_code=FUND,
        headcount=count,
    )  # fmt: skip
    decree = await decrees.issue_decree(
        connection,
        await officer(connection, code=f"dinas-{office}", region=office),
        run_id=run.id,
        number=NUMBER,
        signed_date=date(2024, 1, 4),
        legal_base="Perda 5/2023",
    )
    await accept(connection, decree.id)
    made = await bill(connection)
    await pay(connection, amount=made.amount)
    return fund_id, run, decree


@pytest.fixture
async def three(connection, tmp_path):
    """(connection, what each office has made by its code, the file of receipts that all three read)."""
    file = tmp_path / "receipts.csv"
    file.write_text("fund_code;received_date;document_number;amount;description\nAPBD-2024;2024-01-02;STS-1;1000000;\n")
    for office in ("53", "53.10"):
        await add_office(connection, COMMAND_LINE, office)
    return connection, {office: await lived(connection, office, file) for office in WORKERS}, file


async def test_each_office_spends_its_own_money_to_the_rupiah(three):
    connection, _, file = three
    rest = {"carried": 0, "payable": 0, "refunded": 0}
    for office, (_, count) in WORKERS.items():
        await offices.work_for(connection, office)
        year, month = count * 201_600, count * 16_800

        assert await ledger.positions(connection) == [
            Position(
                FUND, "general", received=1_000_000, free=1_000_000 - year, committed=year - month, paid=month,
                cash=1_000_000 - month, **rest,
            )
        ]  # fmt: skip
        with pytest.raises(FileKnown):
            await ledger.deposit_file(connection, COMMAND_LINE, file)


async def test_a_number_names_what_the_office_at_work_has_under_it(three):
    connection, made, _ = three
    for office, (fund_id, _, decree) in made.items():
        await offices.work_for(connection, office)

        assert (await decrees.decree_by_number(connection, NUMBER)).id == decree.id
        assert (await ledger.fund_by_code(connection, FUND)).id == fund_id
    await offices.work_for(connection, None)
    with pytest.raises(OfficeNeeded, match=r"53, 53\.10, 53\.15"):
        await decrees.decree_by_number(connection, NUMBER)


async def test_a_list_never_spends_another_offices_fund(three):
    connection, *_ = three
    await add_fund(connection, "DBH-2024", office_code="53.10")
    await offices.work_for(connection, "53.15")
    with pytest.raises(FundUnknown, match="DBH-2024"):
        await selection.run_selection(
            connection, COMMAND_LINE, year=2024, office_code="53.15", criteria=criteria(), as_of=date(2024, 1, 1),
            fund_code="DBH-2024",
        )  # fmt: skip


async def test_no_key_leads_to_another_offices_row(three):
    connection, *_ = three
    await connection.execute(text("set constraints all immediate"))
    tried = set()
    for table in metadata.sorted_tables:
        for key in owned_references(table) if OFFICE in table.columns else ():
            column = list(key.columns)[-1]
            ours, theirs = [await _row_of(connection, table, column, office) for office in ("53.15", "53.10")]
            if ours and theirs and not _is_unique(table, column):
                tried.add(f"{table.name}.{column.name}")
                await _refuse_update(connection, table, column, ours, theirs[column.name])

    assert tried >= {
        "selection_runs.criteria_id", "selection_runs.fund_id", "decrees.fund_id", "bills.fund_id", "bills.decree_id", "payments.bill_id",
        "payments.fund_id", "documents.fund_id",  "journal_transactions.document_id",
        "enrolment_batches.decree_id",
    }  # fmt: skip


async def _row_of(connection, table, column, office):
    found = select(table).where(table.c[OFFICE] == office, column.is_not(None)).limit(1)
    return (await connection.execute(found)).mappings().one_or_none()


def _is_unique(table, column):
    return any(column in list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint))


async def _refuse_update(connection, table, column, row, value):
    """As no act can: past the guard that facts only grow."""
    first = next(iter(table.primary_key.columns))
    with pytest.raises(IntegrityError, match="foreign key"):
        async with connection.begin_nested():
            await connection.execute(text(f"alter table {table.fullname} disable trigger refuse_change"))
            await connection.execute(update(table).where(first == row[first.name]).values({column.name: value}))


async def test_a_month_is_not_billed_on_another_offices_line(three):
    connection, *_ = three
    add = """insert into programme.worker_months
             select w.person_id, '2024-02-01', w.bill_id, (select l.id from programme.decree_lines l join programme.decrees d
                 on d.id = l.decree_id where d.office_code = :line limit 1), w.fund_id, w.group_code, w.village_code, w.jkk_amount,
                    w.jkm_amount, w.amount
               from programme.worker_months w join programme.bills b on b.id = w.bill_id where b.office_code = '53.15' limit 1"""

    with pytest.raises(IntegrityError, match="facts of several offices"):
        async with connection.begin_nested():
            await connection.execute(text(add), {"line": "53.10"})
    await connection.execute(text(add), {"line": "53.15"})
