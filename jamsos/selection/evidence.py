"""Evidence: the row behind a reason: an event, a line of a register, a decree, an answer, or a rule of the fund."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.ledger.service import group_rule_known
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.selection.criteria import REASON_OF
from jamsos.selection.rules import Reason
from jamsos.selection.service import Run


class Evidence(NamedTuple):
    """The row behind a reason.

    `kind`: a register (`p3ke`), `event`, `decree`, `answer` or `fund`; `day`: the day to which the row refers;
    `name`: the name of the file, the number of the decree, or the regulation of the rule; `line`: the line in the file, if
    any.
    """

    reason: Reason
    kind: str
    day: date
    name: str
    line: int | None


# The register column behind a reason, where no event is.
_FACT_OF: Mapping[Reason, str] = {
    Reason.not_resident: "village_code",
    Reason.wage_earner: "occupation",
    Reason.other_payer: "other_payer_from",
    Reason.not_in_dukcapil: "is_dukcapil_matched",
    Reason.too_young: "birth_date",
    Reason.too_old: "birth_date",
    Reason.no_work: "occupation",
    Reason.decile_too_high: "decile",
}
_EVENT_OF = {reason: event for event, reason in REASON_OF.items()}
_REGISTER_LINE = re.compile(r"registry_loads/(\d+):(\d+)")
_FILE_LINE = re.compile(r"(.+):(\d+)")


async def evidence_of(
    connection: AsyncConnection, run: Run, person_id: int, reasons: Iterable[Reason]
) -> list[Evidence]:
    """Return the row behind each reason that has an event, a register or the fund as its source, as known at the run."""
    found = []
    for reason in reasons:
        said = await _event(connection, run, person_id, reason) or await _register(connection, run, person_id, reason)
        said = said or await _fund_rule(connection, run, reason)
        found += [said] if said else []
    return found


async def _event(connection: AsyncConnection, run: Run, person_id: int, reason: Reason) -> Evidence | None:
    if reason not in _EVENT_OF:
        return None
    event = await people.event_before(connection, person_id, LifeEvent(_EVENT_OF[reason]), run.as_of, run.run_at)
    if event is None:
        return None
    if of_register := _REGISTER_LINE.fullmatch(event["evidence"]):
        load = await people.register_of(connection, int(of_register[1]))
        return Evidence(reason, load["source"], event["event_date"], load["file_name"], int(of_register[2]))
    name, line = found.groups() if (found := _FILE_LINE.fullmatch(event["evidence"])) else (event["evidence"], None)
    return Evidence(reason, "event", event["event_date"], name, int(line) if line else None)


async def _register(connection: AsyncConnection, run: Run, person_id: int, reason: Reason) -> Evidence | None:
    if reason not in _FACT_OF:
        return None
    row = await people.word_for(connection, person_id, _FACT_OF[reason], run.run_at)
    if row and reason is Reason.other_payer and not _overlaps(row, run):
        return None  # the register names other months, so another row is the evidence
    return Evidence(reason, row["source"], row["as_of"], row["file_name"], row["line"]) if row else None


async def _fund_rule(connection: AsyncConnection, run: Run, reason: Reason) -> Evidence | None:
    if reason is not Reason.not_for_this_fund or run.fund_id is None or run.fund_groups is None:
        return None
    rule = await group_rule_known(connection, run.fund_id, last=run.month_to, run_at=run.run_at)
    return Evidence(reason, "fund", rule["valid_from"], rule["regulation"], None) if rule else None


def _overlaps(row: RowMapping, run: Run) -> bool:
    first, last = run.month_from.first_day, run.month_to.first_day
    return bool(row["paid_from"] <= last and (row["paid_to"] or last) >= first)
