"""Who comes back to a decree is billed for the months before and after, each once, and for none between."""

from datetime import date

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service
from jamsos.decrees.rules import EndReason, Leaving, Named
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
