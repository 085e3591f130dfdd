"""Builders: one ordinary candidate, with the facts a test changes."""

from datetime import date

import polars as pl
from sqlalchemy import insert, text

from jamsos.months import Month
from jamsos.people.tables import life_events, people, person_groups
from jamsos.selection.criteria import SHIPPED, criteria_of, read_criteria
from jamsos.selection.ranking import INPUTS
from jamsos.selection.rules import Terms

# those that are shipped, but for the approvals, which have tests of their own
MABAR = criteria_of(
    {k: v for k, v in read_criteria(SHIPPED / "mabar.toml").document.items() if k != "approval"}, "test"
)


def candidate(person_id=1, **changed):
    """An eligible farmer of 40 in decile 2."""
    facts = {
        "village_code": "53.15.05.2001", "birth_date": date(1984, 1, 1), "sex": "female", "has_nik": True,
        "is_dukcapil_matched": True, "occupation": "farmer", "decile": 2, "decile_source": "p3ke", "groups": "farmer",
        "events": None, "has_other_payer": False, "is_continuing": False, "is_covered": False, "is_refused_by_insurer": False,
    }  # fmt: skip
    return {"person_id": person_id} | facts | changed


def inputs(*candidates):
    return pl.DataFrame(candidates, schema=INPUTS, orient="row")


def terms(**changed):
    ordinary = {
        "year": 2024, "office_code": "53.15", "month_from": Month(2024, 1), "month_to": Month(2024, 12),
        "as_of": date(2024, 1, 1), "ceiling": 201_600_000, "headcount": None, "rate": 16_800, "worker_cost": 201_600,
    }  # fmt: skip
    return Terms(**ordinary | changed)


def criteria(**changed):
    return criteria_of(MABAR.document | changed, "test")


async def settle(connection, count, *, groups=("farmer",), event=None, **changed):
    """`count` persons of Mabar who meet the criteria; their ids."""
    facts = {
        "full_name": "Somebody", "sex": "female", "birth_date": date(1984, 1, 1), "village_code": "53.15.05.2001",
        "occupation": "farmer", "decile": 2, "decile_source": "p3ke",
    }  # fmt: skip
    start = (await connection.execute(text("select coalesce(max(id), 0) from programme.people"))).scalar_one()
    rows = [facts | {"nik_sealed": b"\1%d" % (start + number)} | changed for number in range(count)]
    ids = [
        row.id
        for some in range(0, count, 2_000)
        for row in await connection.execute(insert(people).values(rows[some : some + 2_000]).returning(people.c.id))
    ]
    village = (facts | changed)["village_code"]
    member = [{"person_id": i, "group_code": g, "village_code": village} for i in ids for g in groups]
    if member:
        await connection.execute(insert(person_groups), member)
    if event:
        kind, day = event
        happened = {"kind": kind, "event_date": day, "evidence": "test"}
        await connection.execute(insert(life_events), [{"person_id": i} | happened for i in ids])
    return ids
