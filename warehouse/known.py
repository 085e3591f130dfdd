"""Known: the programme's tables as they stood at a past instant, as views in a schema of their own.

Facts only grow, so a table then is the rows recorded by then. A row that says no instant was known since the row that it belongs to. Tables
that change in place are made again: persons from their versions, balances from postings. dbt reads these views in place of the tables.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Table

from jamsos.complaints.tables import CASES_THEN
from jamsos.db import SCHEMA
from jamsos.people.tables import FACTS
from jamsos.tables import metadata
from warehouse.inputs import instant_of, sources

KNOWN = "known"
_AS = re.compile(r"security_invoker = true\) as\s")
# the state's lists and the law, which say themselves since when they hold
TIMELESS = {"provinces", "regencies", "districts", "villages", "contribution_rates", "offices"}
PARENTS = {
    "registry_rows": "load_id", "selection_candidates": "run_id", "decree_lines": "decree_id", "enrolments": "batch_id",
    "fund_shares": "fund_id", "postings": "transaction_id", "bank_lines": "statement_id", "minute_lines": "minutes_id",
    "worker_months": "bill_id", "paid_months": "payment_id", "confirmed_months": "insurer_receipt_id", "ended_sources": "event_id",
}  # fmt: skip
_MOVED = """
    select p.fund_id, {day}p.field, p.account, cast(sum(p.amount) as bigint) as {amount}
      from programme.postings p join programme.journal_transactions j on j.id = p.transaction_id
     where j.recorded_at <= {{at}} group by p.fund_id, {day}p.field, p.account
"""
# merged as of then is who was last merged and did not part again; `merged_into_id` names the person of the last such event
MADE_AGAIN = {
    "people": f"""
        select v.person_id as id, {", ".join(f"v.{fact}" for fact in FACTS)}, v.version, v.recorded_at as updated_at, e.merged_into_id
          from (select distinct on (person_id) * from programme.person_versions where recorded_at <= {{at}}
                 order by person_id, version desc) v
          left join lateral (
            select case when i.kind = 'merged' and i.from_person_id = v.person_id then i.to_person_id end as merged_into_id
              from programme.identity_events i
             where i.recorded_at <= {{at}} and ((i.kind = 'merged' and i.from_person_id = v.person_id)
                    or (i.kind = 'parted' and i.to_person_id = v.person_id))
             order by i.id desc limit 1) e on true""",
    "person_groups": """
        select person_id, group_code, village_code, since from programme.person_groups where since <= {at}
        union all
        select person_id, group_code, village_code, since from programme.person_groups_left where since <= {at} and until > {at}""",
    "fund_days": _MOVED.format(day="j.day, ", amount="amount"),
    "fund_balances": _MOVED.format(day="", amount="balance"),
}


def statements(at: datetime) -> Iterator[str]:
    """Yield the statements that make the views, in an order in which they can be run."""
    done: set[str] = set()
    for table in sources():
        yield from _with_what_it_reads(table, f"timestamptz '{at.isoformat()}'", done)


def _with_what_it_reads(table: Table, at: str, done: set[str]) -> Iterator[str]:
    if table.name in done:
        return
    done.add(table.name)
    if "view" not in table.info:
        yield f"create view {KNOWN}.{table.name} as {_rows(table).format(at=at)}"
        return
    written = (
        CASES_THEN
        if table.name == "complaint_cases"
        else table.info.get("query") or _AS.split(table.info["view"], maxsplit=1)[1]
    )
    view = written.replace("{at}", at).replace("now()", at)
    for name in sorted(set(re.findall(rf"\b{SCHEMA}\.(\w+)", view))):
        yield from _with_what_it_reads(metadata.tables[f"{SCHEMA}.{name}"], at, done)
    yield f"create view {KNOWN}.{table.name} as " + re.sub(rf"\b{SCHEMA}\.", f"{KNOWN}.", view)


def _rows(table: Table) -> str:
    """Return the query of a table's rows as of `{at}`. Raise KeyError where nothing says since when a row is known."""
    if table.name in MADE_AGAIN:
        return MADE_AGAIN[table.name]
    if table.name in TIMELESS:
        return f"select * from {table.fullname}"
    return f"select t.* from {table.fullname} t where {_was_known(table, 't')}"


def _was_known(table: Table, alias: str) -> str:
    recorded = instant_of(table)
    if recorded is not None:
        return f"{alias}.{recorded.name} <= {{at}}"
    key = PARENTS[table.name]
    parent = next(each.column.table for each in table.c[key].foreign_keys if each.column.name == "id")
    inner = f"{alias}p"
    return f"exists (select from {parent.fullname} {inner} where {inner}.id = {alias}.{key} and {_was_known(parent, inner)})"


def first_instant() -> str:
    """Return the query of the instant at which the database learned of its first fact."""
    dated = [
        table
        for table in sources()
        if "view" not in table.info
        and table.name not in MADE_AGAIN
        and instant_of(table) is not None
        and "id" in table.c
    ]
    return "select least({})".format(", ".join(_first(table) for table in dated))


def _first(table: Table) -> str:
    recorded = instant_of(table)
    assert recorded is not None  # noqa: S101
    return f"(select {recorded.name} from {table.fullname} order by id limit 1)"
