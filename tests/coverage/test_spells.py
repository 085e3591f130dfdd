"""Spells of cover: command, view, marts and API say the same of every worker on every day of a calendar with all that happens."""

from datetime import date, timedelta

from sqlalchemy import text

from jamsos import legal_terms
from jamsos.coverage import service
from jamsos.coverage.rules import Cover, EndOfCover
from jamsos.months import Month, span
from tests.coverage.test_billing import bill, protect
from tests.coverage.test_payments import pay
from tests.protected import end

# the paid months of 2024 of each worker, and what happened to them
CALENDAR = {
    "paid ahead": (range(1, 13), None),
    "a month behind": (range(1, 8), None),
    "a gap in grace": ([1, 2, 3, 6, 7], None),
    "lapsed and back": ([1, 2, 8, 9, 10, 11, 12], None),
    "paid ahead and dead": (range(1, 13), ("died", date(2024, 5, 10))),
    "dead in grace": (range(1, 4), ("died", date(2024, 5, 10))),
    "moved": (range(1, 5), ("moved", date(2024, 4, 20))),
    "moved, paid ahead": (range(1, 9), ("moved", date(2024, 4, 20))),
    "announced a job": (range(1, 5), ("became_wage_earner", date(2024, 6, 20))),
    "paid by another": (range(1, 5), ("other_payer", date(2024, 6, 1))),
    "left by decree": (range(1, 5), ("line", date(2024, 5, 1))),
    "never paid": ([], None),
}
LAPSE = 3
DAYS = [
    day
    for month in span(Month(2023, 12), Month(2025, 6))
    for day in (month.first_day - timedelta(days=1), month.first_day, month.first_day + timedelta(days=9))
]


def expected(months, happened, day):
    """Whether a worker is protected on a day, and the paid months in a row: told day by day, without any spell."""
    kind, when = happened or (None, None)
    month, paid = Month.of(day), {Month(2024, each) for each in months}
    if kind == "died" and day > when:
        return False, 0
    last = max((each for each in paid if each <= month), default=None)
    if last is None or month - last > LAPSE:
        return False, 0
    ends = {"line": 0, "other_payer": -1, "moved": 0, "became_wage_earner": 0}.get(kind)
    if ends is not None and month > last and month > Month.of(when) + ends:
        return False, 0
    count = 0
    while last + -count in paid:
        count += 1
    return True, count


async def write_calendar(connection):
    """A year of twelve workers paid whole, then the months taken away that nobody paid; their ids by what happened."""
    _, people = await protect(connection, len(CALENDAR))
    made = await bill(connection, "2024-01:2024-12")
    await pay(connection, made.amount)
    workers = dict(zip(CALENDAR, people, strict=True))
    await connection.execute(text("set local session_replication_role = replica"))
    for name, (months, happened) in CALENDAR.items():
        values = {"id": workers[name], "months": [date(2024, month, 1) for month in months]}
        await connection.execute(
            text("delete from programme.paid_months where person_id = :id and month <> all(:months)"), values
        )
        if happened:
            await connection.execute(text(_happened(happened[0])), {"id": workers[name], "day": happened[1]})
    await connection.execute(text("set local session_replication_role = origin"))
    return workers


def _happened(kind):
    if kind == "other_payer":
        return "update programme.people set other_payer_from = :day where id = :id"
    if kind == "line":
        return """insert into programme.decree_lines
                         (decree_id, line, action, person_id, replaces_line_id, reason, month_from, month_to, group_code,
                          village_code, person_version)
                  select decree_id, 1000, 'termination', person_id, id, 'refused', month_from, :day, group_code, village_code, 1
                    from programme.decree_lines where person_id = :id"""
    return f"""insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
               select id, '{kind}', :day, 'test', village_code from programme.people where id = :id"""


