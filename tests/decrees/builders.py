"""Builders: a fund with money, a run, a decree."""

from datetime import date

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import amendments, service
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import FundKind
from jamsos.months import Month
from jamsos.selection import service as selection
from tests.officers import officer
from tests.selection.builders import MABAR, settle

NUMBER = "298/KEP/HK/2024"
YEAR = (Month(2024, 1), Month(2024, 12))


async def fund(connection, code="APBD-2024", amount=201_600_000, **changed):
    facts = {
        "name": code,
        "kind": FundKind.regional_budget,
        "fiscal_year": 2024,
        "is_via_apbd": True,
        "office_code": "53.15",
    }
    await ledger.add_fund(connection, COMMAND_LINE, code=code, **facts | changed)
    await ledger.deposit(
        connection, COMMAND_LINE, fund_code=code, amount=amount, day=date(2024, 1, 2), document_number=f"R-{code}"
    )


async def run(connection, **changed):
    asked = {
        "year": 2024,
        "office_code": "53.15",
        "criteria": MABAR,
        "as_of": date(2024, 1, 1),
        "fund_code": "APBD-2024",
    }
    return await selection.run_selection(connection, COMMAND_LINE, **asked | changed)


async def issue(connection, run_id, **changed):
    asked = {"number": NUMBER, "signed_date": date(2024, 1, 4), "legal_base": "Perda 5/2023"}
    return await service.issue_decree(connection, await officer(connection), run_id=run_id, **asked | changed)


def nik(number):
    return f"5315990101840{number:03d}"


async def with_niks(connection, sealer, persons):
    for number, person in enumerate(persons, start=1):
        await connection.execute(
            text("update programme.people set nik_sealed = :nik, full_name = :name where id = :id"),
            {"nik": sealer.seal("nik", nik(number)), "name": f"ORANG {number}", "id": person},
        )


async def decreed(connection, chosen=3, waiting=2, sealer=None):
    """A decree of so many workers for 2024, with some waiting; (decree, chosen persons, waiting persons by rank).

    With a sealer they are ORANG 1, 2, …, each with a NIK, when the decree is signed.
    """
    await fund(connection, amount=chosen * 201_600)
    await settle(connection, chosen + waiting)
    kept = await run(connection)
    ranked = await selection.kept_list(connection, kept)
    persons = ranked["person_id"].to_list()
    if sealer:
        await with_niks(connection, sealer, persons)
    decree = await issue(connection, kept.id)
    return decree, persons[:chosen], persons[chosen:]


async def amend(connection, *leavings, number="317/KEP/HK/2024", **changed):
    of = await service.decree_to_amend(connection, changed.pop("of", NUMBER))
    asked = {"of": of, "signed_date": date(2024, 1, 8), "billed": {}, "fill_from": None}
    return await amendments.amend_decree(
        connection, await officer(connection), number=number, leavings=leavings, **asked | changed
    )


async def line_of(connection, person):
    decree = await service.amended_decree(connection, NUMBER)
    return next(line for line in decree.lines.values() if line.person_id == person)


async def in_force(connection, month, number=NUMBER):
    """Return the protected persons of a month."""
    lines = await service.lines_in_force(connection, decree_number=number, month_from=month, month_to=month)
    return {line.person_id for line in lines}
