"""A small programme for examples: six invented workers of Manggarai Barat, protected in 2024; two months billed, one paid."""

from datetime import date

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage import service as coverage
from jamsos.coverage.billing.payments import DisbursementOrder
from jamsos.months import Month
from tests.money import add_fund, commit, receive
from tests.protected import add_decree

NUMBER = "298/KEP/HK/2024"
# an invented NIK begins with 531599, a district that does not exist
WORKERS = [
    ("5315995203850001", "Maria Jelita", "female", date(1985, 3, 12), "farmer", "53.15.05.2001"),
    ("5315990211790002", "Yohanes Bagut", "male", date(1979, 11, 2), "fisher", "53.15.05.2001"),
    ("5315992501900003", "Fransiskus Dagur", "male", date(1990, 1, 25), "farmer", "53.15.05.2002"),
    ("5315994807820004", "Theresia Nurti", "female", date(1982, 7, 8), "artisan", "53.15.05.2002"),
    ("5315993005750005", "Kornelis Hamin", "male", date(1975, 5, 30), "farmer", "53.15.06.2001"),
    ("5315995712880006", "Elisabet Sanul", "female", date(1988, 12, 17), "trader", "53.15.06.2001"),
]
_ADD = text("""insert into programme.people (nik_sealed, full_name, sex, birth_date, occupation, village_code)
    values (:nik, :name, :sex, :birth_date, :occupation, :village) returning id""")


async def settle(connection, sealer):
    """Insert the whole scene, in the caller's transaction."""
    people = [await _add(connection, sealer, worker) for worker in WORKERS]
    amount = len(people) * 16_800 * 12
    fund_id = await add_fund(connection, "APBD-2024")
    await receive(connection, amount, "APBD-2024")
    await commit(connection, fund_id, amount, memo=NUMBER)
    await add_decree(connection, fund_id, people, NUMBER)
    await _bill(connection, "2024-01", "B-2024-01")
    await _bill(connection, "2024-02", "B-2024-02")
    await coverage.pay(
        connection,
        COMMAND_LINE,
        billing_code="B-2024-01",
        amount=100_800,
        sp2d=DisbursementOrder("0001/SP2D", date(2024, 1, 15)),
    )


async def _add(connection, sealer, worker):
    nik, name, sex, birth_date, occupation, village = worker
    values = {"name": name, "sex": sex, "birth_date": birth_date, "occupation": occupation, "village": village}
    return (await connection.execute(_ADD, values | {"nik": sealer.seal("nik", nik)})).scalar_one()


async def _bill(connection, month, billing_code):
    span = {"month_from": Month.parse(month), "month_to": Month.parse(month)}
    facts = {"decree_number": NUMBER, "billing_code": billing_code, "day": date(2024, 1, 5)}
    await coverage.bill(connection, COMMAND_LINE, **span, **facts)
