"""How far the lines of a decree are billed, for whoever amends it."""

from datetime import date

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.billed import last_billed
from jamsos.coverage.service import bill
from jamsos.enrolment import service as enrolment
from jamsos.months import Month
from tests.decrees.builders import NUMBER, decreed, line_of


async def test_each_line_knows_its_last_billed_month(connection, sealer, tmp_path):
    _, chosen, _ = await decreed(connection)
    for number, person in enumerate(chosen):
        await connection.exec_driver_sql(
            "update programme.people set nik_sealed = $1 where id = $2",
            (sealer.seal("nik", f"531599010184{number:04d}"), person),
        )
    await enrolment.send(connection, COMMAND_LINE, sealer, decree_number=NUMBER, form=".csv")
    rows = [f"531599010184{number:04d},{24_000_000_000 + number},DITERIMA,,2024-01" for number in range(2)]
    (tmp_path / "a.csv").write_text("\n".join(["NIK,KPJ,Status,Keterangan,Bulan Mulai", *rows]))
    await enrolment.answers(connection, COMMAND_LINE, sealer, tmp_path / "a.csv")
    assert await last_billed(connection, NUMBER) == {}

    await bill(
        connection, COMMAND_LINE, decree_number=NUMBER, month_from=Month(2024, 1), month_to=Month(2024, 3),
        billing_code="B-1", day=date(2024, 1, 9),
    )  # fmt: skip

    lines = [(await line_of(connection, person)).id for person in chosen[:2]]
    assert await last_billed(connection, NUMBER) == dict.fromkeys(lines, Month(2024, 3))
