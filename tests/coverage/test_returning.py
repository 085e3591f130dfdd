"""A person who returns to a decree is billed for the months before and after, each once, and for none in between."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.decrees.rules import EndReason, Leaving, Named
from jamsos.decrees.service import amended_decree
from jamsos.enrolment import service as enrolment
from jamsos.enrolment.rules import Caution
from jamsos.months import Month
from tests.coverage.test_billing import bill
from tests.decrees.builders import NUMBER, amend, line_of
from tests.enrolment.test_service import accepts, answer_file, decreed, read, send

FEB, MAR, JUL = (Month(2024, month) for month in (2, 3, 7))


async def test_who_comes_back_is_billed_for_all_her_months_and_no_other(connection, sealer, tmp_path):
    [she, _], _, niks = await decreed(connection, sealer, chosen=2, waiting=0)
    await send(connection, sealer)
    await read(connection, sealer, answer_file(tmp_path, accepts(niks[she])))
    await bill(connection, "2024-01:2024-02", "B-1", NUMBER)
    line = await line_of(connection, she)
    billed = await service.last_billed(connection, decree_number=NUMBER)
    await amend(
        connection, Leaving(line.id, EndReason.moved, MAR), number="317/KEP/HK/2024", signed_date=date(2024, 4, 2), billed=billed
    )  # fmt: skip
    await amend(
        connection, number="318/KEP/HK/2024", signed_date=date(2024, 7, 1), billed=billed, named=[Named(line.id, she, JUL)]
    )  # fmt: skip
    tried = await enrolment.preview(connection, decree_number=NUMBER)
    sent = await send(connection, sealer)

    made = await service.bill(
        connection, COMMAND_LINE, decree_number=NUMBER, month_from=Month(2024, 1), month_to=Month(2024, 12),
        billing_code="B-2", day=date(2024, 7, 2), is_rest=True,
    )  # fmt: skip

    months = await connection.execute(
        text("select extract(month from month)::int from programme.worker_months where person_id = :she order by 1"),
        {"she": she},
    )
    assert tried == (0, 1, {Caution.gap: [she]})
    assert (sent.sent, sent.carried) == (0, 1)  # a member is not registered again
    assert made.worker_months == 7
    assert list(months.scalars()) == [1, 2, 3, 7, 8, 9, 10, 11, 12]
    assert [each.start_month for each in await enrolment.accepted(connection, NUMBER)] == [Month(2024, 1), JUL]


async def members(connection, sealer, tmp_path):
    """Create a decree of two workers, both accepted from January."""
    chosen, _, niks = await decreed(connection, sealer, chosen=2, waiting=0)
    await send(connection, sealer)
    rows = (accepts(niks[person], number=24_000_000_000 + person) for person in chosen)
    await read(connection, sealer, answer_file(tmp_path, *rows))


async def ending(connection):
    """Create an amendment by which the first of the list ends with March; return her line."""
    [line, *_] = (await amended_decree(connection, NUMBER)).lines.values()
    await amend(connection, Leaving(line.id, EndReason.moved, MAR), signed_date=date(2024, 4, 2))
    return line


async def test_a_bill_waits_for_an_amendment_that_is_being_made(engine, sealer, tmp_path):
    """Before, it billed April of a person whose line the amendment ended with March, and the place was paid for twice."""
    async with engine.begin() as connection:
        await members(connection, sealer, tmp_path)
    async with engine.connect() as office, engine.connect() as desk:
        await office.begin()
        await desk.begin()
        line = await ending(office)
        waiting = asyncio.ensure_future(bill(desk, "2024-04", "B-1", NUMBER))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await office.commit()
        await waiting
        await desk.commit()
    async with engine.connect() as connection:
        billed = await connection.execute(text("select person_id from programme.worker_months"))
        assert line.person_id not in set(billed.scalars())


async def test_the_database_itself_bills_no_month_that_no_line_protects(connection, sealer, tmp_path):
    await members(connection, sealer, tmp_path)
    await bill(connection, "2024-01", "B-1", NUMBER)
    line = await ending(connection)
    for month in ("2024-04-01", "2023-12-01"):
        with pytest.raises(DBAPIError, match="no line protects"):
            async with connection.begin_nested():
                await connection.execute(
                    text(
                        f"""insert into programme.worker_months
                                (person_id, month, bill_id, decree_line_id, fund_id, village_code, jkk_amount, jkm_amount, amount)
                            select person_id, '{month}', bill_id, decree_line_id, fund_id, village_code, 1, 1, 2
                              from programme.worker_months where decree_line_id = :line"""
                    ),
                    {"line": line.id},
                )
