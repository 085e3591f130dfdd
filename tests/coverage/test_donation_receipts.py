from datetime import date

import pytest
from sqlalchemy import text

from jamsos.coverage.tracing.donation_receipts import District, by_year, receipt_of, told, year_of
from jamsos.donations.donation_receipts import donor_name
from jamsos.donations.errors import DonorsSeveral
from jamsos.errors import NotFound
from tests.web.giving import open_office, receive_gifts

PHONE = "081234567890"


@pytest.fixture
async def codes(connection, sealer, tmp_path):
    await open_office(connection)
    return await receive_gifts(connection, sealer, tmp_path)


async def test_a_receipt_says_which_districts_a_gift_reached_and_its_sums_close(connection, codes):
    found = await receipt_of(connection, f" {codes[1].lower()} ")

    assert (found.code, found.year, found.arrived_date) == (codes[1], 2024, date(2024, 1, 4))
    assert (found.worker_months, found.shared, found.districts) == (6, 0, [District("Macang Pacar", 6)])
    assert (found.amount, found.spent, found.left) == (151_200, 100_800, 50_400)


async def test_a_pledge_without_money_bought_nothing(connection, codes):
    found = await receipt_of(connection, codes[2])

    assert (found.amount, found.worker_months, found.districts, found.left, found.arrived_date) == (0, 0, (), 0, None)


async def test_an_unknown_code_has_no_receipt(connection, codes):
    with pytest.raises(NotFound, match="DONNONE"):
        await receipt_of(connection, "DONNONE")


async def test_the_role_that_serves_the_page_reads_a_receipt_in_the_sight_of_its_regency_only(connection, codes):
    await connection.execute(text("set local role jamsos_api"))
    with pytest.raises(NotFound):
        await receipt_of(connection, codes[0])
    await connection.execute(
        text("select set_config('jamsos.sight_from', '53.15', true), set_config('jamsos.sight_to', '53.15~', true)")
    )

    assert (await receipt_of(connection, codes[0])).worker_months == 6


async def test_a_donors_year_gathers_the_gifts_of_one_telephone_number(connection, sealer, codes):
    sealed = {"phone": sealer.seal("phone", PHONE)}
    await connection.execute(text("alter table programme.pledges disable trigger refuse_change"))
    await connection.execute(
        text("update programme.pledges set phone_sealed = :phone where code = any(:codes)"), sealed | {"codes": codes}
    )

    year = await year_of(connection, 2024, [codes[0]])

    assert [receipt.code for receipt in year.receipts] == codes[:2]
    assert (year.amount, year.worker_months, year.left) == (252_000, 12, 50_400)
    assert (await year_of(connection, 2025, [codes[0]])).receipts == []
    with pytest.raises(NotFound, match="DONNONE"):
        await year_of(connection, 2024, [codes[0], "don-none"])


async def test_a_donors_year_of_two_donors_is_refused(connection, sealer, codes):
    await connection.execute(text("alter table programme.pledges disable trigger refuse_change"))
    await connection.execute(
        text("update programme.pledges set donor_name_sealed = :name, phone_sealed = null where code = :code"),
        {"name": sealer.seal("donor", "Somebody Else"), "code": codes[1]},
    )

    with pytest.raises(DonorsSeveral, match=codes[1]):
        await year_of(connection, 2024, codes[:2])


async def test_only_a_donor_who_wants_it_is_named(connection, sealer, codes):
    assert await donor_name(connection, sealer, codes[0]) == "Maria Jelita"
    await connection.execute(text("alter table programme.pledges disable trigger refuse_change"))
    await connection.execute(text("update programme.pledges set is_named = false"))
    assert await donor_name(connection, sealer, codes[0]) is None


async def test_receipts_are_added_up_by_year_the_newest_first(connection, codes):
    [year] = by_year([await receipt_of(connection, code) for code in codes])

    assert (year.year, year.amount, year.worker_months) == (2024, 252_000, 12)


@pytest.mark.parametrize(
    ("counted", "months", "expected"),
    [
        ({"Komodo": 7, "Boleng": 5}, 1, [("Boleng", 5), ("Komodo", 7)]),
        ({"Komodo": 7, "Boleng": 4}, 1, [("Boleng", None), ("Komodo", None)]),
        ({"Komodo": 60, "Boleng": 24}, 6, [("Boleng", None), ("Komodo", None)]),  # four workers for six months
        ({"Komodo": 6}, 2, []),  # three workers for two months: the total would tell their district
    ],
)
def test_beside_the_total_no_count_is_told_that_is_small_or_tells_one(counted, months, expected):
    assert told(counted, months) == expected
