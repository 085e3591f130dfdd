"""Aggregates: one query returns a coverage or funding table by region, fund, group, month and state, to the rupiah."""

import pytest
from sqlalchemy import text

from jamsos.db import engine_for
from jamsos.settings import Settings
from tests.api import scene
from tests.api.conftest import keys_for, opened
from tests.conftest import _own_database

WHY = {"x_purpose": "report"}
MONTH = 6 * 16_800


@pytest.fixture(scope="module")
async def office(server, template, sealer):
    """Six workers in three villages of two districts: two months billed, the first of them paid; two pledges beyond 2^53."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        keys = await keys_for(engine)
        async with engine.begin() as connection:
            await scene.settle(connection, sealer)
            await connection.execute(
                text("""insert into programme.pledges (office_code, code, fund_id, pledged_date, amount, is_named)
                    select '53.15', 'DON' || n, f.id, '2024-01-02', 9007199254740991, false
                    from programme.funds f, generate_series(1, 3) n""")
            )
        await engine.dispose()
        async with opened(Settings(), url, sealer, keys) as caller:
            yield caller


@pytest.mark.parametrize(
    ("by", "shown", "expected"),
    [
        ("province", "province { code }", [({"code": "53"}, 12)]),
        ("regency", "regency { code }", [({"code": "53.15"}, 12)]),
        ("district", "district { code }", [({"code": "53.15.05"}, 8), ({"code": "53.15.06"}, 4)]),
        (
            "village",
            "village { code }",
            [({"code": f"53.15.05.200{n}"}, 4) for n in (1, 2)] + [({"code": "53.15.06.2001"}, 4)],
        ),
        ("fund", "fund { code }", [({"code": "APBD-2024"}, 12)]),
        ("month", "month", [("2024-01", 6), ("2024-02", 6)]),
        ("year", "year", [(2024, 12)]),
        ("state", "state", [("billed", 6), ("paid", 6)]),
        ("group", "group", [("farmer", 12)]),
        ("bill", "bill { billingCode }", [({"billingCode": f"B-2024-0{n}"}, 6) for n in (1, 2)]),
    ],
)
async def test_a_coverage_table_by_anything_is_one_question(office, by, shown, expected):
    query = f"""{{ coverageMonthsAggregate(groupBy: [{by}]) {{ key {{ {shown} }} count countDistinct {{ person }}
        sum {{ amount jkkAmount jkmAmount }} avg {{ amount }} min {{ amount month }} max {{ amount month }} }} }}"""

    groups = (await office.data(query, **WHY))["coverageMonthsAggregate"]

    assert [(group["key"][by], group["count"]) for group in groups] == expected
    for group in groups:
        assert group["sum"]["amount"] == group["count"] * 16_800
        assert group["sum"]["jkkAmount"] + group["sum"]["jkmAmount"] == group["sum"]["amount"]
        assert (group["avg"], group["min"]["amount"], group["max"]["amount"]) == ({"amount": 16_800.0}, 16_800, 16_800)
        months = 1 if by in ("month", "state", "bill") else 2
        assert group["countDistinct"] == {"person": group["count"] // months}


async def test_a_filter_reckons_only_what_fits(office):
    query = """{ coverageMonthsAggregate(filter: {state: {eq: paid}, village: {district: {code: {eq: "53.15.05"}}}}
        groupBy: [fund, month, state]) { key { fund { code } month state } count sum { amount } } }"""

    assert (await office.data(query))["coverageMonthsAggregate"] == [
        {
            "key": {"fund": {"code": "APBD-2024"}, "month": "2024-01", "state": "paid"},
            "count": 4,
            "sum": {"amount": 67_200},
        }
    ]


async def test_a_village_office_sums_its_own_village_only(office):
    query = "{ coverageMonthsAggregate(groupBy: [regency]) { count sum { amount } countDistinct { person } } }"

    assert (await office.data(query, key="golo"))["coverageMonthsAggregate"] == [
        {"count": 4, "sum": {"amount": 67_200}, "countDistinct": {"person": 2}}
    ]


async def test_a_sum_beyond_what_a_float_holds_is_exact(office):
    answer = await office.post("{ pledgesAggregate { sum { amount } max { amount } } }", key="mabar")

    assert '"sum":{"amount":27021597764222973}' in answer.text
    assert '"max":{"amount":9007199254740991}' in answer.text


@pytest.mark.parametrize("part", ["(groupBy: [group]) { count }", "{ countDistinct { group } }"])
async def test_figures_by_what_is_masked_need_the_right_and_a_purpose(office, part):
    query = f"{{ coverageMonthsAggregate{part} }}"

    assert await office.code(query, key="ntt", **WHY) == "SCOPE_MISSING"
    assert await office.code(query, key="mabar") == "PURPOSE_MISSING"
    assert "errors" not in await office.run(query, key="mabar", **WHY)


async def test_the_public_is_told_that_it_may_not_sum_and_never_that_there_is_nothing(office):
    for query in ("{ fundsAggregate { count } }", "{ funds { totalCount } }", "{ bills { nodes { amount } } }"):
        assert await office.code(query, key=None) == "SIGHT_MISSING"
    assert await office.code("{ coverageMonthsAggregate { count } }", key=None) == "SCOPE_MISSING"