async def test_command_and_view_say_of_every_day_what_the_calendar_says(connection):
    workers = await write_calendar(connection)
    shown = await connection.execute(
        text(
            """select d.day, s.person_id from programme.worker_spells s
                 join unnest(cast(:days as date[])) d (day) on d.day between s.protected_from and s.protected_to"""
        ),
        {"days": DAYS},
    )
    protected = {tuple(row) for row in shown}

    for name, (months, happened) in CALENDAR.items():
        for day in DAYS:
            said = await service.calendar(connection, person=str(workers[name]), day=day)
            state = said.benefit_state
            known = expected(months, happened, day)
            assert (name, day, state.is_protected, state.consecutive) == (name, day, *known)
            assert (name, day, (day, workers[name]) in protected) == (name, day, known[0])
            waits = legal_terms.in_force(legal_terms.Term.full_death_benefit_months, Month.of(day)) or 0
            is_paid = known[0] and Month.of(day) in {Month(2024, each) for each in months}
            assert (name, day, state.has_full_death_benefit) == (name, day, is_paid and known[1] > waits)
    assert len(protected) == sum(expected(*each, day)[0] for each in CALENDAR.values() for day in DAYS)


async def test_a_spell_says_why_it_ends(connection):
    workers = await write_calendar(connection)

    found = {}
    for name, person in workers.items():
        said = await service.calendar(connection, person=str(person), day=date(2024, 12, 31))
        found[name] = [(str(each.month_to), each.protected_to, each.end_reason) for each in said.spells]

    lapsed, march = EndOfCover.lapsed, date(2025, 3, 31)
    assert found == {
        "paid ahead": [("2024-12", march, lapsed)],
        "a month behind": [("2024-07", date(2024, 10, 31), lapsed)],
        "a gap in grace": [("2024-03", date(2024, 5, 31), EndOfCover.gap), ("2024-07", date(2024, 10, 31), lapsed)],
        "lapsed and back": [("2024-02", date(2024, 5, 31), lapsed), ("2024-12", march, lapsed)],
        "paid ahead and dead": [("2024-12", date(2024, 5, 10), EndOfCover.died)],
        "dead in grace": [("2024-03", date(2024, 5, 10), EndOfCover.died)],
        "moved": [("2024-04", date(2024, 4, 30), EndOfCover.moved)],
        "moved, paid ahead": [("2024-08", date(2024, 8, 31), EndOfCover.moved)],
        "announced a job": [("2024-04", date(2024, 6, 30), EndOfCover.became_wage_earner)],
        "paid by another": [("2024-04", date(2024, 5, 31), EndOfCover.other_payer)],
        "left by decree": [("2024-04", date(2024, 5, 31), EndOfCover.refused)],
        "never paid": [],
    }


async def test_one_run_goes_on_over_two_decrees_and_over_an_id_that_ended(connection):
    _, (lives, ends) = await protect(connection, 2)
    made = await bill(connection, "2024-01:2024-12")
    await pay(connection, made.amount)
    await connection.execute(text("set local session_replication_role = replica"))
    for person, months in ((lives, "month < '2024-06-01'"), (ends, "month >= '2024-06-01'")):
        await connection.execute(text(f"delete from programme.paid_months where person_id = {person} and {months}"))
    await end(connection, ends, lives)

    found = await service.calendar(connection, person=str(lives), day=date(2024, 9, 15))

    assert [(str(each.run_from), str(each.month_from), each.end_reason) for each in found.spells] == [
        ("2024-01", "2024-01", EndOfCover.continued),
        ("2024-01", "2024-06", EndOfCover.lapsed),
    ]
    assert (found.benefit_state.cover, found.benefit_state.consecutive) == (Cover.paid, 9)


async def test_the_database_knows_the_terms_of_the_file(connection):
    found = await connection.execute(text("select term, value, valid_from from programme.legal_terms"))

    assert {tuple(row) for row in found} == {
        (str(term), value, since.first_day) for term, value, since in legal_terms.history()
    }
