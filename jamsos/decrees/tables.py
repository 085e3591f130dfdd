"""Decree tables: approvals of a run, decrees and their frozen lines."""

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from jamsos.data_classes import GENERAL, OFFICIAL, OPEN, SECRET, VULNERABILITY
from jamsos.db import choice, code, day, identity, instant, metadata, month, rupiah, text_
from jamsos.decrees.rules import DecreeKind, EndReason, LineAction
from jamsos.ledger.tables import funds
from jamsos.people.tables import people
from jamsos.regions.tables import regencies
from jamsos.selection.tables import selection_runs
from jamsos.worker_groups import Group

_APPROVALS = Path(__file__).with_name("approvals.sql").read_text(encoding="utf-8").partition("\n")[2]

# Who has done which step with which list of a run: its own, or that of an amendment of its decree.
# `officer_key`: the name without case and spaces, so that nobody is two people.
run_approvals = Table(
    "run_approvals",
    metadata,
    identity(),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id), nullable=False),
    code("step", info=OPEN),
    text_("officer", info=OFFICIAL),
    code("officer_key", info=SECRET),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    text_("note", nullable=True, info=OFFICIAL),
    code("regency_code", ForeignKey(regencies.c.code)),
    text_("recorded_by", info=OFFICIAL),
    instant("approved_at"),
    code("proof", nullable=True, info=SECRET),  # the key or token that approved; empty only on approvals of old
    UniqueConstraint("run_id", "list_sha256", "step"),
    UniqueConstraint("run_id", "list_sha256", "officer_key"),
    UniqueConstraint("run_id", "list_sha256", "proof"),
    info={"grows": True, "umbrella": "regency_code", "also": _APPROVALS.split("-- next\n")},
)

# Amendments follow each other as they were signed, and none was signed before the decree; two at once wait for each other.
_IN_ORDER = (
    """
create function programme.refuse_early_amendment() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.amendments'), hashtext(new.regency_code));
    if exists (select from decrees d where d.id = new.amends_id and d.regency_code <> new.regency_code)
    then raise exception 'decree % amends one of another regency', new.number using errcode = 'check_violation'; end if;
    if exists (select from decrees d where (d.id = new.amends_id or d.amends_id = new.amends_id) and d.signed_date > new.signed_date)
    then raise exception 'decree % is signed before one that it follows', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
""",
    """
create trigger refuse_early_amendment before insert on programme.decrees
    for each row when (new.amends_id is not null) execute function programme.refuse_early_amendment()
""",
)

decrees = Table(
    "decrees",
    metadata,
    identity(),
    code("number", unique=True, info=OPEN),
    choice("kind", DecreeKind, info=OPEN),
    day("signed_date", info=OPEN),
    Column("year", SmallInteger, nullable=False, info=OPEN),
    month("month_from", info=OPEN),
    month("month_to", info=OPEN),
    text_("legal_base", info=OPEN),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id), unique=True),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False, index=True),
    # an amendment names the determination, never another amendment
    Column("amends_id", BigInteger, ForeignKey("programme.decrees.id"), index=True),
    rupiah("rate", info=OPEN),  # the first month's, for one worker
    Column("worker_count", Integer, nullable=False, info=OPEN),
    rupiah("amount", info=OPEN),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    code("regency_code", ForeignKey(regencies.c.code)),
    text_("issued_by", info=OFFICIAL),
    instant("issued_at"),
    # a determination fixes the list of a run, whose approvals the database asks for; an amendment changes a determination
    CheckConstraint(
        "case kind when 'determination' then run_id is not null and amends_id is null"
        " else run_id is null and amends_id is not null end",
        name="origin",
    ),
    info={"grows": True, "umbrella": "regency_code", "also": _IN_ORDER},
)

# A decree's list is whole in the transaction that issues it, whose now() is its issued_at; a name that comes later is none of it.
_FROZEN = (
    """
create function programme.refuse_late_lines() returns trigger language plpgsql as $$
begin
    if exists (select from (select distinct decree_id from arrived) a join programme.decrees d on d.id = a.decree_id
               where d.issued_at <> now())
    then raise exception 'the list of an issued decree is frozen' using errcode = 'restrict_violation'; end if;
    return null;
end $$
""",
    """
create trigger refuse_late_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_late_lines()
""",
)

# One decree at most protects a person in a month: lists that arrive at once wait for each other, and the whole list is looked at as a set.
_ONCE = (
    """
create function programme.refuse_second_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (
        select from arrived a
        join decree_lines l on l.person_id = a.person_id and l.id <> a.id and l.action in ('inclusion', 'replacement')
        left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
        where a.action in ('inclusion', 'replacement') and l.month_from <= a.month_to
          and least(l.month_to, e.month_to) >= greatest(a.month_from, l.month_from))
    then raise exception 'a decree protects somebody of this list in the same months' using errcode = 'exclusion_violation'; end if;
    return null;
end $$
""",
    """
create trigger refuse_second_decree after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_second_decree()
""",
)

# What a line may say, whoever writes it: a determination names persons, an amendment ends lines that hold a place of its decree and gives
# their open months to others.
_FITTING = (
    """
create function programme.refuse_strange_lines() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare strange int;
begin
    select a.line into strange
      from arrived a
      join decrees d on d.id = a.decree_id
      left join decree_lines b on b.id = a.replaces_line_id and b.action <> 'termination'
      left join decrees f on f.id = b.decree_id
      left join decree_lines e on e.replaces_line_id = b.id and e.action = 'termination'
     where case a.action
           when 'inclusion' then d.kind <> 'determination' or a.replaces_line_id is not null
                or a.month_from < d.month_from or a.month_to > d.month_to
           when 'termination' then b.person_id <> a.person_id or b.month_from <> a.month_from or a.reason is null
                or a.month_to < b.month_from - interval '1 month' or a.month_to >= b.month_to
           else e.id is null or a.month_from <= e.month_to or a.month_to > b.month_to end
        or a.action <> 'termination' and a.month_to < a.month_from
        or a.action <> 'inclusion' and (coalesce(f.amends_id, f.id) is distinct from d.amends_id)
     limit 1;
    if found then raise exception 'line % fits no place of its decree', strange using errcode = 'check_violation'; end if;
    return null;
end $$
""",
    """
create trigger refuse_strange_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_strange_lines()
""",
)

# inclusion: person is protected month_from..month_to. termination: the line named in replaces_line_id ends with month_to (the month
# before its first: never protected). replacement: person takes over the place of replaces_line_id, month_from..month_to.
decree_lines = Table(
    "decree_lines",
    metadata,
    identity(),
    Column("decree_id", BigInteger, ForeignKey(decrees.c.id), nullable=False),
    Column("line", Integer, nullable=False, info=GENERAL),
    choice("action", LineAction, info=GENERAL),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    Column("replaces_line_id", BigInteger, ForeignKey("programme.decree_lines.id"), index=True),
    choice("reason", EndReason, nullable=True, info=GENERAL),
    month("month_from", info=GENERAL),
    month("month_to", info=GENERAL),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=GENERAL),
    UniqueConstraint("decree_id", "line"),
    UniqueConstraint("replaces_line_id", "action"),  # a line ends once, and one person follows
    info={"grows": True, "sight": "village_code", "also": (*_FROZEN, *_ONCE, *_FITTING)},
)
