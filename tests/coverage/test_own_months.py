"""A worker's own months: shown to a person who knows two of her numbers, each with the sources that paid for it."""

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.coverage.tracing.own_months import own_months
from jamsos.errors import NotFound
from jamsos.months import Month
from tests.coverage.test_billing import bill
from tests.coverage.test_tracing import NUMBER, paid
from tests.money import commit

_NUMBERS = text("update programme.people set nik_sealed = :nik, kk_sealed = coalesce(:kk, kk_sealed) where id = :id")
NIK, KK = "5315994505850001", "5315990101000001"


async def known(connection, sealer, person, nik=NIK, kk=KK):
    """Set the numbers by which a worker proves herself; the others get sealed numbers, too."""
    unsealed = text("select id from programme.people where get_byte(nik_sealed, 0) = 110 and id <> :id")
    for other in (await connection.execute(unsealed, {"id": person})).scalars().all():
        await connection.execute(_NUMBERS, {"nik": sealer.seal("nik", f"53150000{other:08}"), "kk": None, "id": other})
    sealed = {"nik": sealer.seal("nik", nik), "kk": sealer.seal("kk", kk), "id": person}
    await connection.execute(_NUMBERS, sealed)


async def told(connection, sealer, nik=NIK, second=KK):
    return await own_months(connection, COMMAND_LINE, sealer, nik=nik, second=second)


async def test_each_paid_month_is_told_with_sources_that_add_up_newest_first(connection, sealer):
    [*_, last] = await paid(connection, ("A", 42_000), ("B", 100_000))
    await known(connection, sealer, last)

    own = await told(connection, sealer)

    assert [(each.billed.month, each.billed.state, each.billed.amount) for each in own.months] == [
        (Month(2024, 2), "paid", 16_800),
        (Month(2024, 1), "paid", 16_800),
    ]
    assert [[(s.reference, s.amount) for s in each.origin.slices] for each in own.months] == [
        [("B", 16_800)],
        [("A", 8_400), ("B", 8_400)],
    ]
    assert (own.count, own.funds) == (2, {"APBD-2024": "APBD Kabupaten Manggarai Barat"})


async def test_a_month_that_is_only_billed_has_no_origin_yet(connection, sealer):
    [person, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)
    fund_id = (await connection.execute(text("select id from programme.funds where code = 'APBD-2024'"))).scalar_one()
    await commit(connection, fund_id, 50_400, memo=NUMBER)
    await bill(connection, "2024-03", decree_number=NUMBER, billing_code="B-2")

    newest = (await told(connection, sealer)).months[0]

    assert (newest.billed.state, newest.billed.billing_code, newest.origin) == ("billed", "B-2", None)


async def test_the_number_of_her_membership_opens_them_too(connection, sealer):
    [person, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)

    assert (await told(connection, sealer, second=str(53_000_000_000 + person))).count == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"second": "5315990101000002"},
        {"nik": "5315994505850002"},
        {"second": "53000000000"},
        {"second": NIK},
        {"nik": KK},
    ],
)
async def test_numbers_that_do_not_belong_to_one_person_tell_nothing(connection, sealer, wrong):
    [person, other, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)
    await known(connection, sealer, other, "5315994505850009", "5315990101000009")

    with pytest.raises(NotFound) as refusal:
        await told(connection, sealer, **wrong)
    assert not any(character in str(refusal.value) for character in "0123456789")


async def test_another_workers_membership_opens_nothing(connection, sealer):
    [person, other, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)

    with pytest.raises(NotFound):
        await told(connection, sealer, second=str(53_000_000_000 + other))


async def test_each_look_is_noted_without_the_numbers(connection, sealer):
    [person, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)
    await told(connection, sealer)

    ((subject_ids, row),) = await connection.execute(
        text("select subject_ids, e::text from programme.audit_entries e where act = 'read_own_months'")
    )
    assert subject_ids == [person] and NIK not in row and KK not in row


async def test_of_many_months_the_newest_twelve_are_followed(connection, sealer, monkeypatch):
    [person, *_] = await paid(connection, ("A", 200_000))
    await known(connection, sealer, person)
    monkeypatch.setattr("jamsos.coverage.tracing.own_months.MOST", 1)

    own = await told(connection, sealer)

    assert ([each.billed.month for each in own.months], own.count) == ([Month(2024, 2)], 2)
