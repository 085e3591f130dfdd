"""Cover over the API: what the command says of the same worker and day, and nothing for whom it is not."""

import pytest

from tests.coverage.test_spells import CALENDAR, DAYS, expected, write_calendar

COVER = """query($person: ID!, $day: Date!) { cover(personId: $person, day: $day) {
    day cover isProtected consecutiveMonths hasFullDeathBenefit hasScholarship
    spells { runFrom monthFrom monthTo protectedTo endReason } } }"""


@pytest.fixture
async def workers(engine):
    async with engine.begin() as connection:
        return await write_calendar(connection)


async def test_the_api_says_of_the_first_days_of_each_month_what_the_calendar_says(caller, workers):
    for name in ("a gap in grace", "paid ahead and dead", "moved"):
        for day in DAYS[1::3]:
            said = (await caller.data(COVER, {"person": f"Person:{workers[name]}", "day": day.isoformat()}))["cover"]
            assert (name, day, said["isProtected"], said["consecutiveMonths"]) == (
                name,
                day,
                *expected(*CALENDAR[name], day),
            )


async def test_a_worker_in_grace_is_protected_without_benefits_and_the_spells_say_why(caller, workers):
    given = {"person": f"Person:{workers['a month behind']}", "day": "2024-10-31"}

    assert (await caller.data(COVER, given))["cover"] == {
        "day": "2024-10-31", "cover": "grace", "isProtected": True, "consecutiveMonths": 7, "hasFullDeathBenefit": False,
        "hasScholarship": False,
        "spells": [
            {"runFrom": "2024-01", "monthFrom": "2024-01", "monthTo": "2024-07", "protectedTo": "2024-10-31", "endReason": "lapsed"}
        ],
    }  # fmt: skip


async def test_cover_of_nobody_in_sight_is_null_and_needs_its_scope(caller, workers):
    given = {"person": f"Person:{workers['moved']}", "day": "2024-01-01"}

    assert await caller.data(COVER, {"person": "Person:77", "day": "2024-01-01"}) == {"cover": None}
    assert await caller.data(COVER, given, key="manggarai") == {"cover": None}
    assert await caller.code(COVER, given, key=None) == "SCOPE_MISSING"
