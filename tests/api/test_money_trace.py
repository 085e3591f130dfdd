"""The money trace over the API: the same sums as the command, and nothing for clients without the right."""

import pytest

from jamsos.coverage.tracing.service import Bought, Spent
from jamsos.months import Month
from tests.coverage.test_billing import bill
from tests.coverage.test_payments import pay
from tests.money import add_fund, commit, receive
from tests.officers import program_key
from tests.protected import add_decree, add_people

FORWARD = """query($fund: String!, $reference: String!) { moneyTrace(fundCode: $fund, reference: $reference) {
    amount spent left workerMonths shared steps { fundCode amount bought carried left }
    bought { fundCode districtCode month workerMonths shared amount } } }"""
TOTAL = '{ moneyTrace(fundCode: "APBD-2024", reference: "A") { amount spent left workerMonths } }'
BACKWARD = """query($person: ID!, $month: Month!) { monthTrace(personId: $person, month: $month) {
    amount fundCode decreeNumber billingCode billAmount sp2dNumber paidDate paidAmount funding { fundCode reference amount } } }"""
A, B = {"fund": "APBD-2024", "reference": "A"}, {"fund": "APBD-2024", "reference": "B"}


@pytest.fixture
async def people(engine):
    """Three workers of two villages, two months each, paid from two deposits."""
    async with engine.begin() as connection:
        fund_id = await add_fund(connection)
        for number, amount in (("A", 42_000), ("B", 100_000)):
            await receive(connection, amount, number=number)
        await commit(connection, fund_id, 100_800, memo="298/KEP/HK/2024")
        people = await add_people(connection, 3)
        await add_decree(connection, fund_id, people, "298/KEP/HK/2024")
        await pay(connection, (await bill(connection, "2024-01:2024-02")).amount)
        return people


async def test_money_is_followed_forward_and_the_sums_close_at_every_step(caller, people):
    first, second = [(await caller.data(FORWARD, given))["moneyTrace"] for given in (A, B)]

    assert (first["amount"], first["spent"], first["left"], first["workerMonths"], first["shared"]) == (
        42_000,
        42_000,
        0,
        3,
        1,
    )
    assert second["steps"] == [
        {"fundCode": "APBD-2024", "amount": 100_000, "bought": 58_800, "carried": 0, "left": 41_200}
    ]
    for found in (first, second):
        assert sum(each["amount"] for each in found["bought"]) == found["spent"] == found["amount"] - found["left"]
        for step in found["steps"]:
            assert step["amount"] == step["bought"] + step["carried"] + step["left"]
    assert {each["month"] for each in first["bought"]} == {"2024-01"}  # fmt: skip


async def test_a_month_is_followed_backward_to_its_sources(caller, people):
    given = {"person": f"Person:{people[2]}", "month": "2024-01"}

    assert (await caller.data(BACKWARD, given))["monthTrace"] == {
        "amount": 16_800, "fundCode": "APBD-2024", "decreeNumber": "298/KEP/HK/2024", "billingCode": "B-1", "billAmount": 100_800,
        "sp2dNumber": "0001/SP2D", "paidDate": "2024-01-15", "paidAmount": 100_800,
        "funding": [
            {"fundCode": "APBD-2024", "reference": "A", "amount": 8_400},
            {"fundCode": "APBD-2024", "reference": "B", "amount": 8_400},
        ],
    }  # fmt: skip


async def test_what_is_not_there_or_not_in_sight_is_null(caller, people):
    given = {"person": f"Person:{people[0]}", "month": "2024-07"}
    assert await caller.data(BACKWARD, given) == {"monthTrace": None}
    assert await caller.data(FORWARD, A | {"reference": "Z"}) == {"moneyTrace": None}
    january = given | {"month": "2024-01"}
    assert await caller.data(FORWARD, A, key="manggarai") == {"moneyTrace": None}
    assert await caller.data(BACKWARD, january, key="manggarai") == {"monthTrace": None}
    assert await caller.code(FORWARD, A, key="adrift") == "SIGHT_MISSING"
    assert await caller.code(BACKWARD, january, key="adrift") == "SIGHT_MISSING"


async def test_a_trace_needs_the_scopes_of_what_it_tells(caller, people, engine):
    given = {"person": f"Person:{people[0]}", "month": "2024-01"}
    assert await caller.code(FORWARD, A, key="golo") == "SCOPE_MISSING"  # a village office reads people, not money
    assert await caller.code(BACKWARD, given, key="golo") == "SCOPE_MISSING"
    assert await caller.code(FORWARD, A, key=None) == "SIGHT_MISSING"
    assert await caller.code(BACKWARD, given, key=None) == "SCOPE_MISSING"
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="ntt", label="sums", scopes=["read:money"])

    few = {"amount": 42_000, "spent": None, "left": None, "workerMonths": None}  # three worker-months
    assert (await caller.data(TOTAL, key=key))["moneyTrace"] == few
    assert (await caller.data(TOTAL))["moneyTrace"] == {"amount": 42_000, "spent": 42_000, "left": 0, "workerMonths": 3}
    answer = await caller.run(FORWARD, A, key=key)
    assert (answer["errors"][0]["extensions"]["code"], answer["errors"][0]["path"]) == (
        "SCOPE_MISSING",
        ["moneyTrace", "bought"],
    )
    trace = answer["data"]["moneyTrace"]
    assert [trace[name] for name in ("bought", "spent", "shared")] == [None, None, None]
    assert [(step["bought"], step["left"]) for step in trace["steps"]] == [(None, None)]
    assert await caller.code(BACKWARD, given, key=key) == "SCOPE_MISSING"  # fmt: skip


async def test_a_trace_stands_beside_other_questions_and_costs_what_figures_cost(caller, people):
    answer = await caller.run(
        f'{{ {TOTAL[1:-1]} b: moneyTrace(fundCode: "APBD-2024", reference: "B") {{ left }} funds {{ totalCount }} }}'
    )

    assert answer["data"]["b"] == {"left": 41_200}
    assert (answer["data"]["moneyTrace"]["left"], answer["data"]["funds"]["totalCount"]) == (0, 1)
    assert 200 <= answer["extensions"]["cost"]["requested"] <= 250


async def test_an_id_of_something_else_is_refused(caller, people):
    assert await caller.code(BACKWARD, {"person": "Village:53.15.05.2001", "month": "2024-01"}) == "ID_MALFORMED"


def test_rupiah_and_worker_months_are_told_where_every_fund_paid_for_enough_workers():
    january, february = Month(2024, 1), Month(2024, 2)

    def spent(*bought):
        return Spent(
            0, [], [Bought(fund, "53.15.05", month, count, shared, 0) for fund, month, count, shared in bought]
        )

    assert [spent(("A", january, count, 0)).is_of_few for count in (0, 1, 4, 5)] == [False, True, True, False]
    assert spent(("A", january, 4, 0), ("A", february, 4, 0)).is_of_few  # eight months of four workers
    assert spent(("A", january, 90, 0), ("B", january, 4, 0)).is_of_few
    assert not spent(("A", january, 90, 0), ("A", february, 90, 0)).is_of_few
    assert [spent(("A", january, 90, shared)).is_shared_of_few for shared in (0, 1, 5, 86, 90)] == [
        False, True, False, True, False,
    ]  # fmt: skip
